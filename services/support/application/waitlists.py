"""Those whom a decision left waiting: selected by a later one from money that became free, or refused at the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.support.application.claims import Claims
from services.support.application.grant_calls import given_back_to_call, granted_under_call
from services.support.application.granting import Granting
from services.support.application.rankings import Rankings
from services.support.application.registry import Registry
from services.support.application.signatures import IN_OWN_CAPACITY, Signature, Signatures, in_turn
from services.support.domain.budget_line import BudgetLine
from services.support.domain.council import Council
from services.support.domain.delegation import DecisionKind
from services.support.domain.participation import Participation
from services.support.domain.ranking import Ranking
from services.support.domain.task import Task
from services.support.domain.waitlist import LeavingKind, NotWaiting, Waiting, Waitlist, must_wait_in_order


class Waitlists:
    """Decisions on who waits; each moves task, participations, claims and money in one append."""

    def __init__(self, log: EventLog, registry: Registry) -> None:
        self._log = log
        self._registry = registry
        self._rankings = Rankings(log)
        self._signatures = Signatures(log)

    @in_turn
    def waitlist_task(
        self, call: Call, *, task_id: UUID, reason: str, signature: Signature = IN_OWN_CAPACITY
    ) -> Saved[Task]:
        """Every eligible participation waits at its place in the task's order, or in that of its grant call."""
        task = self._task(call, task_id)
        task.must_be_scored()
        signing = self._signatures.signed(call, signature)
        call = signing.call
        task.waitlist(call.act, self._council(task_id), reason=reason)
        eligible = [each for each in self._participations(task.participation_ids) if each.is_eligible]
        rankings = self._rankings.deciding(task, {each.content_code for each in eligible}, call.act.effective_on)
        for participation in eligible:
            wait(call, participation, rankings[participation.content_code], Waiting(participation.id, reason), ())
        waitlist = Waitlist.open(
            call.act, task_id=task_id, participation_ids=tuple(participation.id for participation in eligible)
        )
        signatures = signing.records(DecisionKind.TASK_REFUSAL, task_id)
        return self._log.save_for(call, task, waitlist, *eligible, *signatures)

    @in_turn
    def select_from_waitlist(
        self,
        call: Call,
        *,
        task_id: UUID,
        participation_ids: tuple[UUID, ...],
        norms_id: UUID,
        skip_reason: str | None,
        signature: Signature = IN_OWN_CAPACITY,
    ) -> Saved[Task]:
        """Granted by the norms of the day, from what the task's line has left; until the task is under contract."""
        task = self._task(call, task_id)
        task.must_be_approved()
        waitlist = self._waitlist(task_id, participation_ids)
        signing = self._signatures.signed(call, signature)
        call = signing.call
        selected = self._participations(participation_ids)
        waitlist.leave(call.act, participation_ids=participation_ids, leaving_kind=LeavingKind.SELECTED)
        still_waiting = self._participations(waitlist.waiting_ids)
        rankings = self._rankings.deciding(task, task.content_codes, call.act.effective_on)
        for each in still_waiting:
            waiting = Waiting(each.id, skip_reason)
            must_wait_in_order("skip_reason", rankings[each.content_code], waiting, participation_ids)
        claims = Claims(self._log, call)
        granting = Granting(self._log, self._registry, call, task, norms_id, selected, claims)
        task.select_from_waitlist(call.act, self._council(task_id), grants=granting.grants, skip_reason=skip_reason)
        bound = granting.bind()
        added_vnd = sum(grant.amount_vnd for grant in granting.grants)
        signatures = signing.records(DecisionKind.TASK_APPROVAL, task_id, added_vnd)
        waiting_codes = frozenset(each.content_code for each in still_waiting)
        grant_calls = granted_under_call(self._log, call, task, granting.grants, waiting_codes, rankings, skip_reason)
        with self._log.turn_at(task.budget_line_id):
            line = self._log.load(BudgetLine, task.budget_line_id)
            line.reserve(call.act, task_id=task_id, amount_vnd=added_vnd)
            touched = (*claims.touched, *bound, *grant_calls, *signatures)
            return self._log.save_for(call, task, waitlist, line, *selected, *touched)

    @in_turn
    def refuse_waitlisted(
        self,
        call: Call,
        *,
        task_id: UUID,
        participation_ids: tuple[UUID, ...],
        reason: str,
        signature: Signature = IN_OWN_CAPACITY,
    ) -> Saved[Task]:
        """They wait no longer, for a written reason: their claims are free, and their places under a grant call."""
        task = self._task(call, task_id)
        task.must_be_approved()
        waitlist = self._waitlist(task_id, participation_ids)
        signing = self._signatures.signed(call, signature)
        call = signing.call
        task.refuse_waitlisted(call.act, self._council(task_id), participation_ids=participation_ids, reason=reason)
        waitlist.leave(call.act, participation_ids=participation_ids, leaving_kind=LeavingKind.REFUSED)
        refused = self._participations(participation_ids)
        claims = Claims(self._log, call)
        for participation in refused:
            participation.refuse(call.act, reason=reason)
            claims.release(participation)
        grant_calls = given_back_to_call(self._log, call, task, refused)
        signatures = signing.records(DecisionKind.TASK_REFUSAL, task_id)
        return self._log.save_for(call, task, waitlist, *refused, *claims.touched, *grant_calls, *signatures)

    def get_waitlist(self, task_id: UUID) -> Waitlist:
        return self._log.load(Waitlist, Waitlist.create_id(task_id))

    def _waitlist(self, task_id: UUID, participation_ids: tuple[UUID, ...]) -> Waitlist:
        waitlist = self._log.find(Waitlist, Waitlist.create_id(task_id))
        if waitlist is None:
            raise NotWaiting(participation_id=participation_ids[0])
        return waitlist

    def _task(self, call: Call, task_id: UUID) -> Task:
        return self._log.load(Task, task_id, etag=call.etag)

    def _council(self, task_id: UUID) -> Council:
        return self._log.load(Council, Council.create_id(task_id))

    def _participations(self, participation_ids: Iterable[UUID]) -> list[Participation]:
        return [self._log.load(Participation, participation_id) for participation_id in participation_ids]


def wait(
    call: Call, participation: Participation, ranking: Ranking, waiting: Waiting, selected_ids: Iterable[UUID]
) -> None:
    """Leave a participation waiting at its place among the candidates.

    Raises SkippedWithoutReason and ParticipationNotEligible.
    """
    place = must_wait_in_order("waiting", ranking, waiting, frozenset(selected_ids))
    participation.waitlist(
        call.act,
        rank=place.rank,
        candidate_count=len(ranking.places),
        explanation=place.explanation,
        reason=waiting.reason,
    )


def waitlist_of_decision(
    log: EventLog, call: Call, task_id: UUID, waiting_ids: tuple[UUID, ...], gone: Mapping[LeavingKind, Iterable[UUID]]
) -> list[Waitlist]:
    """The task's waitlist as a decision, or a withdrawal, leaves it; none where nobody waits nor did."""
    waitlist = log.find(Waitlist, Waitlist.create_id(task_id))
    if waitlist is None:
        return [Waitlist.open(call.act, task_id=task_id, participation_ids=waiting_ids)] if waiting_ids else []
    for leaving_kind, participation_ids in gone.items():
        leaving = tuple(each for each in participation_ids if each in waitlist.waiting_ids)
        if leaving:
            waitlist.leave(call.act, participation_ids=leaving, leaving_kind=leaving_kind)
    return [waitlist]
