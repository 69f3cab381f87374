"""Double funding is clear, possible or certain; every line says which, and why."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.support.domain.claim_rules import LinkKind
from services.support.domain.overlap import OverlapVerdict, UndertakingMember
from tests.support.domain.test_claim_rules import RULES_IN_FORCE
from tests.support.examples import LOTUS_MILL, MANGO_HOUSE, RIVER_FARM, overlap, state_money

CLEAR, POSSIBLE, CERTAIN = OverlapVerdict
FIRST_DAY = date(2022, 1, 1)
"""Of the sample rules' window, asked about 28/6/2024."""


def chain(*kinds: LinkKind | None) -> tuple[UndertakingMember, ...]:
    """The lotus mill, the mango house tied to it, and the river farm tied to that; None: a record of the same one."""
    ids = (LOTUS_MILL, MANGO_HOUSE, RIVER_FARM)
    tied = (UndertakingMember(ids[step + 1], ids[step], kind) for step, kind in enumerate(kinds))
    return (UndertakingMember(LOTUS_MILL), *tied)


def verdict(money: dict[str, Any] | None = None, **asked: Any) -> OverlapVerdict:
    return overlap(state_money(**(money or {})), rules=RULES_IN_FORCE, **asked).verdict


def test_nothing_found_is_clear() -> None:
    assert overlap(rules=RULES_IN_FORCE).verdict is CLEAR


@pytest.mark.parametrize(
    ("money", "expected"),
    [
        ({}, CERTAIN),
        ({"period_to": FIRST_DAY}, CERTAIN),
        ({"period_to": date(2021, 12, 31)}, CLEAR),
        ({"period_to": None, "decided_on": FIRST_DAY}, CERTAIN),
        ({"period_to": None, "decided_on": date(2021, 12, 31)}, CLEAR),
        ({"decided_on": date(2024, 7, 1), "period_to": date(2026, 1, 1)}, CERTAIN),
    ],
)
def test_money_counts_within_the_window(money: dict[str, Any], expected: OverlapVerdict) -> None:
    assert verdict(money) is expected


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ((LinkKind.PARENT, LinkKind.SUCCESSION), CERTAIN),
        ((LinkKind.PARENT, LinkKind.LEGAL_REPRESENTATIVE), POSSIBLE),
        ((LinkKind.COMMON_REPRESENTATIVE, LinkKind.PARENT), POSSIBLE),
        ((LinkKind.COMMON_REPRESENTATIVE, None), POSSIBLE),
        ((LinkKind.PARENT, None), CERTAIN),
    ],
)
def test_a_way_is_as_good_as_its_weakest_link(kinds: tuple[LinkKind | None, ...], expected: OverlapVerdict) -> None:
    assert verdict({"enterprise_id": RIVER_FARM}, members=chain(*kinds)) is expected


def test_money_of_the_one_asked_about_needs_no_link() -> None:
    assert verdict(members=chain(LinkKind.LEGAL_REPRESENTATIVE)) is CERTAIN


def test_a_content_judged_by_product_overlaps_possibly_with_lists_that_name_none() -> None:
    assert verdict(content_code="PRD-HOPQUY") is POSSIBLE


RICE, CAKE = ("PRODUCT:8934588012345",), ("PRODUCT:TCCS-02",)


@pytest.mark.parametrize(
    ("asked", "told", "of_scheme", "of_claim"),
    [
        (RICE, RICE, CERTAIN, CERTAIN),
        (RICE + CAKE, CAKE, CERTAIN, CERTAIN),
        (RICE, CAKE, CLEAR, CLEAR),
        (RICE, (), POSSIBLE, POSSIBLE),
        ((), RICE, POSSIBLE, POSSIBLE),
        (RICE, ("SITE:31120",), POSSIBLE, POSSIBLE),
        ((), (), POSSIBLE, CERTAIN),
    ],
)
def test_a_content_judged_by_product_is_had_once_for_each(
    asked: tuple[str, ...], told: tuple[str, ...], of_scheme: OverlapVerdict, of_claim: OverlapVerdict
) -> None:
    by_product = {"content_code": "PRD-HOPQUY", "unit_keys": asked}
    assert verdict({"unit_keys": told}, **by_product) is of_scheme
    assert verdict({"unit_keys": told, "task_id": UUID(int=5), "period_to": None}, **by_product) is of_claim


def test_products_do_not_tell_apart_what_an_enterprise_has_once() -> None:
    assert verdict({"unit_keys": CAKE}, unit_keys=RICE) is CERTAIN


def test_an_own_claim_is_certain_over_any_link_and_at_any_time() -> None:
    theirs = {"enterprise_id": MANGO_HOUSE, "task_id": UUID(int=5), "period_to": None, "decided_on": date(2001, 1, 1)}
    assert verdict(theirs, members=chain(LinkKind.LEGAL_REPRESENTATIVE)) is CERTAIN


def test_a_claim_whose_time_is_over_is_seen_and_clear() -> None:
    assert verdict({"task_id": UUID(int=5), "period_to": None, "lapsed": True}) is CLEAR


def test_without_rules_everything_counts() -> None:
    long_ago = state_money(MANGO_HOUSE, period_to=date(2001, 1, 1))
    judged = overlap(long_ago, members=chain(LinkKind.COMMON_REPRESENTATIVE), content_code="PRD-HOPQUY")
    assert (judged.verdict, judged.rules_version, judged.window_start) == (CERTAIN, 0, None)


@given(st.lists(st.sampled_from([date(2021, 1, 1), date(2024, 12, 31)]), max_size=4), st.booleans())
def test_the_gravest_line_gives_the_verdict_and_none_is_left_out(ends: list[date], proven: bool) -> None:
    kind = LinkKind.PARENT if proven else LinkKind.LEGAL_REPRESENTATIVE
    money = [state_money(MANGO_HOUSE, period_to=end) for end in ends]
    judged = overlap(*money, rules=RULES_IN_FORCE, members=chain(kind))
    assert [line.money for line in judged.lines] == money
    within = any(end >= FIRST_DAY for end in ends)
    assert judged.verdict is ((CERTAIN if proven else POSSIBLE) if within else CLEAR)


def test_a_line_tells_amount_day_grantor_and_basis_what_it_means_and_why() -> None:
    [line] = overlap(state_money(), rules=RULES_IN_FORCE).lines
    assert line.in_words() == (
        f"Trùng lắp: Khuyến công: 40.000.000 đồng do Sở Công Thương quyết định ngày 01/03/2024, căn cứ 55/QĐ-SCT, "
        f"cơ sở {LOTUS_MILL}. Cùng chủ thể, cùng nội dung, trong thời gian xét."
    )


def test_a_claim_not_decided_yet_tells_since_when() -> None:
    waiting = state_money(amount_vnd=0, task_id=UUID(int=5), scheme="Chương trình")
    [line] = overlap(waiting, rules=RULES_IN_FORCE).lines
    assert line.in_words() == (
        f"Trùng lắp: Chương trình: đang xét từ 01/03/2024, cơ sở {LOTUS_MILL}. "
        f"Nội dung đã được đăng ký trong chương trình, ở nhiệm vụ {UUID(int=5)}."
    )
