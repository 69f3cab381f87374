"""Snapshots of long records: loading one reads its state at some version and the events after it, not its whole life.

A snapshot is derived data, no more than a short cut. It is named by its record, ``SNAPSHOT_VERSION`` and a digest of
the declared fields, so that code which declares them otherwise does not even find it; one that cannot be read or
written costs a log line and the events instead. All of them may be deleted at any time.
"""

from __future__ import annotations

import dataclasses
import logging
import typing
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import cast
from uuid import UUID

from eventsourcing.persistence import Mapper, PersistenceError, StoredEvent
from eventsourcing.utils import get_topic

from services.shared.deadline import within
from services.shared.event_store.errors import EventNotDecodable
from services.shared.event_store.mapper import TypedJson
from services.shared.event_store.metrics import SNAPSHOTS
from services.shared.event_store.pool import ConnectionPool
from services.shared.event_store.recorders import reading
from services.shared.event_store.schema import LogTables
from services.shared.record import Record, folded

_logger = logging.getLogger(__name__)
# What the library keeps in every record, and under which name a snapshot does.
_LIBRARY_FIELDS = {"_created_on": "created_on", "_modified_on": "modified_on"}
_STORED_BESIDE_THE_STATE = ("_id", "_version", "_pending_events")
_NEWEST = 2**63 - 1  # the highest version a column can hold
_PATIENCE_SECONDS = 1.0  # a command that has succeeded is not kept waiting longer for its snapshot


class SnapshotCodec:
    """How the state of one record class is written and read."""

    def __init__(self, record_class: type[Record]) -> None:
        """Raises EventNotEncodable when a field is declared as something that has no one canonical form."""
        types = typing.get_type_hints(record_class)
        # The library makes a dataclass of a record that declares its fields.
        declared = dataclasses.fields(cast("typing.Any", record_class))
        fields = [(field.name, types[field.name]) for field in declared]
        fields += [(name, datetime) for name in _LIBRARY_FIELDS.values()]
        self.record_class = record_class
        name = f"{get_topic(record_class)}.Snapshot.{record_class.SNAPSHOT_VERSION}"
        self._json = TypedJson(name, fields, collections=True)
        self.topic = f"{name}.{self._json.digest}"

    def to_stored(self, record: Record) -> StoredEvent:
        """The record's state in the form in which events are stored; raises EventNotEncodable, naming the field."""
        state = {_LIBRARY_FIELDS.get(name, name): value for name, value in vars(record).items()}
        for name in _STORED_BESIDE_THE_STATE:
            del state[name]
        return StoredEvent(record.id, record.version, self.topic, self._json.encode(state))

    def to_record(self, stored: StoredEvent) -> Record:
        """The record as it was; raises EventNotDecodable."""
        state = self._json.decode(stored.state)
        for ours, name in _LIBRARY_FIELDS.items():
            state[ours] = state.pop(name)
        record = object.__new__(self.record_class)
        vars(record).update(
            state, _id=stored.originator_id, _version=stored.originator_version, _pending_events=list[Record.Event]()
        )
        return record


@cache
def snapshot_codec_of(record_class: type[Record]) -> SnapshotCodec:
    """The codec of a record class with snapshots, made once."""
    return SnapshotCodec(record_class)


def snapshotted_classes(base: type[Record] = Record) -> list[type[Record]]:
    """Every record class known to this process that has snapshots."""
    return [
        found
        for subclass in base.__subclasses__()
        for found in (*([subclass] if subclass.SNAPSHOT_EVERY else []), *snapshotted_classes(subclass))
    ]


def is_due(record: Record) -> bool:
    """Whether the record's unsaved events take it over a multiple of ``SNAPSHOT_EVERY``."""
    every, before = type(record).SNAPSHOT_EVERY, record.version - len(record.pending_events)
    return every > 0 and record.version // every > before // every


