"""Rules of the register of administrative units."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.registry.domain.unit_register import (
    MergerContradictory,
    MergerExtent,
    PredecessorKindUnknown,
    SuccessorUnknown,
    UnitKind,
    UnitRegister,
    UnitRegisterLacksDocument,
    UnitRepeated,
)
from services.shared.record import Act
from services.shared.refusals import Refusal
from tests.given import act, given, happened
from tests.registry.examples import PREDECESSORS, UNITS, UNITS_DOCUMENT, UNITS_VALID_FROM

ORDER = act(document=UNITS_DOCUMENT, effective_on=UNITS_VALID_FROM)


def publish(order: Act = ORDER, **changes: Any) -> UnitRegister:
    published: dict[str, Any] = {
        "province_code": "92",
        "valid_from": UNITS_VALID_FROM,
        "units": UNITS,
        "predecessors": PREDECESSORS,
    }
    return UnitRegister.publish(order, **(published | changes))


def test_units_are_published_as_one_document_orders_them() -> None:
    given().when(publish).then(
        happened(
            UnitRegister.Published,
            province_code="92",
            legal_basis=UNITS_DOCUMENT,
            valid_from=UNITS_VALID_FROM,
            units=UNITS,
            predecessors=PREDECESSORS,
        )
    )


def test_a_register_is_found_again_by_province_and_document() -> None:
    assert publish().id == UnitRegister.create_id("92", UNITS_DOCUMENT) != UnitRegister.create_id("93", UNITS_DOCUMENT)


def test_a_part_may_have_gone_to_another_province() -> None:
    given().when(lambda: publish(predecessors=PREDECESSORS[2:3])).then(
        happened(
            UnitRegister.Published,
            province_code="92",
            legal_basis=UNITS_DOCUMENT,
            valid_from=UNITS_VALID_FROM,
            units=UNITS,
            predecessors=PREDECESSORS[2:3],
        )
    )


CAI_KHE, _, PART, _, _ = PREDECESSORS


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"units": (*UNITS, UNITS[0])}, UnitRepeated),
        ({"units": UNITS[1:]}, SuccessorUnknown),
        ({"predecessors": (CAI_KHE, replace(CAI_KHE, code="31168"))}, MergerContradictory),
        ({"predecessors": (CAI_KHE, CAI_KHE)}, MergerContradictory),
        ({"predecessors": (PART, replace(PART, code="31168", extent=MergerExtent.WHOLE))}, MergerContradictory),
        ({"predecessors": (PART, replace(PART, code="31168", old_name="Phường Khác"))}, MergerContradictory),
        ({"predecessors": (replace(CAI_KHE, old_name="Cái Khế"),)}, PredecessorKindUnknown),
    ],
)
def test_a_list_that_contradicts_itself_is_refused(changes: dict[str, Any], refusal: type[Refusal]) -> None:
    given().when(lambda: publish(**changes)).refused(refusal)


def test_units_rest_on_a_document() -> None:
    given().when(lambda: publish(act())).refused(UnitRegisterLacksDocument, field="basis.document")


def test_an_old_name_tells_the_kind() -> None:
    assert [row.kind_and_name() for row in PREDECESSORS[-2:]] == [
        (UnitKind.WARD, "Bùi Hữu Nghĩa"),
        (UnitKind.TOWNSHIP, "Phong Điền"),
    ]
