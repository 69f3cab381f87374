"""How many possible overlaps were admitted, and how many refused, in each year?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatchmethod

from services.shared.event_store import Cursor, View
from services.shared.record import Record
from services.support.domain.overlap_decision import OverlapDecision


@dataclass(frozen=True)
class OverlapDecisionCount:
    """Decisions on possible overlaps that count from days of one year."""

    year: int
    admitted_count: int
    refused_count: int


class OverlapDecisionCounts(View):
    """Decisions on possible overlaps, each once, also where a later one was made on other lines."""

    name = "overlap_decisions"
    table = """
        CREATE TABLE IF NOT EXISTS overlap_decisions (
            position bigint PRIMARY KEY,
            year integer NOT NULL,
            outcome text NOT NULL
        )
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: OverlapDecision.Event, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "INSERT INTO overlap_decisions (position, year, outcome) VALUES (%s, %s, %s)",
            (position, event.act.effective_on.year, event.outcome),
        )

    def count_overlap_decisions(self) -> Sequence[OverlapDecisionCount]:
        """The years in which there were any, the earliest first."""
        with self.reading() as cursor:
            cursor.execute(
                "SELECT year, count(*) FILTER (WHERE outcome = 'ADMITTED'), count(*) FILTER (WHERE outcome = 'REFUSED')"
                " FROM overlap_decisions GROUP BY year ORDER BY year"
            )
            return [OverlapDecisionCount(*row) for row in cursor]
