"""The report on the sample year to the People's Committee: drafted by one person, published by another."""

from __future__ import annotations

from datetime import date

from nscl.reporting.v1 import report_service_pb2 as reports

from programme.client import Doors
from programme.people import DIRECTOR, REPORTER
from programme.plan import EnteredPlan, basis, day
from programme.year import YEAR_END, Year

NUMBER = "MAU-BC-2024/BC-SKHCN"
DRAFTED, PUBLISHED = date(2025, 1, 10), date(2025, 1, 15)


def publish_report(doors: Doors, plan: EnteredPlan, year: Year) -> reports.Report:
    """Report everything that the year recorded."""
    drafting = reports.DraftReportRequest(
        basis=basis("MAU-TTR-2024/TTr-SKHCN", DRAFTED),
        plan_id=plan.plan_id,
        kind=reports.REPORT_KIND_YEARLY_TO_CITY,
        cut_off_on=day(YEAR_END),
        at_least=year.positions(),
    )
    draft = doors.ask(REPORTER, doors.reports.DraftReport, drafting).report
    publishing = reports.PublishReportRequest(basis=basis(NUMBER, PUBLISHED), report_id=draft.report_id)
    return doors.ask(DIRECTOR, doors.reports.PublishReport, publishing).report
