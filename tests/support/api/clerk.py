"""Somebody who asks for each step as a careful and as a careless caller would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from google.protobuf.message import Message
from grpc import StatusCode
from nscl.support.v1.inspection_resources_pb2 import FindingReference

from tests.bad_input import told
from tests.support.api import inspection_requests as inspections
from tests.support.api import requests
from tests.support.conftest import Counter
from tests.support.examples import AUDITOR, HOST, LEAD, OFFICER, SECOND_AUDITOR, Person


@dataclass(frozen=True)
class Clerk:
    """Asks for each step as a careful and as a careless caller would."""

    counter: Counter

    def ask(self, method: str, request: Any, person: Person) -> Any:
        """The answer to a step that is first refused to who saw an older state, and then asked for three times."""
        if "etag" in request.DESCRIPTOR.fields_by_name:
            stale = _changed(request, request_id=str(uuid4()), etag="0")
            answer = told(lambda: self.counter.ask(method, stale, person))
            assert (answer.code, answer.reason) == (StatusCode.ABORTED, "RECORD_CHANGED"), method
        response = self.counter.ask(method, request, person)
        assert response.recorded.service == "support"
        assert self.counter.ask(method, request, person) == response, f"{method}, repeated"
        other = _changed(request)
        other.basis.cause = "registry:1"
        answer = told(lambda: self.counter.ask(method, other, person))
        assert (answer.code, answer.reason) == (StatusCode.INVALID_ARGUMENT, "REQUEST_ID_REUSED"), method
        return response


def open_task(clerk: Clerk, plan: tuple[str, str], line_id: str, **changes: Any) -> str:
    task_id: str = clerk.ask("ProposeTask", requests.propose_task(line_id, plan[0], **changes), OFFICER).task.task_id
    clerk.ask("EnlistTask", requests.enlist_task(task_id), LEAD)
    clerk.ask("OpenTaskCall", requests.open_task_call(task_id), OFFICER)
    return task_id


def found(clerk: Clerk, task_id: str) -> FindingReference:
    """Twelve million found against a contract as a whole, of which an inspection concluded that ten come back."""
    opened = clerk.ask("OpenInspection", inspections.open_inspection(task_id, holds_payments=False), AUDITOR)
    where = opened.inspection.inspection_id
    whole = inspections.record_inspection_finding(where, participation_id=None)
    clerk.ask("RecordInspectionFinding", whole, AUDITOR)
    clerk.ask("AnnounceInspectionFindings", inspections.announce_inspection_findings(where), AUDITOR)
    clerk.ask("AnswerInspection", inspections.answer_inspection(where), HOST)
    clerk.ask("ConcludeInspection", inspections.conclude_inspection(where), SECOND_AUDITOR)
    return FindingReference(inspection_id=where, finding_number=1)


def _changed(request: Message, **changes: Any) -> Any:
    copy = type(request).FromString(request.SerializeToString())
    for name, value in changes.items():
        setattr(copy, name, value)
    return copy
