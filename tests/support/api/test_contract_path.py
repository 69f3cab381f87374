"""The way through the doors of contracts and recoveries: every step answered, repeated, refused to who saw less."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from grpc import StatusCode
from nscl.support.v1 import contract_resources_pb2 as resources
from nscl.support.v1 import contract_service_pb2 as messages
from nscl.support.v1 import recovery_service_pb2 as recovery_messages
from nscl.support.v1 import support_resources_pb2 as resources_of_councils
from nscl.support.v1 import support_service_pb2 as support_messages
from nscl.support.v1.support_resources_pb2 import (
    PARTICIPATION_STATUS_CLOSED,
    PARTICIPATION_STATUS_COMMITTED,
    PARTICIPATION_STATUS_NOT_CERTIFIED,
    TASK_STATUS_TERMINATED,
)

from services.shared.wire import filled
from services.support.domain.council_terms import Points
from tests.bad_input import told
from tests.support.api import contract_requests as asked
from tests.support.api import participation_requests, requests
from tests.support.api.clerk import Clerk, found, open_task
from tests.support.conftest import Counter, StandInRegistry
from tests.support.examples import (
    CHAIR,
    GOOD_POINTS,
    HOST,
    LEAD,
    LEADER,
    OFFICER,
    OTHER_HOST,
    PAYER,
    POOR_POINTS,
    REVIEWER,
    SECOND_OFFICER,
    SECRETARY,
    SETTLER,
    STAR_CONSULTING,
)


def approved(
    counter: Counter, clerk: Clerk, plan: tuple[str, str], line_id: str, enterprise_id: UUID
) -> tuple[str, str]:
    """A task approved for one participation of an enterprise: the ids of both."""
    task_id = open_task(clerk, plan, line_id)
    mine = [requests.participation_line(enterprise_id)]
    submitted = counter.ask(
        "SubmitTaskApplication", requests.submit_task_application(task_id, participations=mine), HOST
    )
    [participation_id] = submitted.task.participation_ids
    counter.ask("ValidateTaskApplication", requests.validate_task_application(task_id), OFFICER)
    counter.ask("ScreenParticipation", requests.screen_participation(participation_id), OFFICER)
    council_id = counter.ask("AppointCouncil", requests.appoint_council(task_id), LEAD).council.council_id
    for person in (CHAIR, SECRETARY, REVIEWER):
        counter.ask("CastCouncilScore", requests.cast_council_score(council_id), person)
    counter.ask("ConcludeCouncil", requests.conclude_council(council_id), SECRETARY)
    counter.ask("ApproveTask", requests.approve_task(task_id, plan[1]), LEADER)
    return task_id, participation_id


def judge(counter: Counter, clerk: Clerk, task_id: str, number: int, points: Sequence[Points]) -> None:
    """Let a milestone's council be appointed, score and conclude."""
    appointed = clerk.ask(
        "AppointAcceptanceCouncil", asked.appoint_acceptance_council(task_id, milestone_number=number), LEAD
    )
    council_id = appointed.council.council_id
    assert appointed.council.milestone_number == number
    sheet = [filled(resources_of_councils.Points, given) for given in points]
    for person in (CHAIR, SECRETARY, REVIEWER):
        counter.ask("CastCouncilScore", requests.cast_council_score(council_id, points=sheet), person)
    clerk.ask("ConcludeCouncil", requests.conclude_council(council_id), SECRETARY)


@pytest.fixture
def signed(counter: Counter, clerk: Clerk, plan: tuple[str, str], line_id: str) -> tuple[str, str, UUID]:
    """A contract with two milestones and an advance: its task, its participation and the enterprise."""
    task_id, participation_id = approved(counter, clerk, plan, line_id, enterprise_id := uuid4())
    committed = clerk.ask("CommitParticipation", asked.commit_participation(participation_id), HOST)
    assert committed.participation.status == PARTICIPATION_STATUS_COMMITTED
    contract = clerk.ask("SignContract", asked.sign_contract(task_id, participation_id), LEAD).contract
    assert (contract.amount_vnd, contract.number, contract.payee_id) == (
        40_000_000,
        "12/HĐ-SKHCN",
        str(STAR_CONSULTING),
    )
    counter.ask("ImplementParticipation", requests.implement_participation(participation_id), HOST)
    return task_id, participation_id, enterprise_id


