"""A tally adds up what a year has granted under a limit, and lets nobody past it."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st

from services.support.domain.grant_tally import GrantTally, YearlyLimitReached
from services.support.domain.norm_terms import Computation, LimitScope, YearlyLimit
from tests.given import act, given, happened
from tests.support.examples import LOTUS_MILL

OPENED = happened(
    GrantTally.Opened, norms_code="SAMPLE-2024", limit_code="SYSTEMS", year=2024, enterprise_id=LOTUS_MILL
)
GRANT = UUID("11111111-2222-4333-8444-555555555555")


def counted(amount_vnd: int, granted_vnd: int, grant_count: int) -> object:
    return happened(
        GrantTally.Counted,
        participation_id=GRANT,
        amount_vnd=amount_vnd,
        granted_vnd=granted_vnd,
        grant_count=grant_count,
    )


def limit(most_vnd: int | None, most_grants: int | None) -> YearlyLimit:
    return YearlyLimit("SYSTEMS", LimitScope.ENTERPRISE, ("TOOL-5S",), most_vnd, most_grants)


def test_a_grant_is_counted() -> None:
    first = (
        given(OPENED)
        .when(lambda tally: tally.count(act(), participation_id=GRANT, amount_vnd=30))
        .then(counted(30, 30, 1))
    )
    assert (first.granted_vnd, first.grant_count) == (30, 1)


@pytest.mark.parametrize(("most_vnd", "most_grants"), [(30, None), (None, 1), (100, 1), (29, 5)])
def test_nothing_is_left_once_money_or_places_are_used_up(most_vnd: int | None, most_grants: int | None) -> None:
    refusal = (
        given(OPENED, counted(30, 30, 1))
        .when(lambda tally: tally.narrow(Computation(10), limit(most_vnd, most_grants), "TOOL-5S"))
        .refused(YearlyLimitReached)
    )
    assert str(refusal) == "Hạn mức SYSTEMS năm 2024 đã hết, không còn gì để hỗ trợ nội dung TOOL-5S."


def freed(amount_vnd: int, granted_vnd: int, grant_count: int) -> object:
    return happened(
        GrantTally.Freed,
        participation_id=GRANT,
        amount_vnd=amount_vnd,
        granted_vnd=granted_vnd,
        grant_count=grant_count,
    )


@pytest.mark.parametrize(("kept_vnd", "told"), [(12, freed(18, 12, 1)), (0, freed(30, 0, 0)), (30, None), (31, None)])
def test_what_of_a_grant_will_not_be_paid_is_free_again(kept_vnd: int, told: object) -> None:
    kept = given(OPENED, counted(30, 30, 1)).when(
        lambda tally: tally.keep(act(), participation_id=GRANT, amount_vnd=kept_vnd)
    )
    tally = kept.then(*([told] if told else []))
    assert tally.granted_vnd == min(30, kept_vnd)


def test_a_grant_that_was_never_counted_gives_nothing_back() -> None:
    given(OPENED).when(lambda tally: tally.keep(act(), participation_id=GRANT, amount_vnd=0)).then()


def test_what_is_free_is_not_freed_twice() -> None:
    history = (OPENED, counted(30, 30, 1), freed(30, 0, 0))
    given(*history).when(lambda tally: tally.keep(act(), participation_id=GRANT, amount_vnd=0)).then()


@whatever(st.lists(st.integers(1, 100), max_size=30), st.integers(1, 500), st.integers(1, 20))
def test_what_is_counted_never_passes_the_limit(costs_vnd: list[int], most_vnd: int, most_grants: int) -> None:
    tally = GrantTally.open(act(), norms_code="N", limit_code="L", year=2024, enterprise_id=None)
    granted = []
    for cost_vnd in costs_vnd:
        computation = Computation(cost_vnd)
        try:
            tally.narrow(computation, limit(most_vnd, most_grants), "TOOL-5S")
        except YearlyLimitReached:
            continue
        tally.count(act(), participation_id=GRANT, amount_vnd=computation.amount_vnd)
        granted.append(computation.amount_vnd)
    assert (tally.granted_vnd, tally.grant_count) == (sum(granted), len(granted))
    assert sum(granted) <= min(most_vnd, sum(costs_vnd))
    assert len(granted) <= most_grants
