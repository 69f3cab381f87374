"""The way through the door of inspections, from its opening to the last dong that comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from grpc import StatusCode
from nscl.support.v1 import contract_resources_pb2 as contract_resources
from nscl.support.v1 import inspection_resources_pb2 as resources
from nscl.support.v1 import inspection_service_pb2 as messages

from services.shared.wire import date_message
from tests.bad_input import told
from tests.support.api import contract_requests as contracts
from tests.support.api import inspection_requests as asked
from tests.support.api.clerk import Clerk
from tests.support.city import City
from tests.support.conftest import Counter
from tests.support.examples import AUDITOR, HOST, LEAD, OFFICER, OTHER_HOST, PAYER, SECOND_AUDITOR, Person, wanted


@pytest.fixture
def clerk(counter: Counter) -> Clerk:
    return Clerk(counter)


def test_what_an_inspection_upholds_comes_back(clerk: Clerk, city: City) -> None:
    contract = city.paid_milestone(city.signed_contract(wanted(enterprise_id := uuid4())).task_id, 1)
    task_id, [participation_id] = str(contract.task_id), map(str, contract.lines)
    opened = clerk.ask("OpenInspection", asked.open_inspection(task_id), AUDITOR).inspection
    assert (opened.inspecting_body, opened.document) == ("TTTP", "15/QĐ-TTTP")
    [hold] = city.support.contracts.get_contract(contract.task_id).holds.values()
    assert hold.case_number == "15/QĐ-TTTP"
    where = opened.inspection_id
    clerk.ask("RecordInspectionFinding", asked.record_inspection_finding(where, participation_id), AUDITOR)
    clerk.ask("AnnounceInspectionFindings", asked.announce_inspection_findings(where), AUDITOR)
    clerk.ask("AnswerInspection", asked.answer_inspection(where), HOST)
    concluded = clerk.ask("ConcludeInspection", asked.conclude_inspection(where), SECOND_AUDITOR).inspection
    assert (concluded.found_vnd, concluded.recoverable_vnd) == (12_000_000, 10_000_000)
    assert not city.support.contracts.get_contract(contract.task_id).holds

    finding = resources.FindingReference(inspection_id=where, finding_number=1)
    too_much = contracts.order_recovery(task_id, enterprise_id, amount_vnd=10_000_001, finding=finding)
    answer = told(lambda: clerk.counter.ask("OrderRecovery", too_much, LEAD))
    assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, "RECOVERY_ABOVE_FINDING")
    order = contracts.order_recovery(task_id, enterprise_id, finding=finding)
    recovery = clerk.ask("OrderRecovery", order, LEAD).recovery
    assert (recovery.finding, recovery.participation_id) == (finding, participation_id)
    part = contracts.receive_recovery_instalment(recovery.recovery_id, amount_vnd=10_000_000)
    back = clerk.ask("ReceiveRecoveryInstalment", part, PAYER)
    assert back.recovery.status == contract_resources.RECOVERY_STATUS_RECOVERED

    get = messages.GetInspectionRequest(inspection_id=where, min_position=back.recorded.position)
    inspection = clerk.counter.ask("GetInspection", get, OFFICER).inspection
    assert [(each.recoverable_vnd, each.ordered_vnd) for each in inspection.findings] == [(10_000_000, 10_000_000)]
    listing = messages.ListInspectionsRequest(
        task_id=task_id, status=resources.INSPECTION_STATUS_CONCLUDED, min_position=back.recorded.position
    )
    [row] = clerk.counter.ask("ListInspections", listing, OFFICER).inspections
    for field in ("findings", "answer", "summary"):
        inspection.ClearField(field)
    assert row == inspection


YESTERDAY = date_message(date(2024, 6, 27))
Ask = Callable[[str], Any]
FORBIDDEN: tuple[tuple[StatusCode, str, str, Person, Ask], ...] = (
    (
        StatusCode.FAILED_PRECONDITION,
        "FINDING_ABOVE_PAID",
        "RecordInspectionFinding",
        AUDITOR,
        lambda at: asked.record_inspection_finding(at, "", amount_vnd=20_000_001),
    ),
    (
        StatusCode.FAILED_PRECONDITION,
        "PARTICIPATION_NOT_IN_CONTRACT",
        "RecordInspectionFinding",
        AUDITOR,
        lambda at: asked.record_inspection_finding(at, str(uuid4())),
    ),
    (
        StatusCode.INVALID_ARGUMENT,
        "ANSWER_DUE_IN_THE_PAST",
        "AnnounceInspectionFindings",
        AUDITOR,
        lambda at: asked.announce_inspection_findings(at, answer_by=YESTERDAY),
    ),
    (StatusCode.PERMISSION_DENIED, "NOT_THE_INSPECTED", "AnswerInspection", OTHER_HOST, asked.answer_inspection),
    (
        StatusCode.PERMISSION_DENIED,
        "ACTED_BEFORE",
        "ConcludeInspection",
        AUDITOR,
        lambda at: asked.conclude_inspection(at, upheld=[]),
    ),
    (
        StatusCode.INVALID_ARGUMENT,
        "FINDINGS_UNJUDGED",
        "ConcludeInspection",
        SECOND_AUDITOR,
        asked.conclude_inspection,
    ),
    (StatusCode.FAILED_PRECONDITION, "INSPECTION_NOT_IN_STEP", "AnswerInspection", HOST, asked.answer_inspection),
)


@pytest.fixture(scope="module")
def opened(city: City) -> tuple[str, str]:
    """The task of a contract that was paid in part, and its inspection."""
    task_id = city.signed_contract(wanted(uuid4())).task_id
    city.paid_milestone(task_id, 1)
    return str(task_id), str(city.opened_inspection(task_id).id)


@pytest.mark.parametrize(("code", "reason", "method", "person", "ask"), FORBIDDEN)
def test_a_forbidden_act_is_refused(
    counter: Counter, opened: tuple[str, str], code: StatusCode, reason: str, method: str, person: Person, ask: Ask
) -> None:
    answer = told(lambda: counter.ask(method, ask(opened[1]), person))
    assert (answer.code, answer.reason) == (code, reason)
    assert "{" not in answer.sentence


def test_only_its_conclusion_lifts_what_it_holds(counter: Counter, opened: tuple[str, str]) -> None:
    task_id, _ = opened
    again = told(lambda: counter.ask("OpenInspection", asked.open_inspection(task_id), AUDITOR))
    assert (again.code, again.reason) == (StatusCode.ALREADY_EXISTS, "INSPECTION_ALREADY_OPENED")
    lift = contracts.lift_payment_hold(task_id, case_number="15/QĐ-TTTP")
    answer = told(lambda: counter.ask("LiftPaymentHold", lift, OFFICER))
    assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, "INSPECTION_NOT_IN_STEP")
