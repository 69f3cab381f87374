"""A certified product group of an enterprise: what the indicator of certified product groups (K5) counts."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any, Self
from uuid import UUID, uuid5

from eventsourcing.domain import CanMutateAggregate

from services.shared.proceeding import Proceeding
from services.shared.record import Act, document_of, recorded_by
from services.shared.refusals import Invalid
from services.shared.spelling import plain
from services.support.domain.certificate_life import (
    RESULT_IN_WORDS,
    CertificateLife,
    CertificateStatus,
    Surveillance,
    SurveillanceResult,
)
from services.support.domain.certificate_refusals import RenewalEndsNoLater

__all__ = ["ConformityKind", "Product"]


class ConformityKind(StrEnum):
    """To what a product conforms; clerks keep the two apart."""

    CONFORMITY_TO_STANDARD = "CONFORMITY_TO_STANDARD"
    CONFORMITY_TO_REGULATION = "CONFORMITY_TO_REGULATION"


CONFORMITY_KIND_IN_WORDS = {
    ConformityKind.CONFORMITY_TO_STANDARD: "hợp chuẩn",
    ConformityKind.CONFORMITY_TO_REGULATION: "hợp quy",
}


class CertificateEndsBeforeItStarts(Invalid):
    """The last day lies before the first."""

    sentence = "Ngày hết hạn chứng chỉ không được trước ngày cấp."


class CertificateNotYetValid(Invalid):
    """What is not yet certified is not recorded as certified."""

    sentence = "Chứng chỉ chưa có hiệu lực vào ngày ghi nhận."


class Product(CertificateLife, Proceeding):
    """A product of an enterprise, in its product group, with one certificate (sản phẩm được chứng nhận)."""

    TOPIC = "support:Product"

    class Event(Proceeding.Event):
        """Something that happened to a certified product; each names whose it is (sự kiện của sản phẩm)."""

        enterprise_id: UUID
        product_name: str
        certificate_number: str

        @property
        def certificate(self) -> str:
            """By what its sentences name it."""
            return f"chứng chỉ {self.certificate_number} của sản phẩm “{self.product_name}”"

    class Certified(Event, Proceeding.Created):
        """A product was certified to conform (chứng nhận hợp chuẩn, hợp quy)."""

        TOPIC = "support:Product.Certified"
        product_group_code: str
        conformity_kind: ConformityKind
        certification_body: str
        valid_from: date
        valid_until: date
        participation_id: UUID | None

        def sentence(self) -> str:
            kind = CONFORMITY_KIND_IN_WORDS[self.conformity_kind]
            issued = f"chứng chỉ {self.certificate_number} do {self.certification_body} cấp"
            return f"Sản phẩm “{self.product_name}” (nhóm {self.product_group_code}) được chứng nhận {kind}: {issued}."

    Created = Certified

    class Surveilled(Event):
        """A surveillance audit looked at the product again (đánh giá giám sát sản phẩm)."""

        TOPIC = "support:Product.Surveilled"
        result: SurveillanceResult
        auditor: str
        audited_on: date
        findings: str

        def sentence(self) -> str:
            held = f"{self.auditor} đánh giá giám sát {self.certificate} ngày {self.audited_on:%d/%m/%Y}"
            return f"{held} theo {self.act.document}, kết quả {RESULT_IN_WORDS[self.result]}. {self.findings}"

    class Suspended(Event):
        """The product's certificate was suspended (đình chỉ chứng nhận sản phẩm)."""

        TOPIC = "support:Product.Suspended"
        reason: str

        def sentence(self) -> str:
            return f"Đình chỉ {self.certificate} theo {self.act.document}. Lý do: {self.reason}"

    class Reinstated(Event):
        """The suspension was lifted (khôi phục chứng nhận sản phẩm)."""

        TOPIC = "support:Product.Reinstated"
        reason: str

        def sentence(self) -> str:
            return f"Khôi phục {self.certificate} theo {self.act.document}. Lý do: {self.reason}"

    class Withdrawn(Event):
        """The product's certificate was withdrawn for good (thu hồi chứng nhận sản phẩm)."""

        TOPIC = "support:Product.Withdrawn"
        reason: str

        def sentence(self) -> str:
            return f"Thu hồi {self.certificate} theo {self.act.document}. Lý do: {self.reason}"

    class Renewed(Event):
        """The product was certified anew, under another number (cấp lại chứng nhận sản phẩm)."""

        TOPIC = "support:Product.Renewed"
        renewed_id: UUID
        renewed_number: str

        def sentence(self) -> str:
            return f"Cấp lại {self.certificate} dưới số {self.renewed_number} theo {self.act.document}."

    @staticmethod
    def create_id(
        enterprise_id: UUID, product_group_code: str, certificate_number: str, certification_body: str
    ) -> UUID:
        """A certificate counts once per enterprise and product group, however its names are spelt."""
        certificate = f"{plain(certification_body)}:{plain(certificate_number)}"
        return uuid5(enterprise_id, f"product:{product_group_code}:{certificate}")

    @recorded_by(Certified)
    def __init__(
        self,
        act: Act,
        enterprise_id: UUID,
        product_group_code: str,
        product_name: str,
        conformity_kind: ConformityKind,
        certificate_number: str,
        certification_body: str,
        valid_from: date,
        valid_until: date,
        participation_id: UUID | None,
    ) -> None:
        self.enterprise_id = enterprise_id
        self.product_group_code = product_group_code
        self.product_name = product_name
        self.conformity_kind = conformity_kind
        self.certificate_number = certificate_number
        self.certification_body = certification_body
        self.valid_from = valid_from
        self.valid_until: date = valid_until
        self.participation_id = participation_id
        self.status = CertificateStatus.VALID
        self.surveillances: tuple[Surveillance, ...] = ()
        self.reason: str | None = None
        self.suspended_by: UUID | None = None
        self.renewed_id: UUID | None = None

    @classmethod
    def certify(
        cls,
        act: Act,
        *,
        enterprise_id: UUID,
        product_group_code: str,
        product_name: str,
        conformity_kind: ConformityKind,
        certificate_number: str,
        certification_body: str,
        valid_from: date,
        valid_until: date,
        participation_id: UUID | None,
    ) -> Self:
        """A certificate as its body issued it.

        Raises CertificateEndsBeforeItStarts and CertificateNotYetValid.
        """
        if valid_until < valid_from:
            raise CertificateEndsBeforeItStarts("valid_until")
        if act.effective_on < valid_from:
            raise CertificateNotYetValid("valid_from")
        return cls(
            act=act,
            enterprise_id=enterprise_id,
            product_group_code=product_group_code,
            product_name=product_name,
            conformity_kind=conformity_kind,
            certificate_number=certificate_number,
            certification_body=certification_body,
            valid_from=valid_from,
            valid_until=valid_until,
            participation_id=participation_id,
        )

    def trigger_event(self, event_class: type[CanMutateAggregate[UUID]], **kwargs: Any) -> None:
        super().trigger_event(
            event_class,
            enterprise_id=self.enterprise_id,
            product_name=self.product_name,
            certificate_number=self.certificate_number,
            **kwargs,
        )

    @property
    def first_day(self) -> date:
        return self.valid_from

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

    def renew(self, act: Act, *, certificate_number: str, valid_from: date, valid_until: date) -> Self:
        """The product as its body certified it anew, before the last day or after; both are recorded together.

        Raises DocumentMissing, CertificateNotInStep, RenewalEndsNoLater, CertificateEndsBeforeItStarts and
        CertificateNotYetValid.
        """
        document_of(act)
        self._must_be(CertificateStatus.VALID)
        if valid_until <= self.valid_until:
            raise RenewalEndsNoLater("valid_until", valid_until=self.valid_until)
        renewed = self.certify(
            act,
            enterprise_id=self.enterprise_id,
            product_group_code=self.product_group_code,
            product_name=self.product_name,
            conformity_kind=self.conformity_kind,
            certificate_number=certificate_number,
            certification_body=self.certification_body,
            valid_from=valid_from,
            valid_until=valid_until,
            participation_id=self.participation_id,
        )
        self._renewed(act=act, renewed_id=renewed.id, renewed_number=certificate_number)
        return renewed

    @recorded_by(Renewed)
    def _renewed(self, act: Act, renewed_id: UUID, renewed_number: str) -> None:
        self.status = CertificateStatus.RENEWED
        self.renewed_id = renewed_id
