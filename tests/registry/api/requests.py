"""One good request for each of the registry's methods, and the capacity it is asked in; a test bends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any
from uuid import uuid4

from google.protobuf.message import Message
from google.type.date_pb2 import Date
from nscl.common.v1.act_pb2 import Basis
from nscl.registry.v1 import registry_service_pb2 as messages

from services.shared.wire import date_message
from tests.registry.examples import UNITS_DOCUMENT

_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_serials = count(1)


def day(year: int, month: int, day_of_month: int) -> Date:
    return date_message(date(year, month, day_of_month))


def basis(document: str = "12/SKHCN", effective_on: Date | None = None) -> Basis:
    return Basis(document=document, effective_on=effective_on or day(2024, 6, 28))


def tax_code() -> str:
    """A tax code with a right check digit that no request before has used."""
    while True:
        stem = f"18{next(_serials):07}"
        digit = 10 - sum(weight * int(sign) for weight, sign in zip(_WEIGHTS, stem, strict=True)) % 11
        if digit < 10:
            return f"{stem}{digit}"


def personal_id() -> str:
    return f"092{next(_serials):09}"


def establish_body(**changes: Any) -> messages.EstablishBodyRequest:
    return messages.EstablishBodyRequest(
        **{
            "request_id": str(uuid4()),
            "basis": basis("134/KH-UBND"),
            "code": f"CQ{next(_serials)}",
            "name": "Cục Thuế thành phố",
            "established_on": day(2025, 3, 1),
            "predecessors": [predecessor()],
            "attests": messages.STANDING_FIELD_TAX,
            **changes,
        }
    )


def predecessor(**changes: Any) -> messages.PredecessorBody:
    return messages.PredecessorBody(
        **{"code": "CTHUE-CU", "name": "Cục Thuế (trước sáp nhập)", "ended_on": day(2025, 2, 28), **changes}
    )


def publish_units(**changes: Any) -> messages.PublishUnitsRequest:
    """Units of a province other than the one the tests' enterprises are in."""
    return messages.PublishUnitsRequest(
        **{
            "request_id": str(uuid4()),
            "basis": basis(f"{next(_serials)}/NQ-UBTVQH15"),
            "province_code": "01",
            "valid_from": day(2025, 7, 1),
            "units": [unit()],
            "predecessors": [old_unit()],
            **changes,
        }
    )


def unit(**changes: Any) -> messages.PublishedUnit:
    return messages.PublishedUnit(**{"code": "00004", "name": "Ba Đình", "kind": messages.UNIT_KIND_WARD, **changes})


def old_unit(**changes: Any) -> messages.PublishedPredecessor:
    return messages.PublishedPredecessor(
        **{
            "code": "00004",
            "old_code": "00001",
            "old_name": "Phường Phúc Xá",
            "old_district_code": "001",
            "old_province_code": "01",
            "extent": messages.MERGER_EXTENT_WHOLE,
            **changes,
        }
    )


def cantho_units() -> messages.PublishUnitsRequest:
    """The unit in which the tests' enterprises are, under its code before the reform and after it."""
    return publish_units(
        basis=basis(UNITS_DOCUMENT),
        province_code="92",
        units=[unit(code="31120", name="Cái Khế")],
        predecessors=[old_unit(code="31120", old_code="31117", old_name="Phường Cái Khế", old_province_code="92")],
    )


def register_enterprise(**changes: Any) -> messages.RegisterEnterpriseRequest:
    return messages.RegisterEnterpriseRequest(
        **{
            "request_id": str(uuid4()),
            "basis": basis(),
            "target_group": messages.TARGET_GROUP_ENTERPRISE,
            "legal_form": messages.LEGAL_FORM_LIMITED_COMPANY,
            "display_name": "Công ty TNHH Cá Khô Mặt Trời",
            "identifier": identifier(),
            "address": address(),
            "business_lines": [line()],
            "registered_on": day(2019, 3, 4),
            **changes,
        }
    )


COOPERATIVE_GROUP = {
    "target_group": messages.TARGET_GROUP_OTHER_ESTABLISHMENT,
    "legal_form": messages.LEGAL_FORM_COOPERATIVE_GROUP,
}


def identifier(**changes: Any) -> messages.Identifier:
    return messages.Identifier(**{"kind": messages.IDENTIFIER_KIND_TAX_CODE, "code": tax_code(), **changes})


def address(**changes: Any) -> messages.Address:
    return messages.Address(**{"unit_code": "31117", "street": "12 Đường Gió Nam", **changes})


def line(**changes: Any) -> messages.BusinessLine:
    return messages.BusinessLine(
        **{"scheme": messages.VSIC_SCHEME_VSIC2018, "code": "1020", "valid_from": day(2019, 3, 4), **changes}
    )


