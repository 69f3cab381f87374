"""What the registry tells the other services; units, claims on identifiers and authorisations stay private."""

from __future__ import annotations

from datetime import date
from functools import singledispatch
from typing import Any
from uuid import UUID

from google.protobuf.message import Message
from nscl.registry.v1 import enterprise_resources_pb2 as resources
from nscl.registry.v1 import funding_service_pb2 as funding_terms
from nscl.registry.v1 import particulars_resources_pb2 as sizes
from nscl.registry.v1 import registry_events_pb2 as messages
from nscl.registry.v1 import registry_service_pb2 as terms

from services.registry.domain.accreditation import Accreditations
from services.registry.domain.affiliation import Affiliation, Link
from services.registry.domain.body import Body
from services.registry.domain.branch import Branches
from services.registry.domain.business_line import BusinessLine
from services.registry.domain.delivering_organisation import DeliveringOrganisation
from services.registry.domain.duplicates import Duplicates
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.funding_import import FundingImport
from services.registry.domain.size import SizeRules
from services.registry.domain.undertaking import UndertakingRules
from services.shared.bus.announcements import announced
from services.shared.record import Record
from services.shared.wire import choice_number, date_message, filled


@singledispatch
def announce(_event: Record.Event, _position: int) -> Message | None:
    """The message by which other services hear of an event; None where it stays private."""
    return None


@announce.register
def _(event: Body.Established, _position: int) -> Message:
    return messages.BodyEstablished(
        announced=announced(event),
        body_id=str(event.originator_id),
        code=event.code,
        name=event.name,
        established_on=date_message(event.established_on),
        attests=choice_number(terms.StandingField, event.attests),
    )


@announce.register
def _(event: Enterprise.Registered, _position: int) -> Message:
    return messages.EnterpriseRegistered(
        announced=announced(event),
        enterprise_id=str(event.originator_id),
        target_group=choice_number(terms.TargetGroup, event.target_group),
        legal_form=choice_number(terms.LegalForm, event.legal_form),
        display_name=event.particulars.display_name if event.particulars else "",
        unit_code=event.unit_code,
    )


@announce.register
def _(event: Enterprise.StandingAttested, _position: int) -> Message:
    return messages.StandingAttested(
        announced=announced(event),
        enterprise_id=str(event.originator_id),
        field=choice_number(terms.StandingField, event.field),
        verdict=choice_number(terms.StandingVerdict, event.verdict),
        valid_from=date_message(event.valid_from),
        valid_until=date_message(event.valid_until),
    )


@announce.register
def _(event: Enterprise.StandingRevoked, _position: int) -> Message:
    return messages.StandingRevoked(
        announced=announced(event),
        enterprise_id=str(event.originator_id),
        standing_id=str(event.standing_id),
        field=choice_number(terms.StandingField, event.field),
        reason=event.reason,
    )


@announce.register
def _(event: Enterprise.OtherFundingRecorded, _position: int) -> Message:
    return messages.OtherFundingRecorded(**_funding(event))


@announce.register
def _(event: Enterprise.OtherFundingCorrected, _position: int) -> Message:
    return messages.OtherFundingCorrected(
        **_funding(event),
        instead_of_content_code=event.instead_of.content_code,
        instead_of_amount_vnd=event.instead_of.amount_vnd,
        instead_of_period_from=date_message(event.instead_of.period_from),
        instead_of_period_to=date_message(event.instead_of.period_to),
        reason=event.reason,
    )


@announce.register
def _(event: Enterprise.OtherFundingRevoked, _position: int) -> Message:
    return messages.OtherFundingRevoked(**_funding(event), reason=event.reason)


def _funding(
    event: Enterprise.OtherFundingRecorded | Enterprise.OtherFundingCorrected | Enterprise.OtherFundingRevoked,
) -> dict[str, Any]:
    """What every announcement about a funding says, by the names of its fields."""
    funding = event.funding
    return {
        "announced": announced(event),
        "other_funding_id": str(event.other_funding_id),
        "enterprise_id": str(event.originator_id),
        "scheme": funding.scheme,
        "grantor": funding.grantor,
        "content_code": funding.content_code,
        "amount_vnd": funding.amount_vnd,
        "decided_on": date_message(funding.decided_on),
        "period_from": date_message(funding.period_from),
        "period_to": date_message(funding.period_to),
        "legal_basis": funding.legal_basis,
        "unit_keys": funding.unit_keys,
    }


@announce.register
def _(event: FundingImport.Begun, _position: int) -> Message:
    return messages.FundingImportBegun(
        announced=announced(event),
        funding_import_id=str(event.originator_id),
        scheme=event.scheme,
        source=choice_number(funding_terms.ImportSource, event.source),
        content_digest=event.content_digest,
    )


