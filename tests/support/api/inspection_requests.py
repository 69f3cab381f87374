"""One good request for each thing that may be asked of inspections."""

from __future__ import annotations

from datetime import date
from typing import Any

from google.protobuf.message import Message
from nscl.support.v1 import inspection_resources_pb2 as resources
from nscl.support.v1 import inspection_service_pb2 as messages

from services.shared.wire import date_message
from tests.support.api.requests import SOMETHING, bent
from tests.support.examples import AUDITOR, HOST, OFFICER, SECOND_AUDITOR, Person


def open_inspection(task_id: str = SOMETHING, **changes: Any) -> messages.OpenInspectionRequest:
    good = {"task_id": task_id, "scope": "Việc sử dụng kinh phí", "holds_payments": True}
    return bent(messages.OpenInspectionRequest, good, changes, "15/QĐ-TTTP")


def record_inspection_finding(
    inspection_id: str = SOMETHING, participation_id: str = SOMETHING, **changes: Any
) -> messages.RecordInspectionFindingRequest:
    good = {
        "inspection_id": inspection_id,
        "kind": resources.FINDING_KIND_OFF_PURPOSE,
        "participation_id": participation_id,
        "amount_vnd": 12_000_000,
        "description": "Chi mua thiết bị ngoài dự toán",
        "evidence": "Hóa đơn HĐ-102",
    }
    return bent(messages.RecordInspectionFindingRequest, good, changes)


def announce_inspection_findings(
    inspection_id: str = SOMETHING, **changes: Any
) -> messages.AnnounceInspectionFindingsRequest:
    good = {"inspection_id": inspection_id, "answer_by": date_message(date(2024, 7, 15))}
    return bent(messages.AnnounceInspectionFindingsRequest, good, changes)


def answer_inspection(inspection_id: str = SOMETHING, **changes: Any) -> messages.AnswerInspectionRequest:
    good = {"inspection_id": inspection_id, "answer": "Đã được chủ tịch công ty duyệt"}
    return bent(messages.AnswerInspectionRequest, good, changes)


def conclude_inspection(inspection_id: str = SOMETHING, **changes: Any) -> messages.ConcludeInspectionRequest:
    upheld = [resources.UpheldFinding(number=1, recoverable_vnd=10_000_000)]
    good = {"inspection_id": inspection_id, "summary": "Một khoản chi sai mục đích", "upheld": upheld}
    return bent(messages.ConcludeInspectionRequest, good, changes, "20/KL-TTTP")


COMMANDS: dict[str, tuple[Person, Message]] = {
    "OpenInspection": (AUDITOR, open_inspection()),
    "RecordInspectionFinding": (AUDITOR, record_inspection_finding()),
    "AnnounceInspectionFindings": (AUDITOR, announce_inspection_findings()),
    "AnswerInspection": (HOST, answer_inspection()),
    "ConcludeInspection": (SECOND_AUDITOR, conclude_inspection()),
}
GETS: dict[str, tuple[Person, Message]] = {
    "GetInspection": (OFFICER, messages.GetInspectionRequest(inspection_id=SOMETHING)),
}
LISTS: dict[str, tuple[Person, Message]] = {
    "ListInspections": (OFFICER, messages.ListInspectionsRequest()),
}
OF_THE_APPLICANT = {"AnswerInspection"}
"""Acts of a host, which an enterprise under a grant call is for itself."""
OF_THE_AUDITOR = COMMANDS.keys() - OF_THE_APPLICANT
