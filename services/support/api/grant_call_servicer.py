"""The gRPC door of direct grants: who calls, who applies, who visits, and who may take an application back."""

from __future__ import annotations

from datetime import datetime

from nscl.support.v1 import grant_call_service_pb2 as messages
from nscl.support.v1 import grant_call_service_pb2_grpc

from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Caller, Form, Page, caught_up, command, query
from services.shared.record import LOCAL_TIME
from services.support.api import forms, grant_call_forms
from services.support.api.asked import READERS, asked_for
from services.support.api.hidden_files import of_files
from services.support.api.messages import grant_call_message, grant_call_row_message, task_message
from services.support.application.support import Support
from services.support.domain.grant_call import GrantCall
from services.support.domain.task import Task
from services.support.read_models.grant_calls import GrantCallList


class GrantCallServicer(grant_call_service_pb2_grpc.GrantCallServiceServicer):
    """What others may ask about direct grants, and in which capacity."""

    def __init__(self, support: Support, *, grant_calls: GrantCallList) -> None:
        self._support = support
        self._grant_calls = grant_calls

    @command("programme_lead", resource="grant_call")
    def PublishGrantCall(self, request: messages.PublishGrantCallRequest, call: Call) -> Saved[GrantCall]:
        form = Form(request)
        catalogue_id = form.uuid("catalogue_id")
        budget_line_id = form.uuid("budget_line_id")
        title = form.text("title", longest=300)
        opens_on = form.date("opens_on")
        closes_on = form.date("closes_on")
        contents = form.each("contents", grant_call_forms.called_content, least=1, most=100)
        form.check()
        return self._support.grant_calls.publish_grant_call(
            call,
            catalogue_id=catalogue_id,
            budget_line_id=budget_line_id,
            title=title,
            opens_on=opens_on,
            closes_on=closes_on,
            contents=contents,
        )

    @command("programme_lead", resource="grant_call")
    def ExtendGrantCall(self, request: messages.ExtendGrantCallRequest, call: Call) -> Saved[GrantCall]:
        form = Form(request)
        grant_call_id = form.uuid("grant_call_id")
        closes_on = form.date("closes_on")
        form.check()
        return self._support.grant_calls.extend_grant_call(call, grant_call_id=grant_call_id, closes_on=closes_on)

    @command("programme_lead", resource="grant_call")
    def CancelGrantCall(self, request: messages.CancelGrantCallRequest, call: Call) -> Saved[GrantCall]:
        form = Form(request)
        grant_call_id = form.uuid("grant_call_id")
        reason = forms.reason(form)
        form.check()
        return self._support.grant_calls.cancel_grant_call(call, grant_call_id=grant_call_id, reason=reason)

    @command("enterprise_representative", resource="task")
    def ApplyForGrant(self, request: messages.ApplyForGrantRequest, call: Call) -> Saved[Task]:
        form = Form(request)
        grant_call_id = form.uuid("grant_call_id")
        enterprise_id = form.uuid("enterprise_id")
        contents = form.each("contents", grant_call_forms.wanted_content, least=1, most=100)
        papers = form.each("papers", grant_call_forms.paper, least=1)
        form.check()
        lines = tuple(content.of(enterprise_id) for content in contents)
        return self._support.grant_calls.apply_for_grant(call, grant_call_id=grant_call_id, lines=lines, papers=papers)

    @command("enterprise_representative", resource="task")
    def ResubmitGrantApplication(self, request: messages.ResubmitGrantApplicationRequest, call: Call) -> Saved[Task]:
        form = Form(request)
        task_id = form.uuid("task_id")
        papers = form.each("papers", grant_call_forms.paper, least=1)
        form.check()
        return self._support.grant_calls.resubmit_grant_application(call, task_id=task_id, papers=papers)

    @command("programme_lead", resource="task")
    def ExtendResubmission(self, request: messages.ExtendResubmissionRequest, call: Call) -> Saved[Task]:
        form = Form(request)
        task_id = form.uuid("task_id")
        resubmit_by = form.date("resubmit_by")
        reason = forms.reason(form)
        form.check()
        return self._support.applications.extend_resubmission(
            call, task_id=task_id, resubmit_by=resubmit_by, reason=reason
        )

    @command("programme_officer", resource="task")
    def RecordFieldSurvey(self, request: messages.RecordFieldSurveyRequest, call: Call) -> Saved[Task]:
        form = Form(request)
        task_id = form.uuid("task_id")
        surveyed_on = form.date("surveyed_on")
        favourable = form.boolean("favourable")
        findings = form.text("findings", longest=forms.LONGEST_REASON, lines=True)
        form.check()
        return self._support.grant_calls.record_field_survey(
            call, task_id=task_id, surveyed_on=surveyed_on, favourable=favourable, findings=findings
        )

    @command("host_representative", "enterprise_representative", resource="task")
    def WithdrawApplication(self, request: messages.WithdrawApplicationRequest, call: Call) -> Saved[Task]:
        form = Form(request)
        task_id = form.uuid("task_id")
        reason = forms.reason(form)
        form.check()
        return self._support.withdrawals.withdraw_application(call, task_id=task_id, reason=reason)

    @command("host_representative", "enterprise_representative", resource="task")
    def WithdrawParticipation(self, request: messages.WithdrawParticipationRequest, call: Call) -> Saved[Task]:
        form = Form(request)
        participation_id = form.uuid("participation_id")
        reason = forms.reason(form)
        form.check()
        return self._support.withdrawals.withdraw_participation(call, participation_id=participation_id, reason=reason)

    @query("enterprise_representative")
    @of_files("task")
    def GetGrantApplication(
        self, request: messages.GetGrantApplicationRequest, caller: Caller
    ) -> messages.GetGrantApplicationResponse:
        task_id = asked_for(self._support, request, "task_id")
        today = datetime.now(LOCAL_TIME).date()
        task = self._support.grant_calls.get_grant_application(
            task_id, person_id=caller.person_id, body=caller.body, on=today
        )
        return messages.GetGrantApplicationResponse(task=task_message(task))

    @query(*READERS, "enterprise_representative")
    def GetGrantCall(self, request: messages.GetGrantCallRequest, caller: Caller) -> messages.GetGrantCallResponse:
        grant_call_id = asked_for(self._support, request, "grant_call_id")
        grant_call = self._support.grant_calls.get_grant_call(grant_call_id)
        return messages.GetGrantCallResponse(grant_call=grant_call_message(grant_call))

    @query(*READERS, "enterprise_representative")
    def ListGrantCalls(
        self, request: messages.ListGrantCallsRequest, caller: Caller
    ) -> messages.ListGrantCallsResponse:
        form = Form(request)
        year = forms.optional_year(form)
        open_on = form.optional_date("open_on")
        form.check()
        page = Page.read(request, int)
        caught_up(self._grant_calls, request.min_position)
        as_of_position = self._grant_calls.position()
        rows = self._grant_calls.list_grant_calls(year=year, open_on=open_on, after=page.after, limit=page.size + 1)
        shown, next_page_token = page.cut(rows, key=lambda row: row.published_at_position)
        return messages.ListGrantCallsResponse(
            grant_calls=map(grant_call_row_message, shown),
            next_page_token=next_page_token,
            as_of_position=as_of_position,
        )
