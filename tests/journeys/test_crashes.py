"""Every process dies once in the middle of the year, and the year still ends with the same indicators and story."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from programme.client import Doors
from programme.people import Person
from programme.story import indicators, trail
from tests.journeys.conftest import Played, addresses_of, play_on
from tests.servers import RunningPlatform

SERVICES = ("registry", "support", "training", "reporting")
PROCESSES = [f"{service}_{room}" for service in SERVICES for room in ("api", "bus")]
SEED = 134
CALLS_BETWEEN_KILLS = 45


class CrashingDoors(Doors):
    """Doors behind which every process dies once, in an order drawn from a seed, after so many calls each."""

    def __init__(self, platform: RunningPlatform) -> None:
        super().__init__(*addresses_of(platform))
        self._platform = platform
        self._still_alive = random.Random(SEED).sample(PROCESSES, len(PROCESSES))
        self._calls = 0
        self.killed: list[str] = []

    def ask(self, person: Person, rpc: Callable[..., Any], request: Any, attempt: str = "") -> Any:
        self._calls += 1
        if self._calls % CALLS_BETWEEN_KILLS == 0 and self._still_alive:
            self.killed.append(self._still_alive.pop())
            self._platform.kill(self.killed[-1])
        return super().ask(person, rpc, request, attempt)


@pytest.fixture
def crashing_platform(tmp_path: Path) -> Iterator[RunningPlatform]:
    with RunningPlatform(tmp_path) as platform:
        yield platform


def told(played: Played, task: str) -> list[tuple[str, str, str]]:
    entries = trail(played.doors, played.year.task_ids[task], played.year.positions())
    return sorted((entry.type, entry.act.person_id, entry.sentence) for entry in entries)


@pytest.mark.timeout(300)
def test_a_year_of_crashes_ends_like_a_calm_one(played: Played, crashing_platform: RunningPlatform) -> None:
    doors = CrashingDoors(crashing_platform)
    crashed = play_on(doors)
    assert sorted(doors.killed) == sorted(PROCESSES)
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
