"""Looking for a record that may not be there yet."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from services.shared.event_store import EventLog, RecordNotFound
from services.shared.record import Record

R = TypeVar("R", bound=Record)


def found(log: EventLog, record_class: type[R], record_id: UUID) -> R | None:
    """The record, or None where nobody has brought it into being."""
    try:
        return log.load(record_class, record_id)
    except RecordNotFound:
        return None
