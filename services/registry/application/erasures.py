"""What may be done about a person's data: kept by order, asked to be erased, refused, erased for ever."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.registry.domain.affiliation import Affiliation
from services.registry.domain.data_subject import DataSubject
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.erasure_rules import ErasureRules
from services.registry.domain.person import Person
from services.shared.erasure import ErasureGround, ErasureRule, SubjectUnknown, Ties
from services.shared.event_store import Call, EventLog, Saved
from services.shared.personal_data import SubjectKeys
from services.shared.record import Act


class Erasures:
    """One method per permitted act. A person goes by their id, a household business's owner by the enterprise's."""

    def __init__(self, log: EventLog, subject_keys: SubjectKeys) -> None:
        self._log = log
        self._subject_keys = subject_keys

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
        """Raises SubjectUnknown."""
        household = self._log.find(Enterprise, subject_id)
        if not (household.sealed_particulars if household else self._log.find(Person, subject_id)):
            raise SubjectUnknown(subject_id=subject_id)
        known = self._log.find(DataSubject, DataSubject.create_id(subject_id), etag=call.etag)
        return known or DataSubject.open(call.act, subject_id)

    def _rule(self, act: Act) -> ErasureRule | None:
        rules = self._log.find(ErasureRules, ErasureRules.create_id())
        return rules.rule_on(act.effective_on) if rules else None

    def _ties(self, subject_id: UUID) -> Ties:
        """Until when the person owned or represented enterprises; a household's owner, until when it was."""
        if household := self._log.find(Enterprise, subject_id):
            return Ties(household.ended_on, open=household.ended_on is None)
        affiliation = self._log.find(Affiliation, Affiliation.create_id(subject_id))
        links = affiliation.links if affiliation else ()
        owned = self._log.load_many(Enterprise, [link.to_id for link in links])
        ends = [min(link.last_day, owned[link.to_id].ended_on or date.max) for link in links]
        return Ties(max(ends, default=None), open=date.max in ends)
