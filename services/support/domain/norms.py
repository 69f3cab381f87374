"""Norms: how much State money a content gets, as versioned data with its legal basis."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from services.shared.record import Act, Record, document_of, must_be_another_than, recorded_by
from services.support.domain.catalogue import Catalogue, Content, ContentKind
from services.support.domain.grant_tally import GrantTally
from services.support.domain.money import in_dong, share_vnd
from services.support.domain.norm_refusals import (
    CapMisplaced,
    ContentWithoutNorm,
    EnterpriseSizeUnknown,
    LimitNamedTwice,
    LimitWithoutFigure,
    NormNamedTwice,
    NormsAlreadyAdopted,
    NormsEndBeforeTheyStart,
    NormsEndOutsideValidity,
    NormsNotAdopted,
    NormsNotInForce,
    NormsOfAnotherCatalogue,
    PaidWithoutCertificate,
    RateOutOfRange,
    SizeNamedTwice,
    SizeNotSupported,
    SizeTableMisplaced,
    SupersedesItself,
)
from services.support.domain.norm_terms import (
    SIZE_IN_WORDS,
    Amount,
    Computation,
    LimitScope,
    Norm,
    NormKind,
    NormsStatus,
    SizeEvidence,
    StepKind,
    YearlyLimit,
)

__all__ = ["Norms"]


class Norms(Record):
    """One version of a set of norms (định mức), proposed by one person and adopted by another."""

    TOPIC = "support:Norms"

    class Event(Record.Event):
        """Something that happened to a set of norms (sự kiện của bộ định mức)."""

    class Proposed(Event, Record.Created):
        """Norms were proposed (dự thảo định mức)."""

        TOPIC = "support:Norms.Proposed"
        class_version: ClassVar[int] = 2
        catalogue_id: UUID
        code: str
        norms_version: int
        legal_basis: str
        valid_from: date
        valid_until: date | None
        sample: bool
        norms: tuple[Norm, ...]
        limits: tuple[YearlyLimit, ...]
        supersedes_version: int | None

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Tables by size, limits of a year and superseding came later."""
            for norm in state["norms"]:
                norm["tiers"] = []
            state["limits"] = []
            state["supersedes_version"] = None

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

    class Ended(Event):
        """The norms lost their force before their last day (chấm dứt hiệu lực định mức)."""

        TOPIC = "support:Norms.Ended"
        last_day: date
        superseded_by: UUID | None

        def sentence(self) -> str:
            why = "có phiên bản thay thế" if self.superseded_by else "chấm dứt sớm"
            return f"Bộ định mức hết hiệu lực sau ngày {self.last_day:%d/%m/%Y} theo {self.act.document}: {why}."

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
        limits: tuple[YearlyLimit, ...],
        supersedes_version: int | None,
    ) -> None:
        self.proposed_by = act.person_id
        self.catalogue_id = catalogue_id
        self.code = code
        self.norms_version = norms_version
        self.legal_basis = legal_basis
        self.valid_from = valid_from
        self.valid_until = valid_until
        self.sample = sample
        self.limits = limits
        self.supersedes_version = supersedes_version
        self.norm_of = {norm.content_code: norm for norm in norms}
        self.status = NormsStatus.PROPOSED
        self.document: str | None = None
        self.superseded_by: UUID | None = None

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
        limits: tuple[YearlyLimit, ...] = (),
        supersedes_version: int | None = None,
    ) -> Self:
        """A new version, which counts for nothing until somebody else adopts it.

        Raises NormsEndBeforeTheyStart, SupersedesItself, ContentUnknown, NormNamedTwice, RateOutOfRange, CapMisplaced,
        SizeTableMisplaced, SizeNamedTwice, PaidWithoutCertificate, LimitNamedTwice and LimitWithoutFigure.
        """
        if valid_until is not None and valid_until < valid_from:
            raise NormsEndBeforeTheyStart("valid_until")
        if supersedes_version is not None and supersedes_version >= norms_version:
            raise SupersedesItself("supersedes_version")
        seen: set[str] = set()
        for index, norm in enumerate(norms):
            content = catalogue.content(f"norms[{index}].content_code", norm.content_code)
            if norm.content_code in seen:
                raise NormNamedTwice(f"norms[{index}].content_code", content_code=norm.content_code)
            seen.add(norm.content_code)
            _check_norm(f"norms[{index}]", norm, content)
        _check_limits(catalogue, limits)
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
            limits=limits,
            supersedes_version=supersedes_version,
        )

    def must_be_proposed(self) -> None:
        """Raises NormsAlreadyAdopted."""
        if self.status is NormsStatus.ADOPTED:
            raise NormsAlreadyAdopted

    def adopt(self, act: Act) -> None:
        """The norms come into force; that no other version of the set is, the set's register has seen.

        Raises DocumentMissing, NormsAlreadyAdopted and ActedBefore.
        """
        document_of(act)
        self.must_be_proposed()
        must_be_another_than(act, self.proposed_by)
        self._adopted(act=act)

    @recorded_by(Adopted)
    def _adopted(self, act: Act) -> None:
        self.status = NormsStatus.ADOPTED
        self.document = act.document

    def end(self, act: Act, *, last_day: date, superseded_by: UUID | None = None) -> None:
        """The norms are in force no longer than this day; what was decided by them stays as decided.

        Raises DocumentMissing, NormsNotAdopted and NormsEndOutsideValidity.
        """
        document_of(act)
        self._must_be_adopted()
        if last_day < self.valid_from or (self.valid_until is not None and last_day >= self.valid_until):
            raise NormsEndOutsideValidity("last_day")
        self._ended(act=act, last_day=last_day, superseded_by=superseded_by)

    @recorded_by(Ended)
    def _ended(self, act: Act, last_day: date, superseded_by: UUID | None) -> None:
        self.valid_until = last_day
        self.superseded_by = superseded_by

    def must_be_in_force(self, on: date) -> None:
        """Raises NormsNotAdopted and NormsNotInForce."""
        self._must_be_adopted()
        if on < self.valid_from or (self.valid_until is not None and on > self.valid_until):
            raise NormsNotInForce(code=self.code, on=on)

    def _must_be_adopted(self) -> None:
        if self.status is not NormsStatus.ADOPTED:
            raise NormsNotAdopted(code=self.code, norms_version=self.norms_version)

    def must_be_of(self, catalogue_id: UUID) -> None:
        """Raises NormsOfAnotherCatalogue."""
        if self.catalogue_id != catalogue_id:
            raise NormsOfAnotherCatalogue(code=self.code)

    def limits_on(self, content_code: str, size: SizeEvidence | None) -> tuple[YearlyLimit, ...]:
        """What bounds the year's grants for a content, the tightest circle first.

        The cap of a share, per content, enterprise and year, is such a limit, under a code no limit can bear.
        Raises ContentWithoutNorm, EnterpriseSizeUnknown and SizeNotSupported.
        """
        norm = self._norm(content_code)
        own: tuple[YearlyLimit, ...] = ()
        if norm.kind in {NormKind.PERCENTAGE, NormKind.BY_SIZE}:
            _, cap_vnd = _rate_and_cap(norm, size)
            own = (YearlyLimit(f"norm:{content_code}", LimitScope.ENTERPRISE, (content_code,), cap_vnd, None),)
        shared = (limit for limit in self.limits if content_code in limit.content_codes)
        return (*own, *sorted(shared, key=lambda limit: limit.scope is LimitScope.PROGRAMME))

    def amount(
        self,
        content_code: str,
        cost_vnd: int,
        product_count: int,
        *,
        size: SizeEvidence | None = None,
        tallies: Sequence[GrantTally],
    ) -> Amount:
        """What one enterprise may get for one content that costs so much; fractions of a dong are dropped.

        ``tallies`` are those of ``limits_on``, in its order.
        Raises ContentWithoutNorm, EnterpriseSizeUnknown, SizeNotSupported and YearlyLimitReached.
        """
        norm = self._norm(content_code)
        rate_percent, cap_vnd = _rate_and_cap(norm, size)
        computation = Computation(cost_vnd)
        if norm.kind is not NormKind.FLAT:
            of_size = f" cho quy mô {SIZE_IN_WORDS[size.size]}" if size and norm.kind is NormKind.BY_SIZE else ""
            share = share_vnd(cost_vnd, rate_percent)
            computation.at_most(StepKind.RATE, share, f"{rate_percent}% chi phí{of_size} là {in_dong(share)}")
        if norm.kind is NormKind.FLAT:
            computation.at_most(StepKind.CAP, cap_vnd, f"khoán {in_dong(cap_vnd)} cho chứng chỉ")
        if norm.kind is NormKind.PER_PRODUCT:
            told = f"không quá {in_dong(cap_vnd)} mỗi sản phẩm cho {product_count} sản phẩm"
            computation.at_most(StepKind.CAP, cap_vnd * product_count, told)
        for limit, tally in zip(self.limits_on(content_code, size), tallies, strict=True):
            tally.narrow(computation, limit, content_code)
        computation.finish()
        return Amount(
            content_code=content_code,
            amount_vnd=computation.amount_vnd,
            rate_percent=rate_percent or 100,
            pays_after_certificate=norm.pays_after_certificate,
            steps=computation.steps,
        )

    def _norm(self, content_code: str) -> Norm:
        if content_code not in self.norm_of:
            raise ContentWithoutNorm(content_code=content_code)
        return self.norm_of[content_code]


