"""A participation is screened, selected, implemented, certified, paid and closed; or refused with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

import pytest

from services.shared.record import DocumentMissing
from services.support.domain.certificate_life import SurveillanceResult
from services.support.domain.conditions import judge
from services.support.domain.norm_terms import Amount, Step, StepKind
from services.support.domain.participation import Participation, ParticipationStatus, Voucher
from services.support.domain.participation_refusals import (
    CertificateExpired,
    CertificateNotYetIssued,
    CertificateOlderThanDecision,
    ParticipationAlreadyCertified,
    ParticipationDecided,
    ParticipationLacksEvidence,
    ParticipationNotCommitted,
    ParticipationNotEligible,
    ParticipationNotMonitored,
    ParticipationNotScreened,
    ParticipationNotSelected,
    ParticipationOfAnother,
    PaymentAlreadyClaimed,
    PaymentNotClaimed,
    VoucherNamedTwice,
    VouchersBelowCost,
)
from tests.given import act, given, happened
from tests.support.examples import CATALOGUE, LOTUS_MILL, RIVER_FARM, eligibility, overlap, wanted

TASK = UUID(int=7)
FIVE_S = CATALOGUE["contents"][1]
WHOSE = {"task_id": TASK, "enterprise_id": LOTUS_MILL, "content_code": "TOOL-5S"}
KIND = {"content_group": FIVE_S.group, "content_kind": FIVE_S.kind}
MET = judge(CATALOGUE["conditions"], eligibility(), overlap(), holds_claim=True, application_valid=True)
UNMET = judge(
    CATALOGUE["conditions"], eligibility(business_lines=()), overlap(), holds_claim=True, application_valid=True
)
NORMS_ID = UUID(int=9)
AMOUNT = Amount(
    "TOOL-5S",
    amount_vnd=40_000_000,
    rate_percent=50,
    pays_after_certificate=False,
    steps=(
        Step(StepKind.COST, 80_000_000, 80_000_000, "chi phí 80.000.000 đồng"),
        Step(StepKind.RATE, 40_000_000, 40_000_000, "50% chi phí là 40.000.000 đồng"),
    ),
)
GRANTED = {
    "amount_vnd": 40_000_000,
    "explanation": "TOOL-5S: chi phí 80.000.000 đồng; 50% chi phí là 40.000.000 đồng.",
    "norms_id": NORMS_ID,
    "steps": AMOUNT.steps,
}
CERTIFICATE = {
    "certificate_number": "CN-17",
    "certification_body": "Chứng nhận Mẫu",
    "issued_on": date(2024, 6, 28),
    "valid_until": date(2027, 6, 27),
}

REGISTERED = happened(
    Participation.Registered,
    **WHOSE,
    **KIND,
    estimated_cost_vnd=80_000_000,
    product_count=1,
    priority_codes=("P1",),
    unit_keys=(),
)
ELIGIBLE = happened(Participation.Screened, **WHOSE, eligible=True, verdicts=MET, registry_position=41, size=None)
INELIGIBLE = happened(Participation.Screened, **WHOSE, eligible=False, verdicts=UNMET, registry_position=41, size=None)
SELECTED = happened(Participation.Selected, **WHOSE, **KIND, **GRANTED)
COMMITTED = happened(Participation.Committed, **WHOSE, act=act(document="1/BCK"))
IMPLEMENTED = happened(Participation.Implemented, **WHOSE, summary="Đã áp dụng")
CERTIFIED = happened(Participation.Certified, **WHOSE, **CERTIFICATE)
REFUSED = happened(Participation.Refused, **WHOSE, reason="Hết suất")


class TestRegistered:
    def test_an_enterprise_registers(self) -> None:
        participation = (
            given().when(lambda: Participation.register(act(), FIVE_S, task_id=TASK, line=wanted())).then(REGISTERED)
        )
        assert participation.line == wanted()

    @pytest.mark.parametrize(("verdicts", "screened"), [(MET, ELIGIBLE), (UNMET, INELIGIBLE)])
    def test_it_is_screened(self, verdicts: Any, screened: Any) -> None:
        given(REGISTERED).when(
            lambda participation: participation.screen(act(), verdicts=verdicts, registry_position=41)
        ).then(screened)

    def test_it_may_be_screened_again_when_what_was_lacking_is_there(self) -> None:
        participation = (
            given(REGISTERED, INELIGIBLE)
            .when(lambda participation: participation.screen(act(), verdicts=MET, registry_position=41))
            .then(ELIGIBLE)
        )
        assert participation.is_eligible

    def test_no_council_before_it_is_screened(self) -> None:
        given(REGISTERED).when(lambda participation: participation.must_be_screened()).refused(ParticipationNotScreened)

    def test_it_may_be_taken_off_its_application(self) -> None:
        given(REGISTERED).when(lambda participation: participation.withdraw(act())).then(
            happened(Participation.Withdrawn, **WHOSE)
        )

    def test_it_is_its_own_enterprises(self) -> None:
        given(REGISTERED).when(lambda participation: participation.must_be_of(RIVER_FARM)).refused(
            ParticipationOfAnother
        )


class TestScreened:
    def test_an_eligible_one_is_selected(self) -> None:
        given(REGISTERED, ELIGIBLE).when(
            lambda participation: participation.select(act(), AMOUNT, norms_id=NORMS_ID)
        ).then(SELECTED)

    @pytest.mark.parametrize("history", [(REGISTERED,), (REGISTERED, INELIGIBLE), (REGISTERED, ELIGIBLE, REFUSED)])
    def test_no_other_is_selected(self, history: Any) -> None:
        given(*history).when(lambda participation: participation.select(act(), AMOUNT, norms_id=NORMS_ID)).refused(
            ParticipationNotEligible
        )

    def test_a_verdict_keeps_its_version_when_the_rule_changes_after_the_decision(self) -> None:
        selected = given(REGISTERED, ELIGIBLE, SELECTED).record()
        judged_anew = tuple(replace(verdict, rule_version=99, met=False) for verdict in MET)
        with pytest.raises(ParticipationDecided):
            selected.screen(act(), verdicts=judged_anew, registry_position=50)
        assert selected.verdicts == MET

    def test_an_ineligible_one_knows_why(self) -> None:
        assert given(REGISTERED, INELIGIBLE).record().unmet_reasons == "C1: Chưa đăng ký ngành nghề."

    def test_it_is_refused_with_a_reason(self) -> None:
        participation = (
            given(REGISTERED, ELIGIBLE)
            .when(lambda participation: participation.refuse(act(), reason="Hết suất"))
            .then(REFUSED)
        )
        assert (participation.status, participation.reason) == (ParticipationStatus.REFUSED, "Hết suất")


class TestSelected:
    HISTORY = (REGISTERED, ELIGIBLE, SELECTED)

    def test_it_is_implemented_then_certified(self) -> None:
        given(*self.HISTORY).when(lambda participation: participation.implement(act(), summary="Đã áp dụng")).then(
            IMPLEMENTED
        )
        given(*self.HISTORY, IMPLEMENTED).when(lambda participation: participation.certify(act(), **CERTIFICATE)).then(
            CERTIFIED
        )

    def test_a_certificate_that_has_run_out_certifies_nothing(self) -> None:
        expired = {**CERTIFICATE, "valid_until": date(2024, 6, 27)}
        given(*self.HISTORY).when(lambda participation: participation.certify(act(), **expired)).refused(
            CertificateExpired, field="valid_until"
        )

    @pytest.mark.parametrize(
        ("changes", "refusal", "field"),
        [
            ({"issued_on": date(2024, 6, 27)}, CertificateOlderThanDecision, "issued_on"),
            ({"issued_on": date(2024, 7, 2)}, CertificateNotYetIssued, "issued_on"),
            ({"issued_on": date(2024, 7, 1), "valid_until": date(2024, 6, 30)}, CertificateExpired, "valid_until"),
        ],
    )
    def test_a_certificate_is_issued_after_the_decision_and_before_it_is_recorded(
        self, changes: dict[str, Any], refusal: type, field: str
    ) -> None:
        later = act(effective_on=date(2024, 7, 1))
        given(*self.HISTORY).when(lambda one: one.certify(later, **{**CERTIFICATE, **changes})).refused(
            refusal, field=field
        )

    def test_it_is_neither_screened_refused_nor_withdrawn_any_more(self) -> None:
        decided = given(*self.HISTORY)
        decided.when(lambda one: one.screen(act(), verdicts=MET, registry_position=41)).refused(ParticipationDecided)
        decided.when(lambda one: one.refuse(act(), reason="Hết suất")).refused(ParticipationDecided)
        decided.when(lambda one: one.withdraw(act())).refused(ParticipationDecided)

    @pytest.mark.parametrize(
        ("history", "certificate_needed", "enough"),
        [
            ((), False, False),
            ((IMPLEMENTED,), False, True),
            ((IMPLEMENTED,), True, False),
            ((IMPLEMENTED, CERTIFIED), True, True),
        ],
    )
    def test_nothing_is_accepted_without_evidence(self, history: Any, certificate_needed: bool, enough: bool) -> None:
        shown = given(*self.HISTORY, *history).when(
            lambda participation: participation.must_show_evidence(certificate_needed=certificate_needed)
        )
        if enough:
            shown.then()
        else:
            shown.refused(ParticipationLacksEvidence)


def test_only_what_was_selected_is_carried_out() -> None:
    given(REGISTERED, ELIGIBLE).when(lambda one: one.implement(act(), summary="x")).refused(ParticipationNotSelected)
    given(REGISTERED, ELIGIBLE).when(lambda one: one.certify(act(), **CERTIFICATE)).refused(ParticipationNotSelected)


def test_a_certificate_is_recorded_once() -> None:
    given(REGISTERED, ELIGIBLE, SELECTED, CERTIFIED).when(lambda one: one.certify(act(), **CERTIFICATE)).refused(
        ParticipationAlreadyCertified
    )


class TestUnderContract:
    SELECTED_ONES = (REGISTERED, ELIGIBLE, SELECTED)

    def test_an_enterprise_commits_itself_in_writing_before_the_contract(self) -> None:
        selected = given(*self.SELECTED_ONES)
        selected.when(lambda participation: participation.commit(act(document="1/BCK"))).then(COMMITTED)
        selected.when(lambda participation: participation.commit(act())).refused(DocumentMissing)
        selected.when(lambda participation: participation.must_be_committed()).refused(ParticipationNotCommitted)

    @pytest.mark.parametrize("history", [(REGISTERED, ELIGIBLE), (*SELECTED_ONES, COMMITTED), (REGISTERED, REFUSED)])
    def test_it_does_so_once_and_after_the_decision(self, history: Any) -> None:
        given(*history).when(lambda participation: participation.commit(act(document="1/BCK"))).refused(
            ParticipationNotSelected
        )

    def test_what_is_committed_is_implemented_and_certified(self) -> None:
        committed = (*self.SELECTED_ONES, COMMITTED)
        given(*committed).when(lambda participation: participation.implement(act(), summary="Đã áp dụng")).then(
            IMPLEMENTED
        )
        given(*committed).when(lambda participation: participation.certify(act(), **CERTIFICATE)).then(CERTIFIED)

    @pytest.mark.parametrize("last", [SELECTED, COMMITTED, IMPLEMENTED, CERTIFIED])
    def test_it_may_leave_its_contract(self, last: Any) -> None:
        history = (REGISTERED, ELIGIBLE, SELECTED, last) if last is not SELECTED else self.SELECTED_ONES
        given(*history).when(lambda participation: participation.leave_contract(act())).then(
            happened(Participation.Withdrawn, **WHOSE)
        )

    def test_what_has_no_contract_does_not_leave_it(self) -> None:
        given(REGISTERED, ELIGIBLE).when(lambda participation: participation.leave_contract(act())).refused(
            ParticipationNotSelected
        )


DENIED = happened(Participation.CertificateDenied, **WHOSE, act=act(document="17/TB-CN"), reason="Chưa đạt yêu cầu")
INVOICE = Voucher("Hóa đơn", "HĐ-101", date(2024, 6, 28), 50_000_000)
RECEIPT = Voucher("Ủy nhiệm chi", "UNC-7", date(2024, 6, 28), 30_000_000)
CLAIMED = happened(Participation.PaymentClaimed, **WHOSE, milestone_number=1, vouchers=(INVOICE, RECEIPT))
PAID = happened(Participation.Paid, **WHOSE, milestone_number=1, amount_vnd=20_000_000)
CLOSED = happened(Participation.Closed, **WHOSE, summary="Cơ sở duy trì tốt")
APPLIED = (REGISTERED, ELIGIBLE, SELECTED, COMMITTED, IMPLEMENTED)


class TestNotCertified:
    @staticmethod
    def deny(participation: Participation) -> None:
        participation.deny_certificate(act(document="17/TB-CN"), reason="Chưa đạt yêu cầu")

    def test_the_certifiers_paper_says_that_there_is_none(self) -> None:
        given(*APPLIED).when(self.deny).then(DENIED)
        given(*APPLIED).when(lambda participation: participation.deny_certificate(act(), reason="Chưa đạt")).refused(
            DocumentMissing
        )

    @pytest.mark.parametrize(
        ("before", "refusal"),
        [((REGISTERED, ELIGIBLE), ParticipationNotSelected), ((*APPLIED, CERTIFIED), ParticipationAlreadyCertified)],
    )
    def test_only_of_what_awaits_one(self, before: Any, refusal: Any) -> None:
        given(*before).when(self.deny).refused(refusal)

    def test_what_was_applied_still_shows_that_it_was(self) -> None:
        given(*APPLIED, DENIED).when(
            lambda participation: participation.must_show_evidence(certificate_needed=False)
        ).then()
        given(*APPLIED, DENIED).when(
            lambda participation: participation.must_show_evidence(certificate_needed=True)
        ).refused(ParticipationLacksEvidence)

    def test_a_second_assessment_may_lead_to_it(self) -> None:
        given(*APPLIED, DENIED).when(lambda participation: participation.certify(act(), **CERTIFICATE)).then(CERTIFIED)


class TestPaid:
    @staticmethod
    def claim(participation: Participation, *vouchers: Voucher, cost_vnd: int = 80_000_000) -> None:
        participation.claim_payment(act(), milestone_number=1, cost_vnd=cost_vnd, vouchers=vouchers)

    def test_payment_is_asked_for_with_vouchers(self) -> None:
        given(*APPLIED).when(lambda participation: self.claim(participation, INVOICE, RECEIPT)).then(CLAIMED)

    def test_vouchers_prove_the_whole_cost(self) -> None:
        refusal = (
            given(*APPLIED).when(lambda participation: self.claim(participation, INVOICE)).refused(VouchersBelowCost)
        )
        assert str(refusal) == (
            "Chứng từ chỉ chứng minh 50.000.000 đồng, thấp hơn chi phí thực tế đã nghiệm thu 80.000.000 đồng."
        )

    def test_a_voucher_counts_once(self) -> None:
        given(*APPLIED).when(lambda participation: self.claim(participation, INVOICE, INVOICE)).refused(
            VoucherNamedTwice
        )

    def test_a_milestone_is_claimed_once(self) -> None:
        given(*APPLIED, CLAIMED).when(lambda participation: self.claim(participation, INVOICE, RECEIPT)).refused(
            PaymentAlreadyClaimed
        )

    def test_nothing_is_claimed_without_a_contract(self) -> None:
        given(REGISTERED, ELIGIBLE).when(lambda participation: self.claim(participation, INVOICE, RECEIPT)).refused(
            ParticipationNotSelected
        )

    def test_it_is_paid_as_it_was_claimed(self) -> None:
        participation = (
            given(*APPLIED, CLAIMED)
            .when(lambda participation: participation.pay(act(), milestone_number=1, amount_vnd=20_000_000))
            .then(PAID)
        )
        assert (participation.status, participation.paid_vnd) == (ParticipationStatus.PAID, 20_000_000)

    @pytest.mark.parametrize(("before", "number"), [(APPLIED, 1), ((*APPLIED, CLAIMED), 2)])
    def test_nothing_is_paid_that_was_not_claimed(self, before: Any, number: int) -> None:
        given(*before).when(
            lambda participation: participation.pay(act(), milestone_number=number, amount_vnd=1)
        ).refused(PaymentNotClaimed)

    def test_it_may_be_certified_between_two_payments(self) -> None:
        given(*APPLIED, CLAIMED, PAID).when(lambda participation: participation.certify(act(), **CERTIFICATE)).then(
            CERTIFIED
        )


class TestClosed:
    def test_it_comes_to_its_end(self) -> None:
        given(*APPLIED, CLAIMED, PAID).when(
            lambda participation: participation.close(act(), summary="Cơ sở duy trì tốt")
        ).then(CLOSED)

    @pytest.mark.parametrize("before", [(REGISTERED, ELIGIBLE), (*APPLIED, CLAIMED, PAID, CLOSED)])
    def test_once_and_only_what_was_under_contract(self, before: Any) -> None:
        given(*before).when(lambda participation: participation.close(act(), summary="Hết hạn")).refused(
            ParticipationNotSelected
        )


class TestMonitored:
    AUDIT: ClassVar[dict[str, Any]] = {"certificate_number": "CN-17", "result": SurveillanceResult.PASSED}
    MONITORED: ClassVar[Any] = happened(Participation.Monitored, **WHOSE, **AUDIT)

    def test_the_first_audit_after_a_payment_counts(self) -> None:
        paid = (*APPLIED, CERTIFIED, CLAIMED, PAID)
        given(*paid).when(lambda each: each.monitor(act(), **self.AUDIT)).then(self.MONITORED)
        given(*paid, self.MONITORED).when(lambda each: each.monitor(act(), **self.AUDIT)).then()

    @pytest.mark.parametrize("history", [(CERTIFIED,), (CERTIFIED, CLAIMED)])
    def test_one_before_the_payment_does_not(self, history: tuple[Any, ...]) -> None:
        given(*APPLIED, *history).when(lambda each: each.monitor(act(), **self.AUDIT)).then()

    def test_nor_does_one_that_counts_from_before_it(self) -> None:
        eve = act(effective_on=date(2024, 6, 27))
        given(*APPLIED, CERTIFIED, CLAIMED, PAID).when(lambda each: each.monitor(eve, **self.AUDIT)).then()

    def test_while_surveillance_is_due_nobody_closes_what_was_not_looked_at(self) -> None:
        closing = {"summary": "Cơ sở duy trì tốt", "surveillance_due": True}
        paid = (*APPLIED, CERTIFIED, CLAIMED, PAID)
        given(*paid).when(lambda each: each.close(act(), **closing)).refused(ParticipationNotMonitored)
        given(*paid, self.MONITORED).when(lambda each: each.close(act(), **closing)).then(CLOSED)
        given(*APPLIED, CERTIFIED).when(lambda each: each.close(act(), **closing)).then(CLOSED)
