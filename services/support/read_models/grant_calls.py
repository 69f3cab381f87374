"""Which calls for direct grants are there, and how many applications has each received?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import singledispatchmethod
from uuid import UUID

from services.shared.event_store import Cursor, View
from services.shared.record import Record
from services.support.domain.grant_call import GrantCall, GrantCallStatus


@dataclass(frozen=True)
class GrantCallRow:
    """A call as the list shows it; its fields are the columns of the table, in their order."""

    id: UUID
    published_at_position: int
    title: str
    year: int
    catalogue_id: UUID
    budget_line_id: UUID
    opens_on: date
    closes_on: date
    status: str
    document: str
    reason: str | None
    received_count: int
    version: int


COLUMNS = ", ".join(field.name for field in fields(GrantCallRow))


class GrantCallList(View):
    """Calls for direct grants, newest first."""

    name = "grant_calls"
    table = """
        CREATE TABLE IF NOT EXISTS grant_calls (
            id uuid PRIMARY KEY,
            published_at_position bigint NOT NULL UNIQUE,
            title text NOT NULL,
            year integer NOT NULL,
            catalogue_id uuid NOT NULL,
            budget_line_id uuid NOT NULL,
            opens_on date NOT NULL,
            closes_on date NOT NULL,
            status text NOT NULL,
            document text NOT NULL,
            reason text,
            received_count integer NOT NULL,
            version bigint NOT NULL
        );
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: GrantCall.Published, position: int, cursor: Cursor) -> None:
        row = GrantCallRow(
            id=event.originator_id,
            published_at_position=position,
            title=event.title,
            year=event.year,
            catalogue_id=event.catalogue_id,
            budget_line_id=event.budget_line_id,
            opens_on=event.opens_on,
            closes_on=event.closes_on,
            status=GrantCallStatus.PUBLISHED,
            document=event.act.document or "",
            reason=None,
            received_count=0,
            version=event.originator_version,
        )
        values = ", ".join(f"%({field.name})s" for field in fields(GrantCallRow))
        cursor.execute(f"INSERT INTO grant_calls ({COLUMNS}) VALUES ({values})", vars(row))

    @project.register
    def _(self, event: GrantCall.Extended, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE grant_calls SET closes_on = %s, version = %s WHERE id = %s",
            (event.closes_on, event.originator_version, event.originator_id),
        )

    @project.register
    def _(self, event: GrantCall.Cancelled, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE grant_calls SET status = %s, document = %s, reason = %s, version = %s WHERE id = %s",
            (
                GrantCallStatus.CANCELLED,
                event.act.document,
                event.reason,
                event.originator_version,
                event.originator_id,
            ),
        )

    @project.register
    def _(self, event: GrantCall.ApplicationReceived, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE grant_calls SET received_count = %s, version = %s WHERE id = %s",
            (event.receipt_number, event.originator_version, event.originator_id),
        )

    @project.register(GrantCall.ContentGranted)
    @project.register(GrantCall.ContentFreed)
    def _(self, event: GrantCall.Event, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE grant_calls SET version = %s WHERE id = %s", (event.originator_version, event.originator_id)
        )

    def list_grant_calls(
        self, *, year: int | None, open_on: date | None, after: int | None, limit: int
    ) -> Sequence[GrantCallRow]:
        """Calls that match, behind ``after`` (the position of a row's publication)."""
        with self.reading() as cursor:
            cursor.execute(
                f"""
                SELECT {COLUMNS} FROM grant_calls
                WHERE (%(year)s::integer IS NULL OR year = %(year)s)
                  AND (%(open_on)s::date IS NULL
                       OR (status = 'PUBLISHED' AND %(open_on)s BETWEEN opens_on AND closes_on))
                  AND (%(after)s::bigint IS NULL OR published_at_position < %(after)s)
                ORDER BY published_at_position DESC LIMIT %(limit)s
                """,
                {"year": year, "open_on": open_on, "after": after, "limit": limit},
            )
            return [GrantCallRow(*row) for row in cursor.fetchall()]
