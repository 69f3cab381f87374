"""Who acts for an enterprise or a host was authorised on the day from which the act counts, and still is."""

from __future__ import annotations

from datetime import date

import pytest

from services.support.domain.representation import (
    Authorisation,
    Host,
    HostEnded,
    HostFlag,
    HostFlagged,
    NotAuthorisedToRepresent,
    Representation,
)
from tests.support.examples import LOTUS_MILL, STAR_CONSULTING

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


FLAGGED = Host(
    STAR_CONSULTING,
    None,
    stop_flags=(HostFlag("SKHCN", "31/TB-SKHCN", "Chậm tiến độ", date(2024, 6, 1), date(2024, 7, 1)),),
    ended_on=date(2024, 12, 31),
)


@pytest.mark.parametrize("day", [date(2024, 5, 31), date(2024, 7, 1), date(2024, 12, 30)])
def test_a_host_is_free_on_days_on_which_nothing_stops_it(day: date) -> None:
    FLAGGED.must_be_free_on(day)


@pytest.mark.parametrize(
    ("day", "refusal"),
    [
        (date(2024, 6, 1), HostFlagged),
        (date(2024, 6, 30), HostFlagged),
        (date(2024, 12, 31), HostEnded),
        (date(2025, 6, 1), HostEnded),
    ],
)
def test_a_host_takes_nothing_on_while_a_flag_stands_and_after_its_end(day: date, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        FLAGGED.must_be_free_on(day)
