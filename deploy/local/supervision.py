"""The platform's processes under supervisord: it restarts the one that dies and keeps a log of each.

Programs are started one by one, by whoever knows when each may start; supervisord only keeps alive what was started.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from xmlrpc.client import Fault, ServerProxy

import psutil
from supervisor.xmlrpc import SupervisorTransport

from deploy.local.trouble import Trouble

__all__ = ["STARTED_FOR", "Program", "Supervisor", "end_processes_of", "last_lines", "processes_of"]

STARTED_FOR = "NSCL_STARTED_FOR"
"""Stands in the environment of every process started for a folder, so that one left behind is found and ended."""

LONGEST_SOCKET_PATH = 100


@dataclass(frozen=True)
class Program:
    """A process to keep alive; a group is stopped at once, and ``servers`` after the ``services`` that need them."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    group: Literal["services", "servers"] = "services"
    stop_by: signal.Signals = signal.SIGTERM


class Supervisor:
    """supervisord for the programs of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._logs = folder / "log"
        self._settings = folder / "supervisord.conf"
        self._socket = folder / "supervisor.sock"
        if len(str(self._socket)) > LONGEST_SOCKET_PATH:
            raise Trouble(f"{folder} is too long a name for a socket: put the project in a folder with a shorter one.")
        self._process: subprocess.Popen[bytes] | None = None

    def launch(self, programs: Sequence[Program], environment: Mapping[str, str]) -> None:
        """Start supervisord, which starts none of the programs yet."""
        self._logs.mkdir(parents=True, exist_ok=True)
        self._socket.unlink(missing_ok=True)
        self._settings.touch(mode=0o600)  # it holds passwords
        self._settings.write_text(self._rendered(programs))
        with (self._logs / "supervisord.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "supervisor.supervisord", "--nodaemon", "--configuration", str(self._settings)],
                env={**environment, STARTED_FOR: str(self._folder)},
                start_new_session=True,  # Ctrl-C is for the runner, which then stops everything in order
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        deadline = time.monotonic() + 15
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise Trouble(f"supervisord did not start:\n{last_lines(self._logs / 'supervisord.log')}")
            time.sleep(0.05)

    def is_alive(self) -> bool:
        """Whether the supervisord launched here still runs."""
        return self._process is not None and self._process.poll() is None

    def start(self, *names: str) -> None:
        """Start programs, without waiting until they serve."""
        states = self.states()
        for name in names:
            with suppress(Fault):  # a program that fails at once shows in its state, and is tried again
                self._ask().startProcess(f"{states[name]['group']}:{name}", False)

    def end(self, name: str) -> None:
        """End one program as a rolling restart does, and let it rest; returns when its process has gone."""
        self._ask().stopProcess(f"{self.states()[name]['group']}:{name}")

    def states(self) -> dict[str, dict[str, Any]]:
        """What supervisord knows of each program, by name; empty when it does not answer."""
        try:
            return {info["name"]: info for info in self._ask().getAllProcessInfo()}
        except OSError:
            return {}

    def pid(self, name: str) -> int:
        """The process a program runs as now."""
        return int(self.states()[name]["pid"])

    def kill(self, name: str) -> None:
        """Kill a program's process as a crash would; supervisord starts it again."""
        os.kill(self.pid(name), signal.SIGKILL)

    def log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def stop(self, seconds: float = 60) -> None:
        """Stop the programs in order, then supervisord, whoever launched it; nothing of the folder runs afterwards."""
        with suppress(OSError, Fault, psutil.Error):
            supervisord = psutil.Process(self._ask().getPID())
            self._ask().shutdown()
            supervisord.wait(seconds)
        end_processes_of(self._folder)
        if self._process is not None:
            self._process.wait()

    def _answers(self) -> bool:
        try:
            self._ask().getState()
        except (OSError, Fault):
            return False
        return True

    def _ask(self) -> Any:
        transport = SupervisorTransport(serverurl=f"unix://{self._socket}")
        return ServerProxy("http://supervisor", transport=transport).supervisor

    def _rendered(self, programs: Sequence[Program]) -> str:
        head = f"""\
[supervisord]
nodaemon = true
logfile = {self._logs}/supervisord.log
logfile_maxbytes = 5MB
logfile_backups = 2
pidfile = {self._folder}/supervisord.pid
user = {os.geteuid()}

[unix_http_server]
file = {self._socket}
chmod = 0600

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
"""
        groups = [
            f"[group:{group}]\nprograms = {','.join(names)}\npriority = {priority}\n"
            for priority, group in enumerate(("servers", "services"), start=1)
            if (names := [program.name for program in programs if program.group == group])
        ]
        return "\n".join([head, *groups, *map(self._section, programs)]).replace("%", "%%")

    def _section(self, program: Program) -> str:
        environment = ",".join(f'{name}="{value}"' for name, value in program.environment.items())
        return f"""\
[program:{program.name}]
command = {" ".join(f'"{word}"' for word in program.command)}
environment = {environment}
autostart = false
autorestart = true
startsecs = 1
startretries = 1000
stopsignal = {program.stop_by.name.removeprefix("SIG")}
stopwaitsecs = 20
killasgroup = true
redirect_stderr = true
stdout_logfile = {self.log(program.name)}
stdout_logfile_maxbytes = 10MB
stdout_logfile_backups = 3
"""


def processes_of(folder: Path) -> list[psutil.Process]:
    """Every process that was started for the folder, also when its supervisor is gone."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get(STARTED_FOR) == str(folder) and process.pid != os.getpid():
                found.append(process)
    return found


def end_processes_of(folder: Path, seconds: float = 15) -> None:
    """End every process that was started for the folder: asked first, then made to."""
    left = processes_of(folder)
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, left = psutil.wait_procs(left, timeout=seconds)
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left, timeout=seconds)


def last_lines(log: Path, count: int = 15) -> str:
    """The end of a log, for the person who must find out what went wrong."""
    with suppress(OSError):
        return "\n".join(f"    {line}" for line in log.read_text(errors="replace").splitlines()[-count:])
    return "    (no log)"
