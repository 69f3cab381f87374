"""Rules kept as one record per version, numbered from 1 without a gap."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import count
from typing import TypeVar
from uuid import UUID

from services.shared.event_store import EventLog
from services.shared.record import Record
from services.support.domain.versioned_rules import VersionedRules

R = TypeVar("R", bound=Record)
V = TypeVar("V", bound=VersionedRules)

_AT_ONCE = 8
"""So many versions are read in one round trip: rules change seldom, and every decision asks for them."""


def versions_of(log: EventLog, record_class: type[R], id_of: Callable[[int], UUID]) -> Iterator[R]:
    """All versions, the first one first."""
    for first in count(1, _AT_ONCE):
        ids = [id_of(rules_version) for rules_version in range(first, first + _AT_ONCE)]
        found = log.load_many(record_class, ids)
        yield from (found[id_] for id_ in ids if id_ in found)
        if len(found) < _AT_ONCE:
            return


def highest_in_force(versions: Iterable[V], on: date) -> V | None:
    """Of the versions in force on a day the highest, if there is any."""
    in_force = (rules for rules in versions if rules.are_in_force(on))
    return max(in_force, key=lambda rules: rules.rules_version, default=None)
