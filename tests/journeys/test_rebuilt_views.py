"""``make rebuild-view`` on the platform of the sample year, which goes on answering."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg2

from deploy.local.ports import SERVICES
from programme.story import indicators
from tests.journeys.conftest import Played
from tests.journeys.test_sample_year import INDICATORS
from tests.servers import RunningPlatform


def rebuild(platform: RunningPlatform, service: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """As make runs it."""
    return subprocess.run(
        [sys.executable, "-m", "deploy.local.rebuild", service, *arguments],
        env={**os.environ, "NSCL_RUN_FOLDER": str(platform.folder)},
        check=False,
        capture_output=True,
        text=True,
    )


def values(played: Played) -> dict[str, int]:
    return {row.indicator.code: row.value for row in indicators(played.doors, played.year.positions())}


def test_every_view_is_as_it_should_be_and_answers_the_same_all_through_the_switch(
    platform: RunningPlatform, played: Played
) -> None:
    assert values(played) == INDICATORS
    with ThreadPoolExecutor(len(SERVICES)) as others:
        rebuilding = [others.submit(rebuild, platform, service, "--all", "--switch") for service in SERVICES]
        while not all(one.done() for one in rebuilding):
            assert values(played) == INDICATORS
    for rebuilt in [one.result() for one in rebuilding]:
        assert rebuilt.returncode == 0, rebuilt.stderr
        assert rebuilt.stdout.count("as they should be") >= rebuilt.stdout.count("switched") > 1
        assert "should not be so" not in rebuilt.stdout
    assert values(played) == INDICATORS


def test_what_was_heard_is_heard_again_beside_the_live_views_and_puts_them_right(
    platform: RunningPlatform, played: Played
) -> None:
    reporting_database = platform.endpoints["services"]["reporting"]["postgres"]
    with closing(psycopg2.connect(reporting_database)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM indicator_events WHERE service = 'training'")
        lost = cursor.rowcount
    assert values(played) != INDICATORS
    compared = rebuild(platform, "reporting", "trail")
    assert compared.returncode == 1, compared.stderr
    assert f"0 rows should not be so, {lost} are missing" in compared.stdout
    assert rebuild(platform, "reporting", "trail", "--switch").returncode == 0
    assert values(played) == INDICATORS
    assert rebuild(platform, "reporting", "trail").returncode == 0
