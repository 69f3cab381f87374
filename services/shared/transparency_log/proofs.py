"""A ``.tlog-proof`` file, https://c2sp.org/tlog-proof: all it takes to show, offline, that an entry is in a log."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.shared.transparency_log.checkpoints import Checkpoint
from services.shared.transparency_log.errors import Malformed
from services.shared.transparency_log.notes import MAX_NOTE_BYTES, Note, Verifier, exact_base64
from services.shared.transparency_log.tree import MAX_PROOF_HASHES, check_inclusion, leaf_hash

FORM = "c2sp.org/tlog-proof@v1"
MAX_PROOF_BYTES = MAX_NOTE_BYTES + 5_000

_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True)
class LogProof:
    """That the entry at ``index`` (its position less one) is in the tree of a checkpoint."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: Note

    def __bytes__(self) -> bytes:
        """The file."""
        head = [FORM, f"index {self.index}", *hash_lines(self.hashes)]
        return "\n".join([*head, "", ""]).encode() + bytes(self.checkpoint)

    @classmethod
    def parse(cls, encoded: bytes) -> LogProof:
        """The proof in a file; lines of extra data are refused, because we write none. Raises Malformed."""
        if len(encoded) > MAX_PROOF_BYTES:
            raise Malformed(f"a proof is longer than {MAX_PROOF_BYTES} bytes")
        head, blank, checkpoint = encoded.partition(b"\n\n")
        try:
            form, index, *lines = head.decode("ascii").split("\n")
            found = _INDEX.fullmatch(index)
        except ValueError as error:
            raise Malformed("not a proof of a transparency log") from error
        if form != FORM or found is None or not blank:
            raise Malformed("not a proof of a transparency log")
        return cls(int(found[1]), hashes_in(lines), Note.parse(checkpoint))

    def check(self, entry: bytes, origin: str, logs: Iterable[Verifier]) -> Checkpoint:
        """The checkpoint which one of the log's keys signed, and whose tree holds the entry.

        Raises Malformed, Unsigned, SignatureInvalid or ProofInvalid. How many witnesses signed is a matter of policy.
        """
        self.checkpoint.must_be_signed_by(logs)
        checkpoint = Checkpoint.of_note(self.checkpoint, origin)
        check_inclusion(self.index, checkpoint.size, leaf_hash(entry), self.hashes, checkpoint.root)
        return checkpoint


def hash_lines(hashes: Iterable[bytes]) -> list[str]:
    """Each hash as a line of base64, without its newline."""
    return [base64.b64encode(one).decode() for one in hashes]


def hashes_in(lines: Sequence[str]) -> tuple[bytes, ...]:
    """The hashes on lines of base64. Raises Malformed, also for more than a proof can have."""
    if len(lines) > MAX_PROOF_HASHES:
        raise Malformed(f"a proof has more than {MAX_PROOF_HASHES} hashes")
    hashes = tuple(map(exact_base64, lines))
    if any(len(one) != 32 for one in hashes):
        raise Malformed("a hash of a proof is not 32 bytes long")
    return hashes
