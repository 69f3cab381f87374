"""Norms: how much State money a content gets, as versioned data with its legal basis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self
from uuid import NAMESPACE_URL, UUID, uuid5

from services.shared.record import Act, Record, recorded_by
from services.shared.refusals import Invalid, Refusal
from services.support.domain.authority import document_of, must_be_another_than
from services.support.domain.catalogue import Catalogue, ContentKind
from services.support.domain.money import in_dong, share_vnd

__all__ = ["Amount", "Norm", "NormKind", "Norms", "NormsStatus"]


class NormKind(StrEnum):
    """How a norm turns a cost into an amount."""

    PERCENTAGE = "PERCENTAGE"
    FLAT = "FLAT"
    PER_PRODUCT = "PER_PRODUCT"


class NormsStatus(StrEnum):
    """How far a set of norms has come."""

    PROPOSED = "PROPOSED"
    ADOPTED = "ADOPTED"


@dataclass(frozen=True)
class Norm:
    """One content's norm.

    PERCENTAGE: ``rate_percent`` of the cost, at most ``cap_vnd`` per enterprise and year. FLAT: ``cap_vnd`` per
    certificate, at most the cost. PER_PRODUCT: ``rate_percent`` of the cost, at most ``cap_vnd`` per product.
    """

    content_code: str
    kind: NormKind
    rate_percent: int
    cap_vnd: int
    pays_after_certificate: bool


@dataclass(frozen=True)
class Amount:
    """What a norm grants for one participation, and how it came about in one Vietnamese line."""

    amount_vnd: int
    rate_percent: int
    pays_after_certificate: bool
    explanation: str


class NormNamedTwice(Invalid):
    """A content has one norm in a set."""

    sentence = "Nội dung {content_code} có hai định mức trong cùng một bộ."


class RateOutOfRange(Invalid):
    """A share lies between 1 and 100 percent; a flat norm has none."""

    sentence = "Tỷ lệ hỗ trợ phải từ 1 đến 100 phần trăm; định mức khoán không có tỷ lệ."


class PaidWithoutCertificate(Invalid):
    """A flat norm pays for a certificate, and so does any norm of a certification: not before there is one."""

    sentence = "Định mức cho nội dung {content_code} chỉ được chi trả sau khi có chứng chỉ."


class NormsEndBeforeTheyStart(Invalid):
    """The last day lies before the first."""

    sentence = "Ngày hết hiệu lực không được trước ngày có hiệu lực."


class NormsAlreadyAdopted(Refusal):
    """Adopted norms stay as they are; a change is a new version."""

    sentence = "Bộ định mức này đã được ban hành."


class NormsNotAdopted(Refusal):
    """Nobody is granted anything by a draft."""

    sentence = "Bộ định mức {code} phiên bản {norms_version} chưa được ban hành."


class NormsNotInForce(Refusal):
    """The decision's day lies outside the norms' validity."""

    sentence = "Bộ định mức {code} không có hiệu lực vào ngày {on:%d/%m/%Y}."


class NormsOfAnotherCatalogue(Refusal):
    """A task is granted money by the norms of the catalogue whose contents it supports."""

    sentence = "Bộ định mức {code} thuộc danh mục của một kế hoạch khác."


class ContentWithoutNorm(Refusal):
    """There is no norm by which to compute the amount."""

    sentence = "Bộ định mức không có mức hỗ trợ cho nội dung {content_code}."


class Norms(Record):
    """One version of a set of norms (định mức), proposed by one person and adopted by another."""

    TOPIC = "support:Norms"

    class Event(Record.Event):
        """Something that happened to a set of norms (sự kiện của bộ định mức)."""

    class Proposed(Event, Record.Created):
        """Norms were proposed (dự thảo định mức)."""

        TOPIC = "support:Norms.Proposed"
        catalogue_id: UUID
        code: str
        norms_version: int
        legal_basis: str
        valid_from: date
        valid_until: date | None
        sample: bool
        norms: tuple[Norm, ...]

        def sentence(self) -> str:
            mark = " (dữ liệu mẫu)" if self.sample else ""
            named = f"{self.code} phiên bản {self.norms_version}{mark}"
            return f"Dự thảo bộ định mức {named} gồm {len(self.norms)} mức, căn cứ {self.legal_basis}."

    Created = Proposed

    class Adopted(Event):
        """The norms came into force by another person's act (ban hành định mức)."""

        TOPIC = "support:Norms.Adopted"

        def sentence(self) -> str:
            return f"Ban hành bộ định mức bằng văn bản {self.act.document}."

    @staticmethod
    def create_id(code: str, norms_version: int) -> UUID:
        """One record per version of a set."""
        return uuid5(NAMESPACE_URL, f"nscl:support:norms:{code}:{norms_version}")

    @recorded_by(Proposed)
    def __init__(
        self,
        act: Act,
        catalogue_id: UUID,
        code: str,
        norms_version: int,
        legal_basis: str,
        valid_from: date,
        valid_until: date | None,
        sample: bool,
        norms: tuple[Norm, ...],
    ) -> None:
        self.proposed_by = act.person_id
        self.catalogue_id = catalogue_id
        self.code = code
        self.norms_version = norms_version
        self.legal_basis = legal_basis
        self.valid_from = valid_from
        self.valid_until = valid_until
        self.sample = sample
        self.norm_of = {norm.content_code: norm for norm in norms}
        self.status = NormsStatus.PROPOSED
        self.document: str | None = None

    @classmethod
    def propose(
        cls,
        act: Act,
        catalogue: Catalogue,
        *,
        code: str,
        norms_version: int,
        legal_basis: str,
        valid_from: date,
        valid_until: date | None,
        sample: bool,
        norms: tuple[Norm, ...],
    ) -> Self:
        """A new version, which counts for nothing until somebody else adopts it.

        Raises NormsEndBeforeTheyStart, ContentUnknown, NormNamedTwice, RateOutOfRange and PaidWithoutCertificate.
        """
        if valid_until is not None and valid_until < valid_from:
            raise NormsEndBeforeTheyStart("valid_until")
        seen: set[str] = set()
        for index, norm in enumerate(norms):
            content = catalogue.content(f"norms[{index}].content_code", norm.content_code)
            if norm.content_code in seen:
                raise NormNamedTwice(f"norms[{index}].content_code", content_code=norm.content_code)
            seen.add(norm.content_code)
            lowest, highest = (0, 0) if norm.kind is NormKind.FLAT else (1, 100)
            if not lowest <= norm.rate_percent <= highest:
                raise RateOutOfRange(f"norms[{index}].rate_percent")
            for_certificate = norm.kind is NormKind.FLAT or content.kind is ContentKind.CERTIFICATION
            if for_certificate and not norm.pays_after_certificate:
                raise PaidWithoutCertificate(f"norms[{index}].pays_after_certificate", content_code=norm.content_code)
        return cls(
            act=act,
            catalogue_id=catalogue.id,
            code=code,
            norms_version=norms_version,
            legal_basis=legal_basis,
            valid_from=valid_from,
            valid_until=valid_until,
            sample=sample,
            norms=norms,
        )

    def adopt(self, act: Act) -> None:
        """The norms come into force.

        Raises DocumentMissing, NormsAlreadyAdopted and ActedBefore.
        """
        document_of(act)
        if self.status is NormsStatus.ADOPTED:
            raise NormsAlreadyAdopted
        must_be_another_than(act, self.proposed_by)
        self._adopted(act=act)

    @recorded_by(Adopted)
    def _adopted(self, act: Act) -> None:
        self.status = NormsStatus.ADOPTED
        self.document = act.document

    def must_be_in_force(self, on: date) -> None:
        """Raises NormsNotAdopted and NormsNotInForce."""
        if self.status is not NormsStatus.ADOPTED:
            raise NormsNotAdopted(code=self.code, norms_version=self.norms_version)
        if on < self.valid_from or (self.valid_until is not None and on > self.valid_until):
            raise NormsNotInForce(code=self.code, on=on)

    def must_be_of(self, catalogue_id: UUID) -> None:
        """Raises NormsOfAnotherCatalogue."""
        if self.catalogue_id != catalogue_id:
            raise NormsOfAnotherCatalogue(code=self.code)

    def amount(self, content_code: str, cost_vnd: int, product_count: int) -> Amount:
        """What one enterprise may get for one content that costs so much; fractions of a dong are dropped.

        The cap per enterprise and year needs no look at other grants: a claim lets an enterprise hold a content once.
        Raises ContentWithoutNorm.
        """
        if content_code not in self.norm_of:
            raise ContentWithoutNorm(content_code=content_code)
        norm = self.norm_of[content_code]
        cost = in_dong(cost_vnd)
        if norm.kind is NormKind.FLAT:
            amount_vnd = min(cost_vnd, norm.cap_vnd)
            told = f"khoán {in_dong(norm.cap_vnd)} cho chứng chỉ, không quá chi phí {cost}"
        else:
            products = product_count if norm.kind is NormKind.PER_PRODUCT else 1
            amount_vnd = min(share_vnd(cost_vnd, norm.rate_percent), norm.cap_vnd * products)
            limit = (
                f"{in_dong(norm.cap_vnd)} mỗi sản phẩm cho {products} sản phẩm"
                if products > 1
                else in_dong(norm.cap_vnd)
            )
            told = f"{norm.rate_percent}% của {cost}, không quá {limit}"
        return Amount(
            amount_vnd=amount_vnd,
            rate_percent=norm.rate_percent or 100,
            pays_after_certificate=norm.pays_after_certificate,
            explanation=f"{content_code}: {told}; được {in_dong(amount_vnd)}.",
        )
