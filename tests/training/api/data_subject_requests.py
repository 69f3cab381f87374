"""One good request for each method about people's data, and the capacity it is asked in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from google.protobuf.message import Message
from nscl.training.v1 import data_subject_service_pb2 as messages

from tests.training.api.requests import basis, day

SOMEBODY = "00000000-0000-4000-8000-000000000000"
WHY = "Đang giải quyết khiếu nại"


def adopt_erasure_rule(**changes: Any) -> messages.AdoptErasureRuleRequest:
    usual = {"request_id": str(uuid4()), "basis": basis("MẪU-1/QĐ"), "valid_from": day(2021, 1, 1)}
    values = {"retention_years": 5, "answer_within_days": 20, "sample": True}
    return messages.AdoptErasureRuleRequest(**(usual | values | changes))


def request_erasure(**changes: Any) -> messages.RequestErasureRequest:
    usual = {"request_id": str(uuid4()), "basis": basis("5/ĐN"), "subject_id": SOMEBODY}
    return messages.RequestErasureRequest(**(usual | {"ground": messages.ERASURE_GROUND_PURPOSE_ENDED} | changes))


def refuse_erasure(**changes: Any) -> messages.RefuseErasureRequest:
    usual = {"request_id": str(uuid4()), "basis": basis("9/CV-SKHCN"), "subject_id": SOMEBODY, "reason": WHY}
    return messages.RefuseErasureRequest(**(usual | changes))


def place_legal_hold(**changes: Any) -> messages.PlaceLegalHoldRequest:
    usual = {"request_id": str(uuid4()), "basis": basis("6/YC-TAND"), "subject_id": SOMEBODY, "reason": WHY}
    return messages.PlaceLegalHoldRequest(**(usual | changes))


def lift_legal_hold(**changes: Any) -> messages.LiftLegalHoldRequest:
    usual = {"request_id": str(uuid4()), "basis": basis("7/YC-TAND"), "subject_id": SOMEBODY, "reason": WHY}
    return messages.LiftLegalHoldRequest(**(usual | {"hold_number": 1} | changes))


def erase_person(**changes: Any) -> messages.ErasePersonRequest:
    usual = {"request_id": str(uuid4()), "basis": basis("8/QĐ-SKHCN"), "subject_id": SOMEBODY}
    return messages.ErasePersonRequest(**(usual | changes))


def get_data_subject(**changes: Any) -> messages.GetDataSubjectRequest:
    return messages.GetDataSubjectRequest(**({"subject_id": SOMEBODY} | changes))


METHODS: dict[str, tuple[str, Callable[..., Message]]] = {
    "AdoptErasureRule": ("administrator", adopt_erasure_rule),
    "RequestErasure": ("training_officer", request_erasure),
    "RefuseErasure": ("programme_lead", refuse_erasure),
    "PlaceLegalHold": ("training_officer", place_legal_hold),
    "LiftLegalHold": ("programme_lead", lift_legal_hold),
    "ErasePerson": ("programme_lead", erase_person),
    "GetDataSubject": ("auditor", get_data_subject),
    "ListErasureRequests": ("auditor", messages.ListErasureRequestsRequest),
}
