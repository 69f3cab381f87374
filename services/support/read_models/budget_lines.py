"""Which budget lines are there, and how much of each is left?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import singledispatchmethod
from uuid import UUID

from psycopg2 import sql

from services.shared.event_store import Cursor, View
from services.shared.record import Record
from services.support.domain.budget_line import BudgetLine
from services.support.domain.budget_terms import BudgetLineStatus


@dataclass(frozen=True)
class BudgetLineRow:
    """A line as the list shows it; its fields are the columns of the table, in their order."""

    id: UUID
    drafted_at_position: int
    catalogue_id: UUID
    year: int
    source_code: str
    title: str
    status: str
    document: str | None
    drafted_vnd: int
    appraised_vnd: int
    approved_vnd: int
    reserved_vnd: int
    committed_vnd: int
    advanced_vnd: int
    paid_vnd: int
    recovered_vnd: int
    version: int
    adjusted_vnd: int
    estimate_id: UUID | None

    @property
    def allocated_vnd(self) -> int:
        return self.approved_vnd + self.adjusted_vnd

    @property
    def available_vnd(self) -> int:
        gone_vnd = self.advanced_vnd + self.paid_vnd + self.recovered_vnd
        return self.allocated_vnd - self.reserved_vnd - self.committed_vnd - gone_vnd


COLUMNS = ", ".join(field.name for field in fields(BudgetLineRow))


class BudgetLineList(View):
    """Budget lines with their ledgers, newest year first."""

    name = "budget_lines"
    table = """
        CREATE TABLE IF NOT EXISTS budget_lines (
            id uuid PRIMARY KEY,
            drafted_at_position bigint NOT NULL,
            catalogue_id uuid NOT NULL,
            year integer NOT NULL,
            source_code text NOT NULL,
            title text NOT NULL,
            status text NOT NULL,
            document text,
            drafted_vnd bigint NOT NULL,
            appraised_vnd bigint NOT NULL DEFAULT 0,
            approved_vnd bigint NOT NULL DEFAULT 0,
            reserved_vnd bigint NOT NULL DEFAULT 0,
            committed_vnd bigint NOT NULL DEFAULT 0,
            advanced_vnd bigint NOT NULL DEFAULT 0,
            paid_vnd bigint NOT NULL DEFAULT 0,
            recovered_vnd bigint NOT NULL DEFAULT 0,
            version bigint NOT NULL,
            adjusted_vnd bigint NOT NULL DEFAULT 0,
            estimate_id uuid
        );
        CREATE INDEX IF NOT EXISTS budget_lines_by_year ON budget_lines (year DESC, drafted_at_position DESC);
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: BudgetLine.Drafted, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "INSERT INTO budget_lines (id, drafted_at_position, catalogue_id, year, source_code, title, status,"
            " drafted_vnd, version, estimate_id) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                event.originator_id,
                position,
                event.catalogue_id,
                event.year,
                event.source_code,
                event.title,
                BudgetLineStatus.DRAFTED,
                event.amount_vnd,
                event.originator_version,
                event.estimate_id,
            ),
        )

    @project.register
    def _(self, event: BudgetLine.Appraised, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE budget_lines SET status = %s, appraised_vnd = %s, version = %s WHERE id = %s",
            (BudgetLineStatus.APPRAISED, event.amount_vnd, event.originator_version, event.originator_id),
        )

    @project.register
    def _(self, event: BudgetLine.Approved, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE budget_lines SET status = %s, document = %s, approved_vnd = %s, version = %s WHERE id = %s",
            (
                BudgetLineStatus.APPROVED,
                event.act.document,
                event.amount_vnd,
                event.originator_version,
                event.originator_id,
            ),
        )

    @project.register
    def _(self, event: BudgetLine.Reserved, position: int, cursor: Cursor) -> None:
        _move(cursor, event, reserved_vnd=event.amount_vnd)

    @project.register
    def _(self, event: BudgetLine.Committed, position: int, cursor: Cursor) -> None:
        _move(cursor, event, reserved_vnd=-event.amount_vnd, committed_vnd=event.amount_vnd)

    @project.register
    def _(self, event: BudgetLine.Paid, position: int, cursor: Cursor) -> None:
        _move(cursor, event, committed_vnd=-event.amount_vnd, paid_vnd=event.amount_vnd)

    @project.register
    def _(self, event: BudgetLine.Advanced, position: int, cursor: Cursor) -> None:
        _move(cursor, event, committed_vnd=-event.amount_vnd, advanced_vnd=event.amount_vnd)

    @project.register
    def _(self, event: BudgetLine.AdvanceCleared, position: int, cursor: Cursor) -> None:
        _move(cursor, event, advanced_vnd=-event.amount_vnd, paid_vnd=event.amount_vnd)

    @project.register
    def _(self, event: BudgetLine.Recovered, position: int, cursor: Cursor) -> None:
        stage = f"{event.money_stage.lower()}_vnd"
        _move(cursor, event, **{stage: -event.amount_vnd}, recovered_vnd=event.amount_vnd)

    @project.register
    def _(self, event: BudgetLine.Released, position: int, cursor: Cursor) -> None:
        _move(cursor, event, **{f"{event.money_stage.lower()}_vnd": -event.amount_vnd})

    @project.register
    def _(self, event: BudgetLine.TransferredIn | BudgetLine.Supplemented, position: int, cursor: Cursor) -> None:
        _move(cursor, event, adjusted_vnd=event.amount_vnd)

    @project.register
    def _(self, event: BudgetLine.TransferredOut | BudgetLine.Cut, position: int, cursor: Cursor) -> None:
        _move(cursor, event, adjusted_vnd=-event.amount_vnd)

    @project.register
    def _(self, event: BudgetLine.CarriedIn, position: int, cursor: Cursor) -> None:
        stage = f"{event.money_stage.lower()}_vnd"
        _move(cursor, event, adjusted_vnd=event.amount_vnd, **{stage: event.amount_vnd})

    @project.register
    def _(self, event: BudgetLine.CarriedOut, position: int, cursor: Cursor) -> None:
        stage = f"{event.money_stage.lower()}_vnd"
        _move(cursor, event, adjusted_vnd=-event.amount_vnd, **{stage: -event.amount_vnd})

    @project.register
    def _(self, event: BudgetLine.Withdrawn, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE budget_lines SET status = %s, version = %s WHERE id = %s",
            (BudgetLineStatus.WITHDRAWN, event.originator_version, event.originator_id),
        )

    @project.register
    def _(self, event: BudgetLine.Closed, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE budget_lines SET status = %s, adjusted_vnd = adjusted_vnd - %s, version = %s WHERE id = %s",
            (BudgetLineStatus.CLOSED, event.lapsed_vnd, event.originator_version, event.originator_id),
        )

    def list_budget_lines(
        self, *, year: int | None, after: tuple[int, int] | None, limit: int
    ) -> Sequence[BudgetLineRow]:
        """Lines of one year or all, behind ``after`` (a row's year and the position of its draft)."""
        after_year, after_position = after or (None, None)
        with self.reading() as cursor:
            cursor.execute(
                f"""
                SELECT {COLUMNS} FROM budget_lines
                WHERE (%(year)s::integer IS NULL OR year = %(year)s)
                  AND (%(after_year)s::integer IS NULL
                       OR (year, drafted_at_position) < (%(after_year)s, %(after_position)s))
                ORDER BY year DESC, drafted_at_position DESC LIMIT %(limit)s
                """,
                {"year": year, "after_year": after_year, "after_position": after_position, "limit": limit},
            )
            return [BudgetLineRow(*row) for row in cursor.fetchall()]

    def money_by_stage(self) -> Sequence[tuple[int, str, str, int]]:
        """Year, source of money, stage (``allocated``, ``reserved``, …) and what stands there, in dong."""
        with self.reading() as cursor:
            cursor.execute(
                """
                SELECT year, source_code, stage, sum(amount_vnd)::bigint
                FROM budget_lines, LATERAL (VALUES
                    ('allocated', approved_vnd + adjusted_vnd), ('reserved', reserved_vnd),
                    ('committed', committed_vnd), ('advanced', advanced_vnd), ('paid', paid_vnd),
                    ('recovered', recovered_vnd)
                ) AS standing (stage, amount_vnd)
                GROUP BY year, source_code, stage ORDER BY year, source_code, stage
                """
            )
            return cursor.fetchall()


def _move(cursor: Cursor, event: BudgetLine.Event, **moved_vnd: int) -> None:
    """Add to these amounts of a line's ledger, each a column."""
    moves = sql.SQL(", ").join(sql.SQL("{0} = {0} + %s").format(sql.Identifier(column)) for column in moved_vnd)
    cursor.execute(
        sql.SQL("UPDATE budget_lines SET {}, version = %s WHERE id = %s").format(moves),
        (*moved_vnd.values(), event.originator_version, event.originator_id),
    )