class SnapshotStore:
    """The snapshots of one log."""

    def __init__(self, pool: ConnectionPool, tables: LogTables, mapper: Mapper[UUID]) -> None:
        self.pool = pool
        self.tables = tables
        self._mapper = mapper
        snapshots, events = tables.named("snapshots"), tables.named("events")
        self._insert = f"INSERT INTO {snapshots} VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"
        # One round trip, and one view of the database: the snapshot, if there is one, then what happened after it.
        self._select = (
            f"WITH snapshot AS (SELECT originator_version, topic, state FROM {snapshots}"
            " WHERE originator_id = %(id)s AND topic = ANY (%(topics)s) AND originator_version <= %(version)s"
            " ORDER BY originator_version DESC LIMIT 1)"
            " SELECT * FROM snapshot UNION ALL"
            f" SELECT originator_version, topic, state FROM {events}"
            " WHERE originator_id = %(id)s AND originator_version <= %(version)s"
            " AND originator_version > coalesce((SELECT originator_version FROM snapshot), 0)"
            " ORDER BY originator_version"
        )
        self._select_many = (
            "WITH snapshot AS (SELECT DISTINCT ON (originator_id) originator_id, originator_version, topic, state"
            f" FROM {snapshots} WHERE originator_id = ANY (%(ids)s::{tables.id_type}[]) AND topic = ANY (%(topics)s)"
            " ORDER BY originator_id, originator_version DESC)"
            " SELECT * FROM snapshot UNION ALL"
            f" SELECT originator_id, e.originator_version, e.topic, e.state FROM {events} AS e"
            " LEFT JOIN snapshot AS s USING (originator_id)"
            f" WHERE originator_id = ANY (%(ids)s::{tables.id_type}[])"
            " AND e.originator_version > coalesce(s.originator_version, 0)"
            " ORDER BY originator_id, originator_version"
        )

    def load(
        self, record_id: UUID, record_classes: Iterable[type[Record]], version: int | None = None
    ) -> Record | None:
        """The record, now or at a version, from the latest snapshot of one of the classes; None when it never was.

        Where an interval or more had to be read, because no snapshot could be taken or found, one is taken now.
        """
        codecs = {codec.topic: codec for codec in map(snapshot_codec_of, record_classes)}
        return self._made(record_id, codecs, self._stored(record_id, codecs, version), version)

    def load_many(self, record_ids: Sequence[UUID], record_classes: Iterable[type[Record]]) -> list[Record]:
        """Those of the records that there are, each as ``load`` gives it, in one round trip for all."""
        codecs = {codec.topic: codec for codec in map(snapshot_codec_of, record_classes)}
        return [
            record
            for record_id, stored in self._stored_of(record_ids, codecs).items()
            if (record := self._made(record_id, codecs, stored)) is not None
        ]

    def keep(self, record: Record) -> None:
        """Take a snapshot of a record that is stored as it stands; whatever fails, the caller has succeeded."""
        try:
            snapshot = snapshot_codec_of(type(record)).to_stored(record)
            row = (snapshot.originator_id, snapshot.originator_version, snapshot.topic, snapshot.state)
            with within(_PATIENCE_SECONDS), self.pool.cursor() as cursor:
                cursor.execute(self._insert, row)
        except PersistenceError:
            _logger.exception("%s: no snapshot could be taken", _named(record))
            self._count(type(record), "failed")
        else:
            self._count(type(record), "taken")

    def _made(
        self,
        record_id: UUID,
        codecs: Mapping[str, SnapshotCodec],
        stored: Sequence[StoredEvent],
        version: int | None = None,
    ) -> Record | None:
        record = None
        if stored and stored[0].topic in codecs:
            record = self._restored(codecs[stored[0].topic], stored[0])
            stored = stored[1:] if record else self._stored(record_id, (), version)
        record = folded(record, (cast("Record.Event", self._mapper.to_domain_event(event)) for event in stored))
        if record is not None and 0 < type(record).SNAPSHOT_EVERY <= len(stored):
            _logger.info("%s: %d events read for want of a snapshot", _named(record), len(stored))
            self.keep(record)
        return record

    @reading
    def _stored(self, record_id: UUID, snapshot_topics: Iterable[str], version: int | None) -> list[StoredEvent]:
        """The latest snapshot of one of the topics, where there is one, and the events after it."""
        wanted = {"id": record_id, "topics": list(snapshot_topics), "version": _NEWEST if version is None else version}
        with self.pool.cursor() as cursor:
            cursor.execute(self._select, wanted)
            return [StoredEvent(record_id, version, topic, bytes(state)) for version, topic, state in cursor]

    @reading
    def _stored_of(self, record_ids: Sequence[UUID], snapshot_topics: Iterable[str]) -> dict[UUID, list[StoredEvent]]:
        """As ``_stored``, of many records."""
        found = defaultdict[UUID, list[StoredEvent]](list)
        with self.pool.cursor() as cursor:
            cursor.execute(self._select_many, {"ids": list(record_ids), "topics": list(snapshot_topics)})
            for record_id, version, topic, state in cursor:
                found[record_id].append(StoredEvent(record_id, version, topic, bytes(state)))
        return found

    def _restored(self, codec: SnapshotCodec, snapshot: StoredEvent) -> Record | None:
        try:
            return codec.to_record(snapshot)
        except EventNotDecodable:
            _logger.exception("%s %s: an unusable snapshot", codec.topic, snapshot.originator_id)
            self._count(codec.record_class, "unusable")
            return None

    def _count(self, record_class: type[Record], outcome: str) -> None:
        SNAPSHOTS.labels(self.tables.name, get_topic(record_class), outcome).inc()


def _named(record: Record) -> str:
    return f"{get_topic(type(record))} {record.id} version {record.version}"
