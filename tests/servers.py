"""Databases, virtual hosts and processes that tests bring up and take down again."""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit
from uuid import UUID

from deploy.local.platform import Platform
from deploy.local.ports import free_ports, holder_of
from deploy.local.postgres import PostgresServer, Role, create_database, drop_database
from deploy.local.rabbitmq import SCRIPTS
from deploy.local.supervision import STARTED_FOR, Program, end_processes_of
from deploy.local.tokens import Issuer

REQUEST_SECRET = b"only the tests of the doors use this secret"


@dataclass(frozen=True)
class Database:
    """A fresh database with the role that owns its tables and the role a service signs in as."""

    server: PostgresServer
    name: str
    owner: Role
    service: Role

    @property
    def dsn_owner(self) -> str:
        return self.server.dsn(self.name, self.owner)

    @property
    def dsn_service(self) -> str:
        return self.server.dsn(self.name, self.service)

    @property
    def owner_env(self) -> dict[str, str]:
        """The library's environment variables for the owner."""
        return self._environment(self.owner)

    @property
    def service_env(self) -> dict[str, str]:
        """The library's environment variables for the service."""
        return self._environment(self.service)

    def _environment(self, role: Role) -> dict[str, str]:
        return {
            "POSTGRES_DBNAME": self.name,
            "POSTGRES_HOST": self.server.host,
            "POSTGRES_PORT": str(self.server.port),
            "POSTGRES_USER": role.name,
            "POSTGRES_PASSWORD": role.password,
        }

    @classmethod
    def create(cls, server: PostgresServer) -> Database:
        name = f"test_{secrets.token_hex(6)}"
        owner, service = Role(f"{name}_owner", secrets.token_hex(16)), Role(name, secrets.token_hex(16))
        create_database(server, name, owner, service)
        return cls(server, name, owner, service)

    def drop(self) -> None:
        drop_database(self.server, self.name, self.owner, self.service)


class Broker:
    """A RabbitMQ node under ``rabbitmqctl``, on which virtual hosts come and go."""

    def __init__(self, uri: str, environment: Mapping[str, str]) -> None:
        self.uri = urlsplit(uri)
        self._environment = {**os.environ, **environment}

    @contextmanager
    def fresh_vhost(self) -> Iterator[str]:
        """The AMQP address of a virtual host that is there as long as the block runs."""
        vhost = f"test-{secrets.token_hex(6)}"
        self.control("add_vhost", vhost)
        self.control("set_permissions", "--vhost", vhost, self.uri.username or "guest", ".*", ".*", ".*")
        try:
            yield self.uri._replace(path=f"/{vhost}").geturl()
        finally:
            self.control("delete_vhost", vhost)

    @classmethod
    def at(cls, uri: str) -> Broker:
        """The node at the address, reached with the environment it runs in: its name, its cookie, its port mapper."""
        node = holder_of(urlsplit(uri).port or 5672)
        if node is None:
            raise LookupError(f"no RabbitMQ node of this machine listens at {uri}")
        wanted = ("HOME", "RABBITMQ_", "ERL_EPMD_")
        return cls(uri, {name: value for name, value in node.environ().items() if name.startswith(wanted)})

    def control(self, *arguments: str) -> str:
        """Run ``rabbitmqctl`` and return what it says."""
        command = [str(SCRIPTS / "rabbitmqctl"), "--quiet", *arguments]
        return subprocess.run(
            command, env=self._environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
        ).stdout


class running:  # noqa: N801 - reads as a word of the with statement
    """A program that runs, with all it starts, as long as the block does; its log stands in its folder."""

    def __init__(self, program: Program, folder: Path) -> None:
        self._program = program
        self._folder = folder

    def __enter__(self) -> subprocess.Popen[bytes]:
        with (self._folder / f"{self._program.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._program.command,
                env={**os.environ, **self._program.environment, STARTED_FOR: str(self._folder)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return self._process

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(self._program.stop_by)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(30)
        end_processes_of(self._folder)
        self._process.wait()


class RunningPlatform:
    """The whole platform in a temporary folder, on free ports, for journeys over real sockets."""

    def __init__(self, folder: Path) -> None:
        self._platform = Platform(folder, free_ports(), without_given_servers(os.environ), say=lambda _: None)
        self.folder = self._platform.folder
        self.start, self.stop, self.endpoints = self._platform.start, self._platform.stop, self._platform.endpoints()

    def token(self, capacity: str, body: str, person: UUID | None = None) -> str:
        """A bearer token for a person who acts for a body in a capacity."""
        return Issuer.in_directory(Path(self.endpoints["keys"])).issue(capacity=capacity, body=body, person_id=person)

    def kill(self, process: str) -> None:
        """Kill a process as a crash would: ``support_api``, ``support_bus``, ``postgres``, ``rabbitmq``, …"""
        self._platform.supervisor.kill(process)

    def end(self, process: str) -> None:
        """End a process as a rolling restart does; it is not started again."""
        self._platform.supervisor.end(process)

    def begin(self, process: str) -> None:
        """Start a process again that was ended, without waiting until it serves."""
        self._platform.supervisor.start(process)

    def pid(self, process: str) -> int:
        """The process a program runs as now; 0 while it does not."""
        return self._platform.supervisor.pid(process)

    def wait_until_ready(self) -> None:
        """Return when all eight processes serve, after some were killed."""
        self._platform.wait_until_ready()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def without_given_servers(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without any server it names, so that a platform brings up its own."""
    return {name: value for name, value in environment.items() if "POSTGRES_" not in name and name != "AMQP_URI"}
