"""A certificate is looked at, suspended, reinstated, withdrawn and renewed as its certifier's papers say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.shared.record import Act, ActedBefore, DocumentMissing
from services.support.domain.certificate import Certificate, CertificateStatus, Issued, Surveillance, SurveillanceResult
from services.support.domain.certificate_refusals import (
    CertificateLapsed,
    CertificateNotInStep,
    PaidOnLapsedCertificate,
    PaidOnSuspendedCertificate,
    PaidOnWithdrawnCertificate,
    RenewalEndsNoLater,
    SurveillanceBeforeIssue,
    SurveillanceNotYetHeld,
)
from services.support.domain.participation_refusals import CertificateExpired, CertificateNotYetIssued
from tests.given import act, given, happened
from tests.support.domain.test_task import by
from tests.support.examples import DAY, LOTUS_MILL, OFFICER, PAYER, SECOND_OFFICER

ISSUED = Issued("Chứng nhận Mẫu", "CN-17", DAY - timedelta(days=7), date(2027, 6, 27))
RENEWED = replace(ISSUED, certificate_number="CN-18", issued_on=DAY, valid_until=date(2030, 6, 27))
WHOSE: dict[str, Any] = {"task_id": UUID(int=7), "participation_id": UUID(int=9)}
OF: dict[str, Any] = {**WHOSE, "enterprise_id": LOTUS_MILL, "content_code": "CRT-FOOD"}
NAMED: dict[str, Any] = {**WHOSE, "certificate_number": "CN-17"}
PRESENTED = happened(Certificate.Presented, **OF, **vars(ISSUED))
PAPER = by(OFFICER, "8/CN")
BY_ANOTHER = by(SECOND_OFFICER, "9/CN")
SUSPENDED = happened(Certificate.Suspended, act=PAPER, **NAMED, reason="Chưa khắc phục")
REINSTATED = happened(Certificate.Reinstated, act=BY_ANOTHER, **NAMED, reason="Đã khắc phục")
WITHDRAWN = happened(Certificate.Withdrawn, act=PAPER, **NAMED, reason="Ngừng áp dụng")
FOLLOWED_BY = {
    "renewed_id": RENEWED.certificate_id,
    "renewed_number": "CN-18",
    "issued_on": RENEWED.issued_on,
    "valid_until": RENEWED.valid_until,
}
FOLLOWED = happened(Certificate.Renewed, act=PAPER, **NAMED, **FOLLOWED_BY)
AUDIT: dict[str, Any] = {
    "result": SurveillanceResult.FAILED,
    "auditor": "Chứng nhận Mẫu",
    "audited_on": DAY,
    "findings": "Hai điểm không phù hợp",
}

Acting = Callable[[Certificate, Act], None]


def surveil(certificate: Certificate, act: Act) -> None:
    certificate.surveil(act, **AUDIT)


def suspend(certificate: Certificate, act: Act) -> None:
    certificate.suspend(act, reason="Chưa khắc phục")


def reinstate(certificate: Certificate, act: Act) -> None:
    certificate.reinstate(act, reason="Đã khắc phục")


def withdraw(certificate: Certificate, act: Act) -> None:
    certificate.withdraw(act, reason="Ngừng áp dụng")


def renew(certificate: Certificate, act: Act) -> None:
    certificate.renew(act, RENEWED)


def test_a_certificate_is_presented() -> None:
    given().when(lambda: Certificate.present(act(), ISSUED, **OF)).then(PRESENTED)


@pytest.mark.parametrize(
    ("history", "acting", "by_whom", "event", "status"),
    [
        ([PRESENTED], suspend, PAPER, SUSPENDED, CertificateStatus.SUSPENDED),
        ([PRESENTED, SUSPENDED], reinstate, BY_ANOTHER, REINSTATED, CertificateStatus.VALID),
        ([PRESENTED], withdraw, PAPER, WITHDRAWN, CertificateStatus.WITHDRAWN),
        ([PRESENTED, SUSPENDED], withdraw, PAPER, WITHDRAWN, CertificateStatus.WITHDRAWN),
        ([PRESENTED, SUSPENDED, REINSTATED], renew, PAPER, FOLLOWED, CertificateStatus.RENEWED),
    ],
)
def test_it_becomes_what_its_certifier_makes_of_it(
    history: list[Any], acting: Acting, by_whom: Act, event: Any, status: CertificateStatus
) -> None:
    certificate = given(*history).when(lambda certificate: acting(certificate, by_whom)).then(event)
    assert certificate.status is status


@pytest.mark.parametrize("history", [[PRESENTED], [PRESENTED, SUSPENDED]])
def test_it_is_looked_at_while_it_holds_and_while_it_is_suspended(history: list[Any]) -> None:
    certificate = (
        given(*history)
        .when(lambda certificate: surveil(certificate, PAPER))
        .then(happened(Certificate.Surveilled, act=PAPER, **NAMED, **AUDIT))
    )
    assert certificate.surveillances == (Surveillance(**AUDIT, document="8/CN"),)


@pytest.mark.parametrize("acting", [surveil, suspend, withdraw, renew])
def test_every_act_rests_on_the_certifiers_paper(acting: Acting) -> None:
    given(PRESENTED).when(lambda certificate: acting(certificate, by(OFFICER))).refused(DocumentMissing)


@pytest.mark.parametrize(
    ("history", "acting"),
    [
        ([PRESENTED], reinstate),
        ([PRESENTED, SUSPENDED], suspend),
        ([PRESENTED, SUSPENDED], renew),
        *[([PRESENTED, WITHDRAWN], acting) for acting in (surveil, suspend, reinstate, withdraw, renew)],
        *[([PRESENTED, FOLLOWED], acting) for acting in (surveil, suspend, reinstate, withdraw, renew)],
    ],
)
def test_what_does_not_follow_is_refused(history: list[Any], acting: Acting) -> None:
    given(*history).when(lambda certificate: acting(certificate, BY_ANOTHER)).refused(CertificateNotInStep)


def test_who_recorded_the_suspension_does_not_lift_it() -> None:
    given(PRESENTED, SUSPENDED).when(lambda certificate: reinstate(certificate, PAPER)).refused(ActedBefore)


@pytest.mark.parametrize(
    ("history", "acting"),
    [
        ([PRESENTED], surveil),
        ([PRESENTED], suspend),
        ([PRESENTED], withdraw),
        ([PRESENTED, SUSPENDED], reinstate),
    ],
)
def test_after_its_last_day_it_can_only_be_renewed(history: list[Any], acting: Acting) -> None:
    later = replace(BY_ANOTHER, effective_on=ISSUED.valid_until + timedelta(days=1))
    given(*history).when(lambda certificate: acting(certificate, later)).refused(CertificateLapsed)
    last = replace(BY_ANOTHER, effective_on=ISSUED.valid_until)
    acting(given(*history).record(), last)
    given(PRESENTED).when(lambda certificate: renew(certificate, later)).then(
        happened(Certificate.Renewed, act=later, **NAMED, **FOLLOWED_BY)
    )


def test_a_payment_asks_whether_it_holds_on_its_day() -> None:
    last = by(PAYER, on=ISSUED.valid_until)
    given(PRESENTED, SUSPENDED, REINSTATED).when(
        lambda certificate: certificate.permit_payment(last, milestone_number=2)
    ).then(happened(Certificate.PaymentPermitted, act=last, **NAMED, milestone_number=2))


@pytest.mark.parametrize(
    ("history", "paid_on", "refusal"),
    [
        ([PRESENTED, SUSPENDED], DAY, PaidOnSuspendedCertificate),
        ([PRESENTED, WITHDRAWN], DAY, PaidOnWithdrawnCertificate),
        ([PRESENTED], ISSUED.valid_until + timedelta(days=1), PaidOnLapsedCertificate),
    ],
)
def test_nothing_is_paid_on_a_certificate_that_does_not_hold(history: list[Any], paid_on: date, refusal: type) -> None:
    paid = by(PAYER, on=paid_on)
    given(*history).when(lambda certificate: certificate.permit_payment(paid, milestone_number=1)).refused(refusal)


def test_what_its_certifier_did_before_a_payment_is_recorded_after_it() -> None:
    paid = happened(Certificate.PaymentPermitted, act=by(PAYER, on=date(2024, 9, 2)), **NAMED, milestone_number=1)
    given(PRESENTED, paid).when(lambda certificate: withdraw(certificate, PAPER)).then(WITHDRAWN)


@pytest.mark.parametrize(
    ("audited_on", "refusal"),
    [
        (DAY + timedelta(days=1), SurveillanceNotYetHeld),
        (ISSUED.issued_on - timedelta(days=1), SurveillanceBeforeIssue),
    ],
)
def test_an_audit_is_held_between_the_issue_and_its_record(audited_on: date, refusal: type) -> None:
    audit = {**AUDIT, "audited_on": audited_on}
    given(PRESENTED).when(lambda certificate: certificate.surveil(PAPER, **audit)).refused(refusal)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"issued_on": DAY + timedelta(days=1)}, CertificateNotYetIssued),
        ({"valid_until": DAY - timedelta(days=1)}, CertificateExpired),
        ({"valid_until": ISSUED.valid_until}, RenewalEndsNoLater),
    ],
)
def test_a_renewal_that_cannot_be_right(changes: dict[str, Any], refusal: type) -> None:
    issued = replace(RENEWED, **changes)
    given(PRESENTED).when(lambda certificate: certificate.renew(PAPER, issued)).refused(refusal)
