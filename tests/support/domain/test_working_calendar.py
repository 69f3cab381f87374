"""Working days are counted by the calendar that was adopted, and by nothing where there is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st

from services.shared.record import DocumentMissing
from services.support.domain.working_calendar import (
    CalendarYear,
    DayNamedTwice,
    DayOfAnotherYear,
    DayOutsideCalendars,
    ExchangeDayNotOfRest,
    NamedDay,
    NothingWorked,
    Weekday,
    WorkingCalendar,
    WorkingDays,
)
from tests.given import act, given, happened
from tests.support.examples import YEAR_2024

NEXT_YEAR = CalendarYear(2025, YEAR_2024.rest_weekdays, (NamedDay(date(2025, 1, 1), "Tết Dương lịch"),), ())
WORKING_DAYS = WorkingDays((NEXT_YEAR, YEAR_2024))
ADOPTED = happened(WorkingCalendar.Adopted, legal_basis="Bộ luật Lao động, Điều 112", sample=True, **vars(YEAR_2024))


class TestCounting:
    @pytest.mark.parametrize(
        ("day", "count", "due"),
        [
            (date(2024, 6, 28), 0, date(2024, 6, 28)),
            (date(2024, 6, 28), 1, date(2024, 7, 1)),
            (date(2024, 6, 28), 5, date(2024, 7, 5)),
            (date(2024, 6, 29), 1, date(2024, 7, 1)),
            (date(2024, 4, 26), 1, date(2024, 5, 2)),
            (date(2024, 4, 26), 2, date(2024, 5, 3)),
            (date(2024, 4, 26), 3, date(2024, 5, 4)),
            (date(2024, 12, 31), 1, date(2025, 1, 2)),
        ],
    )
    def test_weekends_holidays_and_exchanged_days_are_heeded(self, day: date, count: int, due: date) -> None:
        assert WORKING_DAYS.add_working_days(day, count) == due

    @pytest.mark.parametrize(
        ("day", "count", "year"),
        [(date(2023, 12, 29), 1, 2023), (date(2025, 12, 30), 5, 2026), (date(2024, 1, 1), 600, 2026)],
    )
    def test_no_day_outside_the_known_calendars_is_guessed(self, day: date, count: int, year: int) -> None:
        with pytest.raises(DayOutsideCalendars, match=f"năm {year}"):
            WORKING_DAYS.add_working_days(day, count)

    def test_a_year_missing_in_between_is_noticed(self) -> None:
        with_gap = WorkingDays((YEAR_2024, replace(NEXT_YEAR, year=2026, holidays=())))
        with pytest.raises(DayOutsideCalendars, match="năm 2025"):
            with_gap.add_working_days(date(2024, 12, 30), 5)
        with pytest.raises(DayOutsideCalendars, match="năm 2025"):
            with_gap.working_days_between(date(2024, 12, 30), date(2026, 1, 5))

    @whatever(st.dates(date(2024, 1, 1), date(2025, 6, 30)), st.integers(1, 100))
    def test_adding_and_counting_are_each_others_inverse(self, day: date, count: int) -> None:
        due = WORKING_DAYS.add_working_days(day, count)
        assert WORKING_DAYS.working_days_between(day, due) == count == -WORKING_DAYS.working_days_between(due, day)
        assert WORKING_DAYS.working_days_between(day, due - timedelta(days=1)) == count - 1


class TestAdopted:
    def test_a_calendar_is_adopted(self) -> None:
        given().when(
            lambda: WorkingCalendar.adopt(
                act(document="6150/TB-BLĐTBXH"), legal_basis="Bộ luật Lao động, Điều 112", sample=True, days=YEAR_2024
            )
        ).then(ADOPTED)

    def test_a_later_one_takes_its_place(self) -> None:
        later = replace(YEAR_2024, exchange_days=())
        superseded = (
            given(ADOPTED)
            .when(lambda calendar: calendar.supersede(act(document="1/TB"), legal_basis="A", sample=False, days=later))
            .then(happened(WorkingCalendar.Superseded, legal_basis="A", sample=False, **vars(later)))
        )
        assert superseded.days == later

    @pytest.mark.parametrize(
        ("changes", "refusal", "field"),
        [
            ({"rest_weekdays": tuple(Weekday)}, NothingWorked, "rest_weekdays"),
            ({"rest_weekdays": (Weekday.SUNDAY, Weekday.SUNDAY)}, NothingWorked, "rest_weekdays"),
            ({"holidays": (NamedDay(date(2025, 1, 1), "Tết"),)}, DayOfAnotherYear, "holidays[0].day"),
            ({"holidays": YEAR_2024.holidays[:1] * 2}, DayNamedTwice, "holidays[1].day"),
            ({"exchange_days": (YEAR_2024.holidays[0],)}, DayNamedTwice, "exchange_days[0].day"),
            (
                {"exchange_days": (NamedDay(date(2024, 5, 6), "Làm bù"),)},
                ExchangeDayNotOfRest,
                "exchange_days[0].day",
            ),
        ],
    )
    def test_a_calendar_that_cannot_be_right(self, changes: dict[str, Any], refusal: type, field: str) -> None:
        days = replace(YEAR_2024, **changes)
        basis = {"legal_basis": "A", "sample": True, "days": days}
        given().when(lambda: WorkingCalendar.adopt(act(document="1/TB"), **basis)).refused(refusal, field=field)
        given(ADOPTED).when(lambda calendar: calendar.supersede(act(document="1/TB"), **basis)).refused(
            refusal, field=field
        )

    def test_neither_goes_without_a_document(self) -> None:
        basis: dict[str, Any] = {"legal_basis": "A", "sample": True, "days": YEAR_2024}
        given().when(lambda: WorkingCalendar.adopt(act(), **basis)).refused(DocumentMissing)
        given(ADOPTED).when(lambda calendar: calendar.supersede(act(), **basis)).refused(DocumentMissing)
