"""One good request for each method of document numbers and delegations; a test bends it where it wants."""

from __future__ import annotations

from datetime import date
from typing import Any

from google.protobuf.message import Message
from nscl.support.v1 import document_resources_pb2 as resources
from nscl.support.v1 import document_service_pb2 as messages

from services.shared.wire import date_message
from tests.support.api.requests import SOMETHING, bent, new_document
from tests.support.examples import LEAD, LEADER, OFFICER, Person


def open_document_register(**changes: Any) -> messages.OpenDocumentRegisterRequest:
    good = {"issuer": "UBND", "document_type": "QĐ", "year": 2024, "first_number": 900}
    return bent(messages.OpenDocumentRegisterRequest, good, changes)


def issue_document(**changes: Any) -> messages.IssueDocumentRequest:
    good = {"new_document": new_document(), "person_id": str(LEADER.id)}
    return bent(messages.IssueDocumentRequest, good, changes)


def void_document(document_register_id: str = SOMETHING, **changes: Any) -> messages.VoidDocumentRequest:
    good = {"document_register_id": document_register_id, "number": 900, "reason": "Viết sai thể thức"}
    return bent(messages.VoidDocumentRequest, good, changes)


def grant_delegation(**changes: Any) -> messages.GrantDelegationRequest:
    good = {
        "delegate_id": str(LEAD.id),
        "delegate_body": LEAD.body,
        "signature_line": resources.SIGNATURE_LINE_TUQ,
        "decision_kinds": [resources.DECISION_KIND_TASK_APPROVAL],
        "ceiling_vnd": 100_000_000,
        "valid_from": date_message(date(2024, 1, 1)),
        "valid_until": date_message(date(2024, 12, 31)),
    }
    return bent(messages.GrantDelegationRequest, good, changes, "17/UQ-UBND")


def revoke_delegation(delegation_id: str = SOMETHING, **changes: Any) -> messages.RevokeDelegationRequest:
    good = {"delegation_id": delegation_id, "reason": "Thay đổi nhân sự"}
    return bent(messages.RevokeDelegationRequest, good, changes)


COMMANDS: dict[str, tuple[Person, Message]] = {
    "OpenDocumentRegister": (LEADER, open_document_register()),
    "IssueDocument": (LEADER, issue_document()),
    "VoidDocument": (LEADER, void_document()),
    "GrantDelegation": (LEADER, grant_delegation()),
    "RevokeDelegation": (LEADER, revoke_delegation()),
}
GETS: dict[str, tuple[Person, Message]] = {
    "GetDocumentRegister": (OFFICER, messages.GetDocumentRegisterRequest(document_register_id=SOMETHING)),
    "GetDelegation": (OFFICER, messages.GetDelegationRequest(delegation_id=SOMETHING)),
}
LISTS: dict[str, tuple[Person, Message]] = {
    "ListDelegations": (OFFICER, messages.ListDelegationsRequest()),
    "ListDocuments": (OFFICER, messages.ListDocumentsRequest()),
}