def test_a_contract_is_carried_out_by_milestones_to_the_archive(
    clerk: Clerk,
    signed: tuple[str, str, UUID],
    counter: Counter,
    line_id: str,
) -> None:
    task_id, participation_id, enterprise_id = signed
    clerk.ask("PayAdvance", asked.pay_advance(task_id), PAYER)
    clerk.ask("ReportMilestoneProgress", asked.report_milestone_progress(task_id), HOST)
    clerk.ask("RequestMilestoneAcceptance", asked.request_milestone_acceptance(task_id), HOST)
    judge(counter, clerk, task_id, 1, GOOD_POINTS)
    fixes = clerk.ask("RequireMilestoneFixes", asked.require_milestone_fixes(task_id), LEAD).contract.milestones[0]
    assert (fixes.status, list(fixes.fixes)) == (resources.MILESTONE_STATUS_FIXES_DUE, ["Bổ sung hồ sơ"])
    clerk.ask("RequestMilestoneAcceptance", asked.request_milestone_acceptance(task_id), HOST)
    clerk.ask("AcceptMilestone", asked.accept_milestone(task_id, participation_id), LEAD)
    answer = told(lambda: counter.ask("PayMilestone", asked.pay_milestone(task_id), PAYER))
    assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, "PAYMENT_NOT_CLAIMED")
    clerk.ask("ClaimParticipationPayment", participation_requests.claim_participation_payment(participation_id), HOST)
    clerk.ask("HoldPayments", asked.hold_payments(task_id), OFFICER)
    answer = told(lambda: counter.ask("PayMilestone", asked.pay_milestone(task_id), PAYER))
    assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, "PAYMENTS_ON_HOLD")
    assert answer.sentence == "Hợp đồng đang bị tạm giữ thanh toán theo vụ việc VV-3: Nghi trùng hỗ trợ"
    clerk.ask("LiftPaymentHold", asked.lift_payment_hold(task_id), SECOND_OFFICER)
    paid = clerk.ask("PayMilestone", asked.pay_milestone(task_id), PAYER).contract
    assert (paid.paid_vnd, paid.advance_cleared_vnd) == (20_000_000, 4_000_000)

    last = [asked.milestone(participation_id, 2, 15_000_000)]
    clerk.ask("AmendContract", asked.amend_contract(task_id, milestones=last), LEAD)
    clerk.ask("RequestMilestoneAcceptance", asked.request_milestone_acceptance(task_id, milestone_number=2), HOST)
    judge(counter, clerk, task_id, 2, POOR_POINTS)
    clerk.ask("FailMilestone", asked.fail_milestone(task_id, milestone_number=2), LEAD)
    settled = clerk.ask("SettleContract", asked.settle_contract(task_id), SETTLER).contract
    assert settled.receivable_vnd == 8_000_000
    clerk.ask("LiquidateContract", asked.liquidate_contract(task_id), LEAD)
    archived = clerk.ask("ArchiveContract", asked.archive_contract(task_id), OFFICER)
    assert archived.contract.status == resources.CONTRACT_STATUS_ARCHIVED

    got = messages.GetContractRequest(task_id=task_id, min_position=archived.recorded.position)
    assert counter.ask("GetContract", got, OFFICER).contract == archived.contract
    listing = messages.ListContractsRequest(
        min_position=archived.recorded.position, payee_id=str(STAR_CONSULTING), budget_line_id=line_id
    )
    [row] = [each for each in counter.ask("ListContracts", listing, OFFICER).contracts if each.task_id == task_id]
    assert (row.status, row.paid_vnd, row.etag) == (
        archived.contract.status,
        archived.contract.paid_vnd,
        archived.contract.etag,
    )

    finding = found(clerk, task_id)
    ordered = clerk.ask("OrderRecovery", asked.order_recovery(task_id, enterprise_id, finding=finding), LEAD).recovery
    clerk.ask("ReceiveRecoveryInstalment", asked.receive_recovery_instalment(ordered.recovery_id), PAYER)
    gone = clerk.ask("WriteOffRecovery", asked.write_off_recovery(ordered.recovery_id), LEADER)
    assert (gone.recovery.recovered_vnd, gone.recovery.written_off_vnd) == (4_000_000, 6_000_000)
    owed = recovery_messages.ListRecoveriesRequest(task_id=task_id, min_position=gone.recorded.position)
    rows = counter.ask("ListRecoveries", owed, OFFICER).recoveries
    assert [row.outstanding_vnd for row in rows] == [0, 8_000_000]
    one = recovery_messages.GetRecoveryRequest(recovery_id=ordered.recovery_id)
    assert counter.ask("GetRecovery", one, OFFICER).recovery == gone.recovery
    gone.recovery.ClearField("finding")  # as the list shows it
    assert rows[0] == gone.recovery
    write_off = asked.write_off_recovery(rows[1].recovery_id)
    counter.ask("WriteOffRecovery", write_off, LEADER)  # the host owes nothing to the tests that follow


