"""What may be done about a person's data: kept by order, asked to be erased, refused, erased for ever."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.shared.deadline import remaining_seconds
from services.shared.erasure import ErasureGround, ErasureRule, SubjectUnknown, Ties
from services.shared.event_store import Call, EventLog, Saved
from services.shared.personal_data import SubjectKeys
from services.shared.record import Act
from services.training.domain.data_subject import DataSubject
from services.training.domain.erasure_rules import ErasureRules
from services.training.domain.expert import Expert
from services.training.read_models.attendances import AttendanceList

_SHARE_OF_DEADLINE = 0.8
"""Whoever waits for the view is told that it took too long before the deadline, not by it."""


class Erasures:
    """One method per permitted act; what somebody attended is looked up in a view, which is waited for."""

    def __init__(self, log: EventLog, subject_keys: SubjectKeys, attendances: AttendanceList) -> None:
        self._log = log
        self._subject_keys = subject_keys
        self._attendances = attendances

    def adopt_erasure_rule(
        self, call: Call, *, valid_from: date, retention_years: int, answer_within_days: int, sample: bool
    ) -> Saved[ErasureRules]:
        rules = self._log.find(ErasureRules, ErasureRules.create_id()) or ErasureRules.open(call.act)
        rules.adopt(
            call.act,
            valid_from=valid_from,
            retention_years=retention_years,
            answer_within_days=answer_within_days,
            sample=sample,
        )
        return self._log.save_for(call, rules)

    def place_legal_hold(self, call: Call, *, subject_id: UUID, reason: str) -> Saved[DataSubject]:
        subject = self._subject(call, subject_id)
        subject.place_hold(call.act, reason)
        return self._log.save_for(call, subject)

    def lift_legal_hold(self, call: Call, *, subject_id: UUID, hold_number: int, reason: str) -> Saved[DataSubject]:
        subject = self._subject(call, subject_id)
        subject.lift_hold(call.act, hold_number, reason)
        return self._log.save_for(call, subject)

    def request_erasure(self, call: Call, *, subject_id: UUID, ground: ErasureGround) -> Saved[DataSubject]:
        subject = self._subject(call, subject_id)
        subject.request_erasure(call.act, ground, self._rule(call.act))
        return self._log.save_for(call, subject)

    def refuse_erasure(self, call: Call, *, subject_id: UUID, reason: str) -> Saved[DataSubject]:
        subject = self._subject(call, subject_id)
        subject.refuse_erasure(call.act, reason)
        return self._log.save_for(call, subject)

    def erase_person(self, call: Call, *, subject_id: UUID) -> Saved[DataSubject]:
        """Record that it is done and throw the key away; the view of requests does so too, should this end between."""
        subject = self._subject(call, subject_id)
        subject.erase(call.act, self._rule(call.act), self._ties(subject_id))
        saved = self._log.save_for(call, subject)
        self._subject_keys.erase(subject_id)
        return saved

    def get_data_subject(self, subject_id: UUID) -> DataSubject:
        """Raises RecordNotFound where nothing was ever asked about the person's data."""
        return self._log.load(DataSubject, DataSubject.create_id(subject_id))

    def _subject(self, call: Call, subject_id: UUID) -> DataSubject:
        """Raises SubjectUnknown, and ViewLagged where the view takes too long."""
        if self._ties(subject_id).last_day is None:
            raise SubjectUnknown(subject_id=subject_id)
        known = self._log.find(DataSubject, DataSubject.create_id(subject_id), etag=call.etag)
        return known or DataSubject.open(call.act, subject_id)

    def _rule(self, act: Act) -> ErasureRule | None:
        rules = self._log.find(ErasureRules, ErasureRules.create_id())
        return rules.rule_on(act.effective_on) if rules else None

    def _ties(self, subject_id: UUID) -> Ties:
        """Until when the person attended sessions or was certified."""
        self._attendances.wait_for(self._log.head(), remaining_seconds() * _SHARE_OF_DEADLINE)
        attended = self._attendances.last_session_of(subject_id)
        expert = self._log.find(Expert, Expert.create_id(subject_id))
        ends = [each.valid_until or date.max for each in expert.certifications] if expert else []
        ends += [attended] if attended else []
        return Ties(max(ends, default=None), open=date.max in ends)
