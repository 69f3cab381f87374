"""A training course: planned, attended, and then either held or cancelled (Kế hoạch 134/KH-UBND, III.4)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid5

from services.shared.personal_data import Sealed
from services.shared.record import Act, Record, recorded_by
from services.shared.refusals import Invalid, Refusal, Taken

__all__ = ["Audience", "Course", "CourseState"]


class Audience(StrEnum):
    """As whom a person attends; the indicator of managers trained (K1) counts MANAGER and no other."""

    MANAGER = "MANAGER"
    WORKER = "WORKER"
    LECTURER = "LECTURER"
    OFFICER = "OFFICER"
    EXPERT = "EXPERT"
    STUDENT = "STUDENT"


AUDIENCE_IN_WORDS = {
    Audience.MANAGER: "cán bộ quản lý",
    Audience.WORKER: "người lao động",
    Audience.LECTURER: "giảng viên",
    Audience.OFFICER: "cán bộ, công chức",
    Audience.EXPERT: "người học để trở thành chuyên gia",
    Audience.STUDENT: "học viên, sinh viên",
}


class CourseState(StrEnum):
    """Where a course stands; held and cancelled are final."""

    SCHEDULED = "SCHEDULED"
    HELD = "HELD"
    CANCELLED = "CANCELLED"


class CourseEndsBeforeItStarts(Invalid):
    """The last day lies before the first."""

    sentence = "Ngày kết thúc khóa đào tạo không được trước ngày khai giảng."


class ContentNamedTwice(Invalid):
    """The same content stands twice in the list of contents taught."""

    sentence = "Nội dung {content_code} được nêu hai lần."


class CourseIsCancelled(Refusal):
    """Nothing more can happen to a cancelled course."""

    sentence = "Khóa đào tạo đã bị hủy."


class CourseIsHeld(Refusal):
    """Nothing more can happen to a course already held and reported."""

    sentence = "Khóa đào tạo đã tổ chức xong và đã được báo cáo."


class SessionOutsideCourse(Refusal):
    """The session's day is none of the course's days."""

    sentence = (
        "Ngày {session_on:%d/%m/%Y} nằm ngoài thời gian khóa đào tạo ({starts_on:%d/%m/%Y} đến {ends_on:%d/%m/%Y})."
    )


class SessionNotYetHeld(Refusal):
    """Attendance counts from a day before the session took place."""

    sentence = "Buổi học ngày {session_on:%d/%m/%Y} chưa diễn ra vào ngày ghi nhận {effective_on:%d/%m/%Y}."


class AttendanceAlreadyRecorded(Taken):
    """The person's attendance at this session stands in the log already."""

    sentence = "Lượt tham dự của người này trong buổi học ngày {session_on:%d/%m/%Y} đã được ghi nhận."


class CourseIsFull(Refusal):
    """One person more than the course has seats."""

    sentence = "Khóa đào tạo đã đủ {seats} người."


class CourseNotOver(Refusal):
    """A course is reported as held only after its last day."""

    sentence = "Khóa đào tạo kéo dài đến hết ngày {ends_on:%d/%m/%Y}, chưa thể báo cáo đã tổ chức."


class CourseUnattended(Refusal):
    """A course that nobody attended was not held."""

    sentence = "Chưa ghi nhận lượt tham dự nào của khóa đào tạo."


class CourseAlreadyAttended(Refusal):
    """A course that took place in part is held and reported, not cancelled: its attendances stay counted."""

    sentence = "Khóa đào tạo đã có {attendances} lượt tham dự nên không thể hủy."


class CourseReportMissing(Invalid):
    """A held course needs the number of the document that reports it."""

    sentence = "Cần số văn bản báo cáo kết quả khóa đào tạo."


class CourseNotHeld(Refusal):
    """Nobody was trained by a course that is not held."""

    sentence = "Khóa đào tạo chưa được báo cáo là đã tổ chức."


class PersonDidNotAttend(Refusal):
    """The course trained others, not this person."""

    sentence = "Người này không có lượt tham dự nào trong khóa đào tạo."


