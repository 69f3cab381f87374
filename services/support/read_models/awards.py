"""Who takes part in a year's National Quality Award, and how far has each come?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import singledispatchmethod
from uuid import UUID

from services.shared.event_store import Cursor, View
from services.shared.record import Record
from services.support.domain.award import Award, AwardPrize, AwardStatus


@dataclass(frozen=True)
class AwardRow:
    """An award as the list shows it; its fields are the columns of the table, in their order."""

    id: UUID
    nominated_at_position: int
    enterprise_id: UUID
    year: int
    document: str
    status: AwardStatus
    prize: AwardPrize | None
    version: int


COLUMNS = ", ".join(field.name for field in fields(AwardRow))


class AwardList(View):
    """Awards by their newest nomination."""

    name = "awards"
    table = """
        CREATE TABLE IF NOT EXISTS awards (
            id uuid PRIMARY KEY,
            nominated_at_position bigint NOT NULL UNIQUE,
            enterprise_id uuid NOT NULL,
            year integer NOT NULL,
            document text NOT NULL,
            status text NOT NULL,
            prize text,
            version bigint NOT NULL
        );
        CREATE INDEX IF NOT EXISTS awards_by_year ON awards (year, nominated_at_position DESC);
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: Award.Nominated, position: int, cursor: Cursor) -> None:
        row = AwardRow(
            id=event.originator_id,
            nominated_at_position=position,
            enterprise_id=event.enterprise_id,
            year=event.year,
            document=event.act.document or "",
            status=AwardStatus.NOMINATED,
            prize=None,
            version=event.originator_version,
        )
        values = ", ".join(f"%({field.name})s" for field in fields(AwardRow))
        cursor.execute(f"INSERT INTO awards ({COLUMNS}) VALUES ({values})", vars(row))

    @project.register
    def _(self, event: Award.DossierReceived, _position: int, cursor: Cursor) -> None:
        _stands(event, AwardStatus.DOSSIER_RECEIVED, cursor)

    @project.register
    def _(self, event: Award.PreliminaryConcluded, _position: int, cursor: Cursor) -> None:
        _stands(event, AwardStatus(event.result), cursor)

    @project.register
    def _(self, event: Award.Submitted, _position: int, cursor: Cursor) -> None:
        _stands(event, AwardStatus.SUBMITTED, cursor)

    @project.register
    def _(self, event: Award.Decided, _position: int, cursor: Cursor) -> None:
        _stands(event, AwardStatus.DECIDED, cursor, event.prize)

    @project.register
    def _(self, event: Award.Withdrawn, _position: int, cursor: Cursor) -> None:
        _stands(event, AwardStatus.WITHDRAWN, cursor)

    def list_awards(
        self, *, year: int | None, status: AwardStatus | None, after: int | None, limit: int
    ) -> Sequence[AwardRow]:
        """Awards that match, behind ``after`` (the position of a row's nomination)."""
        with self.reading() as cursor:
            cursor.execute(
                f"""
                SELECT {COLUMNS} FROM awards
                WHERE (%(year)s::integer IS NULL OR year = %(year)s)
                  AND (%(status)s::text IS NULL OR status = %(status)s)
                  AND (%(after)s::bigint IS NULL OR nominated_at_position < %(after)s)
                ORDER BY nominated_at_position DESC LIMIT %(limit)s
                """,
                {"year": year, "status": status, "after": after, "limit": limit},
            )
            return [AwardRow(*row) for row in cursor.fetchall()]


def _stands(event: Award.Event, status: AwardStatus, cursor: Cursor, prize: AwardPrize | None = None) -> None:
    cursor.execute(
        "UPDATE awards SET status = %s, prize = %s, version = %s WHERE id = %s",
        (status, prize, event.originator_version, event.originator_id),
    )
