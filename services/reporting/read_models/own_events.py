"""What is the story of a record of this service: of a plan with the reports on it, or of a report?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatchmethod
from uuid import UUID

from services.reporting.domain.heard import Heard
from services.reporting.domain.report import Report
from services.reporting.read_models.heard_events import COLUMNS, heard, row_of
from services.reporting.read_models.trail import BEGINNING, PlaceInStory
from services.shared.event_store import Cursor, View
from services.shared.record import Record


class OwnEvents(View):
    """Every event of this service's own log, in the words in which those of the others are heard."""

    name = "own_events"
    table = """
        CREATE TABLE IF NOT EXISTS own_events (
            service text NOT NULL,
            position bigint PRIMARY KEY,
            type text NOT NULL,
            record_id uuid NOT NULL,
            record_version bigint NOT NULL,
            sentence text NOT NULL,
            person_id uuid NOT NULL,
            body text NOT NULL,
            capacity text NOT NULL,
            effective_on date NOT NULL,
            recorded_at timestamptz NOT NULL,
            request_id uuid NOT NULL,
            document text,
            cause text,
            concerns uuid[] NOT NULL
        );
        CREATE INDEX IF NOT EXISTS own_events_of_record ON own_events (record_id);
        CREATE INDEX IF NOT EXISTS own_events_concern ON own_events USING gin (concerns);
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Keep every event; one that concerns no other record concerns its own."""
        self._keep(event, position, (), cursor)

    @project.register
    def _(self, event: Report.Drafted, position: int, cursor: Cursor) -> None:
        self._keep(event, position, (event.plan_id,), cursor)

    def _keep(self, event: Record.Event, position: int, concerns: tuple[UUID, ...], cursor: Cursor) -> None:
        record_name, _, event_name = type(event).__qualname__.partition(".")
        kept = Heard(
            service=self.log.name,
            position=position,
            type=f"nscl.reporting.v1.{record_name}{event_name}",
            record_id=event.originator_id,
            record_version=event.originator_version,
            sentence=event.sentence(),
            act=event.act,
            concerns=(event.originator_id, *concerns),
        )
        cursor.execute(f"INSERT INTO own_events ({COLUMNS}) VALUES ({'%s, ' * 14} %s::uuid[])", row_of(kept))

    def list_own_events(self, subject_id: UUID, *, after: PlaceInStory | None, limit: int) -> Sequence[Heard]:
        """All events of the records that have to do with a record, oldest first, beginning behind ``after``."""
        with self.reading() as cursor:
            cursor.execute(
                f"""
                SELECT {COLUMNS} FROM own_events
                WHERE record_id IN (SELECT record_id FROM own_events WHERE concerns @> %(subject)s::uuid[])
                  AND (recorded_at, service, position) > (%(recorded_at)s, %(service)s, %(position)s)
                ORDER BY recorded_at, service, position LIMIT %(limit)s
                """,
                {"subject": [subject_id], "limit": limit, **(after or BEGINNING)._asdict()},
            )
            return [heard(row) for row in cursor.fetchall()]
