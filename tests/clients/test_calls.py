"""What the client package makes of a door that does not answer, answers no, or ends its streams."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.any_pb2 import Any as Packed
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, LocalizedMessage, RetryInfo
from google.rpc.status_pb2 import Status
from grpc_status.rpc_status import to_status
from nscl.common.v1 import watch_service_pb2 as watching
from nscl.common.v1.act_pb2 import Recorded
from nscl.common.v1.watch_service_pb2_grpc import WatchServiceServicer, add_WatchServiceServicer_to_server
from nscl.training.v1 import training_service_pb2 as messages
from nscl.training.v1.training_events_pb2 import CourseHeld
from nscl.training.v1.training_service_pb2_grpc import (
    TrainingServiceServicer,
    TrainingServiceStub,
    add_TrainingServiceServicer_to_server,
)
from nscl_client import Connection, FieldViolation, Refused, Retries, Unanswered, Watched

from deploy.local.certificates import Certificates
from deploy.local.ports import LOOPBACK

UNAVAILABLE, EXHAUSTED = grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED
AT_ONCE = Retries(first_seconds=0.01, longest_seconds=0.02)
PLANNED = messages.ScheduleCourseRequest(title="5S")


class Door(TrainingServiceServicer, WatchServiceServicer):
    """A door that answers as a test wants: each failure once, in their order, and then well."""

    def __init__(self) -> None:
        self.failures: list[grpc.StatusCode | Status] = []
        self.announces: Packed | None = None
        self.asked: list[Any] = []
        self.bearers: list[Any] = []
        self.seconds_left: list[float] = []

    def ScheduleCourse(self, request: Any, context: grpc.ServicerContext) -> messages.ScheduleCourseResponse:  # noqa: N802 - the rpc's name
        self._met(request, context)
        return messages.ScheduleCourseResponse(recorded=Recorded(position=7))

    def GetCourse(self, request: Any, context: grpc.ServicerContext) -> messages.GetCourseResponse:  # noqa: N802 - as above
        self._met(request, context)
        return messages.GetCourseResponse()

    def Watch(self, request: Any, context: grpc.ServicerContext) -> Iterator[watching.WatchResponse]:  # noqa: N802 - as above
        """Three events in a stream, of which the middle one is not wanted; then it ends, or breaks."""
        self.asked.append(request)
        after = request.after_position
        for position in (after + 1, after + 3):
            announcement = watching.WatchedAnnouncement(position=position, announcement=self.announces)
            if self.announces is None:
                announcement.announcement.Pack(CourseHeld(attendances=position))
            yield watching.WatchResponse(announcements=[announcement], read_to_position=position)
        if self.failures:
            self._met(request, context)

    def _met(self, request: Any, context: grpc.ServicerContext) -> None:
        self.asked.append(request)
        self.bearers.append(dict(context.invocation_metadata()).get("authorization"))
        self.seconds_left.append(context.time_remaining())
        if self.failures:
            failure = self.failures.pop(0)
            if isinstance(failure, Status):
                context.abort_with_status(to_status(failure))
            context.abort(failure, "as the test wants")


def told(code: grpc.StatusCode, *details: Message) -> Status:
    status = Status(code=code.value[0])
    for detail in details:
        status.details.add().Pack(detail)
    return status


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates.in_directory(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def door() -> Door:
    return Door()  # type: ignore[abstract]  # it has the methods that are called


@pytest.fixture
def address(door: Door, certificates: Certificates) -> Iterator[str]:
    server = grpc.server(ThreadPoolExecutor(4))
    add_TrainingServiceServicer_to_server(door, server)
    add_WatchServiceServicer_to_server(door, server)
    shown = certificates.of_door("training", LOOPBACK)
    pair = (shown.key.read_bytes(), shown.certificate.read_bytes())
    port = server.add_secure_port(f"{LOOPBACK}:0", grpc.ssl_server_credentials([pair]))
    server.start()
    yield f"{LOOPBACK}:{port}"
    server.stop(None).wait()


@pytest.fixture
def authority(certificates: Certificates) -> Path:
    return certificates.doors.certificate


@pytest.fixture
def connection(address: str, authority: Path) -> Iterator[Connection]:
    with Connection(address, authority=authority, retries=AT_ONCE) as connection:
        yield connection


def test_an_act_is_tried_again_under_one_request_id_until_it_is_answered(door: Door, connection: Connection) -> None:
    door.failures = [UNAVAILABLE] * 3
    assert TrainingServiceStub(connection.channel).ScheduleCourse(PLANNED).recorded.position == 7
    assert len(door.asked) == 4
    [request_id] = {request.request_id for request in door.asked}
    assert len(request_id) == 36
    assert PLANNED.request_id == "", "the caller's own request is not touched"


def test_a_request_id_that_is_given_is_kept_and_another_act_has_another(door: Door, connection: Connection) -> None:
    training = TrainingServiceStub(connection.channel)
    training.ScheduleCourse(messages.ScheduleCourseRequest(request_id="mine"))
    training.ScheduleCourse(PLANNED)
    training.ScheduleCourse(PLANNED)
    training.GetCourse(messages.GetCourseRequest(course_id="7"))
    first, *others = (request.request_id for request in door.asked[:3])
    assert first == "mine"
    assert len(set(others)) == 2


@pytest.mark.parametrize(
    "code", [code for code in grpc.StatusCode if code not in (UNAVAILABLE, grpc.StatusCode.OK)], ids=str
)
def test_nothing_else_is_tried_again(door: Door, connection: Connection, code: grpc.StatusCode) -> None:
    door.failures = [code]
    with pytest.raises(Unanswered) as unanswered:
        TrainingServiceStub(connection.channel).ScheduleCourse(PLANNED)
    assert unanswered.value.code() is code
    assert [unanswered.value.request] == door.asked


def test_whoever_is_never_answered_is_told_by_the_deadline_and_has_the_request(
    door: Door, connection: Connection
) -> None:
    door.failures = [UNAVAILABLE] * 10_000
    with pytest.raises(Unanswered) as unanswered:
        TrainingServiceStub(connection.channel).ScheduleCourse(PLANNED, timeout=0.5)
    assert unanswered.value.request == door.asked[0]
    assert max(door.seconds_left) < 0.6, "a further try has what is left of the time, not all of it"


def test_a_call_has_a_deadline_that_nobody_named(door: Door, connection: Connection) -> None:
    TrainingServiceStub(connection.channel).GetCourse(messages.GetCourseRequest())
    assert 10 < door.seconds_left[0] <= 20


def test_a_no_is_told_with_all_that_the_platform_said(door: Door, connection: Connection) -> None:
    door.failures = [
        told(
            EXHAUSTED,
            ErrorInfo(reason="CALLS_TOO_MANY", domain="nscl", metadata={"limit": "500"}),
            LocalizedMessage(locale="vi", message="Quá nhiều yêu cầu."),
            RetryInfo(retry_delay=Duration(seconds=1, nanos=500_000_000)),
            BadRequest(
                field_violations=[BadRequest.FieldViolation(field="title", reason="FIELD_EMPTY", description="Thiếu.")]
            ),
        )
    ]
    with pytest.raises(Refused) as refused:
        TrainingServiceStub(connection.channel).ScheduleCourse(PLANNED)
    no = refused.value
    assert (no.code(), no.reason, no.sentence) == (EXHAUSTED, "CALLS_TOO_MANY", "Quá nhiều yêu cầu.")
    assert (no.facts, no.retry_after_seconds) == ({"limit": "500"}, 1.5)
    assert no.violations == (FieldViolation("title", "FIELD_EMPTY", "Thiếu."),)
    assert len(door.asked) == 1


def test_each_try_bears_the_token_of_its_moment(door: Door, address: str, authority: Path) -> None:
    door.failures = [UNAVAILABLE]
    tokens = iter(("old", "new"))
    with Connection(address, authority=authority, retries=AT_ONCE, token=lambda: next(tokens)) as connection:
        TrainingServiceStub(connection.channel).ScheduleCourse(PLANNED)
    assert door.bearers == ["Bearer old", "Bearer new"]


def test_announcements_go_on_behind_the_last_one_over_streams_that_end_and_break(
    door: Door, connection: Connection
) -> None:
    door.failures = [UNAVAILABLE]
    heard = list(islice(connection.watch(10, types=["nscl.training.v1.CourseHeld"], concerning="it"), 6))
    assert heard == [Watched(position, CourseHeld(attendances=position)) for position in (11, 13, 14, 16, 17, 19)]
    assert {(*asked.types, asked.concerning) for asked in door.asked} == {("nscl.training.v1.CourseHeld", "it")}


def test_announcements_that_are_refused_are_not_asked_for_again(door: Door, connection: Connection) -> None:
    denied = grpc.StatusCode.PERMISSION_DENIED
    door.failures = [told(denied, ErrorInfo(reason="CAPACITY_NOT_PERMITTED"))]
    with pytest.raises(Refused, match="CAPACITY_NOT_PERMITTED"):
        list(islice(connection.watch(), 3))


def test_an_announcement_that_the_package_does_not_know_stays_packed(door: Door, connection: Connection) -> None:
    door.announces = Packed(type_url="type.googleapis.com/nscl.training.v1.CourseFilmed", value=b"")
    assert next(connection.watch()).announcement == door.announces
