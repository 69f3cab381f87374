"""Asking witnesses to cosign a checkpoint: ``add-checkpoint`` of https://c2sp.org/tlog-witness, from the log's side."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import urllib3

from services.shared.transparency_log.checkpoints import Checkpoint
from services.shared.transparency_log.errors import Malformed, TransparencyError
from services.shared.transparency_log.notes import MAX_NOTE_BYTES, Note, Signature
from services.shared.transparency_log.policy import KnownWitness
from services.shared.transparency_log.proofs import hash_lines, hashes_in

ADD_CHECKPOINT = "add-checkpoint"
SIZE_TYPE = "text/x.tlog.size"
MAX_CONSISTENCY_HASHES = 63
MAX_REQUEST_BYTES = MAX_NOTE_BYTES + 4_000

ProveConsistency = Callable[[int, int], Sequence[bytes]]
"""The proof that the log's tree of one size is the beginning of that of another."""

_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")
_SECONDS = 5.0


class WitnessRefused(TransparencyError):
    """A witness did not cosign: it saw another history, does not know the log, or cannot be reached."""


@dataclass(frozen=True)
class AddCheckpoint:
    """A request to a witness: the checkpoint, and the proof that it continues the one of size ``old``."""

    old: int
    proof: Sequence[bytes]
    note: Note

    def __bytes__(self) -> bytes:
        return "\n".join([f"old {self.old}", *hash_lines(self.proof), "", ""]).encode() + bytes(self.note)

    @classmethod
    def parse(cls, body: bytes) -> AddCheckpoint:
        """The request in a body. Raises Malformed."""
        head, _, note = body.partition(b"\n\n")
        try:
            first, *lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise Malformed("a request to a witness is not ASCII above its checkpoint") from error
        old = _OLD.fullmatch(first)
        if old is None or len(lines) > MAX_CONSISTENCY_HASHES:
            raise Malformed("a request to a witness begins with 'old', a size, and at most 63 hashes")
        return cls(int(old[1]), hashes_in(lines), Note.parse(note))


class WitnessClient:
    """One witness, asked over HTTP. It may be asked from one thread at a time."""

    def __init__(self, witness: KnownWitness) -> None:
        """Raises Malformed when the policy does not say where the witness is."""
        if witness.url is None:
            raise Malformed(f"the policy does not say where the witness {witness.name} takes checkpoints")
        self.witness = witness
        self._url = f"{witness.url.rstrip('/')}/{ADD_CHECKPOINT}"
        self._http = urllib3.PoolManager(timeout=_SECONDS, retries=False)
        self._last = 0  # the size it cosigned last, as far as is known here

    def cosign(self, note: Note, prove: ProveConsistency) -> Signature:
        """The witness's signature on a checkpoint. Raises WitnessRefused, with its reason."""
        size = Checkpoint.parse(note.text).size
        status, body = self._ask(note, size, prove)
        if status == 409 and (last := _size_in(body)) is not None and last != self._last and last <= size:
            self._last = last
            status, body = self._ask(note, size, prove)
        if status != 200:
            raise WitnessRefused(
                f"{self.witness.name} answered {status}: {body[:200].decode(errors='replace').strip()}"
            )
        try:
            lines = body.decode().removesuffix("\n").split("\n")
            answered = Note(note.text, tuple(map(Signature.parse, lines)))
            signature = answered.must_be_signed_by([self.witness.key])[self.witness.key]
        except (UnicodeDecodeError, TransparencyError) as error:
            raise WitnessRefused(f"{self.witness.name} answered with no cosignature of its own: {error}") from error
        self._last = size
        return signature

    def _ask(self, note: Note, size: int, prove: ProveConsistency) -> tuple[int, bytes]:
        asked = AddCheckpoint(min(self._last, size), prove(min(self._last, size), size), note)
        try:
            response = self._http.request(
                "POST", self._url, body=bytes(asked), preload_content=False, redirect=False, decode_content=False
            )
            body = response.read(MAX_NOTE_BYTES)
            response.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise WitnessRefused(f"{self.witness.name} cannot be reached: {error}") from error
        return response.status, body


def cosigned(
    note: Note, witnesses: Iterable[WitnessClient], prove: ProveConsistency
) -> tuple[Note, list[WitnessRefused]]:
    """The note with the signatures of all witnesses that gave one, and why the others did not."""
    signatures, refusals = [], []
    for witness in witnesses:
        try:
            signatures.append(witness.cosign(note, prove))
        except WitnessRefused as refusal:
            refusals.append(refusal)
    return note.with_signatures(signatures), refusals


def _size_in(body: bytes) -> int | None:
    return int(body) if re.fullmatch(rb"(0|[1-9][0-9]{0,18})\n", body) else None
