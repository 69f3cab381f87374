"""Which claims stand at an enterprise?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatchmethod
from uuid import UUID

from services.shared.event_store import Cursor, View
from services.shared.record import Record
from services.support.domain.claim import Claim


class StandingClaims(View):
    """The claims to contents at each enterprise, as long as they stand."""

    name = "standing_claims"
    table = """
        CREATE TABLE IF NOT EXISTS standing_claims (
            claim_id uuid PRIMARY KEY,
            enterprise_id uuid NOT NULL
        );
        CREATE INDEX IF NOT EXISTS standing_claims_by_enterprise ON standing_claims (enterprise_id);
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register(Claim.Lodged)
    @project.register(Claim.Relodged)
    def _(self, event: Claim.Lodged | Claim.Relodged, _position: int, cursor: Cursor) -> None:
        cursor.execute(
            "INSERT INTO standing_claims VALUES (%s, %s) ON CONFLICT DO NOTHING",
            (event.originator_id, event.enterprise_id),
        )

    @project.register
    def _(self, event: Claim.Released, _position: int, cursor: Cursor) -> None:
        cursor.execute("DELETE FROM standing_claims WHERE claim_id = %s", (event.originator_id,))

    def list_claim_ids(self, enterprise_id: UUID) -> Sequence[UUID]:
        """Those at one enterprise, its own and those lodged for others of its undertaking."""
        with self.reading() as cursor:
            cursor.execute("SELECT claim_id FROM standing_claims WHERE enterprise_id = %s", (enterprise_id,))
            return [claim_id for (claim_id,) in cursor.fetchall()]
