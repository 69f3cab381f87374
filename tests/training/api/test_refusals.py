"""What training refuses because of how things stand, and how it answers a repeat."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from typing import Any
from uuid import uuid4

import grpc
import pytest
from grpc import StatusCode
from nscl.common.v1.act_pb2 import Basis
from nscl.training.v1 import training_service_pb2 as messages

from services.shared.event_store import EventLog
from services.shared.wire import date_message
from tests.bad_input import told
from tests.training.api.requests import (
    REPORTED,
    cancel_course,
    certify_expert,
    hold_course,
    hold_dissemination,
    record_attendance,
    schedule_course,
)
from tests.training.conftest import Counter
from tests.training.examples import BRISK_HERON, LOTUS_MILL, QUIET_OTTER

FAILED, TAKEN, INVALID = StatusCode.FAILED_PRECONDITION, StatusCode.ALREADY_EXISTS, StatusCode.INVALID_ARGUMENT
AFTER = date_message(date(2024, 6, 13))
EVE = Basis(document="12/BC-SKHCN", effective_on=date_message(date(2024, 6, 9)))


@pytest.fixture
def scheduled(counter: Counter) -> str:
    """The id of a course with one seat that nobody has attended."""
    course_id: str = counter.ask("ScheduleCourse", schedule_course(seats=1)).course.course_id
    return course_id


@pytest.fixture
def attended(counter: Counter, scheduled: str) -> str:
    """The id of a course with its one seat taken."""
    counter.ask("RecordAttendance", record_attendance(scheduled))
    return scheduled


@pytest.fixture
def held(counter: Counter, attended: str) -> str:
    counter.ask("HoldCourse", hold_course(attended))
    return attended


@pytest.fixture
def cancelled(counter: Counter, scheduled: str) -> str:
    counter.ask("CancelCourse", cancel_course(scheduled))
    return scheduled


@pytest.mark.parametrize(
    ("state", "request_for", "changes", "code", "reason"),
    [
        (
            "scheduled",
            record_attendance,
            {"session_on": AFTER},
            FAILED,
            "SESSION_OUTSIDE_COURSE",
        ),
        ("scheduled", record_attendance, {"basis": EVE}, FAILED, "SESSION_NOT_YET_HELD"),
        ("scheduled", hold_course, {}, FAILED, "COURSE_UNATTENDED"),
        ("attended", record_attendance, {}, TAKEN, "ATTENDANCE_ALREADY_RECORDED"),
        ("attended", record_attendance, {"attendee_id": str(QUIET_OTTER)}, FAILED, "COURSE_IS_FULL"),
        ("attended", hold_course, {"basis": EVE}, FAILED, "COURSE_NOT_OVER"),
        ("attended", cancel_course, {}, FAILED, "COURSE_ALREADY_ATTENDED"),
        ("held", record_attendance, {}, FAILED, "COURSE_IS_HELD"),
        ("held", hold_course, {}, FAILED, "COURSE_IS_HELD"),
        ("held", cancel_course, {}, FAILED, "COURSE_IS_HELD"),
        ("cancelled", record_attendance, {}, FAILED, "COURSE_IS_CANCELLED"),
        ("cancelled", hold_course, {}, FAILED, "COURSE_IS_CANCELLED"),
        ("cancelled", cancel_course, {}, FAILED, "COURSE_IS_CANCELLED"),
    ],
)
def test_a_course_refuses(
    counter: Counter,
    request: pytest.FixtureRequest,
    state: str,
    request_for: Any,
    changes: dict[str, Any],
    code: StatusCode,
    reason: str,
) -> None:
    asked = request_for(request.getfixturevalue(state), **changes)
    answer = told(lambda: counter.ask(type(asked).__name__.removesuffix("Request"), asked))
    assert (answer.code, answer.reason) == (code, reason)


@pytest.mark.parametrize(
    ("asked", "code", "reason", "fields"),
    [
        (
            schedule_course(ends_on=date_message(date(2024, 6, 9))),
            INVALID,
            "COURSE_ENDS_BEFORE_IT_STARTS",
            {"ends_on"},
        ),
        (
            schedule_course(content_codes=["TOOL-5S", "TOOL-5S"]),
            INVALID,
            "CONTENT_NAMED_TWICE",
            {"content_codes[1]"},
        ),
        (
            hold_dissemination(enterprise_ids=[str(LOTUS_MILL)] * 2),
            INVALID,
            "ENTERPRISE_NAMED_TWICE",
            {"enterprise_ids[1]"},
        ),
        (
            hold_dissemination(held_on=date_message(date(2024, 6, 29))),
            FAILED,
            "DISSEMINATION_NOT_YET_HELD",
            set(),
        ),
        (
            certify_expert(valid_until=date_message(date(2024, 6, 19))),
            INVALID,
            "CERTIFICATE_ENDS_BEFORE_IT_STARTS",
            {"valid_until"},
        ),
        (
            certify_expert(issued_on=date_message(date(2024, 6, 29))),
            FAILED,
            "CERTIFICATE_NOT_YET_ISSUED",
            set(),
        ),
        (certify_expert(course_id=str(uuid4())), StatusCode.NOT_FOUND, "RECORD_NOT_FOUND", set()),
        (certify_expert(etag="1"), StatusCode.NOT_FOUND, "RECORD_NOT_FOUND", set()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_never_begins(counter: Counter, asked: Any, code: StatusCode, reason: str, fields: set[str]) -> None:
    answer = told(lambda: counter.ask(type(asked).__name__.removesuffix("Request"), asked))
    assert (answer.code, answer.reason, answer.fields) == (code, reason, fields)


class TestCertificates:
    def test_one_certificate_makes_no_second_expert(self, counter: Counter) -> None:
        first = certify_expert()
        counter.ask("CertifyExpert", first)
        number = f" {first.certificate_number.lower()} "
        for person_id in (first.person_id, str(uuid4())):
            again = certify_expert(person_id=person_id, certificate_number=number)
            answer = told(partial(counter.ask, "CertifyExpert", again))
            assert (answer.code, answer.reason) == (TAKEN, "CERTIFICATE_ALREADY_RECORDED")

    def test_nobody_is_certified_after_a_course_not_held(self, counter: Counter, attended: str) -> None:
        asked = certify_expert(person_id=str(BRISK_HERON), course_id=attended)
        assert told(lambda: counter.ask("CertifyExpert", asked)).reason == "COURSE_NOT_HELD"

    def test_nobody_is_certified_after_a_course_of_others(self, counter: Counter, held: str) -> None:
        asked = certify_expert(person_id=str(QUIET_OTTER), course_id=held)
        assert told(lambda: counter.ask("CertifyExpert", asked)).reason == "PERSON_DID_NOT_ATTEND"


class TestStaleEtags:
    @pytest.mark.parametrize("request_for", [record_attendance, hold_course, cancel_course])
    def test_of_a_course(self, counter: Counter, attended: str, request_for: Any) -> None:
        asked = request_for(attended, etag="1")
        answer = told(lambda: counter.ask(type(asked).__name__.removesuffix("Request"), asked))
        assert (answer.code, answer.reason) == (StatusCode.ABORTED, "RECORD_CHANGED")

    def test_of_an_expert(self, counter: Counter) -> None:
        expert = counter.ask("CertifyExpert", certify_expert()).expert
        asked = certify_expert(person_id=expert.person_id, etag="1")
        assert told(lambda: counter.ask("CertifyExpert", asked)).code is StatusCode.ABORTED
        asked.etag = expert.etag
        assert len(counter.ask("CertifyExpert", asked).expert.certificates) == 2


class TestRepeats:
    def test_a_repeat_gets_the_first_answer_and_records_nothing(
        self, counter: Counter, log: EventLog, scheduled: str
    ) -> None:
        asked = record_attendance(scheduled)
        first = counter.ask("RecordAttendance", asked)
        counter.ask("HoldCourse", hold_course(scheduled))
        head = log.head()
        assert counter.ask("RecordAttendance", asked) == first
        assert log.head() == head

    @pytest.mark.parametrize(
        "asked", [schedule_course(), hold_dissemination(), certify_expert()], ids=lambda asked: type(asked).__name__
    )
    def test_a_repeated_beginning_begins_once(self, counter: Counter, asked: Any) -> None:
        method = type(asked).__name__.removesuffix("Request")
        assert counter.ask(method, asked) == counter.ask(method, asked)

    def test_a_request_id_stands_for_one_request(self, counter: Counter) -> None:
        asked = schedule_course()
        counter.ask("ScheduleCourse", asked)
        asked.seats += 1
        elsewhere = hold_dissemination(request_id=asked.request_id)
        for method, other in (("ScheduleCourse", asked), ("HoldDissemination", elsewhere)):
            answer = told(partial(counter.ask, method, other))
            assert (answer.code, answer.reason) == (INVALID, "REQUEST_ID_REUSED")
            assert answer.fields == {"request_id"}

    def test_a_request_id_stands_for_one_person(self, counter: Counter) -> None:
        asked = schedule_course()
        counter.ask("ScheduleCourse", asked, person_id=uuid4())
        answer = told(lambda: counter.ask("ScheduleCourse", asked, person_id=uuid4()))
        assert answer.reason == "REQUEST_ID_REUSED"


class TestAtOnce:
    def test_the_last_seat_goes_to_one_of_many(self, counter: Counter, scheduled: str) -> None:
        asked = [record_attendance(scheduled, attendee_id=str(uuid4())) for _ in range(6)]
        assert _codes(counter, "RecordAttendance", asked) == [StatusCode.OK] + [FAILED] * 5

    def test_a_certificate_number_goes_to_one_of_many(self, counter: Counter) -> None:
        number = f"MAU-{uuid4()}"
        asked = [certify_expert(certificate_number=number) for _ in range(6)]
        assert _codes(counter, "CertifyExpert", asked) == [StatusCode.OK] + [TAKEN] * 5


class TestLists:
    @pytest.mark.parametrize("method", ["ListCourses", "ListAttendances", "ListDisseminations", "ListExperts"])
    def test_a_page_token_goes_on_with_its_own_question_only(self, counter: Counter, method: str) -> None:
        last = [counter.ask("ScheduleCourse", schedule_course()) for _ in range(2)][-1]
        listing = messages.ListCoursesRequest(page_size=1, min_position=last.recorded.position)
        token = counter.ask("ListCourses", listing).next_page_token
        other = getattr(messages, f"{method}Request")(page_token=token)
        if method == "ListAttendances":
            other.course_id = str(uuid4())
        if method == "ListCourses":
            other.training_code = "TRN-WORKER"
        answer = told(lambda: counter.ask(method, other))
        assert (answer.code, answer.fields) == (INVALID, {"page_token"})

    @pytest.mark.parametrize("method", ["ListCourses", "ListAttendances", "ListDisseminations", "ListExperts"])
    def test_a_position_that_never_comes_is_not_waited_for_beyond_the_deadline(
        self, counter: Counter, method: str
    ) -> None:
        asked = getattr(messages, f"{method}Request")(min_position=2**63 - 1)
        if method == "ListAttendances":
            asked.course_id = str(uuid4())
        token = counter.issuer.issue(capacity="training_officer", body="SKHCN")
        with pytest.raises(grpc.RpcError) as raised:
            counter.method(method)(asked, timeout=0.3, metadata=[("authorization", f"Bearer {token}")])
        assert raised.value.code() in (StatusCode.UNAVAILABLE, StatusCode.DEADLINE_EXCEEDED)


def test_a_basis_without_a_document_reports_nothing(counter: Counter, attended: str) -> None:
    for method, asked in (
        ("HoldCourse", hold_course(attended, basis=Basis(effective_on=REPORTED.effective_on))),
        ("HoldDissemination", hold_dissemination(basis=Basis(effective_on=REPORTED.effective_on))),
    ):
        assert told(partial(counter.ask, method, asked)).fields == {"basis.document"}


def _codes(counter: Counter, method: str, requests: list[Any]) -> list[StatusCode]:
    """The codes of requests made at once, the successes first."""

    def code(request: Any) -> StatusCode:
        try:
            counter.ask(method, request)
        except grpc.RpcError as error:
            refused: StatusCode = error.code()
            return refused
        return StatusCode.OK

    with ThreadPoolExecutor(len(requests)) as pool:
        return sorted(pool.map(code, requests), key=lambda code: code.value[0])
