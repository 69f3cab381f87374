"""A database is lost, and made again on an empty machine from a backup taken under load and the archive.

What the figures of ``docs/operate.md`` were read from: ``pytest --soak tests/deploy/test_backup.py -rP``.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.readiness import bus_is_ready
from tests.deploy.backed_up_postgres import BackedUpPostgres
from tests.deploy.installation import Callers, Installation, wait_until
from tests.servers import Database
from tests.soak import Soak


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[BackedUpPostgres]:
    folder = tmp_path / "postgres"
    folder.mkdir()
    with BackedUpPostgres(folder) as postgres:
        yield postgres


@pytest.fixture
def installation(postgres: BackedUpPostgres, fresh_amqp_uri: str, tmp_path: Path) -> Installation:
    installation = Installation(Database.create(postgres.server), tmp_path, fresh_amqp_uri)
    installation.migrate()
    return installation


@pytest.mark.soak
def test_what_the_archive_has_is_restored_and_what_it_has_not_is_said(
    installation: Installation, postgres: BackedUpPostgres, soak: Soak
) -> None:
    answers = soak.count(10_000, 0.02)
    with installation.door() as door, installation.bus() as bus, Callers(installation, door.port) as callers:
        wait_until(lambda: bus_is_ready(f"{bus}/ready"))
        callers.are_busy(answers)
        postgres.back_up()
        callers.are_busy(answers)
        archived = list(callers.answered)
        postgres.archive()
        archived_at, reached = time.monotonic(), len(installation.courses())
        callers.are_busy(answers)
        wait_until(lambda: installation.signed() > reached)
        assert callers.turned_away == []
        postgres.cut_power()
        lost_seconds = time.monotonic() - archived_at

    began_at = time.monotonic()
    postgres.restore()
    restored = installation.courses()
    print(f"{len(restored):,} events made again in {time.monotonic() - began_at:.1f} s")
    assert set(restored) >= {course for _, course in archived}
    lost = [(request, course) for request, course in callers.answered if course not in restored]
    print(f"{len(lost):,} commands lost, all of the last {lost_seconds:.1f} s")
    assert lost, "nothing was lost: what follows shows nothing"

    cut_short = installation.run("run_proof", "check", room="bus")
    assert (cut_short.returncode, cut_short.stderr.partition(":")[0]) == (1, "LogCutShort")

    installation.begin_log("nscl.example/training-2")
    with installation.door() as door, installation.bus() as bus:
        schedule = installation.caller(door.port)
        assert [schedule(request) for request, _ in archived] == [course for _, course in archived]
        assert installation.courses() == restored, "what was acknowledged and is there is carried out again"
        again = [schedule(request) for request, _ in lost]
        assert sorted(installation.courses()) == sorted(restored + again)
        wait_until(lambda: installation.signed() == len(installation.courses()))
        wait_until(lambda: bus_is_ready(f"{bus}/ready"))
        assert installation.run("run_proof", "check", room="bus").returncode == 0
        assert installation.run("run_rebuild", "--all").returncode == 0
