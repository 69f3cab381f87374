"""The channel of the delivering organisation from the year's estimate to the last instalment of a recovery."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from grpc import StatusCode
from nscl.support.v1 import budget_resources_pb2 as budget_resources
from nscl.support.v1 import budget_service_pb2 as budget_messages
from nscl.support.v1 import contract_resources_pb2 as contract_resources
from nscl.support.v1 import recovery_service_pb2 as recovery_messages
from nscl.support.v1 import support_resources_pb2 as resources
from nscl.support.v1 import support_service_pb2 as messages

from services.shared.event_store import EventLog
from services.shared.wire import date_message, filled
from tests.bad_input import told
from tests.support.api import budget_requests as budget
from tests.support.api import contract_requests as contracts
from tests.support.api import document_requests as documents
from tests.support.api import participation_requests, requests
from tests.support.api.clerk import Clerk, found
from tests.support.api.test_budget_path import on
from tests.support.conftest import Counter
from tests.support.examples import (
    APPRAISER,
    CHAIR,
    GOOD_POINTS,
    HOST,
    LEAD,
    LEADER,
    MEMBER,
    OFFICER,
    PAYER,
    POOR_POINTS,
    REVIEWER,
    SECOND_OFFICER,
    SECRETARY,
    SETTLER,
    STAR_CONSULTING,
    Person,
)
from tests.support.histories import RULES, history_of

DIRECTOR = Person("director", "SKHCN", "programme_lead")
PAST_YEARS = (2021, 2022, 2023)
LAST_DAY = date_message(date(2024, 12, 31))
NEXT_YEAR = date_message(date(2025, 2, 3))


@dataclass(frozen=True)
class Money:
    """A line of 2024 from an approved estimate, and how decisions on it are numbered and signed."""

    line_id: str
    delegation_id: str


@pytest.fixture(scope="module")
def money(clerk: Clerk, plan: tuple[str, str]) -> Money:
    """The year: estimated by rule, cut by Sở Tài chính, approved by UBND; then the register and the delegation."""
    proposed = budget.propose_budget_rules(plan[0], valid_from=date_message(date(2023, 1, 1)))
    rules_id = clerk.ask("ProposeBudgetRules", proposed, OFFICER).budget_rules.budget_rules_id
    clerk.ask("AdoptBudgetRules", budget.adopt_budget_rules(rules_id), LEADER)
    known = budget.stated_years()
    for past, year in zip(known, PAST_YEARS, strict=True):
        past.year = year
    draft = budget.draft_year_estimate(plan[0], year=2024, past_years=known)
    estimate = clerk.ask("DraftYearEstimate", draft, OFFICER).year_estimate
    by_rule, stated = estimate.lines
    assert by_rule.explanation.startswith("4 nhiệm vụ mới × 290.000.000 đồng bình quân")
    appraisals = [
        budget_resources.LineAppraisal(
            budget_line_id=by_rule.budget_line_id, amount_vnd=400_000_000, reason="Theo khả năng ngân sách"
        ),
        budget_resources.LineAppraisal(budget_line_id=stated.budget_line_id, amount_vnd=stated.amount_vnd),
    ]
    appraise = budget.appraise_year_estimate(estimate.year_estimate_id, appraisals=appraisals)
    clerk.ask("AppraiseYearEstimate", appraise, APPRAISER)
    clerk.ask("ApproveYearEstimate", budget.approve_year_estimate(estimate.year_estimate_id), LEADER)
    clerk.ask("OpenDocumentRegister", documents.open_document_register(first_number=1000), LEADER)
    granted = clerk.ask("GrantDelegation", documents.grant_delegation(delegate_id=str(DIRECTOR.id)), LEADER)
    return Money(by_rule.budget_line_id, granted.delegation.delegation_id)


@dataclass(frozen=True)
class Journey:
    """Takes the steps of one task, each by whoever takes it in the city."""

    clerk: Clerk
    plan: tuple[str, str]
    money: Money

    def received(self, enterprise_id: UUID, content_code: str = "TOOL-5S") -> tuple[str, str]:
        """Proposed, listed, called for and applied for: the ids of the task and of its participation."""
        proposed = requests.propose_task(self.money.line_id, self.plan[0], content_codes=["TOOL-5S", "CRT-FOOD"])
        task_id = self.clerk.ask("ProposeTask", proposed, OFFICER).task.task_id
        self.clerk.ask("EnlistTask", requests.enlist_task(task_id), LEAD)
        self.clerk.ask("OpenTaskCall", requests.open_task_call(task_id), OFFICER)
        return task_id, self.applied(task_id, enterprise_id, content_code)

    def applied(self, task_id: str, enterprise_id: UUID, content_code: str = "TOOL-5S") -> str:
        mine = [requests.participation_line(enterprise_id, content_code)]
        submit = requests.submit_task_application(task_id, participations=mine)
        [participation_id] = self.clerk.ask("SubmitTaskApplication", submit, HOST).task.participation_ids
        return str(participation_id)

    def scored(self, enterprise_id: UUID, content_code: str = "TOOL-5S") -> tuple[str, str]:
        """Found complete, screened and scored by a council of which one member has a conflict."""
        task_id, participation_id = self.received(enterprise_id, content_code)
        self.clerk.ask("ValidateTaskApplication", requests.validate_task_application(task_id), SECOND_OFFICER)
        self.clerk.ask("ScreenParticipation", requests.screen_participation(participation_id), OFFICER)
        council_id = self.clerk.ask("AppointCouncil", requests.appoint_council(task_id), LEAD).council.council_id
        self.clerk.ask("RecuseCouncilMember", requests.recuse_council_member(council_id), MEMBER)
        self.concluded(council_id)
        return task_id, participation_id

    def concluded(self, council_id: str, points: Any = GOOD_POINTS) -> None:
        sheet = [filled(resources.Points, given) for given in points]
        for person in (CHAIR, SECRETARY, REVIEWER):
            self.clerk.ask("CastCouncilScore", requests.cast_council_score(council_id, points=sheet), person)
        self.clerk.ask("ConcludeCouncil", requests.conclude_council(council_id), SECRETARY)

    def approval(self, task_id: str) -> messages.ApproveTaskRequest:
        """With the next number of the register, signed by the director for UBND."""
        delegated = {"delegation_id": self.money.delegation_id, "new_document": requests.new_document()}
        request = requests.approve_task(task_id, self.plan[1], **delegated)
        request.basis.document = ""
        return request

    def signed(self, enterprise_id: UUID) -> tuple[str, str]:
        """Decided, committed to in writing, under contract with an advance and two milestones, and at work."""
        task_id, participation_id = self.scored(enterprise_id)
        decided = self.clerk.ask("ApproveTask", self.approval(task_id), DIRECTOR).task
        assert decided.decision.endswith("/QĐ-UBND")
        self.clerk.ask("CommitParticipation", contracts.commit_participation(participation_id), HOST)
        self.clerk.ask("SignContract", contracts.sign_contract(task_id, participation_id), LEAD)
        self.clerk.ask("PayAdvance", contracts.pay_advance(task_id), PAYER)
        self.clerk.ask("ImplementParticipation", requests.implement_participation(participation_id), HOST)
        return task_id, participation_id

    def judged(self, task_id: str, number: int, points: Any = GOOD_POINTS) -> None:
        """The milestone asked for, and judged by a council of its own."""
        where = {"milestone_number": number}
        self.clerk.ask("ReportMilestoneProgress", contracts.report_milestone_progress(task_id, **where), HOST)
        self.clerk.ask("RequestMilestoneAcceptance", contracts.request_milestone_acceptance(task_id, **where), HOST)
        appoint = contracts.appoint_acceptance_council(task_id, **where)
        council_id = self.clerk.ask("AppointAcceptanceCouncil", appoint, LEAD).council.council_id
        self.concluded(council_id, points)

    def paid(self, task_id: str, participation_id: str, number: int) -> contract_resources.Contract:
        """The milestone judged, accepted and paid."""
        self.judged(task_id, number)
        accept = contracts.accept_milestone(task_id, participation_id, milestone_number=number)
        self.clerk.ask("AcceptMilestone", accept, LEAD)
        claim = participation_requests.claim_participation_payment(participation_id, milestone_number=number)
        self.clerk.ask("ClaimParticipationPayment", claim, HOST)
        pay = contracts.pay_milestone(task_id, milestone_number=number)
        contract: contract_resources.Contract = self.clerk.ask("PayMilestone", pay, PAYER).contract
        return contract


@pytest.fixture(scope="module")
def journey(clerk: Clerk, plan: tuple[str, str], money: Money) -> Journey:
    return Journey(clerk, plan, money)


def test_from_the_estimate_of_the_year_to_the_last_instalment(journey: Journey, counter: Counter) -> None:
    clerk, enterprise_id = journey.clerk, uuid4()
    task_id, participation_id = journey.signed(enterprise_id)
    assert journey.paid(task_id, participation_id, 1).advance_cleared_vnd == 4_000_000
    clerk.ask("CertifyParticipation", requests.certify_participation(participation_id), OFFICER)
    paid = journey.paid(task_id, participation_id, 2)
    assert (paid.paid_vnd, paid.advance_cleared_vnd) == (40_000_000, 12_000_000)
    settled = clerk.ask("SettleContract", contracts.settle_contract(task_id), SETTLER).contract
    assert settled.receivable_vnd == 0
    clerk.ask("LiquidateContract", contracts.liquidate_contract(task_id), LEAD)
    archived = clerk.ask("ArchiveContract", contracts.archive_contract(task_id), OFFICER).contract
    assert archived.status == contract_resources.CONTRACT_STATUS_ARCHIVED

    order = contracts.order_recovery(task_id, enterprise_id, finding=found(clerk, task_id))
    ordered = clerk.ask("OrderRecovery", order, LEAD).recovery
    second, _ = journey.scored(enterprise_id, "CRT-FOOD")
    blocked = told(lambda: counter.ask("ApproveTask", journey.approval(second), DIRECTOR))
    assert (blocked.code, blocked.reason) == (StatusCode.FAILED_PRECONDITION, "RECOVERY_UNPAID")
    for amount_vnd in (4_000_000, 6_000_000):
        instalment = contracts.receive_recovery_instalment(ordered.recovery_id, amount_vnd=amount_vnd)
        received = clerk.ask("ReceiveRecoveryInstalment", instalment, PAYER)
    assert received.recovery.status == contract_resources.RECOVERY_STATUS_RECOVERED
    clerk.ask("ApproveTask", journey.approval(second), DIRECTOR)

    asked = budget_messages.ListBudgetLedgerRequest(
        budget_line_id=journey.money.line_id, min_position=received.recorded.position, page_size=200
    )
    mine = [row for row in counter.ask("ListBudgetLedger", asked, OFFICER).entries if row.task_id == task_id]
    kinds = [budget_resources.MovementKind.Name(row.kind).removeprefix("MOVEMENT_KIND_") for row in mine]
    assert kinds[:3] == ["RESERVED", "COMMITTED", "ADVANCED"]
    assert set(kinds[3:]) == {"PAID", "ADVANCE_CLEARED", "RECOVERED"}


class TestOtherWays:
    """The branches of the way, each to where it ends or joins the way again."""

    def test_a_returned_application_is_corrected_in_time(self, journey: Journey) -> None:
        task_id, _ = journey.received(uuid4())
        returned = journey.clerk.ask("ReturnTaskApplication", requests.return_task_application(task_id), OFFICER)
        assert (returned.task.status, returned.task.reason) == (resources.TASK_STATUS_RETURNED, "Thiếu dự toán")
        corrected = requests.resubmit_task_application(task_id, participations=[requests.participation_line(uuid4())])
        journey.clerk.ask("ResubmitTaskApplication", corrected, HOST)
        valid = journey.clerk.ask("ValidateTaskApplication", requests.validate_task_application(task_id), OFFICER)
        assert valid.task.status == resources.TASK_STATUS_VALID

    def test_after_a_rejection_it_is_called_for_again(self, journey: Journey) -> None:
        task_id, _ = journey.received(enterprise_id := uuid4())
        journey.clerk.ask("RejectTaskApplication", requests.reject_task_application(task_id), OFFICER)
        journey.clerk.ask("OpenTaskCall", requests.open_task_call(task_id), OFFICER)
        journey.applied(task_id, enterprise_id)

    def test_a_declined_enterprise_may_apply_elsewhere(self, journey: Journey) -> None:
        task_id, _ = journey.scored(enterprise_id := uuid4())
        decline = requests.decline_task(task_id, new_document=requests.new_document())
        decline.basis.document = ""
        declined = journey.clerk.ask("DeclineTask", decline, LEADER).task
        assert declined.status == resources.TASK_STATUS_DECLINED
        journey.received(enterprise_id)

    def test_a_failed_milestone_is_planned_anew_and_then_accepted(self, journey: Journey) -> None:
        task_id, participation_id = journey.signed(uuid4())
        journey.judged(task_id, 1, POOR_POINTS)
        journey.clerk.ask("FailMilestone", contracts.fail_milestone(task_id), LEAD)
        journey.clerk.ask("AmendContract", contracts.amend_contract(task_id, participation_id), LEAD)
        assert journey.paid(task_id, participation_id, 1).paid_vnd == 15_000_000

    def test_a_case_holds_a_payment_until_another_person_lifts_it(self, journey: Journey, counter: Counter) -> None:
        task_id, participation_id = journey.signed(uuid4())
        journey.clerk.ask("HoldPayments", contracts.hold_payments(task_id), OFFICER)
        held = told(lambda: journey.paid(task_id, participation_id, 1))
        assert (held.code, held.reason) == (StatusCode.FAILED_PRECONDITION, "PAYMENTS_ON_HOLD")
        own = told(lambda: counter.ask("LiftPaymentHold", contracts.lift_payment_hold(task_id), OFFICER))
        assert (own.code, own.reason) == (StatusCode.PERMISSION_DENIED, "ACTED_BEFORE")
        journey.clerk.ask("LiftPaymentHold", contracts.lift_payment_hold(task_id), SECOND_OFFICER)
        journey.clerk.ask("PayMilestone", contracts.pay_milestone(task_id), PAYER)

    def test_a_contract_goes_on_or_ends_and_what_was_advanced_is_owed(self, journey: Journey, counter: Counter) -> None:
        task_id, participation_id = journey.signed(uuid4())
        journey.clerk.ask("SuspendContract", contracts.suspend_contract(task_id), LEAD)
        journey.clerk.ask("ResumeContract", contracts.resume_contract(task_id), LEAD)
        journey.paid(task_id, participation_id, 1)
        ended = journey.clerk.ask("TerminateContract", contracts.terminate_contract(task_id), LEAD).contract
        assert (ended.paid_vnd, ended.receivable_vnd) == (20_000_000, 8_000_000)
        settled = journey.clerk.ask("SettleContract", contracts.settle_contract(task_id), SETTLER)
        assert settled.contract.status == contract_resources.CONTRACT_STATUS_SETTLED
        asked = recovery_messages.ListRecoveriesRequest(task_id=task_id, min_position=settled.recorded.position)
        [owed] = counter.ask("ListRecoveries", asked, OFFICER).recoveries
        assert (owed.debtor_id, owed.outstanding_vnd) == (str(STAR_CONSULTING), 8_000_000)
        repay = contracts.receive_recovery_instalment(owed.recovery_id, amount_vnd=8_000_000)
        journey.clerk.ask("ReceiveRecoveryInstalment", repay, PAYER)


def test_what_a_year_leaves_unpaid_is_carried_over_and_paid_in_the_next(
    clerk: Clerk, plan: tuple[str, str], money: Money, counter: Counter
) -> None:
    lines = []
    for year in (2024, 2025):
        draft = requests.draft_budget_line(plan[0], year=year)
        line_id = clerk.ask("DraftBudgetLine", draft, OFFICER).budget_line.budget_line_id
        clerk.ask("AppraiseBudgetLine", requests.appraise_budget_line(line_id), APPRAISER)
        approve = requests.approve_budget_line(line_id)
        approve.basis.document = "5/NQ-HĐND"
        clerk.ask("ApproveBudgetLine", approve, LEADER)
        lines.append(line_id)
    journey = Journey(clerk, plan, Money(lines[0], money.delegation_id))
    task_id, participation_id = journey.signed(uuid4())
    journey.judged(task_id, 1)
    clerk.ask("AcceptMilestone", contracts.accept_milestone(task_id, participation_id), LEAD)
    clerk.ask("ClaimParticipationPayment", participation_requests.claim_participation_payment(participation_id), HOST)
    closing = on(budget.close_budget_line(lines[0]), LAST_DAY)
    kept = told(lambda: counter.ask("CloseBudgetLine", closing, SETTLER))
    assert (kept.code, kept.reason) == (StatusCode.FAILED_PRECONDITION, "BUDGET_LINE_HOLDS_MONEY")
    carry = on(budget.carry_over_budget_line(*lines), LAST_DAY)
    carry.basis.document = "6/NQ-HĐND"
    clerk.ask("CarryOverBudgetLine", carry, LEADER)
    clerk.ask("PayMilestone", on(contracts.pay_milestone(task_id), NEXT_YEAR), PAYER)
    left = [counter.ask("GetBudgetLine", messages.GetBudgetLineRequest(budget_line_id=each), OFFICER) for each in lines]
    assert [(answer.budget_line.committed_vnd, answer.budget_line.paid_vnd) for answer in left] == [
        (0, 0),
        (12_000_000, 20_000_000),
    ]


@pytest.mark.usefixtures("journey")
def test_all_that_was_done_here_keeps_the_rules_of_every_history(log: EventLog) -> None:
    history = history_of(log)
    for rule in RULES:
        rule(history)
