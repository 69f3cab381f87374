"""A guarantee, the change that breaks it, and the tests that have to notice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]


class TextNotFound(Exception):
    """The text that a mutation replaces does not stand exactly once in its file: the code has moved on."""


@dataclass(frozen=True)
class Mutation:
    """``guarantee`` is what no longer holds once ``old`` is replaced by ``new`` in ``file``, as a sentence.

    ``tests`` are pytest's names of tests, of which at least one must fail then. Mutations are named, not made at
    random as mutmut and cosmic-ray make theirs: most of the guarantees stand in SQL, which those do not read.
    """

    guarantee: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def mutated(self, folder: Path = PROJECT) -> str:
        """The file's text with the guarantee broken; raises TextNotFound."""
        text = (folder / self.file).read_text(encoding="utf-8")
        if text.count(self.old) != 1:
            raise TextNotFound(f"{self.file} holds {text.count(self.old)} times, for {self.guarantee!r}:\n{self.old}")
        return text.replace(self.old, self.new)
