"""What the client package makes of calls that a door answers late, not at all, or with a no."""

from __future__ import annotations

import pickle
from pathlib import Path

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, LocalizedMessage, RetryInfo
from nscl.training.v1 import training_service_pb2 as messages
from nscl.training.v1.training_service_pb2_grpc import TrainingServiceStub
from nscl_client import CallFailed, Connection, FieldViolation, Refused, Retries, Unanswered

from tests.clients.conftest import AT_ONCE, Door, told

UNAVAILABLE, EXHAUSTED = grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED
NEVER_IN_TIME = Retries(first_seconds=1e6, longest_seconds=1e6)
PLANNED = messages.ScheduleCourseRequest(title="5S")


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
    assert door.seconds_left[-1] < 0.4, "a further try has what is left of the time, not all of it"


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
    tokens = iter(("old\n", "new"))  # a line of a file
    with Connection(address, authority=authority, retries=AT_ONCE, token=lambda: next(tokens)) as connection:
        TrainingServiceStub(connection.channel).ScheduleCourse(PLANNED)
    assert door.bearers == ["Bearer old", "Bearer new"]


@pytest.mark.parametrize("code", ["UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "INTERNAL", "UNKNOWN"])
def test_what_the_platform_says_without_a_no_leaves_open_whether_it_recorded(
    door: Door, address: str, authority: Path, code: str
) -> None:
    unknown = told(
        grpc.StatusCode[code],
        ErrorInfo(reason="OUTCOME_UNKNOWN", metadata={"reference": "7"}),
        LocalizedMessage(locale="vi", message="Chưa rõ yêu cầu đã được ghi nhận hay chưa."),
    )
    door.failures = [unknown]
    with (
        Connection(address, authority=authority, retries=NEVER_IN_TIME) as connection,
        pytest.raises(Unanswered, match="OUTCOME_UNKNOWN: Chưa rõ") as unanswered,
    ):
        TrainingServiceStub(connection.channel).ScheduleCourse(PLANNED)
    assert (unanswered.value.reason, unanswered.value.facts) == ("OUTCOME_UNKNOWN", {"reference": "7"})
    assert unanswered.value.request == door.asked[0]


@pytest.mark.parametrize("code", ["UNAUTHENTICATED", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED"])
def test_a_no_at_the_door_says_nothing_about_an_earlier_try(door: Door, connection: Connection, code: str) -> None:
    training, no = TrainingServiceStub(connection.channel), told(grpc.StatusCode[code], ErrorInfo(reason="NO"))
    door.failures = [no, UNAVAILABLE, no, UNAVAILABLE, no]
    with pytest.raises(Refused, match="NO"):
        training.ScheduleCourse(PLANNED)
    with pytest.raises(Unanswered, match="NO") as unanswered:
        training.ScheduleCourse(PLANNED)
    assert unanswered.value.request == door.asked[1]
    with pytest.raises(Refused, match="NO"):
        training.GetCourse(messages.GetCourseRequest())


def test_a_no_to_the_request_itself_holds_for_all_its_tries(door: Door, connection: Connection) -> None:
    door.failures = [UNAVAILABLE, told(grpc.StatusCode.FAILED_PRECONDITION, ErrorInfo(reason="COURSE_FULL"))]
    with pytest.raises(Refused, match="COURSE_FULL"):
        TrainingServiceStub(connection.channel).ScheduleCourse(PLANNED)


def test_a_failure_can_be_handed_to_another_process(door: Door, connection: Connection) -> None:
    door.failures = [told(grpc.StatusCode.NOT_FOUND, ErrorInfo(reason="COURSE_UNKNOWN"))]
    with pytest.raises(CallFailed) as failed:
        TrainingServiceStub(connection.channel).ScheduleCourse(PLANNED)
    handed = pickle.loads(pickle.dumps(failed.value))
    assert type(handed) is Refused
    assert (handed.reason, handed.request) == ("COURSE_UNKNOWN", door.asked[0])


def test_a_call_may_be_waited_for_later(door: Door, connection: Connection) -> None:
    door.failures = [UNAVAILABLE, told(grpc.StatusCode.NOT_FOUND, ErrorInfo(reason="COURSE_UNKNOWN"))]
    training = TrainingServiceStub(connection.channel)
    with pytest.raises(Refused, match="COURSE_UNKNOWN"):
        training.ScheduleCourse.future(PLANNED).result()
    assert training.ScheduleCourse.future(PLANNED).result().recorded.position == 7
