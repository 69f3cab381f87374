"""One good request for each method about branches, and the capacity it is asked in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from google.protobuf.message import Message
from nscl.registry.v1 import branch_service_pb2 as messages

from tests.registry.api.duplicate_requests import SOMETHING
from tests.registry.api.requests import address, basis
from tests.registry.examples import BRANCH_TAX_CODE


def open_branch(**changes: Any) -> messages.OpenBranchRequest:
    usual = {
        "request_id": str(uuid4()),
        "basis": basis("7/GCN-ĐKHĐ"),
        "enterprise_id": SOMETHING,
        "number": BRANCH_TAX_CODE,
        "display_name": "Chi nhánh Phong Điền",
        "address": address(),
    }
    return messages.OpenBranchRequest(**(usual | changes))


def close_branch(**changes: Any) -> messages.CloseBranchRequest:
    usual = {"request_id": str(uuid4()), "basis": basis("8/GCN-ĐKHĐ"), "enterprise_id": SOMETHING}
    return messages.CloseBranchRequest(**(usual | {"number": BRANCH_TAX_CODE} | changes))


def get_branches(**changes: Any) -> messages.GetBranchesRequest:
    return messages.GetBranchesRequest(**({"enterprise_id": SOMETHING} | changes))


def find_by_tax_code(**changes: Any) -> messages.FindByTaxCodeRequest:
    return messages.FindByTaxCodeRequest(**({"tax_code": BRANCH_TAX_CODE} | changes))


METHODS: dict[str, tuple[str, Callable[..., Message]]] = {
    "OpenBranch": ("programme_officer", open_branch),
    "CloseBranch": ("programme_officer", close_branch),
    "GetBranches": ("auditor", get_branches),
    "FindByTaxCode": ("auditor", find_by_tax_code),
}