@announce.register
def _(event: FundingImport.Finished, _position: int) -> Message:
    return messages.FundingImportFinished(
        announced=announced(event),
        funding_import_id=str(event.originator_id),
        recorded_count=event.counts.recorded,
        known_count=event.counts.known,
        refused_count=event.counts.refused,
    )


@announce.register
def _(event: DeliveringOrganisation.Registered, _position: int) -> Message:
    accreditation = event.accreditation
    return messages.DeliveringOrganisationRegistered(
        announced=announced(event),
        delivering_organisation_id=str(event.originator_id),
        name=event.name,
        services=[choice_number(terms.OfferedService, service) for service in event.services],
        scope=event.scope,
        accreditation_number=accreditation.number if accreditation else "",
        accreditation_expires_on=date_message(accreditation.expires_on) if accreditation else None,
    )


@announce.register
def _(event: DeliveringOrganisation.Renamed, _position: int) -> Message:
    return messages.DeliveringOrganisationRenamed(
        announced=announced(event), delivering_organisation_id=str(event.originator_id), name=event.name
    )


@announce.register
def _(event: DeliveringOrganisation.ServicesAmended, _position: int) -> Message:
    return messages.OfferedServicesAmended(
        announced=announced(event),
        delivering_organisation_id=str(event.originator_id),
        services=[choice_number(terms.OfferedService, service) for service in event.services],
        scope=event.scope,
    )


@announce.register
def _(event: DeliveringOrganisation.StopFlagRaised, _position: int) -> Message:
    return messages.OrganisationStopFlagRaised(
        announced=announced(event),
        delivering_organisation_id=str(event.originator_id),
        stop_flag_id=str(event.stop_flag_id),
        reason=event.reason,
    )


@announce.register
def _(event: DeliveringOrganisation.StopFlagLifted, _position: int) -> Message:
    return messages.OrganisationStopFlagLifted(
        announced=announced(event),
        delivering_organisation_id=str(event.originator_id),
        stop_flag_id=str(event.stop_flag_id),
        reason=event.reason,
    )


@announce.register
def _(event: DeliveringOrganisation.Ended, _position: int) -> Message:
    return messages.DeliveringOrganisationEnded(
        announced=announced(event), delivering_organisation_id=str(event.originator_id)
    )


@announce.register
def _(event: Accreditations.Granted, _position: int) -> Message:
    granted = event.accreditation
    return _accreditation(event, granted.number, granted.valid_until)


@announce.register
def _(event: Accreditations.Renewed, _position: int) -> Message:
    return _accreditation(event, event.number, event.valid_until)


@announce.register(Accreditations.Suspended)
@announce.register(Accreditations.Resumed)
@announce.register(Accreditations.Ended)
def _(event: Accreditations.Suspended | Accreditations.Resumed | Accreditations.Ended, _position: int) -> Message:
    return _accreditation(event, event.number)


def _accreditation(event: Accreditations.Event, number: str, valid_until: date | None = None) -> Message:
    return messages.AccreditationRecorded(
        announced=announced(event, concerns=[event.organisation_id]),
        delivering_organisation_id=str(event.organisation_id),
        number=number,
        valid_until=date_message(valid_until) if valid_until else None,
    )


@announce.register
def _(event: Affiliation.Linked, _position: int) -> Message | None:
    link = event.link
    if not _stands_with_enterprise(event, link):
        return None
    return messages.LinkRecorded(
        announced=announced(event, concerns=_enterprises_of(link)),
        link_id=str(link.link_id),
        kind=choice_number(resources.LinkKind, link.kind),
        from_enterprise_id="" if link.kind.personal else str(link.from_id),
        enterprise_id=str(link.to_id),
        share_basis_points=link.share_basis_points or 0,
        valid_from=date_message(link.valid_from),
        valid_until=date_message(link.valid_until) if link.valid_until else None,
    )


@announce.register
def _(event: Affiliation.LinkEnded, _position: int) -> Message | None:
    link = event.link
    if not _stands_with_enterprise(event, link):
        return None
    return messages.LinkEnded(
        announced=announced(event, concerns=_enterprises_of(link)),
        link_id=str(link.link_id),
        from_enterprise_id="" if link.kind.personal else str(link.from_id),
        enterprise_id=str(link.to_id),
        valid_until=date_message(link.valid_until) if link.valid_until else None,
    )


def _stands_with_enterprise(event: Affiliation.Event, link: Link) -> bool:
    """A link stands with both its parties and is announced once: by the one that is always an enterprise."""
    return event.originator_id == Affiliation.create_id(link.to_id)


def _enterprises_of(link: Link) -> list[UUID]:
    """A person is nobody's business but the registry's."""
    return [link.to_id] if link.kind.personal else [link.from_id, link.to_id]


@announce.register
def _(event: Branches.BranchOpened, _position: int) -> Message:
    return messages.BranchOpened(
        announced=announced(event, concerns=[event.enterprise_id]),
        enterprise_id=str(event.enterprise_id),
        number=event.branch.number,
        display_name=event.branch.display_name,
        unit_code=event.branch.unit_code,
    )


