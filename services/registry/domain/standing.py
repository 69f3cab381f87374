"""What the plan asks of an enterprise's duties, and what the bodies in charge say of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID, uuid5

from services.shared.refusals import Forbidden, Invalid, Missing, Refusal


class AttestationLacksDocument(Invalid):
    """An attestation is a document."""

    sentence = "Xác nhận nghĩa vụ phải dựa trên một văn bản."


class StandingUnknown(Missing):
    """Only what has been attested can be taken back."""

    sentence = "Cơ sở không có xác nhận nào mang mã {standing_id}."


class StandingOfAnotherBody(Forbidden):
    """A body takes back what it attested itself, or what the body before it did."""

    sentence = "Chỉ cơ quan {body} hoặc cơ quan kế thừa được thu hồi xác nhận này."


class StandingRevokedBefore(Refusal):
    """An attestation is taken back once."""

    sentence = "Xác nhận nghĩa vụ {field} này đã bị thu hồi."


class StandingField(StrEnum):
    """A duty whose fulfilment is a condition of support (Kế hoạch 134/KH-UBND, II.2.a)."""

    TAX = "TAX"
    INSURANCE = "INSURANCE"
    ENVIRONMENT = "ENVIRONMENT"

    @property
    def term(self) -> str:
        """The duty in Vietnamese, as sentences name it."""
        return {"TAX": "thuế", "INSURANCE": "bảo hiểm", "ENVIRONMENT": "môi trường"}[self]


class StandingVerdict(StrEnum):
    """What a body says of a duty; silence is no verdict."""

    FULFILLED = "FULFILLED"
    NOT_FULFILLED = "NOT_FULFILLED"


@dataclass(frozen=True)
class Standing:
    """One attestation as the enterprise remembers it; ``version`` is that of the enterprise which it made.

    One that was ``revoked`` is remembered and holds on no day.
    """

    field: StandingField
    verdict: StandingVerdict
    valid_from: date
    valid_until: date
    body: str
    document: str
    version: int
    revoked: bool = False

    def holds_on(self, day: date) -> bool:
        return not self.revoked and self.valid_from <= day <= self.valid_until

    def id_at(self, enterprise_id: UUID) -> UUID:
        """The id of this attestation of that enterprise."""
        return uuid5(enterprise_id, f"standing:{self.version}")
