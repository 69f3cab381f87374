from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.reporting.domain.indicators import IndicatorUnit
from services.reporting.domain.plan import (
    IndicatorNotCounted,
    IndicatorUnitContradictsCounting,
    NamedTwice,
    Plan,
    PlanHoldsBeforeIssue,
    PlanNumberMissing,
    Target,
    TargetsOutOfOrder,
)
from services.shared.record import Act
from services.shared.refusals import Invalid
from tests.given import act, given, happened
from tests.reporting.examples import ATTENDANCES, NUMBER, PLAN, indicator

IN_FORCE = act(document=NUMBER, effective_on=date(2021, 6, 30))
ADOPTED = happened(Plan.Adopted, number=NUMBER, **PLAN)


def adopting(by: Act = IN_FORCE, **changes: Any) -> Callable[[], Plan]:
    """The act of adopting the example plan, changed where the test says so."""
    return lambda: Plan.adopt(by, **{**PLAN, **changes})


class TestBeforeAdoption:
    def test_a_plan_is_adopted_under_an_id_found_again_by_its_number(self) -> None:
        plan = given().when(adopting()).then(ADOPTED)
        assert plan.id == Plan.create_id(NUMBER) != Plan.create_id("135/KH-UBND")

    def test_a_plan_keeps_every_word_and_figure(self) -> None:
        plan = given().when(adopting()).then(ADOPTED)
        assert {name: getattr(plan, name) for name in PLAN} == PLAN
        assert plan.effective_on == date(2021, 6, 30)

    def test_a_plan_may_hold_from_a_day_after_it_was_signed(self) -> None:
        plan = given().when(adopting(act(document=NUMBER, effective_on=date(2021, 7, 15)))).then(ADOPTED)
        assert plan.effective_on == date(2021, 7, 15)

    def test_the_sentence_tells_issuer_number_day_and_size(self) -> None:
        plan = given().when(adopting()).then(ADOPTED)
        assert plan.pending_events[0].sentence() == (
            "UBND ban hành Kế hoạch số 134/KH-UBND ngày 30/06/2021: 2 nhiệm vụ, 2 chỉ tiêu."
        )

    def test_no_plan_without_a_number(self) -> None:
        given().when(adopting(act())).refused(PlanNumberMissing, field="basis.document")

    def test_no_plan_holds_before_it_was_signed(self) -> None:
        eve = act(document=NUMBER, effective_on=date(2021, 6, 29))
        given().when(adopting(eve)).refused(PlanHoldsBeforeIssue, field="basis.effective_on")

    @pytest.mark.parametrize(
        ("field", "part"), [("objectives", "code"), ("tasks", "code"), ("indicators", "code"), ("body_roles", "body")]
    )
    def test_nothing_is_named_twice(self, field: str, part: str) -> None:
        doubled = (*PLAN[field], PLAN[field][0])
        given().when(adopting(**{field: doubled})).refused(NamedTwice, field=f"{field}[{len(doubled) - 1}].{part}")

    @pytest.mark.parametrize(
        ("changed", "refusal", "field"),
        [
            (indicator("K7"), IndicatorNotCounted, "code"),
            (indicator(unit=IndicatorUnit.PRODUCT_GROUPS), IndicatorUnitContradictsCounting, "unit"),
            (indicator(targets=indicator().targets[::-1]), TargetsOutOfOrder, "targets"),
            (indicator(targets=(indicator().targets[0],) * 2), TargetsOutOfOrder, "targets"),
        ],
    )
    def test_every_indicator_can_be_counted(self, changed: Any, refusal: type[Invalid], field: str) -> None:
        given().when(adopting(indicators=(ATTENDANCES, changed))).refused(refusal, field=f"indicators[1].{field}")

    def test_two_horizons_may_mean_their_figures_differently(self) -> None:
        supported = indicator()
        assert supported.targets[0].qualifier is not supported.targets[1].qualifier
        later = replace(supported, targets=(*supported.targets, Target(2035, supported.targets[0].qualifier, 150)))
        given().when(adopting(indicators=(later,))).then(
            happened(Plan.Adopted, number=NUMBER, **{**PLAN, "indicators": (later,)})
        )
