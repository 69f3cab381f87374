"""Working days: which days of a year are worked, as data adopted by a document, and counting by them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self
from uuid import NAMESPACE_URL, UUID, uuid5

from services.shared.record import Act, Record, document_of, recorded_by
from services.shared.refusals import Invalid, Refusal

__all__ = ["CalendarYear", "NamedDay", "Weekday", "WorkingCalendar", "WorkingDays"]


class Weekday(StrEnum):
    """The days of a week, in order."""

    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"

    @classmethod
    def of(cls, day: date) -> Weekday:
        return tuple(cls)[day.weekday()]


@dataclass(frozen=True)
class NamedDay:
    """A day and why it is not as its weekday says."""

    day: date
    name: str


@dataclass(frozen=True)
class CalendarYear:
    """One year: weekdays of rest, public holidays, days of rest that are worked in exchange for others."""

    year: int
    rest_weekdays: tuple[Weekday, ...]
    holidays: tuple[NamedDay, ...]
    exchange_days: tuple[NamedDay, ...]

    def working_days(self) -> list[date]:
        """Every day worked, in order."""
        holidays = {holiday.day for holiday in self.holidays}
        exchanged = {exchange.day for exchange in self.exchange_days}
        first = date(self.year, 1, 1)
        days = (first + timedelta(days=number) for number in range((date(self.year + 1, 1, 1) - first).days))
        return [
            day
            for day in days
            if day in exchanged or (Weekday.of(day) not in self.rest_weekdays and day not in holidays)
        ]


class DayOutsideCalendars(Refusal):
    """Nobody has said which days of that year are worked, so that no deadline is guessed."""

    sentence = "Chưa có lịch làm việc năm {year} nên không tính được ngày làm việc."


class DayOfAnotherYear(Invalid):
    """A calendar speaks of its own year."""

    sentence = "Ngày {day:%d/%m/%Y} không thuộc năm {year} của lịch làm việc."


class DayNamedTwice(Invalid):
    """A day stands in a calendar once."""

    sentence = "Ngày {day:%d/%m/%Y} được nêu hai lần trong lịch làm việc."


class ExchangeDayNotOfRest(Invalid):
    """Only a day that would be one of rest is worked in exchange."""

    sentence = "Ngày làm bù {day:%d/%m/%Y} không phải là ngày nghỉ hàng tuần."


class NothingWorked(Invalid):
    """A weekday of rest is one of seven, named once, and some day of the week is worked."""

    sentence = "Ngày nghỉ hàng tuần phải là các thứ khác nhau và còn ít nhất một ngày làm việc."


class WorkingDays:
    """The working days of some years, to count by."""

    def __init__(self, years: Iterable[CalendarYear]) -> None:
        known = sorted(years, key=lambda year: year.year)
        self._years = frozenset(year.year for year in known)
        self._days = [day for year in known for day in year.working_days()]

    def add_working_days(self, day: date, count: int) -> date:
        """The ``count``-th working day after a day; the day itself for 0.

        Raises DayOutsideCalendars where a year on the way is not known.
        """
        self._must_know(day, day)
        if count == 0:
            return day
        place = bisect_right(self._days, day) + count - 1
        if place >= len(self._days):
            raise DayOutsideCalendars(year=max(self._years) + 1)
        self._must_know(day, self._days[place])
        return self._days[place]

    def working_days_between(self, first: date, last: date) -> int:
        """How many working days come after ``first``, up to and with ``last``; negative where ``last`` is earlier.

        Raises DayOutsideCalendars where a year on the way is not known.
        """
        self._must_know(*sorted((first, last)))
        return bisect_right(self._days, last) - bisect_right(self._days, first)

    def _must_know(self, first: date, last: date) -> None:
        for year in range(first.year, last.year + 1):
            if year not in self._years:
                raise DayOutsideCalendars(year=year)


class WorkingCalendar(Record):
    """The working calendar of one year (lịch làm việc), adopted by a document; a later one takes its place."""

    TOPIC = "support:WorkingCalendar"

    class Event(Record.Event):
        """Something that happened to a calendar (sự kiện của lịch làm việc)."""

    class Adopted(Event, Record.Created):
        """The calendar of a year was adopted (ban hành lịch làm việc)."""

        TOPIC = "support:WorkingCalendar.Adopted"
        year: int
        legal_basis: str
        sample: bool
        rest_weekdays: tuple[Weekday, ...]
        holidays: tuple[NamedDay, ...]
        exchange_days: tuple[NamedDay, ...]

        def sentence(self) -> str:
            return f"Ban hành {_told(self)}."

    Created = Adopted

    class Superseded(Event):
        """Another calendar took the place of the year's (thay thế lịch làm việc)."""

        TOPIC = "support:WorkingCalendar.Superseded"
        year: int
        legal_basis: str
        sample: bool
        rest_weekdays: tuple[Weekday, ...]
        holidays: tuple[NamedDay, ...]
        exchange_days: tuple[NamedDay, ...]

        def sentence(self) -> str:
            return f"Thay thế theo {self.act.document} bằng {_told(self)}."

    @staticmethod
    def create_id(year: int) -> UUID:
        """The calendar of a year."""
        return uuid5(NAMESPACE_URL, f"nscl:support:working-calendar:{year}")

    @recorded_by(Adopted)
    def __init__(
        self,
        act: Act,
        year: int,
        legal_basis: str,
        sample: bool,
        rest_weekdays: tuple[Weekday, ...],
        holidays: tuple[NamedDay, ...],
        exchange_days: tuple[NamedDay, ...],
    ) -> None:
        self.year = year
        self.legal_basis = legal_basis
        self.sample = sample
        self.rest_weekdays = rest_weekdays
        self.holidays = holidays
        self.exchange_days = exchange_days
        self.document = act.document

    @property
    def days(self) -> CalendarYear:
        """The year as it is counted by."""
        return CalendarYear(self.year, self.rest_weekdays, self.holidays, self.exchange_days)

    @classmethod
    def adopt(cls, act: Act, *, legal_basis: str, sample: bool, days: CalendarYear) -> Self:
        """The first calendar of a year.

        Raises DocumentMissing, NothingWorked, DayOfAnotherYear, DayNamedTwice and ExchangeDayNotOfRest.
        """
        document_of(act)
        _check(days)
        return cls(act=act, legal_basis=legal_basis, sample=sample, **vars(days))

    def supersede(self, act: Act, *, legal_basis: str, sample: bool, days: CalendarYear) -> None:
        """A later calendar of the same year, such as one with a holiday the Government added.

        Raises DocumentMissing, NothingWorked, DayOfAnotherYear, DayNamedTwice and ExchangeDayNotOfRest.
        """
        document_of(act)
        _check(days)
        self._superseded(act=act, legal_basis=legal_basis, sample=sample, **vars(days))

    @recorded_by(Superseded)
    def _superseded(
        self,
        act: Act,
        year: int,
        legal_basis: str,
        sample: bool,
        rest_weekdays: tuple[Weekday, ...],
        holidays: tuple[NamedDay, ...],
        exchange_days: tuple[NamedDay, ...],
    ) -> None:
        self.legal_basis = legal_basis
        self.sample = sample
        self.rest_weekdays = rest_weekdays
        self.holidays = holidays
        self.exchange_days = exchange_days
        self.document = act.document


def _told(event: WorkingCalendar.Adopted | WorkingCalendar.Superseded) -> str:
    mark = " (dữ liệu mẫu)" if event.sample else ""
    counted = f"{len(event.holidays)} ngày nghỉ lễ, {len(event.exchange_days)} ngày làm bù"
    return f"lịch làm việc năm {event.year}{mark} với {counted}, căn cứ {event.legal_basis}"


def _check(days: CalendarYear) -> None:
    weekdays = set(days.rest_weekdays)
    if len(weekdays) < len(days.rest_weekdays) or len(weekdays) == len(Weekday):
        raise NothingWorked("rest_weekdays")
    seen: set[date] = set()
    for field, named in (("holidays", days.holidays), ("exchange_days", days.exchange_days)):
        for index, each in enumerate(named):
            place = f"{field}[{index}].day"
            if each.day.year != days.year:
                raise DayOfAnotherYear(place, day=each.day, year=days.year)
            if each.day in seen:
                raise DayNamedTwice(place, day=each.day)
            seen.add(each.day)
            if field == "exchange_days" and Weekday.of(each.day) not in weekdays:
                raise ExchangeDayNotOfRest(place, day=each.day)
