"""A certificate that support has led to, from the day it is presented until it is withdrawn, renewed or lapsed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from uuid import UUID, uuid5

from eventsourcing.domain import CanMutateAggregate

from services.shared.proceeding import Proceeding
from services.shared.record import Act, Record, document_of, recorded_by
from services.shared.spelling import plain
from services.support.domain.certificate_life import (
    RESULT_IN_WORDS,
    CertificateLife,
    CertificateStatus,
    Surveillance,
    SurveillanceResult,
)
from services.support.domain.certificate_refusals import (
    PaidOnLapsedCertificate,
    PaidOnSuspendedCertificate,
    PaidOnWithdrawnCertificate,
    RenewalEndsNoLater,
)
from services.support.domain.participation_refusals import CertificateExpired, CertificateNotYetIssued

__all__ = ["Certificate", "CertificateStatus", "Issued", "Surveillance", "SurveillanceResult"]

CERTIFICATES = UUID("3d0b6f0a-5c39-4a7e-8a35-0d1b7c9e2f46")


@dataclass(frozen=True)
class Issued:
    """A certificate as its certifier issued it."""

    certification_body: str
    certificate_number: str
    issued_on: date
    valid_until: date

    @property
    def certificate_id(self) -> UUID:
        """The id of its record; case, spacing and Unicode form of body and number do not matter."""
        return Certificate.create_id(self.certification_body, self.certificate_number)


class Certificate(CertificateLife, Proceeding):
    """A certifier's number, presented once as the result of one participation (chứng chỉ là kết quả hỗ trợ).

    Its id follows from certifier and number, so that a second participation with the same certificate meets the first
    in the same stream, whoever presents it, also at the same moment. What becomes of it is its certifier's decision:
    each act rests on the certifier's paper.
    """

    TOPIC = "support:Certificate"

    class Event(Record.Event):
        """Something that happened to a certificate; each names whose result it is (sự kiện của chứng chỉ)."""

        task_id: UUID
        participation_id: UUID
        certificate_number: str

    class Presented(Event, Proceeding.Created):
        """A certificate was presented as what support has led to (trình chứng chỉ)."""

        TOPIC = "support:Certificate.Presented"
        class_version: ClassVar[int] = 2
        certification_body: str
        enterprise_id: UUID | None
        content_code: str | None
        issued_on: date | None
        valid_until: date | None

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Whose it is and how long it holds stood with its participation only."""
            state |= dict.fromkeys(("enterprise_id", "content_code", "issued_on", "valid_until"))

        def sentence(self) -> str:
            return (
                f"Chứng chỉ {self.certificate_number} do {self.certification_body} cấp là kết quả của hồ sơ tham gia."
            )

    Created = Presented

    class Surveilled(Event, Proceeding.Event):
        """A surveillance audit looked whether the certificate is still deserved (đánh giá giám sát)."""

        TOPIC = "support:Certificate.Surveilled"
        result: SurveillanceResult
        auditor: str
        audited_on: date
        findings: str

        def sentence(self) -> str:
            held = f"{self.auditor} đánh giá giám sát ngày {self.audited_on:%d/%m/%Y} theo {self.act.document}"
            result = RESULT_IN_WORDS[self.result]
            return f"Chứng chỉ {self.certificate_number}: {held}, kết quả {result}. {self.findings}"

    class Suspended(Event, Proceeding.Event):
        """The certifier suspended the certificate (đình chỉ hiệu lực chứng chỉ)."""

        TOPIC = "support:Certificate.Suspended"
        reason: str

        def sentence(self) -> str:
            return f"Đình chỉ chứng chỉ {self.certificate_number} theo {self.act.document}. Lý do: {self.reason}"

    class Reinstated(Event, Proceeding.Event):
        """The certifier lifted the suspension (khôi phục hiệu lực chứng chỉ)."""

        TOPIC = "support:Certificate.Reinstated"
        reason: str

        def sentence(self) -> str:
            return f"Khôi phục chứng chỉ {self.certificate_number} theo {self.act.document}. Lý do: {self.reason}"

    class Withdrawn(Event, Proceeding.Event):
        """The certifier withdrew the certificate for good (thu hồi chứng chỉ)."""

        TOPIC = "support:Certificate.Withdrawn"
        reason: str

        def sentence(self) -> str:
            return f"Thu hồi chứng chỉ {self.certificate_number} theo {self.act.document}. Lý do: {self.reason}"

    class Renewed(Event, Proceeding.Event):
        """Another certificate follows this one (cấp lại chứng chỉ)."""

        TOPIC = "support:Certificate.Renewed"
        renewed_id: UUID
        renewed_number: str
        issued_on: date
        valid_until: date

        def sentence(self) -> str:
            renewed = f"{self.renewed_number}, hiệu lực đến {self.valid_until:%d/%m/%Y}"
            return f"Chứng chỉ {self.certificate_number} được cấp lại dưới số {renewed}."

    class PaymentPermitted(Event):
        """It held on the day of a payment that waited for it (chứng chỉ còn hiệu lực khi thanh toán).

        The payment's day is none of the certifier's: what they did before it may still be recorded later.
        """

        TOPIC = "support:Certificate.PaymentPermitted"
        milestone_number: int

        def sentence(self) -> str:
            day = f"ngày {self.act.effective_on:%d/%m/%Y}"
            return (
                f"Chứng chỉ {self.certificate_number} còn hiệu lực khi thanh toán mốc {self.milestone_number}, {day}."
            )

    @staticmethod
    def create_id(certification_body: str, certificate_number: str) -> UUID:
        """The id of a certificate; case, spacing and Unicode form of both names do not matter."""
        return uuid5(CERTIFICATES, f"{plain(certification_body)}\n{plain(certificate_number)}")

    @recorded_by(Presented)
    def __init__(
        self,
        act: Act,
        certification_body: str,
        certificate_number: str,
        participation_id: UUID,
        task_id: UUID,
        enterprise_id: UUID | None,
        content_code: str | None,
        issued_on: date | None,
        valid_until: date | None,
    ) -> None:
        self.certification_body = certification_body
        self.certificate_number = certificate_number
        self.participation_id = participation_id
        self.task_id = task_id
        self.enterprise_id = enterprise_id
        self.content_code = content_code
        self.issued_on = issued_on
        self.valid_until = valid_until
        self.status = CertificateStatus.VALID
        self.surveillances: tuple[Surveillance, ...] = ()
        self.reason: str | None = None
        self.suspended_by: UUID | None = None
        self.renewed_id: UUID | None = None

    @classmethod
    def present(
        cls,
        act: Act,
        issued: Issued,
        *,
        participation_id: UUID,
        task_id: UUID,
        enterprise_id: UUID,
        content_code: str,
    ) -> Certificate:
        """A certificate becomes the result of a participation."""
        return cls(
            act=act,
            **vars(issued),
            participation_id=participation_id,
            task_id=task_id,
            enterprise_id=enterprise_id,
            content_code=content_code,
        )

    def trigger_event(self, event_class: type[CanMutateAggregate[UUID]], **kwargs: Any) -> None:
        super().trigger_event(
            event_class,
            task_id=self.task_id,
            participation_id=self.participation_id,
            certificate_number=self.certificate_number,
            **kwargs,
        )

    @property
    def first_day(self) -> date | None:
        return self.issued_on

    @recorded_by(Surveilled)
    def _surveilled(self, act: Act, result: SurveillanceResult, auditor: str, audited_on: date, findings: str) -> None:
        seen = Surveillance(result, auditor, audited_on, findings, act.document or "")
        self.surveillances = (*self.surveillances, seen)

    @recorded_by(Suspended)
    def _suspended(self, act: Act, reason: str) -> None:
        self.status = CertificateStatus.SUSPENDED
        self.reason = reason
        self.suspended_by = act.person_id

    @recorded_by(Reinstated)
    def _reinstated(self, act: Act, reason: str) -> None:
        self.status = CertificateStatus.VALID
        self.reason = reason

    @recorded_by(Withdrawn)
    def _withdrawn(self, act: Act, reason: str) -> None:
        self.status = CertificateStatus.WITHDRAWN
        self.reason = reason

    def renew(self, act: Act, issued: Issued) -> None:
        """Its certifier issued another in its place, before its last day or after.

        Raises DocumentMissing, CertificateNotInStep, CertificateNotYetIssued, CertificateExpired and
        RenewalEndsNoLater.
        """
        document_of(act)
        self._must_be(CertificateStatus.VALID)
        if issued.issued_on > act.effective_on:
            raise CertificateNotYetIssued("issued_on")
        if issued.valid_until < act.effective_on:
            raise CertificateExpired("valid_until")
        if self.valid_until is not None and issued.valid_until <= self.valid_until:
            raise RenewalEndsNoLater("valid_until", valid_until=self.valid_until)
        self._renewed(
            act=act,
            renewed_id=issued.certificate_id,
            renewed_number=issued.certificate_number,
            issued_on=issued.issued_on,
            valid_until=issued.valid_until,
        )

    @recorded_by(Renewed)
    def _renewed(self, act: Act, renewed_id: UUID, renewed_number: str, issued_on: date, valid_until: date) -> None:
        self.status = CertificateStatus.RENEWED
        self.renewed_id = renewed_id

    def stands_on(self, day: date) -> bool:
        """Whether there is still something to look at: neither withdrawn nor renewed, nor lapsed by that day."""
        is_over = self.status in {CertificateStatus.WITHDRAWN, CertificateStatus.RENEWED}
        return not is_over and (self.valid_until is None or day <= self.valid_until)

    def permit_payment(self, act: Act, *, milestone_number: int) -> None:
        """Money that waits for the certificate leaves on the act's day.

        Raises PaidOnSuspendedCertificate, PaidOnWithdrawnCertificate and PaidOnLapsedCertificate.
        """
        if self.status is CertificateStatus.SUSPENDED:
            raise PaidOnSuspendedCertificate(certificate_number=self.certificate_number, reason=self.reason)
        if self.status is CertificateStatus.WITHDRAWN:
            raise PaidOnWithdrawnCertificate(certificate_number=self.certificate_number, reason=self.reason)
        if self.valid_until is not None and self.valid_until < act.effective_on:
            raise PaidOnLapsedCertificate(certificate_number=self.certificate_number, valid_until=self.valid_until)
        self._payment_permitted(act=act, milestone_number=milestone_number)

    @recorded_by(PaymentPermitted)
    def _payment_permitted(self, act: Act, milestone_number: int) -> None:
        """Nothing changes; that it was asked keeps a withdrawal at the same moment from passing unseen."""