class Course(Record):
    """A course with its days, its seats and its attendances (khóa đào tạo).

    Seats count persons: a person takes one seat however many sessions they attend. An attendance (lượt) is one person
    at one session, and a session is named by its day.
    """

    TOPIC = "training:Course"
    SNAPSHOT_EVERY = 200

    title: str
    training_code: str
    content_codes: tuple[str, ...]
    unit_code: str
    starts_on: date
    ends_on: date
    seats: int
    organiser: str
    state: CourseState
    sessions_of: dict[UUID, frozenset[date]]
    report_document: str | None
    cancellation_reason: str | None

    class Event(Record.Event):
        """Something that happened to a course (sự kiện của khóa đào tạo)."""

    class Scheduled(Event, Record.Created):
        """A course was planned (lên lịch khóa đào tạo)."""

        TOPIC = "training:Course.Scheduled"
        title: str
        training_code: str
        content_codes: tuple[str, ...]
        unit_code: str
        starts_on: date
        ends_on: date
        seats: int
        organiser: str

        def sentence(self) -> str:
            days = f"từ ngày {self.starts_on:%d/%m/%Y} đến ngày {self.ends_on:%d/%m/%Y}"
            return f"Lên lịch khóa đào tạo “{self.title}” ({self.training_code}) {days}, {self.seats} chỗ."

    Created = Scheduled

    class AttendanceRecorded(Event):
        """One person attended one session (lượt tham dự)."""

        TOPIC = "training:Course.AttendanceRecorded"
        attendee_id: UUID
        attendee_name: Sealed
        audience: Audience
        enterprise_id: UUID | None
        session_on: date

        def sentence(self) -> str:
            who = AUDIENCE_IN_WORDS[self.audience]
            return f"Ghi nhận một lượt tham dự khóa đào tạo ngày {self.session_on:%d/%m/%Y}: {who}."

    class Held(Event):
        """The course was held to its end and reported (tổ chức xong khóa đào tạo)."""

        TOPIC = "training:Course.Held"
        attendances: int
        attendees: int

        def sentence(self) -> str:
            count = f"{self.attendances} lượt tham dự của {self.attendees} người"
            return f"Khóa đào tạo đã tổ chức xong với {count}, báo cáo số {self.act.document}."

    class Cancelled(Event):
        """The course was called off before anybody attended it (hủy khóa đào tạo)."""

        TOPIC = "training:Course.Cancelled"
        reason: str

        def sentence(self) -> str:
            return f"Hủy khóa đào tạo. Lý do: {self.reason}"

    @recorded_by(Scheduled)
    def __init__(
        self,
        act: Act,
        title: str,
        training_code: str,
        content_codes: tuple[str, ...],
        unit_code: str,
        starts_on: date,
        ends_on: date,
        seats: int,
        organiser: str,
    ) -> None:
        self.title = title
        self.training_code = training_code
        self.content_codes = content_codes
        self.unit_code = unit_code
        self.starts_on = starts_on
        self.ends_on = ends_on
        self.seats = seats
        self.organiser = organiser
        self.state = CourseState.SCHEDULED
        self.sessions_of = {}
        self.report_document = None
        self.cancellation_reason = None

    @classmethod
    def schedule(
        cls,
        act: Act,
        *,
        title: str,
        training_code: str,
        content_codes: tuple[str, ...],
        unit_code: str,
        starts_on: date,
        ends_on: date,
        seats: int,
        organiser: str,
    ) -> Self:
        """A new course.

        Raises CourseEndsBeforeItStarts and ContentNamedTwice.
        """
        if ends_on < starts_on:
            raise CourseEndsBeforeItStarts("ends_on")
        for index, content_code in enumerate(content_codes):
            if content_code in content_codes[:index]:
                raise ContentNamedTwice(f"content_codes[{index}]", content_code=content_code)
        return cls(
            act=act,
            title=title,
            training_code=training_code,
            content_codes=content_codes,
            unit_code=unit_code,
            starts_on=starts_on,
            ends_on=ends_on,
            seats=seats,
            organiser=organiser,
        )

    @property
    def attendees(self) -> int:
        """How many persons attended at least one session."""
        return len(self.sessions_of)

    @property
    def attendances(self) -> int:
        """How many attendances (lượt) were recorded."""
        return sum(map(len, self.sessions_of.values()))

    def record_attendance(
        self,
        act: Act,
        *,
        attendee_id: UUID,
        attendee_name: Sealed,
        audience: Audience,
        enterprise_id: UUID | None,
        session_on: date,
    ) -> None:
        """One person was at one session.

        Raises CourseIsCancelled, CourseIsHeld, SessionOutsideCourse, SessionNotYetHeld, AttendanceAlreadyRecorded and
        CourseIsFull.
        """
        self._must_be_open()
        if not self.starts_on <= session_on <= self.ends_on:
            raise SessionOutsideCourse(session_on=session_on, starts_on=self.starts_on, ends_on=self.ends_on)
        if act.effective_on < session_on:
            raise SessionNotYetHeld(session_on=session_on, effective_on=act.effective_on)
        if session_on in self.sessions_of.get(attendee_id, ()):
            raise AttendanceAlreadyRecorded(session_on=session_on)
        if attendee_id not in self.sessions_of and self.attendees == self.seats:
            raise CourseIsFull(seats=self.seats)
        self._attendance_recorded(
            act=act,
            attendee_id=attendee_id,
            attendee_name=attendee_name,
            audience=audience,
            enterprise_id=enterprise_id,
            session_on=session_on,
        )

    @recorded_by(AttendanceRecorded)
    def _attendance_recorded(
        self,
        act: Act,
        attendee_id: UUID,
        attendee_name: Sealed,
        audience: Audience,
        enterprise_id: UUID | None,
        session_on: date,
    ) -> None:
        self.sessions_of[attendee_id] = self.sessions_of.get(attendee_id, frozenset()) | {session_on}

    def hold(self, act: Act) -> None:
        """The course is over; the act's document reports it.

        Raises CourseIsCancelled, CourseIsHeld, CourseReportMissing, CourseNotOver and CourseUnattended.
        """
        self._must_be_open()
        if act.document is None:
            raise CourseReportMissing("basis.document")
        if act.effective_on <= self.ends_on:
            raise CourseNotOver(ends_on=self.ends_on)
        if not self.sessions_of:
            raise CourseUnattended
        self._held(act=act, attendances=self.attendances, attendees=self.attendees)

    @recorded_by(Held)
    def _held(self, act: Act, attendances: int, attendees: int) -> None:
        self.state = CourseState.HELD
        self.report_document = act.document

    def cancel(self, act: Act, *, reason: str) -> None:
        """The course will not take place.

        Raises CourseIsCancelled, CourseIsHeld and CourseAlreadyAttended.
        """
        self._must_be_open()
        if self.sessions_of:
            raise CourseAlreadyAttended(attendances=self.attendances)
        self._cancelled(act=act, reason=reason)

    @recorded_by(Cancelled)
    def _cancelled(self, act: Act, reason: str) -> None:
        self.state = CourseState.CANCELLED
        self.cancellation_reason = reason

    def must_have_trained(self, person_id: UUID) -> None:
        """Raises CourseNotHeld and PersonDidNotAttend."""
        if self.state is not CourseState.HELD:
            raise CourseNotHeld
        if person_id not in self.sessions_of:
            raise PersonDidNotAttend

    def _must_be_open(self) -> None:
        if self.state is CourseState.CANCELLED:
            raise CourseIsCancelled
        if self.state is CourseState.HELD:
            raise CourseIsHeld


def attendance_id(course_id: UUID, attendee_id: UUID, session_on: date) -> UUID:
    """The id of an attendance, found again from the course, the person and the day."""
    return uuid5(course_id, f"{attendee_id}:{session_on.isoformat()}")
