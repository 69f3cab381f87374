"""One good request for each thing that may be asked of calls for direct grants and applications; a test bends it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from google.protobuf.message import Message
from nscl.support.v1 import grant_call_resources_pb2 as resources
from nscl.support.v1 import grant_call_service_pb2 as messages
from nscl.support.v1.support_resources_pb2 import Paper, PaperFault

from services.shared.wire import date_message, filled
from tests.support.api.requests import SOMETHING, bent
from tests.support.examples import CHECKLIST as CHECKLIST_ITEMS
from tests.support.examples import DAY, FIVE_S_PAPERS, GRANT_CALL, LEAD, LOTUS_MILL, OFFICER, OWNER, Person

PAPERS = [filled(Paper, paper) for paper in FIVE_S_PAPERS]
CHECKLIST = resources.ContentChecklist(
    content_code="TOOL-5S", items=[filled(resources.ChecklistItem, item) for item in CHECKLIST_ITEMS]
)
FAULT = PaperFault(content_code="TOOL-5S", item_code="COST", reason="Thiếu chữ ký")


def publish_grant_call(
    catalogue_id: str = SOMETHING, budget_line_id: str = SOMETHING, **changes: Any
) -> messages.PublishGrantCallRequest:
    good = {
        "catalogue_id": catalogue_id,
        "budget_line_id": budget_line_id,
        "title": GRANT_CALL["title"],
        "opens_on": date_message(GRANT_CALL["opens_on"]),
        "closes_on": date_message(GRANT_CALL["closes_on"]),
        "contents": [filled(resources.CalledContent, content) for content in GRANT_CALL["contents"]],
    }
    return bent(messages.PublishGrantCallRequest, good, changes, "40/TB-SKHCN")


def extend_grant_call(grant_call_id: str = SOMETHING, **changes: Any) -> messages.ExtendGrantCallRequest:
    good = {"grant_call_id": grant_call_id, "closes_on": date_message(date(2024, 7, 15))}
    return bent(messages.ExtendGrantCallRequest, good, changes, "41/TB-SKHCN")


def cancel_grant_call(grant_call_id: str = SOMETHING, **changes: Any) -> messages.CancelGrantCallRequest:
    good = {"grant_call_id": grant_call_id, "reason": "Hết kinh phí"}
    return bent(messages.CancelGrantCallRequest, good, changes, "42/TB-SKHCN")


def wanted_content(content_code: str = "TOOL-5S") -> messages.WantedContent:
    return messages.WantedContent(content_code=content_code, estimated_cost_vnd=80_000_000, priority_codes=["P1"])


def apply_for_grant(
    grant_call_id: str = SOMETHING, enterprise_id: UUID = LOTUS_MILL, **changes: Any
) -> messages.ApplyForGrantRequest:
    good = {
        "grant_call_id": grant_call_id,
        "enterprise_id": str(enterprise_id),
        "contents": [wanted_content()],
        "papers": PAPERS,
    }
    return bent(messages.ApplyForGrantRequest, good, changes)


def resubmit_grant_application(task_id: str = SOMETHING, **changes: Any) -> messages.ResubmitGrantApplicationRequest:
    return bent(messages.ResubmitGrantApplicationRequest, {"task_id": task_id, "papers": PAPERS}, changes)


def extend_resubmission(task_id: str = SOMETHING, **changes: Any) -> messages.ExtendResubmissionRequest:
    good = {"task_id": task_id, "resubmit_by": date_message(date(2024, 7, 12)), "reason": "Chờ xác nhận thuế"}
    return bent(messages.ExtendResubmissionRequest, good, changes, "44/TB-SKHCN")


def record_field_survey(task_id: str = SOMETHING, **changes: Any) -> messages.RecordFieldSurveyRequest:
    good = {"task_id": task_id, "surveyed_on": date_message(DAY), "favourable": True, "findings": "Có dây chuyền"}
    return bent(messages.RecordFieldSurveyRequest, good, changes, "7/BB-KS")


def withdraw_application(task_id: str = SOMETHING, **changes: Any) -> messages.WithdrawApplicationRequest:
    return bent(messages.WithdrawApplicationRequest, {"task_id": task_id, "reason": "Chuyển địa điểm"}, changes)


def withdraw_participation(participation_id: str = SOMETHING, **changes: Any) -> messages.WithdrawParticipationRequest:
    good = {"participation_id": participation_id, "reason": "Không còn nhu cầu"}
    return bent(messages.WithdrawParticipationRequest, good, changes)


COMMANDS: dict[str, tuple[Person, Message]] = {
    "PublishGrantCall": (LEAD, publish_grant_call()),
    "ExtendGrantCall": (LEAD, extend_grant_call()),
    "CancelGrantCall": (LEAD, cancel_grant_call()),
    "ApplyForGrant": (OWNER, apply_for_grant()),
    "ResubmitGrantApplication": (OWNER, resubmit_grant_application()),
    "ExtendResubmission": (LEAD, extend_resubmission()),
    "RecordFieldSurvey": (OFFICER, record_field_survey()),
    "WithdrawApplication": (OWNER, withdraw_application()),
    "WithdrawParticipation": (OWNER, withdraw_participation()),
}
GETS: dict[str, tuple[Person, Message]] = {
    "GetGrantApplication": (OWNER, messages.GetGrantApplicationRequest(task_id=SOMETHING)),
    "GetGrantCall": (OFFICER, messages.GetGrantCallRequest(grant_call_id=SOMETHING)),
}
LISTS: dict[str, tuple[Person, Message]] = {"ListGrantCalls": (OFFICER, messages.ListGrantCallsRequest())}
OF_THE_APPLICANT = {
    "ApplyForGrant",
    "ResubmitGrantApplication",
    "WithdrawApplication",
    "WithdrawParticipation",
}
"""Acts of an enterprise for itself, and some of a host as well."""
