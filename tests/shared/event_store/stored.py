"""Stored events and commands in the short, for tests below the level of records."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID, uuid4

from eventsourcing.persistence import StoredEvent

from services.shared.event_store import Request

TOPIC = "festival:Lantern.Lit"


def event(originator_id: UUID | None = None, version: int = 1, state: bytes = b'{"candles":1}') -> StoredEvent:
    return StoredEvent(originator_id or uuid4(), version, TOPIC, state)


def request(request_id: UUID | None = None, digest: bytes = b"digest") -> Request:
    return Request(request_id or uuid4(), digest, uuid4(), 1)


def dense(positions: Iterable[int]) -> bool:
    """Whether the positions are 1, 2, 3 … in this order."""
    return all(position == expected for expected, position in enumerate(positions, 1))
