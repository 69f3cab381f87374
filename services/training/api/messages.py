"""Records and rows of training as the messages its door answers with; names are put in by whoever may show them."""

from __future__ import annotations

from functools import singledispatch

from google.protobuf.message import Message
from nscl.training.v1 import training_resources_pb2 as messages

from services.shared.wire import choice_number, date_message
from services.training.api.data_subject_messages import data_subject_message, erasure_rules_message
from services.training.domain.course import Audience, Course, CourseState, attendance_id
from services.training.domain.data_subject import DataSubject
from services.training.domain.dissemination import Dissemination, DisseminationChannel
from services.training.domain.erasure_rules import ErasureRules
from services.training.domain.expert import Certification, Expert
from services.training.read_models.attendances import AttendanceRow
from services.training.read_models.courses import CourseRow
from services.training.read_models.disseminations import DisseminationRow
from services.training.read_models.experts import ExpertRow


@singledispatch
def to_message(record: object) -> Message:
    """The resource a record or a row of a list is shown as."""
    raise TypeError(f"{type(record).__name__} is no resource of training")


to_message.register(DataSubject, data_subject_message)
to_message.register(ErasureRules, erasure_rules_message)


@to_message.register
def course_message(course: Course | CourseRow) -> messages.Course:
    return messages.Course(
        course_id=str(course.id),
        title=course.title,
        training_code=course.training_code,
        content_codes=course.content_codes,
        unit_code=course.unit_code,
        starts_on=date_message(course.starts_on),
        ends_on=date_message(course.ends_on),
        seats=course.seats,
        organiser=course.organiser,
        state=choice_number(messages.CourseState, CourseState(course.state)),
        attendances=course.attendances,
        attendees=course.attendees,
        report_document=course.report_document or "",
        cancellation_reason=course.cancellation_reason or "",
        etag=str(course.version),
    )


@to_message.register
def dissemination_message(dissemination: Dissemination | DisseminationRow) -> messages.Dissemination:
    return messages.Dissemination(
        dissemination_id=str(dissemination.id),
        channel=choice_number(messages.DisseminationChannel, DisseminationChannel(dissemination.channel)),
        title=dissemination.title,
        held_on=date_message(dissemination.held_on),
        enterprise_ids=map(str, dissemination.enterprise_ids),
        document=dissemination.document or "",
        etag=str(dissemination.version),
    )


@to_message.register
def expert_message(expert: Expert | ExpertRow, name: str = "") -> messages.Expert:
    return messages.Expert(
        expert_id=str(expert.id),
        person_id=str(expert.person_id),
        name=name,
        certificates=map(certificate_message, expert.certifications),
        etag=str(expert.version),
    )


def certificate_message(certificate: Certification) -> messages.ExpertCertificate:
    return messages.ExpertCertificate(
        scheme=certificate.scheme,
        certifier=certificate.certifier,
        level=certificate.level or "",
        certificate_number=certificate.certificate_number,
        issued_on=date_message(certificate.issued_on),
        valid_until=date_message(certificate.valid_until) if certificate.valid_until else None,
        course_id=str(certificate.course_id or ""),
    )


def attendance_message(attendance: AttendanceRow, attendee_name: str) -> messages.Attendance:
    return messages.Attendance(
        attendance_id=str(attendance_id(attendance.course_id, attendance.attendee_id, attendance.session_on)),
        course_id=str(attendance.course_id),
        attendee_id=str(attendance.attendee_id),
        attendee_name=attendee_name,
        audience=choice_number(messages.Audience, Audience(attendance.audience)),
        enterprise_id=str(attendance.enterprise_id or ""),
        session_on=date_message(attendance.session_on),
    )
