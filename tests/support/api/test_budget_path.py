"""The year's money through the door: estimated by the rules, returned, approved, adjusted, spent and closed."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from google.type.date_pb2 import Date
from grpc import StatusCode
from nscl.support.v1 import budget_resources_pb2 as resources
from nscl.support.v1 import budget_service_pb2 as messages
from nscl.support.v1 import support_resources_pb2
from nscl.support.v1 import support_service_pb2 as support

from services.shared.wire import date_message
from tests.bad_input import told
from tests.support.api import budget_requests as budget
from tests.support.api import requests
from tests.support.api.clerk import Clerk
from tests.support.conftest import Counter
from tests.support.examples import APPRAISER, LEADER, OFFICER, SECOND_OFFICER, SETTLER

AFTER_THE_RULE = date_message(date(2025, 11, 3))
AVERAGE_VND = 3_190_000_000 // 11


@pytest.fixture(scope="module")
def clerk(counter: Counter) -> Clerk:
    return Clerk(counter)


@pytest.fixture(scope="module")
def catalogue_id(clerk: Clerk) -> str:
    """A catalogue with rules of the budget in force from 14/10/2025."""
    adopted: str = clerk.ask("AdoptCatalogue", requests.adopt_catalogue(), LEADER).catalogue.catalogue_id
    proposed = clerk.ask("ProposeBudgetRules", budget.propose_budget_rules(adopted), OFFICER).budget_rules
    clerk.ask("AdoptBudgetRules", budget.adopt_budget_rules(proposed.budget_rules_id), LEADER)
    return adopted


def on(request: Any, day: Date) -> Any:
    request.basis.effective_on.CopyFrom(day)
    return request


def appraisals(estimate: resources.YearEstimate, cut_vnd: int = 0) -> list[resources.LineAppraisal]:
    """Every line as it was asked for, the first cut for a reason."""
    first, *rest = estimate.lines
    cut = resources.LineAppraisal(
        budget_line_id=first.budget_line_id,
        amount_vnd=first.amount_vnd - cut_vnd,
        reason="Theo khả năng" * bool(cut_vnd),
    )
    return [
        cut,
        *(resources.LineAppraisal(budget_line_id=each.budget_line_id, amount_vnd=each.amount_vnd) for each in rest),
    ]


def approved_line(clerk: Clerk, catalogue_id: str, **changes: Any) -> str:
    line: str = clerk.ask(
        "DraftBudgetLine", requests.draft_budget_line(catalogue_id, **changes), OFFICER
    ).budget_line.budget_line_id
    clerk.ask("AppraiseBudgetLine", requests.appraise_budget_line(line), APPRAISER)
    clerk.ask("ApproveBudgetLine", requests.approve_budget_line(line), LEADER)
    return line


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"lines": [*budget.wanted_lines(), messages.WantedLine(source_code="F9", title="x", amount_vnd=1, basis="x")]},
         "SOURCE_UNKNOWN", "lines[2].source_code"),
        ({"lines": [messages.WantedLine(source_code="F1", title="x")]},
         "PLANNED_TASKS_MISSING", "lines[0].planned_task_count"),
        ({"lines": [messages.WantedLine(source_code="F1", title="x", planned_task_count=1, amount_vnd=1)]},
         "AMOUNT_COMPUTED_BY_RULE", "lines[0].amount_vnd"),
        ({"lines": [*budget.wanted_lines(), messages.WantedLine(source_code="F2", title="x", basis="x")]},
         "AMOUNT_MISSING", "lines[2].amount_vnd"),
        ({"lines": [*budget.wanted_lines(), messages.WantedLine(source_code="F2", title="x", amount_vnd=1)]},
         "AMOUNT_WITHOUT_BASIS", "lines[2].basis"),
        ({"past_years": budget.stated_years()[:2]}, "PAST_YEAR_MISSING", "past_years"),
        ({"past_years": [*budget.stated_years(), *budget.stated_years()]},
         "PAST_YEAR_NOT_AVERAGED", "past_years[3].year"),
        ({"year": 2031}, "PAST_YEAR_NOT_AVERAGED", "past_years[0].year"),
    ],
)  # fmt: skip
def test_what_the_rule_needs_is_said_by_its_field(
    clerk: Clerk, catalogue_id: str, changes: dict[str, Any], reason: str, field: str
) -> None:
    draft = on(budget.draft_year_estimate(catalogue_id, **changes), AFTER_THE_RULE)
    answer = told(lambda: clerk.counter.ask("DraftYearEstimate", draft, OFFICER))
    assert (answer.code, answer.reason, answer.fields) == (StatusCode.INVALID_ARGUMENT, reason, {field})


def test_an_estimate_is_computed_returned_drafted_again_appraised_and_approved(clerk: Clerk, catalogue_id: str) -> None:
    draft = on(budget.draft_year_estimate(catalogue_id), AFTER_THE_RULE)
    drafted = clerk.ask("DraftYearEstimate", draft, OFFICER).year_estimate
    assert drafted.computation.average_vnd == AVERAGE_VND
    assert [past.origin for past in drafted.computation.past_years] == [resources.FIGURE_ORIGIN_STATED] * 3
    assert [line.amount_vnd for line in drafted.lines] == [4 * AVERAGE_VND, 50_000_000]
    assert drafted.lines[0].explanation.startswith("4 nhiệm vụ mới × 290.000.000 đồng bình quân = 1.160.000.000 đồng")
    estimate_id = drafted.year_estimate_id
    again = told(
        lambda: clerk.counter.ask(
            "DraftYearEstimate", on(budget.draft_year_estimate(catalogue_id), AFTER_THE_RULE), OFFICER
        )
    )
    assert (again.code, again.reason) == (StatusCode.ALREADY_EXISTS, "ESTIMATE_ALREADY_DRAFTED")

    clerk.ask("ReturnYearEstimate", budget.return_year_estimate(estimate_id), APPRAISER)
    gone = support.GetBudgetLineRequest(budget_line_id=drafted.lines[0].budget_line_id)
    withdrawn = clerk.counter.ask("GetBudgetLine", gone, OFFICER).budget_line
    assert withdrawn.status == support_resources_pb2.BUDGET_LINE_STATUS_WITHDRAWN
    redrafted = clerk.ask(
        "RedraftYearEstimate", on(budget.redraft_year_estimate(estimate_id), AFTER_THE_RULE), SECOND_OFFICER
    ).year_estimate
    assert not {line.budget_line_id for line in drafted.lines} & {line.budget_line_id for line in redrafted.lines}

    alone = redrafted.lines[0].budget_line_id
    held = told(lambda: clerk.counter.ask("AppraiseBudgetLine", requests.appraise_budget_line(alone), APPRAISER))
    assert (held.code, held.reason) == (StatusCode.FAILED_PRECONDITION, "BUDGET_LINE_HELD_BY_ESTIMATE")
    appraisal = budget.appraise_year_estimate(estimate_id, appraisals=appraisals(redrafted, cut_vnd=160_000_000))
    clerk.ask("AppraiseYearEstimate", appraisal, APPRAISER)
    approved = clerk.ask("ApproveYearEstimate", budget.approve_year_estimate(estimate_id), LEADER)
    assert approved.year_estimate.document == "78/QĐ-UBND"
    shown = support.ListBudgetLinesRequest(year=2026, min_position=approved.recorded.position)
    lines = clerk.counter.ask("ListBudgetLines", shown, OFFICER).budget_lines
    assert [line.available_vnd for line in lines if line.estimate_id == estimate_id] == [
        50_000_000,
        1_000_000_000,
        0,
        0,
    ]


def test_before_the_rule_amounts_are_stated_with_their_basis(clerk: Clerk, catalogue_id: str) -> None:
    stated = [messages.WantedLine(source_code="F1", title="Hỗ trợ", amount_vnd=10**9, basis="Tờ trình 5/TTr-SKHCN")]
    draft = budget.draft_year_estimate(catalogue_id, year=2025, lines=stated, past_years=[])
    estimate = clerk.ask("DraftYearEstimate", draft, OFFICER).year_estimate
    assert (estimate.computation.rules_id, estimate.lines[0].amount_vnd) == ("", 10**9)
    got = messages.GetYearEstimateRequest(year_estimate_id=estimate.year_estimate_id)
    assert clerk.counter.ask("GetYearEstimate", got, OFFICER).year_estimate == estimate
    back = clerk.ask("ReturnYearEstimate", budget.return_year_estimate(estimate.year_estimate_id), APPRAISER)
    listing = messages.ListYearEstimatesRequest(year=2025, min_position=back.recorded.position)
    [row] = clerk.counter.ask("ListYearEstimates", listing, OFFICER).year_estimates
    assert (row.year_estimate_id, row.status, row.reason, row.etag) == (
        estimate.year_estimate_id,
        back.year_estimate.status,
        back.year_estimate.reason,
        back.year_estimate.etag,
    )


def test_money_is_transferred_supplemented_and_cut_and_the_ledger_tells_each(clerk: Clerk, catalogue_id: str) -> None:
    first, second = (approved_line(clerk, catalogue_id, year=2029) for _ in range(2))
    for sides, amount_vnd in (((first, second), 30_000_000), (("", first), 5_000_000), ((second, ""), 1_000_000)):
        asked = budget.request_budget_adjustment(*sides, amount_vnd=amount_vnd)
        adjustment = clerk.ask("RequestBudgetAdjustment", asked, OFFICER).budget_adjustment
        approve = budget.approve_budget_adjustment(adjustment.budget_adjustment_id)
        approved = clerk.ask("ApproveBudgetAdjustment", approve, LEADER)
        assert approved.budget_adjustment.status == resources.BUDGET_ADJUSTMENT_STATUS_APPROVED
    asked = budget.request_budget_adjustment(first, second)
    adjustment = clerk.ask("RequestBudgetAdjustment", asked, OFFICER).budget_adjustment
    refuse = budget.refuse_budget_adjustment(adjustment.budget_adjustment_id)
    refused = clerk.ask("RefuseBudgetAdjustment", refuse, LEADER)
    got = messages.GetBudgetAdjustmentRequest(budget_adjustment_id=adjustment.budget_adjustment_id)
    assert clerk.counter.ask("GetBudgetAdjustment", got, OFFICER).budget_adjustment == refused.budget_adjustment

    listed = messages.ListBudgetLedgerRequest(year=2029, min_position=refused.recorded.position)
    entries = clerk.counter.ask("ListBudgetLedger", listed, OFFICER).entries
    kinds = [resources.MovementKind.Name(entry.kind).removeprefix("MOVEMENT_KIND_") for entry in entries]
    assert kinds == ["ALLOCATED", "ALLOCATED", "TRANSFERRED_OUT", "TRANSFERRED_IN", "SUPPLEMENTED", "CUT"]
    assert [entry.allocated_vnd // 1_000_000 for entry in entries] == [450, 450, 420, 480, 425, 479]
    assert entries[2].other_line_id == second
    one = messages.ListBudgetLedgerRequest(budget_line_id=first, page_size=2, min_position=refused.recorded.position)
    page = clerk.counter.ask("ListBudgetLedger", one, OFFICER)
    one.page_token = page.next_page_token
    rest = clerk.counter.ask("ListBudgetLedger", one, OFFICER).entries
    assert [entry.available_vnd // 1_000_000 for entry in (*page.entries, *rest)] == [450, 420, 425]


def test_a_line_is_closed_when_its_year_is_over(clerk: Clerk, catalogue_id: str) -> None:
    line = approved_line(clerk, catalogue_id)
    early = told(lambda: clerk.counter.ask("CloseBudgetLine", budget.close_budget_line(line), SETTLER))
    assert (early.code, early.reason) == (StatusCode.FAILED_PRECONDITION, "BUDGET_YEAR_NOT_OVER")
    over = date_message(date(2024, 12, 31))
    closed = clerk.ask("CloseBudgetLine", on(budget.close_budget_line(line), over), SETTLER).budget_line
    assert (closed.status, closed.allocated_vnd) == (support_resources_pb2.BUDGET_LINE_STATUS_CLOSED, 0)
    late = told(
        lambda: clerk.counter.ask("RequestBudgetAdjustment", budget.request_budget_adjustment("", line), OFFICER)
    )
    assert (late.code, late.reason) == (StatusCode.FAILED_PRECONDITION, "BUDGET_LINE_CLOSED")


def test_rules_follow_one_another(clerk: Clerk, catalogue_id: str) -> None:
    skipped = budget.propose_budget_rules(catalogue_id, rules_version=3, request_id=str(uuid4()))
    answer = told(lambda: clerk.counter.ask("ProposeBudgetRules", skipped, OFFICER))
    assert (answer.code, answer.reason) == (StatusCode.ABORTED, "BUDGET_RULES_VERSION_TAKEN")
    rules_id = clerk.ask(
        "ProposeBudgetRules", budget.propose_budget_rules(catalogue_id, rules_version=2), OFFICER
    ).budget_rules.budget_rules_id
    own = budget.adopt_budget_rules(rules_id)
    answer = told(lambda: clerk.counter.ask("AdoptBudgetRules", own, OFFICER))
    assert answer.reason == "CAPACITY_NOT_PERMITTED"
    got = clerk.counter.ask("GetBudgetRules", messages.GetBudgetRulesRequest(budget_rules_id=rules_id), OFFICER)
    assert (got.budget_rules.rules_version, got.budget_rules.document) == (2, "")
