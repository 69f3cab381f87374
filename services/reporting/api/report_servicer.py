"""The door of reports: drafted by one person, published by another, read by those who may read the trail."""

from __future__ import annotations

from nscl.reporting.v1 import report_service_pb2 as messages
from nscl.reporting.v1 import report_service_pb2_grpc

from services.reporting.api.messages import report_message
from services.reporting.api.servicer import LONGEST_LIST, TRAIL_READERS, position_elsewhere
from services.reporting.application.reports import Reports
from services.reporting.domain.report import Report, ReportKind
from services.reporting.read_models.reports import PlaceAmongReports, ReportList
from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Caller, Form, Page, caught_up, command, query


class ReportServicer(report_service_pb2_grpc.ReportServiceServicer):
    """What others may ask about reports, and in which capacity."""

    def __init__(self, reports: Reports, report_list: ReportList) -> None:
        self._reports = reports
        self._report_list = report_list

    @command("reporting_officer", resource="report")
    def DraftReport(self, request: messages.DraftReportRequest, call: Call) -> Saved[Report]:
        form = Form(request)
        plan_id = form.uuid("plan_id")
        kind = form.choice("kind", ReportKind)
        cut_off_on = form.date("cut_off_on")
        at_least = dict(sorted(form.each("at_least", position_elsewhere, most=LONGEST_LIST)))
        form.check()
        return self._reports.draft_report(call, plan_id=plan_id, kind=kind, cut_off_on=cut_off_on, at_least=at_least)

    @command("programme_lead", resource="report")
    def PublishReport(self, request: messages.PublishReportRequest, call: Call) -> Saved[Report]:
        form = Form(request)
        report_id = form.uuid("report_id")
        form.check()
        return self._reports.publish_report(call, report_id=report_id)

    @query(*TRAIL_READERS)
    def GetReport(self, request: messages.GetReportRequest, caller: Caller) -> messages.GetReportResponse:
        form = Form(request)
        report_id = form.uuid("report_id")
        form.optional_integer("min_position")
        form.check()
        return messages.GetReportResponse(report=report_message(self._reports.get_report(report_id)))

    @query(*TRAIL_READERS)
    def ListReports(self, request: messages.ListReportsRequest, caller: Caller) -> messages.ListReportsResponse:
        page = Page.read(request, PlaceAmongReports)
        form = Form(request)
        plan_id = form.optional_uuid("plan_id")
        kind = form.optional_choice("kind", ReportKind)
        form.check()
        caught_up(self._report_list, request.min_position)
        as_of_position = self._report_list.position()
        places = self._report_list.list_reports(plan_id=plan_id, kind=kind, after=page.after, limit=page.size + 1)
        shown, next_page_token = page.cut(places, key=lambda place: place)
        reports = [self._reports.get_report(place.report_id) for place in shown]
        return messages.ListReportsResponse(
            reports=map(report_message, reports), next_page_token=next_page_token, as_of_position=as_of_position
        )
