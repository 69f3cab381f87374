"""Which contracts are there, how far has each come, and what was paid under it?"""

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
from services.support.domain.contract import Contract
from services.support.domain.contract_terms import ContractStatus


@dataclass(frozen=True)
class ContractRow:
    """A contract as the list shows it; its fields are the columns of the table, in their order."""

    id: UUID
    signed_at_position: int
    task_id: UUID
    budget_line_id: UUID
    number: str
    decision: str
    party_body: str
    payee_id: UUID
    authority: str
    counterparty_signatory_id: UUID | None
    starts_on: date
    ends_on: date
    status: str
    amount_vnd: int
    advanced_vnd: int
    advance_cleared_vnd: int
    receivable_vnd: int
    paid_vnd: int
    recovery_ordered_vnd: int
    archive_number: str | None
    version: int


COLUMNS = ", ".join(field.name for field in fields(ContractRow))


class ContractList(View):
    """Contracts by their newest signature."""

    name = "contracts"
    table = """
        CREATE TABLE IF NOT EXISTS contracts (
            id uuid PRIMARY KEY,
            signed_at_position bigint NOT NULL UNIQUE,
            task_id uuid NOT NULL,
            budget_line_id uuid NOT NULL,
            number text NOT NULL,
            decision text NOT NULL,
            party_body text NOT NULL,
            payee_id uuid NOT NULL,
            authority text NOT NULL,
            counterparty_signatory_id uuid,
            starts_on date NOT NULL,
            ends_on date NOT NULL,
            status text NOT NULL,
            amount_vnd bigint NOT NULL,
            advanced_vnd bigint NOT NULL DEFAULT 0,
            advance_cleared_vnd bigint NOT NULL DEFAULT 0,
            receivable_vnd bigint NOT NULL DEFAULT 0,
            paid_vnd bigint NOT NULL DEFAULT 0,
            recovery_ordered_vnd bigint NOT NULL DEFAULT 0,
            archive_number text,
            version bigint NOT NULL
        );
        CREATE INDEX IF NOT EXISTS contracts_by_payee ON contracts (payee_id, signed_at_position DESC);
        CREATE INDEX IF NOT EXISTS contracts_by_line ON contracts (budget_line_id, signed_at_position DESC);
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: Contract.Event, position: int, cursor: Cursor) -> None:
        """An event that moves neither status nor money only moves the version."""
        _tell(cursor, event)

    @project.register
    def _(self, event: Contract.Signed, position: int, cursor: Cursor) -> None:
        row = {
            "id": event.originator_id,
            "signed_at_position": position,
            "number": event.act.document,
            "status": ContractStatus.SIGNED,
            "version": event.originator_version,
            **{name: getattr(event, name) for name in _SIGNED},
        }
        columns = sql.SQL(", ").join(map(sql.Identifier, row))
        values = sql.SQL(", ").join(map(sql.Placeholder, row))
        cursor.execute(sql.SQL("INSERT INTO contracts ({}) VALUES ({})").format(columns, values), row)

    @project.register
    def _(self, event: Contract.AdvancePaid, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, added={"advanced_vnd": event.amount_vnd})

    @project.register
    def _(self, event: Contract.MilestonePaid, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, added={"paid_vnd": event.amount_vnd, "advance_cleared_vnd": event.advance_cleared_vnd})

    @project.register
    def _(self, event: Contract.Amended, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, ends_on=event.ends_on, amount_vnd=event.amount_vnd)

    @project.register
    def _(self, event: Contract.Suspended, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=ContractStatus.SUSPENDED)

    @project.register
    def _(self, event: Contract.Resumed, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=ContractStatus.SIGNED)

    @project.register
    def _(self, event: Contract.Terminated, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=ContractStatus.TERMINATED, added={"receivable_vnd": event.receivable_vnd})

    @project.register
    def _(self, event: Contract.Settled, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=ContractStatus.SETTLED, added={"receivable_vnd": event.receivable_vnd})

    @project.register
    def _(self, event: Contract.Liquidated, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=ContractStatus.LIQUIDATED)

    @project.register
    def _(self, event: Contract.Archived, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=ContractStatus.ARCHIVED, archive_number=event.archive_number)

    @project.register
    def _(self, event: Contract.RecoveryOrdered, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, added={"recovery_ordered_vnd": event.amount_vnd})

    def list_contracts(
        self,
        *,
        status: ContractStatus | None,
        payee_id: UUID | None,
        budget_line_id: UUID | None,
        after: int | None,
        limit: int,
    ) -> Sequence[ContractRow]:
        """Contracts that match, behind ``after`` (the position of a row's signature)."""
        with self.reading() as cursor:
            cursor.execute(
                f"""
                SELECT {COLUMNS} FROM contracts
                WHERE (%(status)s::text IS NULL OR status = %(status)s)
                  AND (%(payee_id)s::uuid IS NULL OR payee_id = %(payee_id)s)
                  AND (%(budget_line_id)s::uuid IS NULL OR budget_line_id = %(budget_line_id)s)
                  AND (%(after)s::bigint IS NULL OR signed_at_position < %(after)s)
                ORDER BY signed_at_position DESC LIMIT %(limit)s
                """,
                {
                    "status": status,
                    "payee_id": payee_id,
                    "budget_line_id": budget_line_id,
                    "after": after,
                    "limit": limit,
                },
            )
            return [ContractRow(*row) for row in cursor.fetchall()]


_SIGNED = (
    "task_id",
    "budget_line_id",
    "decision",
    "party_body",
    "payee_id",
    "authority",
    "counterparty_signatory_id",
    "starts_on",
    "ends_on",
    "amount_vnd",
)


def _tell(cursor: Cursor, event: Contract.Event, *, added: dict[str, int] | None = None, **columns: Any) -> None:
    """Write what an event says of its contract into these columns, and add to those that count money."""
    told = {**columns, "version": event.originator_version}
    added = added or {}
    assignments = [sql.SQL("{} = %s").format(sql.Identifier(column)) for column in told]
    assignments += [sql.SQL("{0} = {0} + %s").format(sql.Identifier(column)) for column in added]
    cursor.execute(
        sql.SQL("UPDATE contracts SET {} WHERE id = %s").format(sql.SQL(", ").join(assignments)),
        (*told.values(), *added.values(), event.originator_id),
    )
