"""A door ends on SIGTERM as a rolling restart asks it to: what is in hand is finished, nothing is lost or doubled.

It is started as its manifest says, with the command, the variables and the files of an installation.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Self, TypeAlias
from uuid import uuid4

import grpc
import psycopg2
import pytest
from nscl.training.v1.training_service_pb2 import ScheduleCourseRequest
from nscl.training.v1.training_service_pb2_grpc import TrainingServiceStub

from deploy.local.certificates import Certificates
from deploy.local.ports import LOOPBACK, SERVICES, free_ports
from deploy.local.readiness import door_is_ready
from deploy.local.supervision import Program
from deploy.local.tokens import Issuer
from services.shared.channel import open_channel
from services.shared.settings import DoorSettings
from services.shared.transparency_log.notes import Signer
from tests.deploy.manifests import Container
from tests.servers import Database, running
from tests.training.api.requests import schedule_course
from tests.wire import Wire

CALLERS = 16
CONNECTION_SECONDS = 2
ENDS_WITHIN_SECONDS = 10


Schedule: TypeAlias = Callable[[ScheduleCourseRequest], str]
"""Schedules a course, and returns its id; grpc.RpcError where that is refused."""


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    give_up_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up_at, f"still not so after {seconds} seconds"
        time.sleep(0.05)


class Door(NamedTuple):
    """A process that serves."""

    process: subprocess.Popen[bytes]
    port: int


class Installation:
    """Training as an installation of its own, on this machine: its secrets, its database, its door's address."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.folder = folder
        self.issuer = Issuer.in_directory(folder / "keys")
        self._database = database
        self._given = folder / "given"
        self._given.mkdir()
        certificates = Certificates.in_directory(folder / "keys")
        tls = certificates.of_door("training", LOOPBACK)
        self.authority = certificates.doors.certificate
        self._brought = {
            ("nscl", "token-issuer"): "nscl-development",
            ("nscl", "training-log-origin"): "nscl.example/training",
            ("trusted", "token-keys.json"): self.issuer.jwks_path.read_text(),
            ("trusted", "doors.pem"): self.authority.read_text(),
            ("trusted", "systems.pem"): certificates.systems.certificate.read_text(),
            ("trusted", "systems.json"): certificates.known_systems.read_text(),
            ("training-tls", "tls.crt"): tls.certificate.read_text(),
            ("training-tls", "tls.key"): tls.key.read_text(),
            ("training-door", "request-secret"): "x" * 32,
            ("authorities", "authorities.pem"): self.authority.read_text(),
            ("training-log", "log.key"): Signer.generate("nscl.example/training").secret_text(),
            ("training-broker", "uri"): "amqp://nobody@localhost",
            ("training-database-ca", "ca.crt"): "",
            ("training-database", "username"): database.service.name,
            ("training-database", "password"): database.service.password,
            ("training-owner", "username"): database.owner.name,
            ("training-owner", "password"): database.owner.password,
        }
        self._here = {
            "TRAINING_POSTGRES_DBNAME": database.name,
            "TRAINING_POSTGRES_HOST": database.server.host,
            "TRAINING_POSTGRES_PORT": str(database.server.port),
            "PGSSLMODE": "prefer",  # the tests' server has no certificate
            "NSCL_CONNECTION_SECONDS": str(CONNECTION_SECONDS),
        }

    def program(self, room: str) -> Program:
        """A process of training, as its manifest starts it, on ports of its own."""
        container = Container.of("training", room)
        environment = container.environment(self._given, self._brought) | self._here
        environment.pop("TRAINING_POSTGRES_AUDITOR_USER", None)  # a role that the databases' operator makes
        ports = iter(free_ports().values())
        environment |= {name: f"{LOOPBACK}:{next(ports)}" for name in environment if name.endswith("_LISTEN")}
        path = os.pathsep.join(each for each in sys.path if each)
        command = [sys.executable, "-m", *container.spec["args"]]
        return Program(f"training_{room}", command, environment | {"PYTHONPATH": path})

    def migrate(self) -> None:
        program = self.program("migrate")
        subprocess.run(program.command, env={**os.environ, **program.environment}, check=True, timeout=60)

    @contextmanager
    def door(self) -> Iterator[Door]:
        """A door that serves, as long as the block runs."""
        program = self.program("api")
        with running(program, self.folder) as process:
            # What the kubelet's probe would find: asked in the clear, of the health service alone.
            wait_until(lambda: door_is_ready(program.environment["TRAINING_HEALTH_LISTEN"]))
            yield Door(process, int(program.environment["TRAINING_GRPC_LISTEN"].rpartition(":")[2]))

    def caller(self, port: int) -> Schedule:
        """Someone who schedules courses, over a connection of their own and with no policy of trying again.

        gRPC itself sends anew what a server never saw because it crossed with the request to connect elsewhere.
        """
        channel = open_channel(f"{LOOPBACK}:{port}", self.authority, [("grpc.use_local_subchannel_pool", 1)])
        stub = TrainingServiceStub(channel)
        token = self.issuer.issue(capacity="training_officer", body="SKHCN", person_id=uuid4())
        bearer = (("authorization", f"Bearer {token}"),)
        return lambda request: str(stub.ScheduleCourse(request, timeout=20, metadata=bearer).course.course_id)

    def recorded(self) -> int:
        with psycopg2.connect(self._database.dsn_owner) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM training_events")
            ((count,),) = cursor.fetchall()
        return int(count)


