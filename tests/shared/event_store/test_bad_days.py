"""Bad input and bad days: each has its error, its sentence and its count; nothing is lost, and nothing half stored."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import psycopg2
import pytest
from eventsourcing.persistence import PersistenceError

from deploy.local.ports import free_ports
from deploy.local.postgres import BINARIES, PrivatePostgres
from services.shared.deadline import within
from services.shared.event_store import (
    Appended,
    Cursor,
    DatabaseMissing,
    DiskFull,
    DuplicateEvent,
    EventLog,
    EventNotEncodable,
    EventTooLarge,
    LogLocked,
    NotAnsweredInTime,
    NotAppendedInTime,
    OtherRequestRecorded,
    OutcomeUnknown,
    PoolExhausted,
    SchemaTooNew,
    SchemaTooOld,
    ServerAway,
    ServerFull,
    ServerReadOnly,
    VersionConflict,
    WrongCredentials,
    migrate,
)
from services.shared.event_store.metrics import ERRORS
from services.shared.event_store.schema import LogTables
from services.shared.settings import DoorSettings
from tests.servers import Database, running
from tests.shared.event_store.lanterns import Lantern, call
from tests.shared.event_store.stored import dense, event, request
from tests.shared.event_store.waiting import holding, wait_until
from tests.wire import Wire

T = TypeVar("T")


@pytest.fixture
def far_log(open_log: Callable[..., EventLog], wire: Wire) -> EventLog:
    """A log that is reached over the wire."""
    return open_log(POSTGRES_HOST="127.0.0.1", POSTGRES_PORT=str(wire.port))


def failures(log: str) -> dict[str, float]:
    """How many calls on the log have failed, by the type of the error."""
    samples = (sample for metric in ERRORS.collect() for sample in metric.samples if sample.name.endswith("_total"))
    return {sample.labels["error"]: sample.value for sample in samples if sample.labels["log"] == log}


@contextmanager
def failing_once(log: str, kind: type[PersistenceError], saying: str | None = None) -> Iterator[None]:
    """Within, one call on the log fails as said, and is counted as that and nothing else."""
    before = failures(log)
    with pytest.raises(kind, match=saying) as failed:
        yield
    assert failed.type is kind
    assert failures(log) == before | {kind.__name__: before.get(kind.__name__, 0) + 1}


@contextmanager
def taking(least: float, most: float) -> Iterator[None]:
    """Within, so many seconds pass: at most what is well below the next longer limit, as a busy machine is late."""
    began_at = time.monotonic()
    try:
        yield
    finally:
        assert least <= time.monotonic() - began_at < most


class TestSigningIn:
    @pytest.mark.parametrize(
        ("setting", "kind"),
        [
            ({"POSTGRES_USER": "nobody"}, WrongCredentials),
            ({"POSTGRES_PASSWORD": "guessed"}, WrongCredentials),
            ({"POSTGRES_DBNAME": "nowhere"}, DatabaseMissing),
            ({"POSTGRES_PORT": "1"}, ServerAway),
        ],
    )
    def test_what_is_wrong_is_told(
        self,
        open_log: Callable[..., EventLog],
        module_database: Database,
        service: str,
        setting: dict[str, str],
        kind: type[PersistenceError],
    ) -> None:
        if "POSTGRES_PASSWORD" in setting and not module_database.server.superuser.password:
            pytest.skip("this server asks nobody for a password")
        with failing_once(service, kind):
            open_log(**setting)

    def test_a_server_with_no_connection_left_is_told_apart(
        self, open_log: Callable[..., EventLog], module_database: Database, service: str
    ) -> None:
        role = module_database.service.name
        with superuser(module_database) as cursor:
            cursor.execute(f"ALTER ROLE {role} CONNECTION LIMIT 0")
            try:
                with failing_once(service, ServerFull, "max_connections"):
                    open_log()
            finally:
                cursor.execute(f"ALTER ROLE {role} CONNECTION LIMIT -1")
        assert open_log().head() == 0

    @pytest.mark.parametrize(("version", "kind"), [(-1, SchemaTooOld), (999, SchemaTooNew)])
    def test_another_schema_than_the_codes_is_refused(
        self, open_log: Callable[..., EventLog], owner: Cursor, service: str, version: int, kind: type[PersistenceError]
    ) -> None:
        versions = LogTables(service).named("migrations")
        owner.execute(
            f"UPDATE {versions} SET version = %s, works_with = NULL"
            f" WHERE version = (SELECT max(version) FROM {versions})",
            (version,),
        )
        with failing_once(service, kind, "this code works with"):
            open_log()


class TestBadInput:
    def test_a_version_that_is_taken(self, log: EventLog, service: str) -> None:
        taken = event()
        log.recorder.append([taken])
        with failing_once(service, VersionConflict, str(taken.originator_id)):
            log.recorder.append([taken])

    def test_a_version_wanted_twice_by_one_command(self, log: EventLog, service: str) -> None:
        twice = event()
        with failing_once(service, DuplicateEvent):
            log.recorder.append([twice, twice])

    def test_a_request_id_used_before(self, log: EventLog, service: str) -> None:
        used = request()
        log.recorder.append([event()], request=used)
        with failing_once(service, OtherRequestRecorded):
            log.recorder.append([event()], request=replace(used, digest=b"another"))

    def test_an_event_that_cannot_be_encoded(self, log: EventLog, service: str) -> None:
        asked = call()
        with failing_once(service, EventNotEncodable, "Lantern"):
            log.save_for(asked, Lantern(act=asked.act, street=7))

    def test_an_event_that_is_too_large(self, log: EventLog, service: str) -> None:
        with failing_once(service, EventTooLarge, "1048577 bytes"):
            log.recorder.append([event(state=b"x" * (1024 * 1024 + 1))])

    @pytest.fixture(autouse=True)
    def nothing_of_it_is_stored(self, log: EventLog) -> Iterator[None]:
        yield
        last = log.recorder.append([event()]).last
        assert dense(notification.id for notification in log.recorder.select_notifications(None, 100))
        assert log.head() == last


class TestBusyServer:
    def test_a_log_that_somebody_else_holds_is_told(
        self, open_log: Callable[..., EventLog], owner: Cursor, service: str
    ) -> None:
        log = open_log(POSTGRES_LOCK_TIMEOUT="1")
        lock = f"SELECT FROM {log.recorder.tables.named('position')} FOR UPDATE"
        with holding(owner, lock), failing_once(service, LogLocked, "pg_locks"), taking(1, 9):
            log.recorder.append([event()])
        assert log.recorder.append([event()]) == Appended(1, 1)

    def test_an_append_outlives_a_transaction_that_hangs_and_fails_before_its_caller_leaves(
        self, log: EventLog
    ) -> None:
        settings = log.pool.settings
        assert settings.idle_in_transaction_timeout < settings.lock_timeout
        assert settings.lock_timeout < DoorSettings.default_deadline_seconds
        assert settings.lock_timeout < settings.statement_timeout

    def test_a_statement_that_takes_too_long_is_ended(self, open_log: Callable[..., EventLog], service: str) -> None:
        log = open_log(POSTGRES_STATEMENT_TIMEOUT="1")
        with failing_once(service, NotAnsweredInTime), taking(1, 9), log.pool.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(10)")

    def test_a_pool_without_a_free_connection_is_told(self, open_log: Callable[..., EventLog], service: str) -> None:
        log = open_log(POSTGRES_POOL_SIZE="1", POSTGRES_MAX_OVERFLOW="0")
        with log.pool.connection(), ThreadPoolExecutor(1) as other:
            asking = other.submit(asked_within(0.3, log.head))
            with failing_once(service, PoolExhausted), taking(0.2, 4):
                asking.result()
        assert log.head() == 0

    def test_what_is_done_for_a_caller_who_left_is_ended(self, log: EventLog, module_database: Database) -> None:
        abandoned = "pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(60) AS %' AND state = 'active'"

        def ask() -> None:
            with suppress(NotAnsweredInTime), log.pool.cursor() as sleeping:
                sleeping.execute("SELECT pg_sleep(60) AS abandoned")

        with superuser(module_database) as cursor, ThreadPoolExecutor(1) as asking:
            asking.submit(asked_within(1, ask))
            wait_until(lambda: count(cursor, abandoned) == 1)
            wait_until(lambda: count(cursor, abandoned) == 0)


class TestReadOnlyServer:
    def test_appends_are_refused_and_reads_go_on_until_it_takes_writes_again(
        self, log: EventLog, module_database: Database, service: str, terminate_backends: Callable[[], None]
    ) -> None:
        role, asked = module_database.service.name, request()
        log.recorder.append([event()])
        with superuser(module_database) as cursor:
            cursor.execute(f"ALTER ROLE {role} SET default_transaction_read_only = on")
            try:
                terminate_backends()
                with failing_once(service, ServerReadOnly, "nothing was stored"):
                    log.recorder.append([event()], request=asked)
                assert log.head() == 1
            finally:
                cursor.execute(f"ALTER ROLE {role} RESET default_transaction_read_only")
        assert log.recorder.append([event()], request=asked) == Appended(2, 2)


class TestSilentServer:
    """The server, or the way to it, takes everything and says nothing."""

    def test_an_append_on_its_way_ends_at_its_deadline_with_its_outcome_unknown(
        self, far_log: EventLog, wire: Wire, service: str
    ) -> None:
        asked, events = request(), [event()]
        far_log.recorder.append([event()])
        wire.is_silent = True
        with failing_once(service, OutcomeUnknown, "same request id"), within(1.5), taking(1.5, 10):
            far_log.recorder.append(events, request=asked)
        wire.is_silent = False
        wire.cut()
        assert far_log.recorder.append(events, request=asked).first == 2
        assert far_log.head() == 2

    def test_an_append_whose_turn_has_not_come_is_withdrawn(self, far_log: EventLog, wire: Wire, service: str) -> None:
        far_log.recorder.append([event()])
        wire.is_silent = True
        withdrawn = event()
        with ThreadPoolExecutor(1) as leader:
            leading = leader.submit(asked_within(2, lambda: far_log.recorder.append([event()])))
            wait_until(lambda: far_log.factory.committer.is_committing)
            with failing_once(service, NotAppendedInTime, "nothing was stored"), within(0.3), taking(0.3, 1.5):
                far_log.recorder.append([withdrawn])
            wire.is_silent = False
            assert leading.result() == Appended(2, 2)
        assert far_log.recorder.append([withdrawn]) == Appended(3, 3)

    def test_a_caller_in_a_hurry_does_not_end_the_batch_of_the_others(
        self, far_log: EventLog, wire: Wire, service: str
    ) -> None:
        far_log.recorder.append([event()])
        wire.is_silent = True
        with ThreadPoolExecutor(2) as callers:
            leading = callers.submit(asked_within(0.05, lambda: far_log.recorder.append([event()])))
            wait_until(lambda: far_log.factory.committer.is_committing)
            patient = callers.submit(asked_within(5, lambda: far_log.recorder.append([event()])))
            wait_until(lambda: far_log.factory.committer.waiting == 1)
            time.sleep(0.3)
            wire.is_silent = False
            assert [leading.result(), patient.result()] == [Appended(2, 2), Appended(3, 3)]
        assert failures(service) == {}

    def test_a_leader_in_a_hurry_waits_for_its_whole_batch(self, log: EventLog, owner: Cursor, service: str) -> None:
        owner.execute(
            f"CREATE FUNCTION {service}_sleep() RETURNS trigger LANGUAGE plpgsql"
            " AS 'BEGIN PERFORM pg_sleep(2); RETURN NEW; END';"
            f" CREATE TRIGGER slow BEFORE INSERT ON {log.recorder.tables.named('events')}"
            f" FOR EACH ROW WHEN (NEW.state = 'slow') EXECUTE FUNCTION {service}_sleep()"
        )
        committer = log.factory.committer
        with ThreadPoolExecutor(3) as callers:
            with holding(owner, f"SELECT FROM {log.recorder.tables.named('position')} FOR UPDATE"):
                first = callers.submit(log.recorder.append, [event()])
                wait_until(lambda: committer.is_committing)
                hurried = callers.submit(asked_within(1, lambda: log.recorder.append([event(state=b"slow")])))
                wait_until(lambda: committer.waiting == 1)
                patient = callers.submit(asked_within(9, lambda: log.recorder.append([event()])))
                wait_until(lambda: committer.waiting == 2)
            outcomes = [first.result(), hurried.result(), patient.result()]
        assert outcomes == [Appended(1, 1), Appended(2, 2), Appended(3, 3)]

    def test_a_read_ends_at_its_deadline(self, far_log: EventLog, wire: Wire, service: str) -> None:
        far_log.head()
        wire.is_silent = True
        with failing_once(service, NotAnsweredInTime), within(0.5), taking(0.5, 10):
            far_log.head()
        wire.is_silent = False
        assert far_log.head() == 0

    def test_a_connection_that_is_not_answered_is_given_up(
        self, open_log: Callable[..., EventLog], wire: Wire, service: str
    ) -> None:
        wire.is_silent = True
        with failing_once(service, ServerAway, "timeout expired"), within(1), taking(0.9, 4):
            open_log(POSTGRES_HOST="127.0.0.1", POSTGRES_PORT=str(wire.port))

    def test_without_any_deadline_the_longest_statement_bounds_the_wait(
        self, open_log: Callable[..., EventLog], wire: Wire, service: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("services.shared.event_store.pool._GRACE_SECONDS", 0.2)
        log = open_log(POSTGRES_HOST="127.0.0.1", POSTGRES_PORT=str(wire.port), POSTGRES_STATEMENT_TIMEOUT="1")
        log.head()
        wire.is_silent = True
        with failing_once(service, NotAnsweredInTime), taking(1.2, 5):
            log.head()


class TestFailover:
    def test_a_log_moves_to_the_standby_once_it_is_promoted(self, tmp_path: Path) -> None:
        first, second = private_postgres(tmp_path / "first"), private_postgres(tmp_path / "second")
        second.server = replace(second.server, superuser=first.server.superuser)
        first.prepare()
        asked = request()
        with Wire(first.server.host, first.server.port) as wire:
            with running(first.program(), first.folder):
                first.server.wait_until_ready()
                database = Database.create(first.server)
                migrate(database.dsn_owner, "festival", database.service.name)
                log = EventLog("festival", database.service_env | {"POSTGRES_PORT": str(wire.port)})
                assert log.recorder.append([event()]) == Appended(1, 1)
            wire.is_down = True
            with failing_once("festival", ServerAway), taking(0, 1):
                log.recorder.append([event()], request=asked)
            second.folder.mkdir()
            shutil.copytree(first.data, second.data)
            (second.data / "standby.signal").touch()
            with running(second.program(), second.folder), log:
                second.server.wait_until_ready()
                wire.server, wire.is_down = (second.server.host, second.server.port), False
                with failing_once("festival", ServerReadOnly, "promote"):
                    log.recorder.append([event()], request=asked)
                assert log.head() == 1
                with superuser(replace(database, server=second.server)) as cursor:
                    cursor.execute("SELECT pg_promote()")
                assert log.recorder.append([event()], request=asked) == Appended(2, 2)


class TestFullDisk:
    def test_appends_are_refused_and_reads_go_on_until_there_is_room_again(self, tmp_path: Path) -> None:
        with on_small_disk(tmp_path / "server", tmp_path / "small") as database, superuser(database) as cursor:
            ballast = tmp_path / "small" / "ballast"
            cursor.execute(f"COPY (SELECT repeat('x', 4000000)) TO '{ballast}'")
            with EventLog("festival", database.service_env) as log:
                acknowledged = [appended.first for appended in until_full(log)]
                refused, asked = [event(state=os.urandom(1000)) for _ in range(500)], request()
                with failing_once("festival", DiskFull, "free space"):
                    log.recorder.append(refused, request=asked)
                assert log.head() == len(acknowledged)
                assert log.recorder.request(asked.id) is None
                cursor.execute(f"COPY (SELECT WHERE false) TO '{ballast}'")
                assert log.recorder.append(refused, request=asked) == Appended(log.head() - 499, log.head())
                stored = [notification.id for notification in log.recorder.select_notifications(None, 10_000)]
                assert dense(stored)
                assert stored[: len(acknowledged)] == acknowledged
                assert len(stored) == len(acknowledged) + len(refused)


def until_full(log: EventLog) -> Iterator[Appended]:
    """Append what does not compress until the disk is full."""
    with suppress(DiskFull):
        while True:
            yield log.recorder.append([event(state=os.urandom(200_000))])


def private_postgres(folder: Path) -> PrivatePostgres:
    return PrivatePostgres(folder, free_ports()["NSCL_POSTGRES_PORT"], secrets.token_hex(16))


@contextmanager
def on_small_disk(folder: Path, small: Path) -> Iterator[Database]:
    """A migrated database on a disk of a few megabytes, which only its own server sees: a mount needs no privilege
    in a namespace of one's own."""
    as_root = ["unshare", "--user", "--map-root-user", "--mount", "--"]
    as_user = ["unshare", "--user", "--map-user=1000", "--"]
    mounting = ["sh", "-c", 'mount -t tmpfs -o size=24m none "$0" && exec "$@"', str(small)]
    small.mkdir()
    if subprocess.run([*as_root, *mounting, *as_user, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine permits no user namespaces, and a small disk cannot be mounted without one")
    private = private_postgres(folder)
    private.prepare()
    server = [str(BINARIES / "postgres"), "-D", str(private.data), "-p", str(private.server.port)]
    program = replace(private.program(), command=[*as_root, *mounting, *as_user, *server])
    with running(program, folder):
        private.server.wait_until_ready()
        database = Database.create(private.server)
        with superuser(replace(database, name="postgres")) as cursor:
            cursor.execute(f"CREATE TABLESPACE small LOCATION '{small}'")
            cursor.execute(f"ALTER DATABASE {database.name} SET TABLESPACE small")
        migrate(database.dsn_owner, "festival", database.service.name)
        yield database


@contextmanager
def superuser(database: Database) -> Iterator[Cursor]:
    """A cursor of the server's superuser; every statement is a transaction."""
    connection = psycopg2.connect(database.server.dsn(database.name))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def count(cursor: Cursor, what: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {what}")
    (found,) = cursor.fetchone() or (0,)
    return int(found)


def asked_within(seconds: float, ask: Callable[[], T]) -> Callable[[], T]:
    """The call with a deadline, for another thread."""

    def asked() -> T:
        with within(seconds):
            return ask()

    return asked
