"""Which signatures are delegated, by whom to whom, and which hold on a day?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import singledispatchmethod
from uuid import UUID

from services.shared.event_store import Cursor, View
from services.shared.record import Record
from services.support.domain.delegation import Delegation


@dataclass(frozen=True)
class DelegationRow:
    """A delegation as the list shows it; its fields are the columns of the table, in their order."""

    id: UUID
    granted_at_position: int
    principal_id: UUID
    principal_body: str
    principal_capacity: str
    delegate_id: UUID
    delegate_body: str
    signature_line: str
    decision_kinds: Sequence[str]
    ceiling_vnd: int
    valid_from: date
    valid_until: date
    document: str
    revoked: bool
    version: int


COLUMNS = ", ".join(field.name for field in fields(DelegationRow))


class DelegationList(View):
    """Delegations by their newest grant."""

    name = "delegations"
    table = """
        CREATE TABLE IF NOT EXISTS delegations (
            id uuid PRIMARY KEY,
            granted_at_position bigint NOT NULL UNIQUE,
            principal_id uuid NOT NULL,
            principal_body text NOT NULL,
            principal_capacity text NOT NULL,
            delegate_id uuid NOT NULL,
            delegate_body text NOT NULL,
            signature_line text NOT NULL,
            decision_kinds text[] NOT NULL,
            ceiling_vnd bigint NOT NULL,
            valid_from date NOT NULL,
            valid_until date NOT NULL,
            document text NOT NULL,
            revoked boolean NOT NULL,
            version bigint NOT NULL
        );
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: Delegation.Granted, position: int, cursor: Cursor) -> None:
        cursor.execute(
            f"INSERT INTO delegations ({COLUMNS}) VALUES ({', '.join(['%s'] * len(fields(DelegationRow)))})",
            (
                event.originator_id,
                position,
                event.act.person_id,
                event.act.body,
                event.act.capacity,
                event.delegate_id,
                event.delegate_body,
                event.signature_line,
                list(event.decision_kinds),
                event.ceiling_vnd,
                event.valid_from,
                event.valid_until,
                event.act.document,
                False,
                event.originator_version,
            ),
        )

    @project.register
    def _(self, event: Delegation.Exercised, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE delegations SET version = %s WHERE id = %s", (event.originator_version, event.originator_id)
        )

    @project.register
    def _(self, event: Delegation.Revoked, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE delegations SET revoked = true, version = %s WHERE id = %s",
            (event.originator_version, event.originator_id),
        )

    def list_delegations(
        self, *, delegate_id: UUID | None, in_force_on: date | None, after: int | None, limit: int
    ) -> Sequence[DelegationRow]:
        """Delegations that match, behind ``after`` (the position of a row's grant); a revoked one is in force never."""
        with self.reading() as cursor:
            cursor.execute(
                f"""
                SELECT {COLUMNS} FROM delegations
                WHERE (%(delegate_id)s::uuid IS NULL OR delegate_id = %(delegate_id)s)
                  AND (%(on)s::date IS NULL OR (NOT revoked AND %(on)s BETWEEN valid_from AND valid_until))
                  AND (%(after)s::bigint IS NULL OR granted_at_position < %(after)s)
                ORDER BY granted_at_position DESC LIMIT %(limit)s
                """,
                {"delegate_id": delegate_id, "on": in_force_on, "after": after, "limit": limit},
            )
            return [DelegationRow(*row) for row in cursor.fetchall()]
