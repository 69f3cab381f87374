"""State money that an enterprise has from another scheme: the same content is not supported twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.shared.refusals import Invalid, Missing, Refusal, Taken


class FundingDecidedInFuture(Invalid):
    """Funding is recorded once it has been decided."""

    sentence = "Ngày quyết định hỗ trợ không thể sau ngày ghi nhận."


class OtherFundingAlreadyRecorded(Taken):
    """One decision of another scheme is recorded once per content."""

    sentence = "Khoản hỗ trợ nội dung {content_code} theo {legal_basis} đã được ghi nhận."


class OtherFundingUnknown(Missing):
    """Only what has been recorded of an enterprise can be corrected or revoked."""

    sentence = "Cơ sở không có khoản hỗ trợ nào mang mã {other_funding_id}."


class OtherFundingRevokedBefore(Refusal):
    """What was revoked counts no longer, and nothing about it changes."""

    sentence = "Khoản hỗ trợ nội dung {content_code} theo {legal_basis} đã bị hủy ghi nhận."


class CorrectionWithoutDifference(Invalid):
    """A correction changes something."""

    sentence = "Nội dung đính chính giống hệt khoản hỗ trợ đang được ghi nhận."


@dataclass(frozen=True)
class OtherFunding:
    """One funding as its grantor decided it (Kế hoạch 134/KH-UBND, II.2.c).

    ``content_code`` is one of support's catalogue, ``legal_basis`` the grantor's document; the period includes both
    days. ``unit_keys`` name the products or sites it is for, as support's claims do; none where the grantor tells none.
    """

    scheme: str
    grantor: str
    content_code: str
    amount_vnd: int
    decided_on: date
    period_from: date
    period_to: date
    legal_basis: str
    unit_keys: tuple[str, ...] = ()

    def same_decision_as(self, other: OtherFunding) -> bool:
        """Whether both tell of one decision, whoever recorded it and however they wrote the amount.

        What one decision grants to this product and to that are two fundings; where either tells none, it is one.
        """
        apart = self.unit_keys and other.unit_keys and set(self.unit_keys).isdisjoint(other.unit_keys)
        return not apart and (self.scheme, self.content_code, self.legal_basis, self.decided_on) == (
            other.scheme,
            other.content_code,
            other.legal_basis,
            other.decided_on,
        )

    def in_words(self) -> str:
        """The funding as sentences of events name it."""
        amount = f"{self.amount_vnd:,}".replace(",", ".")
        units = f" ({', '.join(self.unit_keys)})" if self.unit_keys else ""
        return (
            f"khoản hỗ trợ {amount} đồng của {self.grantor} cho nội dung {self.content_code}{units} "
            f"theo {self.scheme}, văn bản {self.legal_basis}"
        )

    def stands_on(self, day: date) -> bool:
        """Whether it was decided by a day and has not ended: one that begins later is a grant already."""
        return self.decided_on <= day <= self.period_to


@dataclass(frozen=True)
class RecordedFunding:
    """A funding as the enterprise remembers it; ``version`` is that of the enterprise which recorded it last.

    ``earlier`` is what was recorded of it before it was corrected, oldest first; one that was ``revoked`` is remembered
    and counts no longer.
    """

    id: UUID
    funding: OtherFunding
    version: int
    earlier: tuple[OtherFunding, ...] = ()
    revoked: bool = False

    def tells_of(self, funding: OtherFunding) -> bool:
        """Whether this is, or before a correction was, the decision that ``funding`` tells of."""
        return any(known.same_decision_as(funding) for known in (self.funding, *self.earlier))

    def was_told_as(self, funding: OtherFunding) -> bool:
        """Whether it was recorded before in just these words and figures."""
        return funding in (self.funding, *self.earlier)
