"""Training's lists: what they show, in which order, page by page, and again from nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.shared.event_store import Call, EventLog, ViewFeeder
from services.training.application.training import Training
from services.training.domain.course import Audience, CourseState
from services.training.domain.dissemination import DisseminationChannel
from services.training.read_models.attendances import AttendanceList
from services.training.read_models.courses import CourseList
from services.training.read_models.disseminations import DisseminationList
from services.training.read_models.experts import ExpertList
from services.training.wiring import VIEWS
from tests.given import act
from tests.training.examples import (
    BRISK_HERON,
    FIVE_S,
    LOTUS_MILL,
    PRODUCTIVITY_DAY,
    QUIET_OTTER,
    attended,
    certification,
)

COURSES, DISSEMINATIONS, EXPERTS = 5, 4, 3


def call(document: str | None = "12/BC-SKHCN", effective_on: date = date(2024, 12, 31)) -> Call:
    return Call(act(request_id=uuid4(), document=document, effective_on=effective_on), uuid4().bytes)


@pytest.fixture(scope="module", autouse=True)
def year(training: Training, log: EventLog, fed_views: ViewFeeder) -> list[UUID]:  # noqa: ARG001 - they follow
    """The ids of the courses of a small year: one each month, the first held, the second cancelled."""
    courses = []
    for month in range(COURSES):
        first_day = date(2024, 6 - month, 10)  # recorded in another order than that of their days
        days = {"starts_on": first_day, "ends_on": first_day + timedelta(days=2)}
        courses.append(training.schedule_course(call(), **FIVE_S | days).record.id)
    for attendee_id, day in ((BRISK_HERON, 10), (BRISK_HERON, 11), (QUIET_OTTER, 10)):
        audience = Audience.MANAGER if attendee_id == BRISK_HERON else Audience.WORKER
        attendance = attended(date(2024, 6, day), attendee_id, audience=audience)
        training.record_attendance(call(), courses[0], **attendance, attendee_name="Nguyễn Thị Mẫu")
    training.hold_course(call(), courses[0])
    training.cancel_course(call(), courses[1], reason="Bão số 3")
    for index, channel in enumerate(list(DisseminationChannel)[:DISSEMINATIONS]):
        reached = (LOTUS_MILL,) if index == 0 else ()
        changes = {"channel": channel, "held_on": date(2024, 5, 20 - index), "enterprise_ids": reached}
        training.hold_dissemination(call(), **PRODUCTIVITY_DAY | changes)
    for index in range(EXPERTS):
        certificate = certification(certificate_number=f"MAU-{index}", scheme=f"MAU {index % 2}")
        training.certify_expert(call(), uuid4(), name="Trần Văn Mẫu", certification=certificate)
    for view in VIEWS:
        view(log).wait_for(log.head(), timeout=10)
    return courses


def pages(read: Callable[..., Sequence[Any]], key: Callable[[Any], Any], size: int = 2, **filters: Any) -> list[Any]:
    """Everything a list shows, read page by page."""
    rows: list[Any] = []
    while page := read(**filters, after=key(rows[-1]) if rows else None, limit=size):
        rows.extend(page)
    return rows


class TestCourses:
    def shown(self, log: EventLog, **filters: Any) -> list[Any]:
        every = {"state": None, "training_code": None, "not_before": None, "not_after": None}
        return pages(CourseList(log).list_courses, lambda row: (row.starts_on, row.id), **every | filters)

    def test_by_first_day(self, log: EventLog, year: list[UUID]) -> None:
        assert [row.id for row in self.shown(log)] == list(reversed(year))

    def test_persons_and_attendances_are_counted_apart(self, log: EventLog) -> None:
        (held,) = self.shown(log, state=CourseState.HELD)
        assert (held.attendances, held.attendees, held.version) == (3, 2, 5)
        assert held.report_document == "12/BC-SKHCN"

    def test_a_cancelled_course_shows_its_reason(self, log: EventLog) -> None:
        (cancelled,) = self.shown(log, state=CourseState.CANCELLED)
        assert (cancelled.cancellation_reason, cancelled.attendances) == ("Bão số 3", 0)

    def test_of_a_period_those_that_touch_it(self, log: EventLog) -> None:
        touching = self.shown(log, not_before=date(2024, 3, 12), not_after=date(2024, 5, 10))
        assert [row.starts_on.month for row in touching] == [3, 4, 5]
        assert self.shown(log, not_before=date(2024, 6, 13)) == []

    def test_of_another_kind_none(self, log: EventLog) -> None:
        assert self.shown(log, training_code="TRN-WORKER") == []


class TestAttendances:
    def shown(self, log: EventLog, course_id: UUID, audience: Audience | None = None) -> list[Any]:
        of_course = partial(AttendanceList(log).list_attendances, course_id)
        return pages(of_course, lambda row: row.position, audience=audience)

    def test_in_the_order_of_their_recording(self, log: EventLog, year: list[UUID]) -> None:
        shown = self.shown(log, year[0])
        assert [(row.attendee_id, row.session_on.day) for row in shown] == [
            (BRISK_HERON, 10),
            (BRISK_HERON, 11),
            (QUIET_OTTER, 10),
        ]
        assert shown == sorted(shown, key=lambda row: row.position)

    def test_of_one_audience(self, log: EventLog, year: list[UUID]) -> None:
        assert [row.attendee_id for row in self.shown(log, year[0], Audience.WORKER)] == [QUIET_OTTER]

    def test_of_one_course_only(self, log: EventLog, year: list[UUID]) -> None:
        assert self.shown(log, year[1]) == []


class TestDisseminations:
    def shown(self, log: EventLog, **filters: Any) -> list[Any]:
        every = {"channel": None, "enterprise_id": None}
        return pages(DisseminationList(log).list_disseminations, lambda row: (row.held_on, row.id), **every | filters)

    def test_by_day(self, log: EventLog) -> None:
        assert [row.held_on.day for row in self.shown(log)] == [17, 18, 19, 20]

    def test_of_one_channel(self, log: EventLog) -> None:
        assert [row.channel for row in self.shown(log, channel=DisseminationChannel.PRESS)] == ["PRESS"]

    def test_that_reached_an_enterprise(self, log: EventLog) -> None:
        (reached,) = self.shown(log, enterprise_id=LOTUS_MILL)
        assert (reached.enterprise_ids, reached.document) == ([LOTUS_MILL], "12/BC-SKHCN")


class TestExperts:
    def shown(self, log: EventLog, **filters: Any) -> list[Any]:
        every = {"valid_on": None, "scheme": None}
        return pages(ExpertList(log).list_experts, lambda row: row.position, **every | filters)

    def test_with_their_certificates(self, log: EventLog) -> None:
        shown = self.shown(log)
        assert [row.certifications[0].certificate_number for row in shown] == ["MAU-0", "MAU-1", "MAU-2"]
        assert shown[0].certifications == [certification(certificate_number="MAU-0", scheme="MAU 0")]

    def test_of_one_scheme(self, log: EventLog) -> None:
        assert len(self.shown(log, scheme="MAU 0")) == 2

    @pytest.mark.parametrize(
        ("day", "count"),
        [(date(2024, 6, 19), 0), (date(2024, 6, 20), EXPERTS), (date(2027, 6, 19), EXPERTS), (date(2027, 6, 20), 0)],
    )
    def test_valid_on_a_day(self, log: EventLog, day: date, count: int) -> None:
        assert len(self.shown(log, valid_on=day)) == count


def test_a_view_dropped_and_fed_again_shows_the_same(log: EventLog) -> None:
    tables = ("courses", "course_attendees", "attendances", "disseminations", "experts", "expert_certificates")
    shown = {table: _rows(log, table) for table in tables}
    assert all(shown.values())
    with log.transaction() as cursor:
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")
        for recorded in log.recorded_events(0, 1_000):
            for view in VIEWS:
                view(log).project(recorded.event, recorded.position, cursor)
    assert {table: _rows(log, table) for table in tables} == shown


def _rows(log: EventLog, table: str) -> list[tuple[Any, ...]]:
    with log.pool.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY 1, 2")
        return list(cursor.fetchall())
