"""Every process dies once in the middle of the year, and the year still ends with the same indicators and story."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from programme.story import indicators, trail
from tests.journeys.conftest import Played, doors_of, play_on
from tests.servers import RunningPlatform

SERVICES = ("registry", "support", "training", "reporting")
PROCESSES = [f"{service}_{room}" for service in SERVICES for room in ("api", "bus")]
SEED = 134
SECONDS_BETWEEN_KILLS = 1.0


class Killer(threading.Thread):
    """Kills every process once, in an order drawn from a seed, while the year is being played."""

    def __init__(self, platform: RunningPlatform) -> None:
        super().__init__(daemon=True)
        self._platform = platform
        self._order = random.Random(SEED).sample(PROCESSES, len(PROCESSES))
        self._played = threading.Event()
        self.killed: list[str] = []

    def run(self) -> None:
        for process in self._order:
            if self._played.wait(SECONDS_BETWEEN_KILLS):
                return
            self._platform.kill(process)
            self.killed.append(process)

    def stop(self) -> None:
        self._played.set()
        self.join()


@pytest.fixture
def crashing_platform(tmp_path: Path) -> Iterator[RunningPlatform]:
    with RunningPlatform(tmp_path) as platform:
        yield platform


def told(played: Played, task: str) -> list[tuple[str, str, str]]:
    entries = trail(played.doors, played.year.task_ids[task], played.year.positions())
    return sorted((entry.type, entry.act.person_id, entry.sentence) for entry in entries)


@pytest.mark.timeout(300)
def test_a_year_of_crashes_ends_like_a_calm_one(played: Played, crashing_platform: RunningPlatform) -> None:
    killer = Killer(crashing_platform)
    doors = doors_of(crashing_platform)
    killer.start()
    crashed = play_on(doors)
    killer.stop()
    assert sorted(killer.killed) == sorted(PROCESSES)
    crashing_platform.wait_until_ready()

    calm_rows = indicators(played.doors, played.year.positions())
    crashed_rows = indicators(doors, crashed.year.positions())
    assert [(row.indicator.code, row.value) for row in crashed_rows] == [
        (row.indicator.code, row.value) for row in calm_rows
    ]
    for task in ("T1", "T2", "T3", "T7"):
        assert _without_ids(told(crashed, task), crashed) == _without_ids(told(played, task), played)
    doors.close()


def _without_ids(story: list[tuple[str, str, str]], played: Played) -> list[tuple[str, str, str]]:
    """The same story on another platform speaks of the same enterprises under other ids."""
    names = {enterprise_id: key for key, enterprise_id in played.year.enterprise_ids.items()}
    pattern = re.compile("|".join(names))
    return sorted(
        (kind, person_id, pattern.sub(lambda found: names[found[0]], sentence)) for kind, person_id, sentence in story
    )
