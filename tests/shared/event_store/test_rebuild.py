"""Views are made anew beside the live ones, compared and switched, while they are written, fed and read."""
# ruff: noqa: ARG002 - a projection is told the event and its position, whether it keeps them or not

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import singledispatchmethod
from pathlib import Path

import psycopg2
import pytest
from eventsourcing.persistence import ProgrammingError

from services.shared.event_store import Cursor, EventLog, ServerTrouble, View, migrate, rebuild_command
from services.shared.event_store.rebuild import LogFeed, Rebuild
from services.shared.settings import MigrationSettings
from tests.servers import Database
from tests.shared.event_store.lantern_views import LanternsByStreet, fed, hang
from tests.shared.event_store.lanterns import Lantern
from tests.shared.event_store.waiting import holding, wait_until
from tests.soak import Soak

SERVICE = "festival"
REBUILD_PROCESS = Path(__file__).parent / "rebuild_process.py"


class LanternsByStreetAndWard(LanternsByStreet):
    """The next release's: the same view with a table of another form."""

    table = """
        CREATE TABLE IF NOT EXISTS lanterns_by_street (
            log text, lantern_id uuid, street text NOT NULL, candles bigint NOT NULL, ward text,
            PRIMARY KEY (log, lantern_id)
        );
        CREATE INDEX IF NOT EXISTS lanterns_by_street_ward ON lanterns_by_street (ward);
    """


class LanternsWithTwoCandles(LanternsByStreet):
    """The next release's: the same table, and another idea of what belongs into it."""

    table = f"-- 2: every lantern hangs with two candles in it\n{LanternsByStreet.table}"

    @singledispatchmethod
    def project(self, event: object, position: int, cursor: Cursor) -> None:
        super().project(event, position, cursor)
        if isinstance(event, Lantern.Hung):
            cursor.execute("UPDATE lanterns_by_street SET candles = 2 WHERE lantern_id = %s", (event.originator_id,))


class Curious(View):
    """Looks, for no good reason, at another view's table."""

    name = "curious"
    table = "CREATE TABLE IF NOT EXISTS curious (lantern_id uuid PRIMARY KEY)"

    @singledispatchmethod
    def project(self, event: object, position: int, cursor: Cursor) -> None:
        cursor.execute("INSERT INTO curious SELECT lantern_id FROM lanterns_by_street ON CONFLICT DO NOTHING")


class Attended(LanternsByStreet):
    """Has a second table, of which its events know nothing."""

    table = f"{LanternsByStreet.table}; CREATE TABLE IF NOT EXISTS guests (guest_id uuid PRIMARY KEY)"


@pytest.fixture
def log(database: Database) -> Iterator[EventLog]:
    migrate(database.dsn_owner, SERVICE, database.service.name, [LanternsByStreet, Curious])
    log = EventLog(SERVICE, database.service_env)
    yield log
    log.close()


@pytest.fixture
def owner(database: Database) -> Iterator[Cursor]:
    """A cursor of the database's owner; every statement is a transaction."""
    connection = psycopg2.connect(database.dsn_owner)
    connection.autocommit = True
    with connection.cursor() as cursor:
        yield cursor
    connection.close()


def run(database: Database, *arguments: str, view: type[View] = LanternsByStreet) -> int:
    """As a service's run_rebuild does it."""
    settings = MigrationSettings(database.dsn_owner, database.service.name)
    return rebuild_command.main(SERVICE, settings, lambda log: [LogFeed(view(log))], arguments)


@contextmanager
def rebuilding(database: Database, view: type[View] = LanternsByStreet) -> Iterator[Rebuild]:
    """A rebuild over the owner's log, to be run."""
    log = EventLog(SERVICE, database.owner_env)
    yield Rebuild(log, LogFeed(view(log)), database.service.name)
    log.close()


def fill(log: EventLog, lanterns: int, view: View) -> None:
    """Hang lanterns in two streets, two events each, and let the view follow."""
    for number in range(lanterns):
        position = hang(log, ("Lê Lợi", "Hàm Nghi")[number % 2], 1)
    with fed(log, view):
        view.wait_for(position, timeout=10)


def schemas(owner: Cursor) -> list[str]:
    owner.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'festival%'")
    return [name for (name,) in owner.fetchall()]


