"""What an enterprise has from other schemes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatchmethod
from uuid import UUID

import msgspec

from services.registry.domain.enterprise import Enterprise
from services.registry.domain.other_funding import OtherFunding
from services.shared.event_store import Cursor, View
from services.shared.record import Record


@dataclass(frozen=True)
class ListedFunding:
    """A funding from another scheme, as it was corrected last, and the position at which it was recorded."""

    position: int
    id: UUID
    enterprise_id: UUID
    funding: OtherFunding
    revoked: bool


class OtherFundings(View):
    """Funding from other schemes in order of recording."""

    name = "other_fundings"
    table = """
        CREATE TABLE IF NOT EXISTS other_fundings (
            enterprise_id uuid NOT NULL,
            position bigint NOT NULL,
            other_funding_id uuid NOT NULL,
            content_code text NOT NULL,
            funding text NOT NULL,
            revoked boolean NOT NULL DEFAULT false,
            PRIMARY KEY (enterprise_id, position)
        )
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: Enterprise.OtherFundingRecorded, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "INSERT INTO other_fundings (enterprise_id, position, other_funding_id, content_code, funding)"
            " VALUES (%s, %s, %s, %s, %s)",
            (
                event.originator_id,
                position,
                event.other_funding_id,
                event.funding.content_code,
                msgspec.json.encode(event.funding).decode(),
            ),
        )

    @project.register
    def _(self, event: Enterprise.OtherFundingCorrected, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE other_fundings SET content_code = %s, funding = %s"
            " WHERE enterprise_id = %s AND other_funding_id = %s",
            (
                event.funding.content_code,
                msgspec.json.encode(event.funding).decode(),
                event.originator_id,
                event.other_funding_id,
            ),
        )

    @project.register
    def _(self, event: Enterprise.OtherFundingRevoked, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE other_fundings SET revoked = true WHERE enterprise_id = %s AND other_funding_id = %s",
            (event.originator_id, event.other_funding_id),
        )

    def list_other_fundings(
        self, enterprise_ids: Sequence[UUID], *, content_code: str | None, after: int | None, limit: int
    ) -> list[ListedFunding]:
        """At most ``limit`` fundings of these enterprises recorded after position ``after``."""
        with self.reading() as cursor:
            cursor.execute(
                "SELECT position, other_funding_id, enterprise_id, funding, revoked FROM other_fundings"
                " WHERE enterprise_id = ANY (%s) AND position > %s AND (%s::text IS NULL OR content_code = %s)"
                " ORDER BY position LIMIT %s",
                (list(enterprise_ids), after or 0, content_code, content_code, limit),
            )
            return [
                ListedFunding(position, funding_id, holder, msgspec.json.decode(funding, type=OtherFunding), revoked)
                for position, funding_id, holder, funding, revoked in cursor
            ]
