"""Waiting for what another thread or the server does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from services.shared.event_store import Cursor


@contextmanager
def holding(cursor: Cursor, lock: str) -> Iterator[None]:
    """Within, the cursor's connection holds the lock that the statement takes."""
    cursor.execute("BEGIN")
    cursor.execute(lock)
    try:
        yield
    finally:
        cursor.execute("COMMIT")


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Return as soon as the condition holds; fail when it does not in time."""
    give_up_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up_at, "waited in vain"
        time.sleep(0.001)
