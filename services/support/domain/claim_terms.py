"""The words a claim is told in: for whom a content is claimed, and how that stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.support.domain.claim_code import claim_code

__all__ = ["ClaimStatus", "Claimed", "Holding"]


class ClaimStatus(StrEnum):
    """Whether a claim stands; a released one may be lodged again."""

    LODGED = "LODGED"
    CONFIRMED = "CONFIRMED"
    RELEASED = "RELEASED"


@dataclass(frozen=True)
class Claimed:
    """For whom a content is claimed: the same at every enterprise of an undertaking.

    ``member_ids`` are those enterprises, the claimant first, as of ``registry_position`` of the registry's log;
    ``expires_on`` is the last day on which it stands undecided, None where it stands without end; ``unit_keys`` are the
    products or sites that it is for, none where it is for the enterprise as a whole.
    """

    task_id: UUID
    participation_id: UUID
    claimant_id: UUID
    member_ids: tuple[UUID, ...]
    registry_position: int
    expires_on: date | None = None
    unit_keys: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Holding(Claimed):
    """What a participation holds of a claim; ``since`` is the day on which ``body`` lodged or decided it.

    ``questioned_at`` is the registry's position of a fact that came to light before the decision, the last if any.
    """

    body: str
    since: date
    status: ClaimStatus = ClaimStatus.LODGED
    decision: str | None = None
    overlap_decision_id: UUID | None = None
    renewal_count: int = 0
    questioned_at: int | None = None

    @property
    def code(self) -> str:
        """What people call the claim of this participation by."""
        return claim_code(self.participation_id)

    @property
    def stands(self) -> bool:
        """Whether the content is spoken for."""
        return self.status is not ClaimStatus.RELEASED

    def is_expired(self, on: date) -> bool:
        """Whether nobody decided on it by its last day."""
        return self.status is ClaimStatus.LODGED and self.expires_on is not None and self.expires_on < on
