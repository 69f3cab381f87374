"""Money moves between approved lines by two persons' acts, within its year and, without a rule, its source."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from services.shared.record import ActedBefore, DocumentMissing
from services.shared.refusals import Refusal
from services.support.domain.budget_adjustment import BudgetAdjustment, BudgetAdjustmentStatus
from services.support.domain.budget_line import BudgetLine
from services.support.domain.budget_refusals import (
    AdjustmentAlreadyDecided,
    AdjustmentOfNothing,
    AdjustmentWithinOneLine,
    BudgetLineClosed,
    BudgetLineNotApproved,
    BudgetLineOverdrawn,
    BudgetRulesAlreadyAdopted,
    BudgetRulesEndBeforeTheyStart,
    TransferBetweenSources,
    TransferBetweenYears,
)
from services.support.domain.budget_rules import BudgetRules
from services.support.domain.catalogue import SourceUnknown
from tests.given import act, given, happened
from tests.support.domain.test_budget_line import APPRAISED, APPROVED, CATALOGUE_OF_134, DRAFTED, LINE, RESERVED, by
from tests.support.examples import BUDGET_RULES, LEADER, OFFICER


def line(**changes: Any) -> BudgetLine:
    """An approved line of 90 đồng."""
    record: BudgetLine = given(happened(BudgetLine.Drafted, **{**LINE, **changes}), APPRAISED, APPROVED).record()
    return record


FIRST, SECOND = line(), line()
SPONSORED = line(source_code="F2")
RULES = BudgetRules.propose(by(OFFICER.id), CATALOGUE_OF_134, **BUDGET_RULES)


def requested(from_line: BudgetLine | None, to_line: BudgetLine | None, **changes: Any) -> BudgetAdjustment:
    asked = {"rules": None, "amount_vnd": 30, "reason": "Nhiệm vụ tăng", **changes}
    return BudgetAdjustment.request(by(OFFICER.id), from_line=from_line, to_line=to_line, **asked)


REQUESTED = happened(
    BudgetAdjustment.Requested,
    from_line_id=FIRST.id,
    to_line_id=SECOND.id,
    amount_vnd=30,
    reason="Nhiệm vụ tăng",
    act=by(OFFICER.id),
)


def test_a_transfer_is_asked_for() -> None:
    given().when(lambda: requested(FIRST, SECOND)).then(REQUESTED)


@pytest.mark.parametrize(
    ("sides", "changes", "refusal"),
    [
        ((None, None), {}, AdjustmentOfNothing),
        ((FIRST, FIRST), {}, AdjustmentWithinOneLine),
        ((FIRST, line(year=2025)), {}, TransferBetweenYears),
        ((FIRST, line(catalogue_id=UUID(int=3))), {}, TransferBetweenYears),
        ((FIRST, SPONSORED), {}, TransferBetweenSources),
        ((FIRST, SPONSORED), {"rules": RULES}, TransferBetweenSources),
        ((FIRST, SECOND), {"amount_vnd": 91}, BudgetLineOverdrawn),
        ((given(DRAFTED, APPRAISED, APPROVED, RESERVED).record(), None), {"amount_vnd": 31}, BudgetLineOverdrawn),
        ((given(DRAFTED).record(), None), {}, BudgetLineNotApproved),
        ((None, given(DRAFTED, APPRAISED).record()), {}, BudgetLineNotApproved),
        ((None, given(DRAFTED, APPRAISED, APPROVED, happened(BudgetLine.Closed, lapsed_vnd=90)).record()), {},
         BudgetLineClosed),
    ],
)  # fmt: skip
def test_money_does_not_move_freely(sides: Any, changes: dict[str, Any], refusal: type[Refusal]) -> None:
    given().when(lambda: requested(*sides, **changes)).refused(refusal)


def test_a_rule_lets_money_of_one_source_go_to_another() -> None:
    assert requested(SPONSORED, FIRST, rules=RULES).status is BudgetAdjustmentStatus.REQUESTED


@pytest.mark.parametrize(
    ("sides", "left_vnd"), [((True, True), (60, 120)), ((True, False), (60, 90)), ((False, True), (90, 120))]
)
def test_its_approval_moves_the_money(sides: tuple[bool, bool], left_vnd: tuple[int, int]) -> None:
    lines = line(), line()
    chosen = [each if wanted else None for each, wanted in zip(lines, sides, strict=True)]
    adjustment = requested(*chosen)
    adjustment.approve(by(LEADER.id, "79/QĐ-UBND"), *chosen)
    assert (lines[0].available_vnd, lines[1].available_vnd) == left_vnd
    assert (adjustment.status, adjustment.document) == (BudgetAdjustmentStatus.APPROVED, "79/QĐ-UBND")


def test_what_was_reserved_meanwhile_is_not_transferred() -> None:
    first, second = line(), line()
    adjustment = requested(first, second)
    first.reserve(act(), task_id=UUID(int=7), amount_vnd=61)
    with pytest.raises(BudgetLineOverdrawn):
        adjustment.approve(by(LEADER.id, "79/QĐ-UBND"), first, second)


@pytest.mark.parametrize(
    ("history", "at", "refusal"),
    [
        ((REQUESTED,), by(LEADER.id), DocumentMissing),
        ((REQUESTED,), by(OFFICER.id, "79/QĐ-UBND"), ActedBefore),
        ((REQUESTED, happened(BudgetAdjustment.Approved)), by(LEADER.id, "79/QĐ-UBND"), AdjustmentAlreadyDecided),
        ((REQUESTED, happened(BudgetAdjustment.Refused, reason="x")), by(LEADER.id, "79/QĐ-UBND"),
         AdjustmentAlreadyDecided),
    ],
)  # fmt: skip
def test_another_person_approves_once_by_a_document(history: Any, at: Any, refusal: type[Refusal]) -> None:
    given(*history).when(lambda adjustment: adjustment.approve(at, FIRST, SECOND)).refused(refusal)


def test_another_person_refuses_with_a_reason() -> None:
    refused = happened(BudgetAdjustment.Refused, reason="Chưa cần thiết")
    given(REQUESTED).when(lambda each: each.refuse(by(LEADER.id), reason="Chưa cần thiết")).then(refused)
    given(REQUESTED).when(lambda each: each.refuse(by(OFFICER.id), reason="x")).refused(ActedBefore)
    given(REQUESTED, refused).when(lambda each: each.refuse(by(LEADER.id), reason="x")).refused(
        AdjustmentAlreadyDecided
    )


class TestRules:
    PROPOSED = happened(
        BudgetRules.Proposed, **{**BUDGET_RULES, "catalogue_id": CATALOGUE_OF_134.id}, act=by(OFFICER.id)
    )
    ADOPTED = happened(BudgetRules.Adopted, act=by(LEADER.id, "9/QĐ-UBND"))

    @pytest.mark.parametrize(
        ("changes", "refusal", "field"),
        [
            ({"valid_until": BUDGET_RULES["valid_from"].replace(day=1)}, BudgetRulesEndBeforeTheyStart, "valid_until"),
            ({"averaged_source_codes": ("F1", "F9")}, SourceUnknown, "averaged_source_codes[1]"),
        ],
    )
    def test_they_fit_their_catalogue(self, changes: dict[str, Any], refusal: type[Refusal], field: str) -> None:
        wanted = {**BUDGET_RULES, **changes}
        given().when(lambda: BudgetRules.propose(by(OFFICER.id), CATALOGUE_OF_134, **wanted)).refused(
            refusal, field=field
        )

    def test_another_person_adopts_them_once_by_a_document(self) -> None:
        proposed = given(self.PROPOSED)
        proposed.when(lambda rules: rules.adopt(by(LEADER.id, "9/QĐ-UBND"))).then(self.ADOPTED)
        proposed.when(lambda rules: rules.adopt(by(LEADER.id))).refused(DocumentMissing)
        proposed.when(lambda rules: rules.adopt(by(OFFICER.id, "9/QĐ-UBND"))).refused(ActedBefore)
        given(self.PROPOSED, self.ADOPTED).when(lambda rules: rules.adopt(by(LEADER.id, "x"))).refused(
            BudgetRulesAlreadyAdopted
        )

    def test_they_are_in_force_from_their_first_day_once_adopted(self) -> None:
        first_day = BUDGET_RULES["valid_from"]
        rules = given(self.PROPOSED, self.ADOPTED).record()
        assert [rules.are_in_force(day) for day in (first_day, first_day.replace(day=13))] == [True, False]
        assert not given(self.PROPOSED).record().are_in_force(first_day)
