"""A witness: another body that remembers the last checkpoint of each log, and cosigns only what continues it.

With it the body that runs a log cannot rewrite its own past: it would need a witness to sign two histories.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from urllib.parse import quote

from services.shared.transparency_log.checkpoints import Checkpoint
from services.shared.transparency_log.durable import replace_durably
from services.shared.transparency_log.errors import Malformed, ProofInvalid, SignatureInvalid, Unsigned
from services.shared.transparency_log.notes import Note, Signer
from services.shared.transparency_log.policy import Policy
from services.shared.transparency_log.tree import EMPTY_ROOT, check_consistency
from services.shared.transparency_log.witnessing import ADD_CHECKPOINT, MAX_REQUEST_BYTES, SIZE_TYPE, AddCheckpoint

StartResponse = Callable[[str, list[tuple[str, str]]], object]

_log = logging.getLogger(__name__)


class NotCosigned(Exception):
    """The witness refuses; ``status`` is what HTTP calls the reason, ``size`` the last it cosigned where that helps."""

    def __init__(self, status: HTTPStatus, why: str, size: int | None = None) -> None:
        super().__init__(why)
        self.status = status
        self.size = size


class Witness:
    """What one key has cosigned, in a folder that nobody else writes: the last checkpoint of each log, a file each.

    Losing the folder is losing the memory for which the witness exists: a new key is then due, and a new policy.
    """

    def __init__(self, signer: Signer, policy: Policy, folder: Path, now: Callable[[], int]) -> None:
        """``policy`` names the logs; ``now`` tells the seconds since 1970."""
        self._signer = signer
        self._policy = policy
        self._folder = folder
        self._now = now
        self._lock = Lock()  # from the look at the last checkpoint until the next one is kept

    def cosign(self, asked: AddCheckpoint) -> str:
        """The line of its signature, once the checkpoint is kept for good. Raises NotCosigned or Malformed."""
        checkpoint = self._signed(asked.note)
        if asked.old > checkpoint.size:
            raise NotCosigned(HTTPStatus.BAD_REQUEST, "the old size is larger than the new one")
        with self._lock:
            last = self.last(checkpoint.origin)
            if asked.old != last.size:
                raise NotCosigned(HTTPStatus.CONFLICT, f"the last one cosigned has the size {last.size}", last.size)
            if checkpoint.size == last.size and checkpoint.root != last.root:
                self._keep_fork(checkpoint, asked.note)
                raise NotCosigned(HTTPStatus.CONFLICT, "a fork: another root was cosigned for this size", last.size)
            try:
                check_consistency(last.size, checkpoint.size, last.root, checkpoint.root, asked.proof)
            except ProofInvalid as error:
                _log.warning("%s: %s", checkpoint.origin, error)
                raise NotCosigned(HTTPStatus.UNPROCESSABLE_ENTITY, f"a fork, or a wrong proof: {error}") from error
            replace_durably(self._file(checkpoint.origin), bytes(asked.note))
        return str(self._signer.sign(asked.note.text, self._now()))

    def last(self, origin: str) -> Checkpoint:
        """The last checkpoint cosigned of a log; that of the empty log when there was none."""
        try:
            return Checkpoint.of_note(Note.parse(self._file(origin).read_bytes()), origin)
        except FileNotFoundError:
            return Checkpoint(origin, 0, EMPTY_ROOT)

    def _signed(self, note: Note) -> Checkpoint:
        """The checkpoint of a known log that one of its keys signed."""
        checkpoint = Checkpoint.parse(note.text)
        if checkpoint.origin not in self._policy.origins:
            raise NotCosigned(HTTPStatus.NOT_FOUND, f"a log named {checkpoint.origin} is not known here")
        try:
            note.must_be_signed_by(self._policy.keys_of(checkpoint.origin))
        except (SignatureInvalid, Unsigned) as error:
            raise NotCosigned(HTTPStatus.FORBIDDEN, str(error)) from error
        return checkpoint

    def _file(self, origin: str) -> Path:
        return self._folder / f"{quote(origin, safe='')}.checkpoint"

    def _keep_fork(self, checkpoint: Checkpoint, note: Note) -> None:
        """Two roots for one size, both signed by the log, are evidence; the first for each log is enough."""
        _log.error("%s signed two histories of %s events", checkpoint.origin, checkpoint.size)
        evidence = self._folder / f"{quote(checkpoint.origin, safe='')}.fork"
        if not evidence.exists():
            replace_durably(evidence, bytes(note))


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Raises OSError while another process keeps its memory in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError as error:
            raise OSError(f"another witness works in {folder}") from error
        yield


class WitnessDoor:
    """The witness over HTTP, as a WSGI application: POST ``/add-checkpoint``."""

    def __init__(self, witness: Witness) -> None:
        self._witness = witness

    def __call__(self, environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        """The cosignature, or the refusal with the reason in words."""
        status, content_type, body = self._answer(environ)
        headers = [("Content-Type", content_type), ("Content-Length", str(len(body)))]
        start_response(f"{status.value} {status.phrase}", headers)
        return [body]

    def _answer(self, environ: dict[str, object]) -> tuple[HTTPStatus, str, bytes]:
        plain = "text/plain; charset=utf-8"
        if str(environ.get("PATH_INFO", "")).rpartition("/")[2] != ADD_CHECKPOINT:
            return HTTPStatus.NOT_FOUND, plain, b""
        if environ.get("REQUEST_METHOD") != "POST":
            return HTTPStatus.METHOD_NOT_ALLOWED, plain, b""
        try:
            body = environ["wsgi.input"].read(MAX_REQUEST_BYTES + 1)  # type: ignore[attr-defined]  # WSGI's stream
            if len(body) > MAX_REQUEST_BYTES:
                return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, plain, b""
            return HTTPStatus.OK, plain, self._witness.cosign(AddCheckpoint.parse(body)).encode()
        except Malformed as error:
            return HTTPStatus.BAD_REQUEST, plain, f"{error}\n".encode()
        except NotCosigned as error:
            if error.size is not None:
                return error.status, SIZE_TYPE, f"{error.size}\n".encode()
            return error.status, plain, f"{error}\n".encode()
