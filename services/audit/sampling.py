"""Samples that anybody draws again: from a public seed and a log, by rules that need no more than SHA-256 and addition.

Both ways of drawing, and their names, are those of ISA 530, Appendix 4: random selection, and monetary unit sampling by
systematic selection, where each dong is a sampling unit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import msgspec

from services.audit.archive import HeldLog
from services.audit.events import StoredEvent
from services.audit.export import service_of
from services.shared.transparency_log.errors import Malformed
from services.shared.transparency_log.tiles import TILE_WIDTH

POPULATIONS = {
    "decisions": ("support:Task.Approved", "support:Task.SelectedFromWaitlist"),
    "payments": ("support:BudgetLine.Paid", "support:BudgetLine.Advanced"),
}
"""What is drawn from: decisions to grant, or money that left a budget line; the topics of each."""


class Item(NamedTuple):
    """One decision or payment; ``event`` is ``<service>:<position>``."""

    event: str
    topic: str
    record_id: str
    document: str | None
    effective_on: date
    amount_vnd: int


class Chosen(NamedTuple):
    """An item in a sample, and how many of its dong were hit; in a random sample always one."""

    item: Item
    hits: int


@dataclass(frozen=True)
class Period:
    """Days on which an act counts: from the first, up to but without the last; None is without end."""

    begins_on: date | None = None
    ends_before: date | None = None

    def __contains__(self, day: date) -> bool:
        is_begun = self.begins_on is None or self.begins_on <= day
        return is_begun and (self.ends_before is None or day < self.ends_before)


ALL_DAYS = Period()


def population(
    log: HeldLog, name: str, period: Period = ALL_DAYS, went_on: Callable[[int], None] = lambda _: None
) -> list[Item]:
    """The decisions or payments of a log in a period, in the order of their positions. Raises Missing or Malformed."""
    service, topics = service_of(log.origin), POPULATIONS[name]
    items = []
    for index in range(-(-log.checkpoint.size // TILE_WIDTH)):
        events = log.events(index)
        items += [_item(service, stored) for stored in events if stored.topic in topics]
        went_on(len(events))
    return [item for item in items if item.effective_on in period]


def random_sample(items: Sequence[Item], seed: str, size: int) -> list[Chosen]:
    """So many of the items, or all: those of the least SHA-256 of ``<seed>:<event>``, each as likely as any other."""
    drawn = set(sorted(items, key=lambda item: hashlib.sha256(f"{seed}:{item.event}".encode()).digest())[:size])
    return [Chosen(item, 1) for item in items if item in drawn]


class Interval(NamedTuple):
    """Every so many dong one is hit, the first of them counted from 1."""

    dong: int
    start: int


def interval_of(total_vnd: int, seed: str, size: int) -> Interval:
    """The least interval that hits no more than so many dong of a total, and its start, which the seed draws."""
    dong = max(1, -(-total_vnd // size))
    return Interval(dong, 1 + int.from_bytes(hashlib.sha256(seed.encode()).digest()) % dong)


def monetary_unit_sample(items: Sequence[Item], seed: str, size: int) -> list[Chosen]:
    """The items that hold the dong that are hit, with all dong in one row; what holds an interval cannot be missed."""
    sums = list(accumulate((item.amount_vnd for item in items), initial=0))
    interval = interval_of(sums[-1], seed, size)
    hits = [_hits_up_to(after, interval) - _hits_up_to(before, interval) for before, after in pairwise(sums)]
    return [Chosen(item, count) for item, count in zip(items, hits, strict=True) if count]


def _hits_up_to(dong: int, interval: Interval) -> int:
    """How many of the first so many dong are hit."""
    return (dong - interval.start) // interval.dong + 1


def _item(service: str, stored: StoredEvent) -> Item:
    try:
        state = msgspec.json.decode(stored.state, type=dict[str, Any])
        act = state["act"]
        amount_vnd, effective_on = state["amount_vnd"], date.fromisoformat(act["effective_on"])
        if not isinstance(amount_vnd, int) or amount_vnd < 0:
            raise ValueError(f"{amount_vnd} is no amount")
        event = f"{service}:{stored.position}"
        return Item(event, stored.topic, stored.stream, act["document"], effective_on, amount_vnd)
    except (msgspec.MsgspecError, LookupError, TypeError, ValueError) as error:
        raise Malformed(f"the event at position {stored.position} cannot be drawn: {error!r}") from error
