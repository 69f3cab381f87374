"""What supervisord does for us: it keeps alive what was started, tells what keeps dying, and leaves nothing behind."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local.readiness import wait_until_ready
from deploy.local.supervision import Program, Supervisor, end_processes_of, processes_of
from deploy.local.trouble import Trouble

SLEEPER = Program("sleeper", [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"])
BROKEN = Program("broken", [sys.executable, "-c", "raise SystemExit('the cupboard is bare')"])


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    supervisor = Supervisor(tmp_path)
    supervisor.launch([SLEEPER, BROKEN], os.environ)
    yield supervisor
    supervisor.stop()


def is_up(supervisor: Supervisor, name: str) -> Callable[[], bool]:
    return lambda: bool(supervisor.states()[name]["pid"]) and "up" in supervisor.log(name).read_text()


def test_a_killed_process_is_started_again(supervisor: Supervisor) -> None:
    supervisor.start("sleeper")
    wait_until_ready(supervisor, {"sleeper": is_up(supervisor, "sleeper")})
    first = supervisor.pid("sleeper")
    supervisor.kill("sleeper")
    wait_until_ready(supervisor, {"sleeper": lambda: supervisor.pid("sleeper") not in (0, first)})


def test_a_process_that_keeps_dying_is_named_with_its_last_words(supervisor: Supervisor) -> None:
    supervisor.start("broken")
    with pytest.raises(Trouble, match=r"(?s)broken keeps dying.*the cupboard is bare"):
        wait_until_ready(supervisor, {"broken": lambda: False})


def test_a_process_that_is_never_ready_is_named(supervisor: Supervisor) -> None:
    supervisor.start("sleeper")
    with pytest.raises(Trouble, match="sleeper is not ready after 0 seconds"):
        wait_until_ready(supervisor, {"sleeper": lambda: False}, seconds=0.3)


def test_nothing_runs_after_a_stop(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start("sleeper")
    wait_until_ready(supervisor, {"sleeper": is_up(supervisor, "sleeper")})
    supervisor.stop()
    assert processes_of(tmp_path) == []


def test_what_a_killed_supervisor_left_behind_is_found_and_ended(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start("sleeper")
    wait_until_ready(supervisor, {"sleeper": is_up(supervisor, "sleeper")})
    sleeper = psutil.Process(supervisor.pid("sleeper"))
    psutil.Process(sleeper.ppid()).kill()
    while supervisor.is_alive():
        time.sleep(0.01)
    assert sleeper in processes_of(tmp_path)
    end_processes_of(tmp_path)
    assert not sleeper.is_running()
