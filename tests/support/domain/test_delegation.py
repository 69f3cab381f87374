"""A signature is delegated by a document: to one person, for some decisions, up to an amount, for a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.shared.record import DocumentMissing
from services.shared.refusals import Refusal
from services.support.domain.delegation import (
    AboveDelegatedCeiling,
    DecisionKind,
    DelegatedToAnother,
    DelegatedToOneself,
    Delegation,
    DelegationAlreadyRevoked,
    DelegationEndsBeforeItStarts,
    DelegationNotInForce,
    DelegationNotYoursToRevoke,
    KindNotDelegated,
    PrincipalLacksAuthority,
    SignatureLine,
)
from tests.given import act, given, happened
from tests.support.examples import DAY, LEAD, LEADER, OFFICER

PRINCIPAL = act(person_id=LEADER.id, body="UBND", capacity="city_leader", document="17/UQ-UBND")
DELEGATE = act(person_id=LEAD.id, body="SKHCN", capacity="programme_lead", document="900/QĐ-UBND")
TERMS: dict[str, Any] = {
    "delegate_id": LEAD.id,
    "delegate_body": "SKHCN",
    "signature_line": SignatureLine.TUQ,
    "decision_kinds": (DecisionKind.TASK_APPROVAL,),
    "ceiling_vnd": 100_000_000,
    "valid_from": date(2024, 1, 1),
    "valid_until": DAY,
}
GRANTED = happened(Delegation.Granted, **TERMS, act=PRINCIPAL)
REVOKED = happened(Delegation.Revoked, reason="Thay đổi nhân sự", act=PRINCIPAL)
SIGNING: dict[str, Any] = {
    "act": DELEGATE,
    "principals": frozenset({"city_leader"}),
    "decision_kind": DecisionKind.TASK_APPROVAL,
    "decided_id": UUID(int=1),
    "amount_vnd": 100_000_000,
}
SIGNED = happened(
    Delegation.Exercised,
    principal_id=LEADER.id,
    principal_body="UBND",
    delegate_id=LEAD.id,
    signature_line=SignatureLine.TUQ,
    decision_kind=DecisionKind.TASK_APPROVAL,
    decided_id=UUID(int=1),
    amount_vnd=100_000_000,
    act=DELEGATE,
)


def test_a_principal_delegates_their_own_signature() -> None:
    given().when(lambda: Delegation.grant(PRINCIPAL, **TERMS)).then(GRANTED)


@pytest.mark.parametrize(
    ("at", "changes", "refusal"),
    [
        (replace(PRINCIPAL, document=None), {}, DocumentMissing),
        (PRINCIPAL, {"valid_until": date(2023, 12, 31)}, DelegationEndsBeforeItStarts),
        (PRINCIPAL, {"delegate_id": LEADER.id}, DelegatedToOneself),
    ],
)
def test_it_is_not_granted(at: Any, changes: dict[str, Any], refusal: type[Refusal]) -> None:
    given().when(lambda: Delegation.grant(at, **{**TERMS, **changes})).refused(refusal)


def test_a_decision_under_it_names_both() -> None:
    given(GRANTED).when(lambda delegation: delegation.exercise(**SIGNING)).then(SIGNED)


@pytest.mark.parametrize(
    ("changes", "refusal", "facts"),
    [
        ({"act": replace(DELEGATE, person_id=OFFICER.id)}, DelegatedToAnother, {"body": "SKHCN"}),
        ({"act": replace(DELEGATE, body="SCT")}, DelegatedToAnother, {"body": "SKHCN"}),
        ({"principals": frozenset({"minister"})}, PrincipalLacksAuthority, {"kind": "phê duyệt nhiệm vụ"}),
        ({"decision_kind": DecisionKind.BUDGET_ADJUSTMENT}, KindNotDelegated,
         {"document": "17/UQ-UBND", "kind": "phê duyệt điều chỉnh dự toán"}),
        ({"amount_vnd": 100_000_001}, AboveDelegatedCeiling,
         {"document": "17/UQ-UBND", "ceiling": "100.000.000 đồng", "amount": "100.000.001 đồng"}),
        ({"act": replace(DELEGATE, effective_on=date(2024, 6, 29))}, DelegationNotInForce,
         {"document": "17/UQ-UBND", "valid_from": date(2024, 1, 1), "valid_until": DAY}),
        ({"act": replace(DELEGATE, effective_on=date(2023, 12, 31))}, DelegationNotInForce,
         {"document": "17/UQ-UBND", "valid_from": date(2024, 1, 1), "valid_until": DAY}),
    ],
)  # fmt: skip
def test_what_it_does_not_cover_is_refused_by_its_name(
    changes: dict[str, Any], refusal: type[Refusal], facts: dict[str, Any]
) -> None:
    refused = given(GRANTED).when(lambda delegation: delegation.exercise(**{**SIGNING, **changes})).refused(refusal)
    assert refused.facts == facts


def test_it_is_taken_back_where_it_was_given_and_serves_no_longer() -> None:
    given(GRANTED).when(lambda delegation: delegation.revoke(PRINCIPAL, reason="Thay đổi nhân sự")).then(REVOKED)
    given(GRANTED).when(lambda delegation: delegation.revoke(DELEGATE, reason="x")).refused(DelegationNotYoursToRevoke)
    revoked = given(GRANTED, REVOKED)
    revoked.when(lambda delegation: delegation.revoke(PRINCIPAL, reason="x")).refused(DelegationAlreadyRevoked)
    revoked.when(lambda delegation: delegation.exercise(**SIGNING)).refused(DelegationAlreadyRevoked)
