"""How a call is tried again: where nobody answered (UNAVAILABLE, AIP-194), ever later, until its deadline."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass

import grpc

__all__ = ["Retries"]

TRIED_AGAIN = frozenset({grpc.StatusCode.UNAVAILABLE})


@dataclass(frozen=True)
class Retries:
    """Pauses between tries: up to ``first_seconds``, then up to twice as long each time, at most ``longest_seconds``.

    Each pause is a random part of that, so that many who were turned away at once do not come back at once.
    """

    first_seconds: float = 0.2
    longest_seconds: float = 5.0

    def pauses(self) -> Iterator[float]:
        """The pauses before the second try, the third and so on, in seconds."""
        bound = self.first_seconds
        while True:
            yield random.uniform(0, bound)
            bound = min(2 * bound, self.longest_seconds)


def remaining_seconds(until: float) -> float:
    """What is left until a moment of ``time.monotonic()``, in seconds."""
    return until - time.monotonic()
