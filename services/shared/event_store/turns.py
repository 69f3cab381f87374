"""Turns: commands of one process that change the same record wait for each other instead of doing their work twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import TIMEOUT_MAX, Lock
from uuid import UUID
from weakref import WeakValueDictionary

from services.shared.deadline import remaining_seconds
from services.shared.event_store.errors import NotAppendedInTime


class Turns:
    """One lock for each record that somebody waits for or changes at this moment.

    A turn saves work and guards nothing: of two processes that change a record at once, the log lets one win.
    """

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[UUID, Lock] = WeakValueDictionary()
        self._finding = Lock()

    @contextmanager
    def at(self, record_id: UUID) -> Iterator[None]:
        """Until the block ends no other thread has its turn at the record; NotAppendedInTime at the deadline."""
        with self._finding:
            lock = self._locks.setdefault(record_id, Lock())
        if not lock.acquire(timeout=min(remaining_seconds(), TIMEOUT_MAX)):
            raise NotAppendedInTime
        try:
            yield
        finally:
            lock.release()
