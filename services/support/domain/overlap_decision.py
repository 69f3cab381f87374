"""A person's word on a possible overlap: nothing is granted over it, and nothing refused, by the machine alone."""

from __future__ import annotations

from typing import Any, Self
from uuid import UUID, uuid5

from eventsourcing.domain import CanMutateAggregate

from services.shared.record import Act, Record, must_be_another_than, recorded_by
from services.shared.refusals import Refusal
from services.support.domain.overlap import Overlap, OverlapOutcome, OverlapRuling, OverlapVerdict
from services.support.domain.participation import Participation

__all__ = ["OverlapDecision"]


class OverlapNotPossible(Refusal):
    """A person decides where the rules cannot: what is clear or certain stays so."""

    sentence = "Chỉ khả năng trùng lắp mới do người quyết định; kết quả xét của hồ sơ này là: {verdict}."


class OverlapAlreadyDecided(Refusal):
    """The same lines are decided on once; other lines need a decision of their own."""

    sentence = "Khả năng trùng lắp này của hồ sơ tham gia {participation_id} đã được quyết định."


class OverlapDecision(Record):
    """The decision on what possibly overlaps with one participation (quyết định về khả năng trùng lắp).

    It holds for the lines it was made on, as of a position of the registry's log. Who screened the participation does
    not make it.
    """

    TOPIC = "support:OverlapDecision"

    class Event(Record.Event):
        """Somebody decided on a possible overlap (sự kiện của quyết định về khả năng trùng lắp)."""

        participation_id: UUID
        task_id: UUID
        enterprise_id: UUID
        content_code: str
        outcome: OverlapOutcome
        reason: str
        lines: tuple[str, ...]
        registry_position: int

        def sentence(self) -> str:
            return (
                f"Khả năng trùng lắp nội dung {self.content_code} ({len(self.lines)} khoản): "
                f"{self.outcome.term}. Lý do: {self.reason}"
            )

    class Made(Event, Record.Created):
        """A possible overlap was decided on (quyết định về khả năng trùng lắp)."""

        TOPIC = "support:OverlapDecision.Made"

    Created = Made

    class MadeAnew(Event):
        """Other lines were seen and decided on anew (quyết định lại về khả năng trùng lắp)."""

        TOPIC = "support:OverlapDecision.MadeAnew"

    @staticmethod
    def create_id(participation_id: UUID) -> UUID:
        """Found again from the participation."""
        return uuid5(participation_id, "overlap-decision")

    @recorded_by(Made)
    def __init__(
        self,
        act: Act,
        participation_id: UUID,
        task_id: UUID,
        enterprise_id: UUID,
        content_code: str,
        outcome: OverlapOutcome,
        reason: str,
        lines: tuple[str, ...],
        registry_position: int,
    ) -> None:
        self.participation_id = participation_id
        self.task_id = task_id
        self.enterprise_id = enterprise_id
        self.content_code = content_code
        self.outcome = outcome
        self.reason = reason
        self.lines = lines
        self.registry_position = registry_position
        self.decided_on = act.effective_on

    @classmethod
    def make(
        cls, act: Act, participation: Participation, overlap: Overlap, *, outcome: OverlapOutcome, reason: str
    ) -> Self:
        """The first decision on a screened participation.

        Raises ActedBefore and OverlapNotPossible.
        """
        _must_be_decidable(act, participation, overlap)
        return cls(
            act=act,
            participation_id=participation.id,
            task_id=participation.task_id,
            enterprise_id=participation.enterprise_id,
            content_code=participation.content_code,
            outcome=outcome,
            reason=reason,
            lines=overlap.possible_in_words,
            registry_position=overlap.registry_position,
        )

    def make_anew(
        self, act: Act, participation: Participation, overlap: Overlap, *, outcome: OverlapOutcome, reason: str
    ) -> None:
        """Other lines possibly overlap now.

        Raises ActedBefore, OverlapNotPossible and OverlapAlreadyDecided.
        """
        _must_be_decidable(act, participation, overlap)
        if self.covers(overlap):
            raise OverlapAlreadyDecided(participation_id=self.participation_id)
        self._made_anew(
            act=act,
            outcome=outcome,
            reason=reason,
            lines=overlap.possible_in_words,
            registry_position=overlap.registry_position,
        )

    def trigger_event(self, event_class: type[CanMutateAggregate[UUID]], **kwargs: Any) -> None:
        whose = {
            "participation_id": self.participation_id,
            "task_id": self.task_id,
            "enterprise_id": self.enterprise_id,
            "content_code": self.content_code,
        }
        super().trigger_event(event_class, **{**whose, **kwargs})

    @recorded_by(MadeAnew)
    def _made_anew(
        self, act: Act, outcome: OverlapOutcome, reason: str, lines: tuple[str, ...], registry_position: int
    ) -> None:
        self.outcome = outcome
        self.reason = reason
        self.lines = lines
        self.registry_position = registry_position
        self.decided_on = act.effective_on

    def covers(self, overlap: Overlap) -> bool:
        """Whether the decision was made on these very lines."""
        return set(self.lines) == set(overlap.possible_in_words)

    @property
    def ruling(self) -> OverlapRuling:
        """What it says, as verdicts refer to it."""
        return OverlapRuling(self.id, self.outcome, self.reason, self.decided_on)


def _must_be_decidable(act: Act, participation: Participation, overlap: Overlap) -> None:
    must_be_another_than(act, *participation.screened_by)
    if overlap.verdict is not OverlapVerdict.POSSIBLE:
        raise OverlapNotPossible(verdict=overlap.verdict.term)
