"""The way through training's door when nothing is amiss."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from google.type.date_pb2 import Date
from nscl.training.v1 import training_resources_pb2 as resources
from nscl.training.v1 import training_service_pb2 as messages

from services.shared.wire import date_message
from tests.training.api.requests import (
    NAME,
    cancel_course,
    certify_expert,
    hold_course,
    hold_dissemination,
    record_attendance,
    schedule_course,
)
from tests.training.conftest import Counter
from tests.training.examples import BRISK_HERON, LOTUS_MILL, QUIET_OTTER, RIVER_FARM


def test_a_course_is_scheduled_attended_and_held(counter: Counter) -> None:
    scheduled = counter.ask("ScheduleCourse", schedule_course())
    course_id = scheduled.course.course_id
    assert scheduled.course.state == resources.COURSE_STATE_SCHEDULED
    assert scheduled.course.etag == "1"
    assert scheduled.recorded.service == "training"

    attended = counter.ask("RecordAttendance", record_attendance(course_id, etag="1"))
    assert (attended.course.attendances, attended.course.attendees) == (1, 1)
    assert attended.recorded.position > scheduled.recorded.position
    held = counter.ask("HoldCourse", hold_course(course_id))
    assert held.course.state == resources.COURSE_STATE_HELD
    assert held.course.report_document == "12/BC-SKHCN"

    got = counter.ask("GetCourse", messages.GetCourseRequest(course_id=course_id))
    assert got.course == held.course
    wanted = messages.ListCoursesRequest(min_position=held.recorded.position)
    listed = counter.ask("ListCourses", wanted)
    assert held.course in listed.courses
    assert listed.as_of_position >= held.recorded.position


def test_a_course_is_cancelled(counter: Counter) -> None:
    course_id = counter.ask("ScheduleCourse", schedule_course()).course.course_id
    cancelled = counter.ask("CancelCourse", cancel_course(course_id)).course
    assert cancelled.state == resources.COURSE_STATE_CANCELLED
    assert cancelled.cancellation_reason == "Bão số 3"


def test_attendances_are_listed_with_names_for_the_training_officer_only(counter: Counter) -> None:
    course_id = counter.ask("ScheduleCourse", schedule_course()).course.course_id
    counter.ask("RecordAttendance", record_attendance(course_id))
    last = counter.ask(
        "RecordAttendance",
        record_attendance(
            course_id,
            attendee_id=str(QUIET_OTTER),
            attendee_name="Trần Văn Mẫu",
            audience=resources.AUDIENCE_WORKER,
            enterprise_id="",
        ),
    )
    wanted = messages.ListAttendancesRequest(course_id=course_id, min_position=last.recorded.position)
    seen = counter.ask("ListAttendances", wanted).attendances
    assert [attendance.attendee_name for attendance in seen] == [NAME, "Trần Văn Mẫu"]
    assert [attendance.enterprise_id for attendance in seen] == [str(LOTUS_MILL), ""]
    assert seen[0].session_on == Date(year=2024, month=6, day=10)
    assert len({attendance.attendance_id for attendance in seen}) == 2
    for capacity in ("programme_officer", "auditor"):
        hidden = counter.ask("ListAttendances", wanted, capacity=capacity).attendances
        assert [attendance.attendee_name for attendance in hidden] == ["", ""]
    wanted.audience = resources.AUDIENCE_WORKER
    assert [UUID(found.attendee_id) for found in counter.ask("ListAttendances", wanted).attendances] == [QUIET_OTTER]


def test_a_dissemination_is_held_and_found_by_the_enterprise_it_reached(counter: Counter) -> None:
    held = counter.ask("HoldDissemination", hold_dissemination())
    dissemination = held.dissemination
    assert list(dissemination.enterprise_ids) == [str(LOTUS_MILL), str(RIVER_FARM)]
    assert dissemination.document == "12/BC-SKHCN"
    wanted = messages.GetDisseminationRequest(dissemination_id=dissemination.dissemination_id)
    assert counter.ask("GetDissemination", wanted).dissemination == dissemination
    for enterprise_id, found in ((RIVER_FARM, True), (BRISK_HERON, False)):
        listing = messages.ListDisseminationsRequest(
            min_position=held.recorded.position, enterprise_id=str(enterprise_id)
        )
        assert (dissemination in counter.ask("ListDisseminations", listing).disseminations) is found


def test_an_expert_is_certified_after_a_held_course(counter: Counter) -> None:
    course_id = counter.ask("ScheduleCourse", schedule_course(training_code="TRN-EXPERT")).course.course_id
    counter.ask("RecordAttendance", record_attendance(course_id))
    counter.ask("HoldCourse", hold_course(course_id))
    certified = counter.ask("CertifyExpert", certify_expert(person_id=str(BRISK_HERON), course_id=course_id))
    assert certified.expert.name == ""
    expert_id = certified.expert.expert_id

    wanted = messages.GetExpertRequest(expert_id=expert_id)
    assert counter.ask("GetExpert", wanted).expert.name == NAME
    assert counter.ask("GetExpert", wanted, capacity="auditor").expert.name == ""

    renewed = counter.ask("CertifyExpert", certify_expert(person_id=str(BRISK_HERON), level="", valid_until=None))
    assert renewed.expert.expert_id == expert_id
    assert len(renewed.expert.certificates) == 2
    assert not renewed.expert.certificates[1].HasField("valid_until")


def test_experts_are_listed_by_the_day_their_certificate_is_valid_on(counter: Counter) -> None:
    certified = counter.ask("CertifyExpert", certify_expert(scheme="APO-PS 101 (mẫu)"))

    def names_on(day: date) -> list[str]:
        wanted = messages.ListExpertsRequest(
            min_position=certified.recorded.position, valid_on=date_message(day), scheme="APO-PS 101 (mẫu)"
        )
        return [expert.name for expert in counter.ask("ListExperts", wanted).experts]

    assert names_on(date(2024, 6, 20)) == names_on(date(2027, 6, 19)) == [NAME]
    assert names_on(date(2024, 6, 19)) == names_on(date(2027, 6, 20)) == []
