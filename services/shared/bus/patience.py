"""How long to wait before the next try: longer each time, up to a bound, never in step with others."""

from __future__ import annotations

import random


class Patience:
    """Growing delays; ``reset`` after a success."""

    def __init__(self, first_seconds: float = 0.1, longest_seconds: float = 10.0) -> None:
        self._first = first_seconds
        self._longest = longest_seconds
        self.tries = 0

    def next_seconds(self) -> float:
        """The next delay; between half and the whole of it at random, so that processes cut off together spread out."""
        delay = min(self._longest, self._first * 2.0 ** min(self.tries, 30))
        self.tries += 1
        return delay * random.uniform(0.5, 1.0)

    def reset(self) -> None:
        self.tries = 0
