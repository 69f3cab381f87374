"""One good request for each method about duplicates, and the capacity it is asked in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from google.protobuf.message import Message
from nscl.registry.v1 import duplicate_service_pb2 as messages

from tests.registry.api.requests import basis

SOMETHING = "00000000-0000-4000-8000-000000000000"
WHY = "Cùng một công ty, đăng ký hai lần"


def propose_merge(**changes: Any) -> messages.ProposeMergeRequest:
    usual = {
        "request_id": str(uuid4()),
        "basis": basis(),
        "enterprise_id": SOMETHING,
        "kept_enterprise_id": str(uuid4()),
    }
    return messages.ProposeMergeRequest(**(usual | {"reason": WHY} | changes))


def merge_enterprises(**changes: Any) -> messages.MergeEnterprisesRequest:
    usual = {"request_id": str(uuid4()), "basis": basis("5/BB-SKHCN"), "enterprise_id": SOMETHING}
    return messages.MergeEnterprisesRequest(**(usual | {"kept_enterprise_id": str(uuid4())} | changes))


def separate_enterprises(**changes: Any) -> messages.SeparateEnterprisesRequest:
    usual = {"request_id": str(uuid4()), "basis": basis("6/BB-SKHCN"), "enterprise_id": SOMETHING, "reason": WHY}
    return messages.SeparateEnterprisesRequest(**(usual | changes))


def get_duplicates(**changes: Any) -> messages.GetDuplicatesRequest:
    return messages.GetDuplicatesRequest(**({"enterprise_id": SOMETHING} | changes))


METHODS: dict[str, tuple[str, Callable[..., Message]]] = {
    "ProposeMerge": ("programme_officer", propose_merge),
    "MergeEnterprises": ("programme_lead", merge_enterprises),
    "SeparateEnterprises": ("programme_lead", separate_enterprises),
    "GetDuplicates": ("auditor", get_duplicates),
    "ListLikelyDuplicates": ("auditor", messages.ListLikelyDuplicatesRequest),
}
