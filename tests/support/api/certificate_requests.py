"""One good request for each thing that may be asked of certificates; a test bends it where it wants."""

from __future__ import annotations

from datetime import date
from typing import Any

from google.protobuf.message import Message
from nscl.support.v1 import certificate_resources_pb2 as resources
from nscl.support.v1 import certificate_service_pb2 as messages

from services.shared.wire import date_message
from tests.support.api.requests import SOMETHING, bent
from tests.support.examples import DAY, OFFICER, Person


def record_surveillance(certificate_id: str = SOMETHING, **changes: Any) -> messages.RecordSurveillanceRequest:
    good = {
        "certificate_id": certificate_id,
        "result": resources.SURVEILLANCE_RESULT_FAILED,
        "auditor": "Chứng nhận Mẫu",
        "audited_on": date_message(DAY),
        "findings": "Hai điểm không phù hợp",
    }
    return bent(messages.RecordSurveillanceRequest, good, changes, "8/BC-GS")


def suspend_certificate(certificate_id: str = SOMETHING, **changes: Any) -> messages.SuspendCertificateRequest:
    good = {"certificate_id": certificate_id, "reason": "Chưa khắc phục"}
    return bent(messages.SuspendCertificateRequest, good, changes, "9/QĐ-CN")


def reinstate_certificate(certificate_id: str = SOMETHING, **changes: Any) -> messages.ReinstateCertificateRequest:
    good = {"certificate_id": certificate_id, "reason": "Đã khắc phục"}
    return bent(messages.ReinstateCertificateRequest, good, changes, "10/QĐ-CN")


def withdraw_certificate(certificate_id: str = SOMETHING, **changes: Any) -> messages.WithdrawCertificateRequest:
    good = {"certificate_id": certificate_id, "reason": "Ngừng áp dụng"}
    return bent(messages.WithdrawCertificateRequest, good, changes, "11/QĐ-CN")


def renew_certificate(certificate_id: str = SOMETHING, **changes: Any) -> messages.RenewCertificateRequest:
    good = {
        "certificate_id": certificate_id,
        "certificate_number": "CN-18",
        "issued_on": date_message(DAY),
        "valid_until": date_message(date(2030, 6, 27)),
    }
    return bent(messages.RenewCertificateRequest, good, changes, "12/QĐ-CN")


COMMANDS: dict[str, tuple[Person, Message]] = {
    "RecordSurveillance": (OFFICER, record_surveillance()),
    "SuspendCertificate": (OFFICER, suspend_certificate()),
    "ReinstateCertificate": (OFFICER, reinstate_certificate()),
    "WithdrawCertificate": (OFFICER, withdraw_certificate()),
    "RenewCertificate": (OFFICER, renew_certificate()),
}
GETS: dict[str, tuple[Person, Message]] = {
    "GetCertificate": (OFFICER, messages.GetCertificateRequest(certificate_id=SOMETHING))
}
LISTS: dict[str, tuple[Person, Message]] = {"ListCertificates": (OFFICER, messages.ListCertificatesRequest())}
