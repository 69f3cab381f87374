"""Memorable enterprises, bodies and units for the registry's tests; every name and number is fictitious."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.registry.domain.business_line import BusinessLine, VsicScheme
from services.registry.domain.identifier import IdentifierKind
from services.registry.domain.other_funding import OtherFunding
from services.registry.domain.registration import LegalForm, Particulars, Registration, TargetGroup
from services.registry.domain.standing import StandingField
from services.registry.domain.unit_register import MergerExtent, PublishedPredecessor, PublishedUnit, UnitKind

TAX_CODE = "1809990017"
BRANCH_TAX_CODE = "1809990017001"
NO_NUMBER_YET = "Tổ hợp tác chưa được cấp mã số"
OWNER_ID = "092085990017"
OWNER_NAME = "Hộ kinh doanh Bà Sáu Mắm"
OWNER_STREET = "Ấp Trời Xanh, rạch Cá Lóc"

LINE = BusinessLine(VsicScheme.VSIC2018, "1020", date(2019, 3, 4))


def company(**changes: Any) -> Registration:
    """A limited company that dries catfish, as it asks to be registered in June 2024."""
    particulars = Particulars(
        display_name=changes.pop("display_name", "Công ty TNHH Cá Khô Mặt Trời"),
        identifier_code=changes.pop("identifier_code", TAX_CODE),
        street=changes.pop("street", "12 Đường Gió Nam"),
    )
    asked: dict[str, Any] = {
        "target_group": TargetGroup.ENTERPRISE,
        "legal_form": LegalForm.LIMITED_COMPANY,
        "identifier_kind": IdentifierKind.TAX_CODE,
        "no_identifier_reason": None,
        "particulars": particulars,
        "unit_code": "31117",
        "business_lines": (LINE,),
        "registered_on": date(2019, 3, 4),
    }
    return Registration(**(asked | changes))


def household(**changes: Any) -> Registration:
    """A household business that makes fish sauce; its owner's number and name are personal data."""
    asked: dict[str, Any] = {
        "target_group": TargetGroup.OTHER_ESTABLISHMENT,
        "legal_form": LegalForm.HOUSEHOLD_BUSINESS,
        "identifier_kind": IdentifierKind.PERSONAL_ID,
        "identifier_code": OWNER_ID,
        "display_name": OWNER_NAME,
        "street": OWNER_STREET,
    }
    return company(**(asked | changes))


def cooperative_group(**changes: Any) -> Registration:
    """A group of growers that has been given no number yet."""
    asked: dict[str, Any] = {
        "target_group": TargetGroup.OTHER_ESTABLISHMENT,
        "legal_form": LegalForm.COOPERATIVE_GROUP,
        "identifier_kind": IdentifierKind.NONE,
        "identifier_code": None,
        "no_identifier_reason": NO_NUMBER_YET,
        "display_name": "Tổ hợp tác Xoài Cồn Nắng",
    }
    return company(**(asked | changes))


def funding(**changes: Any) -> OtherFunding:
    """Sixty million đồng for ISO 9001 from the industrial promotion scheme."""
    decided: dict[str, Any] = {
        "scheme": "Khuyến công",
        "grantor": "Sở Công Thương",
        "content_code": "SYS-ISO9001",
        "amount_vnd": 60_000_000,
        "decided_on": date(2024, 3, 1),
        "period_from": date(2024, 3, 1),
        "period_to": date(2024, 12, 31),
        "legal_basis": "77/QĐ-SCT",
    }
    return OtherFunding(**(decided | changes))


UNITS = (
    PublishedUnit("31120", "Cái Khế", UnitKind.WARD),
    PublishedUnit("31168", "Bình Thủy", UnitKind.WARD),
    PublishedUnit("31299", "Phong Điền", UnitKind.COMMUNE),
)
PREDECESSORS = (
    PublishedPredecessor("31120", "31117", "Phường Cái Khế", "916", "92", MergerExtent.WHOLE),
    PublishedPredecessor("31120", "31120", "Phường An Hòa", "916", "92", MergerExtent.WHOLE),
    PublishedPredecessor("31120", "31178", "Phường Bùi Hữu Nghĩa", "918", "92", MergerExtent.PARTIAL),
    PublishedPredecessor("31168", "31178", "Phường Bùi Hữu Nghĩa", "918", "92", MergerExtent.PARTIAL),
    PublishedPredecessor("31299", "31299", "Thị trấn Phong Điền", "926", "92", MergerExtent.WHOLE),
)
UNITS_DOCUMENT = "1668/NQ-UBTVQH15"
UNITS_VALID_FROM = date(2025, 7, 1)

TAX_OFFICE: dict[str, Any] = {
    "code": "CUCTHUE",
    "name": "Cục Thuế thành phố",
    "established_on": date(1990, 10, 1),
    "predecessors": (),
    "attests": StandingField.TAX,
}
