"""Reporting's programs as they are run in earnest, hearing training over the broker and never asking its door."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import grpc
import pytest
from nscl.common.v1.act_pb2 import Recorded
from nscl.support.v1.support_events_pb2 import TaskPaid
from nscl.training.v1.training_service_pb2_grpc import TrainingServiceStub

from deploy.local.environment import door_environment, log_environment
from deploy.local.ports import SERVICES, free_ports
from deploy.local.postgres import PostgresServer
from deploy.local.readiness import bus_is_ready, door_is_ready
from deploy.local.supervision import Program
from deploy.local.tokens import Issuer
from services.shared.bus.announcements import Announcement
from services.shared.bus.places import ParkedAnnouncements
from services.shared.event_store import EventLog
from tests.collector import Collector, collecting
from tests.reporting.api.requests import adopt_plan, list_indicators, list_trail
from tests.reporting.conftest import Counter
from tests.servers import Database, running
from tests.training.api.requests import record_attendance, schedule_course

READY_SECONDS = 30


@dataclass(frozen=True)
class Programs:
    """The programs of one service, each with what the platform gives it."""

    service: str
    environment: dict[str, str]
    folder: Path

    def run_once(self, module: str, *arguments: str) -> str:
        """What it prints; CalledProcessError when it fails."""
        command, environment = [*self._command(module), *arguments], {**os.environ, **self.environment}
        ended = subprocess.run(command, env=environment, check=True, timeout=60, stdout=subprocess.PIPE, text=True)
        return ended.stdout

    def running(self, module: str) -> AbstractContextManager[subprocess.Popen[bytes]]:
        program = Program(f"{self.service}_{module}", self._command(module), self.environment)
        return running(program, self.folder / f"{self.service}_{module}")

    def wait_until_ready(self) -> None:
        prefix = self.service.upper()
        _wait(lambda: door_is_ready(self.environment[f"{prefix}_GRPC_LISTEN"]))
        _wait(lambda: bus_is_ready(f"http://{self.environment[f'{prefix}_BUS_LISTEN']}/ready"))

    def _command(self, module: str) -> list[str]:
        (self.folder / f"{self.service}_{module}").mkdir(exist_ok=True)
        return [sys.executable, "-m", f"services.{self.service}.{module}"]


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    return Issuer.in_directory(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture(scope="module")
def programs(
    postgres: PostgresServer,
    amqp_uri: str,
    issuer: Issuer,
    collector: Collector,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, Programs]]:
    """Training and reporting, each with a database of its own."""
    ports = free_ports()
    addresses = {f"{name.upper()}_GRPC_ADDRESS": f"127.0.0.1:{ports[f'{name.upper()}_GRPC_PORT']}" for name in SERVICES}
    folder = tmp_path_factory.mktemp("run")
    with ExitStack() as stack:
        made = {}
        for service in ("training", "reporting"):
            database = Database.create(postgres)
            stack.callback(database.drop)
            prefix = service.upper()
            environment = {
                **{f"{prefix}_{name}": value for name, value in database.service_env.items()},
                f"{prefix}_POSTGRES_OWNER_USER": database.owner.name,
                f"{prefix}_POSTGRES_OWNER_PASSWORD": database.owner.password,
                f"{prefix}_GRPC_LISTEN": f"127.0.0.1:{ports[f'{prefix}_GRPC_PORT']}",
                f"{prefix}_BUS_LISTEN": f"127.0.0.1:{ports[f'{prefix}_BUS_PORT']}",
                f"{prefix}_SERVICE_KEY": str(issuer.service_key_path(service)),
                **addresses,
                **door_environment(issuer),
                **log_environment(service, issuer.directory, issuer.directory),
                "AMQP_URI": amqp_uri,
                "OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint,
                "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            }
            made[service] = Programs(service, environment, folder)
            made[service].run_once("run_migrate")
        yield made


def test_what_a_stream_stands_still_at_is_shown_and_can_be_skipped(programs: dict[str, Programs]) -> None:
    reporting = programs["reporting"]
    data = TaskPaid(amount_vnd=134).SerializeToString()
    paid = Announcement("support", 4, 0, "nscl.support.v1.TaskPaid", "2025-03-01T00:00:00+00:00", str(uuid4()), data)
    log = EventLog("reporting", reporting.environment)
    ParkedAnnouncements(log.pool, log.factory.tables).park("reporting.from.support", paid, ValueError("odd"), tries=8)
    assert "stands still" in reporting.run_once("run_parked", "list")
    shown = reporting.run_once("run_parked", "show", "reporting.from.support")
    assert '"amount_vnd": "134"' in shown
    assert "ValueError: odd" in shown
    reporting.run_once("run_parked", "skip", "reporting.from.support", "4", "--by=ops-7", "--reason=paid twice")
    assert log.tracking.position("reporting.from.support") == 4
    log.close()


def test_what_training_records_is_counted_and_traced_from_the_door_to_its_effect(
    programs: dict[str, Programs], issuer: Issuer, collector: Collector
) -> None:
    training, reporting = programs["training"], programs["reporting"]
    with (
        training.running("run_api"),
        training.running("run_bus"),
        reporting.running("run_api"),
        reporting.running("run_bus"),
        grpc.insecure_channel(training.environment["TRAINING_GRPC_LISTEN"]) as to_training,
        grpc.insecure_channel(reporting.environment["REPORTING_GRPC_LISTEN"]) as to_reporting,
    ):
        training.wait_until_ready()
        reporting.wait_until_ready()
        counter = Counter(to_reporting, issuer)
        attended, written = _a_course_attended_twice(TrainingServiceStub(to_training), issuer)
        adopted = counter.ask("AdoptPlan", adopt_plan())
        asked = list_indicators(min_position=adopted.recorded.position, at_least=[written])
        counted = counter.ask("ListIndicators", asked)
        story = counter.ask("ListTrail", list_trail(subject_id=counted.plan_id, min_position=adopted.recorded.position))
    assert [progress.value for progress in counted.indicators] == [2, 0]
    assert [entry.recorded for entry in story.entries] == [adopted.recorded]

    door, append, *effects = collector.of_trace(attended.bytes)
    assert (door.process, door.span.name) == ("training-api", "/nscl.training.v1.TrainingService/RecordAttendance")
    assert (append.process, append.span.parent_span_id) == ("training-api", door.span.span_id)
    assert {(effect.process, effect.span.name) for effect in effects} == {
        ("training-bus", "send training.announcements"),
        ("reporting-bus", "process reporting.from.training"),
    }
    assert {effect.span.parent_span_id for effect in effects} == {append.span.span_id}


def _a_course_attended_twice(stub: TrainingServiceStub, issuer: Issuer) -> tuple[UUID, Recorded]:
    """The request for the second attendance of a manager, and where training recorded it."""

    def ask(method: str, request: Any) -> Any:
        token = issuer.issue(capacity="training_officer", body="SKHCN", person_id=uuid4())
        return getattr(stub, method)(request, timeout=10, metadata=[("authorization", f"Bearer {token}")])

    course_id = ask("ScheduleCourse", schedule_course()).course.course_id
    for attendee_id in (uuid4(), uuid4()):
        request = record_attendance(course_id, attendee_id=str(attendee_id))
        recorded = ask("RecordAttendance", request).recorded
    return UUID(request.request_id), recorded


def _wait(ready: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + READY_SECONDS
    while not ready():
        assert time.monotonic() < give_up_at, "not ready in time"
        time.sleep(0.1)
