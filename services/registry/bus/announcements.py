"""What the registry tells the other services; units and claims on identifiers stay private."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from google.protobuf.message import Message
from nscl.registry.v1 import funding_service_pb2 as funding_terms
from nscl.registry.v1 import registry_events_pb2 as messages
from nscl.registry.v1 import registry_service_pb2 as terms

from services.registry.domain.body import Body
from services.registry.domain.delivering_organisation import DeliveringOrganisation
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.funding_import import FundingImport
from services.shared.bus.announcements import announced
from services.shared.record import Record
from services.shared.wire import choice_number, date_message


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
