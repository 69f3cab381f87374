"""The tables: made once by their owner, checked by the service, and closed to whoever would change history."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg2
import pytest
from eventsourcing.persistence import ProgrammingError
from psycopg2 import errors as pg

from deploy.local.postgres import Role
from services.shared.event_store import Cursor, EventLog, SchemaMismatch, SchemaTooNew, migrate
from services.shared.event_store.schema import LogTables, latest_version
from services.shared.personal_data import SubjectKeys
from tests.servers import Database
from tests.shared.event_store.stored import event, request

CHANGES = {
    "update": "UPDATE {table} SET originator_version = 7",
    "delete": "DELETE FROM {table}",
    "truncate": "TRUNCATE {table}",
}


class Lanterns:
    """A view's tables."""

    table = """
        CREATE TABLE IF NOT EXISTS lanterns (position bigint PRIMARY KEY, colour text);
        CREATE INDEX IF NOT EXISTS lanterns_by_colour ON lanterns (colour);
    """


@pytest.fixture
def history(log: EventLog) -> EventLog:
    log.recorder.append([event()], request=request())
    return log


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("kind", ["events", "requests"])
class TestImmutable:
    def test_the_service_may_not(self, history: EventLog, kind: str, change: str) -> None:
        with pytest.raises(ProgrammingError, match="permission denied"), history.pool.cursor() as cursor:
            cursor.execute(CHANGES[change].format(table=history.recorder.tables.named(kind)))

    def test_nor_does_the_owner_by_accident(self, history: EventLog, owner: Cursor, kind: str, change: str) -> None:
        with pytest.raises(pg.InsufficientPrivilege, match="immutable"):
            owner.execute(CHANGES[change].format(table=history.recorder.tables.named(kind)))


class TestPrivileges:
    @pytest.mark.parametrize(
        "statement",
        [
            "INSERT INTO {events} VALUES (2, 1, gen_random_uuid(), 'forged', '')",
            "UPDATE {position} SET last = 7",
            "ALTER TABLE {events} DISABLE TRIGGER immutable",
            "DROP TABLE {events}",
            "CREATE TABLE mine ()",
        ],
    )
    def test_the_service_appends_by_the_function_only(self, history: EventLog, statement: str) -> None:
        tables = history.recorder.tables
        with pytest.raises(ProgrammingError), history.pool.cursor() as cursor:
            cursor.execute(statement.format(events=tables.named("events"), position=tables.named("position")))

    def test_strangers_may_not_append(self, owner: Cursor, service: str) -> None:
        owner.execute(
            "SELECT count(*) FROM pg_proc WHERE proname = %s AND proacl::text ~ '[{,]=X'", (f"{service}_append",)
        )
        assert owner.fetchone() == (0,)


