"""Who attended a course, at which session and as whom?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import singledispatchmethod
from uuid import UUID

from services.shared.event_store import Cursor, View
from services.shared.personal_data import Sealed
from services.shared.record import Record
from services.training.domain.course import Audience, Course


@dataclass(frozen=True)
class AttendanceRow:
    """An attendance as the list shows it; the name stays sealed until the door knows who asks."""

    position: int
    course_id: UUID
    attendee_id: UUID
    attendee_name: Sealed
    audience: str
    enterprise_id: UUID | None
    session_on: date


class AttendanceList(View):
    """Attendances of each course in the order of their recording."""

    name = "attendances"
    table = """
        CREATE TABLE IF NOT EXISTS attendances (
            position bigint PRIMARY KEY,
            course_id uuid NOT NULL,
            attendee_id uuid NOT NULL,
            attendee_name text NOT NULL,
            audience text NOT NULL,
            enterprise_id uuid,
            session_on date NOT NULL
        );
        CREATE INDEX IF NOT EXISTS attendances_of_course ON attendances (course_id, position);
        CREATE INDEX IF NOT EXISTS attendances_of_person ON attendances (attendee_id, session_on);
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: Course.AttendanceRecorded, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "INSERT INTO attendances VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (
                position,
                event.originator_id,
                event.attendee_id,
                event.attendee_name.text,
                event.audience,
                event.enterprise_id,
                event.session_on,
            ),
        )

    def list_attendances(
        self, course_id: UUID, *, audience: Audience | None, after: int | None, limit: int
    ) -> Sequence[AttendanceRow]:
        """A course's attendances, beginning behind the one recorded at position ``after``."""
        with self.reading() as cursor:
            cursor.execute(
                """
                SELECT position, course_id, attendee_id, attendee_name, audience, enterprise_id, session_on
                FROM attendances
                WHERE course_id = %(course_id)s AND position > %(after)s
                  AND (%(audience)s::text IS NULL OR audience = %(audience)s)
                ORDER BY position LIMIT %(limit)s
                """,
                {"course_id": course_id, "audience": audience, "after": after or 0, "limit": limit},
            )
            return [
                AttendanceRow(position, course_id, attendee_id, Sealed(name), audience, enterprise_id, session_on)
                for position, course_id, attendee_id, name, audience, enterprise_id, session_on in cursor.fetchall()
            ]

    def last_session_of(self, attendee_id: UUID) -> date | None:
        """The day of the last session somebody attended; None for who attended none."""
        with self.reading() as cursor:
            cursor.execute("SELECT max(session_on) FROM attendances WHERE attendee_id = %s", (attendee_id,))
            last: date | None
            ((last,),) = cursor.fetchall()
        return last
