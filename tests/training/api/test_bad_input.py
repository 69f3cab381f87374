"""Nothing wrong passes training's door, whatever the method and whatever the field."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid1, uuid4

import pytest
from grpc import StatusCode
from nscl.training.v1 import training_service_pb2 as messages

from services.shared.wire import date_message
from tests.bad_input import Flaw, flaws, told
from tests.training.api.requests import (
    cancel_course,
    certify_expert,
    hold_course,
    hold_dissemination,
    record_attendance,
    schedule_course,
)
from tests.training.conftest import Counter

pytestmark = pytest.mark.usefixtures("nothing_typed_is_logged")

CODES = [f"TOOL-{number}" for number in range(31)]
SOMETHING = str(uuid4())
COMMANDS: dict[str, Any] = {
    "ScheduleCourse": schedule_course(),
    "RecordAttendance": record_attendance(SOMETHING),
    "HoldCourse": hold_course(SOMETHING),
    "CancelCourse": cancel_course(SOMETHING),
    "HoldDissemination": hold_dissemination(),
    "CertifyExpert": certify_expert(),
}
QUERIES: dict[str, Any] = {
    "GetCourse": messages.GetCourseRequest(course_id=SOMETHING),
    "ListCourses": messages.ListCoursesRequest(),
    "ListAttendances": messages.ListAttendancesRequest(course_id=SOMETHING),
    "GetDissemination": messages.GetDisseminationRequest(dissemination_id=SOMETHING),
    "ListDisseminations": messages.ListDisseminationsRequest(),
    "GetExpert": messages.GetExpertRequest(expert_id=SOMETHING),
    "ListExperts": messages.ListExpertsRequest(),
}
METHODS = COMMANDS | QUERIES


def test_every_method_is_tried() -> None:
    service = messages.DESCRIPTOR.services_by_name["TrainingService"]
    assert {method.name for method in service.methods} == METHODS.keys()


@pytest.mark.parametrize("flaw", [flaw for good in METHODS.values() for flaw in flaws(good)], ids=str)
def test_a_spoilt_field_is_refused_by_its_name(counter: Counter, flaw: Flaw) -> None:
    method = type(flaw.request).__name__.removesuffix("Request")
    answer = told(lambda: counter.ask(method, flaw.request))
    assert (answer.code, answer.fields) == (StatusCode.INVALID_ARGUMENT, {flaw.field})


@pytest.mark.parametrize("method", METHODS)
def test_nobody_passes_without_a_token(counter: Counter, method: str) -> None:
    answer = told(lambda: counter.ask(method, METHODS[method], capacity=None))
    assert (answer.code, answer.reason) == (StatusCode.UNAUTHENTICATED, "TOKEN_MISSING")


@pytest.mark.parametrize("capacity", ["programme_officer", "auditor", "council_member", "administrator"])
@pytest.mark.parametrize("method", COMMANDS)
def test_only_the_training_officer_acts(counter: Counter, method: str, capacity: str) -> None:
    answer = told(lambda: counter.ask(method, METHODS[method], capacity=capacity))
    assert (answer.code, answer.reason) == (StatusCode.PERMISSION_DENIED, "CAPACITY_NOT_PERMITTED")


@pytest.mark.parametrize("capacity", ["council_member", "enterprise_representative"])
@pytest.mark.parametrize("method", QUERIES)
def test_not_everybody_asks(counter: Counter, method: str, capacity: str) -> None:
    answer = told(lambda: counter.ask(method, METHODS[method], capacity=capacity))
    assert (answer.code, answer.reason) == (StatusCode.PERMISSION_DENIED, "CAPACITY_NOT_PERMITTED")


@pytest.mark.parametrize("method", COMMANDS)
class TestWhatEveryCommandNeeds:
    def test_a_request_id_of_version_4(self, counter: Counter, method: str) -> None:
        request = type(METHODS[method])()
        request.CopyFrom(METHODS[method])
        request.request_id = str(uuid1())
        assert told(lambda: counter.ask(method, request)).fields == {"request_id"}

    def test_a_basis_that_does_not_count_from_the_future(self, counter: Counter, method: str) -> None:
        request = type(METHODS[method])()
        request.CopyFrom(METHODS[method])
        request.basis.effective_on.CopyFrom(date_message(datetime.now(UTC).date() + timedelta(days=2)))
        assert told(lambda: counter.ask(method, request)).fields == {"basis.effective_on"}


@pytest.mark.parametrize("method", ["GetCourse", "GetDissemination", "GetExpert"])
def test_what_is_not_there_is_not_found(counter: Counter, method: str) -> None:
    answer = told(lambda: counter.ask(method, METHODS[method]))
    assert (answer.code, answer.reason) == (StatusCode.NOT_FOUND, "RECORD_NOT_FOUND")


@pytest.mark.parametrize("method", ["RecordAttendance", "HoldCourse", "CancelCourse"])
def test_nothing_is_done_to_a_course_that_is_not_there(counter: Counter, method: str) -> None:
    answer = told(lambda: counter.ask(method, METHODS[method]))
    assert (answer.code, answer.reason) == (StatusCode.NOT_FOUND, "RECORD_NOT_FOUND")


def test_a_course_is_no_dissemination(counter: Counter) -> None:
    course_id = counter.ask("ScheduleCourse", schedule_course()).course.course_id
    wanted = messages.GetDisseminationRequest(dissemination_id=course_id)
    assert told(lambda: counter.ask("GetDissemination", wanted)).code is StatusCode.NOT_FOUND


def test_the_longest_and_the_largest_still_pass_and_the_next_do_not(counter: Counter) -> None:
    bounds = {"title": "ă" * 250, "organiser": "ă" * 250, "seats": 5_000, "content_codes": CODES[:30]}
    counter.ask("ScheduleCourse", schedule_course(**bounds))
    beyond = {"title": "ă" * 251, "organiser": "ă" * 251, "seats": 5_001, "content_codes": CODES}
    for field, value in beyond.items():
        refused = schedule_course(**bounds | {field: value})
        assert told(partial(counter.ask, "ScheduleCourse", refused)).fields == {field}


def test_text_is_kept_in_one_form_however_it_was_typed(counter: Counter) -> None:
    decomposed = unicodedata.normalize("NFD", "  Nâng cao năng suất  ")
    assert counter.ask("ScheduleCourse", schedule_course(title=decomposed)).course.title == "Nâng cao năng suất"
