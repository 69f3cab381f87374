"""Rules against double funding: two persons bring them into force, each content has one scope."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.shared.record import ActedBefore, DocumentMissing
from services.shared.refusals import Refusal
from services.support.domain.claim_rules import (
    ClaimRules,
    ClaimRulesAlreadyAdopted,
    ClaimRulesEndBeforeTheyStart,
    ClaimScope,
    ClaimUnit,
    ContentScopedTwice,
    WindowKind,
)
from tests.given import act, given, happened
from tests.support.examples import CLAIM_RULES, LEADER, OFFICER

PROPOSED = happened(ClaimRules.Proposed, **CLAIM_RULES, act=act(person_id=OFFICER.id))
BY_LEADER = act(person_id=LEADER.id, document="11/QĐ-UBND")
ADOPTED = happened(ClaimRules.Adopted, act=BY_LEADER)
RULES_IN_FORCE: ClaimRules = given(PROPOSED, ADOPTED).record()
OTHERS, BY_PRODUCT = CLAIM_RULES["scopes"]


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"valid_until": date(2023, 12, 31)}, ClaimRulesEndBeforeTheyStart, "valid_until"),
        ({"scopes": (OTHERS, BY_PRODUCT, OTHERS)}, ContentScopedTwice, "scopes[2].content_codes"),
        ({"scopes": (BY_PRODUCT, BY_PRODUCT)}, ContentScopedTwice, "scopes[1].content_codes"),
    ],
)
def test_they_say_one_thing_of_each_content(changes: dict[str, Any], refusal: type[Refusal], field: str) -> None:
    given().when(lambda: ClaimRules.propose(act(), **{**CLAIM_RULES, **changes})).refused(refusal, field=field)


def test_they_may_end_on_the_day_they_start() -> None:
    ended = {**CLAIM_RULES, "valid_until": CLAIM_RULES["valid_from"]}
    given().when(lambda: ClaimRules.propose(act(), **ended)).then(happened(ClaimRules.Proposed, **ended))


def test_another_person_adopts_them_once_by_a_document() -> None:
    proposed = given(PROPOSED)
    proposed.when(lambda rules: rules.adopt(BY_LEADER)).then(ADOPTED)
    proposed.when(lambda rules: rules.adopt(act(person_id=LEADER.id))).refused(DocumentMissing)
    proposed.when(lambda rules: rules.adopt(act(person_id=OFFICER.id, document="11/QĐ-UBND"))).refused(ActedBefore)
    given(PROPOSED, ADOPTED).when(lambda rules: rules.adopt(BY_LEADER)).refused(ClaimRulesAlreadyAdopted)


def test_they_are_in_force_from_the_first_day_to_the_last_once_adopted() -> None:
    days = date(2023, 12, 31), date(2024, 1, 1), date(2030, 12, 31), date(2031, 1, 1)
    assert [RULES_IN_FORCE.are_in_force(day) for day in days] == [False, True, True, False]
    endless = given(happened(ClaimRules.Proposed, **{**CLAIM_RULES, "valid_until": None}), ADOPTED).record()
    assert endless.are_in_force(days[-1])
    assert not given(PROPOSED).record().are_in_force(date(2024, 6, 28))


def test_a_content_has_its_own_scope_or_that_of_all_others() -> None:
    assert RULES_IN_FORCE.scope_of("PRD-HOPQUY") == BY_PRODUCT
    assert RULES_IN_FORCE.scope_of("TOOL-5S") == OTHERS
    named_only = given(happened(ClaimRules.Proposed, **{**CLAIM_RULES, "scopes": (BY_PRODUCT,)}), ADOPTED).record()
    assert named_only.scope_of("TOOL-5S") is None


@pytest.mark.parametrize(
    ("kind", "length", "day", "first_day"),
    [
        (WindowKind.FISCAL_YEARS, 1, date(2024, 6, 28), date(2024, 1, 1)),
        (WindowKind.FISCAL_YEARS, 3, date(2024, 12, 31), date(2022, 1, 1)),
        (WindowKind.MONTHS, 1, date(2024, 1, 15), date(2023, 12, 15)),
        (WindowKind.MONTHS, 12, date(2024, 12, 5), date(2023, 12, 5)),
        (WindowKind.MONTHS, 36, date(2024, 6, 28), date(2021, 6, 28)),
        (WindowKind.MONTHS, 1, date(2024, 3, 31), date(2024, 2, 29)),
    ],
)
def test_the_window_is_counted_back_from_the_day(kind: WindowKind, length: int, day: date, first_day: date) -> None:
    assert ClaimScope((), kind, length, ClaimUnit.ENTERPRISE).window_start(day) == first_day
