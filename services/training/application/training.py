"""All that may be done in training: get, tell, save."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.shared.personal_data import SubjectKeys
from services.shared.refusals import Missing
from services.training.domain.certificate import Certificate, CertificateAlreadyRecorded
from services.training.domain.course import Audience, Course
from services.training.domain.dissemination import Dissemination, DisseminationChannel
from services.training.domain.expert import Certification, Expert


class Training:
    """Courses, their attendance, dissemination and the certification of experts.

    Names are sealed here, under the key of the person they belong to, before any record sees them.
    """

    def __init__(self, log: EventLog, subject_keys: SubjectKeys) -> None:
        self._log = log
        self._subject_keys = subject_keys

    def schedule_course(
        self,
        call: Call,
        *,
        title: str,
        training_code: str,
        content_codes: tuple[str, ...],
        unit_code: str,
        starts_on: date,
        ends_on: date,
        seats: int,
        organiser: str,
    ) -> Saved[Course]:
        course = Course.schedule(
            call.act,
            title=title,
            training_code=training_code,
            content_codes=content_codes,
            unit_code=unit_code,
            starts_on=starts_on,
            ends_on=ends_on,
            seats=seats,
            organiser=organiser,
        )
        return self._log.save_for(call, course)

    def record_attendance(
        self,
        call: Call,
        course_id: UUID,
        *,
        attendee_id: UUID,
        attendee_name: str,
        audience: Audience,
        enterprise_id: UUID | None,
        session_on: date,
    ) -> Saved[Course]:
        course = self._log.load(Course, course_id, etag=call.etag)
        course.record_attendance(
            call.act,
            attendee_id=attendee_id,
            attendee_name=self._subject_keys.seal(attendee_id, attendee_name),
            audience=audience,
            enterprise_id=enterprise_id,
            session_on=session_on,
        )
        return self._log.save_for(call, course)

    def hold_course(self, call: Call, course_id: UUID) -> Saved[Course]:
        course = self._log.load(Course, course_id, etag=call.etag)
        course.hold(call.act)
        return self._log.save_for(call, course)

    def cancel_course(self, call: Call, course_id: UUID, *, reason: str) -> Saved[Course]:
        course = self._log.load(Course, course_id, etag=call.etag)
        course.cancel(call.act, reason=reason)
        return self._log.save_for(call, course)

    def get_course(self, course_id: UUID) -> Course:
        return self._log.load(Course, course_id)

    def hold_dissemination(
        self,
        call: Call,
        *,
        channel: DisseminationChannel,
        title: str,
        held_on: date,
        enterprise_ids: tuple[UUID, ...],
    ) -> Saved[Dissemination]:
        dissemination = Dissemination.hold(
            call.act, channel=channel, title=title, held_on=held_on, enterprise_ids=enterprise_ids
        )
        return self._log.save_for(call, dissemination)

    def get_dissemination(self, dissemination_id: UUID) -> Dissemination:
        return self._log.load(Dissemination, dissemination_id)

    def certify_expert(self, call: Call, person_id: UUID, *, name: str, certification: Certification) -> Saved[Expert]:
        """One more certificate of a person, enrolled as an expert with the first.

        Raises CertificateAlreadyRecorded when its number is claimed, and what Expert and Course raise.
        """
        expert = self._expert_of(call, person_id)
        claim = self._claimed_for(expert, call, certification)
        if certification.course_id is not None:
            self.get_course(certification.course_id).must_have_trained(person_id)
        expert.certify(call.act, name=self._subject_keys.seal(person_id, name), certification=certification)
        return self._log.save_for(call, expert, claim)

    def get_expert(self, expert_id: UUID) -> Expert:
        return self._log.load(Expert, expert_id)

    def _expert_of(self, call: Call, person_id: UUID) -> Expert:
        try:
            return self._log.load(Expert, Expert.create_id(person_id), etag=call.etag)
        except Missing:
            if call.etag is not None:
                raise
            return Expert.enrol(call.act, person_id=person_id)

    def _claimed_for(self, expert: Expert, call: Call, certification: Certification) -> Certificate:
        certifier, number = certification.certifier, certification.certificate_number
        try:
            self._log.load(Certificate, Certificate.create_id(certifier, number))
        except Missing:
            return Certificate(act=call.act, certifier=certifier, certificate_number=number, expert_id=expert.id)
        raise CertificateAlreadyRecorded()
