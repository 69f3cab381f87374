"""A service's log as its application uses it: load a record, save what a person's act did to it, answer a repeat."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import Mapper, StoredEvent
from eventsourcing.utils import Environment, EnvType

from services.shared.event_store.append import Appended, Request
from services.shared.event_store.errors import OtherRequestRecorded
from services.shared.event_store.factory import Factory
from services.shared.event_store.mapper import TypedMapper
from services.shared.event_store.metrics import counting
from services.shared.event_store.pool import ConnectionPool, Cursor
from services.shared.event_store.recorders import PostgresApplicationRecorder, PostgresTrackingRecorder
from services.shared.event_store.snapshots import SnapshotStore, is_due, snapshotted_classes
from services.shared.event_store.state import RecordState, record_state
from services.shared.event_store.subscription import Listener
from services.shared.event_store.turns import Turns
from services.shared.record import Act, Record, folded
from services.shared.refusals import Invalid, Missing, Stale
from services.shared.traces import traces

R = TypeVar("R", bound=Record)
_STATES_IN_A_PAGE = 500


class RecordNotFound(Missing):
    """There is no record of this kind with this id."""

    sentence = "Không tìm thấy hồ sơ {record} có mã {id}."


class RecordChanged(Stale):
    """The record has changed since the caller read it."""

    sentence = "Hồ sơ {record} có mã {id} đã thay đổi sau khi được đọc: xin đọc lại rồi quyết định."


class RequestIdReused(Invalid):
    """The request id has already been used for a request with another content."""

    sentence = "Mã yêu cầu {request_id} đã được dùng cho một yêu cầu có nội dung khác."


@dataclass(frozen=True)
class Call:
    """One change that somebody asked for at the door.

    ``request_digest`` is a digest of everything asked for, so that a request id cannot be used twice for different
    things; ``etag`` is the version of the record which the caller has read, if the caller cares.
    """

    act: Act
    request_digest: bytes
    etag: str | None = None

    @property
    def request_id(self) -> UUID:
        """The id under which the caller may ask again without asking twice."""
        return self.act.request_id


@dataclass(frozen=True)
class Saved(Generic[R]):
    """A record as a command left it, and the position of the command's last event in the log of ``service``."""

    record: R
    service: str
    position: int


@dataclass(frozen=True)
class RecordedEvent:
    """An event and its place in the log."""

    position: int
    topic: str
    event: Record.Event


