"""The figures of a report: how much there was up to a day, and how much of that came within the report's period.

The service makes them of what it heard, the auditors' tool of the stored events; both by the same function.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.reporting.domain.indicators import UNITS


@dataclass(frozen=True)
class Period:
    """From the day a report begins with to the day its figures are cut off at, both included."""

    begins_on: date
    cut_off_on: date


@dataclass(frozen=True)
class Entry:
    """What counts for a figure from a day on; entries of one key are one, which counts from the earliest day.

    ``part`` is the part of the whole that the figure is of, empty for the whole.
    """

    code: str
    key: str
    effective_on: date
    part: str = ""
    amount: int = 1


@dataclass(frozen=True)
class Figure:
    """A line of a report: ``total`` up to the cut-off day, ``in_period`` of it since the period began."""

    code: str
    part: str
    total: int
    in_period: int


def figures_of(entries: Iterable[Entry], period: Period) -> tuple[Figure, ...]:
    """What the entries come to, by code and part; each indicator is there, also where nothing counts for it."""
    earliest: dict[tuple[str, str, str], Entry] = {}
    for entry in entries:
        known = earliest.setdefault((entry.code, entry.part, entry.key), entry)
        if entry.effective_on < known.effective_on:
            earliest[entry.code, entry.part, entry.key] = entry
    totals = Counter({(code, ""): 0 for code in UNITS})
    in_period = Counter[tuple[str, str]]()
    for entry in earliest.values():
        if entry.effective_on <= period.cut_off_on:
            totals[entry.code, entry.part] += entry.amount
            if entry.effective_on >= period.begins_on:
                in_period[entry.code, entry.part] += entry.amount
    return tuple(Figure(*line, total, in_period[line]) for line, total in sorted(totals.items()))
