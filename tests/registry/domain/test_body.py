"""Rules of bodies."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.registry.domain.body import (
    Body,
    BodyDoesNotAttestField,
    PredecessorBody,
    PredecessorOutlivesBody,
    PredecessorRepeated,
)
from services.registry.domain.standing import StandingField
from tests.given import act, given, happened
from tests.registry.examples import TAX_OFFICE

ENVIRONMENT: dict[str, Any] = {
    "code": "SNNMT",
    "name": "Sở Nông nghiệp và Môi trường",
    "established_on": date(2025, 3, 1),
    "predecessors": (PredecessorBody("STNMT", "Sở Tài nguyên và Môi trường", date(2025, 2, 28)),),
    "attests": StandingField.ENVIRONMENT,
}


def test_a_body_remembers_whom_it_succeeded() -> None:
    given().when(lambda: Body.establish(act(), **ENVIRONMENT)).then(happened(Body.Established, **ENVIRONMENT))


def test_the_id_of_a_body_is_found_again_by_its_code() -> None:
    body = Body.establish(act(), **TAX_OFFICE)
    assert body.id == Body.create_id("CUCTHUE") != Body.create_id("STC")


def test_no_predecessor_outlives_its_successor() -> None:
    late = (PredecessorBody("STNMT", "Sở Tài nguyên và Môi trường", date(2025, 3, 2)),)
    given().when(lambda: Body.establish(act(), **ENVIRONMENT | {"predecessors": late})).refused(
        PredecessorOutlivesBody, field="predecessors[0].ended_on"
    )


@pytest.mark.parametrize("codes", [("STNMT", "STNMT"), ("SNNMT",)])
def test_a_predecessor_is_named_once_and_is_not_the_body_itself(codes: tuple[str, ...]) -> None:
    predecessors = tuple(PredecessorBody(code, "Sở", date(2025, 2, 28)) for code in codes)
    given().when(lambda: Body.establish(act(), **ENVIRONMENT | {"predecessors": predecessors})).refused(
        PredecessorRepeated
    )


def test_a_body_attests_only_the_duty_it_is_in_charge_of() -> None:
    office = given(happened(Body.Established, **TAX_OFFICE))
    office.when(lambda body: body.check_attests(StandingField.TAX)).then()
    office.when(lambda body: body.check_attests(StandingField.INSURANCE)).refused(BodyDoesNotAttestField)