def test_a_view_as_it_should_be_is_found_so_and_left_alone(
    database: Database, log: EventLog, owner: Cursor, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(log, 5, LanternsByStreet(log))
    before = table_made(owner)
    assert run(database, "lanterns_by_street") == 0
    assert "lanterns_by_street: 5 rows, as they should be" in capsys.readouterr().out
    assert table_made(owner) == before
    assert schemas(owner) == []


def test_a_row_that_should_not_be_so_is_named_by_its_key_and_put_right_by_the_switch(
    database: Database, log: EventLog, owner: Cursor, capsys: pytest.CaptureFixture[str]
) -> None:
    view = LanternsByStreet(log)
    fill(log, 5, view)
    owner.execute("UPDATE lanterns_by_street SET candles = 99 WHERE street = 'Hàm Nghi' RETURNING lantern_id::text")
    tampered = [lantern for (lantern,) in owner.fetchall()]
    assert run(database, "lanterns_by_street") == 1
    said = capsys.readouterr().out
    assert "2 rows should not be so, 2 are missing" in said
    assert all(f"- festival {lantern}\n" in said and f"+ festival {lantern}\n" in said for lantern in tampered)
    assert "Hàm Nghi" not in said, "contents are nobody's business here"
    assert run(database, "lanterns_by_street", "--rows") == 1
    said = capsys.readouterr().out
    assert (said.count('- {"candles":99,'), said.count('+ {"candles":1,'), said.count('"Hàm Nghi"')) == (2, 2, 4)
    assert view.candles()["Hàm Nghi"] == 198
    assert run(database, "lanterns_by_street", "--switch") == 0
    assert view.candles() == {"Lê Lợi": 3, "Hàm Nghi": 2}
    assert run(database, "lanterns_by_street") == 0


def test_it_goes_on_being_written_fed_and_read_all_the_time(database: Database, log: EventLog) -> None:
    view = LanternsByStreet(log)
    fill(log, 300, view)
    ended = threading.Event()

    def write() -> int:
        position = 0
        while not ended.is_set():
            position = hang(log, "Đồng Khởi", 1)
        return position

    def read() -> int:
        seen, reads = view.candles(), 0
        while not ended.is_set():
            now = view.candles()
            assert all(now[street] >= candles for street, candles in seen.items()), "what was there is there"
            seen, reads = now, reads + 1
        return reads

    with fed(log, view), ThreadPoolExecutor(4) as others:
        writers, readers = [others.submit(write) for _ in range(2)], [others.submit(read) for _ in range(2)]
        try:
            assert [run(database, "--all", "--switch") for _ in range(3)] == [0, 0, 0]
        finally:
            ended.set()
        view.wait_for(max(writer.result() for writer in writers), timeout=10)
        assert all(reader.result() > 10 for reader in readers)
        assert view.candles() == {"Lê Lợi": 150, "Hàm Nghi": 150, "Đồng Khởi": (log.head() - 600) // 2}
    assert run(database, "--all") == 0


def test_the_live_view_is_fed_on_while_the_two_are_compared(database: Database, log: EventLog, owner: Cursor) -> None:
    owner.execute("CREATE TABLE guests (guest_id uuid PRIMARY KEY)")
    view = LanternsByStreet(log)
    fill(log, 2, view)
    with rebuilding(database, Attended) as attended, ThreadPoolExecutor(1) as other, fed(log, view):
        with holding(owner, "LOCK guests IN ACCESS EXCLUSIVE MODE"):
            comparing = other.submit(attended.run, switch=False)
            wait_until(lambda: is_waited_for(owner, "guests"))
            view.wait_for(hang(log, "Lê Lợi", 1), timeout=5)
            assert not comparing.done()
        assert [table.rows for table in comparing.result()] == [2, 0]


def is_waited_for(owner: Cursor, table: str) -> bool:
    owner.execute("SELECT 1 FROM pg_locks WHERE relation = %s::regclass AND NOT granted", (table,))
    return bool(owner.fetchall())


def test_a_switch_lets_others_past_while_it_waits_for_a_long_reader(
    database: Database, log: EventLog, owner: Cursor
) -> None:
    view = LanternsByStreet(log)
    fill(log, 4, view)
    slowest = 0.0
    with rebuilding(database) as made_anew, ThreadPoolExecutor(1) as other, fed(log, view):
        with holding(owner, "LOCK lanterns_by_street IN ACCESS SHARE MODE"):
            switching = other.submit(made_anew.run, switch=True)
            wait_until(lambda: is_waited_for(owner, "lanterns_by_street"))
            for _ in range(20):
                began = time.monotonic()
                view.wait_for(hang(log, "Hàm Nghi", 1), timeout=5)
                assert view.candles()["Hàm Nghi"] > 2
                slowest = max(slowest, time.monotonic() - began)
            assert not switching.done()
        assert all(table.is_equal for table in switching.result(timeout=10))
        assert view.candles() == {"Lê Lợi": 2, "Hàm Nghi": 22}
    assert slowest < 2


def test_a_view_that_stands_still_is_compared_where_it_stands_and_goes_on_after_the_switch(
    database: Database, log: EventLog, capsys: pytest.CaptureFixture[str]
) -> None:
    view = LanternsByStreet(log)
    fill(log, 2, view)
    hang(log, "Lê Lợi", 7)
    assert run(database, "--all", "--switch") == 0
    assert "2 rows, as they should be" in capsys.readouterr().out
    assert (view.position(), view.candles()) == (6, {"Lê Lợi": 8, "Hàm Nghi": 1})
    with fed(log, view):
        view.wait_for(hang(log, "Lê Lợi", 1), timeout=5)
    assert view.candles()["Lê Lợi"] == 9


def test_two_at_once_exclude_each_other(
    database: Database, log: EventLog, owner: Cursor, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(log, 1, LanternsByStreet(log))
    with holding(owner, "SELECT pg_advisory_xact_lock(hashtextextended('festival_rebuild', 0))"):
        assert run(database, "--all") == 2
    assert "Another rebuild of festival is under way" in capsys.readouterr().err
    assert run(database, "--all") == 0


def test_a_projection_that_looks_at_what_is_not_its_own_fails_and_harms_nothing(
    database: Database, log: EventLog, owner: Cursor
) -> None:
    hang(log, "Lê Lợi", 1)
    with fed(log, Curious(log)):
        Curious(log).wait_for(2, timeout=5)
    with rebuilding(database, Curious) as made_anew, pytest.raises(ProgrammingError, match="lanterns_by_street"):
        made_anew.run(switch=True)
    assert (Curious(log).position(), schemas(owner)) == (2, [])


def test_one_that_lost_the_session_with_the_lock_puts_nothing_in_place_and_takes_nothing_away(
    database: Database, log: EventLog, owner: Cursor
) -> None:
    owner.execute("CREATE TABLE guests (guest_id uuid PRIMARY KEY)")
    fill(log, 2, LanternsByStreet(log))
    before = table_made(owner)
    with rebuilding(database, Attended) as attended, ThreadPoolExecutor(1) as other:
        with holding(owner, "LOCK guests IN ACCESS EXCLUSIVE MODE"):
            switching = other.submit(attended.run, switch=True)
            wait_until(lambda: is_waited_for(owner, "guests"))
            owner.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON database = pg_database.oid"
                " WHERE locktype = 'advisory' AND datname = current_database()"
            )
            assert owner.fetchall() == [(True,)]
        with pytest.raises(ServerTrouble):
            switching.result(timeout=10)
    assert table_made(owner) == before
    assert schemas(owner) == ["festival_rebuild"], "it may be the shadow of another one by now"
    assert run(database, "--all", "--switch") == 0
    assert schemas(owner) == []


def table_made(owner: Cursor) -> int:
    """Another number for every table that is made."""
    owner.execute("SELECT 'lanterns_by_street'::regclass::oid::bigint")
    ((oid,),) = owner.fetchall()
    return int(oid)


class TestWithTablesOfAnotherRelease:
    def test_they_are_left_as_they_are_and_not_fed_until_the_view_is_rebuilt(
        self, database: Database, log: EventLog, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
    ) -> None:
        fill(log, 3, LanternsByStreet(log))
        migrate(database.dsn_owner, SERVICE, database.service.name, [LanternsByStreetAndWard])
        assert "lanterns_by_street: made by another release's DDL and left as it is" in caplog.text
        view = LanternsByStreetAndWard(log)
        with fed(log, LanternsByStreet(log)) as earlier, fed(log, view) as later:
            wait_until(lambda: view.name in later.errors())
            earlier_view = LanternsByStreet(log)
            earlier_view.wait_for(hang(log, "Lê Lợi", 1), timeout=5)  # by the release that made them
            assert earlier.ready()
            assert not later.ready()
            assert run(database, "--outdated", "--switch", view=LanternsByStreetAndWard) == 0
            assert "the live table has other columns: nothing to compare" in capsys.readouterr().out
            view.wait_for(hang(log, "Lê Lợi", 1), timeout=5)
            wait_until(lambda: later.ready() and view.name in earlier.errors())
        with log.transaction() as cursor:
            cursor.execute("SELECT count(*) FROM lanterns_by_street WHERE ward IS NULL")
            assert cursor.fetchall() == [(5,)]
        assert run(database, "--outdated", view=LanternsByStreetAndWard) == 0

    def test_a_projection_that_changes_shows_what_it_changes_and_is_fed_and_served_the_old_way_until_the_switch(
        self, database: Database, log: EventLog, capsys: pytest.CaptureFixture[str]
    ) -> None:
        view = LanternsByStreet(log)
        fill(log, 4, view)
        with fed(log, view):
            assert run(database, "--outdated", "--rows", view=LanternsWithTwoCandles) == 1
            said = capsys.readouterr().out
            assert "4 rows; 4 rows should not be so, 4 are missing" in said
            assert (said.count('- {"candles":1,'), said.count('+ {"candles":3,')) == (4, 4)
            view.wait_for(hang(log, "Lê Lợi", 1), timeout=5)
            assert view.candles() == {"Lê Lợi": 3, "Hàm Nghi": 2}
            assert run(database, "--outdated", "--switch", view=LanternsWithTwoCandles) == 0
        assert view.candles() == {"Lê Lợi": 9, "Hàm Nghi": 6}
        anew = LanternsWithTwoCandles(log)
        with fed(log, anew) as feeder:
            anew.wait_for(hang(log, "Lê Lợi", 1), timeout=5)
            assert feeder.ready()
        assert anew.candles()["Lê Lợi"] == 12
        assert run(database, "--all", view=LanternsWithTwoCandles) == 0

    def test_they_are_listed_as_such(
        self, database: Database, log: EventLog, capsys: pytest.CaptureFixture[str]
    ) -> None:
        fill(log, 2, LanternsByStreet(log))
        run(database, "--list", view=LanternsByStreetAndWard)
        assert "view:lanterns_by_street at 4; tables lanterns_by_street made by another" in capsys.readouterr().out
        run(database, "--list")
        assert "made by this release" in capsys.readouterr().out


def test_a_new_layout_of_the_same_ddl_is_the_same_ddl(log: EventLog) -> None:
    class Tidied(LanternsByStreet):
        table = "\n".join(line.strip() for line in LanternsByStreet.table.splitlines())

    with fed(log, Tidied(log)) as feeder:
        wait_until(feeder.ready)


@pytest.mark.soak
def test_wherever_it_is_killed_nothing_is_harmed_and_the_next_one_succeeds(
    database: Database, log: EventLog, owner: Cursor, soak: Soak
) -> None:
    view = LanternsByStreet(log)
    fill(log, 3, view)
    with fed(log, view):
        ended = killed_before(database, statement=0)
        assert ended.returncode == 0, ended.stderr
        statements = range(1, int(ended.stdout.split()[-1]) + 1)
        chosen = soak.random("killed rebuilds").sample(statements, soak.count(len(statements), 0.1))
        for statement in sorted(chosen):
            owner.execute("UPDATE lanterns_by_street SET candles = 99")
            killed = killed_before(database, statement)
            assert killed.returncode == -signal.SIGKILL, killed.stderr
            view.wait_for(hang(log, "Lê Lợi", 1), timeout=5)
            assert run(database, "--all", "--switch") == 0
            assert schemas(owner) == []
            assert sum(view.candles().values()) == log.head() // 2


def killed_before(database: Database, statement: int) -> subprocess.CompletedProcess[str]:
    """A rebuild of its own process; it ends by itself where the statement never comes."""
    owner_and_role = database.dsn_owner, database.service.name
    command = [sys.executable, REBUILD_PROCESS, SERVICE, *owner_and_role, str(statement)]
    return subprocess.run(command, check=False, capture_output=True, text=True)
