"""A certified product group of an enterprise: what the indicator of certified product groups (K5) counts."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid5

from services.shared.record import Act, Record, recorded_by
from services.shared.refusals import Invalid

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


class Product(Record):
    """A product of an enterprise, in its product group, with one certificate (sản phẩm được chứng nhận)."""

    TOPIC = "support:Product"

    class Event(Record.Event):
        """Something that happened to a certified product (sự kiện của sản phẩm được chứng nhận)."""

    class Certified(Event, Record.Created):
        """A product was certified to conform (chứng nhận hợp chuẩn, hợp quy)."""

        TOPIC = "support:Product.Certified"
        enterprise_id: UUID
        product_group_code: str
        product_name: str
        conformity_kind: ConformityKind
        certificate_number: str
        certification_body: str
        valid_from: date
        valid_until: date
        participation_id: UUID | None

        def sentence(self) -> str:
            kind = CONFORMITY_KIND_IN_WORDS[self.conformity_kind]
            issued = f"chứng chỉ {self.certificate_number} do {self.certification_body} cấp"
            return f"Sản phẩm “{self.product_name}” (nhóm {self.product_group_code}) được chứng nhận {kind}: {issued}."

    Created = Certified

    @staticmethod
    def create_id(
        enterprise_id: UUID, product_group_code: str, certificate_number: str, certification_body: str
    ) -> UUID:
        """A certificate counts once per enterprise and product group."""
        return uuid5(enterprise_id, f"product:{product_group_code}:{certification_body}:{certificate_number}")

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
        self.valid_until = valid_until
        self.participation_id = participation_id

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