class EventLog(Application[UUID]):
    """The log of one service, over the library's Application; one for each process."""

    recorder: PostgresApplicationRecorder
    factory: Factory  # type: ignore[assignment]  # the library declares the abstract one

    def __init__(self, name: str, env: Mapping[str, str]) -> None:
        """``env`` holds the ``POSTGRES_*`` settings, with or without the service's name in front.

        Raises SchemaMismatch when the database has not been migrated to this code, OSError when a setting is missing.
        """
        self.name = name
        super().__init__(dict(env))
        self.tracking = self.factory.tracking_recorder(PostgresTrackingRecorder)
        self.snapshot_store = SnapshotStore(self.pool, self.factory.tables, self.mapper)
        self._turns = Turns()

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """The given settings and no others: a log neither reads the process's environment nor makes tables."""
        ours = {"PERSISTENCE_MODULE": "services.shared.event_store", "CREATE_TABLE": "no"}
        return Environment(name, {**(env or {}), **ours})

    def construct_mapper(self) -> Mapper[UUID]:
        """Events are stored by the types of their fields, not by the library's transcoder."""
        return TypedMapper()

    @property
    def pool(self) -> ConnectionPool:
        """Connections to the log's database, for views and queries."""
        return self.factory.pool

    def load(self, record_class: type[R], record_id: UUID, *, etag: str | None = None) -> R:
        """The record as it stands; raises RecordNotFound, and RecordChanged when ``etag`` is not its version."""
        record = self._found(record_id, [record_class] if record_class.SNAPSHOT_EVERY else [])
        if not isinstance(record, record_class):
            raise RecordNotFound(record=record_class.__name__, id=record_id)
        if etag is not None and etag != str(record.version):
            raise RecordChanged(record=record_class.__name__, id=record_id)
        return record

    def find(self, record_class: type[R], record_id: UUID, *, etag: str | None = None) -> R | None:
        """As ``load``, or None where nobody has brought the record into being."""
        try:
            return self.load(record_class, record_id, etag=etag)
        except RecordNotFound:
            return None

    def load_many(self, record_class: type[R], record_ids: Sequence[UUID]) -> dict[UUID, R]:
        """Those of the records that there are, by their ids, read in one round trip."""
        snapshotted = [record_class] if record_class.SNAPSHOT_EVERY else []
        found = self.snapshot_store.load_many(record_ids, snapshotted)
        return {record.id: record for record in found if isinstance(record, record_class)}

    def load_at(self, record_class: type[R], record_id: UUID, position: int) -> tuple[R, dict[int, int]]:
        """The record as it stood at a position of the log, and ``positions_of`` it up to there.

        Raises RecordNotFound when it was not there yet.
        """
        positions = {version: at for version, at in self.positions_of(record_id).items() if at <= position}
        snapshotted = [record_class] if record_class.SNAPSHOT_EVERY else []
        record = self._found(record_id, snapshotted, max(positions)) if positions else None
        if not isinstance(record, record_class):
            raise RecordNotFound(record=record_class.__name__, id=record_id)
        return record, positions

    def turn_at(self, record_id: UUID) -> AbstractContextManager[None]:
        """Load, change and save a record that many commands want within this, and those of this process never conflict.

        Raises NotAppendedInTime when the call's deadline comes before the turn.
        """
        return self._turns.at(record_id)

    def save_for(self, call: Call, record: R, *others: Record) -> Saved[R]:
        """Store durably what the call did, all or none: the events of ``record``, then those of the others.

        ``record`` is what the caller is answered with. A call that has succeeded before is answered as it was then.
        Raises VersionConflict when somebody else has changed one of the records meanwhile, RequestIdReused when the
        request id was used for something else.
        """
        records: tuple[Record, ...] = (record, *others)
        due = [each for each in records if is_due(each)]
        saved = self._save(self.recorder.append, call, record, *others)
        if saved.record is record:  # and not the answer to a repeat, which stored nothing of these
            for each in due:
                self.snapshot_store.keep(each)
        return saved

    def save_all(self, records: Sequence[Record]) -> None:
        """Store durably what was done to the records, all or none, for an act that does no harm when it is repeated.

        No request is recorded with it. Raises VersionConflict when somebody else has changed one of them meanwhile.
        """
        due = [record for record in records if is_due(record)]
        self.recorder.append(self._collected(records))
        for record in due:
            self.snapshot_store.keep(record)

    def save_within(self, cursor: Cursor, call: Call, record: R, *others: Record) -> Saved[R]:
        """As ``save_for``, in the open transaction of ``cursor``; until that ends nobody else can append.

        It may still roll back, so that no snapshot is taken: the record's next load sees to it.
        """
        return self._save(partial(self.recorder.append_within, cursor), call, record, *others)

    def saved_before(self, call: Call) -> Saved[Any] | None:
        """The first success of this request id, with the record as it was then; None when there was none.

        Raises RequestIdReused when it was another request.
        """
        found = self.recorder.request(call.request_id)
        if found is None:
            return None
        request, position = found
        if request.digest != call.request_digest:
            raise RequestIdReused("request_id", request_id=call.request_id)
        record = self._found(cast("UUID", request.originator_id), snapshotted_classes(), request.originator_version)
        assert record is not None, "a recorded request names a recorded version"
        return Saved(record, self.name, position)

    def recorded_events(self, after: int, limit: int) -> Sequence[RecordedEvent]:
        """The next events after a position, at most ``limit``, without a gap."""
        page = self.recorder.select_notifications(after, limit, inclusive_of_start=False)
        return [
            RecordedEvent(stored.id, stored.topic, cast("Record.Event", self.mapper.to_domain_event(stored)))
            for stored in page
        ]

    def states(self, up_to: int | None = None, after: UUID | None = None) -> Iterator[RecordState]:
        """The digest of every record, now or as of a position, in the order of their ids, behind ``after``."""
        while page := self.recorder.last_versions(after, up_to, _STATES_IN_A_PAGE):
            for record_id, version in page:
                record = self._found(record_id, snapshotted_classes(), version)
                assert record is not None, "a stream has a first event"
                yield record_state(record)
            after = page[-1][0]

    def positions_of(self, record_id: UUID) -> dict[int, int]:
        """The positions of a record's events by the version each of them made: an answer can name its sources."""
        return self.recorder.positions_of(record_id)

    def head(self) -> int:
        """The position of the last event, 0 while the log is empty."""
        return self.recorder.max_notification_id() or 0

    def transaction(self) -> AbstractContextManager[Cursor]:
        """A cursor in a transaction that commits at the end of the block and rolls back when the block raises."""
        return self.pool.transaction()

    def gathering(self) -> AbstractContextManager[Cursor]:
        """As ``transaction``, for many small effects: the cursor sends its statements together."""
        return self.pool.gathering()

    def listen(self) -> Listener:
        """Something to wait on until the log grows."""
        return Listener(self.pool.settings, self.factory.tables.channel)

    def _found(self, record_id: UUID, snapshotted: Sequence[type[Record]], version: int | None = None) -> Record | None:
        """The record, now or at a version, if it is there, by the snapshots of these classes."""
        if snapshotted:
            return self.snapshot_store.load(record_id, snapshotted, version)
        stored = self.recorder.select_events(record_id, lte=version)
        return folded(None, (cast("Record.Event", self.mapper.to_domain_event(event)) for event in stored))

    def _save(self, append: Callable[..., Appended], call: Call, record: R, *others: Record) -> Saved[R]:
        request = Request(call.request_id, call.request_digest, record.id, record.version)
        began_ns = time.time_ns()
        try:
            appended = append(self._collected((record, *others)), request=request)
        except OtherRequestRecorded:
            raise RequestIdReused("request_id", request_id=call.request_id) from None
        if appended.repeated:
            return cast("Saved[R]", self.saved_before(call))
        traces().appended(call.request_id, appended.last, began_ns)
        return Saved(record, self.name, appended.last)

    def _collected(self, records: Sequence[Record]) -> list[StoredEvent]:
        with counting(self.factory.tables.name):
            return [self.mapper.to_stored_event(event) for record in records for event in record.collect_events()]
