"""Which bodies there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import singledispatchmethod
from uuid import UUID

import msgspec

from services.registry.domain.body import Body, PredecessorBody
from services.registry.domain.standing import StandingField
from services.shared.event_store import Cursor, View
from services.shared.record import Record


@dataclass(frozen=True)
class ListedBody:
    """A body as lists show it; ``version`` is that of its record."""

    id: UUID
    code: str
    name: str
    established_on: date
    predecessors: tuple[PredecessorBody, ...]
    attests: StandingField | None
    version: int


class Bodies(View):
    """All bodies in order of their codes."""

    name = "bodies"
    table = """
        CREATE TABLE IF NOT EXISTS bodies (
            code text COLLATE "C" PRIMARY KEY,
            body_id uuid NOT NULL,
            name text NOT NULL,
            established_on date NOT NULL,
            predecessors text NOT NULL,
            attests text,
            version bigint NOT NULL
        )
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: Body.Established, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "INSERT INTO bodies (code, body_id, name, established_on, predecessors, attests, version) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (
                event.code,
                event.originator_id,
                event.name,
                event.established_on,
                msgspec.json.encode(event.predecessors).decode(),
                event.attests,
                event.originator_version,
            ),
        )

    def list_bodies(self, *, after: str | None, limit: int) -> list[ListedBody]:
        """At most ``limit`` bodies whose codes come after ``after``."""
        with self.reading() as cursor:
            cursor.execute(
                "SELECT body_id, code, name, established_on, predecessors, attests, version FROM bodies "
                "WHERE code > %s ORDER BY code LIMIT %s",
                (after or "", limit),
            )
            return [_listed(*row) for row in cursor]


def _listed(
    body_id: UUID, code: str, name: str, established_on: date, predecessors: str, attests: str | None, version: int
) -> ListedBody:
    return ListedBody(
        id=body_id,
        code=code,
        name=name,
        established_on=established_on,
        predecessors=msgspec.json.decode(predecessors, type=tuple[PredecessorBody, ...]),
        attests=StandingField(attests) if attests else None,
        version=version,
    )
