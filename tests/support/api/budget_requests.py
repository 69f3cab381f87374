"""One good request for each method of the year's money; a test bends it where it wants."""

from __future__ import annotations

from datetime import date
from typing import Any

from google.protobuf.message import Message
from nscl.support.v1 import budget_resources_pb2 as resources
from nscl.support.v1 import budget_service_pb2 as messages

from services.shared.wire import date_message, filled
from tests.support.api.requests import SOMETHING, bent, new_document
from tests.support.examples import (
    APPRAISER,
    BUDGET_RULES,
    LEADER,
    OFFICER,
    STATED_YEARS,
    WANTED_AS_STATED,
    WANTED_BY_RULE,
    Person,
)


def propose_budget_rules(catalogue_id: str = SOMETHING, **changes: Any) -> messages.ProposeBudgetRulesRequest:
    good = {
        **BUDGET_RULES,
        "catalogue_id": catalogue_id,
        "valid_from": date_message(BUDGET_RULES["valid_from"]),
        "valid_until": date_message(date(2030, 12, 31)),
        "transfers": [filled(resources.SourcePair, pair) for pair in BUDGET_RULES["transfers"]],
    }
    return bent(messages.ProposeBudgetRulesRequest, good, changes)


def adopt_budget_rules(budget_rules_id: str = SOMETHING, **changes: Any) -> messages.AdoptBudgetRulesRequest:
    return bent(messages.AdoptBudgetRulesRequest, {"budget_rules_id": budget_rules_id}, changes, "9/QĐ-UBND")


def draft_year_estimate(catalogue_id: str = SOMETHING, **changes: Any) -> messages.DraftYearEstimateRequest:
    good = {"catalogue_id": catalogue_id, "year": 2026, "lines": wanted_lines(), "past_years": stated_years()}
    return bent(messages.DraftYearEstimateRequest, good, changes)


def redraft_year_estimate(year_estimate_id: str = SOMETHING, **changes: Any) -> messages.RedraftYearEstimateRequest:
    good = {"year_estimate_id": year_estimate_id, "lines": wanted_lines(), "past_years": stated_years()}
    return bent(messages.RedraftYearEstimateRequest, good, changes)


def wanted_lines() -> list[messages.WantedLine]:
    return [filled(messages.WantedLine, line) for line in (WANTED_BY_RULE, WANTED_AS_STATED)]


def stated_years() -> list[messages.StatedYear]:
    return [filled(messages.StatedYear, past) for past in STATED_YEARS]


def appraise_year_estimate(year_estimate_id: str = SOMETHING, **changes: Any) -> messages.AppraiseYearEstimateRequest:
    line = resources.LineAppraisal(budget_line_id=SOMETHING, amount_vnd=1_000_000_000, reason="Theo khả năng ngân sách")
    return bent(
        messages.AppraiseYearEstimateRequest, {"year_estimate_id": year_estimate_id, "appraisals": [line]}, changes
    )


def return_year_estimate(year_estimate_id: str = SOMETHING, **changes: Any) -> messages.ReturnYearEstimateRequest:
    good = {"year_estimate_id": year_estimate_id, "reason": "Chưa rõ căn cứ"}
    return bent(messages.ReturnYearEstimateRequest, good, changes)


def approve_year_estimate(year_estimate_id: str = SOMETHING, **changes: Any) -> messages.ApproveYearEstimateRequest:
    return bent(messages.ApproveYearEstimateRequest, {"year_estimate_id": year_estimate_id}, changes, "78/QĐ-UBND")


def request_budget_adjustment(
    from_line_id: str = SOMETHING, to_line_id: str = SOMETHING, **changes: Any
) -> messages.RequestBudgetAdjustmentRequest:
    good = {
        "from_line_id": from_line_id,
        "to_line_id": to_line_id,
        "amount_vnd": 30_000_000,
        "reason": "Nhiệm vụ tăng",
    }
    return bent(messages.RequestBudgetAdjustmentRequest, good, changes)


def approve_budget_adjustment(
    budget_adjustment_id: str = SOMETHING, **changes: Any
) -> messages.ApproveBudgetAdjustmentRequest:
    good = {"budget_adjustment_id": budget_adjustment_id}
    return bent(messages.ApproveBudgetAdjustmentRequest, good, changes, "79/QĐ-UBND")


def refuse_budget_adjustment(
    budget_adjustment_id: str = SOMETHING, **changes: Any
) -> messages.RefuseBudgetAdjustmentRequest:
    good = {"budget_adjustment_id": budget_adjustment_id, "reason": "Chưa cần thiết"}
    return bent(messages.RefuseBudgetAdjustmentRequest, good, changes)


def close_budget_line(budget_line_id: str = SOMETHING, **changes: Any) -> messages.CloseBudgetLineRequest:
    return bent(messages.CloseBudgetLineRequest, {"budget_line_id": budget_line_id}, changes, "5/TB-STC")


def carry_over_budget_line(
    budget_line_id: str = SOMETHING, next_budget_line_id: str = SOMETHING, **changes: Any
) -> messages.CarryOverBudgetLineRequest:
    good = {"budget_line_id": budget_line_id, "next_budget_line_id": next_budget_line_id}
    return bent(messages.CarryOverBudgetLineRequest, good, changes, "80/QĐ-UBND")


COMMANDS: dict[str, tuple[Person, Message]] = {
    "ProposeBudgetRules": (OFFICER, propose_budget_rules()),
    "AdoptBudgetRules": (LEADER, adopt_budget_rules()),
    "DraftYearEstimate": (OFFICER, draft_year_estimate()),
    "RedraftYearEstimate": (OFFICER, redraft_year_estimate()),
    "AppraiseYearEstimate": (APPRAISER, appraise_year_estimate()),
    "ReturnYearEstimate": (APPRAISER, return_year_estimate()),
    "ApproveYearEstimate": (LEADER, approve_year_estimate(new_document=new_document())),
    "RequestBudgetAdjustment": (OFFICER, request_budget_adjustment()),
    "ApproveBudgetAdjustment": (LEADER, approve_budget_adjustment(new_document=new_document())),
    "RefuseBudgetAdjustment": (LEADER, refuse_budget_adjustment()),
    "CloseBudgetLine": (APPRAISER, close_budget_line()),
    "CarryOverBudgetLine": (LEADER, carry_over_budget_line()),
}
GETS: dict[str, tuple[Person, Message]] = {
    "GetBudgetRules": (OFFICER, messages.GetBudgetRulesRequest(budget_rules_id=SOMETHING)),
    "GetYearEstimate": (OFFICER, messages.GetYearEstimateRequest(year_estimate_id=SOMETHING)),
    "GetBudgetAdjustment": (OFFICER, messages.GetBudgetAdjustmentRequest(budget_adjustment_id=SOMETHING)),
}
LISTS: dict[str, tuple[Person, Message]] = {
    "ListBudgetLedger": (OFFICER, messages.ListBudgetLedgerRequest()),
    "ListYearEstimates": (OFFICER, messages.ListYearEstimatesRequest()),
}
