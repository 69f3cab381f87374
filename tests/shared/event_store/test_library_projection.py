"""The library's published test cases for projections, unmodified, against this module."""

from __future__ import annotations

from eventsourcing.persistence import Tracking
from eventsourcing.tests import projection

from services.shared.event_store import ConnectionPool, Cursor, PostgresTrackingRecorder
from services.shared.event_store.schema import LogTables
from tests.shared.event_store.library import OnFreshDatabase, WithFactory


class EventCounters(PostgresTrackingRecorder, projection.EventCountersView):
    """Counts events in a table beside the tracking."""

    def __init__(self, pool: ConnectionPool, tables: LogTables) -> None:
        super().__init__(pool, tables)
        self._table = tables.named("counters")

    def create_tables(self, cursor: Cursor) -> None:
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {self._table} (counter text PRIMARY KEY, count bigint NOT NULL)")

    def get_created_event_counter(self) -> int:
        return self._count("created")

    def get_subsequent_event_counter(self) -> int:
        return self._count("subsequent")

    def incr_created_event_counter(self, tracking: Tracking) -> None:
        self._increment("created", tracking)

    def incr_subsequent_event_counter(self, tracking: Tracking) -> None:
        self._increment("subsequent", tracking)

    def _count(self, counter: str) -> int:
        with self.pool.cursor() as cursor:
            cursor.execute(f"SELECT count FROM {self._table} WHERE counter = %s", (counter,))
            row = cursor.fetchone()
        return row[0] if row else 0

    def _increment(self, counter: str, tracking: Tracking) -> None:
        with self.pool.transaction() as cursor:
            cursor.execute(
                f"INSERT INTO {self._table} AS c VALUES (%s, 1)"
                " ON CONFLICT (counter) DO UPDATE SET count = c.count + 1",
                (counter,),
            )
            self.track(cursor, tracking)


class TestEventCountersView(WithFactory, projection.EventCountersViewTestCase):
    def construct_event_counters_view(self) -> projection.EventCountersView:
        view: projection.EventCountersView = self.factory.tracking_recorder(EventCounters)
        return view


class TestEventCountersProjection(OnFreshDatabase, projection.AggregateEventCountersProjectionTestCase):
    view_class = EventCounters


class TestEventSourcedProjection(OnFreshDatabase, projection.EventSourcedProjectionTestCase):
    pass
