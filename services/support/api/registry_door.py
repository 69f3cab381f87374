"""The registry asked at its gRPC door, and its answer in support's own words."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from uuid import UUID

import grpc
from google.type.date_pb2 import Date
from nscl.registry.v1 import enterprise_resources_pb2 as enterprises
from nscl.registry.v1 import enterprise_service_pb2 as enterprise_service
from nscl.registry.v1 import enterprise_service_pb2_grpc, registry_service_pb2_grpc, representative_service_pb2_grpc
from nscl.registry.v1 import particulars_resources_pb2 as particulars
from nscl.registry.v1 import registry_service_pb2 as messages
from nscl.registry.v1 import representative_service_pb2 as representatives

from services.shared.grpc_server import Neighbour, NeighbourRefused
from services.shared.wire import date_message
from services.support.application.registry import EnterpriseUnknown, HostUnknown
from services.support.domain.claim_rules import LinkKind
from services.support.domain.conditions import Eligibility, Standing, StandingField, StopFlag
from services.support.domain.council_terms import PersonMatch, PersonMatches, PersonTie
from services.support.domain.norm_terms import EnterpriseSize, SizeEvidence
from services.support.domain.overlap import Funding, StateMoney, UndertakingMember
from services.support.domain.representation import Authorisation, Host, HostFlag, Representation


class RegistryDoor:
    """What the registry knows at the moment it is asked."""

    def __init__(self, neighbour: Neighbour) -> None:
        self._neighbour = neighbour
        self._stub = registry_service_pb2_grpc.RegistryServiceStub(neighbour.channel)
        self._enterprises = enterprise_service_pb2_grpc.EnterpriseServiceStub(neighbour.channel)
        self._representatives = representative_service_pb2_grpc.RepresentativeServiceStub(neighbour.channel)

    def eligibility(self, enterprise_id: UUID, content_code: str, on_date: datetime.date) -> Eligibility:
        """EnterpriseUnknown, or NeighbourUnavailable when the registry does not answer in time."""
        request = messages.GetEligibilityRequest(
            enterprise_id=str(enterprise_id), content_code=content_code, on_date=date_message(on_date)
        )
        try:
            answer = self._neighbour.ask(self._stub.GetEligibility, request)
        except NeighbourRefused as refusal:
            if refusal.code is grpc.StatusCode.NOT_FOUND:
                raise EnterpriseUnknown(enterprise_id=enterprise_id) from refusal
            raise
        known = answer.eligibility
        return Eligibility(
            enterprise_id=enterprise_id,
            content_code=content_code,
            on_date=on_date,
            business_lines=tuple(_line(line) for line in known.business_lines),
            standings=tuple(_standing(standing) for standing in known.standings),
            other_fundings=tuple(_funding(funding) for funding in known.other_fundings),
            members=tuple(map(_member, known.undertaking_members)),
            registry_position=answer.as_of_position,
            undertaking_fundings=tuple(map(_state_money, known.undertaking_fundings)),
            size=_size(known.size) if known.HasField("size") else None,
            stop_flags=tuple(_stop_flag(flag) for flag in known.stop_flags),
            ended_on=_day(known.ended_on) if known.HasField("ended_on") else None,
        )

    def host(self, organisation_id: UUID) -> Host:
        """HostUnknown, or NeighbourUnavailable as above."""
        request = messages.GetDeliveringOrganisationRequest(delivering_organisation_id=str(organisation_id))
        try:
            answer = self._neighbour.ask(self._stub.GetDeliveringOrganisation, request)
        except NeighbourRefused as refusal:
            if refusal.code is grpc.StatusCode.NOT_FOUND:
                raise HostUnknown(organisation_id=organisation_id) from refusal
            raise
        known = answer.delivering_organisation
        until = _day(known.accreditation_expires_on) if known.HasField("accreditation_expires_on") else None
        ended_on = _day(known.ended_on) if known.HasField("ended_on") else None
        return Host(organisation_id, until, tuple(map(_host_flag, known.stop_flags)), ended_on)

    def match_persons(
        self, person_ids: Iterable[UUID], party_ids: Iterable[UUID], on_date: datetime.date
    ) -> PersonMatches:
        """NeighbourUnavailable as above."""
        request = enterprise_service.MatchPersonsRequest(
            person_ids=map(str, person_ids), party_ids=map(str, party_ids), on_date=date_message(on_date)
        )
        answer = self._neighbour.ask(self._enterprises.MatchPersons, request)
        return PersonMatches(tuple(map(_person_match, answer.matches)), answer.as_of_position)

    def representation(self, party_id: UUID, person_id: UUID) -> Representation:
        """NeighbourUnavailable as above."""
        request = representatives.GetRepresentativesRequest(party_id=str(party_id))
        known = self._neighbour.ask(self._representatives.GetRepresentatives, request).representatives
        return Representation(
            party_id, tuple(_authorisation(each) for each in known.authorisations if each.person_id == str(person_id))
        )


def _person_match(match: enterprises.PersonMatch) -> PersonMatch:
    tie = enterprises.PersonTie.Name(match.tie).removeprefix("PERSON_TIE_")
    return PersonMatch(UUID(match.person_id), UUID(match.party_id), PersonTie(tie))


def _authorisation(known: representatives.Authorisation) -> Authorisation:
    return Authorisation(_day(known.valid_from), _day(known.valid_until) if known.HasField("valid_until") else None)


def _member(member: enterprises.UndertakingMember) -> UndertakingMember:
    """A member without a link is the enterprise asked about, or another record of the member it was reached through."""
    through = UUID(member.through_enterprise_id) if member.through_enterprise_id else None
    named = enterprises.LinkKind.Name(member.link.kind).removeprefix("LINK_KIND_")
    return UndertakingMember(UUID(member.enterprise_id), through, LinkKind(named) if member.HasField("link") else None)


def _line(line: messages.BusinessLine) -> str:
    scheme = messages.VsicScheme.Name(line.scheme).removeprefix("VSIC_SCHEME_")
    return f"{line.code} ({scheme})"


def _size(size: particulars.YearSize) -> SizeEvidence:
    named = particulars.EnterpriseSize.Name(size.size).removeprefix("ENTERPRISE_SIZE_")
    return SizeEvidence(EnterpriseSize(named), size.figures.year, size.document)


def _standing(standing: messages.Standing) -> Standing:
    field = messages.StandingField.Name(standing.field).removeprefix("STANDING_FIELD_")
    verdicts = {messages.STANDING_VERDICT_FULFILLED: True, messages.STANDING_VERDICT_NOT_FULFILLED: False}
    return Standing(StandingField(field), verdicts.get(standing.verdict), standing.body, standing.document)


def _funding(funding: messages.OtherFunding) -> Funding:
    return Funding(
        scheme=funding.scheme,
        grantor=funding.grantor,
        amount_vnd=funding.amount_vnd,
        decided_on=_day(funding.decided_on),
        legal_basis=funding.legal_basis,
    )


def _state_money(funding: messages.OtherFunding) -> StateMoney:
    return StateMoney(
        **vars(_funding(funding)),
        enterprise_id=UUID(funding.enterprise_id),
        period_to=_day(funding.period_to),
        unit_keys=tuple(funding.unit_keys),
    )


def _stop_flag(flag: enterprises.StopFlag) -> StopFlag:
    return StopFlag(UUID(flag.enterprise_id), flag.body, flag.document, flag.reason)


def _host_flag(flag: enterprises.StopFlag) -> HostFlag:
    lifted_on = _day(flag.lifted_on) if flag.HasField("lifted_on") else None
    return HostFlag(flag.body, flag.document, flag.reason, _day(flag.raised_on), lifted_on)


def _day(day: Date) -> datetime.date:
    return datetime.date(day.year, day.month, day.day)
