"""Checkpoints, https://c2sp.org/tlog-checkpoint: which log, how long it is, and its tree's root, in a signed note."""

from __future__ import annotations

import base64
import re
from typing import NamedTuple

from services.shared.transparency_log.errors import Malformed
from services.shared.transparency_log.notes import Note, exact_base64
from services.shared.transparency_log.tree import EMPTY_ROOT

_BODY = re.compile(r"([^\s+]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n")


class Checkpoint(NamedTuple):
    """The tree of the first ``size`` events of the log named ``origin``, by its root hash.

    Lines of extension, which the format permits and advises against, are refused: nobody could say what they mean.
    """

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """The checkpoint that a note's text states. Raises Malformed."""
        found = _BODY.fullmatch(text)
        if found is None:
            raise Malformed(f"not a checkpoint: {text[:200]!r}")
        checkpoint = cls(found[1], int(found[2]), exact_base64(found[3]))
        if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
            raise Malformed(f"the empty log of {checkpoint.origin} has not the root of the empty tree")
        return checkpoint

    @classmethod
    def of_note(cls, note: Note, origin: str) -> Checkpoint:
        """The checkpoint in a note, whoever signed it. Raises Malformed, also when it is of another log."""
        checkpoint = cls.parse(note.text)
        if checkpoint.origin != origin:
            raise Malformed(f"a checkpoint of {checkpoint.origin!r} where one of {origin!r} was expected")
        return checkpoint