def test_a_contract_is_suspended_resumed_and_ended_before_its_time(
    clerk: Clerk,
    signed: tuple[str, str, UUID],
    counter: Counter,
) -> None:
    task_id, _, _ = signed
    clerk.ask("SuspendContract", asked.suspend_contract(task_id), LEAD)
    answer = told(lambda: counter.ask("PayAdvance", asked.pay_advance(task_id), PAYER))
    assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, "CONTRACT_NOT_IN_STEP")
    clerk.ask("ResumeContract", asked.resume_contract(task_id), LEAD)
    ended = clerk.ask("TerminateContract", asked.terminate_contract(task_id), LEAD)
    assert (ended.contract.status, ended.contract.receivable_vnd) == (resources.CONTRACT_STATUS_TERMINATED, 0)
    task = counter.ask("GetTask", support_messages.GetTaskRequest(task_id=task_id), OFFICER).task
    assert task.status == TASK_STATUS_TERMINATED


REFUSALS: list[tuple[str, Any, Any, str]] = [
    ("SignContract", asked.sign_contract, LEAD, "TASK_NOT_IN_STEP"),
    ("PayAdvance", partial(asked.pay_advance, amount_vnd=12_000_001), PAYER, "ADVANCE_ABOVE_CONTRACT"),
    ("RequestMilestoneAcceptance", asked.request_milestone_acceptance, OTHER_HOST, "NOT_THE_CONTRACTOR"),
    (
        "ReportMilestoneProgress",
        partial(asked.report_milestone_progress, milestone_number=9),
        HOST,
        "MILESTONE_UNKNOWN",
    ),
    ("AppointAcceptanceCouncil", asked.appoint_acceptance_council, LEAD, "MILESTONE_NOT_IN_STEP"),
    ("AcceptMilestone", asked.accept_milestone, LEAD, "MILESTONE_NOT_IN_STEP"),
    ("FailMilestone", asked.fail_milestone, LEAD, "MILESTONE_NOT_IN_STEP"),
    ("RequireMilestoneFixes", asked.require_milestone_fixes, LEAD, "MILESTONE_NOT_IN_STEP"),
    ("PayMilestone", asked.pay_milestone, PAYER, "MILESTONE_NOT_IN_STEP"),
    ("PayTask", requests.pay_task, PAYER, "CONTRACT_HAS_MILESTONES"),
    ("LiftPaymentHold", asked.lift_payment_hold, LEAD, "CASE_HOLDS_NOTHING"),
    ("AmendContract", partial(asked.amend_contract, milestones=[]), LEAD, "MILESTONES_NOT_NUMBERED"),
    ("ResumeContract", asked.resume_contract, LEAD, "CONTRACT_NOT_IN_STEP"),
    ("SettleContract", asked.settle_contract, SETTLER, "MILESTONES_UNFINISHED"),
    ("LiquidateContract", asked.liquidate_contract, LEAD, "CONTRACT_NOT_IN_STEP"),
    ("ArchiveContract", asked.archive_contract, OFFICER, "CONTRACT_NOT_IN_STEP"),
    ("OrderRecovery", asked.order_recovery, LEAD, "DEBTOR_NOT_OF_CONTRACT"),
]
CODES = {
    "NOT_THE_CONTRACTOR": StatusCode.PERMISSION_DENIED,
    "MILESTONES_NOT_NUMBERED": StatusCode.INVALID_ARGUMENT,
    "DEBTOR_NOT_OF_CONTRACT": StatusCode.INVALID_ARGUMENT,
}


