"""What support does when the registry announces something: facts that may concern what was decided already."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID, uuid5

from google.type.date_pb2 import Date
from nscl.registry.v1 import registry_events_pb2 as registry
from nscl.registry.v1.registry_service_pb2 import STANDING_VERDICT_NOT_FULFILLED

from services.shared.bus.consumers import Consumer
from services.shared.event_store import Cursor
from services.support.application.late_facts import Heard, LateFacts
from services.support.domain.case import FactKind
from services.support.domain.overlap import StateMoney


class RegistryListener(Consumer):
    """What support hears of the registry; what the registry knows at a decision or payment is asked at its door."""

    owner = "registry"
    ignored: ClassVar[frozenset[str]] = frozenset(
        message.DESCRIPTOR.full_name
        for message in (
            registry.AccreditationRecorded,
            registry.BodyEstablished,
            registry.BranchClosed,
            registry.BranchOpened,
            registry.BusinessLinesAmended,
            registry.DeliveringOrganisationEnded,
            registry.DeliveringOrganisationRegistered,
            registry.DeliveringOrganisationRenamed,
            registry.EnterpriseMoved,
            registry.EnterpriseRegistered,
            registry.EnterpriseRenamed,
            registry.EnterpriseSizeRecorded,
            registry.FundingImportBegun,
            registry.FundingImportFinished,
            registry.LegalFormConverted,
            registry.OfferedServicesAmended,
            registry.OrganisationStopFlagLifted,
            registry.OrganisationStopFlagRaised,
            registry.SizeRuleAdopted,
            registry.UndertakingRuleAdopted,
        )
    )

    def __init__(self, late_facts: LateFacts) -> None:
        self._late_facts = late_facts

    def on_other_funding_recorded(
        self, announcement: registry.OtherFundingRecorded, position: int, cursor: Cursor
    ) -> None:
        heard, fact_id = _heard(announcement, position, cursor), UUID(announcement.other_funding_id)
        self._late_facts.hear_funding(heard, fact_id, announcement.content_code, _money(announcement))

    def on_other_funding_corrected(
        self, announcement: registry.OtherFundingCorrected, position: int, cursor: Cursor
    ) -> None:
        heard, fact_id = _heard(announcement, position, cursor), UUID(announcement.other_funding_id)
        self._late_facts.hear_funding_again(heard, fact_id, announcement.content_code, _money(announcement))

    def on_other_funding_revoked(
        self, announcement: registry.OtherFundingRevoked, position: int, cursor: Cursor
    ) -> None:
        heard, enterprise_id = _heard(announcement, position, cursor), UUID(announcement.enterprise_id)
        self._late_facts.hear_again(heard, UUID(announcement.other_funding_id), enterprise_id)

    def on_standing_attested(self, announcement: registry.StandingAttested, position: int, cursor: Cursor) -> None:
        heard, enterprise_id = _heard(announcement, position, cursor), UUID(announcement.enterprise_id)
        if announcement.verdict == STANDING_VERDICT_NOT_FULFILLED:
            self._late_facts.hear_of(heard, FactKind.STANDING_LOST, _duty_id(announcement), enterprise_id)
        else:
            self._late_facts.hear_again(heard, _duty_id(announcement), enterprise_id)

    def on_standing_revoked(self, announcement: registry.StandingRevoked, position: int, cursor: Cursor) -> None:
        heard, enterprise_id = _heard(announcement, position, cursor), UUID(announcement.enterprise_id)
        self._late_facts.hear_of(heard, FactKind.STANDING_LOST, _duty_id(announcement), enterprise_id)

    def on_stop_flag_raised(self, announcement: registry.StopFlagRaised, position: int, cursor: Cursor) -> None:
        heard, flag_id = _heard(announcement, position, cursor), UUID(announcement.stop_flag_id)
        self._late_facts.hear_of(heard, FactKind.STOP_FLAG, flag_id, UUID(announcement.enterprise_id))

    def on_stop_flag_lifted(self, announcement: registry.StopFlagLifted, position: int, cursor: Cursor) -> None:
        heard, flag_id = _heard(announcement, position, cursor), UUID(announcement.stop_flag_id)
        self._late_facts.hear_again(heard, flag_id, UUID(announcement.enterprise_id))

    def on_link_recorded(self, announcement: registry.LinkRecorded, position: int, cursor: Cursor) -> None:
        if announcement.from_enterprise_id:  # with whom a person ties it, the registry alone knows
            parties = UUID(announcement.from_enterprise_id), UUID(announcement.enterprise_id)
            self._late_facts.hear_of_link(_heard(announcement, position, cursor), UUID(announcement.link_id), *parties)

    def on_link_ended(self, announcement: registry.LinkEnded, position: int, cursor: Cursor) -> None:
        parties = (UUID(party) for party in (announcement.from_enterprise_id, announcement.enterprise_id) if party)
        self._late_facts.hear_again(_heard(announcement, position, cursor), UUID(announcement.link_id), *parties)

    def on_enterprises_merged(self, announcement: registry.EnterprisesMerged, position: int, cursor: Cursor) -> None:
        merged_id, kept_id = UUID(announcement.enterprise_id), UUID(announcement.kept_enterprise_id)
        self._late_facts.hear_of_link(_heard(announcement, position, cursor), merged_id, merged_id, kept_id)

    def on_enterprises_separated(
        self, announcement: registry.EnterprisesSeparated, position: int, cursor: Cursor
    ) -> None:
        merged_id, kept_id = UUID(announcement.enterprise_id), UUID(announcement.kept_enterprise_id)
        self._late_facts.hear_again(_heard(announcement, position, cursor), merged_id, merged_id, kept_id)

    def on_enterprise_succeeded(
        self, announcement: registry.EnterpriseSucceeded, position: int, cursor: Cursor
    ) -> None:
        self._hear_of_end(announcement, position, cursor)

    def on_enterprise_dissolved(
        self, announcement: registry.EnterpriseDissolved, position: int, cursor: Cursor
    ) -> None:
        self._hear_of_end(announcement, position, cursor)

    def _hear_of_end(self, announcement: Any, position: int, cursor: Cursor) -> None:
        heard, enterprise_id = _heard(announcement, position, cursor), UUID(announcement.enterprise_id)
        self._late_facts.hear_of(heard, FactKind.ENTERPRISE_ENDED, enterprise_id, enterprise_id)


def _heard(announcement: Any, position: int, cursor: Cursor) -> Heard:
    announced = announcement.announced
    return Heard(position, announced.sentence, _day(announced.act.effective_on), cursor)


def _money(announcement: registry.OtherFundingRecorded | registry.OtherFundingCorrected) -> StateMoney:
    return StateMoney(
        scheme=announcement.scheme,
        grantor=announcement.grantor,
        amount_vnd=announcement.amount_vnd,
        decided_on=_day(announcement.decided_on),
        legal_basis=announcement.legal_basis,
        enterprise_id=UUID(announcement.enterprise_id),
        period_to=_day(announcement.period_to) if announcement.HasField("period_to") else None,
        unit_keys=tuple(announcement.unit_keys),
    )


def _duty_id(announcement: registry.StandingAttested | registry.StandingRevoked) -> UUID:
    """The same for all that is said of one duty of an enterprise: the last word counts."""
    return uuid5(UUID(announcement.enterprise_id), f"standing:{announcement.field}")


def _day(day: Date) -> date:
    return date(day.year, day.month, day.day)
