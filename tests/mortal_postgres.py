"""A private PostgreSQL that is killed as a power cut or a fault of its own would end it, and comes back by itself."""

from __future__ import annotations

import os
import secrets
import subprocess
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Self

import psutil

from deploy.local.ports import free_ports
from deploy.local.postgres import PrivatePostgres
from deploy.local.supervision import STARTED_FOR, end_processes_of


class MortalPostgres:
    """The server runs as long as the block does, but for the kills in it; with these settings beside the usual ones."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self._folder = folder
        self._settings = settings
        self._private = PrivatePostgres(folder, free_ports()["NSCL_POSTGRES_PORT"], secrets.token_hex(16))
        self.server, self.data = self._private.server, self._private.data

    def __enter__(self) -> Self:
        self._private.prepare()
        with (self.data / "postgresql.conf").open("a") as settings:
            settings.writelines(f"{name} = '{value}'\n" for name, value in self._settings.items())
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(self._private.program().stop_by)
        self._process.wait()
        end_processes_of(self._folder)

    def kill(self) -> None:
        """Cut its power, then start it again; returns when it has recovered."""
        self.cut_power()
        self.start()

    def cut_power(self) -> None:
        """Kill all its processes at once."""
        server = psutil.Process(self._process.pid)
        processes = [server, *server.children(recursive=True)]
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self._process.wait()
        psutil.wait_procs(processes)

    def start(self) -> None:
        """Start it as it lies in its folder; returns when it serves."""
        program = self._private.program()
        with (self._folder / "postgres.log").open("ab") as log:
            self._process = subprocess.Popen(
                program.command,
                env={**os.environ, STARTED_FOR: str(self._folder)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.server.wait_until_ready()

    def kill_backend(self, user: str, random: Random) -> None:
        """Kill one process that serves the user: the server then ends all the others, and recovers."""
        backends = [
            process
            for process in psutil.Process(self._process.pid).children()
            if _title(process).startswith(f"postgres: {user} ")
        ]
        backend = random.choice(backends)
        backend.kill()
        psutil.wait_procs([backend])
        self.server.wait_until_ready()


def _title(process: psutil.Process) -> str:
    """What a process of the server calls itself; nothing when it has just ended, as some do by themselves."""
    try:
        return str(process.cmdline()[0])
    except psutil.NoSuchProcess:
        return ""
