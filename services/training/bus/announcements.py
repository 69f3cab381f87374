"""What training tells the other services of its events: everything they count, and nobody's name."""

from __future__ import annotations

from functools import singledispatch

from google.protobuf.message import Message
from nscl.training.v1 import training_events_pb2, training_resources_pb2

from services.shared.bus.announcements import announced
from services.shared.record import Record
from services.shared.wire import choice_number, date_message
from services.training.domain.course import Course
from services.training.domain.dissemination import Dissemination
from services.training.domain.expert import Expert


@singledispatch
def announce(_event: Record.Event, _position: int) -> Message | None:
    """The announcement of an event; None for one that concerns training alone."""
    return None


@announce.register
def _(event: Course.Scheduled, _position: int) -> Message:
    return training_events_pb2.CourseScheduled(
        announced=announced(event),
        course_id=str(event.originator_id),
        title=event.title,
        training_code=event.training_code,
        content_codes=event.content_codes,
        unit_code=event.unit_code,
        starts_on=date_message(event.starts_on),
        ends_on=date_message(event.ends_on),
        seats=event.seats,
    )


@announce.register
def _(event: Course.AttendanceRecorded, _position: int) -> Message:
    return training_events_pb2.AttendanceRecorded(
        announced=announced(event, concerns=filter(None, [event.enterprise_id])),
        course_id=str(event.originator_id),
        attendee_id=str(event.attendee_id),
        audience=choice_number(training_resources_pb2.Audience, event.audience),
        enterprise_id=str(event.enterprise_id or ""),
        session_on=date_message(event.session_on),
    )


@announce.register
def _(event: Course.Held, _position: int) -> Message:
    return training_events_pb2.CourseHeld(
        announced=announced(event),
        course_id=str(event.originator_id),
        attendances=event.attendances,
        attendees=event.attendees,
    )


@announce.register
def _(event: Course.Cancelled, _position: int) -> Message:
    return training_events_pb2.CourseCancelled(
        announced=announced(event), course_id=str(event.originator_id), reason=event.reason
    )


@announce.register
def _(event: Dissemination.Held, _position: int) -> Message:
    return training_events_pb2.DisseminationHeld(
        announced=announced(event, concerns=event.enterprise_ids),
        dissemination_id=str(event.originator_id),
        channel=choice_number(training_resources_pb2.DisseminationChannel, event.channel),
        title=event.title,
        held_on=date_message(event.held_on),
        enterprise_ids=map(str, event.enterprise_ids),
    )


@announce.register
def _(event: Expert.Certified, _position: int) -> Message:
    certificate = event.certification
    return training_events_pb2.ExpertCertified(
        announced=announced(event, concerns=filter(None, [certificate.course_id])),
        expert_id=str(event.originator_id),
        scheme=certificate.scheme,
        certifier=certificate.certifier,
        level=certificate.level or "",
        issued_on=date_message(certificate.issued_on),
        valid_until=date_message(certificate.valid_until) if certificate.valid_until else None,
        course_id=str(certificate.course_id or ""),
    )