def register_household(**changes: Any) -> messages.RegisterEnterpriseRequest:
    return register_enterprise(
        **{
            "target_group": messages.TARGET_GROUP_OTHER_ESTABLISHMENT,
            "legal_form": messages.LEGAL_FORM_HOUSEHOLD_BUSINESS,
            "identifier": identifier(kind=messages.IDENTIFIER_KIND_PERSONAL_ID, code=personal_id()),
            **changes,
        }
    )


def attest_standing(**changes: Any) -> messages.AttestStandingRequest:
    return messages.AttestStandingRequest(
        **{
            "request_id": str(uuid4()),
            "basis": basis("55/XN-CUCTHUE"),
            "field": messages.STANDING_FIELD_TAX,
            "verdict": messages.STANDING_VERDICT_FULFILLED,
            "valid_from": day(2024, 1, 1),
            "valid_until": day(2024, 12, 31),
            **changes,
        }
    )


def record_other_funding(**changes: Any) -> messages.RecordOtherFundingRequest:
    return messages.RecordOtherFundingRequest(
        **{
            "request_id": str(uuid4()),
            "basis": basis("9/TB-SCT"),
            "scheme": "Khuyến công",
            "grantor": "Sở Công Thương",
            "content_code": "SYS-ISO9001",
            "amount_vnd": 60_000_000,
            "decided_on": day(2024, 3, 1),
            "period_from": day(2024, 3, 1),
            "period_to": day(2024, 12, 31),
            "legal_basis": f"{next(_serials)}/QĐ-SCT",
            **changes,
        }
    )


def register_delivering_organisation(**changes: Any) -> messages.RegisterDeliveringOrganisationRequest:
    return messages.RegisterDeliveringOrganisationRequest(
        **{
            "request_id": str(uuid4()),
            "basis": basis(),
            "name": "Trung tâm Chứng nhận Sao Hôm",
            "tax_code": tax_code(),
            "services": [messages.OFFERED_SERVICE_CERTIFICATION],
            "scope": "Thực phẩm\nThủy sản",
            "accreditation_number": "VICAS 999",
            "accreditation_expires_on": day(2027, 1, 31),
            **changes,
        }
    )


@dataclass(frozen=True)
class Asked:
    """How a method is asked well: by which request, in which capacity, for which body."""

    request: Callable[..., Message]
    capacity: str
    body: str = "SKHCN"
    needs: str = ""
    """The field that names what the request is about: ``enterprise_id``, ``delivering_organisation_id`` or none."""


COMMANDS = {
    "EstablishBody": Asked(establish_body, "administrator"),
    "PublishUnits": Asked(publish_units, "administrator"),
    "RegisterEnterprise": Asked(register_enterprise, "programme_officer"),
    "AttestStanding": Asked(attest_standing, "standing_attestor", "CUCTHUE", "enterprise_id"),
    "RecordOtherFunding": Asked(record_other_funding, "scheme_officer", "SCT", "enterprise_id"),
    "RegisterDeliveringOrganisation": Asked(register_delivering_organisation, "administrator"),
}


def _asking(request_class: type[Message], **usual: Any) -> Callable[..., Message]:
    return lambda **changes: request_class(**{**usual, **changes})


GETS = {
    "GetBody": Asked(_asking(messages.GetBodyRequest, code="CUCTHUE"), "auditor"),
    "GetUnit": Asked(_asking(messages.GetUnitRequest, code="31117", on_date=day(2024, 6, 28)), "auditor"),
    "GetEnterprise": Asked(_asking(messages.GetEnterpriseRequest), "auditor", needs="enterprise_id"),
    "GetEligibility": Asked(
        _asking(messages.GetEligibilityRequest, content_code="SYS-ISO9001", on_date=day(2024, 7, 1)),
        "service",
        needs="enterprise_id",
    ),
    "GetDeliveringOrganisation": Asked(
        _asking(messages.GetDeliveringOrganisationRequest), "auditor", needs="delivering_organisation_id"
    ),
}
LISTS = {
    "ListBodies": Asked(_asking(messages.ListBodiesRequest), "auditor"),
    "ListUnits": Asked(_asking(messages.ListUnitsRequest, on_date=day(2026, 1, 5)), "auditor"),
    "ListEnterprises": Asked(_asking(messages.ListEnterprisesRequest), "auditor"),
    "ListOtherFundings": Asked(_asking(messages.ListOtherFundingsRequest), "auditor", needs="enterprise_id"),
    "ListDeliveringOrganisations": Asked(_asking(messages.ListDeliveringOrganisationsRequest), "auditor"),
}
METHODS = COMMANDS | GETS | LISTS
