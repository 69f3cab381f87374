"""The library's recorders on psycopg2: what stores and reads stored events, positions and tracking."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from itertools import chain
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar
from uuid import UUID

import msgspec
from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InterfaceError,
    Notification,
    PersistenceError,
    ProcessRecorder,
    StoredEvent,
    Subscription,
    Tracking,
    TrackingRecorder,
)

from services.shared.event_store.append import (
    Appended,
    AppendStatement,
    Command,
    Request,
    event_arrays,
    insert_statement,
)
from services.shared.event_store.bulk import read_ahead
from services.shared.event_store.committer import GroupCommitter
from services.shared.event_store.errors import ServerAway, TrackingConflict
from services.shared.event_store.metrics import count_failure, counting
from services.shared.event_store.pool import ConnectionPool, Cursor
from services.shared.event_store.schema import LogTables
from services.shared.event_store.subscription import LogSubscription


class _HasTables(Protocol):
    tables: LogTables


S = TypeVar("S", bound=_HasTables)
P = ParamSpec("P")
T = TypeVar("T")
# Aggregate as text, version, topic, state and position of an event.
_Row = tuple[str, int, str, memoryview, int]


def reading(method: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[S, P], T]:
    """A read that met a connection which died unseen is tried once more, on another one; a dead server still raises."""

    @wraps(method)
    def read(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with counting(self.tables.name):
            try:
                return method(self, *args, **kwargs)
            except (InterfaceError, ServerAway):
                return method(self, *args, **kwargs)

    return read


class PostgresAggregateRecorder(AggregateRecorder):
    """Stored events of aggregates without an order among them, such as snapshots."""

    def __init__(self, pool: ConnectionPool, tables: LogTables, purpose: str = "events") -> None:
        self.pool = pool
        self.tables = tables
        self._table = tables.named(purpose)
        self._insert = insert_statement(self._table, tables.id_type)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:  # noqa: ARG002
        """Store all or none; raises IntegrityError when a version is there already."""
        if stored_events:
            with self.pool.cursor() as cursor:
                cursor.execute(self._insert, event_arrays(stored_events))
        return None

    @reading
    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """One aggregate's events in the order of their versions."""
        statement = f"SELECT originator_version, topic, state FROM {self._table} WHERE originator_id = %s"
        parameters: list[object] = [originator_id]
        if gt is not None:
            statement += " AND originator_version > %s"
            parameters.append(gt)
        if lte is not None:
            statement += " AND originator_version <= %s"
            parameters.append(lte)
        statement += " ORDER BY originator_version" + (" DESC" if desc else "")
        if limit is not None:
            statement += " LIMIT %s"
            parameters.append(limit)
        with self.pool.cursor() as cursor:
            cursor.execute(statement, parameters)
            return [StoredEvent(originator_id, version, topic, bytes(state)) for version, topic, state in cursor]


