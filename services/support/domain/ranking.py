"""Who comes before whom where money or places do not suffice: candidates in, their order with its reasons out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.shared.record import LOCAL_TIME
from services.support.domain.council import in_points
from services.support.domain.priority_rules import OrderKey, PriorityVersion

__all__ = ["Candidate", "Ranked", "Ranking", "ranked"]


@dataclass(frozen=True)
class Candidate:
    """An eligible participation with what it is ordered by; the council's points are hundredths."""

    participation_id: UUID
    task_id: UUID
    enterprise_id: UUID
    content_code: str
    priority_points: int
    council_hundredths: int
    applied_at: datetime


@dataclass(frozen=True)
class Ranked:
    """A candidate's place; candidates that nothing tells apart share theirs."""

    rank: int
    candidate: Candidate
    explanation: str


@dataclass(frozen=True)
class Ranking:
    """All candidates in their order; without rules in force all of them are first."""

    rules: PriorityVersion | None
    places: tuple[Ranked, ...]

    def place_of(self, participation_id: UUID) -> Ranked:
        """The place of a candidate that is among them."""
        return next(each for each in self.places if each.candidate.participation_id == participation_id)

    def ahead_of(self, participation_id: UUID) -> tuple[UUID, ...]:
        """Who comes before a candidate."""
        rank = self.place_of(participation_id).rank
        return tuple(each.candidate.participation_id for each in self.places if each.rank < rank)


_SORTED_BY: Mapping[OrderKey, Callable[[Candidate], float]] = {
    OrderKey.PRIORITY_POINTS: lambda candidate: -candidate.priority_points,
    OrderKey.COUNCIL_POINTS: lambda candidate: -candidate.council_hundredths,
    OrderKey.APPLIED_EARLIER: lambda candidate: candidate.applied_at.timestamp(),
}
_IN_WORDS: Mapping[OrderKey, Callable[[Candidate], str]] = {
    OrderKey.PRIORITY_POINTS: lambda candidate: f"điểm ưu tiên {candidate.priority_points}",
    OrderKey.COUNCIL_POINTS: lambda candidate: f"điểm hội đồng {in_points(candidate.council_hundredths)}",
    OrderKey.APPLIED_EARLIER: lambda candidate: (
        f"nộp hồ sơ lúc {candidate.applied_at.astimezone(LOCAL_TIME):%H:%M ngày %d/%m/%Y}"
    ),
}


def ranked(candidates: Iterable[Candidate], rules: PriorityVersion | None) -> Ranking:
    """The candidates in the order of the rules; equal ones share the first of their places."""
    order = rules.order if rules else ()

    def key(candidate: Candidate) -> tuple[float, ...]:
        return tuple(_SORTED_BY[each](candidate) for each in order)

    in_order = sorted(candidates, key=key)
    keys = [key(candidate) for candidate in in_order]
    places = tuple(
        Ranked(keys.index(each) + 1, candidate, _explained(candidate, order))
        for each, candidate in zip(keys, in_order, strict=True)
    )
    return Ranking(rules, places)


def _explained(candidate: Candidate, order: tuple[OrderKey, ...]) -> str:
    if not order:
        return "Chưa có quy tắc ưu tiên có hiệu lực, các hồ sơ ngang nhau."
    told = ", ".join(_IN_WORDS[each](candidate) for each in order)
    return f"{told[0].upper()}{told[1:]}."
