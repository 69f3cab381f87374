"""The catalogue of a plan: each code once, each condition with a rule that can judge it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.shared.record import DocumentMissing
from services.support.domain.catalogue import (
    Catalogue,
    CodeNamedTwice,
    ConditionWithoutRule,
    ContentUnknown,
    PriorityUnknown,
)
from tests.given import act, given, happened
from tests.support.examples import CATALOGUE

ADOPTED = happened(Catalogue.Adopted, plan_number="134/KH-UBND", **CATALOGUE)


def test_a_catalogue_is_adopted_with_its_plan() -> None:
    given().when(lambda: Catalogue.adopt(act(document="134/KH-UBND"), **CATALOGUE)).then(ADOPTED)


def test_a_catalogue_needs_its_plan() -> None:
    given().when(lambda: Catalogue.adopt(act(), **CATALOGUE)).refused(DocumentMissing, field="basis.document")


@pytest.mark.parametrize("part", CATALOGUE)
def test_a_code_stands_for_one_thing(part: str) -> None:
    doubled = {**CATALOGUE, part: (*CATALOGUE[part], CATALOGUE[part][0])}
    given().when(lambda: Catalogue.adopt(act(document="134/KH-UBND"), **doubled)).refused(
        CodeNamedTwice, field=f"{part}[{len(CATALOGUE[part])}].code"
    )


def test_no_condition_without_a_rule() -> None:
    unjudged = (replace(CATALOGUE["conditions"][0], rule_version=99),)
    given().when(lambda: Catalogue.adopt(act(document="134/KH-UBND"), **{**CATALOGUE, "conditions": unjudged})).refused(
        ConditionWithoutRule, field="conditions[0]"
    )


def test_it_knows_its_contents_and_priorities() -> None:
    catalogue = given(ADOPTED).record()
    assert catalogue.content("content_code", "TOOL-5S").name == "Công cụ 5S"
    with pytest.raises(ContentUnknown):
        catalogue.content("content_code", "TOOL-ABC")
    with pytest.raises(PriorityUnknown) as refused:
        catalogue.must_have_priorities("priority_codes", ("P1", "P9"))
    assert refused.value.field == "priority_codes[1]"
