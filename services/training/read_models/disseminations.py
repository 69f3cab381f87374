"""Which disseminations were held, and which enterprises did they reach?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import singledispatchmethod
from uuid import UUID

from services.shared.event_store import Cursor, View
from services.shared.record import Record
from services.training.domain.dissemination import Dissemination, DisseminationChannel


@dataclass(frozen=True)
class DisseminationRow:
    """A dissemination as the list shows it; its fields are the columns of the table and attributes of Dissemination."""

    id: UUID
    channel: str
    title: str
    held_on: date
    enterprise_ids: Sequence[UUID]
    document: str
    version: int


class DisseminationList(View):
    """Disseminations by their day."""

    name = "disseminations"
    table = """
        CREATE TABLE IF NOT EXISTS disseminations (
            id uuid PRIMARY KEY,
            channel text NOT NULL,
            title text NOT NULL,
            held_on date NOT NULL,
            enterprise_ids uuid[] NOT NULL,
            document text NOT NULL,
            version bigint NOT NULL
        );
        CREATE INDEX IF NOT EXISTS disseminations_by_day ON disseminations (held_on, id);
        CREATE INDEX IF NOT EXISTS disseminations_by_enterprise ON disseminations USING gin (enterprise_ids);
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: Dissemination.Held, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "INSERT INTO disseminations VALUES (%s, %s, %s, %s, %s::uuid[], %s, %s)",
            (
                event.originator_id,
                event.channel,
                event.title,
                event.held_on,
                list(event.enterprise_ids),
                event.act.document,
                event.originator_version,
            ),
        )

    def list_disseminations(
        self,
        *,
        channel: DisseminationChannel | None,
        enterprise_id: UUID | None,
        after: tuple[date, UUID] | None,
        limit: int,
    ) -> Sequence[DisseminationRow]:
        """Disseminations by day, beginning behind ``after``."""
        after_day, after_id = after or (date.min, UUID(int=0))
        with self.reading() as cursor:
            cursor.execute(
                """
                SELECT id, channel, title, held_on, enterprise_ids, document, version FROM disseminations
                WHERE (held_on, id) > (%(after_day)s, %(after_id)s)
                  AND (%(channel)s::text IS NULL OR channel = %(channel)s)
                  AND (%(enterprise_id)s::uuid IS NULL OR enterprise_ids @> ARRAY[%(enterprise_id)s::uuid])
                ORDER BY held_on, id LIMIT %(limit)s
                """,
                {
                    "after_day": after_day,
                    "after_id": after_id,
                    "channel": channel,
                    "enterprise_id": enterprise_id,
                    "limit": limit,
                },
            )
            return [DisseminationRow(*row) for row in cursor.fetchall()]
