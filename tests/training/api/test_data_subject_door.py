"""The door for people who were trained or certified and ask what becomes of their data."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID, uuid4

import grpc
import pytest
from nscl.training.v1 import data_subject_service_pb2 as messages
from nscl.training.v1 import training_service_pb2 as training

from services.shared.erasure import Ties
from services.shared.erasure_requests import ErasureRequests
from services.shared.event_store import Call, EventLog
from services.shared.personal_data import ERASED
from services.training.domain.data_subject import DataSubject
from services.training.domain.erasure_rules import ErasureRules
from tests.bad_input import Flaw, flaws
from tests.bad_input import told as refusal_of
from tests.given import act
from tests.training.api.data_subject_requests import METHODS, SOMEBODY
from tests.training.api.requests import NAME, basis, certify_expert, day, record_attendance, schedule_course
from tests.training.conftest import Counter

pytestmark = pytest.mark.usefixtures("nothing_typed_is_logged")

INVALID, NOT_FOUND = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND
EXISTS, FAILED = grpc.StatusCode.ALREADY_EXISTS, grpc.StatusCode.FAILED_PRECONDITION
DENIED = grpc.StatusCode.PERMISSION_DENIED
LONG_AGO, LATER = day(2017, 6, 29), day(2018, 6, 28)


def ask(counter: Counter, method: str, *, person_id: Any = None, **changes: Any) -> Any:
    """Each time somebody else asks, unless it is said who."""
    capacity, request = METHODS[method]
    return counter.ask(method, request(**changes), capacity=capacity, person_id=person_id or uuid4())


@pytest.fixture(scope="module")
def rule(counter: Counter) -> messages.ErasureRules:
    rules: messages.ErasureRules = ask(counter, "AdoptErasureRule").erasure_rules
    return rules


@pytest.fixture
def subject_id(counter: Counter) -> str:
    """Somebody who was certified for a year, long ago."""
    return certified(counter, issued_on=LONG_AGO, valid_until=LATER)


def certified(counter: Counter, **changes: Any) -> str:
    person_id = str(uuid4())
    counter.ask("CertifyExpert", certify_expert(person_id=person_id, **changes))
    return person_id


def attendee(counter: Counter, session_on: Any) -> str:
    person_id = str(uuid4())
    days = {"starts_on": session_on, "ends_on": session_on}
    course = counter.ask("ScheduleCourse", schedule_course(**days)).course
    attendance = record_attendance(course.course_id, attendee_id=person_id, session_on=session_on)
    counter.ask("RecordAttendance", attendance)
    return person_id


def name_of(counter: Counter, person_id: str) -> str:
    position = counter.ask("CertifyExpert", certify_expert()).recorded.position
    experts = counter.ask("ListExperts", training.ListExpertsRequest(min_position=position, page_size=500)).experts
    return next(str(expert.name) for expert in experts if expert.person_id == person_id)


def test_every_method_is_tried() -> None:
    service = messages.DESCRIPTOR.services_by_name["DataSubjectService"]
    assert {method.name for method in service.methods} == METHODS.keys()


@pytest.mark.parametrize("flaw", [flaw for _, good in METHODS.values() for flaw in flaws(good())], ids=str)
def test_a_spoilt_field_is_refused_by_its_name(counter: Counter, flaw: Flaw) -> None:
    method = type(flaw.request).__name__.removesuffix("Request")
    answer = refusal_of(lambda: counter.ask(method, flaw.request, capacity=METHODS[method][0]))
    assert (answer.code, answer.fields) == (INVALID, {flaw.field})


@pytest.mark.parametrize("capacity", [None, "council_member", "enterprise_representative", "programme_officer"])
@pytest.mark.parametrize("method", METHODS)
def test_strangers_and_other_capacities_are_turned_away(counter: Counter, method: str, capacity: str | None) -> None:
    answer = refusal_of(lambda: counter.ask(method, METHODS[method][1](), capacity=capacity))
    assert answer.code is (DENIED if capacity else grpc.StatusCode.UNAUTHENTICATED)


@pytest.mark.usefixtures("rule")
def test_what_is_asked_waits_in_the_list_and_is_erased_by_another_person(counter: Counter, subject_id: str) -> None:
    assert name_of(counter, subject_id) == NAME
    clerk = uuid4()
    asked = ask(counter, "RequestErasure", subject_id=subject_id, person_id=clerk)
    assert asked.data_subject.request.answer_by == day(2024, 7, 18)
    listed = ask(counter, "ListErasureRequests", min_position=asked.recorded.position).erasure_requests
    assert [each.document for each in listed if each.subject_id == subject_id] == ["5/ĐN"]
    answer = refusal_of(partial(ask, counter, "ErasePerson", subject_id=subject_id, person_id=clerk))
    assert (answer.code, answer.reason) == (DENIED, "ACTED_BEFORE")

    answer = ask(counter, "ErasePerson", subject_id=subject_id)
    assert answer.data_subject.HasField("erased_on")
    listed = ask(counter, "ListErasureRequests", min_position=answer.recorded.position).erasure_requests
    assert subject_id not in {each.subject_id for each in listed}
    assert name_of(counter, subject_id) == ERASED
    assert ask(counter, "GetDataSubject", subject_id=subject_id).data_subject == answer.data_subject
    answer = refusal_of(partial(ask, counter, "ErasePerson", subject_id=subject_id))
    assert (answer.code, answer.reason) == (FAILED, "SUBJECT_ERASED_BEFORE")
    again = partial(counter.ask, "CertifyExpert", certify_expert(person_id=subject_id))
    assert refusal_of(again).reason == "SUBJECT_ERASED"


@pytest.mark.usefixtures("rule")
def test_a_hold_stands_in_the_way(counter: Counter, subject_id: str) -> None:
    held = ask(counter, "PlaceLegalHold", subject_id=subject_id).data_subject
    assert [(hold.number, hold.document) for hold in held.holds] == [(1, "6/YC-TAND")]
    ask(counter, "RequestErasure", subject_id=subject_id)
    answer = refusal_of(partial(ask, counter, "ErasePerson", subject_id=subject_id))
    assert (answer.code, answer.reason) == (FAILED, "LEGAL_HOLD_STANDS")
    assert ask(counter, "LiftLegalHold", subject_id=subject_id).data_subject.holds[0].HasField("lifted_on")
    assert not ask(counter, "RefuseErasure", subject_id=subject_id).data_subject.HasField("request")


@pytest.mark.usefixtures("rule")
def test_a_session_and_a_certificate_are_ties_that_are_kept_for_the_years_of_the_rule(counter: Counter) -> None:
    certificate = certified(counter)  # until 2027
    for_ever = certified(counter, valid_until=None)
    lately, long_ago = (attendee(counter, session) for session in (day(2024, 6, 10), LONG_AGO))
    for person, reason, said in (
        (certificate, "RETENTION_NOT_OVER", "31/12/2032 theo MẪU-1/QĐ"),
        (for_ever, "TIES_NOT_ENDED", "chứng chỉ không thời hạn"),
        (lately, "RETENTION_NOT_OVER", "31/12/2029 theo MẪU-1/QĐ"),
    ):
        ask(counter, "RequestErasure", subject_id=person)
        answer = refusal_of(partial(ask, counter, "ErasePerson", subject_id=person))
        assert (answer.code, answer.reason) == (FAILED, reason)
        assert said in answer.sentence
    ask(counter, "RequestErasure", subject_id=long_ago)
    assert ask(counter, "ErasePerson", subject_id=long_ago).data_subject.HasField("erased_on")


@pytest.mark.usefixtures("rule")
def test_an_erasure_that_was_cut_off_is_finished_by_the_view(counter: Counter, log: EventLog, subject_id: str) -> None:
    ask(counter, "RequestErasure", subject_id=subject_id)
    subject = log.load(DataSubject, DataSubject.create_id(UUID(subject_id)))
    rule = log.load(ErasureRules, ErasureRules.create_id()).rules[0]
    call = Call(act(person_id=UUID(int=22), document="8/QĐ-SKHCN", request_id=uuid4()), b"erase")
    subject.erase(call.act, rule, Ties(None, open=False))
    position = log.save_for(call, subject).position  # and then the process died
    ErasureRequests(log).wait_for(position, timeout=10)
    assert name_of(counter, subject_id) == ERASED


REFUSED = [
    ("AdoptErasureRule", {}, EXISTS, "ERASURE_RULE_ALREADY_ADOPTED", None),
    ("AdoptErasureRule", {"answer_within_days": 366}, INVALID, "FORM_INCORRECT", "answer_within_days"),
    ("AdoptErasureRule", {"retention_years": 101}, INVALID, "FORM_INCORRECT", "retention_years"),
    ("RequestErasure", {"ground": 9}, INVALID, "FORM_INCORRECT", "ground"),
    ("RequestErasure", {"subject_id": SOMEBODY}, NOT_FOUND, "SUBJECT_UNKNOWN", None),
    ("RequestErasure", {"basis": basis("")}, INVALID, "FORM_INCORRECT", "basis.document"),
    ("RefuseErasure", {"reason": "Không"}, INVALID, "FORM_INCORRECT", "reason"),
    ("RefuseErasure", {}, FAILED, "ERASURE_NOT_REQUESTED", None),
    ("PlaceLegalHold", {"reason": ""}, INVALID, "FORM_INCORRECT", "reason"),
    ("LiftLegalHold", {"hold_number": 7}, NOT_FOUND, "LEGAL_HOLD_UNKNOWN", None),
    ("ErasePerson", {}, FAILED, "ERASURE_NOT_REQUESTED", None),
    ("ErasePerson", {"subject_id": SOMEBODY}, NOT_FOUND, "SUBJECT_UNKNOWN", None),
    ("GetDataSubject", {"subject_id": SOMEBODY}, NOT_FOUND, "RECORD_NOT_FOUND", None),
    ("ListErasureRequests", {"page_size": -1}, INVALID, "FORM_INCORRECT", "page_size"),
]


@pytest.mark.usefixtures("rule")
@pytest.mark.parametrize(
    ("method", "changes", "code", "reason", "field"),
    REFUSED,
    ids=[f"{method} {reason} {field}" for method, _, _, reason, field in REFUSED],
)
def test_what_cannot_be_is_refused_with_its_reason(
    counter: Counter, subject_id: str, method: str, changes: dict[str, Any], code: Any, reason: str, field: str | None
) -> None:
    about = {} if method in ("AdoptErasureRule", "ListErasureRequests") else {"subject_id": subject_id}
    answer = refusal_of(partial(ask, counter, method, **(about | changes)))
    assert (answer.code, answer.reason, answer.fields) == (code, reason, {field} if field else set())
    assert answer.sentence
