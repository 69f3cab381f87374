"""Which administrative unit bore a code on a day, what it was formed from and what became of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import singledispatchmethod
from typing import Any
from uuid import UUID

from services.registry.domain.unit_register import MergerExtent, UnitKind, UnitRegister
from services.shared.event_store import Cursor, View
from services.shared.record import Record

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Merger:
    """The other end of a merger: a predecessor or a successor, and how much of the old unit it took."""

    code: str
    name: str
    extent: MergerExtent


@dataclass(frozen=True)
class ListedUnit:
    """A unit in one period of its code; a first or last day is None where it is unknown or still open."""

    unit_register_id: UUID
    code: str
    name: str
    kind: UnitKind
    province_code: str
    district_code: str | None
    valid_from: date | None
    valid_until: date | None
    legal_basis: str | None
    predecessors: tuple[Merger, ...] = ()
    successors: tuple[Merger, ...] = ()


class Units(View):
    """Units of all registers; old units are known from the register that ended them."""

    name = "units"
    table = """
        CREATE TABLE IF NOT EXISTS units (
            unit_register_id uuid NOT NULL,
            code text COLLATE "C" NOT NULL,
            published boolean NOT NULL,
            name text NOT NULL,
            kind text NOT NULL,
            province_code text NOT NULL,
            district_code text,
            valid_from date,
            valid_until date,
            legal_basis text,
            PRIMARY KEY (code, unit_register_id, published)
        );
        CREATE TABLE IF NOT EXISTS unit_mergers (
            code text COLLATE "C" NOT NULL,
            name text NOT NULL,
            old_code text COLLATE "C" NOT NULL,
            old_name text NOT NULL,
            extent text NOT NULL,
            merged_on date NOT NULL,
            PRIMARY KEY (code, merged_on, old_code)
        );
        CREATE INDEX IF NOT EXISTS unit_mergers_by_old_code ON unit_mergers (old_code, merged_on)
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: UnitRegister.Published, position: int, cursor: Cursor) -> None:
        self._add_units(event, cursor)
        self._end_old_units(event, cursor)
        names = {unit.code: unit.name for unit in event.units}
        cursor.executemany(
            "INSERT INTO unit_mergers (code, name, old_code, old_name, extent, merged_on) "
            "VALUES (%s, %s, %s, %s, %s, %s)",
            [
                (row.code, names[row.code], row.old_code, row.kind_and_name()[1], row.extent, event.valid_from)
                for row in event.predecessors
            ],
        )

    def _add_units(self, event: UnitRegister.Published, cursor: Cursor) -> None:
        """The register's units; should a later register of the province be known already, they end before it begins."""
        cursor.execute(
            "SELECT min(valid_from) FROM units WHERE province_code = %s AND valid_from > %s",
            (event.province_code, event.valid_from),
        )
        (next_from,) = cursor.fetchone() or (None,)
        valid_until = next_from - _DAY if next_from else None
        # What the later register told of these units is now known better: they have a first day.
        cursor.execute(
            "DELETE FROM units WHERE NOT published AND code = ANY (%s) AND valid_until = %s",
            ([unit.code for unit in event.units], valid_until),
        )
        cursor.executemany(
            "INSERT INTO units (unit_register_id, code, published, name, kind, province_code, valid_from, valid_until,"
            " legal_basis) VALUES (%s, %s, true, %s, %s, %s, %s, %s, %s)",
            [
                (
                    event.originator_id,
                    unit.code,
                    unit.name,
                    unit.kind,
                    event.province_code,
                    event.valid_from,
                    valid_until,
                    event.legal_basis,
                )
                for unit in event.units
            ],
        )

    def _end_old_units(self, event: UnitRegister.Published, cursor: Cursor) -> None:
        """The province's units of before, and those merged in from elsewhere, end on the day before this register."""
        last_day = event.valid_from - _DAY
        old = {row.old_code: row for row in event.predecessors}
        cursor.execute(
            "UPDATE units SET valid_until = %s WHERE (province_code = %s OR code = ANY (%s)) "
            "AND valid_from < %s AND (valid_until IS NULL OR valid_until > %s)",
            (last_day, event.province_code, list(old), event.valid_from, last_day),
        )
        cursor.execute("SELECT code FROM units WHERE published AND valid_until = %s", (last_day,))
        known = {code for (code,) in cursor}
        cursor.executemany(
            "INSERT INTO units (unit_register_id, code, published, name, kind, province_code, district_code,"
            " valid_until) VALUES (%s, %s, false, %s, %s, %s, %s, %s)",
            [
                (event.originator_id, code, name, kind, row.old_province_code, row.old_district_code, last_day)
                for code, row in old.items()
                if code not in known
                for kind, name in [row.kind_and_name()]
            ],
        )

    def get_unit(self, code: str, day: date) -> ListedUnit | None:
        """The unit that bore a code on a day."""
        found = self._units("code = %s", (code,), day, limit=1)
        return found[0] if found else None

    def list_units(self, day: date, *, province_code: str | None, after: str | None, limit: int) -> list[ListedUnit]:
        """At most ``limit`` units in force on a day whose codes come after ``after``."""
        return self._units(
            "code > %s AND (%s::text IS NULL OR province_code = %s)",
            (after or "", province_code, province_code),
            day,
            limit,
        )

    def _units(self, condition: str, values: tuple[Any, ...], day: date, limit: int) -> list[ListedUnit]:
        with self.reading() as cursor:
            cursor.execute(
                "SELECT DISTINCT ON (code) unit_register_id, code, name, kind, province_code, district_code,"
                f" valid_from, valid_until, legal_basis FROM units WHERE {condition}"
                " AND (valid_from IS NULL OR valid_from <= %s) AND (valid_until IS NULL OR valid_until >= %s)"
                " ORDER BY code, valid_from DESC NULLS LAST, unit_register_id LIMIT %s",
                (*values, day, day, limit),
            )
            return _with_mergers([_listed(*row) for row in cursor], cursor)


