"""Views made anew beside the live ones, compared with them, and put in their place, while everything serves.

A rebuild makes the tables of a view once more in a schema of its own, the shadow, and fills them from the first event
on. It compares both at the same place of the log, and then lets the shadow's tables take the place of the live ones in
one transaction. Until then nobody sees them: wherever a rebuild dies, nothing is harmed, and the next one removes what
it left. It runs as the owner of the database, who may make schemas in it.

What takes the shadow away, or puts it in place, is done on the session that holds the lock: a rebuild that lost its
session can do neither, whoever has begun another one meanwhile.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from typing import Protocol, cast

from eventsourcing.persistence import PersistenceError

from services.shared.event_store.bulk import PAGE_EVENTS
from services.shared.event_store.comparison import Compared, compare
from services.shared.event_store.errors import LogLocked, library_errors
from services.shared.event_store.log import EventLog
from services.shared.event_store.pool import Connection, ConnectionPool, ConnectionSettings, Cursor
from services.shared.event_store.recorders import PostgresTrackingRecorder
from services.shared.event_store.schema import LogTables, create_views, tables_of
from services.shared.event_store.views import View
from services.shared.record import Record

# From here on the live view's feeder may be made to wait for the rest.
_NEAR_EVENTS = PAGE_EVENTS
# Readers queue up behind the switch while it waits for an earlier one to end: for this long, then they are let past.
_SWITCH_WAIT = "200ms"
_SWITCH_SECONDS = 60


class RebuildFailed(Exception):
    """The rebuild cannot go on; the live view is as it was."""


@dataclass(frozen=True)
class Shadow:
    """The schema in which a view is made anew.

    Transactions of ``pool`` find under unqualified names what is in the schema and nothing else, so that neither a
    projection nor a consumer can touch what is live. ``tables`` names the shadow's own tracking table.
    """

    pool: ConnectionPool
    tables: LogTables

    @classmethod
    def beside(cls, log: EventLog) -> Shadow:
        """The one that the log's views are rebuilt in, one at a time."""
        live = log.factory.tables
        tables = LogTables(live.name, f"{live.name}_rebuild", live.id_type)
        return cls(_ShadowPool(log.pool.settings, tables), tables)

    def places(self, upstreams: Sequence[str]) -> dict[str, int]:
        """How far the shadow has come in each upstream."""
        tracked = PostgresTrackingRecorder(self.pool, self.tables).positions()
        return {upstream: tracked.get(upstream, 0) for upstream in upstreams}


class _ShadowPool(ConnectionPool):
    def __init__(self, settings: ConnectionSettings, tables: LogTables) -> None:
        super().__init__(settings, tables.name)
        # What a dying server forgets of the shadow it forgets together with the shadow's place.
        self._begin = f'SET LOCAL search_path = "{tables.schema}"; SET LOCAL synchronous_commit = off'

    @contextmanager
    def _in_transaction(self) -> Iterator[Connection]:
        with super()._in_transaction() as taken:
            with taken.cursor() as cursor:
                cursor.execute(self._begin)
            yield taken


class Feed(Protocol):
    """What fills some views that can only be rebuilt together, from one or more upstreams."""

    @property
    def views(self) -> Sequence[View]:
        """The views, those that others point at first."""

    @property
    def upstreams(self) -> Sequence[str]:
        """The names under which it is tracked how far they have come."""

    def fill(self, shadow: Shadow, up_to: Mapping[str, int] | None, went_to: Callable[[str, int], None]) -> None:
        """Fill the shadow from where it stands up to exactly these positions, or to the upstreams' ends.

        ``went_to`` is told how far it is, every now and then. Raises RebuildFailed when an upstream cannot be read.
        """

    def move(self, cursor: Cursor, upstream: str, place: int) -> None:
        """Let the live view stand at this place, in the transaction of ``cursor``, which holds the place's row."""


class LogFeed:
    """A view that its own service's log feeds."""

    def __init__(self, view: View) -> None:
        self.views = (view,)
        self.upstreams = (view.upstream,)
        self._view = view
        self._log = view.log

    def fill(self, shadow: Shadow, up_to: Mapping[str, int] | None, went_to: Callable[[str, int], None]) -> None:
        """As ``Feed`` says."""
        (upstream,) = self.upstreams
        tracking = PostgresTrackingRecorder(shadow.pool, shadow.tables)
        place, end = tracking.position(upstream), self._log.head() if up_to is None else up_to[upstream]
        events = self._log.recorder.read_all(place, end)
        while page := list(islice(events, PAGE_EVENTS)):
            with shadow.pool.gathering() as cursor:
                tracking.advance(cursor, upstream, previous=place, position=page[-1].id)
                for stored in page:
                    event = cast("Record.Event", self._log.mapper.to_domain_event(stored))
                    self._view.project(event, stored.id, cursor)
            place = page[-1].id
            went_to(upstream, place)
        if place < end:
            raise RebuildFailed(
                f"{self._view.name} has come to {end}, and the log ends at {place}: it has lost its end"
            )

    def move(self, cursor: Cursor, upstream: str, place: int) -> None:
        """As ``Feed`` says."""
        cursor.execute(
            f"UPDATE {self._log.factory.tables.named('tracking')} SET notification_id = %s WHERE application_name = %s",
            (place, upstream),
        )


