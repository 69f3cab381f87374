"""An inspection finds, hears, concludes by another person, and lets no more come back than it upheld."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.shared.record import ActedBefore, DocumentMissing
from services.shared.refusals import Refusal
from services.support.domain.inspection import Finding, FindingKind, Inspection, InspectionStatus, UpheldFinding
from services.support.domain.inspection_refusals import (
    AnswerAwaited,
    AnswerDueInThePast,
    FindingAbovePaid,
    FindingsUnjudged,
    FindingUnknown,
    InspectionNotInStep,
    NotTheInspected,
    RecoveryAboveFinding,
    UpheldAboveFinding,
)
from tests.given import given, happened
from tests.support.domain.test_task import by
from tests.support.examples import AUDITOR, HOST, LEAD, OTHER_HOST, SECOND_AUDITOR, Person

TASK, PART, RECOVERY = UUID(int=7), UUID(int=21), UUID(int=5)
ANSWER_BY = date(2024, 7, 15)
OPENING = {"task_id": TASK, "party_body": HOST.body, "scope": "Việc sử dụng kinh phí", "holds_payments": True}
FOUND: dict[str, Any] = {
    "kind": FindingKind.OFF_PURPOSE,
    "participation_id": PART,
    "amount_vnd": 12_000_000,
    "description": "Chi mua thiết bị ngoài dự toán",
    "evidence": "Hóa đơn HĐ-102",
}
UPHELD = (UpheldFinding(1, 10_000_000),)


def of_task(event: type[Inspection.Event], person: Person, document: str | None = None, **facts: Any) -> Any:
    return happened(event, task_id=TASK, act=by(person, document), **facts)


OPENED = happened(Inspection.Opened, **OPENING, document="15/QĐ-TTTP", act=by(AUDITOR, "15/QĐ-TTTP"))
RECORDED = of_task(Inspection.FindingRecorded, AUDITOR, finding=Finding(number=1, **FOUND))
ANNOUNCED = of_task(Inspection.FindingsAnnounced, AUDITOR, answer_by=ANSWER_BY)
ANSWERED = of_task(Inspection.Answered, HOST, answer="Đã được duyệt")
CONCLUDED = of_task(Inspection.Concluded, SECOND_AUDITOR, "20/KL-TTTP", summary="Chi sai", upheld=UPHELD)
HEARD = (OPENED, RECORDED, ANNOUNCED, ANSWERED)


def conclude(inspection: Inspection, person: Person = SECOND_AUDITOR, **changes: Any) -> None:
    inspection.conclude(by(person, "20/KL-TTTP"), **{"summary": "Chi sai", "upheld": UPHELD, **changes})


class TestOpen:
    def test_a_document_opens_it(self) -> None:
        inspection = given().when(lambda: Inspection.open(by(AUDITOR, "15/QĐ-TTTP"), **OPENING)).then(OPENED)
        assert (inspection.document, inspection.inspecting_body) == ("15/QĐ-TTTP", "TTTP")
        given().when(lambda: Inspection.open(by(AUDITOR), **OPENING)).refused(DocumentMissing)

    def test_what_is_found_is_recorded(self) -> None:
        inspection = (
            given(OPENED)
            .when(lambda inspection: inspection.record_finding(by(AUDITOR), **FOUND, paid_vnd=12_000_000))
            .then(RECORDED)
        )
        assert inspection.found_vnd == 12_000_000

    def test_nothing_is_found_against_money_that_was_not_paid(self) -> None:
        given(OPENED).when(
            lambda inspection: inspection.record_finding(by(AUDITOR), **FOUND, paid_vnd=11_999_999)
        ).refused(FindingAbovePaid)

    def test_the_inspected_get_time_to_answer(self) -> None:
        given(OPENED, RECORDED).when(
            lambda inspection: inspection.announce_findings(by(AUDITOR), answer_by=ANSWER_BY)
        ).then(ANNOUNCED)
        given(OPENED, RECORDED).when(
            lambda inspection: inspection.announce_findings(by(AUDITOR), answer_by=by(AUDITOR).effective_on)
        ).refused(AnswerDueInThePast)

    def test_an_inspection_that_found_nothing_is_concluded_at_once(self) -> None:
        inspection = (
            given(OPENED)
            .when(lambda inspection: conclude(inspection, upheld=()))
            .then(of_task(Inspection.Concluded, SECOND_AUDITOR, "20/KL-TTTP", summary="Chi sai", upheld=()))
        )
        assert (inspection.status, inspection.recoverable_vnd) == (InspectionStatus.CONCLUDED, 0)


class TestHeard:
    def test_only_who_carries_the_contract_out_answers(self) -> None:
        answer = {"answer": "Đã được duyệt"}
        announced = given(OPENED, RECORDED, ANNOUNCED)
        announced.when(lambda inspection: inspection.take_answer(by(HOST), **answer)).then(ANSWERED)
        announced.when(lambda inspection: inspection.take_answer(by(OTHER_HOST), **answer)).refused(NotTheInspected)

    @pytest.mark.parametrize("history", [(OPENED, RECORDED), HEARD])
    def test_and_once(self, history: Any) -> None:
        given(*history).when(lambda inspection: inspection.take_answer(by(HOST), answer="Chưa rõ")).refused(
            InspectionNotInStep
        )

    def test_nobody_is_judged_unheard_while_there_is_time(self) -> None:
        announced = given(OPENED, RECORDED, ANNOUNCED)
        announced.when(conclude).refused(AnswerAwaited)
        late = by(SECOND_AUDITOR, "20/KL-TTTP", on=date(2024, 7, 16))
        announced.when(lambda inspection: inspection.conclude(late, summary="Chi sai", upheld=UPHELD)).then(
            happened(Inspection.Concluded, task_id=TASK, summary="Chi sai", upheld=UPHELD)
        )

    def test_nothing_is_found_after_the_findings_were_announced(self) -> None:
        given(OPENED, ANNOUNCED).when(
            lambda inspection: inspection.record_finding(by(AUDITOR), **FOUND, paid_vnd=12_000_000)
        ).refused(InspectionNotInStep)


class TestConcluded:
    def test_another_person_concludes_what_of_each_finding_comes_back(self) -> None:
        inspection = given(*HEARD).when(conclude).then(CONCLUDED)
        assert (inspection.recoverable_vnd, inspection.conclusion) == (10_000_000, "20/KL-TTTP")

    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [
            ({"person": AUDITOR}, ActedBefore),
            ({"upheld": ()}, FindingsUnjudged),
            ({"upheld": UPHELD * 2}, FindingsUnjudged),
            ({"upheld": (UpheldFinding(2, 1),)}, FindingsUnjudged),
            ({"upheld": (UpheldFinding(1, 12_000_001),)}, UpheldAboveFinding),
        ],
    )
    def test_it_is_not_concluded_otherwise(self, changes: dict[str, Any], refusal: type[Refusal]) -> None:
        given(*HEARD).when(lambda inspection: conclude(inspection, **changes)).refused(refusal)

    def test_it_is_concluded_by_a_document_and_once(self) -> None:
        given(*HEARD).when(
            lambda inspection: inspection.conclude(by(SECOND_AUDITOR), summary="Chi sai", upheld=UPHELD)
        ).refused(DocumentMissing)
        given(*HEARD, CONCLUDED).when(conclude).refused(InspectionNotInStep)

    def test_not_before_the_inspected_were_asked(self) -> None:
        given(OPENED, RECORDED).when(conclude).refused(InspectionNotInStep)

    @pytest.mark.parametrize(
        ("history", "number", "amount_vnd", "refusal"),
        [
            (HEARD, 1, 1, InspectionNotInStep),
            ((*HEARD, CONCLUDED), 2, 1, FindingUnknown),
            ((*HEARD, CONCLUDED), 1, 10_000_001, RecoveryAboveFinding),
        ],
    )
    def test_no_recovery_goes_further(self, history: Any, number: int, amount_vnd: int, refusal: type[Refusal]) -> None:
        order = {"finding_number": number, "recovery_id": RECOVERY, "amount_vnd": amount_vnd}
        given(*history).when(lambda inspection: inspection.order_recovery(by(LEAD), **order)).refused(refusal)

    def test_recoveries_together_go_no_further(self) -> None:
        order: dict[str, Any] = {"finding_number": 1, "recovery_id": RECOVERY, "amount_vnd": 6_000_000}
        ordered = of_task(Inspection.RecoveryOrdered, LEAD, **order)
        concluded = given(*HEARD, CONCLUDED)
        concluded.when(lambda inspection: inspection.order_recovery(by(LEAD), **order)).then(ordered)
        given(*HEARD, CONCLUDED, ordered).when(lambda inspection: inspection.order_recovery(by(LEAD), **order)).refused(
            RecoveryAboveFinding
        )
