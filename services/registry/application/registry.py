"""All that may be done in the registry: get, tell, save."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar
from uuid import UUID, uuid4

import msgspec

from services.registry.application.addresses import Addresses
from services.registry.application.affiliations import Affiliations
from services.registry.application.duplicates import Merging
from services.registry.application.identifiers import DELIVERING_ORGANISATIONS, ENTERPRISES, claim_id
from services.registry.application.undertakings import Undertakings
from services.registry.domain.body import (
    Body,
    BodyAlreadyEstablished,
    BodyDoesNotAttestField,
    BodyUnknown,
    PredecessorBody,
)
from services.registry.domain.business_line import BusinessLine
from services.registry.domain.delivering_organisation import (
    Accreditation,
    DeliveringOrganisation,
    DeliveringOrganisationAlreadyRegistered,
    OfferedService,
)
from services.registry.domain.duplicates import Duplicates
from services.registry.domain.enterprise import Enterprise, EnterpriseAlreadyRegistered
from services.registry.domain.identifier import Identifier, IdentifierKind, checked_tax_code
from services.registry.domain.other_funding import OtherFunding, RecordedFunding
from services.registry.domain.registration import Particulars, Registration, TargetGroup
from services.registry.domain.size import YearSize
from services.registry.domain.standing import Standing, StandingField, StandingVerdict
from services.registry.domain.stop_flag import StopFlag
from services.registry.domain.undertaking import Undertaking
from services.registry.domain.unit_register import (
    PublishedPredecessor,
    PublishedUnit,
    UnitRegister,
    UnitRegisterLacksDocument,
    UnitsAlreadyPublished,
)
from services.shared.event_store import Call, EventLog, Saved
from services.shared.personal_data import ERASED, Sealed, SubjectKeys
from services.shared.record import Act, Record
from services.shared.refusals import Invalid


class PositionNotReached(Invalid):
    """A caller can only wait for what has been recorded."""

    sentence = "Nhật ký chưa có vị trí {position}."


T = TypeVar("T")


@dataclass(frozen=True)
class Held(Generic[T]):
    """A fact, the enterprise whose record holds it, and the position at which it was recorded."""

    fact: T
    enterprise_id: UUID
    position: int


@dataclass(frozen=True)
class MemberFacts:
    """What another scheme pays, ever paid or will pay an enterprise of an undertaking for the content, and what stops
    it on the day."""

    enterprise_id: UUID
    other_fundings: tuple[Held[RecordedFunding], ...]
    stop_flags: tuple[StopFlag, ...]


@dataclass(frozen=True)
class Eligibility:
    """What a decision about an enterprise and a content needs to know, on one day; it judges nothing.

    The facts are those of the log at ``as_of_position``, neither older nor newer. Of an enterprise with several records
    standings and funding are those of all of them, the rest is what the kept one says. ``size`` is that of the year
    before. ``members`` are the facts about each enterprise of the undertaking, itself first.
    """

    enterprise_id: UUID
    content_code: str
    on_date: date
    target_group: TargetGroup
    unit_code: str
    ended_on: date | None
    size: YearSize | None
    business_lines: tuple[BusinessLine, ...]
    standings: dict[StandingField, Held[Standing] | None]
    other_fundings: tuple[Held[RecordedFunding], ...]
    undertaking: Undertaking
    members: tuple[MemberFacts, ...]
    as_of_position: int


class Registry:
    """Who may be helped, who helps, and where they are.

    ``identifier_secret`` keys the digest by which a number is found again; with another secret a number already
    registered would be taken for a new one.
    """

    def __init__(
        self, log: EventLog, addresses: Addresses, subject_keys: SubjectKeys, identifier_secret: bytes
    ) -> None:
        self._log = log
        self._addresses = addresses
        self._subject_keys = subject_keys
        self._identifier_secret = identifier_secret
        self._undertakings = Undertakings(log)
        self._merging = Merging(log)
        self._affiliations = Affiliations(log, subject_keys, identifier_secret)

    def establish_body(
        self,
        call: Call,
        *,
        code: str,
        name: str,
        established_on: date,
        predecessors: tuple[PredecessorBody, ...],
        attests: StandingField | None,
    ) -> Saved[Body]:
        if self._log.find(Body, Body.create_id(code)):
            raise BodyAlreadyEstablished(code=code)
        body = Body.establish(call.act, code, name, established_on, predecessors, attests)
        return self._log.save_for(call, body)

    def get_body(self, code: str) -> Body:
        """The body of a code; BodyUnknown."""
        body = self._log.find(Body, Body.create_id(code))
        if body is None:
            raise BodyUnknown(code=code)
        return body

    def publish_units(
        self,
        call: Call,
        *,
        province_code: str,
        valid_from: date,
        units: tuple[PublishedUnit, ...],
        predecessors: tuple[PublishedPredecessor, ...],
    ) -> Saved[UnitRegister]:
        if call.act.document is None:
            raise UnitRegisterLacksDocument("basis.document")
        if self._log.find(UnitRegister, UnitRegister.create_id(province_code, call.act.document)):
            raise UnitsAlreadyPublished(province_code=province_code, legal_basis=call.act.document)
        register = UnitRegister.publish(call.act, province_code, valid_from, units, predecessors)
        return self._log.save_for(call, register)

    def register_enterprise(self, call: Call, registration: Registration) -> Saved[Enterprise]:
        """Enter an enterprise together with the claim on its identifier, so that of two at once one is refused."""
        code = registration.checked_identifier(call.act.capacity)
        self._addresses.unit_on(registration.unit_code, call.act.effective_on)
        claim_id = self._claim_id(ENTERPRISES, registration.identifier_kind, code) if code else None
        if claim_id and self._log.find(Identifier, claim_id):
            raise EnterpriseAlreadyRegistered()
        enterprise_id = uuid4()

        def seal(particulars: Particulars) -> Sealed:
            return self._subject_keys.seal(enterprise_id, msgspec.json.encode(particulars).decode())

        enterprise = Enterprise.register(call.act, enterprise_id, registration, seal)
        beside = list[Record]()
        if code and claim_id:
            beside.append(Identifier.claim(call.act, claim_id, enterprise_id))
            beside.extend(self._sharing_number(call.act, enterprise, code))
        if code and registration.identifier_kind is IdentifierKind.PERSONAL_ID:
            beside.extend(self._affiliations.owner_of_household(call.act, enterprise, code))
        return self._log.save_for(call, enterprise, *beside)

    def _sharing_number(self, act: Act, enterprise: Enterprise, code: str) -> tuple[Duplicates, ...]:
        """The suspicion that an enterprise which has the number under another kind is the same."""
        others = [kind for kind in IdentifierKind if kind is not enterprise.identifier_kind]
        claimed = self._log.load_many(Identifier, [self._claim_id(ENTERPRISES, kind, code) for kind in others])
        if not claimed:
            return ()
        duplicates = Duplicates.open(act, enterprise.id)
        for claim in claimed.values():
            duplicates.suspect(act, claim.holder_id)
        return (duplicates,)

    def get_enterprise(self, enterprise_id: UUID) -> Enterprise:
        return self._log.load(Enterprise, enterprise_id)

    def opened_particulars(self, enterprise: Enterprise) -> Particulars:
        """Name, number and street in clear: only for capacities that need them. Erased ones read ``[erased]``."""
        if enterprise.sealed_particulars is None:
            assert enterprise.particulars is not None
            return enterprise.particulars
        text = self._subject_keys.open(enterprise.id, enterprise.sealed_particulars)
        if text == ERASED:
            return Particulars(display_name=ERASED, identifier_code=None, street=None)
        return msgspec.json.decode(text, type=Particulars)

    def attest_standing(
        self,
        call: Call,
        *,
        enterprise_id: UUID,
        field: StandingField,
        verdict: StandingVerdict,
        valid_from: date,
        valid_until: date,
    ) -> Saved[Enterprise]:
        """Record what the caller's body says of a duty."""
        body = self._log.find(Body, Body.create_id(call.act.body))
        if body is None:
            raise BodyDoesNotAttestField(code=call.act.body, field=field.term)
        enterprise = self._log.load(Enterprise, enterprise_id, etag=call.etag)
        enterprise.attest_standing(call.act, body, field, verdict, valid_from, valid_until)
        return self._log.save_for(call, enterprise)

    def record_other_funding(self, call: Call, *, enterprise_id: UUID, funding: OtherFunding) -> Saved[Enterprise]:
        """Record another scheme's money; refuses what is known of any record of the enterprise."""
        enterprise = self._log.load(Enterprise, enterprise_id, etag=call.etag)
        other_ids = [each for each in self._merging.records_of(enterprise_id) if each != enterprise_id]
        others = self._log.load_many(Enterprise, other_ids) if other_ids else {}
        elsewhere = [known for record in others.values() for known in record.other_fundings]
        enterprise.record_other_funding(call.act, funding, elsewhere=elsewhere)
        return self._log.save_for(call, enterprise)

    def get_eligibility(self, enterprise_id: UUID, content_code: str, on_date: date) -> Eligibility:
        """The facts for a decision, from the log itself, all of them as they stood at one position."""
        position = self._log.head()
        known = {enterprise_id: self._log.load_at(Enterprise, enterprise_id, position)}
        undertaking = self._undertakings.undertaking_at(position, enterprise_id, on_date)
        for member in undertaking.members[1:]:
            known[member.enterprise_id] = self._log.load_at(Enterprise, member.enterprise_id, position)
        records = [known[record_id] for record_id in undertaking.records]
        enterprise, _ = records[0]
        return Eligibility(
            enterprise_id=enterprise_id,
            content_code=content_code,
            on_date=on_date,
            target_group=enterprise.target_group,
            unit_code=enterprise.premises_on(on_date).unit_code,
            ended_on=enterprise.ended_on,
            size=enterprise.size_in(on_date.year - 1),
            business_lines=enterprise.lines_on(on_date),
            standings={field: _last_standing(records, field, on_date) for field in StandingField},
            other_fundings=tuple(
                Held(funding, record.id, positions[funding.version])
                for record, positions in records
                for funding in record.fundings_on(content_code, on_date)
            ),
            undertaking=undertaking,
            members=tuple(
                MemberFacts(
                    enterprise_id=member.id,
                    other_fundings=tuple(
                        Held(funding, member.id, positions[funding.version])
                        for funding in member.fundings_of(content_code)
                    ),
                    stop_flags=member.stop_flags_on(on_date),
                )
                for member, positions in known.values()
            ),
            as_of_position=position,
        )

    def register_delivering_organisation(
        self,
        call: Call,
        *,
        name: str,
        tax_code: str,
        services: tuple[OfferedService, ...],
        scope: str,
        accreditation: Accreditation | None,
    ) -> Saved[DeliveringOrganisation]:
        """Enter an organisation together with the claim on its tax code; it may be an enterprise too."""
        code = checked_tax_code(tax_code, "tax_code")
        claim_id = self._claim_id(DELIVERING_ORGANISATIONS, IdentifierKind.TAX_CODE, code)
        if self._log.find(Identifier, claim_id):
            raise DeliveringOrganisationAlreadyRegistered()
        organisation = DeliveringOrganisation.register(call.act, uuid4(), name, code, services, scope, accreditation)
        return self._log.save_for(call, organisation, Identifier.claim(call.act, claim_id, organisation.id))

    def get_delivering_organisation(self, organisation_id: UUID) -> DeliveringOrganisation:
        return self._log.load(DeliveringOrganisation, organisation_id)

    def wait_for(self, position: int, timeout: float) -> None:  # noqa: ARG002 - the log itself never lags
        """What is read from the log shows every recorded event at once; PositionNotReached for a later one."""
        if position > self._log.head():
            raise PositionNotReached("min_position", position=position)

    def _claim_id(self, holders: str, kind: IdentifierKind, code: str) -> UUID:
        return claim_id(self._identifier_secret, holders, kind, code)


def _last_standing(
    records: Sequence[tuple[Enterprise, dict[int, int]]], field: StandingField, day: date
) -> Held[Standing] | None:
    """What was attested last of a duty for a day, in whichever of an enterprise's records it stands."""
    attested = (
        Held(standing, record.id, positions[standing.version])
        for record, positions in records
        if (standing := record.standing_on(field, day))
    )
    return max(attested, key=lambda held: held.position, default=None)
