"""Each caller's share of a door: calls in a second, and calls in hand at a time."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from services.shared.grpc_server.identity import Caller
from services.shared.grpc_server.refusals import CallsAtOnceTooMany, CallsTooMany
from services.shared.record import SERVICE_CAPACITY


@dataclass(frozen=True)
class Share:
    """The most that one caller gets of one process: calls in a second, calls in hand, and those of them that stream."""

    calls_per_second: int
    calls_at_once: int
    streams_at_once: int


class FairUse:
    """Keeps every caller to their share, so that a greedy or slow one is in nobody's way.

    A caller is a person, or a system, whatever they call from. The platform's own services are not held to it: what
    they ask, somebody asked them.
    """

    def __init__(self, share: Share) -> None:
        self._share = share
        self._rate = RateLimitItemPerSecond(share.calls_per_second)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._in_hand: Counter[tuple[str, bool]] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def admitted(self, caller: Caller, *, streams: bool) -> Iterator[None]:
        """One call of the caller; CallsTooMany, CallsAtOnceTooMany."""
        if caller.capacity == SERVICE_CAPACITY:
            yield
            return
        who = caller.person_id.hex
        if not self._limiter.hit(self._rate, who):
            raise CallsTooMany(most=self._share.calls_per_second)
        most = self._share.streams_at_once if streams else self._share.calls_at_once
        with self._in_hand_of((who, streams), most):
            yield

    @contextmanager
    def _in_hand_of(self, kind: tuple[str, bool], most: int) -> Iterator[None]:
        with self._lock:
            if self._in_hand[kind] >= most:
                raise CallsAtOnceTooMany(most=most)
            self._in_hand[kind] += 1
        try:
            yield
        finally:
            with self._lock:
                self._in_hand[kind] -= 1
                if not self._in_hand[kind]:
                    del self._in_hand[kind]
