from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from services.shared.refusals import Refusal
from services.training.domain.course import (
    AUDIENCE_IN_WORDS,
    AttendanceAlreadyRecorded,
    Audience,
    ContentNamedTwice,
    Course,
    CourseAlreadyAttended,
    CourseEndsBeforeItStarts,
    CourseIsCancelled,
    CourseIsFull,
    CourseIsHeld,
    CourseNotHeld,
    CourseNotOver,
    CourseReportMissing,
    CourseState,
    CourseUnattended,
    PersonDidNotAttend,
    SessionNotYetHeld,
    SessionOutsideCourse,
    attendance_id,
)
from tests.given import Happened, act, given, happened, sentences
from tests.training.examples import BRISK_HERON, FIVE_S, QUIET_OTTER, SEALED_NAME, attended

SCHEDULED = happened(Course.Scheduled, **FIVE_S)
FIRST_DAY = happened(Course.AttendanceRecorded, **attended(), attendee_name=SEALED_NAME)
SECOND_DAY = happened(Course.AttendanceRecorded, **attended(date(2024, 6, 11)), attendee_name=SEALED_NAME)
SOMEBODY_ELSE = happened(Course.AttendanceRecorded, **attended(attendee_id=QUIET_OTTER), attendee_name=SEALED_NAME)
HELD = happened(Course.Held, act=act(document="12/BC-SKHCN"), attendances=1, attendees=1)
CANCELLED = happened(Course.Cancelled, reason="Bão số 3")


class TestBeforeItIsScheduled:
    def test_a_course_is_scheduled(self) -> None:
        course = given().when(lambda: Course.schedule(act(), **FIVE_S)).then(SCHEDULED)
        assert course.state is CourseState.SCHEDULED
        assert course.attendances == course.attendees == 0

    def test_a_course_may_last_one_day(self) -> None:
        one_day = FIVE_S | {"ends_on": FIVE_S["starts_on"]}
        given().when(lambda: Course.schedule(act(), **one_day)).then(happened(Course.Scheduled, **one_day))

    def test_no_course_ends_before_it_starts(self) -> None:
        backwards = FIVE_S | {"ends_on": date(2024, 6, 9)}
        given().when(lambda: Course.schedule(act(), **backwards)).refused(CourseEndsBeforeItStarts, field="ends_on")

    def test_no_content_is_named_twice(self) -> None:
        doubled = FIVE_S | {"content_codes": ("TOOL-5S", "TOOL-KAIZEN", "TOOL-5S")}
        given().when(lambda: Course.schedule(act(), **doubled)).refused(ContentNamedTwice, field="content_codes[2]")


