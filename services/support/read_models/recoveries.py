"""What money has to come back, from whom, and how much of it has?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import singledispatchmethod
from uuid import UUID

from services.shared.event_store import Cursor, View
from services.shared.record import Record
from services.support.domain.recovery import Recovery, RecoveryStatus


@dataclass(frozen=True)
class RecoveryRow:
    """A recovery as the list shows it; its fields are the columns of the table, in their order."""

    id: UUID
    ordered_at_position: int
    task_id: UUID
    budget_line_id: UUID
    debtor_id: UUID
    origin: str
    document: str | None
    amount_vnd: int
    due_on: date | None
    reason: str
    status: str
    recovered_vnd: int
    written_off_vnd: int
    version: int

    @property
    def outstanding_vnd(self) -> int:
        return self.amount_vnd - self.recovered_vnd - self.written_off_vnd


COLUMNS = ", ".join(field.name for field in fields(RecoveryRow))


class RecoveryList(View):
    """Recoveries by their newest order."""

    name = "recoveries"
    table = """
        CREATE TABLE IF NOT EXISTS recoveries (
            id uuid PRIMARY KEY,
            ordered_at_position bigint NOT NULL UNIQUE,
            task_id uuid NOT NULL,
            budget_line_id uuid NOT NULL,
            debtor_id uuid NOT NULL,
            origin text NOT NULL,
            document text,
            amount_vnd bigint NOT NULL,
            due_on date,
            reason text NOT NULL,
            status text NOT NULL,
            recovered_vnd bigint NOT NULL DEFAULT 0,
            written_off_vnd bigint NOT NULL DEFAULT 0,
            version bigint NOT NULL
        );
        CREATE INDEX IF NOT EXISTS recoveries_by_debtor ON recoveries (debtor_id, ordered_at_position DESC);
        CREATE INDEX IF NOT EXISTS recoveries_by_task ON recoveries (task_id, ordered_at_position DESC);
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: Recovery.Ordered, position: int, cursor: Cursor) -> None:
        row = RecoveryRow(
            id=event.originator_id,
            ordered_at_position=position,
            task_id=event.task_id,
            budget_line_id=event.budget_line_id,
            debtor_id=event.debtor_id,
            origin=event.origin,
            document=event.act.document,
            amount_vnd=event.amount_vnd,
            due_on=event.due_on,
            reason=event.reason,
            status=RecoveryStatus.ORDERED,
            recovered_vnd=0,
            written_off_vnd=0,
            version=event.originator_version,
        )
        values = ", ".join(f"%({field.name})s" for field in fields(RecoveryRow))
        cursor.execute(f"INSERT INTO recoveries ({COLUMNS}) VALUES ({values})", vars(row))

    @project.register
    def _(self, event: Recovery.InstalmentReceived, position: int, cursor: Cursor) -> None:
        status = RecoveryStatus.ORDERED if event.outstanding_vnd else RecoveryStatus.RECOVERED
        cursor.execute(
            "UPDATE recoveries SET recovered_vnd = recovered_vnd + %s, status = %s, version = %s WHERE id = %s",
            (event.amount_vnd, status, event.originator_version, event.originator_id),
        )

    @project.register
    def _(self, event: Recovery.WrittenOff, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE recoveries SET written_off_vnd = %s, status = %s, version = %s WHERE id = %s",
            (event.amount_vnd, RecoveryStatus.WRITTEN_OFF, event.originator_version, event.originator_id),
        )

    def list_recoveries(
        self,
        *,
        status: RecoveryStatus | None,
        debtor_id: UUID | None,
        task_id: UUID | None,
        after: int | None,
        limit: int,
    ) -> Sequence[RecoveryRow]:
        """Recoveries that match, behind ``after`` (the position of a row's order)."""
        with self.reading() as cursor:
            cursor.execute(
                f"""
                SELECT {COLUMNS} FROM recoveries
                WHERE (%(status)s::text IS NULL OR status = %(status)s)
                  AND (%(debtor_id)s::uuid IS NULL OR debtor_id = %(debtor_id)s)
                  AND (%(task_id)s::uuid IS NULL OR task_id = %(task_id)s)
                  AND (%(after)s::bigint IS NULL OR ordered_at_position < %(after)s)
                ORDER BY ordered_at_position DESC LIMIT %(limit)s
                """,
                {"status": status, "debtor_id": debtor_id, "task_id": task_id, "after": after, "limit": limit},
            )
            return [RecoveryRow(*row) for row in cursor.fetchall()]
