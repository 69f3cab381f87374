"""The gRPC door of inspections: inspectors look into a contract, who carries it out answers."""

from __future__ import annotations

from nscl.support.v1 import inspection_service_pb2 as messages
from nscl.support.v1 import inspection_service_pb2_grpc

from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Caller, Form, Page, caught_up, command, query
from services.support.api import forms
from services.support.api.asked import READERS, asked_for
from services.support.api.hidden_files import of_files
from services.support.api.messages import inspection_message, inspection_row_message
from services.support.application.support import Support
from services.support.domain.inspection import FindingKind, Inspection, InspectionStatus, UpheldFinding
from services.support.read_models.inspections import InspectionList


def upheld_finding(line: Form) -> UpheldFinding:
    return UpheldFinding(
        number=line.integer("number", least=1, most=10_000),
        recoverable_vnd=line.optional_integer("recoverable_vnd", most=10**15) or 0,
    )


class InspectionServicer(inspection_service_pb2_grpc.InspectionServiceServicer):
    """What others may ask about inspections, and in which capacity."""

    def __init__(self, support: Support, *, inspections: InspectionList) -> None:
        self._support = support
        self._inspections = inspections

    @command("auditor", resource="inspection")
    def OpenInspection(self, request: messages.OpenInspectionRequest, call: Call) -> Saved[Inspection]:
        form = Form(request)
        task_id = form.uuid("task_id")
        scope = form.text("scope", longest=forms.LONGEST_REASON, lines=True)
        holds_payments = form.boolean("holds_payments")
        form.check()
        return self._support.inspections.open_inspection(
            call, task_id=task_id, scope=scope, holds_payments=holds_payments
        )

    @command("auditor", resource="inspection")
    def RecordInspectionFinding(
        self, request: messages.RecordInspectionFindingRequest, call: Call
    ) -> Saved[Inspection]:
        form = Form(request)
        inspection_id = form.uuid("inspection_id")
        kind = form.choice("kind", FindingKind)
        participation_id = form.optional_uuid("participation_id")
        amount_vnd = form.optional_integer("amount_vnd", most=10**15) or 0
        description = form.text("description", longest=forms.LONGEST_REASON, lines=True)
        evidence = form.text("evidence", longest=forms.LONGEST_REASON, lines=True)
        form.check()
        return self._support.inspections.record_inspection_finding(
            call,
            inspection_id=inspection_id,
            kind=kind,
            participation_id=participation_id,
            amount_vnd=amount_vnd,
            description=description,
            evidence=evidence,
        )

    @command("auditor", resource="inspection")
    def AnnounceInspectionFindings(
        self, request: messages.AnnounceInspectionFindingsRequest, call: Call
    ) -> Saved[Inspection]:
        form = Form(request)
        inspection_id = form.uuid("inspection_id")
        answer_by = form.date("answer_by")
        form.check()
        return self._support.inspections.announce_inspection_findings(
            call, inspection_id=inspection_id, answer_by=answer_by
        )

    @command("host_representative", "enterprise_representative", resource="inspection")
    def AnswerInspection(self, request: messages.AnswerInspectionRequest, call: Call) -> Saved[Inspection]:
        form = Form(request)
        inspection_id = form.uuid("inspection_id")
        answer = form.text("answer", longest=forms.LONGEST_REASON, lines=True)
        form.check()
        return self._support.inspections.answer_inspection(call, inspection_id=inspection_id, answer=answer)

    @command("auditor", resource="inspection")
    def ConcludeInspection(self, request: messages.ConcludeInspectionRequest, call: Call) -> Saved[Inspection]:
        form = Form(request)
        inspection_id = form.uuid("inspection_id")
        summary = form.text("summary", longest=forms.LONGEST_REASON, lines=True)
        upheld = form.each("upheld", upheld_finding, most=1_000)
        form.check()
        return self._support.inspections.conclude_inspection(
            call, inspection_id=inspection_id, summary=summary, upheld=upheld
        )

    @query(*READERS)
    @of_files("inspection")
    def GetInspection(self, request: messages.GetInspectionRequest, caller: Caller) -> messages.GetInspectionResponse:
        inspection_id = asked_for(self._support, request, "inspection_id")
        inspection = self._support.inspections.get_inspection(inspection_id)
        return messages.GetInspectionResponse(inspection=inspection_message(inspection))

    @query(*READERS)
    @of_files("inspections")
    def ListInspections(
        self, request: messages.ListInspectionsRequest, caller: Caller
    ) -> messages.ListInspectionsResponse:
        form = Form(request)
        status = form.optional_choice("status", InspectionStatus)
        task_id = form.optional_uuid("task_id")
        form.check()
        page = Page.read(request, int)
        caught_up(self._inspections, request.min_position)
        as_of_position = self._inspections.position()
        rows = self._inspections.list_inspections(status=status, task_id=task_id, after=page.after, limit=page.size + 1)
        shown, next_page_token = page.cut(rows, key=lambda row: row.opened_at_position)
        return messages.ListInspectionsResponse(
            inspections=map(inspection_row_message, shown),
            next_page_token=next_page_token,
            as_of_position=as_of_position,
        )
