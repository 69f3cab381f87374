"""Which courses are there, in which state, and how well were they attended?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import singledispatchmethod
from uuid import UUID

from services.shared.event_store import Cursor, View
from services.shared.record import Record
from services.training.domain.course import Course, CourseState


@dataclass(frozen=True)
class CourseRow:
    """A course as the list shows it; its fields are the columns of the table and attributes of Course."""

    id: UUID
    title: str
    training_code: str
    content_codes: Sequence[str]
    unit_code: str
    starts_on: date
    ends_on: date
    seats: int
    organiser: str
    state: str
    attendances: int
    attendees: int
    report_document: str | None
    cancellation_reason: str | None
    version: int


COLUMNS = ", ".join(field.name for field in fields(CourseRow))


class CourseList(View):
    """Courses by their first day; ``course_attendees`` only tells a new person from one who came before."""

    name = "courses"
    table = """
        CREATE TABLE IF NOT EXISTS courses (
            id uuid PRIMARY KEY,
            title text NOT NULL,
            training_code text NOT NULL,
            content_codes text[] NOT NULL,
            unit_code text NOT NULL,
            starts_on date NOT NULL,
            ends_on date NOT NULL,
            seats integer NOT NULL,
            organiser text NOT NULL,
            state text NOT NULL,
            attendances integer NOT NULL,
            attendees integer NOT NULL,
            report_document text,
            cancellation_reason text,
            version bigint NOT NULL
        );
        CREATE INDEX IF NOT EXISTS courses_by_first_day ON courses (starts_on, id);
        CREATE TABLE IF NOT EXISTS course_attendees (
            course_id uuid NOT NULL,
            attendee_id uuid NOT NULL,
            PRIMARY KEY (course_id, attendee_id)
        );
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: Course.Scheduled, position: int, cursor: Cursor) -> None:
        cursor.execute(
            f"INSERT INTO courses ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0, 0, NULL, NULL, %s)",
            (
                event.originator_id,
                event.title,
                event.training_code,
                list(event.content_codes),
                event.unit_code,
                event.starts_on,
                event.ends_on,
                event.seats,
                event.organiser,
                CourseState.SCHEDULED,
                event.originator_version,
            ),
        )

    @project.register
    def _(self, event: Course.AttendanceRecorded, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "INSERT INTO course_attendees (course_id, attendee_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            (event.originator_id, event.attendee_id),
        )
        cursor.execute(
            "UPDATE courses SET attendances = attendances + 1, attendees = attendees + %s, version = %s WHERE id = %s",
            (cursor.rowcount, event.originator_version, event.originator_id),
        )

    @project.register
    def _(self, event: Course.Held, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE courses SET state = %s, report_document = %s, version = %s WHERE id = %s",
            (CourseState.HELD, event.act.document, event.originator_version, event.originator_id),
        )

    @project.register
    def _(self, event: Course.Cancelled, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE courses SET state = %s, cancellation_reason = %s, version = %s WHERE id = %s",
            (CourseState.CANCELLED, event.reason, event.originator_version, event.originator_id),
        )

    def list_courses(
        self,
        *,
        state: CourseState | None,
        training_code: str | None,
        not_before: date | None,
        not_after: date | None,
        after: tuple[date, UUID] | None,
        limit: int,
    ) -> Sequence[CourseRow]:
        """Courses with a day from ``not_before`` to ``not_after``, by first day, beginning behind ``after``."""
        after_day, after_id = after or (date.min, UUID(int=0))
        with self.reading() as cursor:
            cursor.execute(
                f"""
                SELECT {COLUMNS} FROM courses
                WHERE (starts_on, id) > (%(after_day)s, %(after_id)s)
                  AND (%(state)s::text IS NULL OR state = %(state)s)
                  AND (%(training_code)s::text IS NULL OR training_code = %(training_code)s)
                  AND (%(not_before)s::date IS NULL OR ends_on >= %(not_before)s)
                  AND (%(not_after)s::date IS NULL OR starts_on <= %(not_after)s)
                ORDER BY starts_on, id LIMIT %(limit)s
                """,
                {
                    "after_day": after_day,
                    "after_id": after_id,
                    "state": state,
                    "training_code": training_code,
                    "not_before": not_before,
                    "not_after": not_after,
                    "limit": limit,
                },
            )
            return [CourseRow(*row) for row in cursor.fetchall()]
