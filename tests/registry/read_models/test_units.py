"""Units by code and day: through a reform, through a second one, and in whatever order documents are entered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import uuid4

import pytest

from services.registry.domain.unit_register import (
    MergerExtent,
    PublishedPredecessor,
    PublishedUnit,
    UnitKind,
    UnitRegister,
)
from services.registry.read_models.units import Merger, Units
from services.registry.settings import MigrationSettings
from services.registry.wiring import migrate
from services.shared.event_store import EventLog
from tests.given import act
from tests.registry.examples import PREDECESSORS, UNITS, UNITS_DOCUMENT, UNITS_VALID_FROM
from tests.servers import Database

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)
NEXT_REFORM = date(2030, 1, 1)
PARTIAL, WHOLE = MergerExtent.PARTIAL, MergerExtent.WHOLE

FIRST = UnitRegister.publish(act(document=UNITS_DOCUMENT), "92", UNITS_VALID_FROM, UNITS, PREDECESSORS)
SECOND = UnitRegister.publish(
    act(document="99/NQ"),
    "92",
    NEXT_REFORM,
    (PublishedUnit("31120", "Ninh Kiều Mới", UnitKind.WARD), PublishedUnit("31299", "Phong Điền", UnitKind.COMMUNE)),
    (
        PublishedPredecessor("31120", "31120", "Phường Cái Khế", "000", "92", WHOLE),
        PublishedPredecessor("31120", "31168", "Phường Bình Thủy", "000", "92", WHOLE),
        PublishedPredecessor("31299", "31299", "Xã Phong Điền", "000", "92", WHOLE),
    ),
)


@pytest.fixture
def units(database: Database) -> Iterator[Units]:
    migrate(MigrationSettings(database.dsn_owner, database.service.name))
    log = EventLog("registry", database.service_env)
    yield Units(log)
    log.close()


def publish(units: Units, *registers: UnitRegister) -> None:
    with units.log.transaction() as cursor:
        for position, register in enumerate(registers, start=1):
            units.project(register.pending_events[0], position, cursor)


def name_of(units: Units, code: str, day: date) -> str | None:
    unit = units.get_unit(code, day)
    return unit.name if unit else None


def test_a_code_passes_from_one_unit_to_another(units: Units) -> None:
    publish(units, FIRST)
    assert name_of(units, "31120", BEFORE) == "An Hòa"
    assert name_of(units, "31120", AFTER) == "Cái Khế"


def test_an_old_unit_is_known_by_its_old_name_district_and_province(units: Units) -> None:
    publish(units, FIRST)
    old = units.get_unit("31299", BEFORE)
    assert old is not None
    assert (old.name, old.kind, old.district_code, old.province_code) == ("Phong Điền", UnitKind.TOWNSHIP, "926", "92")
    assert (old.valid_from, old.valid_until) == (None, BEFORE)


@pytest.mark.parametrize(("code", "day"), [("31117", AFTER), ("31168", BEFORE), ("00000", AFTER)])
def test_a_code_of_another_time_names_nothing(units: Units, code: str, day: date) -> None:
    publish(units, FIRST)
    assert units.get_unit(code, day) is None


def test_a_unit_tells_what_it_was_formed_from(units: Units) -> None:
    publish(units, FIRST)
    new = units.get_unit("31120", AFTER)
    assert new is not None
    assert new.predecessors == (
        Merger("31117", "Cái Khế", WHOLE),
        Merger("31120", "An Hòa", WHOLE),
        Merger("31178", "Bùi Hữu Nghĩa", PARTIAL),
    )
    assert new.legal_basis == UNITS_DOCUMENT


def test_a_partial_merger_is_told_and_not_guessed(units: Units) -> None:
    publish(units, FIRST)
    old = units.get_unit("31178", BEFORE)
    assert old is not None
    assert old.successors == (Merger("31120", "Cái Khế", PARTIAL), Merger("31168", "Bình Thủy", PARTIAL))


@pytest.mark.parametrize("registers", [(FIRST, SECOND), (SECOND, FIRST)], ids=["in order", "later one first"])
def test_a_second_reform_ends_the_first(units: Units, registers: tuple[UnitRegister, ...]) -> None:
    publish(units, *registers)
    last_day = date(2029, 12, 31)
    assert [name_of(units, "31120", day) for day in (BEFORE, AFTER, last_day, NEXT_REFORM)] == [
        "An Hòa",
        "Cái Khế",
        "Cái Khế",
        "Ninh Kiều Mới",
    ]
    assert name_of(units, "31168", last_day) == "Bình Thủy"
    assert name_of(units, "31168", BEFORE) is None
    assert name_of(units, "31168", NEXT_REFORM) is None
    ended = units.get_unit("31168", AFTER)
    assert ended is not None
    assert ended.valid_until == last_day
    assert ended.successors == (Merger("31120", "Ninh Kiều Mới", WHOLE),)


def test_units_of_a_day_are_listed_by_code_in_pages(units: Units) -> None:
    publish(units, FIRST, SECOND)

    def codes(day: date, **asked: str | None) -> list[str]:
        return [
            unit.code for unit in units.list_units(day, **{"province_code": None, "after": None, **asked}, limit=10)
        ]

    assert codes(BEFORE) == ["31117", "31120", "31178", "31299"]
    assert codes(AFTER) == ["31120", "31168", "31299"]
    assert codes(AFTER, after="31120") == ["31168", "31299"]
    assert codes(NEXT_REFORM) == ["31120", "31299"]
    assert codes(AFTER, province_code="93") == []
    assert len(units.list_units(AFTER, province_code="92", after=None, limit=2)) == 2


def test_another_province_keeps_its_units(units: Units) -> None:
    elsewhere = UnitRegister.publish(
        act(document=str(uuid4())), "01", date(2026, 1, 1), (PublishedUnit("00004", "Ba Đình", UnitKind.WARD),), ()
    )
    publish(units, FIRST, elsewhere)
    assert name_of(units, "31120", date(2026, 2, 1)) == "Cái Khế"
