"""What a service signs its log with, and its memory of what it signed, which lies outside its database.

A database can be put back to an earlier day, or another one put in its place; the memory cannot be wrong with it. It is
one file, the last signed checkpoint as it was published, on a volume that is not backed up with the database.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Self

from services.shared.settings import LogSettings
from services.shared.transparency_log.checkpoints import Checkpoint
from services.shared.transparency_log.durable import replace_durably
from services.shared.transparency_log.errors import Malformed, Unsigned
from services.shared.transparency_log.log_tree import HistoryLost, LogTree
from services.shared.transparency_log.notes import Note, Signer
from services.shared.transparency_log.policy import Policy


class LogCutShort(HistoryLost):
    """The log ends before what was signed: its tail was deleted, or an old backup was put in its place."""


class LogReplaced(HistoryLost):
    """The log holds other events than those signed: history was changed, or another log bears the same name."""


class Memory:
    """The last checkpoint that was signed, in a file that is replaced whole and lasts."""

    def __init__(self, file: Path, origin: str) -> None:
        self._file = file
        self._origin = origin

    def recall(self) -> Checkpoint | None:
        """What was signed last; None when nothing ever was. Raises Malformed when the file says nothing of this log."""
        try:
            return Checkpoint.of_note(Note.parse(self._file.read_bytes()), self._origin)
        except FileNotFoundError:
            return None

    def keep(self, note: bytes) -> None:
        """Remember this checkpoint; when this returns, a power cut does not make it forgotten."""
        replace_durably(self._file, note)

    def compare(self, tree: LogTree, head: int) -> None:
        """Raises LogCutShort or LogReplaced when a log of ``head`` events is not the one that was signed.

        Where the tree has not come as far yet, its roots cannot be compared: whoever lets it grow compares again.
        """
        signed = self.recall()
        if signed is None:
            return
        if head < signed.size:
            raise LogCutShort(
                f"{self._origin} has signed {signed.size} events and holds {head}: its tail was deleted, or an old"
                " backup put in its place"
            )
        if tree.size() >= signed.size and tree.root(signed.size) != signed.root:
            raise self.replaced(signed)

    def replaced(self, signed: Checkpoint) -> LogReplaced:
        """What to raise when the log does not begin with what was signed."""
        return LogReplaced(
            f"{self._origin} has signed {signed.size} events, and holds others: history was changed, or this is"
            " another log under the same name"
        )


class Signing:
    """Signs checkpoints of one log; while keys change, with the old one and the new one.

    ``policy`` names the witnesses, and how many have to cosign a checkpoint; without it none has to.
    """

    def __init__(self, origin: str, signers: tuple[Signer, ...], memory: Memory, policy: Policy | None = None) -> None:
        """Raises Malformed when there is no key, or a key has not the log's name."""
        if not signers or any(signer.verifier.name != origin for signer in signers):
            raise Malformed(f"a log is signed by one key or more, each named as the log is: {origin}")
        self.origin = origin
        self.memory = memory
        self.policy = policy
        self._signers = signers

    @classmethod
    def by(cls, settings: LogSettings) -> Self:
        """As a service's settings say. Raises Malformed for a key or a policy that is none."""
        signers = tuple(map(Signer.parse, settings.keys))
        policy = Policy.parse(settings.policy.read_text(encoding="utf-8")) if settings.policy else None
        return cls(settings.origin, signers, Memory(settings.memory, settings.origin), policy)

    def sign(self, size: int, root: Callable[[int], bytes]) -> bytes | None:
        """The checkpoint of a tree of this size, remembered before anybody can have seen it.

        None while the tree has not come as far as what was signed before: a process may die between remembering and
        storing. Raises LogReplaced, and signs nothing, when the tree does not begin with what was signed before.
        """
        signed = self.memory.recall()
        if signed is not None and signed.size > size:
            return None
        if signed is not None and signed.root != root(signed.size):
            raise self.memory.replaced(signed)
        text = str(Checkpoint(self.origin, size, root(size)))
        note = bytes(Note(text, tuple(signer.sign(text) for signer in self._signers)))
        self.memory.keep(note)
        return note

    def counts(self, note: bytes) -> bool:
        """Whether as many witnesses as the policy asks for have cosigned a note."""
        try:
            if self.policy is not None:
                self.policy.accepted(Note.parse(note), self.origin)
        except Unsigned:
            return False
        return True

    def has_signed(self, note: bytes) -> bool:
        """Whether the keys of today, all of them and no earlier ones, signed a note."""
        by_us = {signature.key_id for signature in Note.parse(note).signatures if signature.name == self.origin}
        return by_us == {signer.verifier.key_id for signer in self._signers}
