"""Which tasks are there, and how far has each come?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import singledispatchmethod
from typing import Any
from uuid import UUID

from psycopg2 import sql

from services.shared.event_store import Cursor, View
from services.shared.record import Record
from services.support.domain.task import Task
from services.support.domain.task_terms import TaskStatus


@dataclass(frozen=True)
class TaskRow:
    """A task as the list shows it; its fields are the columns of the table, in their order."""

    id: UUID
    proposed_at_position: int
    title: str
    year: int
    budget_line_id: UUID
    catalogue_id: UUID
    content_codes: Sequence[str]
    status: str
    opens_on: date | None
    closes_on: date | None
    quota: int
    host_organisation_id: UUID | None
    resubmit_by: date | None
    reason: str | None
    council_id: UUID | None
    average_hundredths: int
    passed: bool
    norms_id: UUID | None
    decision: str | None
    decided_vnd: int
    contracted_vnd: int
    progress_percent: int
    paid_vnd: int
    version: int
    grant_call_id: UUID | None
    surveyed_on: date | None


COLUMNS = ", ".join(field.name for field in fields(TaskRow))


class TaskList(View):
    """Tasks by their newest proposal."""

    name = "tasks"
    table = """
        CREATE TABLE IF NOT EXISTS tasks (
            id uuid PRIMARY KEY,
            proposed_at_position bigint NOT NULL UNIQUE,
            title text NOT NULL,
            year integer NOT NULL,
            budget_line_id uuid NOT NULL,
            catalogue_id uuid NOT NULL,
            content_codes text[] NOT NULL,
            status text NOT NULL,
            opens_on date,
            closes_on date,
            quota integer NOT NULL DEFAULT 0,
            host_organisation_id uuid,
            resubmit_by date,
            reason text,
            council_id uuid,
            average_hundredths integer NOT NULL DEFAULT 0,
            passed boolean NOT NULL DEFAULT false,
            norms_id uuid,
            decision text,
            decided_vnd bigint NOT NULL DEFAULT 0,
            contracted_vnd bigint NOT NULL DEFAULT 0,
            progress_percent integer NOT NULL DEFAULT 0,
            paid_vnd bigint NOT NULL DEFAULT 0,
            version bigint NOT NULL,
            grant_call_id uuid,
            surveyed_on date
        );
        ALTER TABLE tasks ADD COLUMN IF NOT EXISTS grant_call_id uuid;
        ALTER TABLE tasks ADD COLUMN IF NOT EXISTS surveyed_on date;
        CREATE INDEX IF NOT EXISTS tasks_by_line ON tasks (budget_line_id, proposed_at_position DESC);
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: Task.Proposed, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "INSERT INTO tasks (id, proposed_at_position, title, year, budget_line_id, catalogue_id, content_codes,"
            " status, version) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                event.originator_id,
                position,
                event.title,
                event.year,
                event.budget_line_id,
                event.catalogue_id,
                list(event.content_codes),
                TaskStatus.PROPOSED,
                event.originator_version,
            ),
        )

    @project.register
    def _(self, event: Task.Enlisted, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=TaskStatus.ENLISTED)

    @project.register
    def _(self, event: Task.CallOpened, position: int, cursor: Cursor) -> None:
        _tell(
            cursor,
            event,
            status=TaskStatus.OPEN,
            opens_on=event.opens_on,
            closes_on=event.closes_on,
            quota=event.quota,
            host_organisation_id=None,
            reason=None,
        )

    @project.register
    def _(self, event: Task.ApplicationSubmitted, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=TaskStatus.RECEIVED, host_organisation_id=event.host_organisation_id)

    @project.register
    def _(self, event: Task.AppliedUnderCall, position: int, cursor: Cursor) -> None:
        _tell(
            cursor,
            event,
            status=TaskStatus.RECEIVED,
            grant_call_id=event.grant_call_id,
            host_organisation_id=event.enterprise_id,
            quota=len(event.participation_ids),
        )

    @project.register
    def _(self, event: Task.PapersFiled, position: int, cursor: Cursor) -> None:
        _tell(cursor, event)

    @project.register
    def _(self, event: Task.DirectApplicationRejected, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=TaskStatus.REJECTED, reason=event.reason)

    @project.register
    def _(self, event: Task.Surveyed, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, surveyed_on=event.surveyed_on)

    @project.register
    def _(self, event: Task.Withdrawn, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=TaskStatus.WITHDRAWN, reason=event.reason)

    @project.register
    def _(self, event: Task.ParticipationLeft, position: int, cursor: Cursor) -> None:
        _tell(cursor, event)

    @project.register
    def _(self, event: Task.ApplicationReturned, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=TaskStatus.RETURNED, reason=event.reason, resubmit_by=event.resubmit_by)

    @project.register
    def _(self, event: Task.ResubmissionExtended, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, resubmit_by=event.resubmit_by)

    @project.register
    def _(self, event: Task.ReceiptGiven, position: int, cursor: Cursor) -> None:
        _tell(cursor, event)

    @project.register
    def _(self, event: Task.ApplicationResubmitted, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=TaskStatus.RECEIVED, reason=None, resubmit_by=None)

    @project.register
    def _(self, event: Task.ApplicationValidated, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=TaskStatus.VALID)

    @project.register
    def _(self, event: Task.ApplicationRejected, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=TaskStatus.REJECTED, reason=event.reason)

    @project.register
    def _(self, event: Task.Scored, position: int, cursor: Cursor) -> None:
        _tell(
            cursor,
            event,
            status=TaskStatus.SCORED,
            council_id=event.council_id,
            average_hundredths=event.average_hundredths,
            passed=event.passed,
        )

    @project.register
    def _(self, event: Task.SupplementConfirmed, position: int, cursor: Cursor) -> None:
        _tell(cursor, event)

    @project.register
    def _(self, event: Task.CouncilReconvened, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=TaskStatus.VALID, average_hundredths=0, passed=False)

    @project.register
    def _(self, event: Task.Approved, position: int, cursor: Cursor) -> None:
        _tell(
            cursor,
            event,
            status=TaskStatus.APPROVED,
            norms_id=event.norms_id,
            decision=event.act.document,
            decided_vnd=event.amount_vnd,
        )

    @project.register
    def _(self, event: Task.Waitlisted, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=TaskStatus.WAITLISTED, reason=event.reason)

    @project.register
    def _(self, event: Task.SelectedFromWaitlist, position: int, cursor: Cursor) -> None:
        _tell(cursor, event)
        cursor.execute(
            "UPDATE tasks SET decided_vnd = decided_vnd + %s WHERE id = %s", (event.amount_vnd, event.originator_id)
        )

    @project.register
    def _(self, event: Task.WaitlistedRefused, position: int, cursor: Cursor) -> None:
        _tell(cursor, event)

    @project.register
    def _(self, event: Task.Declined, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=TaskStatus.DECLINED, decision=event.act.document, reason=event.reason)

    @project.register
    def _(self, event: Task.Contracted, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=TaskStatus.CONTRACTED, contracted_vnd=event.amount_vnd)

    @project.register
    def _(self, event: Task.ProgressReported, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, progress_percent=event.progress_percent)

    @project.register
    def _(self, event: Task.AcceptanceRequested, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=TaskStatus.ACCEPTANCE_REQUESTED)

    @project.register
    def _(self, event: Task.Accepted, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=TaskStatus.ACCEPTED)

    @project.register
    def _(self, event: Task.Paid, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=TaskStatus.PAID, paid_vnd=event.amount_vnd)

    @project.register
    def _(self, event: Task.Terminated, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=TaskStatus.TERMINATED, paid_vnd=event.amount_vnd, reason=event.reason)

    @project.register
    def _(self, event: Task.Settled, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=TaskStatus.SETTLED, paid_vnd=event.amount_vnd)

    @project.register
    def _(self, event: Task.MovedToLine, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, budget_line_id=event.budget_line_id)

    def list_tasks(
        self,
        *,
        year: int | None,
        status: TaskStatus | None,
        budget_line_id: UUID | None,
        host_organisation_id: UUID | None,
        after: int | None,
        limit: int,
    ) -> Sequence[TaskRow]:
        """Tasks that match, behind ``after`` (the position of a row's proposal)."""
        with self.reading() as cursor:
            cursor.execute(
                f"""
                SELECT {COLUMNS} FROM tasks
                WHERE (%(year)s::integer IS NULL OR year = %(year)s)
                  AND (%(status)s::text IS NULL OR status = %(status)s)
                  AND (%(budget_line_id)s::uuid IS NULL OR budget_line_id = %(budget_line_id)s)
                  AND (%(host_organisation_id)s::uuid IS NULL OR host_organisation_id = %(host_organisation_id)s)
                  AND (%(after)s::bigint IS NULL OR proposed_at_position < %(after)s)
                ORDER BY proposed_at_position DESC LIMIT %(limit)s
                """,
                {
                    "year": year,
                    "status": status,
                    "budget_line_id": budget_line_id,
                    "host_organisation_id": host_organisation_id,
                    "after": after,
                    "limit": limit,
                },
            )
            return [TaskRow(*row) for row in cursor.fetchall()]

    def decided_tasks(self, catalogue_id: UUID, years: Sequence[int]) -> Sequence[tuple[int, int, int]]:
        """Of each of these years with approved tasks: the year, their number, and what they were granted (đồng)."""
        with self.reading() as cursor:
            cursor.execute(
                "SELECT year, count(*), sum(decided_vnd)::bigint FROM tasks"
                " WHERE catalogue_id = %s AND year = ANY(%s) AND norms_id IS NOT NULL GROUP BY year ORDER BY year",
                (catalogue_id, list(years)),
            )
            rows: Sequence[tuple[int, int, int]] = cursor.fetchall()
            return rows


def _tell(cursor: Cursor, event: Task.Event, **columns: Any) -> None:
    """Write what an event says of its task into these columns."""
    told = {**columns, "version": event.originator_version}
    assignments = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(column)) for column in told)
    cursor.execute(
        sql.SQL("UPDATE tasks SET {} WHERE id = %s").format(assignments), (*told.values(), event.originator_id)
    )
