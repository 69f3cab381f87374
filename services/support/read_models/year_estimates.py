"""Which estimates are there, and how far has each come?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import singledispatchmethod
from uuid import UUID

from services.shared.event_store import Cursor, View
from services.shared.record import Record
from services.support.domain.year_estimate import EstimateStatus, YearEstimate


@dataclass(frozen=True)
class YearEstimateRow:
    """An estimate as the list shows it; its fields are the columns of the table, in their order."""

    id: UUID
    drafted_at_position: int
    catalogue_id: UUID
    year: int
    status: str
    reason: str | None
    document: str | None
    version: int


COLUMNS = ", ".join(field.name for field in fields(YearEstimateRow))


class YearEstimateList(View):
    """Estimates by their newest draft."""

    name = "year_estimates"
    table = """
        CREATE TABLE IF NOT EXISTS year_estimates (
            id uuid PRIMARY KEY,
            drafted_at_position bigint NOT NULL UNIQUE,
            catalogue_id uuid NOT NULL,
            year integer NOT NULL,
            status text NOT NULL,
            reason text,
            document text,
            version bigint NOT NULL
        );
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: YearEstimate.Drafted, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "INSERT INTO year_estimates (id, drafted_at_position, catalogue_id, year, status, version)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            (
                event.originator_id,
                position,
                event.catalogue_id,
                event.year,
                EstimateStatus.DRAFTED,
                event.originator_version,
            ),
        )

    @project.register
    def _(self, event: YearEstimate.Redrafted, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, EstimateStatus.DRAFTED)

    @project.register
    def _(self, event: YearEstimate.Appraised, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, EstimateStatus.APPRAISED)

    @project.register
    def _(self, event: YearEstimate.Returned, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, EstimateStatus.RETURNED, reason=event.reason)

    @project.register
    def _(self, event: YearEstimate.Approved, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, EstimateStatus.APPROVED, document=event.act.document)

    def list_year_estimates(self, *, year: int | None, after: int | None, limit: int) -> Sequence[YearEstimateRow]:
        """Estimates of a year or of all, behind ``after`` (the position of a row's first draft)."""
        with self.reading() as cursor:
            cursor.execute(
                f"""
                SELECT {COLUMNS} FROM year_estimates
                WHERE (%(year)s::integer IS NULL OR year = %(year)s)
                  AND (%(after)s::bigint IS NULL OR drafted_at_position < %(after)s)
                ORDER BY drafted_at_position DESC LIMIT %(limit)s
                """,
                {"year": year, "after": after, "limit": limit},
            )
            return [YearEstimateRow(*row) for row in cursor.fetchall()]


def _tell(
    cursor: Cursor,
    event: YearEstimate.Event,
    status: EstimateStatus,
    *,
    reason: str | None = None,
    document: str | None = None,
) -> None:
    """What an event leaves an estimate at; the reason of a return goes with the next step."""
    cursor.execute(
        "UPDATE year_estimates SET status = %s, reason = %s, document = %s, version = %s WHERE id = %s",
        (status, reason, document, event.originator_version, event.originator_id),
    )