class TestMigrating:
    def test_a_second_time_changes_nothing(self, history: EventLog, module_database: Database) -> None:
        migrate(module_database.dsn_owner, history.name, module_database.service.name)
        assert history.head() == 1

    def test_at_the_same_time_waits_for_the_other(self, module_database: Database) -> None:
        def migrate_once() -> None:
            migrate(module_database.dsn_owner, "parade", module_database.service.name)

        threads = [threading.Thread(target=migrate_once) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        log = EventLog("parade", module_database.service_env)
        assert log.head() == 0
        log.close()

    def test_a_view_that_somebody_writes_is_not_locked(self, module_database: Database) -> None:
        def migrate_again(dsn: str) -> None:
            migrate(dsn, "lights", module_database.service.name, [Lanterns()])

        migrate_again(module_database.dsn_owner)
        with closing(psycopg2.connect(module_database.dsn_service)) as writer, writer.cursor() as cursor:
            cursor.execute("INSERT INTO lanterns VALUES (1, 'red')")
            migrate_again(f"{module_database.dsn_owner}?options=-c%20lock_timeout%3D2s")

    def test_a_log_that_was_never_made_is_named(self, module_database: Database) -> None:
        with pytest.raises(SchemaMismatch, match="run_migrate"):
            EventLog("carnival", module_database.service_env)

    @pytest.mark.parametrize(("version", "advice"), [(-1, "run_migrate"), (999, "newer release")])
    def test_another_version_is_refused(
        self, open_log: Callable[..., EventLog], owner: Cursor, service: str, version: int, advice: str
    ) -> None:
        versions = LogTables(service).named("migrations")
        owner.execute(
            f"UPDATE {versions} SET version = %s, works_with = NULL"
            f" WHERE version = (SELECT max(version) FROM {versions})",
            (version,),
        )
        with pytest.raises(SchemaMismatch, match=advice):
            open_log()

    def test_the_release_before_runs_on_beside_a_step_that_only_adds(
        self, open_log: Callable[..., EventLog], module_database: Database, owner: Cursor, service: str
    ) -> None:
        columns = f"{LogTables(service).named('migrations')} (version, subject, works_with)"
        newer, ours = f"INSERT INTO {columns} VALUES (%s, 'of tomorrow', %s)", latest_version()
        owner.execute(newer, (ours + 1, ours))
        open_log().recorder.append([event()])
        migrate(module_database.dsn_owner, service, module_database.service.name)
        owner.execute(newer, (ours + 2, ours + 1))
        with pytest.raises(SchemaTooNew, match=f"works with {ours + 1} at the oldest"):
            open_log()

    def test_a_newer_database_is_left_alone(self, module_database: Database, owner: Cursor, service: str) -> None:
        owner.execute(f"INSERT INTO {LogTables(service).named('migrations')} VALUES (999, 'of tomorrow')")
        with pytest.raises(SchemaMismatch, match="newer release"):
            migrate(module_database.dsn_owner, service, module_database.service.name)


@pytest.mark.parametrize("name", ["Festival", "festival; DROP TABLE x", "", "f" * 41])
def test_a_name_that_would_not_be_a_table_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="lower-case"):
        LogTables(name)


def test_migrating_needs_the_owner(module_database: Database) -> None:
    with pytest.raises(ProgrammingError):
        migrate(module_database.dsn_service, "intruders", module_database.service.name)
    assert psycopg2.connect(module_database.dsn_owner).closed == 0


@pytest.fixture
def auditor(history: EventLog, module_database: Database) -> Iterator[Cursor]:
    """Who may read the log, and nothing else, signed in to the database."""
    auditor = Role(f"{history.name}_auditor", "reading")
    server, name = module_database.server, module_database.name
    with closing(psycopg2.connect(server.dsn(name))) as granting, granting, granting.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {auditor.name} LOGIN PASSWORD '{auditor.password}'")
        cursor.execute(f"GRANT CONNECT ON DATABASE {name} TO {auditor.name}")
    migrate(
        module_database.dsn_owner,
        history.name,
        module_database.service.name,
        [SubjectKeys],
        auditor_role=auditor.name,
    )
    with closing(psycopg2.connect(server.dsn(name, auditor))) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        yield cursor
    with closing(psycopg2.connect(server.dsn(name))) as revoking, revoking, revoking.cursor() as cursor:
        cursor.execute(f"DROP OWNED BY {auditor.name}; DROP ROLE {auditor.name}")


class TestAuditor:
    def test_an_auditor_reads_the_log_and_what_was_signed(self, history: EventLog, auditor: Cursor) -> None:
        for kind in ("events", "position", "tiles", "checkpoints"):
            auditor.execute(f"SELECT count(*) FROM {history.recorder.tables.named(kind)}")
        auditor.execute(f"SELECT count(*) FROM {history.recorder.tables.named('events')}")
        assert auditor.fetchone() == (1,)

    @pytest.mark.parametrize(
        "statement",
        [
            "SELECT * FROM subject_keys",
            "SELECT * FROM {requests}",
            "SELECT * FROM {snapshots}",
            "UPDATE {tracking} SET notification_id = 0",
            "INSERT INTO {events} VALUES (2, 1, gen_random_uuid(), 'forged', '')",
            "DELETE FROM {tiles}",
            "CREATE TABLE mine ()",
        ],
    )
    def test_an_auditor_does_and_reads_nothing_else(self, history: EventLog, auditor: Cursor, statement: str) -> None:
        kinds = ("events", "requests", "snapshots", "tracking", "tiles")
        with pytest.raises(pg.InsufficientPrivilege):
            auditor.execute(statement.format(**{kind: history.recorder.tables.named(kind) for kind in kinds}))
