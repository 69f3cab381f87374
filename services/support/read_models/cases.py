"""What has come to light after decisions, and how far has it been cleared up?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import singledispatchmethod
from uuid import UUID

from services.shared.event_store import Cursor, View
from services.shared.record import Record
from services.support.domain.case import Case, CaseStatus, case_number


@dataclass(frozen=True)
class CaseRow:
    """A case as the list shows it; its fields are the columns of the table, in their order."""

    id: UUID
    opened_at_position: int
    task_id: UUID
    participation_id: UUID
    enterprise_id: UUID
    content_code: str
    paid_vnd: int
    status: str
    opened_on: date
    finding: str | None
    reason: str | None
    document: str | None
    version: int

    @property
    def number(self) -> str:
        return case_number(self.id)


COLUMNS = ", ".join(field.name for field in fields(CaseRow))


class CaseList(View):
    """Cases by their newest opening."""

    name = "cases"
    table = """
        CREATE TABLE IF NOT EXISTS cases (
            id uuid PRIMARY KEY,
            opened_at_position bigint NOT NULL UNIQUE,
            task_id uuid NOT NULL,
            participation_id uuid NOT NULL,
            enterprise_id uuid NOT NULL,
            content_code text NOT NULL,
            paid_vnd bigint NOT NULL,
            status text NOT NULL,
            opened_on date NOT NULL,
            finding text,
            reason text,
            document text,
            version bigint NOT NULL
        );
        CREATE INDEX IF NOT EXISTS cases_by_task ON cases (task_id, opened_at_position DESC);
        CREATE INDEX IF NOT EXISTS cases_by_status ON cases (status, opened_at_position DESC);
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: Case.Opened, position: int, cursor: Cursor) -> None:
        row = CaseRow(
            id=event.originator_id,
            opened_at_position=position,
            task_id=event.task_id,
            participation_id=event.participation_id,
            enterprise_id=event.enterprise_id,
            content_code=event.content_code,
            paid_vnd=event.paid_vnd,
            status=CaseStatus.OPEN,
            opened_on=event.act.effective_on,
            finding=None,
            reason=None,
            document=None,
            version=event.originator_version,
        )
        values = ", ".join(f"%({field.name})s" for field in fields(CaseRow))
        cursor.execute(f"INSERT INTO cases ({COLUMNS}) VALUES ({values})", vars(row))

    @project.register(Case.FactAdded)
    @project.register(Case.FactRevised)
    def _(self, event: Case.FactAdded | Case.FactRevised, _position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE cases SET status = CASE status WHEN %s THEN %s ELSE status END, version = %s WHERE id = %s",
            (CaseStatus.EXAMINED, CaseStatus.OPEN, event.originator_version, event.originator_id),
        )

    @project.register
    def _(self, event: Case.Reopened, _position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE cases SET status = %s, paid_vnd = %s, version = %s WHERE id = %s",
            (CaseStatus.OPEN, event.paid_vnd, event.originator_version, event.originator_id),
        )

    @project.register
    def _(self, event: Case.Examined, _position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE cases SET status = %s, finding = %s, version = %s WHERE id = %s",
            (CaseStatus.EXAMINED, event.finding, event.originator_version, event.originator_id),
        )

    @project.register(Case.Confirmed)
    @project.register(Case.Dismissed)
    def _(self, event: Case.Confirmed | Case.Dismissed, _position: int, cursor: Cursor) -> None:
        status = CaseStatus.CONFIRMED if isinstance(event, Case.Confirmed) else CaseStatus.DISMISSED
        cursor.execute(
            "UPDATE cases SET status = %s, reason = %s, document = %s, version = %s WHERE id = %s",
            (status, event.reason, event.act.document, event.originator_version, event.originator_id),
        )

    def list_cases(
        self, *, status: CaseStatus | None, task_id: UUID | None, after: int | None, limit: int
    ) -> Sequence[CaseRow]:
        """Cases that match, behind ``after`` (the position of a row's opening)."""
        with self.reading() as cursor:
            cursor.execute(
                f"""
                SELECT {COLUMNS} FROM cases
                WHERE (%(status)s::text IS NULL OR status = %(status)s)
                  AND (%(task_id)s::uuid IS NULL OR task_id = %(task_id)s)
                  AND (%(after)s::bigint IS NULL OR opened_at_position < %(after)s)
                ORDER BY opened_at_position DESC LIMIT %(limit)s
                """,
                {"status": status, "task_id": task_id, "after": after, "limit": limit},
            )
            return [CaseRow(*row) for row in cursor.fetchall()]
