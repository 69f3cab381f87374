"""The gRPC door of cases: who examines what came to light after a decision, and who decides."""

from __future__ import annotations

from nscl.support.v1 import case_service_pb2 as messages
from nscl.support.v1 import case_service_pb2_grpc

from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Caller, Form, Page, caught_up, command, query
from services.support.api import forms
from services.support.api.asked import READERS, asked_for
from services.support.api.hidden_files import of_files
from services.support.api.messages import case_message, case_row_message
from services.support.application.support import Support
from services.support.domain.case import Case, CaseStatus
from services.support.read_models.cases import CaseList


class CaseServicer(case_service_pb2_grpc.CaseServiceServicer):
    """What others may ask about cases, and in which capacity."""

    def __init__(self, support: Support, cases: CaseList) -> None:
        self._support = support
        self._cases = cases

    @command("programme_officer", "programme_lead", resource="case")
    def ExamineCase(self, request: messages.ExamineCaseRequest, call: Call) -> Saved[Case]:
        form = Form(request)
        case_id = form.uuid("case_id")
        finding = form.text("finding", longest=2_000)
        form.check()
        return self._support.cases.examine_case(call, case_id=case_id, finding=finding)

    @command("programme_lead", "city_leader", resource="case")
    def ConfirmCase(self, request: messages.ConfirmCaseRequest, call: Call) -> Saved[Case]:
        form = Form(request)
        case_id = form.uuid("case_id")
        reason = forms.reason(form)
        form.check()
        return self._support.cases.confirm_case(call, case_id=case_id, reason=reason)

    @command("programme_lead", "city_leader", resource="case")
    def DismissCase(self, request: messages.DismissCaseRequest, call: Call) -> Saved[Case]:
        form = Form(request)
        case_id = form.uuid("case_id")
        reason = forms.reason(form)
        form.check()
        return self._support.cases.dismiss_case(call, case_id=case_id, reason=reason)

    @query(*READERS)
    @of_files("case")
    def GetCase(self, request: messages.GetCaseRequest, caller: Caller) -> messages.GetCaseResponse:
        case = self._support.cases.get_case(asked_for(self._support, request, "case_id"))
        return messages.GetCaseResponse(case=case_message(case))

    @query(*READERS)
    @of_files("cases")
    def ListCases(self, request: messages.ListCasesRequest, caller: Caller) -> messages.ListCasesResponse:
        form = Form(request)
        status = form.optional_choice("status", CaseStatus)
        task_id = form.optional_uuid("task_id")
        form.check()
        page = Page.read(request, int)
        caught_up(self._cases, request.min_position)
        as_of_position = self._cases.position()
        rows = self._cases.list_cases(status=status, task_id=task_id, after=page.after, limit=page.size + 1)
        shown, next_page_token = page.cut(rows, key=lambda row: row.opened_at_position)
        return messages.ListCasesResponse(
            cases=map(case_row_message, shown), next_page_token=next_page_token, as_of_position=as_of_position
        )
