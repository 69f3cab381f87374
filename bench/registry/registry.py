"""A registry of its own on the bench's server: its database, and its door in a process of its own."""

from __future__ import annotations

import os
import secrets
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc
import psutil

from bench.event_log.server import library_environment
from deploy.local.environment import common_environment, door_environment, python
from deploy.local.platform import PROJECT
from deploy.local.ports import LOOPBACK, free_ports
from deploy.local.postgres import PostgresServer, Role, create_database
from deploy.local.tokens import Issuer
from services.registry.settings import SERVICE, MigrationSettings
from services.registry.wiring import migrate

SECRET = b"only the bench of the registry uses this secret"
READY_SECONDS = 30


@dataclass(frozen=True)
class Door:
    """The registry's door: a channel to it, who issues tokens, and its process."""

    channel: grpc.Channel
    issuer: Issuer
    process: psutil.Process


@dataclass(frozen=True)
class Registry:
    """The registry's database."""

    server: PostgresServer
    database: str
    role: Role

    @classmethod
    def create(cls, server: PostgresServer, database: str) -> Registry:
        """An empty one, as ``run_migrate`` makes it."""
        owner, role = Role(f"{database}_owner", secrets.token_hex(16)), Role(database, secrets.token_hex(16))
        create_database(server, database, owner, role)
        migrate(MigrationSettings(server.dsn(database, owner), role.name))
        return cls(server, database, role)

    def environment(self) -> dict[str, str]:
        """The library's variables for the service's role."""
        return library_environment(self.server, self.database, self.role)

    @contextmanager
    def door(self) -> Iterator[Door]:
        """``run_api``, up as long as the block runs."""
        with tempfile.TemporaryDirectory(prefix="nscl-bench-") as name:
            folder = Path(name)
            issuer = Issuer.in_directory(folder)
            secret = folder / "identifier_secret"
            secret.write_bytes(SECRET)
            address = f"{LOOPBACK}:{free_ports()['REGISTRY_GRPC_PORT']}"
            own = {f"REGISTRY_{key}": value for key, value in self.environment().items()} | {
                **door_environment(issuer),
                "REGISTRY_IDENTIFIER_SECRET_FILE": str(secret),
                "REGISTRY_GRPC_LISTEN": address,
            }
            with (folder / "run_api.log").open("ab") as log:
                environment = common_environment(os.environ, PROJECT) | own
                command = python(f"services.{SERVICE}.run_api")
                process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
            try:
                with grpc.insecure_channel(address) as channel:
                    grpc.channel_ready_future(channel).result(READY_SECONDS)
                    yield Door(channel, issuer, psutil.Process(process.pid))
            finally:
                process.terminate()
                process.wait()
