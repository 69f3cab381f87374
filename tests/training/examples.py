"""The course, the dissemination and the expert the tests of training speak of; every name is made up."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from services.shared.personal_data import Sealed
from services.training.domain.course import Audience
from services.training.domain.dissemination import DisseminationChannel
from services.training.domain.expert import Certification

BRISK_HERON = UUID("2b6a4d0e-8a5b-4d3e-9a63-3f0f9c1d7a01")
QUIET_OTTER = UUID("7c1e90aa-51d4-4f57-8c0f-6a3f2e9b4d02")
LOTUS_MILL = UUID("c3d5b1f2-0f6e-4b7a-8e11-9d2c4a6f8b03")
RIVER_FARM = UUID("d4e6c2a3-1a7f-4c8b-9f22-ae3d5b7a9c04")

SEALED_NAME = Sealed("AW1hdQ==")

FIVE_S: dict[str, Any] = {
    "title": "Áp dụng 5S tại cơ sở sản xuất",
    "training_code": "TRN-MANAGER",
    "content_codes": ("TOOL-5S", "TOOL-KAIZEN"),
    "unit_code": "31135",
    "starts_on": date(2024, 6, 10),
    "ends_on": date(2024, 6, 12),
    "seats": 2,
    "organiser": "Viện Mẫu Năng suất",
}

PRODUCTIVITY_DAY: dict[str, Any] = {
    "channel": DisseminationChannel.WORKSHOP,
    "title": "Ngày năng suất chất lượng",
    "held_on": date(2024, 5, 20),
    "enterprise_ids": (LOTUS_MILL, RIVER_FARM),
}


def attended(session_on: date = date(2024, 6, 10), attendee_id: UUID = BRISK_HERON, **changes: Any) -> dict[str, Any]:
    """One manager's attendance, without the name."""
    return {
        "attendee_id": attendee_id,
        "audience": Audience.MANAGER,
        "enterprise_id": LOTUS_MILL,
        "session_on": session_on,
        **changes,
    }


def certification(**changes: Any) -> Certification:
    """A certificate of three years."""
    return Certification(
        **{
            "scheme": "APO-PS 101",
            "certifier": "ViProCB (mẫu)",
            "level": "Chuyên gia",
            "certificate_number": "MAU-0017",
            "issued_on": date(2024, 6, 20),
            "valid_until": date(2027, 6, 19),
            "course_id": None,
            **changes,
        }
    )
