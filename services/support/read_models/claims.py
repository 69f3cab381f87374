"""Which contents are claimed where, until when, and by what code?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import singledispatchmethod
from uuid import UUID

from services.shared.event_store import Cursor, View
from services.shared.record import Record
from services.support.domain.claim import Claim, ClaimStatus
from services.support.domain.claim_code import claim_code


@dataclass(frozen=True)
class ClaimRow:
    """What one participation holds of a claim; its fields are the columns of the table, in their order."""

    id: UUID
    lodged_at_position: int
    enterprise_id: UUID
    content_code: str
    participation_id: UUID
    task_id: UUID
    claimant_id: UUID
    code: str
    status: str
    decision: str | None
    expires_on: date | None
    renewal_count: int
    registry_position: int
    overlap_decision_id: UUID | None
    unit_keys: Sequence[str]
    version: int


COLUMNS = ", ".join(field.name for field in fields(ClaimRow))


class ClaimList(View):
    """Claims by their newest lodging."""

    name = "claims"
    table = """
        CREATE TABLE IF NOT EXISTS claims (
            id uuid NOT NULL,
            lodged_at_position bigint NOT NULL UNIQUE,
            enterprise_id uuid NOT NULL,
            content_code text NOT NULL,
            participation_id uuid NOT NULL,
            task_id uuid NOT NULL,
            claimant_id uuid NOT NULL,
            code text NOT NULL,
            status text NOT NULL,
            decision text,
            expires_on date,
            renewal_count integer NOT NULL,
            registry_position bigint NOT NULL,
            overlap_decision_id uuid,
            unit_keys text[] NOT NULL,
            version bigint NOT NULL,
            PRIMARY KEY (id, participation_id)
        );
        CREATE INDEX IF NOT EXISTS claims_by_code ON claims (code, lodged_at_position DESC);
        CREATE INDEX IF NOT EXISTS claims_by_enterprise ON claims (enterprise_id, lodged_at_position DESC);
        CREATE INDEX IF NOT EXISTS claims_by_expiry ON claims (expires_on) WHERE status = 'LODGED';
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register(Claim.Lodged)
    @project.register(Claim.Relodged)
    def _(self, event: Claim.Lodged | Claim.Relodged, position: int, cursor: Cursor) -> None:
        row = ClaimRow(
            id=event.originator_id,
            lodged_at_position=position,
            enterprise_id=event.enterprise_id,
            content_code=event.content_code,
            participation_id=event.participation_id,
            task_id=event.task_id,
            claimant_id=event.claimant_id,
            code=claim_code(event.participation_id),
            status=ClaimStatus.LODGED,
            decision=None,
            expires_on=event.expires_on,
            renewal_count=0,
            registry_position=event.registry_position,
            overlap_decision_id=None,
            unit_keys=list(event.unit_keys),
            version=event.originator_version,
        )
        values = ", ".join(f"%({field.name})s" for field in fields(ClaimRow))
        cursor.execute("DELETE FROM claims WHERE id = %s AND status = %s", (row.id, ClaimStatus.RELEASED))
        cursor.execute(f"INSERT INTO claims ({COLUMNS}) VALUES ({values})", vars(row))
        _touch(event, cursor)

    @project.register
    def _(self, event: Claim.Widened, position: int, cursor: Cursor) -> None:
        _update(event, cursor, registry_position=event.registry_position)

    @project.register
    def _(self, event: Claim.Renewed, position: int, cursor: Cursor) -> None:
        _update(event, cursor, expires_on=event.expires_on, renewal_count=event.renewal_count)

    @project.register
    def _(self, event: Claim.Confirmed, position: int, cursor: Cursor) -> None:
        _update(
            event,
            cursor,
            status=ClaimStatus.CONFIRMED,
            decision=event.decision,
            registry_position=event.registry_position,
            overlap_decision_id=event.overlap_decision_id,
        )

    @project.register
    def _(self, event: Claim.Questioned, position: int, cursor: Cursor) -> None:
        _touch(event, cursor)

    @project.register(Claim.Released)
    @project.register(Claim.Expired)
    def _(self, event: Claim.Released | Claim.Expired, position: int, cursor: Cursor) -> None:
        _update(event, cursor, status=ClaimStatus.RELEASED, decision=None)

    def list_claims(
        self,
        *,
        status: ClaimStatus | None,
        expires_by: date | None,
        code: str | None,
        enterprise_id: UUID | None,
        after: int | None,
        limit: int,
    ) -> Sequence[ClaimRow]:
        """Claims that match, behind ``after`` (the position of a row's lodging).

        ``expires_by`` asks for those that nobody has confirmed and whose last day is that day or an earlier one.
        """
        with self.reading() as cursor:
            cursor.execute(
                f"""
                SELECT {COLUMNS} FROM claims
                WHERE (%(status)s::text IS NULL OR status = %(status)s)
                  AND (%(expires_by)s::date IS NULL OR status = 'LODGED' AND expires_on <= %(expires_by)s)
                  AND (%(code)s::text IS NULL OR code = %(code)s)
                  AND (%(enterprise_id)s::uuid IS NULL OR enterprise_id = %(enterprise_id)s)
                  AND (%(after)s::bigint IS NULL OR lodged_at_position < %(after)s)
                ORDER BY lodged_at_position DESC LIMIT %(limit)s
                """,
                {
                    "status": status,
                    "expires_by": expires_by,
                    "code": code,
                    "enterprise_id": enterprise_id,
                    "after": after,
                    "limit": limit,
                },
            )
            return [ClaimRow(*row) for row in cursor.fetchall()]

    def standing_at(self, enterprise_id: UUID) -> Sequence[UUID]:
        """The claims that stand at an enterprise, its own and those lodged for others of its undertaking."""
        with self.reading() as cursor:
            cursor.execute(
                "SELECT DISTINCT id FROM claims WHERE enterprise_id = %s AND status <> %s",
                (enterprise_id, ClaimStatus.RELEASED),
            )
            return [claim_id for (claim_id,) in cursor.fetchall()]


def _update(event: Claim.Event, cursor: Cursor, **columns: object) -> None:
    assignments = ", ".join(f"{name} = %({name})s" for name in columns)
    held = {"id": event.originator_id, "participation_id": event.participation_id}
    cursor.execute(
        f"UPDATE claims SET {assignments} WHERE id = %(id)s AND participation_id = %(participation_id)s",
        {**columns, **held},
    )
    _touch(event, cursor)


def _touch(event: Claim.Event, cursor: Cursor) -> None:
    """The version is the record's, whoever holds it."""
    cursor.execute("UPDATE claims SET version = %s WHERE id = %s", (event.originator_version, event.originator_id))
