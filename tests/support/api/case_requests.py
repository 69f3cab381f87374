"""One good request for each thing that may be asked of cases; a test bends it where it wants."""

from __future__ import annotations

from typing import Any

from google.protobuf.message import Message
from nscl.support.v1 import case_service_pb2 as messages

from tests.support.api.requests import SOMETHING, bent
from tests.support.examples import LEAD, OFFICER, Person


def examine_case(case_id: str = SOMETHING, **changes: Any) -> messages.ExamineCaseRequest:
    return bent(messages.ExamineCaseRequest, {"case_id": case_id, "finding": "Cùng một dây chuyền"}, changes)


def confirm_case(case_id: str = SOMETHING, **changes: Any) -> messages.ConfirmCaseRequest:
    return bent(messages.ConfirmCaseRequest, {"case_id": case_id, "reason": "Trùng nội dung"}, changes, "7/KL-SKHCN")


def dismiss_case(case_id: str = SOMETHING, **changes: Any) -> messages.DismissCaseRequest:
    return bent(messages.DismissCaseRequest, {"case_id": case_id, "reason": "Khác nhà máy"}, changes, "8/KL-SKHCN")


COMMANDS: dict[str, tuple[Person, Message]] = {
    "ExamineCase": (OFFICER, examine_case()),
    "ConfirmCase": (LEAD, confirm_case()),
    "DismissCase": (LEAD, dismiss_case()),
}
GETS: dict[str, tuple[Person, Message]] = {"GetCase": (OFFICER, messages.GetCaseRequest(case_id=SOMETHING))}
LISTS: dict[str, tuple[Person, Message]] = {"ListCases": (OFFICER, messages.ListCasesRequest())}
