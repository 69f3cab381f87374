"""The entry of an event in the log's Merkle tree: one canonical text that holds the event's digest, not its content.

It is made of the stored bytes, sealed fields and all, so that an entry stays true after a person's key was destroyed.

    nscl.vn/event@v1
    42
    5b1c9a1e-6f0d-4f8e-9d3b-0c6c1f1f2a01
    3
    support:Application.Submitted
    2026-03-02T01:15:00Z
    e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855

The lines are: this name and version of the form; position in the log; stream, the id of the record; version of the
record; topic; the moment it was recorded, as the stored bytes say it; SHA-256 of the stored bytes. Each ends with a
newline, numbers are decimal without leading zeros.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import NamedTuple

import msgspec

from services.shared.transparency_log.errors import Malformed

FORM = "nscl.vn/event@v1"
MAX_ENTRY_BYTES = 65_535  # what the length before it can say, in a bundle of entries

_ENTRY = re.compile(
    FORM.replace(".", r"\.") + r"\n([1-9][0-9]{0,18})\n([!-~]{1,200})\n([1-9][0-9]{0,18})\n([^\x00-\x20\x7f]{1,1000})\n"
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}(?:Z|[+-][0-9]{2}:[0-9]{2}))\n([0-9a-f]{64})\n"
)


class Act(msgspec.Struct):
    """Of the act that made an event, what an entry and its check need; ``cause`` is ``<service>:<position>``."""

    recorded_at: str
    cause: str | None = None


class _State(msgspec.Struct):
    act: Act | None = None
    timestamp: str | None = None


_STATE = msgspec.json.Decoder(_State)


class Entry(NamedTuple):
    """What the tree says of one event: where it stands, what it is, when it was recorded, and its digest (hex)."""

    position: int
    stream: str
    version: int
    topic: str
    time: str
    digest: str

    def __bytes__(self) -> bytes:
        """The entry as it is hashed. Raises Malformed when it has a value that no entry can have."""
        encoded = _encoded(*self)
        if not _ENTRY.fullmatch(encoded.decode()):
            raise Malformed(f"no entry can be made of {self}")
        return encoded

    @classmethod
    def parse(cls, encoded: bytes) -> Entry:
        """The entry again. Raises Malformed unless ``encoded`` is an entry to the byte."""
        try:
            found = _ENTRY.fullmatch(encoded.decode())
        except UnicodeDecodeError as error:
            raise Malformed("an entry is not UTF-8") from error
        if found is None:
            raise Malformed(f"not an entry: {encoded[:200]!r}")
        position, stream, version, topic, time, digest = found.groups()
        return cls(int(position), stream, int(version), topic, time, digest)


def entry_of(position: int, stream: str, version: int, topic: str, state: bytes) -> bytes:
    """The entry of a stored event. Raises Malformed when its state does not say when it was recorded."""
    return bytes(Entry(position, stream, version, topic, act_of(state).recorded_at, hashlib.sha256(state).hexdigest()))


def act_of(state: bytes) -> Act:
    """When an event was recorded, in the words of its stored state, and why; an event without an act has a time only.

    Raises Malformed when the state does not say.
    """
    try:
        found = _STATE.decode(state)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Malformed(f"an event's state cannot be read: {error}") from error
    if found.act is not None:
        return found.act
    if found.timestamp is None:
        raise Malformed("an event's state does not say when it was recorded")
    return Act(found.timestamp)


def moment_of(time: str) -> datetime:
    """The moment that an entry or act states. Raises Malformed when there is no such day or hour."""
    try:
        return datetime.fromisoformat(time)
    except ValueError as error:
        raise Malformed(f"no such moment: {time[:50]!r}") from error


def _encoded(position: int, stream: str, version: int, topic: str, time: str, digest: str) -> bytes:
    return f"{FORM}\n{position}\n{stream}\n{version}\n{topic}\n{time}\n{digest}\n".encode()
