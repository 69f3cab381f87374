"""Two services on servers of their own: an owner that announces its log, and a listener with one effect for each."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import psycopg2

from bench.bus.sample import LISTENER, OWNER, Effects, some_body
from bench.event_log.server import bench_server, library_environment
from deploy.local.environment import common_environment, python
from deploy.local.platform import PROJECT
from deploy.local.ports import LOOPBACK, free_ports
from deploy.local.postgres import PostgresServer, Role, create_database
from services.shared.event_store import EventLog, migrate
from tests.mortal_rabbitmq import MortalRabbitMQ

__all__ = ["BusProcess", "Rig", "rig", "wait_until"]

# PostgreSQL itself then says when each row was committed, by one clock for both services.
SETTINGS = "track_commit_timestamp = on\n"
LONGEST_WAIT_SECONDS = 600
LOOK_EVERY_SECONDS = 0.02


def wait_until(condition: Callable[[], Any]) -> None:
    """Return once the condition holds; SystemExit when it does not in ten minutes."""
    give_up_at = time.monotonic() + LONGEST_WAIT_SECONDS
    while not condition():
        if time.monotonic() > give_up_at:
            raise SystemExit(f"still not so after {LONGEST_WAIT_SECONDS} seconds: {condition}")
        time.sleep(LOOK_EVERY_SECONDS)


@dataclass
class BusProcess:
    """A bus process of one of the two."""

    service: str
    process: subprocess.Popen[bytes]
    address: str

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.kill()
        self.process.wait()

    def memory_mib(self) -> float:
        """What it holds now."""
        return float(psutil.Process(self.process.pid).memory_info().rss) / (1 << 20)

    def is_ready(self) -> bool:
        """Whether it says so itself."""
        if self.process.poll() is not None:
            raise SystemExit(f"the bus process of {self.service} ended with status {self.process.returncode}")
        with suppress(URLError, ConnectionError), urlopen(f"http://{self.address}/ready", timeout=5):
            return True
        return False


@dataclass
class Rig:
    """The servers, the two services' databases, and the bus processes that run."""

    server: PostgresServer
    broker: MortalRabbitMQ
    folder: Path
    roles: dict[str, Role]
    processes: list[BusProcess] = field(default_factory=list)

    def start(self, service: str, *, wait: bool = True) -> BusProcess:
        """Start a bus process and, unless told otherwise, wait until it is ready."""
        address = f"{LOOPBACK}:{free_ports()['REGISTRY_BUS_PORT']}"
        told = {
            "service": service,
            "postgres": self._postgres(service),
            "amqp_uri": self.broker.uri,
            "http_address": address,
        }
        environment = common_environment(os.environ, PROJECT) | {"BENCH_BUS": json.dumps(told)}
        with (self.folder / f"{service}.log").open("ab") as log:
            process = subprocess.Popen(python("bench.bus.process"), env=environment, stdout=log, stderr=log)
        started = BusProcess(service, process, address)
        self.processes.append(started)
        if wait:
            wait_until(started.is_ready)
        return started

    def running(self, service: str) -> BusProcess:
        """The process of the service that has run for longest."""
        return next(each for each in self.processes if each.service == service and each.process.poll() is None)

    @cached_property
    def log(self) -> EventLog:
        """The owner's log."""
        return EventLog(OWNER, self._postgres(OWNER))

    def fill(self, events: int) -> None:
        """Put events into the owner's log at once, behind the append's back: all alike, each of a body of its own."""
        stored = self.log.mapper.to_stored_event(some_body().pending_events[0])
        self.ask(
            OWNER,
            "WITH last AS (UPDATE registry_position SET last = last + %(events)s RETURNING last)"
            " INSERT INTO registry_events (position, originator_id, originator_version, topic, state)"
            " SELECT last - %(events)s + n, gen_random_uuid(), 1, %(topic)s, %(state)s"
            " FROM last, generate_series(1, %(events)s) AS n;"
            " SELECT pg_notify(%(channel)s, '')",
            events=events,
            topic=stored.topic,
            state=stored.state,
            channel=self.log.factory.tables.channel,
        )

    def pass_over_all(self) -> None:
        """Let the relay take the whole log for announced."""
        self.ask(OWNER, "INSERT INTO registry_tracking SELECT 'relay', last FROM registry_position")

    def heard(self) -> int:
        """The position of the listener's last effect."""
        row = self.ask(LISTENER, "SELECT position FROM effects ORDER BY n DESC LIMIT 1")
        return int(row[0]) if row else 0

    def wait_until_all_is_heard(self) -> None:
        """Return once the last event of the log has had its effect."""
        head = self.log.head()
        wait_until(lambda: self.heard() >= head)

    def check(self) -> None:
        """Raise SystemExit unless each event had its effect, exactly once, in the order of the log."""
        in_order = "(SELECT position, row_number() OVER (ORDER BY n) AS nth FROM effects)"
        counted = self.ask(LISTENER, f"SELECT count(*), count(*) FILTER (WHERE position = nth) FROM {in_order}")
        (events,) = self.ask(OWNER, "SELECT count(*) FROM registry_events")
        if counted != (events, events):
            raise SystemExit(f"of {events} events there are {counted[0]} effects, {counted[1]} of them in their place")

    def ask(self, service: str, statement: str, **parameters: object) -> Any:
        """The first row of what the superuser is told in a service's database; None where there is none."""
        with self._connections[service].cursor() as cursor:
            cursor.execute(statement, parameters or None)
            return cursor.fetchone() if cursor.description else None

    def committed_at(self, service: str, after: int) -> list[float]:
        """When the events, or their effects, behind a position were committed, in seconds by PostgreSQL's one clock."""
        table = "registry_events" if service == OWNER else "effects"
        with self._connections[service].cursor() as cursor:
            cursor.execute(
                "SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8"
                f" FROM {table} WHERE position > %s ORDER BY position",
                (after,),
            )
            return [moment for (moment,) in cursor]

    @cached_property
    def _connections(self) -> dict[str, Any]:
        connections = {service: psycopg2.connect(self.server.dsn(service)) for service in self.roles}
        for connection in connections.values():
            connection.autocommit = True
        return connections

    def _postgres(self, service: str) -> dict[str, str]:
        return library_environment(self.server, service, self.roles[service])


@contextmanager
def rig() -> Iterator[Rig]:
    """Everything, up as long as the block runs; no bus process runs yet."""
    with (
        tempfile.TemporaryDirectory(prefix="nscl-bench-") as name,
        bench_server(SETTINGS) as server,
        MortalRabbitMQ(Path(name) / "rabbitmq") as broker,
    ):
        running = Rig(
            server, broker, Path(name), {service: _database(server, service) for service in (OWNER, LISTENER)}
        )
        try:
            yield running
        finally:
            for process in running.processes:
                process.kill()


def _database(server: PostgresServer, service: str) -> Role:
    """Make a service's database; the role the service signs in as."""
    owner, role = Role(f"{service}_owner", secrets.token_hex(16)), Role(service, secrets.token_hex(16))
    create_database(server, service, owner, role)
    migrate(server.dsn(service, owner), service, role.name, [Effects()] if service == LISTENER else [])
    return role
