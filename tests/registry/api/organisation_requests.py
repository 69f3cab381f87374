"""One good request for each method about delivering organisations, and the capacity it is asked in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

from google.protobuf.message import Message
from nscl.registry.v1 import organisation_service_pb2 as messages
from nscl.registry.v1 import registry_service_pb2 as registry

from tests.registry.api.duplicate_requests import SOMETHING
from tests.registry.api.requests import basis, day

NUMBER, WHY = "VICAS 017", "Không duy trì hệ thống quản lý"


def asking(request_class: Callable[..., Message], _usual: dict[str, Any], **changes: Any) -> Message:
    """A command about an organisation, by a document."""
    common = {"request_id": str(uuid4()), "basis": basis("9/QĐ-VPCNCL"), "delivering_organisation_id": SOMETHING}
    return request_class(**(common | _usual | changes))


def get_accreditations(**changes: Any) -> messages.GetAccreditationsRequest:
    usual = {"delivering_organisation_id": SOMETHING, "on_date": day(2024, 7, 1)}
    return messages.GetAccreditationsRequest(**(usual | changes))


def list_expiring_accreditations(**changes: Any) -> messages.ListExpiringAccreditationsRequest:
    usual = {"expiring_from": day(2024, 7, 1), "expiring_before": day(2040, 1, 1)}
    return messages.ListExpiringAccreditationsRequest(**(usual | changes))


GRANT = {
    "number": NUMBER,
    "issuer": "Văn phòng Công nhận chất lượng",
    "field": "ISO/IEC 17065, thủy sản",
    "valid_from": day(2024, 1, 1),
    "valid_until": day(2026, 12, 31),
}
SERVICES = {"services": [registry.OFFERED_SERVICE_CONSULTING], "scope": "Thủy sản"}
OFFICER, STOPPER = "programme_officer", "payment_officer"
METHODS: dict[str, tuple[str, Callable[..., Message]]] = {
    name: (capacity, partial(asking, getattr(messages, f"{name}Request"), usual))
    for name, capacity, usual in (
        ("RenameDeliveringOrganisation", OFFICER, {"name": "Viện Sao Hôm"}),
        ("ChangeOfferedServices", OFFICER, SERVICES),
        ("RaiseOrganisationStopFlag", STOPPER, {"reason": WHY}),
        ("LiftOrganisationStopFlag", STOPPER, {"stop_flag_id": SOMETHING, "reason": WHY}),
        ("EndDeliveringOrganisation", OFFICER, {"reason": WHY}),
        ("GrantAccreditation", OFFICER, GRANT),
        ("RenewAccreditation", OFFICER, {"number": NUMBER, "valid_until": day(2029, 1, 1)}),
        ("SuspendAccreditation", OFFICER, {"number": NUMBER, "reason": WHY}),
        ("ResumeAccreditation", OFFICER, {"number": NUMBER}),
        ("EndAccreditation", OFFICER, {"number": NUMBER, "reason": WHY}),
    )
} | {
    "GetAccreditations": ("auditor", get_accreditations),
    "ListExpiringAccreditations": ("auditor", list_expiring_accreditations),
}
