"""How far has each indicator come, and which events stand behind its value?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

from services.reporting.domain.figures import Entry
from services.reporting.domain.heard import Heard
from services.reporting.domain.indicators import UNITS, Counted
from services.reporting.read_models.heard_events import COLUMNS, heard
from services.shared.event_store import Cursor, View


class PlaceBehindValue(NamedTuple):
    """Where an entry stands behind a value: when it took effect, when and where it was recorded, what it counts."""

    effective_on: date
    recorded_at: datetime
    service: str
    position: int
    key: str


_BEGINNING = PlaceBehindValue(date.min, datetime.min.replace(tzinfo=UTC), "", 0, "")


@dataclass(frozen=True)
class IndicatorValue:
    """A value and the number of entries behind it, some of which may repeat a key."""

    value: int = 0
    entries_count: int = 0


@dataclass(frozen=True)
class IndicatorEntry:
    """An event and one key it counts; ``adds`` when it is the first of that key to take effect."""

    counted: Counted
    adds: bool
    event: Heard

    @property
    def place(self) -> PlaceBehindValue:
        act = self.event.act
        return PlaceBehindValue(
            act.effective_on, act.recorded_at, self.event.service, self.event.position, self.counted.key
        )


class Indicators(View):
    """Each event under every indicator and key it counts for; a value is the number of distinct keys.

    What a report counts beside the indicators stands here too, under codes of its own.
    """

    name = "indicators"
    table = """
        CREATE TABLE IF NOT EXISTS indicator_events (
            indicator_code text NOT NULL,
            counted_key text NOT NULL,
            effective_on date NOT NULL,
            recorded_at timestamptz NOT NULL,
            service text NOT NULL,
            position bigint NOT NULL,
            part text NOT NULL,
            amount bigint NOT NULL,
            PRIMARY KEY (indicator_code, counted_key, effective_on, recorded_at, service, position),
            FOREIGN KEY (service, position) REFERENCES heard_events ON DELETE CASCADE
        );
        CREATE INDEX IF NOT EXISTS indicator_events_of_event ON indicator_events (service, position);
        CREATE INDEX IF NOT EXISTS indicator_events_in_order
            ON indicator_events (indicator_code, effective_on, recorded_at, service, position, counted_key);
    """

    def count(self, event: Heard, counted: Sequence[Counted], cursor: Cursor) -> None:
        """Put an event behind every value it counts for."""
        cursor.execute(
            "INSERT INTO indicator_events"
            " (indicator_code, counted_key, effective_on, recorded_at, service, position, part, amount)"
            " SELECT code, key, %s, %s, %s, %s, part, amount"
            " FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[]) AS counted (code, key, part, amount)",
            (
                event.act.effective_on,
                event.act.recorded_at,
                event.service,
                event.position,
                [entry.indicator_code for entry in counted],
                [entry.key for entry in counted],
                [entry.part for entry in counted],
                [entry.amount for entry in counted],
            ),
        )

    def list_indicators(self, *, on_date: date | None) -> Mapping[str, IndicatorValue]:
        """Each indicator's value by its code, of what was in effect on that day; one without events is not there."""
        with self.reading() as cursor:
            cursor.execute(
                """
                SELECT indicator_code, count(DISTINCT counted_key), count(*) FROM indicator_events
                WHERE indicator_code = ANY(%s) AND effective_on <= coalesce(%s, 'infinity'::date)
                GROUP BY indicator_code
                """,
                (list(UNITS), on_date),
            )
            return {code: IndicatorValue(value, entries) for code, value, entries in cursor.fetchall()}

    def entries(self, positions: Mapping[str, int]) -> Sequence[Entry]:
        """What counts for each figure of a report, of the events up to these positions of their services."""
        with self.reading() as cursor:
            cursor.execute(
                """
                SELECT indicator_code, counted_key, part, amount, effective_on
                FROM indicator_events JOIN unnest(%s::text[], %s::bigint[]) AS heard (service, up_to) USING (service)
                WHERE position <= up_to
                """,
                (list(positions), list(positions.values())),
            )
            return [Entry(Counted(*counted), effective_on) for *counted, effective_on in cursor.fetchall()]

    def list_indicator_events(
        self, indicator_code: str, *, on_date: date | None, after: PlaceBehindValue | None, limit: int
    ) -> Sequence[IndicatorEntry]:
        """The entries behind a value in the order they took effect, beginning behind ``after``."""
        with self.reading() as cursor:
            cursor.execute(
                f"""
                WITH page AS (
                    SELECT * FROM indicator_events
                    WHERE indicator_code = %(indicator_code)s
                      AND effective_on <= coalesce(%(on_date)s, 'infinity'::date)
                      AND (effective_on, recorded_at, service, position, counted_key)
                        > (%(effective_on)s, %(recorded_at)s, %(service)s, %(position)s, %(key)s)
                    ORDER BY effective_on, recorded_at, service, position, counted_key LIMIT %(limit)s
                )
                SELECT counted_key, part, amount, NOT EXISTS (
                    SELECT FROM indicator_events AS earlier
                    WHERE earlier.indicator_code = page.indicator_code AND earlier.counted_key = page.counted_key
                      AND (earlier.effective_on, earlier.recorded_at, earlier.service, earlier.position)
                        < (page.effective_on, page.recorded_at, page.service, page.position)
                ), {COLUMNS}
                FROM page JOIN heard_events USING (service, position, effective_on, recorded_at)
                ORDER BY effective_on, recorded_at, service, position, counted_key
                """,
                {
                    "indicator_code": indicator_code,
                    "on_date": on_date,
                    "limit": limit,
                    **(after or _BEGINNING)._asdict(),
                },
            )
            return [
                IndicatorEntry(Counted(indicator_code, key, part, amount), adds, heard(row))
                for key, part, amount, adds, *row in cursor.fetchall()
            ]
