"""Each condition says met or not met, from what, and why; all four are always asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.support.domain.conditions import StandingField, Verdict, VsicPrefix, judge, unmet_reasons
from tests.support.examples import CATALOGUE, OTHER_FUNDING, eligibility

TAX, INSURANCE, ENVIRONMENT = eligibility().standings


def verdicts(*, holds_claim: bool = True, application_valid: bool = True, **changes: Any) -> dict[str, Verdict]:
    judged = judge(
        CATALOGUE["conditions"],
        eligibility(**changes),
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
        holds_claim=True,
        application_valid=True,
        vsic_prefixes=prefixes,
    )
    assert (verdict.met, verdict.rule_version) == (met, 2)
    [first] = judge([line_of_business], eligibility(business_lines=lines), holds_claim=True, application_valid=True)
    assert (first.met, first.rule_version) == (bool(lines), 1), "the first version says what it always said"
