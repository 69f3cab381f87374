"""A person's name is nowhere in clear: not in the log, not in a view, not in an announcement; and it can be erased."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from nscl.training.v1 import training_service_pb2 as messages

from services.shared.event_store import EventLog
from services.shared.personal_data import ERASED, SubjectKeys
from services.training.bus.announcements import announce
from tests.training.api.requests import NAME, certify_expert, hold_course, record_attendance, schedule_course
from tests.training.conftest import Counter
from tests.training.examples import BRISK_HERON

WORDS = [word.encode() for word in (NAME, "Nguyễn", "Mẫu")]


@pytest.fixture(scope="module")
def course_id(counter: Counter) -> str:
    """A held course with one attendance, by whose person a certificate is held too; its views are caught up."""
    course_id: str = counter.ask("ScheduleCourse", schedule_course(organiser="Viện 5S")).course.course_id
    counter.ask("RecordAttendance", record_attendance(course_id))
    counter.ask("HoldCourse", hold_course(course_id))
    expert = certify_expert(person_id=str(BRISK_HERON), course_id=course_id, certifier="ViProCB")
    position = counter.ask("CertifyExpert", expert).recorded.position
    counter.ask("ListExperts", messages.ListExpertsRequest(min_position=position))
    return course_id


def rows_in(log: EventLog) -> Iterator[tuple[str, bytes]]:
    """Every row of every table, as text in bytes, with its table's name."""
    with log.pool.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [table for (table,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(f'SELECT * FROM public."{table}"')
            for row in cursor.fetchall():
                cells = (bytes(cell) if isinstance(cell, memoryview) else str(cell).encode() for cell in row)
                yield table, b" ".join(cells)


@pytest.mark.usefixtures("course_id")
def test_no_table_holds_a_name_in_clear(log: EventLog) -> None:
    seen = set()
    for table, row in rows_in(log):
        seen.add(table)
        assert not any(word in row for word in WORDS), table
    assert {"training_events", "attendances", "experts", "subject_keys"} <= seen


@pytest.mark.usefixtures("course_id")
def test_no_announcement_and_no_sentence_holds_a_name(log: EventLog) -> None:
    announcements = [announce(recorded.event, recorded.position) for recorded in log.recorded_events(0, 100)]
    told = [message.SerializeToString() for message in announcements if message]
    assert len(told) == 4
    assert not any(word in message for word in WORDS for message in told)


def test_an_erased_name_is_gone_for_everybody_and_the_count_stays(
    counter: Counter, subject_keys: SubjectKeys, course_id: str
) -> None:
    attendances = messages.ListAttendancesRequest(course_id=course_id)
    assert counter.ask("ListAttendances", attendances).attendances[0].attendee_name == NAME
    subject_keys.erase(BRISK_HERON)
    assert counter.ask("ListAttendances", attendances).attendances[0].attendee_name == ERASED
    assert counter.ask("ListExperts", messages.ListExpertsRequest()).experts[0].name == ERASED
    assert counter.ask("GetCourse", messages.GetCourseRequest(course_id=course_id)).course.attendances == 1
