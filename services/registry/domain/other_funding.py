"""State money that an enterprise has from another scheme: the same content is not supported twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class OtherFunding:
    """One funding as its grantor decided it (Kế hoạch 134/KH-UBND, II.2.c).

    ``content_code`` is one of support's catalogue, ``legal_basis`` the grantor's document; the period includes both
    days.
    """

    scheme: str
    grantor: str
    content_code: str
    amount_vnd: int
    decided_on: date
    period_from: date
    period_to: date
    legal_basis: str

    def same_decision_as(self, other: OtherFunding) -> bool:
        """Whether both tell of one decision, whoever recorded it and however they wrote the amount."""
        return (self.scheme, self.content_code, self.legal_basis, self.decided_on) == (
            other.scheme,
            other.content_code,
            other.legal_basis,
            other.decided_on,
        )

    def stands_on(self, day: date) -> bool:
        """Whether it was decided by a day and has not ended: one that begins later is a grant already."""
        return self.decided_on <= day <= self.period_to


@dataclass(frozen=True)
class RecordedFunding:
    """A funding as the enterprise remembers it; ``version`` is that of the enterprise which it made."""

    id: UUID
    funding: OtherFunding
    version: int