@pytest.fixture
def installation(database: Database, tmp_path: Path) -> Installation:
    installation = Installation(database, tmp_path)
    installation.migrate()
    return installation


class Callers:
    """Several who schedule one course after the other until they are told to stop, or are turned away."""

    def __init__(self, installation: Installation, port: int) -> None:
        self.answered: list[str] = []
        self.turned_away: list[tuple[ScheduleCourseRequest, grpc.StatusCode]] = []
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._call, args=(installation.caller(port),)) for _ in range(CALLERS)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def are_busy(self) -> None:
        """Return when each has had some more answers."""
        enough = len(self.answered) + 4 * CALLERS
        wait_until(lambda: len(self.answered) >= enough or bool(self.turned_away))

    def _call(self, schedule: Schedule) -> None:
        while not self._stopping.is_set():
            request = schedule_course()
            try:
                self.answered.append(schedule(request))
            except grpc.RpcError as refusal:
                self.turned_away.append((request, refusal.code()))
                return


def test_a_door_that_ends_answers_every_call_it_has_taken(installation: Installation) -> None:
    with installation.door() as door, Callers(installation, door.port) as callers:
        callers.are_busy()
        door.process.terminate()
        assert door.process.wait(ENDS_WITHIN_SECONDS) == 0
    assert len(callers.turned_away) == CALLERS
    assert len(set(callers.answered)) == installation.recorded(), "a call was carried out and not answered"

    with installation.door() as door:
        again = installation.caller(door.port)
        answered = [*callers.answered, *(again(request) for request, _ in callers.turned_away)]
    assert len(set(answered)) == len(answered) == installation.recorded()


def test_no_caller_notices_that_one_door_takes_anothers_place(installation: Installation) -> None:
    with (
        installation.door() as old,
        installation.door() as new,
        Wire(LOOPBACK, old.port) as address,
        Callers(installation, address.port) as callers,
    ):
        callers.are_busy()
        address.server = (LOOPBACK, new.port)
        time.sleep(CONNECTION_SECONDS * 2 + 1)  # preStop: by then everybody has connected anew
        old.process.terminate()
        assert old.process.wait(ENDS_WITHIN_SECONDS) == 0
        callers.are_busy()
    assert callers.turned_away == []
    assert len(set(callers.answered)) == len(callers.answered) == installation.recorded()


def test_a_door_is_left_before_it_ends_and_is_given_the_time_it_needs() -> None:
    for service in SERVICES:
        container = Container.of(service, "api")
        (_, left_after_seconds) = container.spec["lifecycle"]["preStop"]["exec"]["command"]
        assert int(left_after_seconds) > DoorSettings.connection_seconds * 1.1
        grace_seconds = container.pod["terminationGracePeriodSeconds"]
        assert grace_seconds > int(left_after_seconds) + DoorSettings.grace_seconds
