"""Training's gRPC door: each request read as a form, each permitted act passed on, each list answered in pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from google.protobuf.message import Message
from nscl.training.v1 import training_service_pb2 as messages
from nscl.training.v1 import training_service_pb2_grpc

from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Caller, Form, Page, caught_up, command, query
from services.shared.personal_data import Sealed, SubjectKeys
from services.training.api.messages import (
    attendance_message,
    course_message,
    dissemination_message,
    expert_message,
)
from services.training.application.training import Training
from services.training.domain.course import Audience, Course, CourseState
from services.training.domain.dissemination import Dissemination, DisseminationChannel
from services.training.domain.expert import Certification, Expert
from services.training.read_models.attendances import AttendanceList
from services.training.read_models.courses import CourseList
from services.training.read_models.disseminations import DisseminationList
from services.training.read_models.experts import ExpertList

WRITERS = ("training_officer",)
READERS = ("training_officer", "programme_officer", "auditor", "service")
CATALOGUE_CODE = r"[A-Z]{2,4}-[A-Z0-9]{1,20}"
TRAINING_CODE = r"TRN-[A-Z0-9]{1,20}"
UNIT_CODE = r"[0-9]{5}"


class TrainingServicer(training_service_pb2_grpc.TrainingServiceServicer):
    """What others may ask of training, and in which capacity."""

    def __init__(
        self,
        training: Training,
        subject_keys: SubjectKeys,
        *,
        courses: CourseList,
        attendances: AttendanceList,
        disseminations: DisseminationList,
        experts: ExpertList,
    ) -> None:
        self._training = training
        self._subject_keys = subject_keys
        self._courses = courses
        self._attendances = attendances
        self._disseminations = disseminations
        self._experts = experts

    # Courses

    @command(*WRITERS, resource="course")
    def ScheduleCourse(self, request: messages.ScheduleCourseRequest, call: Call) -> Saved[Course]:
        form = Form(request)
        title = form.text("title", longest=250)
        training_code = form.text("training_code", pattern=TRAINING_CODE)
        content_codes = form.texts("content_codes", pattern=CATALOGUE_CODE, most=30)
        unit_code = form.text("unit_code", pattern=UNIT_CODE)
        starts_on = form.date("starts_on")
        ends_on = form.date("ends_on")
        seats = form.integer("seats", least=1, most=5_000)
        organiser = form.text("organiser", longest=250)
        form.check()
        return self._training.schedule_course(
            call,
            title=title,
            training_code=training_code,
            content_codes=content_codes,
            unit_code=unit_code,
            starts_on=starts_on,
            ends_on=ends_on,
            seats=seats,
            organiser=organiser,
        )

    @command(*WRITERS, resource="course")
    def RecordAttendance(self, request: messages.RecordAttendanceRequest, call: Call) -> Saved[Course]:
        form = Form(request)
        course_id = form.uuid("course_id")
        attendee_id = form.uuid("attendee_id")
        attendee_name = form.text("attendee_name", longest=120)
        audience = form.choice("audience", Audience)
        enterprise_id = form.optional_uuid("enterprise_id")
        session_on = form.date("session_on")
        form.check()
        return self._training.record_attendance(
            call,
            course_id,
            attendee_id=attendee_id,
            attendee_name=attendee_name,
            audience=audience,
            enterprise_id=enterprise_id,
            session_on=session_on,
        )

    @command(*WRITERS, resource="course")
    def HoldCourse(self, request: messages.HoldCourseRequest, call: Call) -> Saved[Course]:
        form = Form(request)
        course_id = form.uuid("course_id")
        form.check()
        return self._training.hold_course(call, course_id)

    @command(*WRITERS, resource="course")
    def CancelCourse(self, request: messages.CancelCourseRequest, call: Call) -> Saved[Course]:
        form = Form(request)
        course_id = form.uuid("course_id")
        reason = form.text("reason", longest=500)
        form.check()
        return self._training.cancel_course(call, course_id, reason=reason)

    @query(*READERS)
    def GetCourse(self, request: messages.GetCourseRequest, caller: Caller) -> messages.GetCourseResponse:
        course_id = _id_asked_for(request, "course_id")
        return messages.GetCourseResponse(course=course_message(self._training.get_course(course_id)))

    @query(*READERS)
    def ListCourses(self, request: messages.ListCoursesRequest, caller: Caller) -> messages.ListCoursesResponse:
        page = Page.read(request, tuple[date, UUID])
        form = Form(request)
        state = form.optional_choice("state", CourseState)
        training_code = form.optional_text("training_code", pattern=TRAINING_CODE)
        not_before = form.optional_date("not_before")
        not_after = form.optional_date("not_after")
        form.check()
        caught_up(self._courses, request.min_position)
        as_of_position = self._courses.position()
        rows = self._courses.list_courses(
            state=state,
            training_code=training_code,
            not_before=not_before,
            not_after=not_after,
            after=page.after,
            limit=page.size + 1,
        )
        shown, next_page_token = page.cut(rows, key=lambda row: (row.starts_on, row.id))
        return messages.ListCoursesResponse(
            courses=map(course_message, shown), next_page_token=next_page_token, as_of_position=as_of_position
        )

    @query(*READERS)
    def ListAttendances(
        self, request: messages.ListAttendancesRequest, caller: Caller
    ) -> messages.ListAttendancesResponse:
        page = Page.read(request, int)
        form = Form(request)
        course_id = form.uuid("course_id")
        audience = form.optional_choice("audience", Audience)
        form.check()
        caught_up(self._attendances, request.min_position)
        as_of_position = self._attendances.position()
        rows = self._attendances.list_attendances(course_id, audience=audience, after=page.after, limit=page.size + 1)
        shown, next_page_token = page.cut(rows, key=lambda row: row.position)
        names = self._names_for(caller, [(row.attendee_id, row.attendee_name) for row in shown])
        return messages.ListAttendancesResponse(
            attendances=map(attendance_message, shown, names),
            next_page_token=next_page_token,
            as_of_position=as_of_position,
        )

    # Dissemination

    @command(*WRITERS, resource="dissemination")
    def HoldDissemination(self, request: messages.HoldDisseminationRequest, call: Call) -> Saved[Dissemination]:
        form = Form(request)
        channel = form.choice("channel", DisseminationChannel)
        title = form.text("title", longest=250)
        held_on = form.date("held_on")
        enterprise_ids = form.uuids("enterprise_ids", most=1_000)
        form.check()
        return self._training.hold_dissemination(
            call, channel=channel, title=title, held_on=held_on, enterprise_ids=enterprise_ids
        )

    @query(*READERS)
    def GetDissemination(
        self, request: messages.GetDisseminationRequest, caller: Caller
    ) -> messages.GetDisseminationResponse:
        dissemination = self._training.get_dissemination(_id_asked_for(request, "dissemination_id"))
        return messages.GetDisseminationResponse(dissemination=dissemination_message(dissemination))

    @query(*READERS)
    def ListDisseminations(
        self, request: messages.ListDisseminationsRequest, caller: Caller
    ) -> messages.ListDisseminationsResponse:
        page = Page.read(request, tuple[date, UUID], usual=20, most=50)
        form = Form(request)
        channel = form.optional_choice("channel", DisseminationChannel)
        enterprise_id = form.optional_uuid("enterprise_id")
        form.check()
        caught_up(self._disseminations, request.min_position)
        as_of_position = self._disseminations.position()
        rows = self._disseminations.list_disseminations(
            channel=channel, enterprise_id=enterprise_id, after=page.after, limit=page.size + 1
        )
        shown, next_page_token = page.cut(rows, key=lambda row: (row.held_on, row.id))
        return messages.ListDisseminationsResponse(
            disseminations=map(dissemination_message, shown),
            next_page_token=next_page_token,
            as_of_position=as_of_position,
        )

    # Experts

    @command(*WRITERS, resource="expert")
    def CertifyExpert(self, request: messages.CertifyExpertRequest, call: Call) -> Saved[Expert]:
        form = Form(request)
        person_id = form.uuid("person_id")
        name = form.text("name", longest=120)
        certification = Certification(
            scheme=form.text("scheme", longest=60),
            certifier=form.text("certifier", longest=250),
            level=form.optional_text("level", longest=60),
            certificate_number=form.text("certificate_number", longest=60),
            issued_on=form.date("issued_on"),
            valid_until=form.optional_date("valid_until"),
            course_id=form.optional_uuid("course_id"),
        )
        form.check()
        return self._training.certify_expert(call, person_id, name=name, certification=certification)

    @query(*READERS)
    def GetExpert(self, request: messages.GetExpertRequest, caller: Caller) -> messages.GetExpertResponse:
        expert = self._training.get_expert(_id_asked_for(request, "expert_id"))
        (name,) = self._names_for(caller, [(expert.person_id, expert.name)])
        return messages.GetExpertResponse(expert=expert_message(expert, name))

    @query(*READERS)
    def ListExperts(self, request: messages.ListExpertsRequest, caller: Caller) -> messages.ListExpertsResponse:
        page = Page.read(request, int)
        form = Form(request)
        valid_on = form.optional_date("valid_on")
        scheme = form.optional_text("scheme", longest=60)
        form.check()
        caught_up(self._experts, request.min_position)
        as_of_position = self._experts.position()
        rows = self._experts.list_experts(valid_on=valid_on, scheme=scheme, after=page.after, limit=page.size + 1)
        shown, next_page_token = page.cut(rows, key=lambda row: row.position)
        names = self._names_for(caller, [(row.person_id, row.name) for row in shown])
        return messages.ListExpertsResponse(
            experts=map(expert_message, shown, names), next_page_token=next_page_token, as_of_position=as_of_position
        )

    def _names_for(self, caller: Caller, sealed_names: Sequence[tuple[UUID, Sealed | None]]) -> list[str]:
        """The names of these persons as the caller may see them: a training officer reads them, anybody else none."""
        if caller.capacity not in WRITERS:
            return [""] * len(sealed_names)
        opened = iter(self._subject_keys.open_all([(person_id, name) for person_id, name in sealed_names if name]))
        return [next(opened) if name else "" for _, name in sealed_names]


def _id_asked_for(request: Message, field: str) -> UUID:
    form = Form(request)
    record_id = form.uuid(field)
    form.optional_integer("min_position")
    form.check()
    return record_id