def _listed(
    unit_register_id: UUID,
    code: str,
    name: str,
    kind: str,
    province_code: str,
    district_code: str | None,
    valid_from: date | None,
    valid_until: date | None,
    legal_basis: str | None,
) -> ListedUnit:
    return ListedUnit(
        unit_register_id=unit_register_id,
        code=code,
        name=name,
        kind=UnitKind(kind),
        province_code=province_code,
        district_code=district_code,
        valid_from=valid_from,
        valid_until=valid_until,
        legal_basis=legal_basis,
    )


def _with_mergers(units: Sequence[ListedUnit], cursor: Cursor) -> list[ListedUnit]:
    """The units with both ends of their mergers: what went into them on their first day, what they went into after."""
    codes = [unit.code for unit in units]
    cursor.execute(
        "SELECT code, name, old_code, old_name, extent, merged_on FROM unit_mergers "
        "WHERE code = ANY (%s) OR old_code = ANY (%s) ORDER BY code, old_code",
        (codes, codes),
    )
    formed_from: dict[tuple[str, date], list[Merger]] = defaultdict(list)
    went_into: dict[tuple[str, date], list[Merger]] = defaultdict(list)
    for code, name, old_code, old_name, extent, merged_on in cursor:
        formed_from[code, merged_on].append(Merger(old_code, old_name, MergerExtent(extent)))
        went_into[old_code, merged_on - _DAY].append(Merger(code, name, MergerExtent(extent)))
    return [
        replace(
            unit,
            predecessors=tuple(formed_from.get((unit.code, unit.valid_from), ())) if unit.valid_from else (),
            successors=tuple(went_into.get((unit.code, unit.valid_until), ())) if unit.valid_until else (),
        )
        for unit in units
    ]
