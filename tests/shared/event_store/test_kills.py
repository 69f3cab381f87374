"""Writers, greenlets and PostgreSQL itself are killed: what was acknowledged is there, nothing by half or twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest

from services.shared.event_store import EventLog, migrate
from tests.mortal_postgres import MortalPostgres
from tests.servers import Database
from tests.shared.event_store.random_commands import GREENLETS_PROGRAM, Audit, Told, WriterProcess
from tests.shared.event_store.waiting import wait_until
from tests.soak import Soak

KILLS = 60
GREENLETS_EVENTS = 100_000
PROCESSES = 3
# Between two kills the writers write at least so many events, then go on for a random time.
EVENTS_BETWEEN = 300
LONGEST_WAIT_SECONDS = 0.5


@pytest.fixture
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MortalPostgres]:
    with MortalPostgres(tmp_path_factory.mktemp("mortal")) as mortal:
        yield mortal


@pytest.fixture
def mortal_database(mortal: MortalPostgres) -> Database:
    """A database on the mortal server, with a log in it."""
    database = Database.create(mortal.server)
    migrate(database.dsn_owner, "festival", database.service.name)
    return database


@pytest.mark.soak
def test_a_killed_greenlet_takes_no_command_of_others_with_it(
    open_log: Callable[..., EventLog], service: str, module_database: Database, soak: Soak, tmp_path: Path
) -> None:
    notes = tmp_path / "greenlets"
    events = soak.count(GREENLETS_EVENTS)
    with WriterProcess(service, module_database.service_env, notes, soak.seed, events, GREENLETS_PROGRAM) as greenlets:
        greenlets.join()
    audit = Audit()
    audit.read_on(open_log().recorder)
    audit.agrees_in_the_end_with(Told(notes))


@pytest.mark.soak
def test_what_was_acknowledged_survives(
    mortal: MortalPostgres, mortal_database: Database, soak: Soak, tmp_path: Path
) -> None:
    random = soak.random("kills")
    log = EventLog("festival", mortal_database.service_env)
    with log.pool.cursor() as cursor:
        cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
        assert cursor.fetchone() == ("on", "on")
    lives = count(1)

    def writer(notes: Path) -> WriterProcess:
        seed = f"{soak.seed} {next(lives)}"
        return WriterProcess(log.name, mortal_database.service_env, notes, seed)

    def kill_writer() -> None:
        victim = random.randrange(PROCESSES)
        writers[victim].kill()
        writers[victim] = running.enter_context(writer(writers[victim].notes))

    def kill_backend() -> None:
        mortal.kill_backend(mortal_database.service.name, random)

    kills = [kill_writer, kill_writer, mortal.kill, kill_backend] * soak.count(KILLS // 4, 1 / 15)
    random.shuffle(kills)
    notes = [tmp_path / f"writer {number}" for number in range(PROCESSES)]
    for file in notes:
        file.touch()
    told, audit = Told(*notes), Audit()
    with ExitStack() as running:
        writers = [running.enter_context(writer(file)) for file in notes]
        for kill in kills:
            wait_until(lambda: log.head() > audit.head + EVENTS_BETWEEN, seconds=60)
            time.sleep(random.uniform(0, LONGEST_WAIT_SECONDS))
            kill()
            told.read_on()
            audit.read_on(log.recorder)
            audit.agrees_with(told)
        for each in writers:
            each.stop()
    told.read_on()
    from_the_start = Audit()
    from_the_start.read_on(log.recorder)
    from_the_start.agrees_in_the_end_with(told)
    log.close()
