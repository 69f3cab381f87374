"""One good request for each thing that may be asked of certified products; a test bends it where it wants."""

from __future__ import annotations

from datetime import date
from typing import Any

from google.protobuf.message import Message
from nscl.support.v1 import certificate_resources_pb2 as resources
from nscl.support.v1 import product_service_pb2 as messages

from services.shared.wire import date_message
from tests.support.api.requests import SOMETHING, bent
from tests.support.examples import OFFICER, SECOND_OFFICER, Person


def record_product_surveillance(
    product_id: str = SOMETHING, **changes: Any
) -> messages.RecordProductSurveillanceRequest:
    good = {
        "product_id": product_id,
        "result": resources.SURVEILLANCE_RESULT_FAILED,
        "auditor": "Chứng nhận Mẫu",
        "audited_on": date_message(date(2024, 6, 20)),
        "findings": "Độ ẩm vượt mức",
    }
    return bent(messages.RecordProductSurveillanceRequest, good, changes, "31/BC-CN")


def suspend_product(product_id: str = SOMETHING, **changes: Any) -> messages.SuspendProductRequest:
    return bent(messages.SuspendProductRequest, {"product_id": product_id, "reason": "Độ ẩm"}, changes, "32/QĐ-CN")


def reinstate_product(product_id: str = SOMETHING, **changes: Any) -> messages.ReinstateProductRequest:
    good = {"product_id": product_id, "reason": "Đã khắc phục"}
    return bent(messages.ReinstateProductRequest, good, changes, "33/QĐ-CN")


def withdraw_product(product_id: str = SOMETHING, **changes: Any) -> messages.WithdrawProductRequest:
    good = {"product_id": product_id, "reason": "Không khắc phục"}
    return bent(messages.WithdrawProductRequest, good, changes, "34/QĐ-CN")


def renew_product(product_id: str = SOMETHING, **changes: Any) -> messages.RenewProductRequest:
    good = {
        "product_id": product_id,
        "certificate_number": "HC-5/2",
        "valid_from": date_message(date(2024, 6, 25)),
        "valid_until": date_message(date(2027, 6, 24)),
    }
    return bent(messages.RenewProductRequest, good, changes, "35/QĐ-CN")


COMMANDS: dict[str, tuple[Person, Message]] = {
    "RecordProductSurveillance": (OFFICER, record_product_surveillance()),
    "SuspendProduct": (OFFICER, suspend_product()),
    "ReinstateProduct": (SECOND_OFFICER, reinstate_product()),
    "WithdrawProduct": (OFFICER, withdraw_product()),
    "RenewProduct": (OFFICER, renew_product()),
}
