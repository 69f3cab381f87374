"""Enter working calendars and deadlines at support's ClockService: sample values, but for those with a source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nscl.support.v1 import clock_resources_pb2 as resources
from nscl.support.v1 import clock_service_pb2 as messages

from programme.client import Doors
from programme.people import ADMINISTRATOR, VICE_CHAIRMAN
from programme.plan import ADOPTED_ON, basis, day, read
from programme.progress import Progress


def enter_clocks(doors: Doors, progress: Progress) -> None:
    """Enter the calendars of the years that are played and the deadline of each waiting step."""
    calendars = read("working_calendars_sample.yaml")
    for year in progress.track(calendars["years"], "Lịch làm việc (mẫu)"):
        doors.ask(ADMINISTRATOR, doors.clocks.AdoptWorkingCalendar, _calendar(calendars, year))
    deadlines = read("deadlines_sample.yaml")
    request = messages.AdoptDeadlineRulesRequest(
        basis=basis("MAU-03/QĐ-UBND", deadlines["valid_from"]),
        valid_from=day(deadlines["valid_from"]),
        rules=[_rule(row) for row in deadlines["rules"]],
    )
    for whole in progress.track([request], "Thời hạn từng bước (mẫu)"):
        doors.ask(VICE_CHAIRMAN, doors.clocks.AdoptDeadlineRules, whole)


def _calendar(calendars: dict[str, Any], year: dict[str, Any]) -> messages.AdoptWorkingCalendarRequest:
    return messages.AdoptWorkingCalendarRequest(
        basis=basis("MAU-04/TB", ADOPTED_ON),
        year=year["year"],
        legal_basis=calendars["legal_basis"],
        sample=calendars["sample"],
        rest_weekdays=[resources.Weekday.Value(f"WEEKDAY_{weekday}") for weekday in calendars["rest_weekdays"]],
        holidays=_named_days(year["holidays"]),
        exchange_days=_named_days(year["exchange_days"]),
    )


def _named_days(rows: Sequence[dict[str, Any]]) -> list[resources.NamedDay]:
    return [resources.NamedDay(day=day(each), name=row["name"]) for row in rows for each in row["days"]]


def _rule(row: dict[str, Any]) -> resources.DeadlineRule:
    return resources.DeadlineRule(
        step=resources.WaitingStep.Value(f"WAITING_STEP_{row['step']}"),
        days=row["days"],
        day_kind=resources.DayKind.Value(f"DAY_KIND_{row['day_kind']}"),
        counted_from=resources.CountedFrom.Value(f"COUNTED_FROM_{row.get('counted_from', 'STEP_START')}"),
        body=row["body"],
        legal_basis=row.get("legal_basis", "DỮ LIỆU MẪU, chưa có quy định"),
        sample=row.get("sample", True),
    )
