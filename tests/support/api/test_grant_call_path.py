"""An enterprise's own way through the doors, from the call to the settled contract, and out again by withdrawal."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

import pytest
from grpc import StatusCode
from nscl.support.v1 import contract_resources_pb2 as contracts
from nscl.support.v1 import grant_call_service_pb2 as messages
from nscl.support.v1 import support_resources_pb2 as resources
from nscl.support.v1 import support_service_pb2 as support_messages

from services.shared.wire import date_message
from tests.bad_input import told
from tests.support.api import contract_requests, participation_requests, requests
from tests.support.api import grant_call_requests as asked
from tests.support.api.clerk import Clerk
from tests.support.examples import (
    CHAIR,
    DAY,
    HOST,
    LEAD,
    LEADER,
    OFFICER,
    OTHER_OWNER,
    OWNER,
    PAYER,
    REVIEWER,
    SECOND_OFFICER,
    SECRETARY,
    SETTLER,
)


@pytest.fixture
def grant_call_id(clerk: Clerk, plan: tuple[str, str], line_id: str) -> str:
    published = clerk.ask("PublishGrantCall", asked.publish_grant_call(plan[0], line_id), LEAD)
    call_id: str = published.grant_call.grant_call_id
    return call_id


def scored(clerk: Clerk, task_id: str, participation_ids: list[str]) -> None:
    """The papers checked, every content screened, the enterprise visited and the application scored."""
    clerk.ask("ValidateTaskApplication", requests.validate_task_application(task_id), SECOND_OFFICER)
    for participation_id in participation_ids:
        clerk.ask("ScreenParticipation", requests.screen_participation(participation_id), OFFICER)
    judge(clerk, requests.appoint_council(task_id), "AppointCouncil", task_id)


def judge(clerk: Clerk, appointment: object, method: str, task_id: str) -> None:
    if method == "AppointCouncil":
        answer = told(lambda: clerk.counter.ask(method, appointment, LEAD))
        assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, "TASK_NOT_SURVEYED")
        clerk.ask("RecordFieldSurvey", asked.record_field_survey(task_id), OFFICER)
    council_id = clerk.ask(method, appointment, LEAD).council.council_id
    for person in (CHAIR, SECRETARY, REVIEWER):
        clerk.ask("CastCouncilScore", requests.cast_council_score(council_id), person)
    clerk.ask("ConcludeCouncil", requests.conclude_council(council_id), SECRETARY)


def test_an_enterprise_is_granted_what_it_applied_for_itself(
    clerk: Clerk, plan: tuple[str, str], grant_call_id: str
) -> None:
    counter, enterprise_id = clerk.counter, uuid4()
    received = clerk.ask("ApplyForGrant", asked.apply_for_grant(grant_call_id, enterprise_id), OWNER).task
    task_id, participation_ids = received.task_id, list(received.participation_ids)
    assert (received.receipt_number, received.grant_call_id) == (1, grant_call_id)
    assert received.host_organisation_id == str(enterprise_id)
    clerk.ask("ReturnTaskApplication", requests.return_task_application(task_id, faults=[asked.FAULT]), OFFICER)
    mine = messages.GetGrantApplicationRequest(task_id=task_id)
    assert counter.ask("GetGrantApplication", mine, OWNER).task.faults == [asked.FAULT]
    answer = told(lambda: counter.ask("GetGrantApplication", mine, OTHER_OWNER))
    assert (answer.code, answer.reason) == (StatusCode.PERMISSION_DENIED, "NOT_THE_HOST")
    clerk.ask("ResubmitGrantApplication", asked.resubmit_grant_application(task_id), OWNER)
    scored(clerk, task_id, participation_ids)
    clerk.ask("ApproveTask", requests.approve_task(task_id, plan[1]), LEADER)
    call = counter.ask("GetGrantCall", messages.GetGrantCallRequest(grant_call_id=grant_call_id), OWNER).grant_call
    assert [(each.content_code, each.grant_count, each.granted_vnd) for each in call.granted] == [
        ("TOOL-5S", 1, 40_000_000),
        ("SYS-ISO9001", 0, 0),
    ]

    [participation_id] = participation_ids
    clerk.ask("CommitParticipation", contract_requests.commit_participation(participation_id), OWNER)
    clerk.ask("SignContract", contract_requests.sign_contract(task_id, participation_id, advance=None), LEAD)
    clerk.ask("ReportMilestoneProgress", contract_requests.report_milestone_progress(task_id), OWNER)
    clerk.ask("ImplementParticipation", requests.implement_participation(participation_id), OWNER)
    for number in (1, 2):
        which = {"milestone_number": number}
        ready = contract_requests.request_milestone_acceptance(task_id, **which)
        clerk.ask("RequestMilestoneAcceptance", ready, OWNER)
        judge(
            clerk, contract_requests.appoint_acceptance_council(task_id, **which), "AppointAcceptanceCouncil", task_id
        )
        accepted = contract_requests.accept_milestone(task_id, participation_id, **which)
        clerk.ask("AcceptMilestone", accepted, LEAD)
        clerk.ask(
            "ClaimParticipationPayment",
            participation_requests.claim_participation_payment(participation_id, **which),
            OWNER,
        )
        clerk.ask("PayMilestone", contract_requests.pay_milestone(task_id, **which), PAYER)
    settled = clerk.ask("SettleContract", contract_requests.settle_contract(task_id), SETTLER)
    assert (settled.contract.status, settled.contract.paid_vnd) == (contracts.CONTRACT_STATUS_SETTLED, 40_000_000)
    task = counter.ask("GetTask", support_messages.GetTaskRequest(task_id=task_id), OFFICER).task
    assert task.status == resources.TASK_STATUS_SETTLED
    listing = support_messages.ListTasksRequest(min_position=settled.recorded.position)
    [row] = [each for each in counter.ask("ListTasks", listing, OFFICER).tasks if each.task_id == task_id]
    assert (row.grant_call_id, row.surveyed_on, row.etag) == (grant_call_id, task.surveyed_on, task.etag)


def test_who_applied_takes_it_back_piece_by_piece(
    clerk: Clerk, plan: tuple[str, str], line_id: str, grant_call_id: str
) -> None:
    counter, enterprise_id = clerk.counter, uuid4()
    both = {
        "contents": [asked.wanted_content(), asked.wanted_content("SYS-ISO9001")],
        "papers": [*asked.PAPERS, resources.Paper(content_code="SYS-ISO9001", item_code="FORM", reference="don.pdf")],
    }
    applied = asked.apply_for_grant(grant_call_id, enterprise_id, **both)
    task = clerk.ask("ApplyForGrant", applied, OWNER).task
    scored(clerk, task.task_id, list(task.participation_ids))
    clerk.ask("ApproveTask", requests.approve_task(task.task_id, plan[1]), LEADER)
    line = support_messages.GetBudgetLineRequest(budget_line_id=line_id)
    reserved_vnd = counter.ask("GetBudgetLine", line, OFFICER).budget_line.reserved_vnd
    five_s, iso = task.participation_ids
    strange = partial(counter.ask, "WithdrawParticipation", asked.withdraw_participation(five_s), OTHER_OWNER)
    answer = told(strange)
    assert (answer.code, answer.reason) == (StatusCode.PERMISSION_DENIED, "NOT_THE_HOST")
    clerk.ask("WithdrawParticipation", asked.withdraw_participation(five_s), OWNER)
    assert counter.ask("GetBudgetLine", line, OFFICER).budget_line.reserved_vnd == reserved_vnd - 40_000_000
    gone = clerk.ask("WithdrawApplication", asked.withdraw_application(task.task_id), OWNER).task
    assert gone.status == resources.TASK_STATUS_WITHDRAWN
    assert counter.ask("GetBudgetLine", line, OFFICER).budget_line.reserved_vnd == reserved_vnd - 80_000_000
    for participation_id in (five_s, iso):
        one = support_messages.GetParticipationRequest(participation_id=participation_id)
        participation = counter.ask("GetParticipation", one, OFFICER).participation
        assert participation.status == resources.PARTICIPATION_STATUS_WITHDRAWN
        claim = support_messages.GetClaimRequest(claim_id=participation.claim_id)
        assert counter.ask("GetClaim", claim, OFFICER).claim.status == resources.CLAIM_STATUS_RELEASED
    counter.ask("ApplyForGrant", asked.apply_for_grant(grant_call_id, enterprise_id, **both), OWNER)


def test_a_host_takes_its_application_back(clerk: Clerk, plan: tuple[str, str], line_id: str) -> None:
    task_id = clerk.ask("ProposeTask", requests.propose_task(line_id, plan[0]), OFFICER).task.task_id
    clerk.ask("EnlistTask", requests.enlist_task(task_id), LEAD)
    clerk.ask("OpenTaskCall", requests.open_task_call(task_id), OFFICER)
    lines = [requests.participation_line(uuid4())]
    clerk.ask("SubmitTaskApplication", requests.submit_task_application(task_id, participations=lines), HOST)
    clerk.ask("WithdrawApplication", asked.withdraw_application(task_id), HOST)
    answer = told(partial(clerk.counter.ask, "OpenTaskCall", requests.open_task_call(task_id), OFFICER))
    assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, "TASK_NOT_IN_STEP")
    assert "đã rút hồ sơ" in answer.sentence


def test_what_does_not_fit_the_call_is_refused_with_its_reason(clerk: Clerk, grant_call_id: str) -> None:
    counter, enterprise_id = clerk.counter, uuid4()
    apply = partial(asked.apply_for_grant, grant_call_id)
    counter.ask("ApplyForGrant", apply(enterprise_id), OWNER)
    late = apply(uuid4())
    late.basis.effective_on.CopyFrom(date_message(DAY.replace(month=7)))
    for request, reason, sentence in (
        (apply(enterprise_id), "ENTERPRISE_APPLIED_BEFORE", "đã nộp hồ sơ về nội dung TOOL-5S"),
        (apply(uuid4(), contents=[asked.wanted_content()] * 2), "CONTENTS_MISSING", "mỗi nội dung một lần"),
        (apply(uuid4(), contents=[asked.wanted_content("CRT-FOOD")]), "CONTENT_OUTSIDE_GRANT_CALL", "CRT-FOOD"),
        (apply(uuid4(), papers=asked.PAPERS[:1]), "CHECKLIST_INCOMPLETE", "còn thiếu: Dự toán chi phí"),
        (apply(uuid4(), papers=asked.PAPERS + asked.PAPERS[:1]), "PAPER_NOT_ON_CHECKLIST", "FORM"),
        (late, "OUTSIDE_CALL_WINDOW", "từ 01/06/2024 đến 30/06/2024"),
    ):
        answer = told(partial(counter.ask, "ApplyForGrant", request, OWNER))
        assert answer.reason == reason
        assert sentence in answer.sentence


def test_a_call_is_made_longer_listed_and_cancelled(clerk: Clerk, grant_call_id: str) -> None:
    extended = clerk.ask("ExtendGrantCall", asked.extend_grant_call(grant_call_id), LEAD)
    open_then = {"open_on": extended.grant_call.closes_on, "year": 2024}

    def listed(position: int) -> list[str]:
        request = messages.ListGrantCallsRequest(**open_then, min_position=position)
        return [call.grant_call_id for call in clerk.counter.ask("ListGrantCalls", request, OWNER).grant_calls]

    assert grant_call_id in listed(extended.recorded.position)
    cancelled = clerk.ask("CancelGrantCall", asked.cancel_grant_call(grant_call_id), LEAD)
    assert grant_call_id not in listed(cancelled.recorded.position)
    answer = told(partial(clerk.counter.ask, "ApplyForGrant", asked.apply_for_grant(grant_call_id), OWNER))
    assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, "GRANT_CALL_CANCELLED")
    assert "42/TB-SKHCN" in answer.sentence