def _rate_and_cap(norm: Norm, size: SizeEvidence | None) -> tuple[int, int]:
    """Percent and dong that hold for an enterprise of this size."""
    if norm.kind is not NormKind.BY_SIZE:
        return norm.rate_percent, norm.cap_vnd
    if size is None:
        raise EnterpriseSizeUnknown(content_code=norm.content_code)
    for tier in norm.tiers:
        if tier.size is size.size:
            return tier.rate_percent, tier.cap_vnd
    raise SizeNotSupported(content_code=norm.content_code, size=SIZE_IN_WORDS[size.size])


def _check_norm(field: str, norm: Norm, content: Content) -> None:
    by_size = norm.kind is NormKind.BY_SIZE
    lowest, highest = (0, 0) if by_size or norm.kind is NormKind.FLAT else (1, 100)
    if not lowest <= norm.rate_percent <= highest:
        raise RateOutOfRange(f"{field}.rate_percent")
    if (norm.cap_vnd == 0) != by_size:
        raise CapMisplaced(f"{field}.cap_vnd")
    if bool(norm.tiers) != by_size:
        raise SizeTableMisplaced(f"{field}.tiers")
    if len({tier.size for tier in norm.tiers}) < len(norm.tiers):
        raise SizeNamedTwice(f"{field}.tiers")
    for_certificate = norm.kind is NormKind.FLAT or content.kind is ContentKind.CERTIFICATION
    if for_certificate and not norm.pays_after_certificate:
        raise PaidWithoutCertificate(f"{field}.pays_after_certificate", content_code=norm.content_code)


def _check_limits(catalogue: Catalogue, limits: tuple[YearlyLimit, ...]) -> None:
    seen: set[str] = set()
    for index, limit in enumerate(limits):
        if limit.code in seen:
            raise LimitNamedTwice(f"limits[{index}].code", limit_code=limit.code)
        seen.add(limit.code)
        if limit.most_vnd is None and limit.most_grants is None:
            raise LimitWithoutFigure(f"limits[{index}]", limit_code=limit.code)
        for place, content_code in enumerate(limit.content_codes):
            catalogue.content(f"limits[{index}].content_codes[{place}]", content_code)
