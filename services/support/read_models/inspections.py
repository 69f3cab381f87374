"""Which contracts are or were inspected, and what has to come back?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import singledispatchmethod
from uuid import UUID

from services.shared.event_store import Cursor, View
from services.shared.record import Record
from services.support.domain.inspection import Inspection, InspectionStatus


@dataclass(frozen=True)
class InspectionRow:
    """An inspection as the list shows it; its fields are the columns of the table, in their order."""

    id: UUID
    opened_at_position: int
    task_id: UUID
    document: str
    inspecting_body: str
    scope: str
    holds_payments: bool
    status: str
    answer_by: date | None
    conclusion: str | None
    found_vnd: int
    recoverable_vnd: int
    ordered_vnd: int
    version: int


COLUMNS = ", ".join(field.name for field in fields(InspectionRow))


class InspectionList(View):
    """Inspections by their newest opening."""

    name = "inspections"
    table = """
        CREATE TABLE IF NOT EXISTS inspections (
            id uuid PRIMARY KEY,
            opened_at_position bigint NOT NULL UNIQUE,
            task_id uuid NOT NULL,
            document text NOT NULL,
            inspecting_body text NOT NULL,
            scope text NOT NULL,
            holds_payments boolean NOT NULL,
            status text NOT NULL,
            answer_by date,
            conclusion text,
            found_vnd bigint NOT NULL DEFAULT 0,
            recoverable_vnd bigint NOT NULL DEFAULT 0,
            ordered_vnd bigint NOT NULL DEFAULT 0,
            version bigint NOT NULL
        );
        CREATE INDEX IF NOT EXISTS inspections_by_task ON inspections (task_id, opened_at_position DESC);
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: Inspection.Opened, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "INSERT INTO inspections (id, opened_at_position, task_id, document, inspecting_body, scope,"
            " holds_payments, status, version) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                event.originator_id,
                position,
                event.task_id,
                event.document,
                event.act.body,
                event.scope,
                event.holds_payments,
                InspectionStatus.OPEN,
                event.originator_version,
            ),
        )

    @project.register
    def _(self, event: Inspection.FindingRecorded, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE inspections SET found_vnd = found_vnd + %s, version = %s WHERE id = %s",
            (event.finding.amount_vnd, event.originator_version, event.originator_id),
        )

    @project.register
    def _(self, event: Inspection.FindingsAnnounced, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE inspections SET status = %s, answer_by = %s, version = %s WHERE id = %s",
            (InspectionStatus.ANNOUNCED, event.answer_by, event.originator_version, event.originator_id),
        )

    @project.register
    def _(self, event: Inspection.Answered, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE inspections SET status = %s, version = %s WHERE id = %s",
            (InspectionStatus.ANSWERED, event.originator_version, event.originator_id),
        )

    @project.register
    def _(self, event: Inspection.Concluded, position: int, cursor: Cursor) -> None:
        recoverable_vnd = sum(finding.recoverable_vnd for finding in event.upheld)
        cursor.execute(
            "UPDATE inspections SET status = %s, conclusion = %s, recoverable_vnd = %s, version = %s WHERE id = %s",
            (
                InspectionStatus.CONCLUDED,
                event.act.document,
                recoverable_vnd,
                event.originator_version,
                event.originator_id,
            ),
        )

    @project.register
    def _(self, event: Inspection.RecoveryOrdered, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE inspections SET ordered_vnd = ordered_vnd + %s, version = %s WHERE id = %s",
            (event.amount_vnd, event.originator_version, event.originator_id),
        )

    def list_inspections(
        self, *, status: InspectionStatus | None, task_id: UUID | None, after: int | None, limit: int
    ) -> Sequence[InspectionRow]:
        """Inspections that match, behind ``after`` (the position of a row's opening)."""
        with self.reading() as cursor:
            cursor.execute(
                f"""
                SELECT {COLUMNS} FROM inspections
                WHERE (%(status)s::text IS NULL OR status = %(status)s)
                  AND (%(task_id)s::uuid IS NULL OR task_id = %(task_id)s)
                  AND (%(after)s::bigint IS NULL OR opened_at_position < %(after)s)
                ORDER BY opened_at_position DESC LIMIT %(limit)s
                """,
                {"status": status, "task_id": task_id, "after": after, "limit": limit},
            )
            return [InspectionRow(*row) for row in cursor.fetchall()]
