"""What is asked and ordered about a person's data; who was erased stays so (Luật 91/2025/QH15, Điều 14)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from eventsourcing.domain import CanMutateAggregate

from services.shared import erasure
from services.shared.erasure import ErasureGround, ErasureProcedure, ErasureRequest, LegalHold
from services.shared.proceeding import Proceeding
from services.shared.record import Act, recorded_by


class DataSubject(ErasureProcedure, Proceeding):
    """A person of whom the registry knows, as the law on personal data sees them (chủ thể dữ liệu).

    The owner of a household business, whose record is theirs, goes by the id of the enterprise.
    """

    TOPIC = "registry:DataSubject"

    class Event(Proceeding.Event):
        """Something about a person's data; each names the person by the surrogate id (sự kiện)."""

        subject_id: UUID

    class Opened(Event, Proceeding.Created):
        """What is asked about a person's data began to be kept (mở hồ sơ chủ thể dữ liệu)."""

        TOPIC = "registry:DataSubject.Opened"

        def sentence(self) -> str:
            return "Mở hồ sơ về dữ liệu cá nhân của một người."

    class HoldPlaced(erasure.HoldPlaced, Event):
        """A document orders to keep the data (ra lệnh giữ dữ liệu)."""

        TOPIC = "registry:DataSubject.HoldPlaced"

    class HoldLifted(erasure.HoldLifted, Event):
        """Another person lifted a hold (bỏ lệnh giữ dữ liệu)."""

        TOPIC = "registry:DataSubject.HoldLifted"

    class ErasureRequested(erasure.ErasureRequested, Event):
        """It was asked that the data be erased (yêu cầu xóa dữ liệu)."""

        TOPIC = "registry:DataSubject.ErasureRequested"

    class ErasureRefused(erasure.ErasureRefused, Event):
        """The request was refused for a written reason (từ chối xóa dữ liệu)."""

        TOPIC = "registry:DataSubject.ErasureRefused"

    class Erased(erasure.Erased, Event):
        """The key of the data is thrown away, for ever (xóa dữ liệu cá nhân)."""

        TOPIC = "registry:DataSubject.Erased"

    Created = Opened

    @staticmethod
    def create_id(subject_id: UUID) -> UUID:
        """Each person has one such record."""
        return uuid5(subject_id, "data-subject")

    @recorded_by(Opened)
    def __init__(self, act: Act, subject_id: UUID) -> None:
        self.subject_id = subject_id
        self.holds = ()
        self.request = None
        self.erased_on = None

    @classmethod
    def open(cls, act: Act, subject_id: UUID) -> DataSubject:
        """Begin to keep what is asked about somebody's data."""
        return cls(act=act, subject_id=subject_id)

    def trigger_event(self, event_class: type[CanMutateAggregate[UUID]], **kwargs: Any) -> None:
        super().trigger_event(event_class, subject_id=self.subject_id, **kwargs)

    @recorded_by(HoldPlaced)
    def _hold_placed(self, act: Act, hold_number: int, reason: str) -> None:
        held = LegalHold(hold_number, act.document or "", reason, act.person_id, act.effective_on)
        self.holds = (*self.holds, held)

    @recorded_by(HoldLifted)
    def _hold_lifted(self, act: Act, hold_number: int, reason: str) -> None:
        self.holds = tuple(
            replace(hold, lifted_on=act.effective_on) if hold.number == hold_number else hold for hold in self.holds
        )

    @recorded_by(ErasureRequested)
    def _erasure_requested(self, act: Act, ground: ErasureGround, answer_by: date | None) -> None:
        self.request = ErasureRequest(ground, act.document or "", act.effective_on, act.person_id, answer_by)

    @recorded_by(ErasureRefused)
    def _erasure_refused(self, act: Act, reason: str) -> None:
        self.request = None

    @recorded_by(Erased)
    def _erased(self, act: Act, ground: ErasureGround) -> None:
        self.request = None
        self.erased_on = act.effective_on
