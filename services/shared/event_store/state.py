"""The state of a record as canonical bytes, and digests of it, so that two parties can tell whether they see the same.

docs/proof.md says how the digests are made, for who wants to make them without this code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

import msgspec
from eventsourcing.utils import get_topic

from services.shared.record import Record

# What the library keeps of a record beside what the record says of itself.
_LIBRARY_FIELDS = frozenset({"_id", "_version", "_created_on", "_modified_on", "_pending_events"})


class RecordState(NamedTuple):
    """A record as somebody sees it: its id, the version it has come to, and the SHA-256 of its state."""

    record_id: UUID
    version: int
    digest: bytes


def state_of(record: Record) -> bytes:
    """All that a record says of itself, with its kind, id and version, as JSON with sorted keys."""
    fields = {name: value for name, value in vars(record).items() if name not in _LIBRARY_FIELDS}
    told = {"record": get_topic(type(record)), "id": record.id, "version": record.version, "state": fields}
    return msgspec.json.encode(msgspec.to_builtins(told, str_keys=True, order="sorted"))


def record_state(record: Record) -> RecordState:
    """The record's digest."""
    return RecordState(record.id, record.version, hashlib.sha256(state_of(record)).digest())


def log_state_digest(states: Iterable[RecordState]) -> bytes:
    """The SHA-256 of all records of a log: a line of each, ``<id> <version> <digest>``, by the order of their ids."""
    digest = hashlib.sha256()
    for record_id, version, state in sorted(states):
        digest.update(f"{record_id} {version} {state.hex()}\n".encode())
    return digest.digest()
