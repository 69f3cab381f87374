"""The council's acts: appointed, called, members recused, scores cast, concluded by its minutes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.shared.refusals import Taken
from services.support.application.clocks import known_calendar
from services.support.application.council_regulations import rules_for
from services.support.application.council_supplements import demanded
from services.support.application.registry import Registry
from services.support.domain.contract import Contract
from services.support.domain.council import Council
from services.support.domain.council_supplement import CouncilSupplement
from services.support.domain.council_terms import (
    ConflictKind,
    CouncilKind,
    CouncilMember,
    CouncilRules,
    PersonMatches,
    Points,
    Vote,
)
from services.support.domain.participation import Participation
from services.support.domain.task import Task


class CouncilAlreadyAppointed(Taken):
    """A task is selected by one council."""

    sentence = "Nhiệm vụ đã có hội đồng xét chọn."


class AcceptanceCouncilAlreadyAppointed(Taken):
    """A milestone is judged by one council each time it was planned."""

    sentence = "Mốc {milestone_number} đã có hội đồng nghiệm thu."


class Councils:
    """Acts on councils; the conclusion of one that selects scores its task in the same append."""

    def __init__(self, log: EventLog, registry: Registry) -> None:
        self._log = log
        self._registry = registry

    def appoint_council(
        self, call: Call, *, task_id: UUID, members: tuple[CouncilMember, ...], rules: CouncilRules | None = None
    ) -> Saved[Council]:
        """``rules`` are stated where no regulation is in force on the day of the act."""
        task = self._log.load(Task, task_id)
        task.must_be_ready_for_council()
        for participation_id in task.participation_ids:
            self._log.load(Participation, participation_id).must_be_screened()
        if self._log.find(Council, Council.create_id(task_id)):
            raise CouncilAlreadyAppointed
        council = Council.appoint(
            call.act,
            task_id=task_id,
            submitters=task.submitters,
            host_body=task.host_body,
            members=members,
            rules=rules_for(self._log, CouncilKind.SELECTION, call.act.effective_on, rules),
        )
        council.match_conflicts(call.act, self._found(call, council, task))
        return self._log.save_for(call, council)

    def appoint_acceptance_council(
        self,
        call: Call,
        *,
        task_id: UUID,
        milestone_number: int,
        members: tuple[CouncilMember, ...],
        rules: CouncilRules | None = None,
    ) -> Saved[Council]:
        """The council that judges a milestone; its members score as those of a council that selects."""
        contract = self._log.load(Contract, Contract.create_id(task_id), etag=call.etag)
        milestone = contract.must_be_judgeable(milestone_number)
        if self._log.find(Council, Council.create_id(task_id, milestone_number, milestone.round)):
            raise AcceptanceCouncilAlreadyAppointed(milestone_number=milestone_number)
        council = Council.appoint(
            call.act,
            task_id=task_id,
            submitters=frozenset(contract.applicant_ids),
            host_body=contract.party_body,
            members=members,
            rules=rules_for(self._log, CouncilKind.ACCEPTANCE, call.act.effective_on, rules),
            milestone_number=milestone_number,
            milestone_round=milestone.round,
        )
        council.match_conflicts(call.act, self._found(call, council, self._log.load(Task, task_id)))
        return self._log.save_for(call, council)

    def replace_council_member(
        self, call: Call, *, council_id: UUID, person_id: UUID, member: CouncilMember
    ) -> Saved[Council]:
        council = self._council(call, council_id)
        task = self._log.load(Task, council.task_id)
        council.replace_member(
            call.act, person_id=person_id, member=member, submitters=task.submitters, host_body=task.host_body
        )
        council.match_conflicts(call.act, self._found(call, council, task))
        return self._log.save_for(call, council)

    def send_council_papers(self, call: Call, *, council_id: UUID, meeting_on: date) -> Saved[Council]:
        council = self._council(call, council_id)
        calendar = known_calendar(self._log, {call.act.effective_on.year})
        council.send_papers(call.act, meeting_on=meeting_on, calendar=calendar)
        return self._log.save_for(call, council)

    def declare_conflicts(
        self, call: Call, *, council_id: UUID, conflict_kinds: tuple[ConflictKind, ...]
    ) -> Saved[Council]:
        """Whatever a member says, the registry is asked, too: the file is shown to nobody whom it finds."""
        council = self._council(call, council_id)
        council.declare_conflicts(call.act, conflict_kinds=conflict_kinds)
        council.match_conflicts(call.act, self._found(call, council, self._log.load(Task, council.task_id)))
        return self._log.save_for(call, council)

    def match_conflicts(self, call: Call, *, council_id: UUID) -> Saved[Council]:
        council = self._council(call, council_id)
        council.match_conflicts(call.act, self._found(call, council, self._log.load(Task, council.task_id)))
        return self._log.save_for(call, council)

    def recuse_council_member(self, call: Call, *, council_id: UUID, conflict_kind: ConflictKind) -> Saved[Council]:
        council = self._council(call, council_id)
        council.recuse_member(call.act, conflict_kind=conflict_kind)
        return self._log.save_for(call, council)

    def cast_council_score(
        self,
        call: Call,
        *,
        council_id: UUID,
        points: tuple[Points, ...],
        vote: Vote | None = None,
        opinion: str | None = None,
    ) -> Saved[Council]:
        council = self._council(call, council_id)
        council.cast_score(call.act, points=points, vote=vote, opinion=opinion)
        return self._log.save_for(call, council)

    def conclude_council(
        self,
        call: Call,
        *,
        council_id: UUID,
        record_digest: str | None = None,
        answer_to_survey: str | None = None,
        required_supplement: str | None = None,
    ) -> Saved[Council]:
        """``required_supplement`` is on what condition the council passes the task; the rules say until when."""
        council = self._council(call, council_id)
        task = self._log.load(Task, council.task_id)
        council.conclude(
            call.act,
            record_digest=record_digest,
            unfavourable_survey=council.kind is CouncilKind.SELECTION and task.survey_unfavourable,
            answer_to_survey=answer_to_survey,
            supplement=demanded(self._log, call.act.effective_on, required_supplement),
        )
        council.must_have_recorded(self._found(call, council, task))
        if council.kind is CouncilKind.ACCEPTANCE:
            return self._log.save_for(call, council)
        task.score(call.act, council)
        if council.supplement is None:
            return self._log.save_for(call, council, task)
        assert task.host_body is not None, "somebody applied"
        supplement = CouncilSupplement.demand(call.act, council, party_body=task.host_body)
        return self._log.save_for(call, council, task, supplement)

    def get_council(self, council_id: UUID) -> Council:
        return self._log.load(Council, council_id)

    def _council(self, call: Call, council_id: UUID) -> Council:
        return self._log.load(Council, council_id, etag=call.etag)

    def _found(self, call: Call, council: Council, task: Task) -> PersonMatches:
        """Which members the registry finds behind the applicants or the host."""
        participations = (self._log.load(Participation, each) for each in task.participation_ids)
        parties = {participation.enterprise_id for participation in participations} | {task.host_organisation_id}
        return self._registry.match_persons(council.members, filter(None, parties), call.act.effective_on)
