"""The sample year, played once on a whole platform for all journeys that only look at it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console

from deploy.local.platform import LOG_POLICY
from deploy.local.ports import SERVICES
from programme.client import Doors
from programme.clocks import enter_clocks
from programme.councils import enter_council_regulations
from programme.plan import EnteredPlan, enter_plan
from programme.progress import Progress
from programme.year import Year, play_year
from tests.journeys.auditing import audit, origin_of, policy_of
from tests.servers import RunningPlatform


@dataclass(frozen=True)
class Played:
    """A platform on which the sample year has been played."""

    doors: Doors
    plan: EnteredPlan
    year: Year


def addresses_of(platform: RunningPlatform) -> tuple[dict[str, str], Path]:
    """Where a running platform's doors are, and its keys: what ``Doors`` are opened with."""
    services = platform.endpoints["services"]
    return {name: service["grpc"] for name, service in services.items()}, Path(platform.endpoints["keys"])


def play_on(doors: Doors) -> Played:
    """Enter the plan and play the year, silently."""
    progress = Progress(Console(file=io.StringIO()))
    plan = enter_plan(doors, progress)
    enter_clocks(doors, progress)
    enter_council_regulations(doors, progress)
    return Played(doors, plan, play_year(doors, plan, progress))


@pytest.fixture(scope="session")
def played(platform: RunningPlatform) -> Iterator[Played]:
    """The platform with the sample year played."""
    doors = Doors(*addresses_of(platform))
    yield play_on(doors)
    doors.close()


@pytest.fixture(scope="module")
def mirror(played: Played, platform: RunningPlatform, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The logs as they were published after the year was played."""
    assert played
    return fetched(platform, tmp_path_factory.mktemp("mirror"))


def fetched(platform: RunningPlatform, folder: Path) -> Path:
    """A mirror of all logs as they are published now, with the auditor's token beside it."""
    (folder / "token").write_text(platform.token("auditor", "STC"))
    policy, addresses = policy_of(platform), addresses_of(platform)[0]
    events = [f"--events={origin_of(policy, service)}={addresses[service]}" for service in SERVICES]
    trust = ["--token", folder / "token", "--roots", platform.endpoints["authority"]]
    status, said = audit("fetch", folder / "mirror", "--policy", platform.folder / LOG_POLICY, *trust, *events)
    assert status == 0, said
    return folder / "mirror"
