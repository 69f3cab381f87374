"""Rules kept as one record per version, numbered from 1 without a gap."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import count
from typing import Protocol, TypeVar
from uuid import UUID

from services.shared.event_store import EventLog
from services.shared.record import Record


class Rules(Protocol):
    """What versions of rules have in common."""

    rules_version: int

    def are_in_force(self, on: date) -> bool: ...


R = TypeVar("R", bound=Record)
S = TypeVar("S", bound=Rules)


def versions_of(log: EventLog, record_class: type[R], id_of: Callable[[int], UUID]) -> Iterator[R]:
    """All versions, the first one first."""
    for rules_version in count(1):
        rules = log.find(record_class, id_of(rules_version))
        if rules is None:
            return
        yield rules


def highest_in_force(versions: Iterable[S], on: date) -> S | None:
    """Of the versions in force on a day the highest, if there is any."""
    in_force = (rules for rules in versions if rules.are_in_force(on))
    return max(in_force, key=lambda rules: rules.rules_version, default=None)