class PostgresApplicationRecorder(PostgresAggregateRecorder, ApplicationRecorder):
    """The log: events of aggregates, and their positions 1, 2, 3 … in the order of their commits."""

    def __init__(self, pool: ConnectionPool, tables: LogTables, committer: GroupCommitter) -> None:
        super().__init__(pool, tables)
        self._committer = committer
        self._statement = AppendStatement(tables)
        self._ids_type: Any = list[UUID] if tables.id_type == "uuid" else list[str]

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Append all or none and return their positions; raises as ``append`` does."""
        tracking = kwargs.get("tracking")
        if not stored_events and tracking is None:
            return []
        appended = self.append(stored_events, tracking=tracking)
        return list(range(appended.first, appended.last + 1))

    def append(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        request: Request | None = None,
        tracking: Tracking | None = None,
    ) -> Appended:
        """Append all or none, durably, together with the request that asked for them and the position they follow.

        Raises VersionConflict, DuplicateEvent, OtherRequestRecorded, TrackingConflict, EventTooLarge, and as
        ``GroupCommitter.append`` does when the deadline or the server keeps it from being stored.
        """
        try:
            return self._committer.append(Command(stored_events, request, tracking))
        except PersistenceError as error:
            count_failure(self.tables.name, error)
            raise

    def append_within(
        self, cursor: Cursor, stored_events: Sequence[StoredEvent], *, request: Request | None = None
    ) -> Appended:
        """Append in the transaction of ``cursor``, which should end soon: until then nobody else can append."""
        command = Command(stored_events, request)
        self._statement.run(cursor, [command])
        return command.result()

    @reading
    def positions_of(self, originator_id: UUID | str) -> dict[int, int]:
        """Where one aggregate's events stand in the log, by version."""
        with self.pool.cursor() as cursor:
            cursor.execute(
                f"SELECT originator_version, position FROM {self._table} WHERE originator_id = %s", (originator_id,)
            )
            return dict(cursor.fetchall())

    @reading
    def last_versions(self, after: UUID | None, up_to: int | None, limit: int) -> list[tuple[UUID, int]]:
        """The next aggregates by their ids, each with its version, now or as of a position."""
        with self.pool.cursor() as cursor:
            cursor.execute(
                f"SELECT originator_id, max(originator_version) FROM {self._table}"
                f" WHERE (%(after)s::{self.tables.id_type} IS NULL OR originator_id > %(after)s)"
                " AND (%(up_to)s::bigint IS NULL OR position <= %(up_to)s)"
                " GROUP BY originator_id ORDER BY originator_id LIMIT %(limit)s",
                {"after": after, "up_to": up_to, "limit": limit},
            )
            return cursor.fetchall()

    @reading
    def request(self, request_id: UUID) -> tuple[Request, int] | None:
        """A request that has been recorded, and the position of its last event."""
        with self.pool.cursor() as cursor:
            cursor.execute(
                "SELECT digest, originator_id, originator_version, last_position"
                f" FROM {self.tables.named('requests')} WHERE request_id = %s",
                (request_id,),
            )
            row = cursor.fetchone()
        if row is None:
            return None
        digest, originator_id, originator_version, last_position = row
        return Request(request_id, bytes(digest), originator_id, originator_version), last_position

    @reading
    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """A page of the log in the order of positions."""
        conditions, parameters = ["true"], list[object]()
        if start is not None:
            conditions.append("position >= %s" if inclusive_of_start else "position > %s")
            parameters.append(start)
        if stop is not None:
            conditions.append("position <= %s")
            parameters.append(stop)
        if topics:
            conditions.append("topic = ANY (%s)")
            parameters.append(list(topics))
        rows = self._rows(f"{' AND '.join(conditions)} ORDER BY position LIMIT %s", *parameters, limit)
        return list(self._notifications(rows))

    def read_all(self, after: int = 0, up_to: int | None = None) -> Iterator[Notification]:
        """The log in the order of positions from the one after ``after`` to the head as it is now, or to ``up_to``.

        What is appended meanwhile is left for the next time, which goes on ``after`` the last id of this one. Takes
        one connection of the pool for each page of a few hundred events, none while the caller works on them.
        """
        head = self.max_notification_id() or 0
        pages = read_ahead(self._range, after, head if up_to is None else min(up_to, head))
        return chain.from_iterable(map(self._notifications, pages))

    @reading
    def _range(self, after: int, up_to: int) -> list[_Row]:
        return self._rows("position > %s AND position <= %s ORDER BY position", after, up_to)

    def _rows(self, selection: str, *parameters: object) -> list[_Row]:
        with self.pool.cursor() as cursor:
            cursor.execute(
                "SELECT originator_id::text, originator_version, topic, state, position"
                f" FROM {self._table} WHERE {selection}",
                parameters,
            )
            return cursor.fetchall()

    def _notifications(self, rows: Sequence[_Row]) -> Iterator[Notification]:
        """The rows as the library's objects, one at a time: of many at once the garbage collector looks at each.

        msgspec makes ids of a page several times as fast as UUID does.
        """
        ids = msgspec.convert([row[0] for row in rows], self._ids_type)
        for originator_id, (_, version, topic, state, position) in zip(ids, rows, strict=True):
            yield Notification(originator_id, version, topic, bytes(state), position)

    @reading
    def max_notification_id(self) -> int | None:
        """The highest position, None while the log is empty."""
        with self.pool.cursor() as cursor:
            cursor.execute(f"SELECT max(position) FROM {self._table}")
            row = cursor.fetchone()
        return row[0] if row else None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        """Follow the log after ``gt``, for ever: what is there, then what is appended."""
        return LogSubscription(self, gt=gt, topics=topics)