def test_what_does_not_follow_is_refused_with_its_reason(signed: tuple[str, str, UUID], counter: Counter) -> None:
    task_id, _, _ = signed
    for method, request, person, reason in REFUSALS:
        answer = told(partial(counter.ask, method, request(task_id), person))
        code = CODES.get(reason, StatusCode.FAILED_PRECONDITION)
        assert (method, answer.code, answer.reason) == (method, code, reason)


def test_a_participation_without_certificate_is_closed_once_the_books_are(
    clerk: Clerk, signed: tuple[str, str, UUID], counter: Counter
) -> None:
    task_id, participation_id, _ = signed
    asked_to_close = participation_requests.close_participation(participation_id)
    denied = clerk.ask(
        "DenyParticipationCertificate", participation_requests.deny_participation_certificate(participation_id), OFFICER
    )
    assert denied.participation.status == PARTICIPATION_STATUS_NOT_CERTIFIED
    answer = told(lambda: counter.ask("CloseParticipation", asked_to_close, OFFICER))
    assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, "CONTRACT_NOT_IN_STEP")
    clerk.ask("TerminateContract", asked.terminate_contract(task_id), LEAD)
    clerk.ask("SettleContract", asked.settle_contract(task_id), SETTLER)
    closed = clerk.ask("CloseParticipation", asked_to_close, OFFICER)
    listing = support_messages.ListParticipationsRequest(task_id=task_id, min_position=closed.recorded.position)
    [row] = counter.ask("ListParticipations", listing, OFFICER).participations
    assert (row.status, closed.participation.status) == (PARTICIPATION_STATUS_CLOSED, PARTICIPATION_STATUS_CLOSED)


def test_the_registry_is_asked_again_before_a_payment(
    clerk: Clerk,
    signed: tuple[str, str, UUID],
    counter: Counter,
    registry_door: StandInRegistry,
) -> None:
    task_id, participation_id, enterprise_id = signed
    counter.ask("RequestMilestoneAcceptance", asked.request_milestone_acceptance(task_id), HOST)
    judge(counter, clerk, task_id, 1, GOOD_POINTS)
    counter.ask("AcceptMilestone", asked.accept_milestone(task_id, participation_id), LEAD)
    counter.ask("ClaimParticipationPayment", participation_requests.claim_participation_payment(participation_id), HOST)
    registry_door.funded.add(enterprise_id)
    answer = told(lambda: counter.ask("PayMilestone", asked.pay_milestone(task_id), PAYER))
    assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, "PAYMENT_CONDITION_UNMET")
    assert "C3: Cùng nội dung đã được hỗ trợ từ: Khuyến công." in answer.sentence
    registry_door.funded.remove(enterprise_id)
    registry_door.silent.add(enterprise_id)
    answer = told(lambda: counter.ask("PayMilestone", asked.pay_milestone(task_id), PAYER))
    assert (answer.code, answer.reason) == (StatusCode.UNAVAILABLE, "NEIGHBOUR_UNAVAILABLE")
    registry_door.silent.remove(enterprise_id)
    clerk.ask("PayMilestone", asked.pay_milestone(task_id), PAYER)
