"""Every process is replaced by one of the next release while callers go on: none is failed, nothing lost or doubled."""

from __future__ import annotations

import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import grpc
import psutil
import psycopg2
import pytest
from nscl.registry.v1.data_subject_service_pb2_grpc import DataSubjectServiceStub
from nscl.reporting.v1.reporting_service_pb2_grpc import ReportingServiceStub
from nscl.support.v1.document_service_pb2_grpc import DocumentServiceStub
from nscl.training.v1 import training_service_pb2 as training
from nscl.training.v1.training_service_pb2_grpc import TrainingServiceStub
from nscl_client import CallFailed, Connection

from deploy.local.environment import Passwords, private_databases
from deploy.local.ports import LOOPBACK, SERVICES, free_ports
from deploy.local.postgres import PostgresServer, Role
from deploy.local.readiness import bus_is_ready, door_is_ready
from deploy.local.supervision import Program
from services.shared.wire import date_message
from tests.deploy.installation import wait_until
from tests.deploy.next_release import make_next_release
from tests.registry.api.data_subject_requests import adopt_erasure_rule
from tests.reporting.api.requests import list_indicator_events
from tests.servers import RunningPlatform, running
from tests.soak import Soak
from tests.support.api.document_requests import issue_document, open_document_register
from tests.training.api.requests import record_attendance, schedule_course
from tests.wire import Wire

CONNECTION_SECONDS = 2
PATIENT_SECONDS = 60
SESSION = date(2024, 6, 10)
ROOMS = ("api", "bus")
Work = Callable[[Connection], None]


