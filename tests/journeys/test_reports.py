"""The sample year's report, derived again by an auditor from the published logs; and one that a service made up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from google.type.date_pb2 import Date
from nscl.registry.v1 import registry_service_pb2 as registry
from nscl.reporting.v1 import report_service_pb2 as reports

from programme.people import ADMINISTRATOR, REPORTER
from programme.plan import PLAN, basis
from programme.reports import NUMBER, PUBLISHED, publish_report
from tests.journeys.auditing import audit
from tests.journeys.conftest import Played, fetched
from tests.journeys.test_replay import changed
from tests.journeys.test_sample_year import INDICATORS
from tests.servers import RunningPlatform


def reproduced(mirror: Path, named: str) -> tuple[int, dict[str, Any]]:
    """The exit code and what is said as JSON."""
    status, said = audit("reproduce", mirror, named, "--json")
    assert status in (0, 1), said
    told: dict[str, Any] = json.loads(said)
    return status, told


def test_the_report_on_the_year_is_derived_again_after_the_logs_have_gone_on(
    played: Played, platform: RunningPlatform, tmp_path: Path
) -> None:
    report = publish_report(played.doors, played.plan, played.year)
    later = registry.EstablishBodyRequest(
        basis=basis(PLAN, PUBLISHED),
        code="BCMAU",
        name="Tổ báo cáo (mẫu)",
        established_on=Date(year=2025, month=1, day=1),
    )
    played.doors.ask(ADMINISTRATOR, played.doors.registry.EstablishBody, later)
    status, told = reproduced(fetched(platform, tmp_path), NUMBER)
    assert (status, told["differences"]) == (0, [])
    assert INDICATORS.items() <= {figure.code: figure.total for figure in report.figures}.items()
    assert told["checkpoints"] == {each.service: each.size for each in report.checkpoints}


def test_a_figure_that_the_service_made_up_is_named(played: Played, platform: RunningPlatform, tmp_path: Path) -> None:
    drafting = reports.DraftReportRequest(
        plan_id=played.plan.plan_id,
        kind=reports.REPORT_KIND_YEARLY_TO_MINISTRY,
        cut_off_on=Date(year=2024, month=12, day=31),
        at_least=played.year.positions(),
    )
    change, back = (
        f"UPDATE indicator_events SET effective_on = effective_on {years} * 365 WHERE indicator_code = 'K6'"
        for years in ("+ 10", "- 10")
    )
    with changed(platform, "reporting", change, back):
        report = played.doors.ask(REPORTER, played.doors.reports.DraftReport, drafting).report
    status, told = reproduced(fetched(platform, tmp_path), report.report_id)
    assert status == 1
    assert {(each["subject"], each["field"]) for each in told["differences"]} == {("K6", "total"), ("K6", "in_period")}
