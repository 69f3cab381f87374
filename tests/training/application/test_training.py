"""What training's permitted acts leave in the log."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.shared.event_store import Call, EventLog, RecordChanged, RecordNotFound, Saved, VersionConflict
from services.shared.personal_data import SubjectErased, SubjectKeys
from services.training.application.training import Training
from services.training.domain.certificate import Certificate, CertificateAlreadyRecorded
from services.training.domain.course import Course, CourseNotHeld, CourseState, PersonDidNotAttend
from services.training.domain.dissemination import Dissemination
from services.training.domain.expert import Expert
from tests.given import act
from tests.training.examples import (
    BRISK_HERON,
    FIVE_S,
    LOTUS_MILL,
    PRODUCTIVITY_DAY,
    RIVER_FARM,
    attended,
    certification,
)

NAME = "Nguyễn Thị Mẫu"


def call(etag: str | None = None, **changes: Any) -> Call:
    """A new request of the officer of the examples."""
    return Call(act(request_id=uuid4(), document="12/BC-SKHCN", **changes), uuid4().bytes, etag)


def events_after(log: EventLog, position: int) -> list[type]:
    return [type(recorded.event) for recorded in log.recorded_events(position, 100)]


@pytest.fixture
def scheduled(training: Training) -> Saved[Course]:
    return training.schedule_course(call(), **FIVE_S)


@pytest.fixture
def held(training: Training, scheduled: Saved[Course]) -> UUID:
    """The id of a course that one person attended and that is held."""
    training.record_attendance(call(), scheduled.record.id, **attended(), attendee_name=NAME)
    training.hold_course(call(), scheduled.record.id)
    return scheduled.record.id


class TestCourses:
    def test_a_scheduled_course_is_found_again(self, training: Training, scheduled: Saved[Course]) -> None:
        course = training.get_course(scheduled.record.id)
        assert (course.title, course.content_codes, course.starts_on) == (
            "Áp dụng 5S tại cơ sở sản xuất",
            ("TOOL-5S", "TOOL-KAIZEN"),
            date(2024, 6, 10),
        )

    def test_each_act_appends_one_event_with_who_and_why(
        self, training: Training, log: EventLog, scheduled: Saved[Course]
    ) -> None:
        asked = call()
        saved = training.record_attendance(asked, scheduled.record.id, **attended(), attendee_name=NAME)
        (recorded,) = log.recorded_events(scheduled.position, 10)
        assert recorded.position == saved.position
        assert recorded.topic == "training:Course.AttendanceRecorded"
        assert recorded.event.act == asked.act

    def test_a_held_course_stays_held(self, training: Training, held: UUID) -> None:
        course = training.get_course(held)
        assert (course.state, course.attendances, course.report_document) == (CourseState.HELD, 1, "12/BC-SKHCN")

    def test_a_cancelled_course_keeps_its_reason(self, training: Training, scheduled: Saved[Course]) -> None:
        training.cancel_course(call(), scheduled.record.id, reason="Bão số 3")
        assert training.get_course(scheduled.record.id).cancellation_reason == "Bão số 3"

    def test_no_course_that_is_not_there(self, training: Training) -> None:
        with pytest.raises(RecordNotFound):
            training.hold_course(call(), uuid4())

    def test_nothing_on_an_older_state_than_the_caller_named(
        self, training: Training, scheduled: Saved[Course]
    ) -> None:
        training.record_attendance(call("1"), scheduled.record.id, **attended(), attendee_name=NAME)
        with pytest.raises(RecordChanged):
            training.cancel_course(call("1"), scheduled.record.id, reason="Bão số 3")

    def test_two_officers_at_once_are_told_apart(
        self, training: Training, log: EventLog, scheduled: Saved[Course]
    ) -> None:
        overtaken = log.load(Course, scheduled.record.id)
        training.cancel_course(call(), scheduled.record.id, reason="Bão số 3")
        overtaken.cancel(act(), reason="Đổi kế hoạch")
        with pytest.raises(VersionConflict):
            log.save_for(call(), overtaken)


class TestDisseminations:
    def test_a_dissemination_is_found_again(self, training: Training) -> None:
        saved = training.hold_dissemination(call(), **PRODUCTIVITY_DAY)
        dissemination = training.get_dissemination(saved.record.id)
        assert isinstance(dissemination, Dissemination)
        assert dissemination.enterprise_ids == (LOTUS_MILL, RIVER_FARM)


class TestExperts:
    def test_the_first_certificate_enrols_certifies_and_claims_at_once(self, training: Training, log: EventLog) -> None:
        head = log.head()
        number = f"MAU-{uuid4()}"
        saved = training.certify_expert(
            call(), uuid4(), name=NAME, certification=certification(certificate_number=number)
        )
        assert events_after(log, head) == [Expert.Enrolled, Expert.Certified, Certificate.Claimed]
        assert saved.position == log.head()

    def test_a_further_certificate_enrols_nobody(self, training: Training, log: EventLog) -> None:
        person_id = uuid4()
        for _ in range(2):
            head = log.head()
            certificate = certification(certificate_number=f"MAU-{uuid4()}")
            expert = training.certify_expert(call(), person_id, name=NAME, certification=certificate).record
        assert events_after(log, head) == [Expert.Certified, Certificate.Claimed]
        assert len(training.get_expert(expert.id).certifications) == 2

    def test_no_claimed_number_again(self, training: Training, log: EventLog) -> None:
        certificate = certification(certificate_number=f"MAU-{uuid4()}")
        training.certify_expert(call(), uuid4(), name=NAME, certification=certificate)
        head = log.head()
        with pytest.raises(CertificateAlreadyRecorded):
            training.certify_expert(call(), uuid4(), name=NAME, certification=certificate)
        assert log.head() == head

    def test_a_course_behind_a_certificate_was_held_and_attended(self, training: Training, held: UUID) -> None:
        unheld = training.schedule_course(call(), **FIVE_S).record.id
        for person_id, course_id, refusal in (
            (BRISK_HERON, unheld, CourseNotHeld),
            (uuid4(), held, PersonDidNotAttend),
        ):
            certificate = certification(certificate_number=f"MAU-{uuid4()}", course_id=course_id)
            with pytest.raises(refusal):
                training.certify_expert(call(), person_id, name=NAME, certification=certificate)
        certificate = certification(certificate_number=f"MAU-{uuid4()}", course_id=held)
        training.certify_expert(call(), BRISK_HERON, name=NAME, certification=certificate)


class TestErasedPersons:
    def test_nothing_new_is_recorded_of_them(
        self, training: Training, subject_keys: SubjectKeys, scheduled: Saved[Course]
    ) -> None:
        person_id = uuid4()
        subject_keys.erase(person_id)
        with pytest.raises(SubjectErased):
            training.record_attendance(
                call(), scheduled.record.id, **attended(attendee_id=person_id), attendee_name=NAME
            )