class Upgrade:
    """A platform, and beside it the same of the next release, on the same servers."""

    def __init__(self, platform: RunningPlatform, folder: Path) -> None:
        self.platform = platform
        self.replaced: Sequence[str] = SERVICES
        self._ports = free_ports()
        self._folder = folder
        self._folder.mkdir()
        self.tree = make_next_release(folder / "next")
        self.wires = {service: Wire(*self._address(service)) for service in SERVICES}
        self._running = {(service, room): self._runs(service, room) for service in SERVICES for room in ROOMS}

    def _runs(self, service: str, room: str) -> Program:
        """A process of this release, as it was started."""
        name = f"{service}_{room}"
        process = psutil.Process(self.platform.pid(name))
        return Program(name, process.cmdline(), process.environ())

    def _address(self, service: str) -> tuple[str, int]:
        host, _, port = self.platform.endpoints["services"][service]["grpc"].rpartition(":")
        return host, int(port)

    def program(self, service: str, room: str) -> Program:
        """A process of the next release: as this one's was started, with its own code and addresses."""
        process = self._running[service, room]
        # The folder in which the tests run must not be looked at first: it holds this release.
        own_code = {"PYTHONPATH": f"{self.tree}:{self.tree / 'generated'}", "PYTHONSAFEPATH": "1"}
        environment = dict(process.environment) | own_code
        for name in list(environment):
            ending = next((each for each in ("_LISTEN", "_GRPC_ADDRESS") if name.endswith(each)), None)
            if ending:
                port = self._ports[name.removesuffix(ending) + ("_PORT" if ending == "_LISTEN" else "_GRPC_PORT")]
                environment[name] = f"{LOOPBACK}:{port}"
        return Program(f"next_{service}_{room}", process.command, environment)

    def run(self, service: str, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of the next release, as the owner of the service's database."""
        dsn = psycopg2.extensions.parse_dsn(self.platform.endpoints["services"][service]["postgres"])
        server = PostgresServer(dsn["host"], int(dsn["port"]), Role("postgres"))
        databases = private_databases(server, Passwords(self.platform.folder / "passwords.json"))
        owner = next(each for each in databases if each.service == service).owner_environment()
        program = self.program(service, "bus")
        command = [program.command[0], "-m", f"services.{service}.{module}", *arguments]
        return subprocess.run(
            command, env={**program.environment, **owner}, check=False, capture_output=True, text=True, timeout=120
        )

    def migrate(self) -> None:
        """What comes before the next release may start: its tables, and its views beside those that are read."""
        for service in self.replaced:
            migrated = self.run(service, "run_migrate")
            assert migrated.returncode == 0, migrated.stderr
        rebuilt = self.run("training", "run_rebuild", "--outdated", "--switch")
        assert (rebuilt.returncode, "switched" in rebuilt.stdout) == (0, True), rebuilt.stderr

    @contextmanager
    def next_release(self) -> Iterator[None]:
        """All processes of the next release, as long as the block runs; it begins when they serve."""
        programs = {(service, room): self.program(service, room) for service in self.replaced for room in ROOMS}
        authority = Path(self.platform.endpoints["authority"])
        with ExitStack() as stack:
            for program in programs.values():
                stack.enter_context(running(program, self._folder))
            for service in self.replaced:
                door = programs[service, "api"].environment[f"{service.upper()}_GRPC_LISTEN"]
                bus = programs[service, "bus"].environment[f"{service.upper()}_BUS_LISTEN"]
                wait_until(partial(door_is_ready, door, authority), seconds=PATIENT_SECONDS)
                wait_until(partial(bus_is_ready, f"http://{bus}/ready"), seconds=PATIENT_SECONDS)
            yield

    def send_callers_to_the_next_release(self) -> None:
        """What a Service does when a replica is ready: who connects from now on finds the new one."""
        for service in self.replaced:
            self.wires[service].server = (LOOPBACK, self._ports[f"{service.upper()}_GRPC_PORT"])

    def send_callers_to_this_release(self, service: str) -> None:
        """As when the new replicas are taken back."""
        self.wires[service].server = self._address(service)

    def end_this_release(self) -> None:
        """What a Deployment does when nobody connects to a replica any more."""
        for service in self.replaced:
            for room in ROOMS:
                self.platform.end(f"{service}_{room}")

    def connection(self, service: str, capacity: str, body: str) -> Connection:
        """Somebody's connection, who tries again what nobody answered."""
        token = self.platform.token(capacity, body, uuid4())
        address = f"{LOOPBACK}:{self.wires[service].port}"
        authority = Path(self.platform.endpoints["authority"])
        return Connection(address, authority=authority, token=lambda: token, deadline_seconds=PATIENT_SECONDS)


class Callers:
    """People at work at each door: what they were told is done, and what failed them."""

    def __init__(self, upgrade: Upgrade) -> None:
        self.upgrade = upgrade
        self.courses: list[str] = []
        self.attendances = 0
        self.documents: list[str] = []
        self.rules = 0
        self.done: Counter[str] = Counter()
        self.failures: list[Exception] = []
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, args=who)
            for who in (
                ("training", "training_officer", "SKHCN", self._train),
                ("training", "training_officer", "SKHCN", self._train),
                ("support", "programme_officer", "UBND", self._number),
                ("support", "programme_officer", "UBND", self._number),
                ("registry", "administrator", "SKHCN", self._rule),
                ("reporting", "auditor", "TTTP", self._read),
            )
        ]

    def __enter__(self) -> Callers:
        with self.upgrade.connection("support", "programme_officer", "UBND") as connection:
            DocumentServiceStub(connection.channel).OpenDocumentRegister(open_document_register(first_number=1))
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Let each finish what they are at."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def are_busy(self, times: int) -> None:
        """Return when each kind of work was done so many more times."""
        enough = {name: self.done[name] + times for name in ("_train", "_number", "_rule", "_read")}
        wait_until(
            lambda: bool(self.failures) or all(self.done[name] >= count for name, count in enough.items()),
            seconds=PATIENT_SECONDS + times,
        )
        assert self.failures == []

    def _work(self, service: str, capacity: str, body: str, work: Work) -> None:
        try:
            with self.upgrade.connection(service, capacity, body) as connection:
                while not self._stopping.wait(0.05):
                    work(connection)
                    self.done[work.__name__] += 1
        except Exception as failure:
            self.failures.append(failure)

    def _train(self, connection: Connection) -> None:
        """Plan a course, find it in the list, and record who attended the one that was planned before it."""
        door = TrainingServiceStub(connection.channel)
        scheduled = door.ScheduleCourse(schedule_course(seats=5_000))
        self.courses.append(scheduled.course.course_id)
        earlier = self.courses[-min(len(self.courses), 2)]
        attendance = record_attendance(earlier, attendee_id=str(uuid4()))
        position = door.RecordAttendance(attendance).recorded.position
        self.attendances += 1
        listed = door.ListCourses(training.ListCoursesRequest(page_size=500, min_position=position)).courses
        assert earlier in {course.course_id for course in listed} or len(listed) == 500

    def _number(self, connection: Connection) -> None:
        """Take the next number of the register."""
        answer = DocumentServiceStub(connection.channel).IssueDocument(issue_document())
        self.documents.append(answer.document_register.last_document)

    def _rule(self, connection: Connection) -> None:
        """Adopt a rule from one more day on; a second one from the same day would be refused."""
        valid_from = date_message(date(2021, 1, 1) + timedelta(days=self.rules))
        DataSubjectServiceStub(connection.channel).AdoptErasureRule(adopt_erasure_rule(valid_from=valid_from))
        self.rules += 1

    def _read(self, connection: Connection) -> None:
        """Read what reporting has heard."""
        ReportingServiceStub(connection.channel).ListIndicatorEvents(list_indicator_events(indicator_code="K1"))


