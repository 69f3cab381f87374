"""Each condition says met or not met, from what, and why; all four are always asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.support.domain.claim_rules import LinkKind
from services.support.domain.conditions import StandingField, Verdict, VsicPrefix, judge, unmet_reasons
from services.support.domain.overlap import OverlapOutcome, OverlapRuling, StateMoney, UndertakingMember
from tests.support.domain.test_claim_rules import RULES_IN_FORCE
from tests.support.examples import (
    CATALOGUE,
    DAY,
    LOTUS_MILL,
    MANGO_HOUSE,
    OTHER_FUNDING,
    eligibility,
    overlap,
    state_money,
)

FIRST_RULES = [replace(condition, rule_version=1) for condition in CATALOGUE["conditions"]]
TAX, INSURANCE, ENVIRONMENT = eligibility().standings


def verdicts(*, holds_claim: bool = True, application_valid: bool = True, **changes: Any) -> dict[str, Verdict]:
    judged = judge(
        FIRST_RULES,
        eligibility(**changes),
        overlap(),
        holds_claim=holds_claim,
        application_valid=application_valid,
    )
    return {verdict.condition_code: verdict for verdict in judged}


def test_who_meets_everything_is_told_so_by_every_condition() -> None:
    judged = verdicts()
    assert list(judged) == ["C1", "C2", "C3", "C4"]
    assert all(verdict.met and verdict.inputs and verdict.rule_version == 1 for verdict in judged.values())
    assert unmet_reasons(judged.values()) == ""


@pytest.mark.parametrize(
    ("unmet", "changes", "reason"),
    [
        ("C1", {"business_lines": ()}, "Chưa đăng ký ngành nghề."),
        (
            "C2",
            {"standings": (TAX, replace(INSURANCE, fulfilled=False), ENVIRONMENT)},
            "Chưa đáp ứng nghĩa vụ: bảo hiểm (chưa thực hiện đầy đủ).",
        ),
        (
            "C2",
            {"standings": (TAX, INSURANCE, replace(ENVIRONMENT, fulfilled=None))},
            "Chưa đáp ứng nghĩa vụ: môi trường (chưa có xác nhận).",
        ),
        ("C2", {"standings": (INSURANCE, ENVIRONMENT)}, "Chưa đáp ứng nghĩa vụ: thuế (chưa có xác nhận)."),
        ("C3", {"other_fundings": (OTHER_FUNDING,)}, "Đang nhận hỗ trợ cùng nội dung từ: Khuyến công."),
        ("C3", {"holds_claim": False}, "Hồ sơ không giữ đăng ký chống trùng lắp cho nội dung này."),
        ("C4", {"application_valid": False}, "Chưa có hồ sơ đăng ký hợp lệ."),
    ],
)
def test_one_condition_not_met_leaves_the_others_met(unmet: str, changes: dict[str, Any], reason: str) -> None:
    judged = verdicts(**changes)
    assert {code for code, verdict in judged.items() if not verdict.met} == {unmet}
    assert judged[unmet].reason == reason
    assert unmet_reasons(judged.values()) == f"{unmet}: {reason}"


def test_a_verdict_tells_the_money_it_saw() -> None:
    inputs = verdicts(other_fundings=(OTHER_FUNDING,))["C3"].inputs
    assert inputs[1] == ("Khuyến công: 40.000.000 đồng do Sở Công Thương quyết định ngày 01/03/2024, căn cứ 55/QĐ-SCT.")


def test_a_verdict_tells_who_attested() -> None:
    assert "Nghĩa vụ thuế: đã thực hiện đầy đủ, theo 17/XN-CT của CUCTHUE." in verdicts()["C2"].inputs
    assert len(verdicts()["C2"].inputs) == len(StandingField)


def test_a_verdict_tells_where_its_rule_stands() -> None:
    assert {code: verdict.article for code, verdict in verdicts().items()} == {
        "C1": "II.2.a",
        "C2": "II.2.a",
        "C3": "II.2.c",
        "C4": "II.1.a",
    }


FOOD = VsicPrefix("VSIC2018", "10")


@pytest.mark.parametrize(
    ("lines", "prefixes", "met"),
    [
        (("1061 (VSIC2018)",), (FOOD,), True),
        (("4632 (VSIC2018)", "1061 (VSIC2018)"), (FOOD,), True),
        (("1061 (VSIC2018)",), (VsicPrefix("VSIC2018", "01"), FOOD), True),
        (("4632 (VSIC2018)",), (FOOD,), False),
        (("1061 (VSIC2025)",), (FOOD,), False),
        (("0110 (VSIC2018)",), (FOOD,), False),
        (("4632 (VSIC2018)",), (), True),
        ((), (FOOD,), False),
    ],
)
def test_the_second_version_of_c1_wants_a_line_of_the_content(
    lines: tuple[str, ...], prefixes: tuple[VsicPrefix, ...], met: bool
) -> None:
    [line_of_business, *_] = CATALOGUE["conditions"]
    [verdict] = judge(
        [replace(line_of_business, rule_version=2)],
        eligibility(business_lines=lines),
        overlap(),
        holds_claim=True,
        application_valid=True,
        vsic_prefixes=prefixes,
    )
    assert (verdict.met, verdict.rule_version) == (met, 2)
    [first] = judge(
        [line_of_business], eligibility(business_lines=lines), overlap(), holds_claim=True, application_valid=True
    )
    assert (first.met, first.rule_version) == (bool(lines), 1), "the first version says what it always said"


BY_REPRESENTATIVE = (
    UndertakingMember(LOTUS_MILL),
    UndertakingMember(MANGO_HOUSE, LOTUS_MILL, LinkKind.LEGAL_REPRESENTATIVE),
)


@pytest.mark.parametrize(
    ("money", "holds_claim", "reason"),
    [
        ((), True, ""),
        ((state_money(period_to=date(2021, 12, 31)),), True, ""),
        ((), False, "Hồ sơ không giữ đăng ký chống trùng lắp cho nội dung này."),
        ((state_money(),), True, "Cùng nội dung đã được hỗ trợ từ: Khuyến công."),
        (
            (state_money(), state_money(MANGO_HOUSE, scheme="OCOP")),
            True,
            "Cùng nội dung đã được hỗ trợ từ: Khuyến công.",
        ),
        (
            (state_money(MANGO_HOUSE, scheme="OCOP"),),
            True,
            "Có khả năng trùng lắp với: OCOP; phải do một người khác với người xét quyết định.",
        ),
    ],
)
def test_the_second_version_of_c3_looks_at_the_undertaking_and_its_window(
    money: tuple[StateMoney, ...], holds_claim: bool, reason: str
) -> None:
    condition = FIRST_RULES[2]
    known = eligibility(members=BY_REPRESENTATIVE)
    judged = overlap(*money, rules=RULES_IN_FORCE, members=BY_REPRESENTATIVE)
    of = {"holds_claim": holds_claim, "application_valid": True}
    [verdict] = judge([replace(condition, rule_version=2)], known, judged, **of)
    assert (verdict.met, verdict.reason if not verdict.met else "") == (not reason, reason)
    assert verdict.inputs[1] == "Xét theo quy tắc phiên bản 1, sổ đăng ký đến vị trí 41."
    assert verdict.inputs[2:] == tuple(line.in_words() for line in judged.lines)
    [first] = judge([condition], known, judged, **of)
    assert first.met == holds_claim, "the first version says what it always said"


@pytest.mark.parametrize(
    ("outcome", "met", "words"),
    [
        (OverlapOutcome.ADMITTED, True, "được chấp nhận ngày 28/06/2024: Khác nhà máy"),
        (OverlapOutcome.REFUSED, False, "không được chấp nhận ngày 28/06/2024: Khác nhà máy"),
    ],
)
def test_a_persons_ruling_settles_what_is_possible_only(outcome: OverlapOutcome, met: bool, words: str) -> None:
    condition = replace(FIRST_RULES[2], rule_version=2)
    ruling = OverlapRuling(UUID(int=21), outcome, "Khác nhà máy", DAY)

    def judged(holder_id: UUID) -> Verdict:
        found = overlap(state_money(holder_id), rules=RULES_IN_FORCE, members=BY_REPRESENTATIVE)
        ruled = replace(found, ruling=ruling)
        [verdict] = judge([condition], eligibility(), ruled, holds_claim=True, application_valid=True)
        return verdict

    possible = judged(MANGO_HOUSE)
    assert (possible.met, possible.reason) == (met, f"Có khả năng trùng lắp với: Khuyến công; {words}")
    assert not judged(LOTUS_MILL).met, "what is certain stays so"
