"""What is asked about the data of a person who was trained or certified; the rules are those of tests/registry."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from services.shared.erasure import ErasureAlreadyRequested, ErasureGround, LegalHoldStands, Ties
from services.training.domain.data_subject import DataSubject
from services.training.domain.erasure_rules import ErasureRules
from tests.given import act

OFFICER, LEAD = act(document="5/ĐN"), act(person_id=UUID(int=22), document="8/QĐ-SKHCN")
WHY = "Đang giải quyết khiếu nại"
NO_TIES = Ties(None, open=False)


def test_a_person_is_erased_once_asked_for_and_no_longer_held() -> None:
    rules = ErasureRules.open(LEAD)
    rules.adopt(LEAD, valid_from=date(2021, 1, 1), retention_years=5, answer_within_days=20, sample=True)
    rule = rules.rule_on(date(2024, 6, 28))
    subject = DataSubject.open(OFFICER, UUID(int=14))
    subject.place_hold(OFFICER, WHY)
    subject.request_erasure(OFFICER, ErasureGround.ORDERED, rule)
    subject.refuse_erasure(LEAD, WHY)
    assert subject.request is None
    subject.request_erasure(OFFICER, ErasureGround.CONSENT_WITHDRAWN, rule)
    with pytest.raises(ErasureAlreadyRequested):
        subject.request_erasure(OFFICER, ErasureGround.ORDERED, rule)
    with pytest.raises(LegalHoldStands):
        subject.erase(LEAD, rule, NO_TIES)
    subject.lift_hold(LEAD, 1, WHY)
    assert subject.standing_holds == ()
    subject.erase(LEAD, rule, NO_TIES)
    assert (subject.request, subject.erased_on) == (None, LEAD.effective_on)
