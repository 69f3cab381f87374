"""What its certifier makes of a certificate, be it a participation's or a product's: the rules they share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.shared.record import Act, document_of, must_be_another_than
from services.support.domain.certificate_refusals import (
    CertificateLapsed,
    CertificateNotInStep,
    SurveillanceBeforeIssue,
    SurveillanceNotYetHeld,
)

__all__ = ["RESULT_IN_WORDS", "CertificateLife", "CertificateStatus", "Surveillance", "SurveillanceResult"]


class CertificateStatus(StrEnum):
    """What its certifier has made of a certificate; WITHDRAWN and RENEWED are final."""

    VALID = "VALID"
    SUSPENDED = "SUSPENDED"
    WITHDRAWN = "WITHDRAWN"
    RENEWED = "RENEWED"


CERTIFICATE_STATUS_IN_WORDS = {
    CertificateStatus.VALID: "đang có hiệu lực",
    CertificateStatus.SUSPENDED: "đang bị đình chỉ",
    CertificateStatus.WITHDRAWN: "đã bị thu hồi",
    CertificateStatus.RENEWED: "đã được cấp lại dưới số khác",
}


class SurveillanceResult(StrEnum):
    """What a surveillance audit came to."""

    PASSED = "PASSED"
    FAILED = "FAILED"


RESULT_IN_WORDS = {SurveillanceResult.PASSED: "đạt", SurveillanceResult.FAILED: "không đạt"}


@dataclass(frozen=True)
class Surveillance:
    """A surveillance audit: who looked on which day, what it came to and what they found."""

    result: SurveillanceResult
    auditor: str
    audited_on: date
    findings: str
    document: str


class CertificateLife:
    """The certifier's decisions on a certificate; the record of which this is part keeps what happened."""

    certificate_number: str
    valid_until: date | None
    status: CertificateStatus
    suspended_by: UUID | None
    _surveilled: Callable[..., None]
    _suspended: Callable[..., None]
    _reinstated: Callable[..., None]
    _withdrawn: Callable[..., None]

    @property
    def first_day(self) -> date | None:
        """From when it holds; None where that was never told."""
        raise NotImplementedError

    def surveil(self, act: Act, *, result: SurveillanceResult, auditor: str, audited_on: date, findings: str) -> None:
        """Somebody has looked again; what follows of a failed audit is the certifier's decision.

        Raises DocumentMissing, CertificateNotInStep, CertificateLapsed, SurveillanceNotYetHeld and
        SurveillanceBeforeIssue.
        """
        self._must_hold(act, CertificateStatus.VALID, CertificateStatus.SUSPENDED)
        if audited_on > act.effective_on:
            raise SurveillanceNotYetHeld("audited_on")
        if self.first_day is not None and audited_on < self.first_day:
            raise SurveillanceBeforeIssue("audited_on", issued_on=self.first_day)
        self._surveilled(act=act, result=result, auditor=auditor, audited_on=audited_on, findings=findings)

    def suspend(self, act: Act, *, reason: str) -> None:
        """It does not count until it is reinstated.

        Raises DocumentMissing, CertificateNotInStep and CertificateLapsed.
        """
        self._must_hold(act, CertificateStatus.VALID)
        self._suspended(act=act, reason=reason)

    def reinstate(self, act: Act, *, reason: str) -> None:
        """It counts again; another person records this than recorded the suspension.

        Raises DocumentMissing, CertificateNotInStep, CertificateLapsed and ActedBefore.
        """
        self._must_hold(act, CertificateStatus.SUSPENDED)
        must_be_another_than(act, self.suspended_by)
        self._reinstated(act=act, reason=reason)

    def withdraw(self, act: Act, *, reason: str) -> None:
        """It never counts again.

        Raises DocumentMissing, CertificateNotInStep and CertificateLapsed.
        """
        self._must_hold(act, CertificateStatus.VALID, CertificateStatus.SUSPENDED)
        self._withdrawn(act=act, reason=reason)

    def _must_hold(self, act: Act, *statuses: CertificateStatus) -> None:
        """The certifier's paper speaks of a certificate that stands so and has not lapsed."""
        document_of(act)
        self._must_be(*statuses)
        if self.valid_until is not None and self.valid_until < act.effective_on:
            raise CertificateLapsed(certificate_number=self.certificate_number, valid_until=self.valid_until)

    def _must_be(self, *statuses: CertificateStatus) -> None:
        if self.status not in statuses:
            status = CERTIFICATE_STATUS_IN_WORDS[self.status]
            raise CertificateNotInStep(certificate_number=self.certificate_number, status=status)
