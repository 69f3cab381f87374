"""What moved on a budget line, one row per movement, with what each movement left behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import singledispatch, singledispatchmethod
from uuid import UUID

from services.shared.event_store import Cursor, View
from services.shared.record import Record
from services.support.domain.budget_line import BudgetLine
from services.support.domain.budget_terms import MoneyStage


class MovementKind(StrEnum):
    """What a movement does to the line's money."""

    ALLOCATED = "ALLOCATED"
    RESERVED = "RESERVED"
    COMMITTED = "COMMITTED"
    ADVANCED = "ADVANCED"
    ADVANCE_CLEARED = "ADVANCE_CLEARED"
    PAID = "PAID"
    RECOVERED = "RECOVERED"
    RELEASED = "RELEASED"
    TRANSFERRED_IN = "TRANSFERRED_IN"
    TRANSFERRED_OUT = "TRANSFERRED_OUT"
    SUPPLEMENTED = "SUPPLEMENTED"
    CUT = "CUT"
    CARRIED_IN = "CARRIED_IN"
    CARRIED_OUT = "CARRIED_OUT"
    LAPSED = "LAPSED"


@dataclass(frozen=True)
class Movement:
    """One movement: its amount, whose task it serves, which other line it touches, and which balances it changes."""

    kind: MovementKind
    amount_vnd: int
    changes_vnd: dict[str, int]
    task_id: UUID | None = None
    other_line_id: UUID | None = None


@dataclass(frozen=True)
class LedgerRow:
    """A movement and the balances after it; its fields are the columns of the table, in their order."""

    position: int
    budget_line_id: UUID
    kind: str
    amount_vnd: int
    task_id: UUID | None
    other_line_id: UUID | None
    document: str | None
    allocated_vnd: int
    reserved_vnd: int
    committed_vnd: int
    advanced_vnd: int
    paid_vnd: int
    recovered_vnd: int

    @property
    def available_vnd(self) -> int:
        gone_vnd = self.advanced_vnd + self.paid_vnd + self.recovered_vnd
        return self.allocated_vnd - self.reserved_vnd - self.committed_vnd - gone_vnd


COLUMNS = ", ".join(column.name for column in fields(LedgerRow))
BALANCES = ("allocated_vnd", "reserved_vnd", "committed_vnd", "advanced_vnd", "paid_vnd", "recovered_vnd")
ADD_MOVEMENT = f"""
    INSERT INTO budget_ledger ({COLUMNS})
    SELECT %s, %s, %s, %s, %s, %s, %s, {", ".join(f"coalesce(last.{balance}, 0) + %s" for balance in BALANCES)}
    FROM (SELECT 1) AS movement LEFT JOIN (
        SELECT * FROM budget_ledger WHERE budget_line_id = %s ORDER BY position DESC LIMIT 1
    ) AS last ON true
"""


@singledispatch
def movement_of(_event: Record.Event) -> Movement | None:
    """The movement that an event of a line is; None for one that moves nothing."""
    return None


@movement_of.register
def _(event: BudgetLine.Approved) -> Movement:
    return Movement(MovementKind.ALLOCATED, event.amount_vnd, {"allocated_vnd": event.amount_vnd})


@movement_of.register
def _(event: BudgetLine.Reserved) -> Movement:
    return Movement(MovementKind.RESERVED, event.amount_vnd, {"reserved_vnd": event.amount_vnd}, event.task_id)


@movement_of.register
def _(event: BudgetLine.Committed) -> Movement:
    changes = {"reserved_vnd": -event.amount_vnd, "committed_vnd": event.amount_vnd}
    return Movement(MovementKind.COMMITTED, event.amount_vnd, changes, event.task_id)


@movement_of.register
def _(event: BudgetLine.Paid) -> Movement:
    changes = {"committed_vnd": -event.amount_vnd, "paid_vnd": event.amount_vnd}
    return Movement(MovementKind.PAID, event.amount_vnd, changes, event.task_id)


@movement_of.register
def _(event: BudgetLine.Advanced) -> Movement:
    changes = {"committed_vnd": -event.amount_vnd, "advanced_vnd": event.amount_vnd}
    return Movement(MovementKind.ADVANCED, event.amount_vnd, changes, event.task_id)


@movement_of.register
def _(event: BudgetLine.AdvanceCleared) -> Movement:
    changes = {"advanced_vnd": -event.amount_vnd, "paid_vnd": event.amount_vnd}
    return Movement(MovementKind.ADVANCE_CLEARED, event.amount_vnd, changes, event.task_id)


