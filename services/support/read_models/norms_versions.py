"""Which norms are there, and which of them hold on a day?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import singledispatchmethod
from uuid import UUID

from services.shared.event_store import Cursor, View
from services.shared.record import Record
from services.support.domain.norm_terms import NormsStatus
from services.support.domain.norms import Norms


@dataclass(frozen=True)
class NormsRow:
    """A version of a set as the list shows it; its fields are the columns of the table, in their order."""

    id: UUID
    proposed_at_position: int
    catalogue_id: UUID
    code: str
    norms_version: int
    legal_basis: str
    valid_from: date
    valid_until: date | None
    sample: bool
    status: str
    document: str | None
    supersedes_version: int | None
    superseded_by: UUID | None
    version: int


COLUMNS = ", ".join(field.name for field in fields(NormsRow))


class NormsList(View):
    """Versions of norms by their newest proposal."""

    name = "norms_versions"
    table = """
        CREATE TABLE IF NOT EXISTS norms_versions (
            id uuid PRIMARY KEY,
            proposed_at_position bigint NOT NULL UNIQUE,
            catalogue_id uuid NOT NULL,
            code text NOT NULL,
            norms_version integer NOT NULL,
            legal_basis text NOT NULL,
            valid_from date NOT NULL,
            valid_until date,
            sample boolean NOT NULL,
            status text NOT NULL,
            document text,
            supersedes_version integer,
            superseded_by uuid,
            version bigint NOT NULL
        );
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: Norms.Proposed, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "INSERT INTO norms_versions (id, proposed_at_position, catalogue_id, code, norms_version, legal_basis,"
            " valid_from, valid_until, sample, status, supersedes_version, version)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                event.originator_id,
                position,
                event.catalogue_id,
                event.code,
                event.norms_version,
                event.legal_basis,
                event.valid_from,
                event.valid_until,
                event.sample,
                NormsStatus.PROPOSED,
                event.supersedes_version,
                event.originator_version,
            ),
        )

    @project.register
    def _(self, event: Norms.Adopted, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE norms_versions SET status = %s, document = %s, version = %s WHERE id = %s",
            (NormsStatus.ADOPTED, event.act.document, event.originator_version, event.originator_id),
        )

    @project.register
    def _(self, event: Norms.Ended, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE norms_versions SET valid_until = %s, superseded_by = %s, version = %s WHERE id = %s",
            (event.last_day, event.superseded_by, event.originator_version, event.originator_id),
        )

    def list_norms(
        self, *, code: str | None, in_force_on: date | None, after: int | None, limit: int
    ) -> Sequence[NormsRow]:
        """Versions that match, behind ``after`` (the position of a row's proposal)."""
        with self.reading() as cursor:
            cursor.execute(
                f"""
                SELECT {COLUMNS} FROM norms_versions
                WHERE (%(code)s::text IS NULL OR code = %(code)s)
                  AND (%(day)s::date IS NULL
                       OR (status = %(adopted)s AND valid_from <= %(day)s
                           AND (valid_until IS NULL OR valid_until >= %(day)s)))
                  AND (%(after)s::bigint IS NULL OR proposed_at_position < %(after)s)
                ORDER BY proposed_at_position DESC LIMIT %(limit)s
                """,
                {"code": code, "day": in_force_on, "adopted": NormsStatus.ADOPTED, "after": after, "limit": limit},
            )
            return [NormsRow(*row) for row in cursor.fetchall()]
