"""A case is opened by facts, examined by one person and decided by another; until then it hinders."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from services.shared.record import Act, ActedBefore, DocumentMissing
from services.support.domain.case import Case, CaseHinders, CaseNotInStep, CaseStatus, Fact, FactKind
from tests.given import given, happened
from tests.support.domain.test_task import by
from tests.support.examples import LEAD, LEADER, LOTUS_MILL, OFFICER

FACT = Fact(FactKind.OTHER_FUNDING, UUID(int=1), LOTUS_MILL, "Khuyến công hỗ trợ 40.000.000 đồng.", 7)
FLAG = Fact(FactKind.STOP_FLAG, UUID(int=2), LOTUS_MILL, "Cảnh báo tạm dừng.", 8)
WHOSE: dict[str, Any] = {"task_id": UUID(int=7), "participation_id": UUID(int=9)}
OPENING: dict[str, Any] = {**WHOSE, "enterprise_id": LOTUS_MILL, "content_code": "TOOL-5S"}
OPENED = happened(Case.Opened, **OPENING, fact=FACT, paid_vnd=20_000_000)
EXAMINED = happened(Case.Examined, act=by(OFFICER), **WHOSE, finding="Cùng một nội dung")
DECIDED = by(LEAD, "7/KL-SKHCN")
DISMISSED = happened(Case.Dismissed, act=DECIDED, **WHOSE, reason="Khác nhà máy")
CONFIRMED = happened(Case.Confirmed, act=DECIDED, **WHOSE, reason="Trùng")


class TestHeard:
    def test_another_fact_is_added(self) -> None:
        given(OPENED).when(lambda case: case.hear(by(OFFICER), FLAG, paid_vnd=0)).then(
            happened(Case.FactAdded, **WHOSE, fact=FLAG)
        )

    def test_the_same_words_change_nothing(self) -> None:
        given(OPENED).when(lambda case: case.hear(by(OFFICER), FACT, paid_vnd=0)).then()

    def test_a_fact_told_otherwise_is_revised(self) -> None:
        corrected = replace(FACT, told="Khuyến công đính chính còn 10.000.000 đồng.", registry_position=9)
        given(OPENED, EXAMINED).when(lambda case: case.hear(by(OFFICER), corrected, paid_vnd=0)).then(
            happened(Case.FactRevised, **WHOSE, fact=corrected)
        )

    def test_what_is_heard_after_the_examination_asks_for_another(self) -> None:
        given(OPENED, EXAMINED, happened(Case.FactAdded, **WHOSE, fact=FLAG)).when(
            lambda case: case.dismiss(DECIDED, reason="Khác nhà máy")
        ).refused(CaseNotInStep)

    def test_a_dismissed_case_is_opened_again_by_a_new_fact(self) -> None:
        given(OPENED, EXAMINED, DISMISSED).when(lambda case: case.hear(by(OFFICER), FLAG, paid_vnd=5)).then(
            happened(Case.Reopened, **WHOSE, fact=FLAG, paid_vnd=5)
        )

    def test_a_confirmed_case_stays_confirmed(self) -> None:
        case = given(OPENED, EXAMINED, CONFIRMED, happened(Case.FactAdded, **WHOSE, fact=FLAG)).record()
        assert case.status is CaseStatus.CONFIRMED
        assert case.facts == (FACT, FLAG)

    @pytest.mark.parametrize("decided", [CONFIRMED, DISMISSED])
    def test_what_a_decision_rested_on_opens_it_again_when_told_otherwise(self, decided: Any) -> None:
        corrected = replace(FACT, told="Khuyến công đính chính.")
        case = (
            given(OPENED, EXAMINED, decided)
            .when(lambda case: case.hear(by(OFFICER), corrected, paid_vnd=0))
            .then(happened(Case.Reopened, **WHOSE, fact=corrected, paid_vnd=0))
        )
        assert (case.status, case.facts) == (CaseStatus.OPEN, (corrected,))


class TestDecided:
    def test_an_officer_examines_it_as_often_as_needed(self) -> None:
        given(OPENED, EXAMINED).when(lambda case: case.examine(by(OFFICER), finding="Xem lại")).then(
            happened(Case.Examined, **WHOSE, finding="Xem lại")
        )

    @pytest.mark.parametrize("decide", [Case.confirm, Case.dismiss])
    def test_nobody_decides_before_it_was_examined(self, decide: Any) -> None:
        given(OPENED).when(lambda case: decide(case, DECIDED, reason="Trùng")).refused(CaseNotInStep)

    @pytest.mark.parametrize("decide", [Case.confirm, Case.dismiss])
    @pytest.mark.parametrize(
        ("act", "refusal"),
        [(by(OFFICER, "7/KL-SKHCN"), ActedBefore), (by(LEAD), DocumentMissing)],
        ids=["who examined it", "without a document"],
    )
    def test_another_person_decides_by_a_document(self, decide: Any, act: Act, refusal: Any) -> None:
        given(OPENED, EXAMINED).when(lambda case: decide(case, act, reason="Trùng")).refused(refusal)

    @pytest.mark.parametrize("decided", [CONFIRMED, DISMISSED])
    def test_it_is_decided_once(self, decided: Any) -> None:
        for act in (
            lambda case: case.dismiss(by(LEADER, "8/KL"), reason="Khác"),
            lambda case: case.confirm(by(LEADER, "8/KL"), reason="Trùng"),
            lambda case: case.examine(by(OFFICER), finding="Xem lại"),
        ):
            given(OPENED, EXAMINED, decided).when(act).refused(CaseNotInStep)


@pytest.mark.parametrize(
    ("history", "hinders"),
    [([], True), ([EXAMINED], True), ([EXAMINED, CONFIRMED], True), ([EXAMINED, DISMISSED], False)],
)
def test_it_hinders_until_it_is_dismissed(history: list[Any], hinders: bool) -> None:
    case = given(OPENED, *history).record()
    if hinders:
        with pytest.raises(CaseHinders, match=case.number):
            case.must_not_hinder()
    else:
        case.must_not_hinder()
