"""A log filled with stored events, and emptied again by somebody who may do anything."""

from __future__ import annotations

from uuid import UUID

from eventsourcing.persistence import StoredEvent

from services.shared.event_store import Cursor, EventLog
from services.shared.transparency_log.log_tree import LogTree
from services.shared.transparency_log.signing import Signing


def stored(number: int) -> StoredEvent:
    state = f'{{"act":{{"recorded_at":"2026-11-22T08:00:00Z"}},"weight_kg":{number}}}'
    return StoredEvent(UUID(int=number), 1, "orchard:Basket.Weighed", state.encode())


def append(log: EventLog, count: int) -> None:
    """Let the log grow by so many events, numbered on from those it has."""
    head = log.head()
    for first in range(head, head + count, 5_000):
        log.recorder.append([stored(number) for number in range(first + 1, min(first + 5_000, head + count) + 1)])


def integrate_all(tree: LogTree, signing: Signing, most: int = 4_000) -> None:
    while tree.integrate(signing.sign, most):
        pass


def forge(owner: Cursor, log: EventLog, statement: str) -> None:
    """Change history as the owner of the database can who first takes the guard away."""
    events = log.factory.tables.named("events")
    owner.execute(f"ALTER TABLE {events} DISABLE TRIGGER immutable")
    owner.execute(statement.format(events=events, position=log.factory.tables.named("position")))
