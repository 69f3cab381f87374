"""What others hear of training's events."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import pytest
from google.type.date_pb2 import Date
from nscl.training.v1 import training_events_pb2 as messages
from nscl.training.v1.training_resources_pb2 import (
    AUDIENCE_MANAGER,
    DISSEMINATION_CHANNEL_WORKSHOP,
)

from services.shared.record import Record
from services.training.bus.announcements import announce
from services.training.domain.certificate import Certificate
from services.training.domain.course import Course
from services.training.domain.dissemination import Dissemination
from services.training.domain.expert import Expert
from tests.given import act, given, happened
from tests.training.examples import (
    BRISK_HERON,
    FIVE_S,
    LOTUS_MILL,
    PRODUCTIVITY_DAY,
    RIVER_FARM,
    SEALED_NAME,
    attended,
    certification,
)

M = TypeVar("M")
SCHEDULED = happened(Course.Scheduled, **FIVE_S)
ATTENDED = happened(Course.AttendanceRecorded, **attended(), attendee_name=SEALED_NAME)
ENROLLED = happened(Expert.Enrolled, person_id=BRISK_HERON)


def heard(record: Record, message_class: type[M]) -> M:
    """The announcement of what just happened to a record."""
    event: Any = record.pending_events[-1]
    message = announce(event, 7)
    assert isinstance(message, message_class)
    announced = message.announced  # type: ignore[attr-defined]
    assert announced.sentence == event.sentence()
    assert UUID(announced.record_id) == record.id
    assert announced.record_version == event.originator_version
    assert (announced.act.capacity, announced.act.body) == ("programme_officer", "SKHCN")
    return message


def test_course_scheduled() -> None:
    course = Course.schedule(act(), **FIVE_S)
    message = heard(course, messages.CourseScheduled)
    assert (message.course_id, message.title, message.training_code, message.unit_code, message.seats) == (
        str(course.id),
        "Áp dụng 5S tại cơ sở sản xuất",
        "TRN-MANAGER",
        "31135",
        2,
    )
    assert list(message.content_codes) == ["TOOL-5S", "TOOL-KAIZEN"]
    assert (message.starts_on, message.ends_on) == (Date(year=2024, month=6, day=10), Date(year=2024, month=6, day=12))


@pytest.mark.parametrize("enterprise_id", [LOTUS_MILL, None])
def test_attendance_recorded(enterprise_id: UUID | None) -> None:
    course = given(SCHEDULED).record()
    course.record_attendance(act(), **attended(enterprise_id=enterprise_id), attendee_name=SEALED_NAME)
    message = heard(course, messages.AttendanceRecorded)
    assert (message.course_id, message.attendee_id) == (str(course.id), str(BRISK_HERON))
    assert message.audience == AUDIENCE_MANAGER
    assert message.enterprise_id == str(enterprise_id or "")
    assert message.session_on == Date(year=2024, month=6, day=10)
    concerned = {str(course.id), *([str(enterprise_id)] if enterprise_id else [])}
    assert set(message.announced.concerns) == concerned


def test_course_held() -> None:
    course = given(SCHEDULED, ATTENDED).record()
    course.hold(act(document="12/BC-SKHCN"))
    message = heard(course, messages.CourseHeld)
    assert (message.course_id, message.attendances, message.attendees) == (str(course.id), 1, 1)
    assert message.announced.act.document == "12/BC-SKHCN"


def test_course_cancelled() -> None:
    course = given(SCHEDULED).record()
    course.cancel(act(), reason="Bão số 3")
    message = heard(course, messages.CourseCancelled)
    assert (message.course_id, message.reason) == (str(course.id), "Bão số 3")


def test_dissemination_held() -> None:
    dissemination = Dissemination.hold(act(document="7/BC-SKHCN"), **PRODUCTIVITY_DAY)
    message = heard(dissemination, messages.DisseminationHeld)
    assert message.dissemination_id == str(dissemination.id)
    assert message.channel == DISSEMINATION_CHANNEL_WORKSHOP
    assert message.title == "Ngày năng suất chất lượng"
    assert message.held_on == Date(year=2024, month=5, day=20)
    assert list(message.enterprise_ids) == [str(LOTUS_MILL), str(RIVER_FARM)]
    assert set(message.announced.concerns) == {str(dissemination.id), str(LOTUS_MILL), str(RIVER_FARM)}


def test_expert_certified() -> None:
    expert = given(ENROLLED).record()
    expert.certify(act(), name=SEALED_NAME, certification=certification(course_id=LOTUS_MILL))
    message = heard(expert, messages.ExpertCertified)
    assert (message.expert_id, message.scheme, message.certifier, message.level) == (
        str(expert.id),
        "APO-PS 101",
        "ViProCB (mẫu)",
        "Chuyên gia",
    )
    assert message.course_id == str(LOTUS_MILL)
    assert message.valid_until == Date(year=2027, month=6, day=19)


def test_an_expert_certified_without_expiry_level_or_course() -> None:
    expert = given(ENROLLED).record()
    bare = certification(valid_until=None, level=None, issued_on=date(2024, 6, 20))
    expert.certify(act(), name=SEALED_NAME, certification=bare)
    message = heard(expert, messages.ExpertCertified)
    assert not message.HasField("valid_until")
    assert (message.level, message.course_id) == ("", "")


def test_enrolment_and_claim_concern_training_alone() -> None:
    claim = Certificate(
        act=act(), certifier="ViProCB (mẫu)", certificate_number="MAU-0017", expert_id=Expert.create_id(BRISK_HERON)
    )
    for record in (claim, Expert.enrol(act(), person_id=BRISK_HERON)):
        event: Any = record.pending_events[0]
        assert announce(event, 7) is None
