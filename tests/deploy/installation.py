"""Training as an installation of its own on this machine, its processes started as their manifests say."""

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
from uuid import UUID

import grpc
import psycopg2
from nscl.training.v1.training_service_pb2 import ScheduleCourseRequest
from nscl.training.v1.training_service_pb2_grpc import TrainingServiceStub

from deploy.local.certificates import Certificates
from deploy.local.ports import LOOPBACK, free_ports
from deploy.local.readiness import door_is_ready
from deploy.local.supervision import Program
from deploy.local.tokens import Issuer
from services.shared.channel import open_channel
from services.shared.transparency_log.notes import Signer
from tests.deploy.manifests import Container
from tests.servers import Database, running
from tests.training.api.requests import schedule_course

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
    """Its secrets, its database, its broker, and each of its processes."""

    def __init__(self, database: Database, folder: Path, amqp_uri: str = "amqp://nobody@localhost") -> None:
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
            ("trusted", "token-keys.json"): self.issuer.jwks_path.read_text(),
            ("trusted", "doors.pem"): self.authority.read_text(),
            ("trusted", "systems.pem"): certificates.systems.certificate.read_text(),
            ("trusted", "systems.json"): certificates.known_systems.read_text(),
            ("training-tls", "tls.crt"): tls.certificate.read_text(),
            ("training-tls", "tls.key"): tls.key.read_text(),
            ("training-door", "request-secret"): "x" * 32,
            ("authorities", "authorities.pem"): self.authority.read_text(),
            ("training-broker", "uri"): amqp_uri,
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
        self.begin_log("nscl.example/training")

    def begin_log(self, origin: str) -> None:
        """Sign under this name from now on, with a key of its own and no memory of what was signed before."""
        self._brought["nscl", "training-log-origin"] = origin
        self._brought["training-log", "log.key"] = Signer.generate(origin).secret_text()
        (self._given / "signed").unlink(missing_ok=True)

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

    def run(self, module: str, *arguments: str, room: str = "migrate") -> subprocess.CompletedProcess[str]:
        """A command of training with the environment of one of its containers, and how it ended."""
        command = [sys.executable, "-m", f"services.training.{module}", *arguments]
        environment = {**os.environ, **self.program(room).environment}
        return subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=120)

    def migrate(self) -> None:
        self.run("run_migrate").check_returncode()

    @contextmanager
    def door(self) -> Iterator[Door]:
        """A door that serves, as long as the block runs."""
        program = self.program("api")
        with running(program, self.folder) as process:
            # What the kubelet's probe would find: asked in the clear, of the health service alone.
            wait_until(lambda: door_is_ready(program.environment["TRAINING_HEALTH_LISTEN"]))
            yield Door(process, int(program.environment["TRAINING_GRPC_LISTEN"].rpartition(":")[2]))

    @contextmanager
    def bus(self) -> Iterator[str]:
        """A bus, as long as the block runs: the address it answers at."""
        program = self.program("bus")
        with running(program, self.folder):
            yield f"http://{program.environment['TRAINING_BUS_LISTEN']}"

    def caller(self, port: int) -> Schedule:
        """Someone who schedules courses, over a connection of their own and with no policy of trying again.

        gRPC itself sends anew what a server never saw because it crossed with the request to connect elsewhere.
        """
        channel = open_channel(f"{LOOPBACK}:{port}", self.authority, [("grpc.use_local_subchannel_pool", 1)])
        stub = TrainingServiceStub(channel)

        def schedule(request: ScheduleCourseRequest) -> str:
            # A request is one person's, and is theirs again when it is sent again over another connection.
            person = UUID(request.request_id)
            token = self.issuer.issue(capacity="training_officer", body="SKHCN", person_id=person)
            bearer = (("authorization", f"Bearer {token}"),)
            return str(stub.ScheduleCourse(request, timeout=20, metadata=bearer).course.course_id)

        return schedule

    def courses(self) -> list[str]:
        """The courses in the log, each once for each of its events."""
        with psycopg2.connect(self._database.dsn_owner) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT originator_id FROM training_events ORDER BY position")
            return [str(course) for (course,) in cursor.fetchall()]

    def signed(self) -> int:
        """As many events as the log had when it was signed last; 0 when it never was."""
        memory = self._given / "signed"
        return int(memory.read_text().splitlines()[1]) if memory.exists() else 0


class Callers:
    """Several who schedule one course after the other until they are told to stop, or are turned away."""

    def __init__(self, installation: Installation, port: int) -> None:
        self.answered: list[tuple[ScheduleCourseRequest, str]] = []
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

    @property
    def courses(self) -> list[str]:
        """The courses they were told are scheduled."""
        return [course for _, course in self.answered]

    def are_busy(self, answers: int = 4 * CALLERS) -> None:
        """Return when they have had so many more answers."""
        enough = len(self.answered) + answers
        wait_until(lambda: len(self.answered) >= enough or bool(self.turned_away), seconds=30 + answers / 20)

    def _call(self, schedule: Schedule) -> None:
        while not self._stopping.is_set():
            request = schedule_course()
            try:
                self.answered.append((request, schedule(request)))
            except grpc.RpcError as refusal:
                self.turned_away.append((request, refusal.code()))
                return
