"""The figures of a report: how much there was up to a day, and how much of that came within the report's period.

The service makes them of what it heard, the auditors' tool of the stored events; both by the same function.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from services.reporting.domain.indicators import UNITS, Counted
from services.reporting.domain.reported import ACTS


@dataclass(frozen=True)
class Period:
    """From the day a report begins with to the day its figures are cut off at, both included."""

    begins_on: date
    cut_off_on: date


class Entry(NamedTuple):
    """What counts for a figure from a day on; entries of one key are one, which counts from the earliest day."""

    counted: Counted
    effective_on: date


@dataclass(frozen=True)
class Figure:
    """A line of a report: ``total`` up to the cut-off day, ``in_period`` of it since the period began.

    ``part`` is the part of the whole that is counted, such as a source of money; empty for the whole.
    """

    code: str
    part: str
    total: int
    in_period: int


def figures_of(entries: Iterable[Entry], period: Period) -> tuple[Figure, ...]:
    """What the entries come to, by code and part; each indicator and act is there, also where
    nothing counts for it."""
    earliest: dict[Counted, date] = {}
    for counted, effective_on in entries:
        earliest[counted] = min(effective_on, earliest.get(counted, effective_on))
    totals = Counter({(code, ""): 0 for code in (*UNITS, *ACTS.values())})
    in_period = Counter[tuple[str, str]]()
    for counted, effective_on in earliest.items():
        line = counted.indicator_code, counted.part
        if effective_on <= period.cut_off_on:
            totals[line] += counted.amount
        if period.begins_on <= effective_on <= period.cut_off_on:
            in_period[line] += counted.amount
    return tuple(Figure(*line, total, in_period[line]) for line, total in sorted(totals.items()))
