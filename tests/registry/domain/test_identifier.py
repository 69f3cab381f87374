"""What is a right identifier, and the claim on one."""

from __future__ import annotations

from uuid import UUID

import pytest

from services.registry.domain.identifier import (
    CooperativeNumberIncorrect,
    DecisionNumberIncorrect,
    Identifier,
    IdentifierCodeMissing,
    IdentifierCodeUnexpected,
    IdentifierKind,
    IdentifierReasonMissing,
    IdentifierReasonUnexpected,
    PersonalIdIncorrect,
    TaxCodeIncorrect,
    checked_code,
)
from services.shared.refusals import Invalid
from tests.given import act, given, happened
from tests.registry.examples import BRANCH_TAX_CODE, OWNER_ID, TAX_CODE

REASON = "Tổ hợp tác chưa được cấp mã số"


@pytest.mark.parametrize(
    ("kind", "given_code", "code"),
    [
        (IdentifierKind.TAX_CODE, TAX_CODE, TAX_CODE),
        (IdentifierKind.TAX_CODE, f"{TAX_CODE}-001", BRANCH_TAX_CODE),
        (IdentifierKind.PERSONAL_ID, OWNER_ID, OWNER_ID),
        (IdentifierKind.COOPERATIVE_NUMBER, "570a7", "570A7"),
        (IdentifierKind.DECISION_NUMBER, "123/qđ-ubnd", "123/QĐ-UBND"),
        (IdentifierKind.DECISION_NUMBER, "12/2020/QĐ-UBND", "12/2020/QĐ-UBND"),
    ],
)
def test_a_code_is_compared_in_one_form(kind: IdentifierKind, given_code: str, code: str) -> None:
    assert checked_code(kind, given_code, None) == code


@pytest.mark.parametrize(
    ("kind", "code", "reason", "refusal", "field"),
    [
        (IdentifierKind.TAX_CODE, "1809990018", None, TaxCodeIncorrect, "code"),
        (IdentifierKind.TAX_CODE, "180999001", None, TaxCodeIncorrect, "code"),
        (IdentifierKind.TAX_CODE, "1800000000", None, TaxCodeIncorrect, "code"),
        (IdentifierKind.TAX_CODE, "1809990017000", None, TaxCodeIncorrect, "code"),
        (IdentifierKind.TAX_CODE, OWNER_ID, None, TaxCodeIncorrect, "code"),
        (IdentifierKind.PERSONAL_ID, TAX_CODE, None, PersonalIdIncorrect, "code"),
        (IdentifierKind.PERSONAL_ID, "192085990017", None, PersonalIdIncorrect, "code"),
        (IdentifierKind.COOPERATIVE_NUMBER, "H", None, CooperativeNumberIncorrect, "code"),
        (IdentifierKind.DECISION_NUMBER, "QĐ 123", None, DecisionNumberIncorrect, "code"),
        (IdentifierKind.TAX_CODE, None, None, IdentifierCodeMissing, "code"),
        (IdentifierKind.TAX_CODE, TAX_CODE, REASON, IdentifierReasonUnexpected, "reason"),
        (IdentifierKind.NONE, TAX_CODE, REASON, IdentifierCodeUnexpected, "code"),
        (IdentifierKind.NONE, None, None, IdentifierReasonMissing, "reason"),
        (IdentifierKind.NONE, None, "không có", IdentifierReasonMissing, "reason"),
    ],
)
def test_a_wrong_code_is_refused(
    kind: IdentifierKind, code: str | None, reason: str | None, refusal: type[Invalid], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        checked_code(kind, code, reason)
    assert refused.value.field == f"identifier.{field}"


@pytest.mark.parametrize("kind", list(IdentifierKind)[:2])
def test_a_refusal_does_not_repeat_a_number_that_may_be_a_persons(kind: IdentifierKind) -> None:
    with pytest.raises(Invalid) as refused:
        checked_code(kind, "192085990017", None)
    assert "192085990017" not in f"{refused.value} {refused.value.facts}"


def test_no_code_is_right_for_a_reason() -> None:
    assert checked_code(IdentifierKind.NONE, None, REASON) is None


def test_a_claim_says_who_holds_a_number_but_not_which() -> None:
    claim_id, holder_id = UUID(int=7), UUID(int=8)
    claim = (
        given()
        .when(lambda: Identifier.claim(act(), claim_id, holder_id))
        .then(happened(Identifier.Claimed, holder_id=holder_id))
    )
    assert claim.id == claim_id
