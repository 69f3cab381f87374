"""Nobody's data are erased unless somebody asked for it, another agrees, and nothing orders to keep them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.registry.domain.data_subject import DataSubject
from services.registry.domain.erasure_rules import ErasureRules
from services.shared.erasure import (
    ErasureAlreadyRequested,
    ErasureGround,
    ErasureNotRequested,
    ErasureRule,
    ErasureRuleAlreadyAdopted,
    ErasureRuleMissing,
    LegalHoldStands,
    LegalHoldUnknown,
    RetentionNotOver,
    SubjectErasedBefore,
    Ties,
    TiesNotEnded,
)
from services.shared.record import ActedBefore, DocumentMissing
from tests.given import act, given, happened

SUBJECT = UUID(int=14)
OFFICER, LEAD = UUID(int=21), UUID(int=22)
RULE = ErasureRule(date(2021, 1, 1), "MẪU-1", retention_years=3, answer_within_days=20, sample=True)
NO_TIES = Ties(None, open=False)
WHY = "Đang giải quyết khiếu nại"


def by(person_id: UUID, document: str | None = "5/ĐN") -> Any:
    return act(person_id=person_id, document=document)


OPENED = happened(DataSubject.Opened, subject_id=SUBJECT)
ASKED = {"subject_id": SUBJECT, "ground": ErasureGround.PURPOSE_ENDED, "answer_by": date(2024, 7, 18)}
REQUESTED = happened(DataSubject.ErasureRequested, act=by(OFFICER), **ASKED)
HELD = happened(DataSubject.HoldPlaced, act=by(OFFICER, "6/YC"), subject_id=SUBJECT, hold_number=1, reason=WHY)
LIFTED = happened(DataSubject.HoldLifted, act=by(LEAD, "7/YC"), subject_id=SUBJECT, hold_number=1, reason=WHY)
ERASED = happened(DataSubject.Erased, act=by(LEAD, "8/QĐ"), subject_id=SUBJECT, ground=ErasureGround.PURPOSE_ENDED)


def erase(person_id: UUID = LEAD, rule: ErasureRule | None = RULE, ties: Ties = NO_TIES, **how: Any) -> Any:
    return lambda subject: subject.erase(by(person_id, **{"document": "8/QĐ", **how}), rule, ties)


def test_a_request_says_by_when_it_is_to_be_answered() -> None:
    asked = given(OPENED).when(lambda it: it.request_erasure(by(OFFICER), ErasureGround.PURPOSE_ENDED, RULE))
    subject = asked.then(REQUESTED)
    assert subject.request is not None
    assert (subject.request.answer_by, subject.request.document) == (date(2024, 7, 18), "5/ĐN")


def test_without_a_rule_a_request_is_taken_down_all_the_same() -> None:
    asked = given(OPENED).when(lambda it: it.request_erasure(by(OFFICER), ErasureGround.UNLAWFUL, None))
    changed = {**ASKED, "ground": ErasureGround.UNLAWFUL, "answer_by": None}
    asked.then(happened(DataSubject.ErasureRequested, act=by(OFFICER), **changed))


def test_one_request_is_answered_before_the_next() -> None:
    again = given(OPENED, REQUESTED).when(lambda it: it.request_erasure(by(LEAD), ErasureGround.ORDERED, RULE))
    again.refused(ErasureAlreadyRequested)


def test_a_refusal_is_written_by_another_person_and_may_be_followed_by_a_new_request() -> None:
    refused = happened(DataSubject.ErasureRefused, act=by(LEAD, "9/CV"), subject_id=SUBJECT, reason=WHY)
    given(OPENED, REQUESTED).when(lambda it: it.refuse_erasure(by(LEAD, "9/CV"), WHY)).then(refused)
    given(OPENED, REQUESTED).when(lambda it: it.refuse_erasure(by(OFFICER, "9/CV"), WHY)).refused(ActedBefore)
    given(OPENED).when(lambda it: it.refuse_erasure(by(LEAD, "9/CV"), WHY)).refused(ErasureNotRequested)
    anew = given(OPENED, REQUESTED, refused)
    anew.when(lambda it: it.request_erasure(by(OFFICER), ErasureGround.PURPOSE_ENDED, RULE)).then(REQUESTED)


def test_what_was_asked_is_erased_by_another_person_once() -> None:
    asked = given(OPENED, REQUESTED)
    assert asked.when(erase()).then(ERASED).erased_on is not None
    asked.when(erase(OFFICER)).refused(ActedBefore)
    asked.when(erase(document=None)).refused(DocumentMissing)
    given(OPENED).when(erase()).refused(ErasureNotRequested)
    done = given(OPENED, REQUESTED, ERASED)
    done.when(erase()).refused(SubjectErasedBefore)
    done.when(lambda it: it.place_hold(by(LEAD), WHY)).refused(SubjectErasedBefore)
    done.when(lambda it: it.request_erasure(by(LEAD), ErasureGround.ORDERED, RULE)).refused(SubjectErasedBefore)


def test_a_hold_keeps_the_data_until_another_person_lifts_it() -> None:
    given(OPENED).when(lambda it: it.place_hold(by(OFFICER, "6/YC"), WHY)).then(HELD)
    held = given(OPENED, HELD, REQUESTED)
    held.when(erase()).refused(LegalHoldStands)
    held.when(lambda it: it.lift_hold(by(OFFICER, "7/YC"), 1, WHY)).refused(ActedBefore)
    held.when(lambda it: it.lift_hold(by(LEAD, "7/YC"), 2, WHY)).refused(LegalHoldUnknown)
    held.when(lambda it: it.lift_hold(by(LEAD, "7/YC"), 1, WHY)).then(LIFTED)
    given(OPENED, HELD, REQUESTED, LIFTED).when(erase()).then(ERASED)
    given(OPENED, HELD, LIFTED).when(lambda it: it.lift_hold(by(LEAD, "7/YC"), 1, WHY)).refused(LegalHoldUnknown)


@pytest.mark.parametrize(
    ("rule", "ties", "refusal"),
    [
        (None, NO_TIES, ErasureRuleMissing),
        (RULE, Ties(None, open=True), TiesNotEnded),
        (RULE, Ties(date(2021, 1, 1), open=False), RetentionNotOver),
        (RULE, Ties(date(9999, 12, 30), open=False), RetentionNotOver),
        (RULE, Ties(date(2020, 12, 31), open=False), None),
    ],
)
def test_data_are_kept_as_long_as_the_rule_says(rule: Any, ties: Ties, refusal: Any) -> None:
    asked = given(OPENED, REQUESTED).when(erase(rule=rule, ties=ties))
    asked.refused(refusal) if refusal else asked.then(ERASED)


def test_one_rule_applies_at_a_time() -> None:
    later = {"retention_years": 5, "answer_within_days": 10, "sample": True}
    rules: Any = given(happened(ErasureRules.Opened), happened(ErasureRules.RuleAdopted, rule=RULE))
    rules.when(lambda it: it.adopt(act(document="2/QĐ"), valid_from=RULE.valid_from, **later)).refused(
        ErasureRuleAlreadyAdopted
    )
    known = rules.record()
    known.adopt(act(document="2/QĐ"), valid_from=date(2026, 1, 1), **later)
    days = (date(2020, 12, 31), date(2025, 12, 31), date(2026, 1, 1))
    assert [rule and rule.retention_years for rule in map(known.rule_on, days)] == [None, 3, 5]
