"""On one day at most one version of a set of norms is in force."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st

from services.support.domain.catalogue import Catalogue
from services.support.domain.norm_refusals import NormsOverlap, SupersededNormsNotInForce
from services.support.domain.norms import Norms
from services.support.domain.norms_register import NormsRegister
from tests.given import act, given, happened
from tests.support.examples import CATALOGUE, NORMS

CATALOGUE_OF_134 = Catalogue.adopt(act(document="134/KH-UBND"), **CATALOGUE)
YEAR_2024 = {"valid_from": date(2024, 1, 1), "valid_until": date(2024, 12, 31)}
OPENED = happened(NormsRegister.Opened, code="SAMPLE-2024")
FIRST = happened(NormsRegister.Entered, norms_version=1, **YEAR_2024)
ENDLESS = happened(NormsRegister.Entered, norms_version=1, valid_from=date(2024, 1, 1), valid_until=None)


def version(number: int, **changes: Any) -> Norms:
    return Norms.propose(act(), CATALOGUE_OF_134, **{**NORMS, "norms_version": number, **changes})


def test_a_version_is_entered() -> None:
    given(OPENED).when(lambda register: register.enter(act(), version(1))).then(FIRST)


@pytest.mark.parametrize(
    ("valid_from", "valid_until"),
    [
        (date(2024, 12, 31), date(2025, 12, 31)),
        (date(2023, 1, 1), date(2024, 1, 1)),
        (date(2024, 3, 1), date(2024, 4, 1)),
        (date(2023, 1, 1), None),
    ],
)
def test_a_day_of_two_versions_is_refused(valid_from: date, valid_until: date | None) -> None:
    second = version(2, valid_from=valid_from, valid_until=valid_until)
    refusal = given(OPENED, FIRST).when(lambda register: register.enter(act(), second)).refused(NormsOverlap)
    assert "phiên bản 2 có hiệu lực chồng lên phiên bản 1" in str(refusal)


@pytest.mark.parametrize(
    ("valid_from", "valid_until"), [(date(2025, 1, 1), None), (date(2023, 1, 1), date(2023, 12, 31))]
)
def test_versions_may_follow_each_other(valid_from: date, valid_until: date | None) -> None:
    second = version(2, valid_from=valid_from, valid_until=valid_until)
    given(OPENED, FIRST).when(lambda register: register.enter(act(), second)).then(
        happened(NormsRegister.Entered, norms_version=2, valid_from=valid_from, valid_until=valid_until)
    )


@pytest.mark.parametrize(
    ("earlier", "valid_from", "last_day"),
    [
        (FIRST, date(2024, 7, 1), date(2024, 6, 30)),
        (ENDLESS, date(2026, 1, 1), date(2025, 12, 31)),
        (FIRST, date(2025, 1, 1), None),
        (FIRST, date(2025, 7, 1), None),
    ],
)
def test_what_is_superseded_ends_the_day_before(earlier: Any, valid_from: date, last_day: date | None) -> None:
    register = given(OPENED, earlier).record()
    assert register.last_day_before(version(2, valid_from=valid_from, valid_until=None), 1) == last_day


@pytest.mark.parametrize(("superseded", "valid_from"), [(2, date(2024, 7, 1)), (1, date(2024, 1, 1))])
def test_only_an_earlier_adopted_version_is_superseded(superseded: int, valid_from: date) -> None:
    later = version(3, valid_from=valid_from, valid_until=None)
    given(OPENED, FIRST).when(lambda register: register.last_day_before(later, superseded)).refused(
        SupersededNormsNotInForce
    )


def test_a_shortened_version_leaves_its_days_to_another() -> None:
    shortened = happened(NormsRegister.Shortened, norms_version=1, last_day=date(2024, 6, 30))
    given(OPENED, FIRST).when(
        lambda register: register.shorten(act(), norms_version=1, last_day=date(2024, 6, 30))
    ).then(shortened)
    second = version(2, valid_from=date(2024, 7, 1), valid_until=None)
    given(OPENED, FIRST, shortened).when(lambda register: register.enter(act(), second)).then(
        happened(NormsRegister.Entered, norms_version=2, valid_from=date(2024, 7, 1), valid_until=None)
    )


DAYS = st.dates(date(2024, 1, 1), date(2024, 3, 31))


@whatever(st.lists(st.tuples(DAYS, st.one_of(st.none(), DAYS)), max_size=12), DAYS)
def test_no_day_ever_belongs_to_two_versions(spans: list[tuple[date, date | None]], day: date) -> None:
    register = NormsRegister.open(act(), "SAMPLE-2024")
    for number, (valid_from, valid_until) in enumerate(spans, start=1):
        if valid_until is None or valid_from <= valid_until:
            try:
                register.enter(act(), version(number, valid_from=valid_from, valid_until=valid_until))
            except NormsOverlap:
                continue
    holding = [span for span in register.validities.values() if span.valid_from <= day <= (span.valid_until or day)]
    assert len(holding) <= 1
