"""Records, rows of lists and facts of the registry as the messages its door answers with.

Nothing personal is in them unless somebody who may show it puts it in.
"""

from __future__ import annotations

from functools import singledispatch
from uuid import UUID

from google.protobuf.message import Message
from nscl.registry.v1 import funding_service_pb2 as funding_messages
from nscl.registry.v1 import registry_service_pb2 as messages

from services.registry.api.branch_messages import branches_message
from services.registry.api.data_subject_messages import data_subject_message, erasure_rules_message
from services.registry.api.duplicate_messages import duplicates_message
from services.registry.api.enterprise_messages import (
    affiliation_message,
    member_message,
    rules_message,
    stop_flag_message,
)
from services.registry.api.organisation_messages import (
    listed_organisation_message,
    organisation_message,
    recorded_accreditations_message,
)
from services.registry.api.particulars_messages import premises_message, size_rules_message, year_size_message
from services.registry.api.representative_messages import representatives_message
from services.registry.application.funding import ImportOrder
from services.registry.application.registry import Eligibility, Held
from services.registry.domain.accreditation import Accreditations
from services.registry.domain.affiliation import Affiliation
from services.registry.domain.body import Body
from services.registry.domain.branch import Branches
from services.registry.domain.business_line import BusinessLine
from services.registry.domain.data_subject import DataSubject
from services.registry.domain.delivering_organisation import DeliveringOrganisation
from services.registry.domain.duplicates import Duplicates
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.erasure_rules import ErasureRules
from services.registry.domain.funding_import import FundingImport, ImportCounts
from services.registry.domain.other_funding import OtherFunding, RecordedFunding
from services.registry.domain.registration import Particulars
from services.registry.domain.representatives import Representatives
from services.registry.domain.size import SizeRules
from services.registry.domain.standing import Standing, StandingField
from services.registry.domain.undertaking import UndertakingRules
from services.registry.domain.unit_register import UnitRegister
from services.registry.read_models.bodies import ListedBody
from services.registry.read_models.delivering_organisations import ListedOrganisation
from services.registry.read_models.enterprises import ListedEnterprise
from services.registry.read_models.funding_imports import ListedImport
from services.registry.read_models.other_fundings import ListedFunding
from services.registry.read_models.units import ListedUnit, Merger
from services.shared.wire import choice_number, date_message, filled, timestamp_message


@singledispatch
def to_message(record: object) -> Message:
    """The resource that a record or a row of a list is shown as."""
    raise TypeError(f"{type(record).__name__} is no resource of the registry")


to_message.register(Affiliation, affiliation_message)
to_message.register(Accreditations, recorded_accreditations_message)
to_message.register(Branches, branches_message)
to_message.register(DeliveringOrganisation, organisation_message)
to_message.register(ListedOrganisation, listed_organisation_message)
to_message.register(Duplicates, duplicates_message)
to_message.register(DataSubject, data_subject_message)
to_message.register(ErasureRules, erasure_rules_message)
to_message.register(Representatives, representatives_message)
to_message.register(SizeRules, size_rules_message)
to_message.register(UndertakingRules, rules_message)


@to_message.register
def body_message(body: Body | ListedBody) -> messages.Body:
    return messages.Body(
        body_id=str(body.id),
        code=body.code,
        name=body.name,
        established_on=date_message(body.established_on),
        predecessors=[
            messages.PredecessorBody(
                code=predecessor.code, name=predecessor.name, ended_on=date_message(predecessor.ended_on)
            )
            for predecessor in body.predecessors
        ],
        attests=choice_number(messages.StandingField, body.attests),
        etag=str(body.version),
    )


@to_message.register
def unit_register_message(register: UnitRegister) -> messages.UnitRegister:
    return messages.UnitRegister(
        unit_register_id=str(register.id),
        province_code=register.province_code,
        legal_basis=register.legal_basis,
        valid_from=date_message(register.valid_from),
        unit_count=len(register.units),
        predecessor_count=len(register.predecessors),
        etag=str(register.version),
    )


@to_message.register
def unit_message(unit: ListedUnit) -> messages.Unit:
    return messages.Unit(
        unit_register_id=str(unit.unit_register_id),
        code=unit.code,
        name=unit.name,
        kind=choice_number(messages.UnitKind, unit.kind),
        province_code=unit.province_code,
        district_code=unit.district_code or "",
        valid_from=date_message(unit.valid_from) if unit.valid_from else None,
        valid_until=date_message(unit.valid_until) if unit.valid_until else None,
        legal_basis=unit.legal_basis or "",
        predecessors=map(_merger_message, unit.predecessors),
        successors=map(_merger_message, unit.successors),
    )


def _merger_message(merger: Merger) -> messages.UnitMerger:
    extent = choice_number(messages.MergerExtent, merger.extent)
    return messages.UnitMerger(code=merger.code, name=merger.name, extent=extent)


