"""Which reports are there, on which plan and of which kind?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import singledispatchmethod
from typing import NamedTuple
from uuid import UUID

from services.reporting.domain.report import Report, ReportKind
from services.shared.event_store import Cursor, View
from services.shared.record import Record


class PlaceAmongReports(NamedTuple):
    """Where a report stands in the list: by its cut-off day, then by its id."""

    cut_off_on: date
    report_id: UUID


class ReportList(View):
    """Reports by their cut-off day; the log has the rest of them."""

    name = "reports"
    table = """
        CREATE TABLE IF NOT EXISTS reports (
            id uuid PRIMARY KEY,
            plan_id uuid NOT NULL,
            kind text NOT NULL,
            cut_off_on date NOT NULL
        );
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: Report.Drafted, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "INSERT INTO reports (id, plan_id, kind, cut_off_on) VALUES (%s, %s, %s, %s)",
            (event.originator_id, event.plan_id, event.kind, event.period.cut_off_on),
        )

    def list_reports(
        self, *, plan_id: UUID | None, kind: ReportKind | None, after: PlaceAmongReports | None, limit: int
    ) -> Sequence[PlaceAmongReports]:
        """Those that match, the newest cut-off day first, behind ``after``."""
        with self.reading() as cursor:
            cursor.execute(
                """
                SELECT cut_off_on, id FROM reports
                WHERE (%(plan_id)s::uuid IS NULL OR plan_id = %(plan_id)s)
                  AND (%(kind)s::text IS NULL OR kind = %(kind)s)
                  AND (%(day)s::date IS NULL OR (cut_off_on, id) < (%(day)s, %(after)s::uuid))
                ORDER BY cut_off_on DESC, id DESC LIMIT %(limit)s
                """,
                {
                    "plan_id": plan_id,
                    "kind": kind,
                    "day": after and after.cut_off_on,
                    "after": after and after.report_id,
                    "limit": limit,
                },
            )
            return [PlaceAmongReports(*row) for row in cursor.fetchall()]
