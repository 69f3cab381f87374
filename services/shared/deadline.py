"""How long the present call may still take: set once at the door, asked for wherever something waits."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ends_at: ContextVar[float] = ContextVar("ends_at", default=math.inf)


def remaining_seconds() -> float:
    """Seconds left for the present call: 0 when they are used up, infinite outside any call.

    A wait for a connection or a view and a question to another service all take theirs from here.
    """
    return max(0.0, _ends_at.get() - time.monotonic())


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Bound what runs inside to so many seconds; an outer, tighter bound stays in force."""
    token = _ends_at.set(min(_ends_at.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _ends_at.reset(token)


@contextmanager
def at_least(seconds: float) -> Iterator[None]:
    """Give what runs inside so many seconds, however few the present call has left: it is done for others as well."""
    token = _ends_at.set(max(_ends_at.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _ends_at.reset(token)
