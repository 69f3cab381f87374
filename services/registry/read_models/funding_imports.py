"""Which lists of other schemes' money were taken in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import singledispatchmethod
from uuid import UUID

from services.registry.domain.funding_import import FundingImport, ImportSource
from services.shared.event_store import Cursor, View
from services.shared.record import Record


@dataclass(frozen=True)
class ListedImport:
    """An import; ``position`` is that of its beginning. One that was broken off is not finished and has no counts."""

    position: int
    funding_import_id: UUID
    scheme: str
    source: ImportSource
    content_digest: str
    person_id: UUID
    body: str
    begun_at: datetime
    finished: bool
    recorded_count: int
    known_count: int
    refused_count: int


class FundingImports(View):
    """Imports in order of their beginning."""

    name = "funding_imports"
    table = """
        CREATE TABLE IF NOT EXISTS funding_imports (
            position bigint PRIMARY KEY,
            funding_import_id uuid NOT NULL UNIQUE,
            scheme text NOT NULL,
            source text NOT NULL,
            content_digest text NOT NULL,
            person_id uuid NOT NULL,
            body text NOT NULL,
            begun_at timestamptz NOT NULL,
            finished boolean NOT NULL DEFAULT false,
            recorded_count bigint NOT NULL DEFAULT 0,
            known_count bigint NOT NULL DEFAULT 0,
            refused_count bigint NOT NULL DEFAULT 0
        )
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: FundingImport.Begun, position: int, cursor: Cursor) -> None:
        act = event.act
        cursor.execute(
            "INSERT INTO funding_imports (position, funding_import_id, scheme, source, content_digest, person_id, body,"
            " begun_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            (
                position,
                event.originator_id,
                event.scheme,
                event.source,
                event.content_digest,
                act.person_id,
                act.body,
                act.recorded_at,
            ),
        )

    @project.register
    def _(self, event: FundingImport.Finished, position: int, cursor: Cursor) -> None:
        counts = event.counts
        cursor.execute(
            "UPDATE funding_imports SET finished = true, recorded_count = %s, known_count = %s, refused_count = %s"
            " WHERE funding_import_id = %s",
            (counts.recorded, counts.known, counts.refused, event.originator_id),
        )

    def list_funding_imports(
        self, *, scheme: str | None, body: str | None, after: int | None, limit: int
    ) -> list[ListedImport]:
        """At most ``limit`` imports begun after position ``after``, of one scheme and one body where they are given."""
        with self.reading() as cursor:
            cursor.execute(
                "SELECT position, funding_import_id, scheme, source, content_digest, person_id, body, begun_at,"
                " finished, recorded_count, known_count, refused_count FROM funding_imports WHERE position > %s"
                " AND (%s::text IS NULL OR scheme = %s) AND (%s::text IS NULL OR body = %s) ORDER BY position LIMIT %s",
                (after or 0, scheme, scheme, body, body, limit),
            )
            return [
                ListedImport(position, import_id, name, ImportSource(source), *rest)
                for position, import_id, name, source, *rest in cursor
            ]
