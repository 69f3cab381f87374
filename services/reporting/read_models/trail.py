"""What is the story of a record: who did what about it, in what capacity, on which document, when?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple, Self
from uuid import UUID

from services.reporting.domain.heard import TASK_PROPOSED, Heard
from services.reporting.read_models.heard_events import COLUMNS, heard
from services.shared.event_store import Cursor, View


class PlaceInStory(NamedTuple):
    """Where an entry stands in a story: when it was recorded, then by which service at which position."""

    recorded_at: datetime
    service: str
    position: int

    @classmethod
    def of(cls, event: Heard) -> Self:
        return cls(event.act.recorded_at, event.service, event.position)


BEGINNING = PlaceInStory(datetime.min.replace(tzinfo=UTC), "", 0)


class Trail(View):
    """The story of every record, by the records that each event concerns.

    The story of a support task is more than the events that concern it: it takes in the own events of every record
    that these name (budget line, norms, council, participations, enterprises, claims), except those that concern
    another task. What happened to these records in other tasks is another story.
    """

    name = "trail"
    table = """
        CREATE TABLE IF NOT EXISTS trail (
            record_id uuid NOT NULL,
            service text NOT NULL,
            position bigint NOT NULL,
            PRIMARY KEY (record_id, service, position),
            FOREIGN KEY (service, position) REFERENCES heard_events ON DELETE CASCADE
        );
        CREATE INDEX IF NOT EXISTS trail_of_event ON trail (service, position);
    """

    def follow(self, event: Heard, cursor: Cursor) -> None:
        """Enter an event into the story of each record it concerns."""
        cursor.execute(
            "INSERT INTO trail SELECT DISTINCT record_id, %s, %s FROM unnest(%s::uuid[]) AS record_id",
            (event.service, event.position, [event.record_id, *event.concerns]),
        )

    def list_trail(self, subject_id: UUID, *, after: PlaceInStory | None, limit: int) -> Sequence[Heard]:
        """The story of a record, oldest first, beginning behind ``after``."""
        with self.reading() as cursor:
            cursor.execute(
                f"""
                WITH tasks AS NOT MATERIALIZED (
                    SELECT record_id FROM heard_events WHERE type = %(task_proposed)s
                ), its_own AS (
                    SELECT service, position, concerns FROM trail JOIN heard_events USING (service, position)
                    WHERE trail.record_id = %(subject_id)s
                ), story AS (
                    SELECT service, position FROM its_own
                    UNION
                    SELECT service, position FROM heard_events AS theirs
                    WHERE %(subject_id)s IN (SELECT record_id FROM tasks)
                      AND record_id IN (SELECT unnest(concerns) FROM its_own)
                      AND NOT EXISTS (
                          SELECT FROM trail JOIN tasks USING (record_id)
                          WHERE trail.service = theirs.service AND trail.position = theirs.position
                      )
                )
                SELECT {COLUMNS} FROM heard_events JOIN story USING (service, position)
                WHERE (recorded_at, service, position) > (%(recorded_at)s, %(service)s, %(position)s)
                ORDER BY recorded_at, service, position LIMIT %(limit)s
                """,
                {
                    "task_proposed": TASK_PROPOSED,
                    "subject_id": subject_id,
                    "limit": limit,
                    **(after or BEGINNING)._asdict(),
                },
            )
            return [heard(row) for row in cursor.fetchall()]
