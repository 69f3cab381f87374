"""Who takes part in what, and how far has each come?"""

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
from services.support.domain.claim import Claim
from services.support.domain.participation import Participation, ParticipationStatus


@dataclass(frozen=True)
class ParticipationRow:
    """A participation as the list shows it; its fields are the columns of the table, in their order."""

    id: UUID
    registered_at_position: int
    task_id: UUID
    enterprise_id: UUID
    content_code: str
    content_group: str
    content_kind: str
    status: str
    estimated_cost_vnd: int
    product_count: int
    priority_codes: Sequence[str]
    registry_position: int
    amount_vnd: int
    explanation: str | None
    reason: str | None
    certificate_number: str | None
    certification_body: str | None
    issued_on: date | None
    valid_until: date | None
    version: int

    @property
    def claim_id(self) -> UUID:
        return Claim.create_id(self.enterprise_id, self.content_code)


COLUMNS = ", ".join(field.name for field in fields(ParticipationRow))


class ParticipationList(View):
    """Participations by their newest registration."""

    name = "participations"
    table = """
        CREATE TABLE IF NOT EXISTS participations (
            id uuid PRIMARY KEY,
            registered_at_position bigint NOT NULL UNIQUE,
            task_id uuid NOT NULL,
            enterprise_id uuid NOT NULL,
            content_code text NOT NULL,
            content_group text NOT NULL,
            content_kind text NOT NULL,
            status text NOT NULL,
            estimated_cost_vnd bigint NOT NULL,
            product_count integer NOT NULL,
            priority_codes text[] NOT NULL,
            registry_position bigint NOT NULL DEFAULT 0,
            amount_vnd bigint NOT NULL DEFAULT 0,
            explanation text,
            reason text,
            certificate_number text,
            certification_body text,
            issued_on date,
            valid_until date,
            version bigint NOT NULL
        );
        CREATE INDEX IF NOT EXISTS participations_by_task ON participations (task_id, registered_at_position DESC);
        CREATE INDEX IF NOT EXISTS participations_by_enterprise
            ON participations (enterprise_id, registered_at_position DESC);
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: Participation.Registered, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "INSERT INTO participations (id, registered_at_position, task_id, enterprise_id, content_code,"
            " content_group, content_kind, status, estimated_cost_vnd, product_count, priority_codes, version)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                event.originator_id,
                position,
                event.task_id,
                event.enterprise_id,
                event.content_code,
                event.content_group,
                event.content_kind,
                ParticipationStatus.REGISTERED,
                event.estimated_cost_vnd,
                event.product_count,
                list(event.priority_codes),
                event.originator_version,
            ),
        )

    @project.register
    def _(self, event: Participation.Screened, position: int, cursor: Cursor) -> None:
        status = ParticipationStatus.ELIGIBLE if event.eligible else ParticipationStatus.INELIGIBLE
        _tell(cursor, event, status=status, registry_position=event.registry_position)

    @project.register
    def _(self, event: Participation.Selected, position: int, cursor: Cursor) -> None:
        _tell(
            cursor,
            event,
            status=ParticipationStatus.SELECTED,
            amount_vnd=event.amount_vnd,
            explanation=event.explanation,
        )

    @project.register
    def _(self, event: Participation.Waitlisted, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=ParticipationStatus.WAITLISTED)

    @project.register
    def _(self, event: Participation.Committed, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=ParticipationStatus.COMMITTED)

    @project.register
    def _(self, event: Participation.Implemented, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=ParticipationStatus.IMPLEMENTED)

    @project.register
    def _(self, event: Participation.Certified, position: int, cursor: Cursor) -> None:
        _tell(
            cursor,
            event,
            status=ParticipationStatus.CERTIFIED,
            certificate_number=event.certificate_number,
            certification_body=event.certification_body,
            issued_on=event.issued_on,
            valid_until=event.valid_until,
        )

    @project.register
    def _(self, event: Participation.CertificateDenied, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=ParticipationStatus.NOT_CERTIFIED, reason=event.reason)

    @project.register
    def _(self, event: Participation.PaymentClaimed, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=ParticipationStatus.CLAIMED)

    @project.register
    def _(self, event: Participation.Paid, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=ParticipationStatus.PAID)

    @project.register
    def _(self, event: Participation.Monitored, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=ParticipationStatus.MONITORED)

    @project.register
    def _(self, event: Participation.Closed, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=ParticipationStatus.CLOSED)

    @project.register
    def _(self, event: Participation.Refused, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=ParticipationStatus.REFUSED, reason=event.reason)

    @project.register
    def _(self, event: Participation.Withdrawn, position: int, cursor: Cursor) -> None:
        _tell(cursor, event, status=ParticipationStatus.WITHDRAWN)

    def list_participations(
        self,
        *,
        task_id: UUID | None,
        enterprise_id: UUID | None,
        status: ParticipationStatus | None,
        after: int | None,
        limit: int,
    ) -> Sequence[ParticipationRow]:
        """Participations that match, behind ``after`` (the position of a row's registration)."""
        with self.reading() as cursor:
            cursor.execute(
                f"""
                SELECT {COLUMNS} FROM participations
                WHERE (%(task_id)s::uuid IS NULL OR task_id = %(task_id)s)
                  AND (%(enterprise_id)s::uuid IS NULL OR enterprise_id = %(enterprise_id)s)
                  AND (%(status)s::text IS NULL OR status = %(status)s)
                  AND (%(after)s::bigint IS NULL OR registered_at_position < %(after)s)
                ORDER BY registered_at_position DESC LIMIT %(limit)s
                """,
                {"task_id": task_id, "enterprise_id": enterprise_id, "status": status, "after": after, "limit": limit},
            )
            return [ParticipationRow(*row) for row in cursor.fetchall()]


def _tell(cursor: Cursor, event: Participation.Event, **columns: Any) -> None:
    """Write what an event says of its participation into these columns."""
    told = {**columns, "version": event.originator_version}
    assignments = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(column)) for column in told)
    cursor.execute(
        sql.SQL("UPDATE participations SET {} WHERE id = %s").format(assignments), (*told.values(), event.originator_id)
    )
