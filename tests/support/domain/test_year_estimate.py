"""The estimate of a year is drafted, appraised and approved by three people, and goes back only with a reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from services.shared.record import ActedBefore, DocumentMissing
from services.shared.refusals import Refusal
from services.support.domain.budget_refusals import (
    AppraisalsDiffer,
    EstimateNotInStep,
    NothingToAverage,
    PastYearKnown,
    ReasonForAppraisalMissing,
)
from services.support.domain.budget_rules import BudgetRules
from services.support.domain.year_estimate import (
    Computation,
    EstimateLine,
    FigureOrigin,
    LineAppraisal,
    PastYear,
    YearEstimate,
    averaged_years,
    computed,
)
from tests.given import act, given, happened
from tests.support.domain.test_budget_line import CATALOGUE_OF_134, by
from tests.support.examples import (
    APPRAISER,
    BUDGET_RULES,
    LEADER,
    OFFICER,
    SECOND_OFFICER,
    STATED_YEARS,
    WANTED_AS_STATED,
    WANTED_BY_RULE,
)

RULES = BudgetRules.propose(by(OFFICER.id), CATALOGUE_OF_134, **BUDGET_RULES)
LINE, OTHER_LINE = UUID(int=1), UUID(int=2)
LINES = (
    EstimateLine(LINE, "F1", "Hỗ trợ năng suất", 4, 100, "4 nhiệm vụ mới × 25 đồng bình quân = 100 đồng."),
    EstimateLine(OTHER_LINE, "F2", "Tài trợ", None, 50, "Nêu 50 đồng, căn cứ: Thỏa thuận"),
)
COMPUTATION = Computation(RULES.id, 17, STATED_YEARS, 25)
DRAFTED = happened(
    YearEstimate.Drafted,
    catalogue_id=CATALOGUE_OF_134.id,
    year=2026,
    computation=COMPUTATION,
    lines=LINES,
    act=by(OFFICER.id),
)
APPRAISALS = (LineAppraisal(LINE, 90, "Giảm chi"), LineAppraisal(OTHER_LINE, 50, None))
APPRAISED = happened(YearEstimate.Appraised, appraisals=APPRAISALS, act=by(APPRAISER.id))
RETURNED = happened(YearEstimate.Returned, reason="Chưa rõ căn cứ", act=by(APPRAISER.id))
REDRAFTED = happened(YearEstimate.Redrafted, computation=COMPUTATION, lines=LINES, act=by(SECOND_OFFICER.id))
APPROVED = happened(YearEstimate.Approved, amount_vnd=140, act=by(LEADER.id, "78/QĐ-UBND"))

ACTS: dict[str, tuple[Any, dict[str, Any]]] = {
    "appraise": (by(APPRAISER.id), {"appraisals": APPRAISALS}),
    "return_for_rework": (by(APPRAISER.id), {"reason": "Chưa rõ căn cứ"}),
    "redraft": (by(SECOND_OFFICER.id), {"computation": COMPUTATION, "lines": LINES}),
    "approve": (by(LEADER.id, "78/QĐ-UBND"), {}),
}


@pytest.mark.parametrize(
    ("history", "name", "then"),
    [
        ((DRAFTED,), "appraise", APPRAISED),
        ((DRAFTED,), "return_for_rework", RETURNED),
        ((DRAFTED, APPRAISED), "return_for_rework", RETURNED),
        ((DRAFTED, RETURNED), "redraft", REDRAFTED),
        ((DRAFTED, RETURNED, REDRAFTED), "appraise", APPRAISED),
        ((DRAFTED, APPRAISED), "approve", APPROVED),
    ],
)
def test_it_goes_its_way(history: Any, name: str, then: Any) -> None:
    at, what = ACTS[name]
    given(*history).when(lambda estimate: getattr(estimate, name)(at, **what)).then(then)


@pytest.mark.parametrize(
    ("history", "name", "changes", "refusal"),
    [
        ((DRAFTED, APPRAISED), "appraise", {}, EstimateNotInStep),
        ((DRAFTED,), "redraft", {}, EstimateNotInStep),
        ((DRAFTED,), "approve", {}, EstimateNotInStep),
        ((DRAFTED, APPRAISED, APPROVED), "return_for_rework", {}, EstimateNotInStep),
        ((DRAFTED, APPRAISED, APPROVED), "approve", {}, EstimateNotInStep),
        ((DRAFTED,), "appraise", {"act": by(OFFICER.id)}, ActedBefore),
        ((DRAFTED,), "return_for_rework", {"act": by(OFFICER.id)}, ActedBefore),
        ((DRAFTED, RETURNED, REDRAFTED), "appraise", {"act": by(SECOND_OFFICER.id)}, ActedBefore),
        ((DRAFTED, APPRAISED), "approve", {"act": by(APPRAISER.id, "78/QĐ-UBND")}, ActedBefore),
        ((DRAFTED, APPRAISED), "approve", {"act": by(OFFICER.id, "78/QĐ-UBND")}, ActedBefore),
        ((DRAFTED, APPRAISED), "approve", {"act": by(LEADER.id)}, DocumentMissing),
        ((DRAFTED,), "appraise", {"appraisals": APPRAISALS[:1]}, AppraisalsDiffer),
        ((DRAFTED,), "appraise", {"appraisals": (LineAppraisal(LINE, 99, None), APPRAISALS[1])},
         ReasonForAppraisalMissing),
    ],
)  # fmt: skip
def test_it_is_stopped(history: Any, name: str, changes: dict[str, Any], refusal: type[Refusal]) -> None:
    at, what = ACTS[name]
    changed = {"act": at, **what, **changes}
    given(*history).when(lambda estimate: getattr(estimate, name)(changed.pop("act"), **changed)).refused(refusal)


class TestWhatTheRuleComputes:
    YEARS = averaged_years(2026, RULES, (WANTED_BY_RULE, WANTED_AS_STATED))

    def compute(self, **changes: Any) -> Any:
        known = {"years": self.YEARS, "decided": {}, "stated": STATED_YEARS, "log_position": 17, **changes}
        return computed(CATALOGUE_OF_134, RULES, (WANTED_BY_RULE, WANTED_AS_STATED), **known)

    def test_it_looks_at_the_years_before(self) -> None:
        assert self.YEARS == (2023, 2024, 2025)
        assert averaged_years(2026, RULES, (WANTED_AS_STATED,)) == averaged_years(2026, None, (WANTED_BY_RULE,)) == ()

    def test_the_average_is_that_of_all_new_tasks_rounded_down(self) -> None:
        computation, amounts = self.compute()
        assert computation.average_vnd == (1_000_000_000 + 2_190_000_000) // 11
        assert [each.amount_vnd for each in amounts] == [4 * 290_000_000, 50_000_000]

    def test_the_logs_own_decisions_count_before_what_is_stated(self) -> None:
        decided = PastYear(2024, 6, 2_190_000_000, FigureOrigin.LOG, None)
        computation, _ = self.compute(decided={2024: decided}, stated=(STATED_YEARS[0], STATED_YEARS[2]))
        assert [past.origin for past in computation.past_years] == ["STATED", "LOG", "STATED"]
        given().when(lambda: self.compute(decided={2024: decided})).refused(PastYearKnown, field="past_years[1].year")

    def test_years_without_a_task_have_no_average(self) -> None:
        idle = tuple(PastYear(year, 0, 0, FigureOrigin.STATED, "11/BC") for year in self.YEARS)
        given().when(lambda: self.compute(stated=idle)).refused(NothingToAverage)


def test_the_sentence_shows_every_line() -> None:
    estimate = YearEstimate.draft(
        act(), catalogue_id=CATALOGUE_OF_134.id, year=2026, computation=COMPUTATION, lines=LINES
    )
    [drafted] = estimate.pending_events
    assert drafted.sentence() == (  # type: ignore[attr-defined]  # the library declares the protocol
        "Lập dự toán năm 2026: nguồn F1, “Hỗ trợ năng suất”: 4 nhiệm vụ mới × 25 đồng bình quân = 100 đồng; "
        "nguồn F2, “Tài trợ”: Nêu 50 đồng, căn cứ: Thỏa thuận. Tổng 150 đồng."
    )