class PostgresTrackingRecorder(TrackingRecorder):
    """How far upstreams have been followed, kept in the same database as the effects of following them."""

    def __init__(self, pool: ConnectionPool, tables: LogTables) -> None:
        self.pool = pool
        self.tables = tables
        self._tracking_table = tables.named("tracking")

    def create_tables(self, cursor: Cursor) -> None:
        """What a subclass keeps besides tracking; runs when the library's CREATE_TABLE asks for tables."""

    def insert_tracking(self, tracking: Tracking) -> None:
        """Record that the upstream has been followed to here; raises TrackingConflict when it had been already."""
        with self.pool.transaction() as cursor:
            self.track(cursor, tracking)

    def track(self, cursor: Cursor, tracking: Tracking) -> None:
        """As ``insert_tracking``, in the transaction of ``cursor``, beside the effect."""
        cursor.execute(
            f"INSERT INTO {self._tracking_table} AS t VALUES (%s, %s) ON CONFLICT (application_name) DO UPDATE"
            " SET notification_id = EXCLUDED.notification_id WHERE t.notification_id < EXCLUDED.notification_id",
            (tracking.application_name, tracking.notification_id),
        )
        if cursor.rowcount != 1:
            raise TrackingConflict(f"{tracking} is not ahead of what has been tracked")

    def advance(self, cursor: Cursor, upstream: str, *, previous: int, position: int) -> None:
        """Move the upstream from ``previous`` (0: from nothing) to ``position``, in the transaction of ``cursor``.

        Raises TrackingConflict when it does not stand at ``previous``: somebody else follows it too.
        """
        cursor.execute(
            f"INSERT INTO {self._tracking_table} AS t SELECT %(upstream)s, %(position)s WHERE %(previous)s = 0"
            f" OR EXISTS (SELECT FROM {self._tracking_table} WHERE application_name = %(upstream)s)"
            " ON CONFLICT (application_name) DO UPDATE"
            " SET notification_id = EXCLUDED.notification_id WHERE t.notification_id = %(previous)s",
            {"upstream": upstream, "previous": previous, "position": position},
        )
        if cursor.rowcount != 1:
            raise TrackingConflict(f"{upstream} does not stand at {previous}: somebody else follows it too")

    @reading
    def max_tracking_id(self, application_name: str) -> int | None:
        """How far the upstream has been followed, None when it never was."""
        with self.pool.cursor() as cursor:
            cursor.execute(
                f"SELECT notification_id FROM {self._tracking_table} WHERE application_name = %s", (application_name,)
            )
            row = cursor.fetchone()
        return row[0] if row else None

    def position(self, upstream: str) -> int:
        """How far the upstream has been followed, 0 when it never was."""
        return self.max_tracking_id(upstream) or 0

    @reading
    def positions(self) -> dict[str, int]:
        """How far each upstream has been followed."""
        with self.pool.cursor() as cursor:
            cursor.execute(f"SELECT application_name, notification_id FROM {self._tracking_table}")
            return dict(cursor.fetchall())


class PostgresProcessRecorder(PostgresTrackingRecorder, PostgresApplicationRecorder, ProcessRecorder):
    """A log whose appends can record, in the same transaction, which upstream event they follow."""

    def __init__(self, pool: ConnectionPool, tables: LogTables, committer: GroupCommitter) -> None:
        PostgresApplicationRecorder.__init__(self, pool, tables, committer)
        self._tracking_table = tables.named("tracking")
