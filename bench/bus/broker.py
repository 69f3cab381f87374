"""A RabbitMQ node of its own, which can be killed and comes back on the same data."""

from __future__ import annotations

import os
import secrets
import subprocess
from pathlib import Path
from typing import Self

import psutil

from deploy.local.ports import free_ports
from deploy.local.rabbitmq import PrivateRabbitMQ, RabbitMQPorts
from deploy.local.supervision import STARTED_FOR, end_processes_of

__all__ = ["Broker"]


class Broker:
    """Up as long as the block runs, but for what happens to it there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._private = PrivateRabbitMQ(folder, RabbitMQPorts.of(free_ports()), secrets.token_hex(16))
        self.uri = self._private.uri()

    def __enter__(self) -> Self:
        self._folder.mkdir()
        self._private.prepare()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        end_processes_of(self._folder)
        self._process.wait()

    def start(self) -> None:
        """Return as soon as it answers."""
        program = self._private.program()
        with (self._folder / "rabbitmq.log").open("ab") as log:
            environment = os.environ | program.environment | {STARTED_FOR: str(self._folder)}
            self._process = subprocess.Popen(program.command, env=environment, stdout=log, stderr=log)
        self._private.wait_until_ready()

    def kill(self) -> None:
        """End it and all it started as a power cut would."""
        node = psutil.Process(self._process.pid)
        processes = [*node.children(recursive=True), node]
        for process in processes:
            process.kill()
        self._process.wait()
        psutil.wait_procs(processes)
