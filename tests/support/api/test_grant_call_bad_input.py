"""Nothing wrong passes the door of direct grants, whatever the method and whatever the field."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid1

import pytest
from google.protobuf.message import Message
from grpc import StatusCode
from nscl.support.v1 import grant_call_service_pb2 as messages

from services.shared.wire import date_message
from tests.bad_input import Flaw, flaws, told
from tests.support.api import grant_call_requests as requests
from tests.support.api.requests import SOMETHING
from tests.support.conftest import Counter
from tests.support.examples import LEAD, OFFICER, OWNER, Person

COMMANDS: dict[str, tuple[Person, Message]] = {
    "PublishGrantCall": (LEAD, requests.publish_grant_call()),
    "ExtendGrantCall": (LEAD, requests.extend_grant_call()),
    "CancelGrantCall": (LEAD, requests.cancel_grant_call()),
    "ApplyForGrant": (OWNER, requests.apply_for_grant()),
    "ResubmitGrantApplication": (OWNER, requests.resubmit_grant_application()),
    "RecordFieldSurvey": (OFFICER, requests.record_field_survey()),
    "WithdrawApplication": (OWNER, requests.withdraw_application()),
    "WithdrawParticipation": (OWNER, requests.withdraw_participation()),
}
GETS: dict[str, tuple[Person, Message]] = {
    "GetGrantApplication": (OWNER, messages.GetGrantApplicationRequest(task_id=SOMETHING)),
    "GetGrantCall": (OFFICER, messages.GetGrantCallRequest(grant_call_id=SOMETHING)),
}
LISTS: dict[str, tuple[Person, Message]] = {"ListGrantCalls": (OFFICER, messages.ListGrantCallsRequest())}
METHODS = COMMANDS | GETS | LISTS


def test_every_method_is_tried() -> None:
    door = messages.DESCRIPTOR.services_by_name["GrantCallService"]
    assert {method.name for method in door.methods} == METHODS.keys()


@pytest.mark.parametrize("flaw", [flaw for _, good in METHODS.values() for flaw in flaws(good)], ids=str)
def test_a_spoilt_field_is_refused_by_its_name(counter: Counter, flaw: Flaw) -> None:
    method = type(flaw.request).__name__.removesuffix("Request")
    person, _ = METHODS[method]
    answer = told(lambda: counter.ask(method, flaw.request, person))
    assert (answer.code, answer.fields) == (StatusCode.INVALID_ARGUMENT, {flaw.field})


@pytest.mark.parametrize("method", METHODS)
def test_nobody_passes_without_a_token(counter: Counter, method: str) -> None:
    answer = told(lambda: counter.ask(method, METHODS[method][1], None))
    assert (answer.code, answer.reason) == (StatusCode.UNAUTHENTICATED, "TOKEN_MISSING")


@pytest.mark.parametrize("capacity", ["auditor", "council_member", "city_leader", "training_officer"])
@pytest.mark.parametrize("method", COMMANDS)
def test_nobody_acts_in_a_foreign_capacity(counter: Counter, method: str, capacity: str) -> None:
    person, request = COMMANDS[method]
    answer = told(lambda: counter.ask(method, request, Person(person.name, person.body, capacity)))
    assert (answer.code, answer.reason) == (StatusCode.PERMISSION_DENIED, "CAPACITY_NOT_PERMITTED")


@pytest.mark.parametrize("method", GETS | LISTS)
def test_not_everybody_asks(counter: Counter, method: str) -> None:
    answer = told(lambda: counter.ask(method, METHODS[method][1], Person("trainer", "SKHCN", "training_officer")))
    assert (answer.code, answer.reason) == (StatusCode.PERMISSION_DENIED, "CAPACITY_NOT_PERMITTED")


@pytest.mark.parametrize("method", COMMANDS)
class TestWhatEveryCommandNeeds:
    def test_a_request_id_of_version_4(self, counter: Counter, method: str) -> None:
        person, request = COMMANDS[method]
        changed: Any = type(request).FromString(request.SerializeToString())
        changed.request_id = str(uuid1())
        assert told(lambda: counter.ask(method, changed, person)).fields == {"request_id"}

    def test_a_basis_that_does_not_count_from_the_future(self, counter: Counter, method: str) -> None:
        person, request = COMMANDS[method]
        changed: Any = type(request).FromString(request.SerializeToString())
        changed.basis.effective_on.CopyFrom(date_message(datetime.now(UTC).date() + timedelta(days=2)))
        assert told(lambda: counter.ask(method, changed, person)).fields == {"basis.effective_on"}


@pytest.mark.parametrize("method", COMMANDS | GETS)
def test_what_is_not_there_is_not_found(counter: Counter, method: str) -> None:
    person, request = METHODS[method]
    answer = told(lambda: counter.ask(method, request, person))
    assert (answer.code, answer.reason) == (StatusCode.NOT_FOUND, "RECORD_NOT_FOUND")


@pytest.mark.parametrize("method", GETS)
def test_nobody_waits_for_what_is_not_recorded(counter: Counter, method: str) -> None:
    person, request = GETS[method]
    far: Any = type(request).FromString(request.SerializeToString())
    far.min_position = 10**9
    answer = told(lambda: counter.ask(method, far, person))
    assert (answer.code, answer.reason) == (StatusCode.INVALID_ARGUMENT, "POSITION_NOT_REACHED")
