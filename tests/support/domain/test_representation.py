"""Who acts for an enterprise or a host was authorised on the day from which the act counts, and still is."""

from __future__ import annotations

from datetime import date

import pytest

from services.support.domain.representation import Authorisation, NotAuthorisedToRepresent, Representation
from tests.support.examples import LOTUS_MILL

JUNE = Authorisation(date(2024, 6, 1), date(2024, 6, 30))
SINCE_AUGUST = Authorisation(date(2024, 8, 1), None)


@pytest.mark.parametrize("days", [(date(2024, 6, 1), date(2024, 6, 30)), (date(2024, 6, 15), date(2026, 1, 1))])
def test_holds_on_days_that_authorisations_cover(days: tuple[date, ...]) -> None:
    Representation(LOTUS_MILL, (JUNE, SINCE_AUGUST)).must_hold_on(*days)


@pytest.mark.parametrize(
    "days", [(date(2024, 5, 31), date(2024, 6, 1)), (date(2024, 6, 30), date(2024, 7, 1)), (date(2024, 7, 31),)]
)
def test_holds_on_no_other(days: tuple[date, ...]) -> None:
    with pytest.raises(NotAuthorisedToRepresent):
        Representation(LOTUS_MILL, (JUNE, SINCE_AUGUST)).must_hold_on(*days)


def test_nobody_acts_for_a_party_that_authorised_them_never() -> None:
    with pytest.raises(NotAuthorisedToRepresent):
        Representation(LOTUS_MILL, ()).must_hold_on(date(2024, 6, 1))
