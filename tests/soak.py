"""How large a random test is: a small part under a fixed seed in usual runs, the full count in ``make soak``."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from random import Random

import pytest

_USUAL_SEED = 134
_USUAL_PART = 0.01


@dataclass(frozen=True)
class Soak:
    """The size and the seed of every random test of a run."""

    is_full: bool
    seed: int

    @classmethod
    def of(cls, config: pytest.Config) -> Soak:
        """As the command line says: the usual seed in a usual run, a new one in a full run that names none."""
        is_full: bool = config.getoption("--soak")
        seed: int | None = config.getoption("--seed")
        if seed is None:
            # Kept where the next question finds it, since a run has one seed.
            seed = config.option.seed = secrets.randbelow(10**9) if is_full else _USUAL_SEED
        return cls(is_full, seed)

    def count(self, full: int, part: float = _USUAL_PART) -> int:
        """How many to do: all in a full run, ``part`` of them otherwise."""
        return full if self.is_full else round(full * part)

    def random(self, *purpose: object) -> Random:
        """Chance for one purpose, the same again under the same seed."""
        return Random(f"{self.seed} {purpose}")

    def __str__(self) -> str:
        return f"--seed {self.seed}" + (" --soak" if self.is_full else "")
