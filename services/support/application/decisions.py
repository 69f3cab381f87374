"""UBND's decision on a scored task, and the contract that follows: whom, with how much, from which line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.shared.refusals import Refusal
from services.support.application.claims import Claims
from services.support.application.contracts import signed, whole_task
from services.support.application.grant_calls import given_back_to_call, granted_under_call
from services.support.application.granting import Granting
from services.support.application.rankings import Rankings
from services.support.application.registry import Registry
from services.support.application.signatures import IN_OWN_CAPACITY, Signature, Signatures, in_turn
from services.support.application.waitlists import wait, waitlist_of_decision
from services.support.domain.budget_line import BudgetLine
from services.support.domain.council import Council
from services.support.domain.delegation import DecisionKind
from services.support.domain.participation import Participation
from services.support.domain.ranking import Ranking
from services.support.domain.task import Task
from services.support.domain.task_terms import ParticipationAmount
from services.support.domain.waitlist import LeavingKind, Waiting


class RefusalOfNoCandidate(Refusal):
    """Only an eligible participation of the task is left out or waits, and not both."""

    sentence = "Hồ sơ tham gia {participation_id} không phải là hồ sơ đủ điều kiện của nhiệm vụ này, hoặc nêu hai lần."


class Decisions:
    """Acts that bind the city's money; each moves the line, the participations and the claims in one append."""

    def __init__(self, log: EventLog, registry: Registry) -> None:
        self._log = log
        self._registry = registry
        self._rankings = Rankings(log)
        self._signatures = Signatures(log)

    @in_turn
    def approve_task(
        self,
        call: Call,
        *,
        task_id: UUID,
        norms_id: UUID,
        refusals: Mapping[UUID, str],
        waiting: tuple[Waiting, ...] = (),
        skip_reason: str | None = None,
        signature: Signature = IN_OWN_CAPACITY,
    ) -> Saved[Task]:
        """Every eligible participation is selected unless ``refusals`` gives the reason why not, or it is to wait.

        The registry is asked once more, and each selected claim confirmed as of its answer. ``skip_reason`` is needed
        where others under the same grant call come first.
        """
        task = self._task(call, task_id)
        task.must_be_scored()
        signing = self._signatures.signed(call, signature)
        call = signing.call
        participations = self._participations(task)
        waiting_of = {each.participation_id: each for each in waiting}
        _must_be_candidates((*refusals, *waiting_of), participations)
        selected = [p for p in participations if p.is_eligible and p.id not in refusals and p.id not in waiting_of]
        claims = Claims(self._log, call)
        granting = Granting(self._log, self._registry, call, task, norms_id, selected, claims)
        rankings = self._orders(call, task, waiting)
        task.approve(call.act, self._council(task_id), norms_id=norms_id, grants=granting.grants)
        bound = granting.bind()
        for participation in participations:
            if participation.id in waiting_of:
                order = rankings[participation.content_code]
                wait(call, participation, order, waiting_of[participation.id], granting.participation_ids)
            elif participation.id not in granting.participation_ids:
                reason = refusals.get(participation.id) or participation.unmet_reasons
                participation.refuse(call.act, reason=reason)
                claims.release(participation)
        waitlist = waitlist_of_decision(
            self._log,
            call,
            task_id,
            tuple(waiting_of),
            {LeavingKind.SELECTED: granting.participation_ids, LeavingKind.REFUSED: refusals},
        )
        signatures = signing.records(DecisionKind.TASK_APPROVAL, task_id, task.decided_vnd)
        waiting_codes = frozenset(p.content_code for p in participations if p.id in waiting_of)
        grant_calls = granted_under_call(self._log, call, task, granting.grants, waiting_codes, rankings, skip_reason)
        touched = (*claims.touched, *bound, *waitlist, *grant_calls, *signatures)
        with self._log.turn_at(task.budget_line_id):
            line = self._log.load(BudgetLine, task.budget_line_id)
            line.reserve(call.act, task_id=task_id, amount_vnd=task.decided_vnd)
            return self._log.save_for(call, task, line, *participations, *touched)

    @in_turn
    def decline_task(
        self, call: Call, *, task_id: UUID, reason: str, signature: Signature = IN_OWN_CAPACITY
    ) -> Saved[Task]:
        task = self._task(call, task_id)
        task.must_be_scored()
        signing = self._signatures.signed(call, signature)
        call = signing.call
        task.decline(call.act, self._council(task_id), reason=reason)
        participations = self._participations(task)
        claims = Claims(self._log, call)
        for participation in participations:
            participation.refuse(call.act, reason=reason)
            claims.release(participation)
        grant_calls = given_back_to_call(self._log, call, task, participations)
        waitlist = waitlist_of_decision(self._log, call, task_id, (), {LeavingKind.REFUSED: task.participation_ids})
        signatures = signing.records(DecisionKind.TASK_REFUSAL, task_id)
        touched = (*claims.touched, *waitlist, *grant_calls, *signatures)
        return self._log.save_for(call, task, *participations, *touched)

    def contract_task(self, call: Call, *, task_id: UUID, lines: tuple[ParticipationAmount, ...]) -> Saved[Task]:
        """A contract in short: one milestone holds everything, by the authority of the decision itself."""
        task = self._task(call, task_id)
        task.must_be_approved()
        [milestone] = milestones = whole_task(task, lines, call.act.effective_on)
        file = signed(
            self._log,
            self._registry,
            call,
            task,
            authority=f"quyết định {task.decision}",
            counterparty_signatory_id=None,
            starts_on=call.act.effective_on,
            ends_on=milestone.due_on,
            milestones=milestones,
            advance=None,
        )
        return self._log.save_for(call, task, file.contract, *file.touched)

    def _orders(self, call: Call, task: Task, waiting: tuple[Waiting, ...]) -> Mapping[str, Ranking]:
        """The orders that the decision has to follow: none where nobody waits and no call bounds anything."""
        if task.grant_call_id is None and not waiting:
            return {}
        return self._rankings.deciding(task, task.content_codes, call.act.effective_on)

    def _task(self, call: Call, task_id: UUID) -> Task:
        return self._log.load(Task, task_id, etag=call.etag)

    def _council(self, task_id: UUID) -> Council:
        return self._log.load(Council, Council.create_id(task_id))

    def _participations(self, task: Task) -> list[Participation]:
        return [self._log.load(Participation, participation_id) for participation_id in task.participation_ids]


def _must_be_candidates(named: Sequence[UUID], participations: list[Participation]) -> None:
    candidates = {participation.id for participation in participations if participation.is_eligible}
    for participation_id in named:
        if participation_id not in candidates or named.count(participation_id) > 1:
            raise RefusalOfNoCandidate(participation_id=participation_id)