@to_message.register
def enterprise_message(
    enterprise: Enterprise | ListedEnterprise, particulars: Particulars | None = None
) -> messages.Enterprise:
    """``particulars`` are those opened for a caller who may see them, where they are personal data."""
    shown = particulars or enterprise.particulars or Particulars("", None, None)
    message = messages.Enterprise(
        enterprise_id=str(enterprise.id),
        target_group=choice_number(messages.TargetGroup, enterprise.target_group),
        legal_form=choice_number(messages.LegalForm, enterprise.legal_form),
        display_name=shown.display_name,
        identifier=messages.Identifier(
            kind=choice_number(messages.IdentifierKind, enterprise.identifier_kind),
            code=shown.identifier_code or "",
            reason=enterprise.no_identifier_reason or "",
        ),
        address=messages.Address(unit_code=enterprise.unit_code, street=shown.street or ""),
        business_lines=map(business_line_message, enterprise.business_lines),
        registered_on=date_message(enterprise.registered_on),
        personal=enterprise.legal_form.personal,
        etag=str(enterprise.version),
        ended_on=date_message(enterprise.ended_on) if enterprise.ended_on else None,
    )
    if isinstance(enterprise, Enterprise):
        message.standings.extend(standing_message(standing, enterprise.id) for standing in enterprise.standings)
        message.other_fundings.extend(
            _other_funding(str(known.id), str(enterprise.id), known.funding, 0, revoked=known.revoked)
            for known in enterprise.other_fundings
        )
        message.stop_flags.extend(stop_flag_message(flag, enterprise.id) for flag in enterprise.stop_flags)
        message.sizes.extend(map(year_size_message, enterprise.sizes))
        message.premises.extend(map(premises_message, enterprise.premises))
    return message


def business_line_message(line: BusinessLine) -> messages.BusinessLine:
    return filled(messages.BusinessLine, line)


def standing_message(standing: Standing, enterprise_id: UUID, position: int = 0) -> messages.Standing:
    return messages.Standing(
        field=choice_number(messages.StandingField, standing.field),
        verdict=choice_number(messages.StandingVerdict, standing.verdict),
        valid_from=date_message(standing.valid_from),
        valid_until=date_message(standing.valid_until),
        body=standing.body,
        document=standing.document,
        position=position,
        standing_id=str(standing.id_at(enterprise_id)),
        revoked=standing.revoked,
    )


def _silence_message(field: StandingField) -> messages.Standing:
    """Nobody has attested the field."""
    return messages.Standing(field=choice_number(messages.StandingField, field))


@to_message.register
def funding_message(listed: ListedFunding) -> messages.OtherFunding:
    return _other_funding(
        str(listed.id), str(listed.enterprise_id), listed.funding, listed.position, revoked=listed.revoked
    )


def _other_funding(
    other_funding_id: str, enterprise_id: str, funding: OtherFunding, position: int, *, revoked: bool = False
) -> messages.OtherFunding:
    return messages.OtherFunding(
        other_funding_id=other_funding_id,
        enterprise_id=enterprise_id,
        scheme=funding.scheme,
        grantor=funding.grantor,
        content_code=funding.content_code,
        amount_vnd=funding.amount_vnd,
        decided_on=date_message(funding.decided_on),
        period_from=date_message(funding.period_from),
        period_to=date_message(funding.period_to),
        legal_basis=funding.legal_basis,
        unit_keys=funding.unit_keys,
        position=position,
        revoked=revoked,
    )


def _held_funding(held: Held[RecordedFunding]) -> messages.OtherFunding:
    known = held.fact
    return _other_funding(str(known.id), str(held.enterprise_id), known.funding, held.position)


@to_message.register
def import_message(imported: FundingImport) -> funding_messages.FundingImport:
    began, counts = imported.begun_by, imported.counts or ImportCounts()
    return funding_messages.FundingImport(
        funding_import_id=str(imported.id),
        scheme=imported.scheme,
        source=choice_number(funding_messages.ImportSource, imported.source),
        content_digest=imported.content_digest,
        person_id=str(began.person_id),
        body=began.body,
        begun_at=timestamp_message(began.recorded_at),
        finished=imported.counts is not None,
        recorded_count=counts.recorded,
        known_count=counts.known,
        refused_count=counts.refused,
    )


@to_message.register
def listed_import_message(imported: ListedImport) -> funding_messages.FundingImport:
    return filled(funding_messages.FundingImport, imported)


def import_counts_message(order: ImportOrder, counts: ImportCounts) -> funding_messages.FundingImport:
    """What an import would have come to."""
    return funding_messages.FundingImport(
        scheme=order.scheme,
        source=choice_number(funding_messages.ImportSource, order.source),
        content_digest=order.content_digest,
        recorded_count=counts.recorded,
        known_count=counts.known,
        refused_count=counts.refused,
    )


@to_message.register
def eligibility_message(facts: Eligibility) -> messages.Eligibility:
    return messages.Eligibility(
        enterprise_id=str(facts.enterprise_id),
        content_code=facts.content_code,
        on_date=date_message(facts.on_date),
        target_group=choice_number(messages.TargetGroup, facts.target_group),
        unit_code=facts.unit_code,
        business_lines=map(business_line_message, facts.business_lines),
        standings=[
            standing_message(held.fact, held.enterprise_id, held.position) if held else _silence_message(field)
            for field, held in facts.standings.items()
        ],
        other_fundings=map(_held_funding, facts.other_fundings),
        undertaking_members=map(member_message, facts.undertaking.members),
        undertaking_fundings=[_held_funding(held) for member in facts.members for held in member.other_fundings],
        stop_flags=[
            stop_flag_message(flag, member.enterprise_id) for member in facts.members for flag in member.stop_flags
        ],
        ended_on=date_message(facts.ended_on) if facts.ended_on else None,
        size=year_size_message(facts.size) if facts.size else None,
    )
