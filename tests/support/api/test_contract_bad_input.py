"""Nothing wrong passes the doors of contracts and recoveries, whatever the method and whatever the field."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid1

import pytest
from google.protobuf.message import Message
from grpc import StatusCode
from nscl.support.v1 import contract_service_pb2 as messages
from nscl.support.v1 import recovery_service_pb2 as recovery_messages

from services.shared.wire import date_message
from tests.bad_input import Flaw, flaws, told
from tests.support.api import contract_requests as requests
from tests.support.api.requests import SOMETHING
from tests.support.conftest import Counter
from tests.support.examples import HOST, LEAD, LEADER, OFFICER, PAYER, SETTLER, Person

COMMANDS: dict[str, tuple[Person, Message]] = {
    "CommitParticipation": (HOST, requests.commit_participation()),
    "SignContract": (LEAD, requests.sign_contract()),
    "PayAdvance": (PAYER, requests.pay_advance()),
    "ReportMilestoneProgress": (HOST, requests.report_milestone_progress()),
    "RequestMilestoneAcceptance": (HOST, requests.request_milestone_acceptance()),
    "AppointAcceptanceCouncil": (LEAD, requests.appoint_acceptance_council()),
    "AcceptMilestone": (LEAD, requests.accept_milestone()),
    "RequireMilestoneFixes": (LEAD, requests.require_milestone_fixes()),
    "FailMilestone": (LEAD, requests.fail_milestone()),
    "PayMilestone": (PAYER, requests.pay_milestone()),
    "HoldPayments": (OFFICER, requests.hold_payments()),
    "LiftPaymentHold": (LEAD, requests.lift_payment_hold()),
    "AmendContract": (LEAD, requests.amend_contract(withdrawn_ids=[SOMETHING])),
    "SuspendContract": (LEAD, requests.suspend_contract()),
    "ResumeContract": (LEAD, requests.resume_contract()),
    "TerminateContract": (LEAD, requests.terminate_contract()),
    "SettleContract": (SETTLER, requests.settle_contract()),
    "LiquidateContract": (LEAD, requests.liquidate_contract()),
    "ArchiveContract": (OFFICER, requests.archive_contract()),
    "OrderRecovery": (LEAD, requests.order_recovery()),
    "ReceiveRecoveryInstalment": (PAYER, requests.receive_recovery_instalment()),
    "WriteOffRecovery": (LEADER, requests.write_off_recovery()),
}
GETS: dict[str, tuple[Person, Message]] = {
    "GetContract": (OFFICER, messages.GetContractRequest(task_id=SOMETHING)),
    "GetRecovery": (OFFICER, recovery_messages.GetRecoveryRequest(recovery_id=SOMETHING)),
}
LISTS: dict[str, tuple[Person, Message]] = {
    "ListContracts": (OFFICER, messages.ListContractsRequest()),
    "ListRecoveries": (OFFICER, recovery_messages.ListRecoveriesRequest()),
}
METHODS = COMMANDS | GETS | LISTS


OF_THE_APPLICANT = {"CommitParticipation", "ReportMilestoneProgress", "RequestMilestoneAcceptance"}
"""Acts of a host, which an enterprise under a grant call is for itself."""


def test_every_method_is_tried() -> None:
    doors = (
        messages.DESCRIPTOR.services_by_name["ContractService"],
        recovery_messages.DESCRIPTOR.services_by_name["RecoveryService"],
    )
    assert {method.name for door in doors for method in door.methods} == METHODS.keys()


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


@pytest.mark.parametrize(
    ("method", "capacity"),
    [
        (method, capacity)
        for method in COMMANDS
        for capacity in ("auditor", "council_member", "enterprise_representative", "training_officer")
        if capacity != "enterprise_representative" or method not in OF_THE_APPLICANT
    ],
)
def test_nobody_acts_in_a_foreign_capacity(counter: Counter, method: str, capacity: str) -> None:
    person, request = COMMANDS[method]
    answer = told(lambda: counter.ask(method, request, Person(person.name, person.body, capacity)))
    assert (answer.code, answer.reason) == (StatusCode.PERMISSION_DENIED, "CAPACITY_NOT_PERMITTED")


@pytest.mark.parametrize("method", GETS | LISTS)
def test_not_everybody_asks(counter: Counter, method: str) -> None:
    answer = told(lambda: counter.ask(method, METHODS[method][1], Person("owner", "DN", "enterprise_representative")))
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
    _, request = GETS[method]
    far: Any = type(request).FromString(request.SerializeToString())
    far.min_position = 10**9
    answer = told(lambda: counter.ask(method, far, OFFICER))
    assert (answer.code, answer.reason) == (StatusCode.INVALID_ARGUMENT, "POSITION_NOT_REACHED")
