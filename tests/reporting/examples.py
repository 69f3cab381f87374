"""The plan and the announcements the tests of reporting speak of; every name is made up."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from services.reporting.domain.indicators import IndicatorUnit
from services.reporting.domain.plan import BodyRole, Indicator, Objective, ObjectiveKind, PlanTask, Qualifier, Target

NUMBER = "134/KH-UBND"

LOTUS_MILL = UUID("c3d5b1f2-0f6e-4b7a-8e11-9d2c4a6f8b03")
RIVER_FARM = UUID("d4e6c2a3-1a7f-4c8b-9f22-ae3d5b7a9c04")
QUIET_OTTER = UUID("7c1e90aa-51d4-4f57-8c0f-6a3f2e9b4d02")


def indicator(code: str = "K4", **changes: Any) -> Indicator:
    """An indicator of enterprises supported, at least 50 by 2025 and about 100 by 2030."""
    facts = {
        "name": "Đơn vị được hỗ trợ áp dụng hệ thống, công cụ",
        "unit": IndicatorUnit.ENTERPRISES,
        "targets": (Target(2025, Qualifier.AT_LEAST, 50), Target(2030, Qualifier.ABOUT, 100)),
        "counting_rule": "Mỗi đơn vị tính một.",
        "note": "Không rõ có cộng dồn.",
        **changes,
    }
    return Indicator(code=code, **facts)


ATTENDANCES = indicator(
    "K1",
    name="Lượt cán bộ quản lý được đào tạo",
    unit=IndicatorUnit.ATTENDANCES,
    targets=(Target(2025, Qualifier.ABOUT, 500), Target(2030, Qualifier.ABOUT, 1000)),
    counting_rule="Mỗi lượt tính một.",
    note=None,
)

PLAN: dict[str, Any] = {
    "title": "Kế hoạch mẫu nâng cao năng suất và chất lượng",
    "issuer": "UBND",
    "issued_on": date(2021, 6, 30),
    "legal_basis": "Quyết định 1322/QĐ-TTg",
    "objectives": (Objective("I.1.a", ObjectiveKind.GENERAL, "Xây dựng phong trào."),),
    "tasks": (PlanTask("III.1.a", "Cơ chế", "Nghiên cứu."), PlanTask("III.6", "Hợp tác", "Phối hợp.")),
    "indicators": (ATTENDANCES, indicator()),
    "body_roles": (BodyRole("SKHCN", "Cơ quan chủ trì"),),
}
