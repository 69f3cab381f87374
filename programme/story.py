"""What came of the year, as a person reads it: the indicators against the plan, and one decision told step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone

from nscl.common.v1.act_pb2 import Act, Recorded
from nscl.reporting.v1 import reporting_service_pb2 as reporting
from rich.console import Console
from rich.table import Table
from rich.text import Text

from programme.capacities import CAPACITIES
from programme.client import Doors
from programme.people import AUDITOR

VIETNAM = timezone(timedelta(hours=7), "ICT")
QUALIFIERS = {reporting.QUALIFIER_ABOUT: "khoảng", reporting.QUALIFIER_AT_LEAST: "ít nhất"}


def indicators(doors: Doors, heard: Sequence[Recorded]) -> list[reporting.IndicatorProgress]:
    """K1 to K6 with their values, once reporting has heard what ``heard`` names."""
    request = reporting.ListIndicatorsRequest(at_least=heard)
    return list(doors.ask(AUDITOR, doors.reporting.ListIndicators, request).indicators)


def trail(doors: Doors, subject_id: str, heard: Sequence[Recorded]) -> Iterator[reporting.TrailEntry]:
    """Every event on the way of one decision, oldest first."""
    request = reporting.ListTrailRequest(subject_id=subject_id, page_size=100, at_least=heard)
    while True:
        page = doors.ask(AUDITOR, doors.reporting.ListTrail, request)
        yield from page.entries
        if not page.next_page_token:
            return
        request.page_token = page.next_page_token


def show_indicators(console: Console, rows: Sequence[reporting.IndicatorProgress]) -> None:
    """The six indicators as a table against the targets of both horizons."""
    table = Table(title="Chỉ tiêu của Kế hoạch 134/KH-UBND (DỮ LIỆU MẪU)", title_justify="left")
    for heading in ("Mã", "Chỉ tiêu", "Kết quả", "Đến 2025", "Đến 2030"):
        table.add_column(heading, justify="right" if heading == "Kết quả" else "left")
    for row in rows:
        targets = {target.year: target for target in row.indicator.targets}
        table.add_row(
            row.indicator.code,
            row.indicator.name,
            number(row.value),
            *(f"{QUALIFIERS[targets[year].qualifier]} {number(targets[year].value)}" for year in (2025, 2030)),
        )
    console.print(table)


def show_story(console: Console, entries: Sequence[reporting.TrailEntry], title: str) -> None:
    """One human sentence per event, with who, in what capacity, on which document, when, and where it stands."""
    console.print(Text(f"Hành trình của một quyết định: {title} (DỮ LIỆU MẪU)", style="bold"))
    for entry in entries:
        console.print(Text(f"  {entry.sentence}"), soft_wrap=True)
        console.print(
            Text(f"      {_by(entry.act)} · {entry.recorded.service}:{entry.recorded.position}", style="dim"),
            soft_wrap=True,
        )


def number(value: int) -> str:
    """An integer as Vietnamese readers expect it: 1.234.567."""
    return f"{value:,}".replace(",", ".")


def _by(act: Act) -> str:
    day = act.effective_on
    recorded_at = datetime.fromtimestamp(act.recorded_at.seconds, UTC).astimezone(VIETNAM)
    return " · ".join(
        part
        for part in (
            f"{act.body}, {CAPACITIES.get(act.capacity, act.capacity)} (mã {act.person_id[:8]})",
            f"văn bản {act.document}" if act.document else "",
            f"hiệu lực {day.day:02}/{day.month:02}/{day.year}",
            f"ghi lúc {recorded_at:%d/%m/%Y %H:%M:%S}",
        )
        if part
    )
