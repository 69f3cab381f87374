"""A private RabbitMQ node from Debian's package, with its own ports, cookie, port mapper and folder.

The package's own service is neither used nor started: the node is run by calling ``rabbitmq-server`` directly, and
nothing of it is written outside its folder.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import kombu
from amqp.exceptions import AMQPError

from deploy.local.ports import LOOPBACK, Ports
from deploy.local.supervision import Program
from deploy.local.trouble import Trouble
from services.shared.bus.permissions import Permissions, permissions_of

__all__ = ["PrivateRabbitMQ", "RabbitMQPorts", "wait_for_amqp"]

SCRIPTS = Path("/usr/lib/rabbitmq/bin")
POLICY = Path("/usr/sbin/policy-rc.d")
ADMINISTRATOR = "nscl"


@dataclass(frozen=True)
class RabbitMQPorts:
    """The three ports of a node: messages, Erlang distribution (for ``rabbitmqctl``), Erlang's port mapper."""

    amqp: int
    distribution: int
    port_mapper: int

    @classmethod
    def of(cls, ports: Ports) -> Self:
        return cls(ports["NSCL_AMQP_PORT"], ports["NSCL_AMQP_DISTRIBUTION_PORT"], ports["NSCL_AMQP_PORT_MAPPER_PORT"])


class PrivateRabbitMQ:
    """One RabbitMQ node of our own in ``folder``: its settings, and how to run it and talk to it."""

    def __init__(
        self, folder: Path, ports: RabbitMQPorts, password: str, services: Mapping[str, str] | None = None
    ) -> None:
        """``services`` are those that get a user of their own, with its password."""
        self.folder = folder
        self.ports = ports
        self._passwords = {ADMINISTRATOR: password, **(services or {})}

    def uri(self, vhost: str = "", user: str = ADMINISTRATOR) -> str:
        """The AMQP address of a virtual host, the default one where none is given, for a user."""
        return f"amqp://{user}:{self._passwords[user]}@{LOOPBACK}:{self.ports.amqp}/{vhost}"

    def prepare(self) -> None:
        """Install what is missing and write the node's settings; its data is the node's own business."""
        ensure_installed()
        for name in ("mnesia", "log"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        definitions = self.folder / "definitions.json"
        definitions.touch(mode=0o600)
        definitions.write_text(json.dumps(self._definitions(), indent=2))
        settings = self.folder / "rabbitmq.conf"
        settings.touch(mode=0o600)
        settings.write_text(
            f"listeners.tcp.1 = {LOOPBACK}:{self.ports.amqp}\n"
            f"load_definitions = {definitions}\n"
            "log.console = true\n"
            "log.console.level = info\n"
            "log.file = false\n"
            "vm_memory_high_watermark.absolute = 512MiB\n"
        )
        (self.folder / "enabled_plugins").write_text("[].\n")

    def _definitions(self) -> dict[str, Any]:
        """The users, and what each may do; RabbitMQ reads them at every start."""
        everything = Permissions(".*", ".*", ".*")
        may = {user: everything if user == ADMINISTRATOR else permissions_of(user) for user in self._passwords}
        return {
            "vhosts": [{"name": "/"}],
            "users": [
                {"name": user, "password": password, "tags": "administrator" if user == ADMINISTRATOR else ""}
                for user, password in self._passwords.items()
            ],
            "permissions": [{"user": user, "vhost": "/", **given._asdict()} for user, given in may.items()],
        }

    def environment(self) -> dict[str, str]:
        """What the node, and ``rabbitmqctl`` talking to it, must find in their environment."""
        return {
            "HOME": str(self.folder),  # where Erlang keeps the cookie
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "ERL_EPMD_PORT": str(self.ports.port_mapper),
            "RABBITMQ_NODENAME": "nscl@localhost",
            "RABBITMQ_DIST_PORT": str(self.ports.distribution),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            # Makes the script become the node instead of starting it, so that a signal to one is a signal to the other.
            "RUNNING_UNDER_SYSTEMD": "true",
        }

    def program(self) -> Program:
        """The node in the foreground; SIGTERM stops it in order, SIGKILL is survived."""
        return Program("rabbitmq", [str(SCRIPTS / "rabbitmq-server")], self.environment(), group="servers")

    def wait_until_ready(self, seconds: float = 60) -> None:
        """Return as soon as the node serves; ``Trouble`` when it does not in time."""
        wait_for_amqp(self.uri(), seconds)


def wait_for_amqp(uri: str, seconds: float = 60) -> None:
    """Return as soon as somebody may sign in at this AMQP address; ``Trouble`` when nobody may in time."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            with kombu.Connection(uri, connect_timeout=2) as connection:
                connection.connect()
                return
        except (OSError, AMQPError) as unready:
            if time.monotonic() > deadline:
                raise Trouble(f"RabbitMQ on port {urlsplit(uri).port} does not answer: {unready}") from unready
        time.sleep(0.1)


def ensure_installed() -> None:
    """Install RabbitMQ by apt where it is missing and the user may; ``Trouble`` says what to do where not."""
    if (SCRIPTS / "rabbitmq-server").exists():
        return
    as_root = _way_to_root()
    if as_root is None or not shutil.which("apt-get"):
        raise Trouble(
            "RabbitMQ is missing and cannot be installed from here: install Debian's package rabbitmq-server"
            " (apt-get install rabbitmq-server), or set AMQP_URI to a server that runs already."
        )
    print("Installing RabbitMQ (apt-get install rabbitmq-server) …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with _services_stay_down(as_root):
        for step in (["update"], ["install", "--yes", "--no-install-recommends", "rabbitmq-server"]):
            done = subprocess.run(
                [*as_root, "apt-get", "-qq", *step],
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                said = done.stderr.strip().splitlines()[-1:]
                raise Trouble(f"apt-get {step[0]} failed, so RabbitMQ is still missing: {' '.join(said)}")


def _way_to_root() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "--non-interactive"]
    if shutil.which("sudo") and subprocess.run([*sudo, "true"], capture_output=True, check=False).returncode == 0:
        return sudo
    return None


@contextmanager
def _services_stay_down(as_root: list[str]) -> Iterator[None]:
    """Let apt install without starting the package's own service, unless the machine has a policy of its own."""
    if POLICY.exists():
        yield
        return
    policy = "#!/bin/sh\nexit 101\n"
    subprocess.run([*as_root, "tee", str(POLICY)], input=policy, stdout=subprocess.DEVNULL, text=True, check=True)
    try:
        subprocess.run([*as_root, "chmod", "755", str(POLICY)], check=True)
        yield
    finally:
        subprocess.run([*as_root, "rm", "-f", str(POLICY)], check=True)
