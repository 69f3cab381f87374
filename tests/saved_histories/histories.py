"""Histories saved for ever: what the released code once stored, and what later code must still make of it.

``<service>/<Record>.jsonl`` holds a stored event per line, whole streams one after the other; ``saved.txt`` a line per
history: its record and id, the version it ends at, and the digest of its lines. ``snapshots.jsonl`` holds the state
that each history of a record with snapshots made, under the name of the snapshot. All of them are only ever added to,
by ``python -m tests.saved_histories.save``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Self, cast
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from services.shared.event_store import TypedMapper
from services.shared.event_store.snapshots import snapshot_codec_of
from services.shared.record import Record, folded

FOLDER = Path(__file__).parent
SAVED = FOLDER / "saved.txt"
SNAPSHOTS = FOLDER / "snapshots.jsonl"
MAPPER = TypedMapper()


@dataclass(frozen=True)
class Kind:
    """What makes one stored event unlike another: its topic, its class version, which of its fields say something."""

    topic: str
    class_version: int
    fields: frozenset[str]

    @classmethod
    def of(cls, event: StoredEvent) -> Self:
        state = json.loads(event.state)
        said = frozenset(name for name, value in state.items() if value is not None)
        return cls(event.topic, state.get("class_version", 1), said)


@dataclass(frozen=True)
class History:
    """One record's whole stream, as a service stored it."""

    record: str
    events: tuple[StoredEvent, ...]

    @property
    def entry(self) -> str:
        """The history's line in ``saved.txt``."""
        last = self.events[-1]
        digest = hashlib.sha256("".join(map(as_line, self.events)).encode()).hexdigest()
        return f"{self.record} {last.originator_id} {last.originator_version} {digest}"

    @property
    def folded(self) -> Record:
        """The record that the history makes, by the code of today."""
        record = folded(None, (cast(Record.Event, MAPPER.to_domain_event(event)) for event in self.events))
        assert record is not None
        return record

    @property
    def snapshot(self) -> StoredEvent | None:
        """The folded record's snapshot, where records of its kind have any."""
        record = self.folded
        return snapshot_codec_of(type(record)).to_stored(record) if record.SNAPSHOT_EVERY else None

    @property
    def kinds(self) -> set[Kind]:
        """The kinds of events in it."""
        return {Kind.of(event) for event in self.events}

    @classmethod
    def of(cls, events: Iterable[StoredEvent]) -> History:
        """The history of these events: its record is the one that the first event's topic names."""
        stream = tuple(events)
        return cls(stream[0].topic.rpartition(".")[0], stream)

    @property
    def file(self) -> Path:
        """Where histories of this kind of record stand."""
        service, _, record = self.record.partition(":")
        return FOLDER / service / f"{record}.jsonl"


def saved_histories() -> list[History]:
    """All of them."""
    return [
        History.of(stream)
        for file in sorted(FOLDER.glob("*/*.jsonl"))
        for _, stream in groupby(stored_in(file), key=lambda event: event.originator_id)
    ]


def stored_in(file: Path) -> Iterator[StoredEvent]:
    """The stored events, or snapshots, of a file."""
    with file.open(encoding="utf-8", newline="\n") as lines:
        yield from map(from_line, lines)


def as_line(stored: StoredEvent) -> str:
    """A stored event as a line of JSON; its state, which is JSON itself, as text to the byte."""
    fields: dict[str, Any] = {
        **vars(stored),
        "originator_id": str(stored.originator_id),
        "state": stored.state.decode(),
    }
    return json.dumps(fields, ensure_ascii=False, sort_keys=True) + "\n"


def from_line(line: str) -> StoredEvent:
    """The stored event of a line."""
    fields = json.loads(line)
    return StoredEvent(**{**fields, "originator_id": UUID(fields["originator_id"]), "state": fields["state"].encode()})