@pytest.fixture
def upgrade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Upgrade]:
    monkeypatch.setenv("NSCL_CONNECTION_SECONDS", str(CONNECTION_SECONDS))
    with RunningPlatform(tmp_path / "platform") as platform, ExitStack() as wires:
        upgrade = Upgrade(platform, tmp_path / "upgrade")
        for wire in upgrade.wires.values():
            wires.enter_context(wire)
        yield upgrade


def recorded(platform: RunningPlatform, service: str, topic: str) -> list[str]:
    """The ids of the records that events of a topic are about, in the order of the log; its positions are dense."""
    dsn = platform.endpoints["services"][service]["postgres"]
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT originator_id FROM {service}_events WHERE topic = %s ORDER BY position", (topic,))
        found = [str(originator_id) for (originator_id,) in cursor.fetchall()]
        cursor.execute(f"SELECT count(*) = max(position) FROM {service}_events")
        assert cursor.fetchall() == [(True,)]
    return found


def heard_attendances(upgrade: Upgrade) -> int:
    """How many attendances reporting counts."""
    with upgrade.connection("reporting", "auditor", "TTTP") as connection:
        door, request = (
            ReportingServiceStub(connection.channel),
            list_indicator_events(indicator_code="K1", page_size=500),
        )
        count = 0
        while True:
            answer = door.ListIndicatorEvents(request)
            count += len(answer.events)
            if not answer.next_page_token:
                return count
            request.page_token = answer.next_page_token


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_two_releases_serve_side_by_side_and_nobody_notices(upgrade: Upgrade, soak: Soak) -> None:
    times = soak.count(500, 0.02)
    upgrade.replaced = SERVICES if soak.is_full else ("training", "reporting")
    with Callers(upgrade) as callers:
        callers.are_busy(times)
        upgrade.migrate()
        with upgrade.next_release():
            upgrade.send_callers_to_the_next_release()
            callers.are_busy(times)
            time.sleep(CONNECTION_SECONDS * 2 + 1)  # by then everybody has connected anew
            upgrade.end_this_release()
            callers.are_busy(times)
            callers.stop()
            all_is_done_once(upgrade, callers)
            what_only_the_next_release_knows_is_left_to_it(upgrade, callers)


def all_is_done_once(upgrade: Upgrade, callers: Callers) -> None:
    """In every log stands what callers were told, nothing else, nothing twice; whoever hears of it counts it so."""
    assert callers.failures == []
    scheduled = recorded(upgrade.platform, "training", "training:Course.Scheduled")
    assert sorted(scheduled) == sorted(callers.courses)
    attended = recorded(upgrade.platform, "training", "training:Course.AttendanceRecorded")
    assert len(attended) == callers.attendances
    numbers = sorted(int(document.partition("/")[0]) for document in callers.documents)
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(recorded(upgrade.platform, "registry", "registry:ErasureRules.RuleAdopted")) == callers.rules
    wait_until(lambda: heard_attendances(upgrade) == callers.attendances)
    for service in upgrade.replaced:
        compared = upgrade.run(service, "run_rebuild", "--all")
        assert compared.returncode == 0, f"{service}: {compared.stdout}{compared.stderr}"
        checked = upgrade.run(service, "run_proof", "check")
        assert checked.returncode == 0, f"{service}: {checked.stdout}{checked.stderr}"


def what_only_the_next_release_knows_is_left_to_it(upgrade: Upgrade, callers: Callers) -> None:
    """A door of this release starts again beside the next one's, and sends on who asks for what it cannot read."""
    upgrade.platform.begin("training_api")
    address = upgrade.platform.endpoints["services"]["training"]["grpc"]
    wait_until(lambda: door_is_ready(address, Path(upgrade.platform.endpoints["authority"])))
    upgrade.send_callers_to_this_release("training")
    with upgrade.connection("training", "training_officer", "SKHCN") as connection:
        door = TrainingServiceStub(connection.channel)
        first, last = (training.GetCourseRequest(course_id=callers.courses[place]) for place in (0, -1))
        assert door.GetCourse(first).course.course_id == first.course_id
        with pytest.raises(CallFailed, match="RELEASE_TOO_OLD") as failed:
            door.GetCourse(last, timeout=1)
        assert failed.value.code() is grpc.StatusCode.UNAVAILABLE
        upgrade.send_callers_to_the_next_release()
        assert door.GetCourse(last).course.course_id == last.course_id
