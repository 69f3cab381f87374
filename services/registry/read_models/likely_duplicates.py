"""Which records look like those of one enterprise; nothing in this view is personal data.

A record is compared with those before it when it is entered, renamed or moved: by name and unit, by street and unit. A
household business, whose particulars are personal, is compared by its number only, when it is registered. What was
merged is shown no more, as long as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import singledispatchmethod
from uuid import UUID

from services.registry.domain.duplicates import Duplicates
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.registration import Particulars
from services.registry.read_models.enterprises import words_of
from services.shared.event_store import Cursor, View
from services.shared.record import Record


class DuplicateGround(StrEnum):
    """Why two records look like one enterprise."""

    NAME = "NAME"
    PREMISES = "PREMISES"
    NUMBER = "NUMBER"


_ALIKE = {
    DuplicateGround.NAME: "other.unit_code = own.unit_code AND other.name = own.name",
    DuplicateGround.PREMISES: "other.unit_code = own.unit_code AND other.street = own.street",
    DuplicateGround.NUMBER: "other.enterprise_id = %(other_id)s",
}
# A street on which everybody is would tell nothing, and cost the more the more there are.
_MOST_COMPARED = 20


@dataclass(frozen=True)
class LikelyDuplicate:
    """Two records that look like one enterprise; ``positions`` are those of their registration, the later first."""

    positions: tuple[int, int]
    enterprise_id: UUID
    earlier_enterprise_id: UUID
    grounds: tuple[DuplicateGround, ...]


class LikelyDuplicates(View):
    """Pairs of records that look alike, in order of the registration of the later one."""

    name = "likely_duplicates"
    table = """
        CREATE TABLE IF NOT EXISTS compared_enterprises (
            enterprise_id uuid PRIMARY KEY,
            position bigint NOT NULL,
            unit_code text NOT NULL,
            name text,
            street text,
            merged boolean NOT NULL DEFAULT false
        );
        CREATE INDEX IF NOT EXISTS compared_by_name ON compared_enterprises (unit_code, name, position);
        CREATE INDEX IF NOT EXISTS compared_by_street ON compared_enterprises (unit_code, street, position);
        CREATE TABLE IF NOT EXISTS likely_duplicates (
            later_position bigint NOT NULL,
            earlier_position bigint NOT NULL,
            ground text NOT NULL,
            later_id uuid NOT NULL,
            earlier_id uuid NOT NULL,
            PRIMARY KEY (later_position, earlier_position, ground)
        );
        CREATE INDEX IF NOT EXISTS likely_duplicates_of_later ON likely_duplicates (later_id);
        CREATE INDEX IF NOT EXISTS likely_duplicates_of_earlier ON likely_duplicates (earlier_id)
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: Enterprise.Registered, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "INSERT INTO compared_enterprises (enterprise_id, position, unit_code, name, street)"
            " VALUES (%s, %s, %s, %s, %s)",
            (event.originator_id, position, event.unit_code, *_compared(event.particulars)),
        )
        _compare(event.originator_id, cursor)

    @project.register
    def _(self, event: Enterprise.Renamed, position: int, cursor: Cursor) -> None:
        self._change(event, cursor, name=_compared(event.particulars)[0])

    @project.register
    def _(self, event: Enterprise.Moved, position: int, cursor: Cursor) -> None:
        self._change(event, cursor, unit_code=event.unit_code, street=_compared(event.particulars)[1])

    @project.register
    def _(self, event: Duplicates.NumberShared, position: int, cursor: Cursor) -> None:
        _pair(event.enterprise_id, DuplicateGround.NUMBER, cursor, other_id=event.other_id)

    @project.register
    def _(self, event: Duplicates.Merged, position: int, cursor: Cursor) -> None:
        _mark(event.merge.merged_id, cursor, merged=True)

    @project.register
    def _(self, event: Duplicates.Separated, position: int, cursor: Cursor) -> None:
        _mark(event.merge.merged_id, cursor, merged=False)

    def _change(self, event: Enterprise.Event, cursor: Cursor, **values: object) -> None:
        """Compare an enterprise anew, with these values in columns of their names."""
        columns = ", ".join(f"{column} = %s" for column in values)
        enterprise_id = event.originator_id
        cursor.execute(
            f"UPDATE compared_enterprises SET {columns} WHERE enterprise_id = %s", (*values.values(), enterprise_id)
        )
        cursor.execute(
            "DELETE FROM likely_duplicates WHERE (later_id = %s OR earlier_id = %s) AND ground <> %s",
            (enterprise_id, enterprise_id, DuplicateGround.NUMBER),
        )
        _compare(enterprise_id, cursor)

    def list_likely_duplicates(self, *, after: tuple[int, int] | None, limit: int) -> list[LikelyDuplicate]:
        """At most ``limit`` pairs after those positions of which neither record was merged into another."""
        with self.reading() as cursor:
            cursor.execute(
                "SELECT later_position, earlier_position, later_id, earlier_id, array_agg(ground ORDER BY ground)"
                " FROM likely_duplicates WHERE (later_position, earlier_position) > (%s, %s)"
                " AND NOT EXISTS (SELECT FROM compared_enterprises"
                " WHERE merged AND enterprise_id IN (later_id, earlier_id))"
                " GROUP BY later_position, earlier_position, later_id, earlier_id"
                " ORDER BY later_position, earlier_position LIMIT %s",
                (*(after or (0, 0)), limit),
            )
            return [
                LikelyDuplicate((later, earlier), later_id, earlier_id, tuple(map(DuplicateGround, grounds)))
                for later, earlier, later_id, earlier_id, grounds in cursor
            ]


def _compared(particulars: Particulars | None) -> tuple[str | None, str | None]:
    """Name and street as they are compared: words without accents and case."""
    if particulars is None:
        return None, None
    name, street = (" ".join(words_of(text or "")) for text in (particulars.display_name, particulars.street))
    return name or None, street or None


def _compare(enterprise_id: UUID, cursor: Cursor) -> None:
    """Pair an enterprise with those that look like it."""
    for ground in (DuplicateGround.NAME, DuplicateGround.PREMISES):
        _pair(enterprise_id, ground, cursor)


def _pair(enterprise_id: UUID, ground: DuplicateGround, cursor: Cursor, other_id: UUID | None = None) -> None:
    cursor.execute(
        "INSERT INTO likely_duplicates (later_position, earlier_position, ground, later_id, earlier_id)"
        " SELECT greatest(own.position, other.position), least(own.position, other.position), %(ground)s,"
        " CASE WHEN own.position > other.position THEN own.enterprise_id ELSE other.enterprise_id END,"
        " CASE WHEN own.position > other.position THEN other.enterprise_id ELSE own.enterprise_id END"
        " FROM compared_enterprises AS own JOIN compared_enterprises AS other"
        f" ON other.enterprise_id <> own.enterprise_id AND {_ALIKE[ground]}"
        " WHERE own.enterprise_id = %(enterprise_id)s ORDER BY other.position DESC LIMIT %(most)s"
        " ON CONFLICT DO NOTHING",
        {"enterprise_id": enterprise_id, "ground": ground, "other_id": other_id, "most": _MOST_COMPARED},
    )


def _mark(enterprise_id: UUID, cursor: Cursor, *, merged: bool) -> None:
    cursor.execute("UPDATE compared_enterprises SET merged = %s WHERE enterprise_id = %s", (merged, enterprise_id))