@movement_of.register
def _(event: BudgetLine.Recovered) -> Movement:
    changes = {_balance_of(event.money_stage): -event.amount_vnd, "recovered_vnd": event.amount_vnd}
    return Movement(MovementKind.RECOVERED, event.amount_vnd, changes, event.task_id)


@movement_of.register
def _(event: BudgetLine.Released) -> Movement:
    changes = {_balance_of(event.money_stage): -event.amount_vnd}
    return Movement(MovementKind.RELEASED, event.amount_vnd, changes, event.task_id)


@movement_of.register
def _(event: BudgetLine.TransferredIn) -> Movement:
    changes = {"allocated_vnd": event.amount_vnd}
    return Movement(MovementKind.TRANSFERRED_IN, event.amount_vnd, changes, other_line_id=event.from_line_id)


@movement_of.register
def _(event: BudgetLine.TransferredOut) -> Movement:
    changes = {"allocated_vnd": -event.amount_vnd}
    return Movement(MovementKind.TRANSFERRED_OUT, event.amount_vnd, changes, other_line_id=event.to_line_id)


@movement_of.register
def _(event: BudgetLine.Supplemented) -> Movement:
    return Movement(MovementKind.SUPPLEMENTED, event.amount_vnd, {"allocated_vnd": event.amount_vnd})


@movement_of.register
def _(event: BudgetLine.Cut) -> Movement:
    return Movement(MovementKind.CUT, event.amount_vnd, {"allocated_vnd": -event.amount_vnd})


@movement_of.register
def _(event: BudgetLine.CarriedIn) -> Movement:
    changes = {"allocated_vnd": event.amount_vnd, _balance_of(event.money_stage): event.amount_vnd}
    return Movement(MovementKind.CARRIED_IN, event.amount_vnd, changes, event.task_id, event.from_line_id)


@movement_of.register
def _(event: BudgetLine.CarriedOut) -> Movement:
    changes = {"allocated_vnd": -event.amount_vnd, _balance_of(event.money_stage): -event.amount_vnd}
    return Movement(MovementKind.CARRIED_OUT, event.amount_vnd, changes, event.task_id, event.to_line_id)


@movement_of.register
def _(event: BudgetLine.Closed) -> Movement:
    return Movement(MovementKind.LAPSED, event.lapsed_vnd, {"allocated_vnd": -event.lapsed_vnd})


def _balance_of(money_stage: MoneyStage) -> str:
    return f"{money_stage.lower()}_vnd"


class BudgetLedger(View):
    """Movements in the order in which they happened; at each of them the balances add up to what was allocated."""

    name = "budget_ledger"
    table = """
        CREATE TABLE IF NOT EXISTS budget_ledger (
            position bigint PRIMARY KEY,
            budget_line_id uuid NOT NULL,
            kind text NOT NULL,
            amount_vnd bigint NOT NULL,
            task_id uuid,
            other_line_id uuid,
            document text,
            allocated_vnd bigint NOT NULL,
            reserved_vnd bigint NOT NULL,
            committed_vnd bigint NOT NULL,
            advanced_vnd bigint NOT NULL,
            paid_vnd bigint NOT NULL,
            recovered_vnd bigint NOT NULL
        );
        CREATE INDEX IF NOT EXISTS budget_ledger_by_line ON budget_ledger (budget_line_id, position);
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events move no money."""

    @project.register
    def _(self, event: BudgetLine.Event, position: int, cursor: Cursor) -> None:
        movement = movement_of(event)
        if movement is None:
            return
        told = (
            position,
            event.originator_id,
            movement.kind,
            movement.amount_vnd,
            movement.task_id,
            movement.other_line_id,
            event.act.document,
        )
        changes = tuple(movement.changes_vnd.get(balance, 0) for balance in BALANCES)
        cursor.execute(ADD_MOVEMENT, (*told, *changes, event.originator_id))

    def list_budget_ledger(
        self, *, budget_line_id: UUID | None, year: int | None, after: int | None, limit: int
    ) -> Sequence[LedgerRow]:
        """Movements of a line, of the lines of a year, or of all, behind ``after`` (a row's position)."""
        with self.reading() as cursor:
            cursor.execute(
                f"""
                SELECT {COLUMNS} FROM budget_ledger
                WHERE (%(budget_line_id)s::uuid IS NULL OR budget_line_id = %(budget_line_id)s)
                  AND (%(year)s::integer IS NULL
                       OR budget_line_id IN (SELECT id FROM budget_lines WHERE year = %(year)s))
                  AND (%(after)s::bigint IS NULL OR position > %(after)s)
                ORDER BY position LIMIT %(limit)s
                """,
                {"budget_line_id": budget_line_id, "year": year, "after": after, "limit": limit},
            )
            return [LedgerRow(*row) for row in cursor.fetchall()]
