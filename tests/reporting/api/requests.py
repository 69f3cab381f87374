"""One good request for each of reporting's methods; a test bends it where it wants."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from nscl.common.v1.act_pb2 import Basis
from nscl.reporting.v1 import report_service_pb2 as reports
from nscl.reporting.v1 import reporting_service_pb2 as messages

from services.shared.wire import date_message, filled
from tests.reporting.examples import NUMBER, PLAN

SIGNED = date_message(date(2021, 6, 30))
CUT_OFF = date_message(date(2024, 11, 15))


def basis(**changes: Any) -> Basis:
    return Basis(**{"document": NUMBER, "effective_on": SIGNED, **changes})


def adopt_plan(**changes: Any) -> messages.AdoptPlanRequest:
    """The example plan, under a number of its own where the test names none."""
    request: messages.AdoptPlanRequest = filled(
        messages.AdoptPlanRequest,
        None,
        **{"request_id": str(uuid4()), "basis": basis(document=f"{uuid4().int % 10**9}/KH-UBND"), **PLAN, **changes},
    )
    return request


def get_plan(**changes: Any) -> messages.GetPlanRequest:
    return messages.GetPlanRequest(**{"plan_id": str(uuid4()), **changes})


def list_indicators(**changes: Any) -> messages.ListIndicatorsRequest:
    return messages.ListIndicatorsRequest(**changes)


def list_indicator_events(**changes: Any) -> messages.ListIndicatorEventsRequest:
    return messages.ListIndicatorEventsRequest(**{"indicator_code": "K3", **changes})


def list_trail(**changes: Any) -> messages.ListTrailRequest:
    return messages.ListTrailRequest(**{"subject_id": str(uuid4()), **changes})


def draft_report(**changes: Any) -> reports.DraftReportRequest:
    """The yearly report of 2024 to the People's Committee."""
    asked = {"plan_id": str(uuid4()), "kind": reports.REPORT_KIND_YEARLY_TO_CITY, "cut_off_on": CUT_OFF}
    return reports.DraftReportRequest(**{"request_id": str(uuid4()), **asked, **changes})


def publish_report(**changes: Any) -> reports.PublishReportRequest:
    """A publication under a number of its own where the test names none."""
    asked = {"basis": Basis(document=f"{uuid4().int % 10**9}/BC-SKHCN"), "report_id": str(uuid4())}
    return reports.PublishReportRequest(**{"request_id": str(uuid4()), **asked, **changes})


def get_report(**changes: Any) -> reports.GetReportRequest:
    return reports.GetReportRequest(**{"report_id": str(uuid4()), **changes})


def list_reports(**changes: Any) -> reports.ListReportsRequest:
    return reports.ListReportsRequest(**changes)