@announce.register
def _(event: Branches.BranchClosed, _position: int) -> Message:
    return messages.BranchClosed(
        announced=announced(event, concerns=[event.enterprise_id]),
        enterprise_id=str(event.enterprise_id),
        number=event.number,
    )


@announce.register
def _(event: Duplicates.Merged, _position: int) -> Message | None:
    return messages.EnterprisesMerged(**_merge(event, event.merge.reason)) if _stands_with_merged(event) else None


@announce.register
def _(event: Duplicates.Separated, _position: int) -> Message | None:
    return messages.EnterprisesSeparated(**_merge(event, event.reason)) if _stands_with_merged(event) else None


def _stands_with_merged(event: Duplicates.Merged | Duplicates.Separated) -> bool:
    """A merge stands with both records and is announced once: by the one that is merged away."""
    return event.originator_id == Duplicates.create_id(event.merge.merged_id)


def _merge(event: Duplicates.Merged | Duplicates.Separated, reason: str) -> dict[str, Any]:
    """What both announcements about a merge say, by the names of their fields."""
    merge = event.merge
    return {
        "announced": announced(event, concerns=(merge.merged_id, merge.kept_id)),
        "enterprise_id": str(merge.merged_id),
        "kept_enterprise_id": str(merge.kept_id),
        "reason": reason,
    }


@announce.register
def _(event: UndertakingRules.RuleAdopted, _position: int) -> Message:
    rule = event.rule
    return messages.UndertakingRuleAdopted(
        announced=announced(event),
        valid_from=date_message(rule.valid_from),
        least_share_basis_points=rule.least_share_basis_points,
        joining_kinds=[choice_number(resources.LinkKind, kind) for kind in rule.joining_kinds],
        sample=rule.sample,
    )


@announce.register
def _(event: Enterprise.StopFlagRaised, _position: int) -> Message:
    return messages.StopFlagRaised(
        announced=announced(event),
        stop_flag_id=str(event.stop_flag_id),
        enterprise_id=str(event.originator_id),
        reason=event.reason,
    )


@announce.register
def _(event: Enterprise.StopFlagLifted, _position: int) -> Message:
    return messages.StopFlagLifted(
        announced=announced(event),
        stop_flag_id=str(event.stop_flag_id),
        enterprise_id=str(event.originator_id),
        reason=event.reason,
    )


@announce.register
def _(event: Enterprise.Renamed, _position: int) -> Message:
    return messages.EnterpriseRenamed(
        announced=announced(event),
        enterprise_id=str(event.originator_id),
        display_name=event.particulars.display_name if event.particulars else "",
    )


@announce.register
def _(event: Enterprise.Succeeded, _position: int) -> Message:
    return messages.EnterpriseSucceeded(
        announced=announced(event, concerns=event.successor_ids),
        enterprise_id=str(event.originator_id),
        kind=choice_number(resources.SuccessionKind, event.kind),
        successor_ids=map(str, event.successor_ids),
    )


@announce.register
def _(event: Enterprise.Dissolved, _position: int) -> Message:
    return messages.EnterpriseDissolved(announced=announced(event), enterprise_id=str(event.originator_id))


@announce.register
def _(event: SizeRules.SizeRuleAdopted, _position: int) -> Message:
    return messages.SizeRuleAdopted(
        announced=announced(event), valid_from=date_message(event.rule.valid_from), sample=event.rule.sample
    )


@announce.register
def _(event: Enterprise.SizeRecorded, _position: int) -> Message:
    return messages.EnterpriseSizeRecorded(
        announced=announced(event),
        enterprise_id=str(event.originator_id),
        year=event.size.year,
        size=choice_number(sizes.EnterpriseSize, event.size.size),
    )


@announce.register
def _(event: Enterprise.BusinessLinesAmended, _position: int) -> Message:
    return messages.BusinessLinesAmended(
        announced=announced(event),
        enterprise_id=str(event.originator_id),
        added=map(_line, event.added),
        ended=map(_line, event.ended),
    )


def _line(line: BusinessLine) -> terms.BusinessLine:
    return filled(terms.BusinessLine, line)


@announce.register
def _(event: Enterprise.Moved, _position: int) -> Message:
    return messages.EnterpriseMoved(
        announced=announced(event), enterprise_id=str(event.originator_id), unit_code=event.unit_code
    )


@announce.register
def _(event: Enterprise.LegalFormConverted, _position: int) -> Message:
    return messages.LegalFormConverted(
        announced=announced(event),
        enterprise_id=str(event.originator_id),
        legal_form=choice_number(terms.LegalForm, event.legal_form),
        target_group=choice_number(terms.TargetGroup, event.legal_form.target_group),
    )
