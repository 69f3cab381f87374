"""The registry's door as a process of its own, so that a test can race two of them, or kill one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc

from deploy.local.environment import door_environment
from deploy.local.ports import free_ports
from deploy.local.readiness import door_is_ready
from deploy.local.supervision import Program
from deploy.local.tokens import Issuer
from services.shared.grpc_server import ServiceToken
from services.shared.settings import DoorSettings
from tests.registry.conftest import IDENTIFIER_SECRET, Counter
from tests.servers import REQUEST_SECRET, Database, running

READY_SECONDS = 30


@dataclass(frozen=True)
class OpenDoor:
    """A door as callers meet it, and the process behind it."""

    counter: Counter
    process: subprocess.Popen[bytes]


@dataclass(frozen=True)
class Doors:
    """What run_api of the registry needs on a migrated database; ``folder`` takes keys and logs."""

    database: Database
    folder: Path

    @contextmanager
    def open(self) -> Iterator[OpenDoor]:
        """One run_api, until the block ends."""
        address = f"127.0.0.1:{free_ports()['REGISTRY_GRPC_PORT']}"
        issuer = Issuer.in_directory(self.folder)
        program = Program(
            f"registry_api_{address.rpartition(':')[2]}",
            [sys.executable, "-m", "services.registry.run_api"],
            self._environment(address, issuer),
        )
        support = DoorSettings(
            address, issuer.jwks_path, REQUEST_SECRET, service_key=issuer.service_key_path("support")
        )
        with running(program, self.folder) as process, grpc.insecure_channel(address) as channel:
            give_up_at = time.monotonic() + READY_SECONDS
            while not door_is_ready(address):
                assert time.monotonic() < give_up_at, "the door is not ready in time"
                time.sleep(0.05)
            yield OpenDoor(Counter.at(channel, issuer, ServiceToken.from_settings("support", support)), process)

    def _environment(self, address: str, issuer: Issuer) -> dict[str, str]:
        secret = self.folder / "identifier_secret"
        secret.write_bytes(IDENTIFIER_SECRET)
        return {
            **{f"REGISTRY_{name}": value for name, value in self.database.service_env.items()},
            "REGISTRY_GRPC_LISTEN": address,
            "REGISTRY_IDENTIFIER_SECRET_FILE": str(secret),
            **door_environment(issuer),
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        }
