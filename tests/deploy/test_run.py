"""``make run`` as its user meets it: one that died is no obstacle, a second is told so, a stop leaves nothing behind.

The programme counts as loaded here; ``tests/journeys`` loads it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.ports import free_ports
from deploy.local.supervision import processes_of
from tests.servers import RunningPlatform, without_given_servers

pytestmark = pytest.mark.timeout(180)


class Runner:
    """The runner's commands for one folder, on free ports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        ports = {variable: str(port) for variable, port in free_ports().items()}
        own = {"NSCL_RUN_FOLDER": str(folder), "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        self._environment = without_given_servers(os.environ) | ports | own

    def begin(self, command: str, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", f"deploy.local.{command}", *arguments],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def carry_out(self, command: str, *arguments: str) -> tuple[int, str]:
        """The exit status of a command and all it said."""
        running = self.begin(command, *arguments)
        said, _ = running.communicate(timeout=120)
        return running.returncode, said


def wait_for_line(running: subprocess.Popen[str], wanted: str) -> None:
    assert running.stdout
    said = []
    for line in running.stdout:
        said.append(line)
        if wanted in line:
            return
    pytest.fail(f"'{wanted}' was never said, but:\n{''.join(said)}")


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    (tmp_path / "programme_played").touch()
    runner = Runner(tmp_path)
    yield runner
    runner.carry_out("stop")


def test_a_first_start_that_was_killed_half_way_is_no_obstacle_to_the_next(runner: Runner) -> None:
    first = runner.begin("run")
    wait_for_line(first, "Preparing the databases")
    first.kill()
    first.wait()
    assert processes_of(runner.folder), "the killed runner was expected to leave its servers behind"

    second = runner.begin("run")
    wait_for_line(second, "Stopping what an earlier start left behind")
    wait_for_line(second, "The platform is up")

    status, said = runner.carry_out("run")
    assert status == 1
    assert f"runs already in {runner.folder} (process {second.pid})" in said

    status, said = runner.carry_out("status")
    assert status == 0
    assert said.count("running") == 10
    assert runner.carry_out("parked", "list") == (0, "No stream stands still.\n")

    second.send_signal(signal.SIGINT)
    assert second.wait(60) == 0
    assert processes_of(runner.folder) == []
    assert runner.carry_out("status") == (3, "The platform does not run.\n")
    assert runner.carry_out("parked", "list") == (3, "The platform does not run: start it with 'make run'.\n")


def test_a_platform_that_runs_is_not_harmed_by_a_second_start(platform: RunningPlatform) -> None:
    status, said = Runner(platform.folder).carry_out("run")
    assert status == 1
    assert "runs already" in said
    platform.wait_until_ready()


@pytest.mark.parametrize("process", ["training_api", "training_bus"])
def test_a_killed_process_serves_again(platform: RunningPlatform, process: str) -> None:
    before = platform.pid(process)
    platform.kill(process)
    platform.wait_until_ready()
    assert platform.pid(process) != before


def test_nothing_is_deleted_without_a_yes(runner: Runner) -> None:
    (runner.folder / "run.lock").touch()
    status, said = runner.carry_out("reset")
    assert status == 1
    assert "Nothing was deleted." in said
    assert (runner.folder / "programme_played").exists()
