"""From a proposed task to an application whose every participation is screened."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.shared.refusals import Refusal
from services.support.application.claims import Claims
from services.support.application.clocks import supplement_due
from services.support.application.grant_calls import given_back_to_call
from services.support.application.overlaps import overlap_of
from services.support.application.receipts import receipted
from services.support.application.registry import Registry, host_must_be_free, must_represent
from services.support.domain.budget_line import BudgetLine
from services.support.domain.catalogue import Catalogue
from services.support.domain.checklist import ContentChecklist
from services.support.domain.claim import Claim
from services.support.domain.conditions import Eligibility
from services.support.domain.council import Council
from services.support.domain.norm_terms import SizeEvidence
from services.support.domain.participation import Participation
from services.support.domain.task import Task
from services.support.domain.task_terms import Paper, PaperFault, ParticipationLine


class TaskHasCouncil(Refusal):
    """A council judges one application: scores it has cast must not pass to the next."""

    sentence = "Nhiệm vụ đã có hội đồng xét chọn nên không mời lại; hãy đề xuất nhiệm vụ mới."


class Applications:
    """Acts on tasks up to the council, with their participations and claims."""

    def __init__(self, log: EventLog, registry: Registry) -> None:
        self._log = log
        self._registry = registry

    def propose_task(
        self,
        call: Call,
        *,
        title: str,
        year: int,
        budget_line_id: UUID,
        catalogue_id: UUID,
        content_codes: tuple[str, ...],
    ) -> Saved[Task]:
        catalogue = self._log.load(Catalogue, catalogue_id)
        line = self._log.load(BudgetLine, budget_line_id)
        task = Task.propose(call.act, catalogue, line, title=title, year=year, content_codes=content_codes)
        return self._log.save_for(call, task)

    def enlist_task(self, call: Call, *, task_id: UUID) -> Saved[Task]:
        task = self._task(call, task_id)
        task.enlist(call.act, self._log.load(BudgetLine, task.budget_line_id))
        return self._log.save_for(call, task)

    def open_task_call(
        self,
        call: Call,
        *,
        task_id: UUID,
        opens_on: date,
        closes_on: date,
        quota: int,
        checklists: tuple[ContentChecklist, ...] = (),
        accreditation_required: bool = False,
    ) -> Saved[Task]:
        task = self._task(call, task_id)
        if self._log.find(Council, Council.create_id(task_id)):
            raise TaskHasCouncil
        task.open_call(
            call.act,
            opens_on=opens_on,
            closes_on=closes_on,
            quota=quota,
            checklists=checklists,
            accreditation_required=accreditation_required,
        )
        return self._log.save_for(call, task)

    def submit_task_application(
        self,
        call: Call,
        *,
        task_id: UUID,
        host_organisation_id: UUID,
        participations: tuple[ParticipationLine, ...],
        papers: tuple[Paper, ...] = (),
    ) -> Saved[Task]:
        task = self._task(call, task_id)
        task.check_submittable(call.act)
        host = self._registry.host(host_organisation_id)
        host.must_be_free_on(call.act.effective_on)
        if task.accreditation_required:
            host.must_be_accredited_on(call.act.effective_on)
        must_represent(self._registry, call.act, host_organisation_id)
        catalogue = self._log.load(Catalogue, task.catalogue_id)
        task.check_lines(catalogue, participations)
        task.check_papers(participations, papers)
        registered = [_register(call, task, catalogue, line) for line in participations]
        claims = Claims(self._log, call)
        for participation in registered:
            claims.lodge(participation, self._eligibility(call, participation))
        task.submit_application(
            call.act,
            host_organisation_id=host_organisation_id,
            participation_ids=tuple(participation.id for participation in registered),
            papers=papers,
        )
        assert task.call_body is not None
        receipts = receipted(self._log, call, task, task.call_body)
        return self._log.save_for(call, task, *registered, *claims.touched, *receipts)

    def return_task_application(
        self, call: Call, *, task_id: UUID, reason: str, resubmit_by: date, faults: tuple[PaperFault, ...] = ()
    ) -> Saved[Task]:
        task = self._task(call, task_id)
        task.return_application(call.act, reason=reason, resubmit_by=resubmit_by, faults=faults)
        return self._log.save_for(call, task)

    def resubmit_task_application(
        self,
        call: Call,
        *,
        task_id: UUID,
        participations: tuple[ParticipationLine, ...],
        papers: tuple[Paper, ...] = (),
    ) -> Saved[Task]:
        """A line that stands as before keeps its participation; one that is gone or altered gives its claim back."""
        task = self._task(call, task_id)
        ruled_until = supplement_due(self._log, task)
        task.check_resubmittable(call.act, ruled_until)
        host_must_be_free(self._registry, call.act, task)
        must_represent(self._registry, call.act, task.host_organisation_id)
        catalogue = self._log.load(Catalogue, task.catalogue_id)
        task.check_lines(catalogue, participations)
        task.check_papers(participations, papers)
        earlier = {earlier.line: earlier for earlier in self._participations(task)}
        withdrawn = [participation for line, participation in earlier.items() if line not in participations]
        registered = {line: _register(call, task, catalogue, line) for line in participations if line not in earlier}
        claims = Claims(self._log, call)
        for participation in withdrawn:
            participation.withdraw(call.act)
            claims.release(participation)
        for participation in registered.values():
            claims.lodge(participation, self._eligibility(call, participation))
        standing = {**earlier, **registered}
        participation_ids = tuple(standing[line].id for line in participations)
        task.resubmit_application(call.act, participation_ids=participation_ids, papers=papers, ruled_until=ruled_until)
        return self._log.save_for(call, task, *withdrawn, *registered.values(), *claims.touched)

    def extend_resubmission(self, call: Call, *, task_id: UUID, resubmit_by: date, reason: str) -> Saved[Task]:
        task = self._task(call, task_id)
        ruled_until = supplement_due(self._log, task)
        task.extend_resubmission(call.act, resubmit_by=resubmit_by, reason=reason, ruled_until=ruled_until)
        return self._log.save_for(call, task)

    def validate_task_application(self, call: Call, *, task_id: UUID) -> Saved[Task]:
        task = self._task(call, task_id)
        task.validate_application(call.act)
        return self._log.save_for(call, task)

    def reject_task_application(self, call: Call, *, task_id: UUID, reason: str) -> Saved[Task]:
        task = self._task(call, task_id)
        task.reject_application(call.act, reason=reason)
        participations = self._participations(task)
        claims = Claims(self._log, call)
        for participation in participations:
            participation.refuse(call.act, reason=reason)
            claims.release(participation)
        grant_calls = given_back_to_call(self._log, call, task, participations)
        return self._log.save_for(call, task, *participations, *claims.touched, *grant_calls)

    def screen_participation(
        self, call: Call, *, participation_id: UUID, size: SizeEvidence | None = None
    ) -> Saved[Participation]:
        """Judge every condition by what the registry knows; on the size its word comes before the caller's."""
        participation = self._log.load(Participation, participation_id, etag=call.etag)
        task = self._log.load(Task, participation.task_id)
        task.must_await_decision()
        catalogue = self._log.load(Catalogue, task.catalogue_id)
        eligibility = self._eligibility(call, participation)
        eligibility.must_not_be_stopped()
        claims = Claims(self._log, call)
        overlap = overlap_of(self._log, eligibility, participation)
        verdicts = catalogue.judge(eligibility, overlap, holds_claim=claims.cover(participation, eligibility))
        participation.screen(
            call.act,
            verdicts=verdicts,
            registry_position=eligibility.registry_position,
            size=eligibility.size or size,
        )
        return self._log.save_for(call, participation, *claims.touched)

    def get_task(self, task_id: UUID) -> Task:
        return self._log.load(Task, task_id)

    def get_participation(self, participation_id: UUID) -> Participation:
        return self._log.load(Participation, participation_id)

    def get_claim(self, claim_id: UUID) -> Claim:
        return self._log.load(Claim, claim_id)

    def _eligibility(self, call: Call, participation: Participation) -> Eligibility:
        return self._registry.eligibility(
            participation.enterprise_id, participation.content_code, call.act.effective_on
        )

    def _task(self, call: Call, task_id: UUID) -> Task:
        return self._log.load(Task, task_id, etag=call.etag)

    def _participations(self, task: Task) -> list[Participation]:
        return [self._log.load(Participation, participation_id) for participation_id in task.participation_ids]


def _register(call: Call, task: Task, catalogue: Catalogue, line: ParticipationLine) -> Participation:
    content = catalogue.content("content_code", line.content_code)
    return Participation.register(call.act, content, task_id=task.id, line=line)
