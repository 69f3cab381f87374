"""The door for people who ask what becomes of their data: two agree, nothing orders to keep them, they are gone."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import uuid4

import grpc
import pytest
from nscl.registry.v1 import data_subject_service_pb2 as messages
from nscl.registry.v1 import enterprise_service_pb2 as enterprises

from tests.bad_input import told as refusal_of
from tests.registry.api.conftest import Known
from tests.registry.api.data_subject_requests import METHODS, SOMEBODY
from tests.registry.api.requests import basis, day, personal_id, register_enterprise, register_household
from tests.registry.api.test_enterprise_door import erase_person, record_person

INVALID, NOT_FOUND = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND
EXISTS, FAILED = grpc.StatusCode.ALREADY_EXISTS, grpc.StatusCode.FAILED_PRECONDITION
DENIED = grpc.StatusCode.PERMISSION_DENIED
ONCE = {"valid_from": day(2015, 1, 1), "valid_until": day(2017, 6, 30), "share_basis_points": 100}


def ask(known: Known, method: str, *, person_id: Any = None, **changes: Any) -> Any:
    """Each time somebody else asks, unless it is said who."""
    capacity, request = METHODS[method]
    return known.counter.ask(method, request(**changes), capacity=capacity, person_id=person_id or uuid4())


def erase(known: Known, subject_id: str, **changes: Any) -> Any:
    request = erase_person(person_id=subject_id, **changes)
    return known.counter.ask("ErasePerson", request, capacity="programme_lead", person_id=uuid4())


@pytest.fixture(scope="module")
def rule(known: Known) -> messages.ErasureRules:
    rules: messages.ErasureRules = ask(known, "AdoptErasureRule").erasure_rules
    return rules


@pytest.fixture
def subject_id(known: Known) -> str:
    """Somebody who owned an enterprise until 2017."""
    return owner_of_something(known)


def owner_of_something(known: Known, **changes: Any) -> str:
    enterprise_id = known.ask("RegisterEnterprise", register_enterprise()).enterprise.enterprise_id
    owned = record_person(enterprise_id=enterprise_id, personal_id=personal_id(), **{**ONCE, **changes})
    answer = known.counter.ask("RecordPerson", owned, capacity="programme_officer")
    from_id: str = answer.affiliation.links[0].from_id
    return from_id


def test_every_method_is_tried() -> None:
    service = messages.DESCRIPTOR.services_by_name["DataSubjectService"]
    assert {method.name for method in service.methods} == METHODS.keys()


@pytest.mark.usefixtures("rule")
def test_what_is_asked_waits_in_the_list_and_is_erased_by_another_person(known: Known, subject_id: str) -> None:
    asked = ask(known, "RequestErasure", subject_id=subject_id)
    assert asked.data_subject.request.answer_by == day(2024, 7, 18)
    listed = ask(known, "ListErasureRequests", min_position=asked.recorded.position).erasure_requests
    [waiting] = [each for each in listed if each.subject_id == subject_id]
    assert (waiting.document, waiting.answer_by) == ("5/ĐN", day(2024, 7, 18))

    answer = erase(known, subject_id)
    assert answer.data_subject.HasField("erased_on")
    assert not answer.data_subject.HasField("request")
    listed = ask(known, "ListErasureRequests", min_position=answer.recorded.position).erasure_requests
    assert subject_id not in {each.subject_id for each in listed}
    shown = enterprises.GetPersonRequest(person_id=subject_id)
    assert known.counter.ask("GetPerson", shown, capacity="programme_officer").person.name == "[erased]"
    assert ask(known, "GetDataSubject", subject_id=subject_id).data_subject == answer.data_subject
    answer = refusal_of(partial(erase, known, subject_id))
    assert (answer.code, answer.reason) == (FAILED, "SUBJECT_ERASED_BEFORE")


@pytest.mark.usefixtures("rule")
def test_a_hold_and_a_duty_to_keep_stand_in_the_way(known: Known, subject_id: str) -> None:
    clerk = uuid4()
    held = ask(known, "PlaceLegalHold", subject_id=subject_id, person_id=clerk).data_subject
    assert [(hold.number, hold.document) for hold in held.holds] == [(1, "6/YC-TAND")]
    ask(known, "RequestErasure", subject_id=subject_id)
    answer = refusal_of(partial(ask, known, "RequestErasure", subject_id=subject_id))
    assert (answer.code, answer.reason) == (FAILED, "ERASURE_ALREADY_REQUESTED")
    answer = refusal_of(partial(erase, known, subject_id))
    assert (answer.code, answer.reason) == (FAILED, "LEGAL_HOLD_STANDS")
    assert "6/YC-TAND" in answer.sentence
    answer = refusal_of(partial(ask, known, "LiftLegalHold", subject_id=subject_id, person_id=clerk))
    assert (answer.code, answer.reason) == (DENIED, "ACTED_BEFORE")
    lifted = ask(known, "LiftLegalHold", subject_id=subject_id).data_subject
    assert lifted.holds[0].HasField("lifted_on")
    answer = refusal_of(partial(erase, known, subject_id, basis=basis("3/QĐ-SKHCN", day(2024, 6, 27))))
    assert (answer.code, answer.reason) == (FAILED, "ACTED_IN_THE_PAST")
    refused = ask(known, "RefuseErasure", subject_id=subject_id).data_subject
    assert not refused.HasField("request")
    answer = refusal_of(partial(erase, known, subject_id))
    assert (answer.code, answer.reason) == (FAILED, "ERASURE_NOT_REQUESTED")


@pytest.mark.usefixtures("rule")
def test_who_owned_lately_is_kept_for_the_years_of_the_rule(known: Known) -> None:
    until_lately = owner_of_something(known, valid_until=day(2023, 6, 30))
    ask(known, "RequestErasure", subject_id=until_lately)
    answer = refusal_of(partial(erase, known, until_lately))
    assert (answer.code, answer.reason) == (FAILED, "RETENTION_NOT_OVER")
    assert "31/12/2028 theo MẪU-1/QĐ" in answer.sentence


@pytest.mark.usefixtures("rule")
def test_the_owner_of_a_household_business_that_is_there_is_not_erased(known: Known) -> None:
    stall = known.ask("RegisterEnterprise", register_household()).enterprise.enterprise_id
    ask(known, "RequestErasure", subject_id=stall)
    answer = refusal_of(partial(erase, known, stall))
    assert (answer.code, answer.reason) == (FAILED, "TIES_NOT_ENDED")


REFUSED = [
    ("AdoptErasureRule", {}, EXISTS, "ERASURE_RULE_ALREADY_ADOPTED", None),
    ("AdoptErasureRule", {"answer_within_days": 0}, INVALID, "FORM_INCORRECT", "answer_within_days"),
    ("AdoptErasureRule", {"answer_within_days": 366}, INVALID, "FORM_INCORRECT", "answer_within_days"),
    ("AdoptErasureRule", {"retention_years": 0}, INVALID, "FORM_INCORRECT", "retention_years"),
    ("AdoptErasureRule", {"retention_years": 101}, INVALID, "FORM_INCORRECT", "retention_years"),
    ("RequestErasure", {"ground": 0}, INVALID, "FORM_INCORRECT", "ground"),
    ("RequestErasure", {"ground": 9}, INVALID, "FORM_INCORRECT", "ground"),
    ("RequestErasure", {"subject_id": "ai đó"}, INVALID, "FORM_INCORRECT", "subject_id"),
    ("RequestErasure", {"subject_id": SOMEBODY}, NOT_FOUND, "SUBJECT_UNKNOWN", None),
    ("RequestErasure", {"basis": basis("")}, INVALID, "FORM_INCORRECT", "basis.document"),
    ("RefuseErasure", {"reason": "Không"}, INVALID, "FORM_INCORRECT", "reason"),
    ("RefuseErasure", {}, FAILED, "ERASURE_NOT_REQUESTED", None),
    ("PlaceLegalHold", {"reason": ""}, INVALID, "FORM_INCORRECT", "reason"),
    ("LiftLegalHold", {"hold_number": 0}, INVALID, "FORM_INCORRECT", "hold_number"),
    ("LiftLegalHold", {"hold_number": 7}, NOT_FOUND, "LEGAL_HOLD_UNKNOWN", None),
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
    known: Known, subject_id: str, method: str, changes: dict[str, Any], code: Any, reason: str, field: str | None
) -> None:
    about = {} if method in ("AdoptErasureRule", "ListErasureRequests") else {"subject_id": subject_id}
    answer = refusal_of(partial(ask, known, method, **(about | changes)))
    assert (answer.code, answer.reason, answer.fields) == (code, reason, {field} if field else set())
    assert answer.sentence
