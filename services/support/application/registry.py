"""What support asks of the registry, whoever answers for it."""

from __future__ import annotations

from datetime import date
from typing import Protocol
from uuid import UUID

from services.shared.refusals import Missing
from services.support.domain.conditions import Eligibility


class EnterpriseUnknown(Missing):
    """The registry knows no such enterprise."""

    sentence = "Sổ đăng ký không có cơ sở {enterprise_id}."


class Registry(Protocol):
    """The registry at this moment, not as once heard of."""

    def eligibility(self, enterprise_id: UUID, content_code: str, on_date: date) -> Eligibility:
        """What the registry knows; EnterpriseUnknown."""
