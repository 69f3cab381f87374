"""Builds the recorders from the library's ``POSTGRES_*`` variables."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from eventsourcing.persistence import InfrastructureFactory
from eventsourcing.utils import Environment, EnvType, resolve_topic, strtobool

from services.shared.event_store.committer import GroupCommitter
from services.shared.event_store.pool import ConnectionPool, ConnectionSettings
from services.shared.event_store.recorders import (
    PostgresAggregateRecorder,
    PostgresApplicationRecorder,
    PostgresProcessRecorder,
    PostgresTrackingRecorder,
)
from services.shared.event_store.schema import LogTables, apply_migrations, check_schema

C = TypeVar("C")

# The library's aggregate recorder of this purpose keeps events without a log, which is not the log's table of events.
_TABLE_OF_PURPOSE = {"events": "streams"}


class Factory(InfrastructureFactory[PostgresTrackingRecorder]):
    """The persistence module's factory: one pool and one group committer for all recorders of an application.

    With CREATE_TABLE (the library's default) tables are made as they are needed, which the owner of the database may;
    a service sets it to a false value, and its database is checked instead. ``POSTGRES_*``: DBNAME, HOST, PORT, USER,
    PASSWORD or GET_PASSWORD_TOPIC, SCHEMA, POOL_SIZE, MAX_OVERFLOW, CONNECT_TIMEOUT, CONN_MAX_AGE, PRE_PING,
    LOCK_TIMEOUT, STATEMENT_TIMEOUT, IDLE_IN_TRANSACTION_SESSION_TIMEOUT (all in seconds); besides them
    ORIGINATOR_ID_TYPE (uuid or text).
    """

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        settings = ConnectionSettings.from_environment(self.env)
        id_type = (self.env.get("ORIGINATOR_ID_TYPE") or "uuid").lower()
        self.tables = LogTables(self.env.name.lower() or "stored", settings.schema, id_type)
        self.pool = ConnectionPool(settings, self.tables.name)
        self.committer = GroupCommitter(settings, self.tables)
        self._is_prepared = False

    def aggregate_recorder(self, purpose: str = "events") -> PostgresAggregateRecorder:
        """A recorder of events without positions, in a table named after the purpose."""
        self._prepare()
        purpose = _TABLE_OF_PURPOSE.get(purpose, purpose)
        if self._may_create():
            table, pattern = self.tables.named(purpose), self.tables.named("snapshots")
            with self.pool.transaction() as cursor:
                cursor.execute(f"CREATE TABLE IF NOT EXISTS {table} (LIKE {pattern} INCLUDING ALL)")
        return PostgresAggregateRecorder(self.pool, self.tables, purpose)

    def application_recorder(self) -> PostgresApplicationRecorder:
        """The recorder of the log."""
        self._prepare()
        recorder_class = self._chosen(self.APPLICATION_RECORDER_TOPIC, PostgresApplicationRecorder)
        return recorder_class(self.pool, self.tables, self.committer)

    def tracking_recorder(self, tracking_recorder_class: type[Any] | None = None) -> Any:
        """A recorder of tracking and, in a subclass, of effects beside it."""
        self._prepare()
        recorder_class = tracking_recorder_class or self._chosen(self.TRACKING_RECORDER_TOPIC, PostgresTrackingRecorder)
        recorder = recorder_class(self.pool, self.tables)
        if self._may_create():
            with self.pool.transaction() as cursor:
                recorder.create_tables(cursor)
        return recorder

    def process_recorder(self) -> PostgresProcessRecorder:
        """The recorder of a log that follows another one."""
        self._prepare()
        recorder_class = self._chosen(self.PROCESS_RECORDER_TOPIC, PostgresProcessRecorder)
        return recorder_class(self.pool, self.tables, self.committer)

    def close(self) -> None:
        """Close all connections."""
        self.committer.close()
        self.pool.close()

    def _chosen(self, topic_key: str, default: type[C]) -> type[C]:
        topic = self.env.get(topic_key)
        return cast("type[C]", resolve_topic(topic)) if topic else default

    def _may_create(self) -> bool:
        return strtobool(self.env.get("CREATE_TABLE") or "yes")

    def _prepare(self) -> None:
        """Make or check the tables, once."""
        if self._is_prepared:
            return
        if self._may_create():
            with self.pool.transaction() as cursor:
                apply_migrations(cursor, self.tables)
        else:
            check_schema(self.pool, self.tables)
        self._is_prepared = True