class TestWhileScheduled:
    def test_an_attendance_is_recorded(self) -> None:
        course = (
            given(SCHEDULED)
            .when(lambda course: course.record_attendance(act(), **attended(), attendee_name=SEALED_NAME))
            .then(FIRST_DAY)
        )
        assert (course.attendances, course.attendees) == (1, 1)

    def test_a_second_session_is_a_second_attendance_on_the_same_seat(self) -> None:
        course = (
            given(SCHEDULED, FIRST_DAY, SOMEBODY_ELSE)
            .when(
                lambda course: course.record_attendance(act(), **attended(date(2024, 6, 11)), attendee_name=SEALED_NAME)
            )
            .then(SECOND_DAY)
        )
        assert (course.attendances, course.attendees) == (3, 2)

    def test_no_attendance_counts_twice(self) -> None:
        again = attended(audience=Audience.WORKER, enterprise_id=None)
        given(SCHEDULED, FIRST_DAY).when(
            lambda course: course.record_attendance(act(), **again, attendee_name=SEALED_NAME)
        ).refused(AttendanceAlreadyRecorded)

    def test_no_person_more_than_seats(self) -> None:
        given(SCHEDULED, FIRST_DAY, SOMEBODY_ELSE).when(
            lambda course: course.record_attendance(act(), **attended(attendee_id=uuid4()), attendee_name=SEALED_NAME)
        ).refused(CourseIsFull)

    @pytest.mark.parametrize("day", [date(2024, 6, 9), date(2024, 6, 13)])
    def test_no_session_outside_the_course(self, day: date) -> None:
        given(SCHEDULED).when(
            lambda course: course.record_attendance(act(), **attended(day), attendee_name=SEALED_NAME)
        ).refused(SessionOutsideCourse)

    def test_no_attendance_before_the_session(self) -> None:
        eve = act(effective_on=date(2024, 6, 10))
        given(SCHEDULED).when(
            lambda course: course.record_attendance(eve, **attended(date(2024, 6, 11)), attendee_name=SEALED_NAME)
        ).refused(SessionNotYetHeld)

    def test_a_course_is_held_after_its_last_day(self) -> None:
        report = act(document="12/BC-SKHCN", effective_on=date(2024, 6, 13))
        course = (
            given(SCHEDULED, FIRST_DAY, SECOND_DAY, SOMEBODY_ELSE)
            .when(lambda course: course.hold(report))
            .then(happened(Course.Held, attendances=3, attendees=2, act=report))
        )
        assert (course.state, course.report_document) == (CourseState.HELD, "12/BC-SKHCN")

    def test_no_course_is_held_on_its_last_day(self) -> None:
        last_day = act(document="12/BC-SKHCN", effective_on=date(2024, 6, 12))
        given(SCHEDULED, FIRST_DAY).when(lambda course: course.hold(last_day)).refused(CourseNotOver)

    def test_no_course_is_held_without_attendance(self) -> None:
        given(SCHEDULED).when(lambda course: course.hold(act(document="12/BC-SKHCN"))).refused(CourseUnattended)

    def test_no_course_is_held_without_a_report(self) -> None:
        given(SCHEDULED, FIRST_DAY).when(lambda course: course.hold(act())).refused(
            CourseReportMissing, field="basis.document"
        )

    def test_a_course_nobody_attended_is_cancelled(self) -> None:
        course = given(SCHEDULED).when(lambda course: course.cancel(act(), reason="Bão số 3")).then(CANCELLED)
        assert (course.state, course.cancellation_reason) == (CourseState.CANCELLED, "Bão số 3")

    def test_no_attended_course_is_cancelled(self) -> None:
        given(SCHEDULED, FIRST_DAY).when(lambda course: course.cancel(act(), reason="Bão số 3")).refused(
            CourseAlreadyAttended
        )

    def test_nobody_is_trained_by_a_course_not_yet_held(self) -> None:
        given(SCHEDULED, FIRST_DAY).when(lambda course: course.must_have_trained(BRISK_HERON)).refused(CourseNotHeld)


@pytest.mark.parametrize(
    ("history", "refusal"),
    [((SCHEDULED, FIRST_DAY, HELD), CourseIsHeld), ((SCHEDULED, CANCELLED), CourseIsCancelled)],
    ids=["held", "cancelled"],
)
class TestOnceFinal:
    def test_no_attendance(self, history: tuple[Happened, ...], refusal: type[Refusal]) -> None:
        given(*history).when(
            lambda course: course.record_attendance(act(), **attended(date(2024, 6, 12)), attendee_name=SEALED_NAME)
        ).refused(refusal)

    def test_no_holding(self, history: tuple[Happened, ...], refusal: type[Refusal]) -> None:
        given(*history).when(lambda course: course.hold(act(document="13/BC-SKHCN"))).refused(refusal)

    def test_no_cancelling(self, history: tuple[Happened, ...], refusal: type[Refusal]) -> None:
        given(*history).when(lambda course: course.cancel(act(), reason="Đổi kế hoạch")).refused(refusal)


class TestOnceHeld:
    def test_those_who_attended_were_trained(self) -> None:
        given(SCHEDULED, FIRST_DAY, HELD).when(lambda course: course.must_have_trained(BRISK_HERON)).then()

    def test_others_were_not(self) -> None:
        given(SCHEDULED, FIRST_DAY, HELD).when(lambda course: course.must_have_trained(QUIET_OTTER)).refused(
            PersonDidNotAttend
        )


class TestSentences:
    def test_scheduled(self) -> None:
        (sentence,) = sentences(Course.schedule(act(), **FIVE_S))
        what, days = "“Áp dụng 5S tại cơ sở sản xuất” (TRN-MANAGER)", "từ ngày 10/06/2024 đến ngày 12/06/2024"
        assert sentence == f"Lên lịch khóa đào tạo {what} {days}, 2 chỗ."

    def test_every_audience_has_its_words(self) -> None:
        for audience in Audience:
            course = given(SCHEDULED).record()
            course.record_attendance(act(), **attended(audience=audience), attendee_name=SEALED_NAME)
            assert AUDIENCE_IN_WORDS[audience] in sentences(course)[0]


def test_an_attendance_id_is_found_again_and_differs_by_day_and_person() -> None:
    course_id = uuid4()
    ids = {
        attendance_id(course_id, person, day)
        for person in (BRISK_HERON, QUIET_OTTER)
        for day in (date(2024, 6, 10), date(2024, 6, 11))
        for _ in range(2)
    }
    assert len(ids) == 4
