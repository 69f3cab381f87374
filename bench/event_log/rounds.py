"""Sides that take turns, so that what disturbs the machine disturbs all of them alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.figures import median

__all__ = ["Round", "Rounds", "alternate"]


@dataclass(frozen=True)
class Round:
    """What one side did in its turn: commands settled, those of them appended, and how long one took."""

    settled: int
    appended: int
    per_second: float
    p50_ms: float = 0
    p99_ms: float = 0


@dataclass(frozen=True)
class Rounds:
    """One side's turns."""

    turns: Sequence[Round]

    @property
    def per_second(self) -> float:
        """The median rate."""
        return median(turn.per_second for turn in self.turns)

    @property
    def appended(self) -> int:
        """Over all turns."""
        return sum(turn.appended for turn in self.turns)

    @property
    def latency_ms(self) -> tuple[float, float]:
        """The medians of p50 and of p99."""
        return median(turn.p50_ms for turn in self.turns), median(turn.p99_ms for turn in self.turns)


def alternate(sides: Mapping[str, Callable[[], Round]], rounds: int) -> dict[str, Rounds]:
    """Let each side have its turn, round by round."""
    turns: dict[str, list[Round]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            turns[name].append(side())
    return {name: Rounds(taken) for name, taken in turns.items()}