class Rebuild:
    """One rebuild of the views of one feed."""

    def __init__(
        self, log: EventLog, feed: Feed, service_role: str, went_to: Callable[[str, int], None] = lambda *_: None
    ) -> None:
        """``log`` signs in as the owner; ``service_role`` may use what is made."""
        self._log = log
        self._feed = feed
        self._service_role = service_role
        self._went_to = went_to
        self._live = log.factory.tables
        self._shadow = Shadow.beside(log)
        self._tables = [table for view in feed.views for table in tables_of(view)]

    def run(self, *, switch: bool, in_full: bool = False) -> list[Compared]:
        """Rebuild, compare, and switch if that is wanted; how the live tables were, by table.

        ``in_full`` shows all of a row that differs, not only its key. Raises RebuildFailed when another rebuild of this
        log is under way, or when an upstream cannot be read, and LogLocked when readers never let the switch come
        between them. The live view is then as it was.
        """
        with self._alone() as session:
            self._drop_shadow(session)
            try:
                self._make_shadow()
                self._fill_until_near()
                compared = self._compare(in_full)
                if switch:
                    self._switch(session)
            finally:
                self._shadow.pool.close()
                with suppress(PersistenceError):  # the next rebuild does it
                    self._drop_shadow(session)
        return compared

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        """A session that holds the lock, which goes with the process, however that ends."""
        with library_errors():
            session = self._log.pool.settings.connect()
        try:
            with _transaction(session) as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (self._shadow.tables.schema,))
                if cursor.fetchone() != (True,):
                    raise RebuildFailed(f"Another rebuild of {self._log.name} is under way: wait until it has ended")
            yield session
            with _transaction(session) as cursor:  # the server sees the end of a session a moment later
                cursor.execute("SELECT pg_advisory_unlock_all()")
        finally:
            session.close()

    def _drop_shadow(self, session: Connection) -> None:
        with _transaction(session) as cursor:
            cursor.execute(f'DROP SCHEMA IF EXISTS "{self._shadow.tables.schema}" CASCADE')

    def _make_shadow(self) -> None:
        with self._shadow.pool.transaction() as cursor:
            cursor.execute(f'CREATE SCHEMA "{self._shadow.tables.schema}"')
            for kind in ("tracking", "parked"):
                pattern = self._live.named(kind)
                cursor.execute(f"CREATE TABLE {self._shadow.tables.named(kind)} (LIKE {pattern} INCLUDING ALL)")
            create_views(cursor, self._shadow.tables, self._feed.views, self._service_role)

    def _fill(self, up_to: Mapping[str, int] | None) -> None:
        self._feed.fill(self._shadow, up_to, self._went_to)

    def _fill_until_near(self) -> None:
        """Come so close to the live view that its feeder may wait for the rest."""
        while True:
            live = self._log.tracking.positions()
            shadow = self._shadow.places(self._feed.upstreams)
            wanted = {upstream: live.get(upstream, 0) for upstream in self._feed.upstreams}
            if sum(wanted[upstream] - shadow[upstream] for upstream in wanted) <= _NEAR_EVENTS:
                return
            self._fill(wanted)

    def _lock_places(self, cursor: Cursor) -> dict[str, int]:
        """Where the live view stands, and stays while the transaction of ``cursor`` lasts."""
        tracking = self._live.named("tracking")
        places = {}
        for upstream in self._feed.upstreams:
            cursor.execute(f"INSERT INTO {tracking} VALUES (%s, 0) ON CONFLICT DO NOTHING", (upstream,))
            cursor.execute(
                f"SELECT notification_id FROM {tracking} WHERE application_name = %s FOR UPDATE", (upstream,)
            )
            ((places[upstream],),) = cursor.fetchall()
        return places

    @contextmanager
    def _both_at_one_place(self) -> Iterator[Cursor]:
        """A cursor to which live view and shadow stay as they are at this moment, at the same place.

        The live view's feeder waits until the shadow has come there too, and not until all has been compared.
        """
        with self._log.transaction() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            with self._log.transaction() as holder:
                self._fill(self._lock_places(holder))
                cursor.execute("SELECT 1")  # the first query of a transaction takes its snapshot
            yield cursor

    def _compare(self, in_full: bool) -> list[Compared]:
        live, anew = self._live.schema, self._shadow.tables.schema
        with self._both_at_one_place() as cursor:
            return [compare(cursor, table, live=live, anew=anew, in_full=in_full) for table in self._tables]

    def _switch(self, session: Connection) -> None:
        """Put the shadow's tables in the place of the live ones, between two readers.

        Waiting behind a long one, the switch would make all others wait behind itself: it steps back and tries again.
        """
        with self._log.pool.cursor() as cursor:
            for table in self._tables:
                cursor.execute(f'VACUUM (ANALYZE) "{self._shadow.tables.schema}".{table}')
        give_up_at = time.monotonic() + _SWITCH_SECONDS
        while True:
            self._fill(None)
            try:
                self._put_in_place(session)
            except LogLocked:
                if time.monotonic() > give_up_at:
                    raise
                time.sleep(random.uniform(0.1, 0.5))
            else:
                return

    def _put_in_place(self, session: Connection) -> None:
        with _transaction(session) as cursor:
            live, shadow = self._lock_places(cursor), self._shadow.places(self._feed.upstreams)
            places = {upstream: max(live[upstream], shadow[upstream]) for upstream in live}
            self._fill(places)
            cursor.execute(f"SET LOCAL lock_timeout = '{_SWITCH_WAIT}'")
            live_tables = ", ".join(f'"{self._live.schema}".{table}' for table in self._tables)
            cursor.execute(f"DROP TABLE IF EXISTS {live_tables}")
            for table in self._tables:
                cursor.execute(f'ALTER TABLE "{self._shadow.tables.schema}".{table} SET SCHEMA "{self._live.schema}"')
            for upstream, place in places.items():
                self._feed.move(cursor, upstream, place)


@contextmanager
def _transaction(session: Connection) -> Iterator[Cursor]:
    with library_errors(), session, session.cursor() as cursor:
        yield cursor
