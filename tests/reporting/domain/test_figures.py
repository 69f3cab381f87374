"""What entries come to: each key once, from its earliest day, up to the cut-off and within the period."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.domain.figures import Entry, Figure, Period, figures_of
from services.reporting.domain.indicators import UNITS, Counted
from services.reporting.domain.reported import ACTS

YEAR = Period(date(2024, 1, 1), date(2024, 11, 15))
BEFORE, WITHIN, AFTER = date(2023, 12, 31), date(2024, 1, 1), date(2024, 11, 16)


def figure(code: str, *entries: Entry, part: str = "") -> Figure:
    """The figure of a code and part."""
    (found,) = [each for each in figures_of(entries, YEAR) if (each.code, each.part) == (code, part)]
    return found


def test_each_indicator_and_act_is_there_where_nothing_counts() -> None:
    assert figures_of((), YEAR) == tuple(Figure(code, "", 0, 0) for code in sorted([*UNITS, *ACTS.values()]))


@pytest.mark.parametrize(
    ("effective_on", "total", "in_period"),
    [(BEFORE, 1, 0), (WITHIN, 1, 1), (YEAR.cut_off_on, 1, 1), (AFTER, 0, 0)],
)
def test_a_day_decides_whether_it_counts_and_in_which_period(effective_on: date, total: int, in_period: int) -> None:
    assert figure("K2", Entry(Counted("K2", "an expert"), effective_on)) == Figure("K2", "", total, in_period)


@pytest.mark.parametrize("days", [(BEFORE, WITHIN, AFTER), (AFTER, WITHIN, BEFORE)])
def test_a_key_counts_once_and_from_its_earliest_day(days: tuple[date, ...]) -> None:
    assert figure("K3", *(Entry(Counted("K3", "an enterprise"), day) for day in days)) == Figure("K3", "", 1, 0)


def test_amounts_of_a_part_are_added_up() -> None:
    entries = [Entry(Counted("SPENT_VND", f"support:{n}", "F1", 10 * n), WITHIN) for n in (1, 2)]
    assert (
        figure("SPENT_VND", *entries, Entry(Counted("SPENT_VND", "support:3", "F2", 7), WITHIN), part="F1").total == 30
    )


counted = st.builds(Counted, st.sampled_from(sorted(UNITS)), st.sampled_from("abc"))


@given(st.lists(st.builds(Entry, counted, st.dates()), max_size=20))
def test_the_order_in_which_events_are_read_does_not_matter(entries: list[Entry]) -> None:
    assert figures_of(reversed(entries), YEAR) == figures_of(entries, YEAR)
