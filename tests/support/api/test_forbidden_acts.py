"""What the state of affairs forbids, told at the door: status, reason and a sentence, act by act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from grpc import StatusCode
from nscl.support.v1 import inspection_resources_pb2 as inspection_resources
from nscl.support.v1.support_resources_pb2 import Voucher

from services.shared.wire import date_message, filled
from services.support.domain.council import Council
from tests.bad_input import flaws, told
from tests.support.api import budget_requests as budget
from tests.support.api import claim_requests as claims
from tests.support.api import contract_requests as contracts
from tests.support.api import council_requests as councils
from tests.support.api import document_requests as documents
from tests.support.api import grant_call_requests as grant_calls
from tests.support.api import participation_requests as participations
from tests.support.api import priority_requests as priorities
from tests.support.api import requests
from tests.support.api.test_bad_input import METHODS
from tests.support.city import City, call
from tests.support.conftest import Counter
from tests.support.examples import (
    APPRAISER,
    CHAIR,
    HOST,
    LEAD,
    LEADER,
    MEMBERS,
    OFFICER,
    OTHER_HOST,
    PAYER,
    POOR_POINTS,
    REVIEWER,
    RULES,
    STAR_CONSULTING,
    Person,
    wanted,
)

STRANGER = Person("stranger", "SKHCN", "council_member")
CHAIR_ELSEWHERE = Person(CHAIR.name, "STC", "council_member")
YESTERDAY = date_message(date(2024, 6, 27))
SMALL_INVOICE = Voucher(title="Hóa đơn", number="HĐ-7", issued_on=YESTERDAY, amount_vnd=79_999_999)


@dataclass(frozen=True)
class Affairs:
    """Records of a city, each come so far as its name says; the ids of all but the plan."""

    catalogue: str
    norms: str
    drafted_line: str
    line: str
    line_of_2025: str
    open: str
    received: str
    judged: str
    scored: str
    conditional: str
    supplement: str
    below_mark: str
    too_dear: str
    approved: str
    approved_part: str
    committed: str
    committed_part: str
    signed: str
    signed_part: str
    accepted: str
    accepted_part: str
    settled: str
    finding: inspection_resources.FindingReference
    recovery: str
    adjustment: str

    def council(self, task_id: str) -> str:
        """The council that selects for a task."""
        return str(Council.create_id(UUID(task_id)))


@pytest.fixture(scope="module")
def affairs(city: City) -> Affairs:
    catalogue, norms = city.plan()
    line = city.approved_line(2_000_000_000)
    support = city.support
    drafted = support.budget.draft_budget_line(
        call(OFFICER), catalogue_id=catalogue.id, year=2024, source_code="F1", title="Thêm", amount_vnd=1
    ).record
    judged = city.screened_task(line_id=line)
    members = {"task_id": judged.id, "members": MEMBERS, "rules": RULES}
    support.councils.appoint_council(call(LEAD, "30/QĐ-SKHCN"), **members)
    approved = city.approve(city.scored_task(line_id=line))
    committed = city.committed_task(line_id=line)
    signed = city.signed_contract(line_id=line, advance_vnd=2_000_000)
    accepted = city.unclaimed_milestone(city.signed_contract(line_id=line).task_id, 1)
    debtor_id = uuid4()
    settled = city.settled_task(wanted(debtor_id))
    finding = city.found(settled.id, 1_000_000)
    recovery = support.recoveries.order_recovery(
        call(LEAD, "66/QĐ-TH"),
        task_id=settled.id,
        debtor_id=debtor_id,
        amount_vnd=1_000_000,
        due_on=date(2024, 9, 30),
        reason="Chi sai",
        finding=finding,
    ).record
    supplement = support.council_supplements.get_council_supplement(city.demanded_supplement(line))
    return Affairs(
        catalogue=str(catalogue.id),
        norms=str(norms.id),
        drafted_line=str(drafted.id),
        line=str(line),
        line_of_2025=str(city.approved_line(year=2025)),
        open=str(city.open_task(line).id),
        received=str(city.submitted_task(line_id=line).id),
        judged=str(judged.id),
        scored=str(city.scored_task(line_id=line).id),
        conditional=str(supplement.task_id),
        supplement=str(supplement.id),
        below_mark=str(city.scored_task(line_id=line, points=POOR_POINTS).id),
        too_dear=str(city.scored_task(line_id=city.approved_line(1_000_000)).id),
        approved=str(approved.id),
        approved_part=str(approved.participation_ids[0]),
        committed=str(committed.id),
        committed_part=str(committed.participation_ids[0]),
        signed=str(signed.task_id),
        signed_part=str(next(iter(signed.milestone(1).participation_ids))),
        accepted=str(accepted.task_id),
        accepted_part=str(next(iter(accepted.lines))),
        settled=str(settled.id),
        finding=filled(inspection_resources.FindingReference, finding),
        recovery=str(recovery.id),
        adjustment=str(city.adjusted(None, line)),
    )


def lines(count: int) -> list[Any]:
    return [requests.participation_line(uuid4()) for _ in range(count)]


def scores(council_id: str, bend: Callable[[Any], object]) -> Any:
    """A score sheet, bent where it matters."""
    request = requests.cast_council_score(council_id)
    bend(request)
    return request


def on_2025(request: Any) -> Any:
    request.basis.effective_on.CopyFrom(date_message(date(2025, 1, 2)))
    return request


def dear(number: int, participation_id: str) -> Any:
    return contracts.milestone(participation_id, number, 30_000_000)


def much_in_advance(task_id: str, participation_id: str) -> Any:
    request = contracts.sign_contract(task_id, participation_id)
    request.advance.amount_vnd = 30_000_000
    return request


Ask = Callable[[Affairs], Any]
FORBIDDEN: dict[StatusCode, list[tuple[str, str, Person, Ask]]] = {
    StatusCode.FAILED_PRECONDITION: [
        ("NORMS_ALREADY_ADOPTED", "AdoptNorms", LEADER, lambda at: requests.adopt_norms(at.norms)),
        ("BUDGET_LINE_NOT_DRAFTED", "AppraiseBudgetLine", APPRAISER, lambda at: requests.appraise_budget_line(at.line)),
        (
            "BUDGET_LINE_NOT_APPRAISED",
            "ApproveBudgetLine",
            LEADER,
            lambda at: requests.approve_budget_line(at.drafted_line),
        ),
        (
            "BUDGET_LINE_OF_ANOTHER_YEAR",
            "ProposeTask",
            OFFICER,
            lambda at: requests.propose_task(at.line_of_2025, at.catalogue),
        ),
        (
            "QUOTA_EXCEEDED",
            "SubmitTaskApplication",
            HOST,
            lambda at: requests.submit_task_application(at.open, participations=lines(6)),
        ),
        (
            "TASK_NOT_IN_STEP",
            "ScreenParticipation",
            OFFICER,
            lambda at: requests.screen_participation(at.approved_part),
        ),
        (
            "COUNCIL_ALREADY_CONCLUDED",
            "CastCouncilScore",
            CHAIR,
            lambda at: requests.cast_council_score(at.council(at.scored)),
        ),
        ("COUNCIL_LACKS_QUORUM", "ConcludeCouncil", CHAIR, lambda at: requests.conclude_council(at.council(at.judged))),
        (
            "REFUSAL_OF_NO_CANDIDATE",
            "ApproveTask",
            LEADER,
            lambda at: requests.approve_task(at.scored, at.norms, refusals=[requests.refusal()]),
        ),
        ("NORMS_NOT_IN_FORCE", "ApproveTask", LEADER, lambda at: on_2025(requests.approve_task(at.scored, at.norms))),
        (
            "SUPPLEMENT_NOT_CONFIRMED",
            "ApproveTask",
            LEADER,
            lambda at: requests.approve_task(at.conditional, at.norms),
        ),
        ("SUPPLEMENT_NOT_CONFIRMED", "WaitlistTask", LEADER, lambda at: priorities.waitlist_task(at.conditional)),
        (
            "SUPPLEMENT_NOT_IN_STEP",
            "ConfirmCouncilSupplement",
            CHAIR,
            lambda at: councils.confirm_council_supplement(at.supplement),
        ),
        (
            "SUPPLIED_TOO_LATE",
            "SupplyCouncilSupplement",
            HOST,
            lambda at: on_2025(councils.supply_council_supplement(at.supplement)),
        ),
        (
            "NOTHING_TO_MEET_AGAIN_FOR",
            "ReconveneCouncil",
            LEAD,
            lambda at: councils.reconvene_council(at.council(at.scored)),
        ),
        ("TASK_BELOW_PASS_MARK", "ApproveTask", LEADER, lambda at: requests.approve_task(at.below_mark, at.norms)),
        ("BUDGET_LINE_OVERDRAWN", "ApproveTask", LEADER, lambda at: requests.approve_task(at.too_dear, at.norms)),
        (
            "PARTICIPATION_NOT_COMMITTED",
            "SignContract",
            LEAD,
            lambda at: contracts.sign_contract(at.approved, at.approved_part),
        ),
        (
            "CONTRACT_ABOVE_DECISION",
            "SignContract",
            LEAD,
            lambda at: contracts.sign_contract(
                at.committed, at.committed_part, milestones=[dear(n, at.committed_part) for n in (1, 2)]
            ),
        ),
        ("ADVANCE_ABOVE_RULE", "SignContract", LEAD, lambda at: much_in_advance(at.committed, at.committed_part)),
        (
            "CONTRACT_ABOVE_DECISION",
            "AmendContract",
            LEAD,
            lambda at: contracts.amend_contract(
                at.signed, at.signed_part, milestones=[dear(n, at.signed_part) for n in (1, 2)]
            ),
        ),
        (
            "ADVANCE_ABOVE_CONTRACT",
            "PayAdvance",
            PAYER,
            lambda at: contracts.pay_advance(at.signed, amount_vnd=2_000_001),
        ),
        (
            "MILESTONE_NOT_IN_STEP",
            "ClaimParticipationPayment",
            HOST,
            lambda at: participations.claim_participation_payment(at.signed_part),
        ),
        (
            "VOUCHERS_BELOW_COST",
            "ClaimParticipationPayment",
            HOST,
            lambda at: participations.claim_participation_payment(at.accepted_part, vouchers=[SMALL_INVOICE]),
        ),
        ("PAYMENT_NOT_CLAIMED", "PayMilestone", PAYER, lambda at: contracts.pay_milestone(at.accepted)),
        (
            "CONTRACT_NOT_IN_STEP",
            "CloseParticipation",
            OFFICER,
            lambda at: participations.close_participation(at.signed_part),
        ),
        (
            "LAST_OF_CONTRACT",
            "WithdrawParticipation",
            HOST,
            lambda at: grant_calls.withdraw_participation(at.signed_part),
        ),
        (
            "RECOVERY_ABOVE_PAID",
            "OrderRecovery",
            LEAD,
            lambda at: contracts.order_recovery(at.settled, STAR_CONSULTING, finding=at.finding, amount_vnd=10**12),
        ),
        (
            "INSTALMENT_ABOVE_DEBT",
            "ReceiveRecoveryInstalment",
            PAYER,
            lambda at: contracts.receive_recovery_instalment(at.recovery, amount_vnd=1_000_001),
        ),
        ("OVERLAP_NOT_POSSIBLE", "DecideOverlap", LEAD, lambda at: claims.decide_overlap(at.approved_part)),
        (
            "TRANSFER_BETWEEN_YEARS",
            "RequestBudgetAdjustment",
            OFFICER,
            lambda at: budget.request_budget_adjustment(at.line, at.line_of_2025),
        ),
        (
            "ADJUSTMENT_ALREADY_DECIDED",
            "ApproveBudgetAdjustment",
            LEADER,
            lambda at: budget.approve_budget_adjustment(at.adjustment),
        ),
    ],
    StatusCode.INVALID_ARGUMENT: [
        (
            "REASON_FOR_APPRAISAL_MISSING",
            "AppraiseBudgetLine",
            APPRAISER,
            lambda at: requests.appraise_budget_line(at.drafted_line, reason=""),
        ),
        (
            "PARTICIPATION_NAMED_TWICE",
            "SubmitTaskApplication",
            HOST,
            lambda at: requests.submit_task_application(at.open, participations=lines(1) * 2),
        ),
        (
            "PRODUCTS_MISCOUNTED",
            "SubmitTaskApplication",
            HOST,
            lambda at: requests.submit_task_application(
                at.open, participations=[requests.participation_line(unit_keys=["PRODUCT:A", "PRODUCT:B"])]
            ),
        ),
        (
            "DEADLINE_IN_THE_PAST",
            "ReturnTaskApplication",
            OFFICER,
            lambda at: requests.return_task_application(at.received, resubmit_by=YESTERDAY),
        ),
        (
            "SCORE_SHEET_INCOMPLETE",
            "CastCouncilScore",
            CHAIR,
            lambda at: scores(at.council(at.judged), lambda sheet: sheet.points.pop()),
        ),
        (
            "POINTS_OUT_OF_RANGE",
            "CastCouncilScore",
            CHAIR,
            lambda at: scores(at.council(at.judged), lambda sheet: setattr(sheet.points[0], "points", 16)),
        ),
        (
            "CONTRACT_LINES_DIFFER",
            "ContractTask",
            LEAD,
            lambda at: requests.contract_task(at.committed, lines=[requests.contract_line()]),
        ),
        (
            "CONTRACT_ENDS_BEFORE_IT_STARTS",
            "SignContract",
            LEAD,
            lambda at: contracts.sign_contract(at.committed, at.committed_part, ends_on=YESTERDAY),
        ),
        (
            "RECOVERY_DUE_IN_THE_PAST",
            "OrderRecovery",
            LEAD,
            lambda at: contracts.order_recovery(at.settled, STAR_CONSULTING, finding=at.finding, due_on=YESTERDAY),
        ),
        (
            "RECOVERY_WITHOUT_FINDING",
            "OrderRecovery",
            LEAD,
            lambda at: contracts.order_recovery(at.settled, STAR_CONSULTING, finding=None),
        ),
        (
            "ADJUSTMENT_WITHIN_ONE_LINE",
            "RequestBudgetAdjustment",
            OFFICER,
            lambda at: budget.request_budget_adjustment(at.line, at.line),
        ),
        (
            "ADJUSTMENT_OF_NOTHING",
            "RequestBudgetAdjustment",
            OFFICER,
            lambda _: budget.request_budget_adjustment("", ""),
        ),
        (
            "DELEGATED_TO_ONESELF",
            "GrantDelegation",
            LEADER,
            lambda _: documents.grant_delegation(delegate_id=str(LEADER.id)),
        ),
        (
            "DELEGATION_ENDS_BEFORE_IT_STARTS",
            "GrantDelegation",
            LEADER,
            lambda _: documents.grant_delegation(valid_until=date_message(date(2023, 1, 1))),
        ),
    ],
    StatusCode.PERMISSION_DENIED: [
        ("NOT_A_MEMBER", "CastCouncilScore", STRANGER, lambda at: requests.cast_council_score(at.council(at.judged))),
        (
            "MEMBER_OF_ANOTHER_BODY",
            "CastCouncilScore",
            CHAIR_ELSEWHERE,
            lambda at: requests.cast_council_score(at.council(at.judged)),
        ),
        (
            "NOT_THE_HOST",
            "SupplyCouncilSupplement",
            OTHER_HOST,
            lambda at: councils.supply_council_supplement(at.supplement),
        ),
        (
            "NEITHER_CHAIR_NOR_SECRETARY",
            "ConcludeCouncil",
            REVIEWER,
            lambda at: requests.conclude_council(at.council(at.judged)),
        ),
        (
            "NOT_THE_HOST",
            "ImplementParticipation",
            OTHER_HOST,
            lambda at: requests.implement_participation(at.signed_part),
        ),
        (
            "NOT_THE_HOST",
            "ClaimParticipationPayment",
            OTHER_HOST,
            lambda at: participations.claim_participation_payment(at.accepted_part),
        ),
    ],
    StatusCode.ALREADY_EXISTS: [
        ("CATALOGUE_ALREADY_ADOPTED", "AdoptCatalogue", LEADER, lambda _: requests.adopt_catalogue()),
        ("COUNCIL_ALREADY_APPOINTED", "AppointCouncil", LEAD, lambda at: requests.appoint_council(at.judged)),
    ],
}


@pytest.mark.parametrize(
    ("code", "reason", "method", "person", "ask"),
    [pytest.param(code, *row, id=f"{row[1]}-{row[0]}") for code, rows in FORBIDDEN.items() for row in rows],
)
def test_a_forbidden_act_is_refused(
    counter: Counter, affairs: Affairs, code: StatusCode, reason: str, method: str, person: Person, ask: Ask
) -> None:
    answer = told(lambda: counter.ask(method, ask(affairs), person))
    assert (answer.code, answer.reason) == (code, reason)
    assert "{" not in answer.sentence


def test_supports_doors_are_tried_with_three_thousand_bad_inputs() -> None:
    bad_inputs = {str(flaw) for _, good in METHODS.values() for flaw in flaws(good)}
    assert len(bad_inputs) >= 3_000
