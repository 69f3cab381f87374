"""Training's three programs as they are run in earnest: migrated, asked over a socket, heard over the broker."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import grpc
import pytest
from kombu import Connection, Exchange, Queue
from kombu.message import Message
from nscl.training.v1.training_events_pb2 import AttendanceRecorded, CourseScheduled
from nscl.training.v1.training_resources_pb2 import AUDIENCE_MANAGER
from nscl.training.v1.training_service_pb2 import ListCoursesRequest

from deploy.local.environment import door_environment, log_environment
from deploy.local.readiness import bus_is_ready, door_is_ready
from deploy.local.supervision import Program
from deploy.local.tokens import Issuer
from tests.servers import Database, running
from tests.training.api.requests import NAME, record_attendance, schedule_course
from tests.training.conftest import Counter

READY_SECONDS = 30


@pytest.fixture(scope="module")
def environment(module_database: Database, amqp_uri: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the platform gives training's processes."""
    issuer = Issuer.in_directory(tmp_path_factory.mktemp("keys"))
    return {
        **{f"TRAINING_{name}": value for name, value in module_database.service_env.items()},
        "TRAINING_GRPC_LISTEN": f"127.0.0.1:{_free_port()}",
        "TRAINING_BUS_LISTEN": f"127.0.0.1:{_free_port()}",
        **door_environment(issuer),
        **log_environment("training", issuer.directory, issuer.directory),
        "AMQP_URI": amqp_uri,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }


@pytest.fixture(scope="module")
def processes(
    environment: dict[str, str], module_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The migrated database with run_api and run_bus at work on it; the folder of their logs."""
    owner = {
        "TRAINING_POSTGRES_OWNER_USER": module_database.owner.name,
        "TRAINING_POSTGRES_OWNER_PASSWORD": module_database.owner.password,
    }
    for _ in range(2):  # the second run finds nothing to do
        migrate = [sys.executable, "-m", "services.training.run_migrate"]
        subprocess.run(migrate, env={**os.environ, **environment, **owner}, check=True, timeout=60)
    folder = tmp_path_factory.mktemp("log")
    with ExitStack() as stack:
        for room in ("api", "bus"):
            command = [sys.executable, "-m", f"services.training.run_{room}"]
            stack.enter_context(running(Program(f"training_{room}", command, environment), folder))
        _wait(lambda: door_is_ready(environment["TRAINING_GRPC_LISTEN"]), folder)
        _wait(lambda: bus_is_ready(f"http://{environment['TRAINING_BUS_LISTEN']}/ready"), folder)
        yield folder


@pytest.fixture(scope="module")
def heard(amqp_uri: str) -> Iterator[Callable[[int], list[Message]]]:
    """A listener bound before anything is announced: ``heard(n)`` waits for n announcements and returns them."""
    with Connection(amqp_uri) as connection:
        exchange = Exchange("training.announcements", type="topic", durable=True)
        queue = Queue("listener", exchange, routing_key="#", exclusive=True)(connection.default_channel)
        queue.declare()

        def wait_for(count: int) -> list[Message]:
            messages: list[Message] = []
            give_up_at = time.monotonic() + READY_SECONDS
            while len(messages) < count and time.monotonic() < give_up_at:
                message = queue.get(no_ack=True)
                messages.extend([message] if message else [])
                time.sleep(0 if message else 0.05)
            return messages

        yield wait_for


@pytest.mark.usefixtures("processes")
def test_what_is_asked_over_the_socket_is_listed_and_heard_by_others(
    environment: dict[str, str], heard: Callable[[int], list[Message]]
) -> None:
    issuer = Issuer.in_directory(Path(environment["NSCL_TOKEN_KEYS"]).parent)
    with grpc.insecure_channel(environment["TRAINING_GRPC_LISTEN"]) as channel:
        counter = Counter.at(channel, issuer)
        scheduled = counter.ask("ScheduleCourse", schedule_course())
        attended = counter.ask("RecordAttendance", record_attendance(scheduled.course.course_id))
        listed = counter.ask("ListCourses", ListCoursesRequest(min_position=attended.recorded.position))
    assert list(listed.courses) == [attended.course]

    first, second = heard(2)
    assert first.delivery_info["routing_key"] == "course_scheduled"
    assert first.headers["cloudEvents_id"] == f"training:{scheduled.recorded.position}"
    course_scheduled = CourseScheduled.FromString(first.body)
    assert course_scheduled.announced.sentence.startswith("Lên lịch khóa đào tạo “Áp dụng 5S")
    assert course_scheduled.announced.act.capacity == "training_officer"
    assert second.headers["cloudEvents_previousposition"] == str(scheduled.recorded.position)
    attendance = AttendanceRecorded.FromString(second.body)
    assert attendance.course_id == scheduled.course.course_id
    assert attendance.audience == AUDIENCE_MANAGER


def test_no_name_reaches_a_log_file(processes: Path) -> None:
    written = "".join(log.read_text(encoding="utf-8") for log in processes.glob("*.log"))
    assert "RecordAttendance" in written
    assert NAME not in written
    assert NAME.split()[-2] not in written


@pytest.mark.usefixtures("processes")
@pytest.mark.parametrize(
    ("room", "build", "foreign"),
    [
        ("run_api", "open_door", ("eventlet", "nameko", "kombu")),
        ("run_bus", "bus_service", ("grpc", "services.training.api")),
    ],
)
def test_neither_process_loads_the_others_libraries(
    environment: dict[str, str], room: str, build: str, foreign: tuple[str, ...]
) -> None:
    program = f"""
import os, sys, services.training.{room} as process
process.{build}()
print(*(name for name in {foreign!r} if name in sys.modules))
os._exit(0)
"""
    asked = {**os.environ, **environment, "TRAINING_GRPC_LISTEN": "127.0.0.1:0"}
    command = [sys.executable, "-c", program]
    printed = subprocess.run(command, env=asked, capture_output=True, text=True, timeout=60, check=True).stdout
    assert printed.strip() == ""


def _wait(ready: Callable[[], bool], folder: Path) -> None:
    give_up_at = time.monotonic() + READY_SECONDS
    while not ready():
        if time.monotonic() > give_up_at:
            logs = (f"{log.name}:\n{log.read_text(encoding='utf-8')}" for log in sorted(folder.glob("*.log")))
            pytest.fail("not ready in time\n" + "\n".join(logs))
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
