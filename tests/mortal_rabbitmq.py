"""A private RabbitMQ node that is killed as a power cut would end it, and comes back by itself."""

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
from tests.servers import Broker


class MortalRabbitMQ:
    """The node runs as long as the block does, but for the kills in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._private = PrivateRabbitMQ(folder, RabbitMQPorts.of(free_ports()), secrets.token_hex(16))
        self.uri = self._private.uri()
        self.port = self._private.ports.amqp
        self.broker = Broker(self.uri, self._private.environment())

    def __enter__(self) -> Self:
        self._private.prepare()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        end_processes_of(self._folder)
        self._process.wait()

    def kill(self) -> None:
        """Cut its power, then start it again; returns when it serves."""
        self.cut_power()
        self.start()

    def cut_power(self) -> None:
        """Kill the node with all its processes."""
        node = psutil.Process(self._process.pid)
        processes = [node, *node.children(recursive=True)]
        for process in processes:
            process.kill()
        self._process.wait()
        psutil.wait_procs(processes)

    def start(self) -> None:
        """Return when it serves."""
        program = self._private.program()
        with (self._folder / "rabbitmq.log").open("ab") as log:
            self._process = subprocess.Popen(
                program.command,
                env={**os.environ, **program.environment, STARTED_FOR: str(self._folder)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._private.wait_until_ready()
