"""UBND's decision on a scored task, and the contract that follows: whom, with how much, from which line."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.shared.refusals import Refusal
from services.support.application.claims import Claims
from services.support.application.contracts import signed, whole_task
from services.support.application.grant_calls import given_back_to_call, granted_under_call
from services.support.application.grant_tallies import GrantTallies
from services.support.application.overlaps import overlap_of
from services.support.application.recoveries import awards_permitted
from services.support.application.registry import Registry
from services.support.application.signatures import IN_OWN_CAPACITY, Signature, Signatures, in_turn
from services.support.domain.budget_line import BudgetLine
from services.support.domain.catalogue import Catalogue
from services.support.domain.conditions import Eligibility, unmet_reasons
from services.support.domain.council import Council
from services.support.domain.delegation import DecisionKind
from services.support.domain.norm_terms import Amount
from services.support.domain.norms import Norms
from services.support.domain.overlap import Overlap
from services.support.domain.participation import Participation
from services.support.domain.task import Task
from services.support.domain.task_terms import Grant, ParticipationAmount


class RefusalOfNoCandidate(Refusal):
    """Only an eligible participation of the task needs a reason for being left out."""

    sentence = "Hồ sơ tham gia {participation_id} không phải là hồ sơ đủ điều kiện của nhiệm vụ này."


class ConditionUnmetAtDecision(Refusal):
    """What made the participation eligible no longer holds on the day of the decision: it is to be screened again."""

    sentence = "Hồ sơ tham gia {participation_id} không còn đủ điều kiện vào ngày quyết định: {reasons}"


class Decisions:
    """Acts that bind the city's money; each moves the line, the participations and the claims in one append."""

    def __init__(self, log: EventLog, registry: Registry) -> None:
        self._log = log
        self._registry = registry
        self._signatures = Signatures(log)

    @in_turn
    def approve_task(
        self,
        call: Call,
        *,
        task_id: UUID,
        norms_id: UUID,
        refusals: Mapping[UUID, str],
        signature: Signature = IN_OWN_CAPACITY,
    ) -> Saved[Task]:
        """Every eligible participation is selected unless ``refusals`` gives the reason why not.

        The registry is asked once more, and each selected claim confirmed as of its answer.
        """
        task = self._task(call, task_id)
        task.must_be_scored()
        signing = self._signatures.signed(call, signature)
        call = signing.call
        norms = self._log.load(Norms, norms_id)
        norms.must_be_of(task.catalogue_id)
        norms.must_be_in_force(call.act.effective_on)
        participations = self._participations(task)
        selected = {p.id: p for p in participations if p.is_eligible and p.id not in refusals}
        _must_be_candidates(refusals, participations)
        catalogue = self._log.load(Catalogue, task.catalogue_id)
        known = {p.id: self._still_eligible(call, catalogue, p) for p in selected.values()}
        tallies = GrantTallies(self._log, call, norms)
        amounts = {participation.id: tallies.grant(participation) for participation in selected.values()}
        grants = tuple(_grant(participation, amounts[participation.id]) for participation in selected.values())
        council = self._log.load(Council, Council.create_id(task_id))
        task.approve(call.act, council, norms_id=norms_id, grants=grants)
        accounts = awards_permitted(
            self._log,
            call,
            task_id,
            host_organisation_id=task.host_organisation_id,
            enterprise_ids=(member for eligibility, _ in known.values() for member in eligibility.undertaking),
        )
        claims = Claims(self._log, call)
        for grant in grants:
            participation = selected[grant.participation_id]
            participation.select(call.act, amounts[participation.id], norms_id=norms_id)
            claims.confirm(participation, *known[participation.id])
        for participation in participations:
            if participation.id not in selected:
                reason = refusals.get(participation.id) or participation.unmet_reasons
                participation.refuse(call.act, reason=reason)
                claims.release(participation)
        signatures = signing.records(DecisionKind.TASK_APPROVAL, task_id, task.decided_vnd)
        grant_calls = granted_under_call(self._log, call, task)
        touched = (*claims.touched, *tallies.touched, *accounts, *grant_calls, *signatures)
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
        task.decline(call.act, self._log.load(Council, Council.create_id(task_id)), reason=reason)
        participations = self._participations(task)
        claims = Claims(self._log, call)
        for participation in participations:
            participation.refuse(call.act, reason=reason)
            claims.release(participation)
        grant_calls = given_back_to_call(self._log, call, task, participations)
        signatures = signing.records(DecisionKind.TASK_REFUSAL, task_id)
        return self._log.save_for(call, task, *participations, *claims.touched, *grant_calls, *signatures)

    def contract_task(self, call: Call, *, task_id: UUID, lines: tuple[ParticipationAmount, ...]) -> Saved[Task]:
        """A contract in short: one milestone holds everything, by the authority of the decision itself."""
        task = self._task(call, task_id)
        task.must_be_approved()
        [milestone] = milestones = whole_task(task, lines, call.act.effective_on)
        file = signed(
            self._log,
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

    def _still_eligible(
        self, call: Call, catalogue: Catalogue, participation: Participation
    ) -> tuple[Eligibility, Overlap]:
        """What the registry knows now of a participation found eligible before, and what that says of double funding.

        Raises ConditionUnmetAtDecision, and what Eligibility.must_not_be_stopped does.
        """
        eligibility = self._registry.eligibility(
            participation.enterprise_id, participation.content_code, call.act.effective_on
        )
        eligibility.must_not_be_stopped()
        overlap = overlap_of(self._log, eligibility, participation_id=participation.id)
        verdicts = catalogue.judge(eligibility, overlap, holds_claim=True)  # as the confirmation of the claim shows
        if reasons := unmet_reasons(verdicts):
            raise ConditionUnmetAtDecision(participation_id=participation.id, reasons=reasons)
        return eligibility, overlap

    def _task(self, call: Call, task_id: UUID) -> Task:
        return self._log.load(Task, task_id, etag=call.etag)

    def _participations(self, task: Task) -> list[Participation]:
        return [self._log.load(Participation, participation_id) for participation_id in task.participation_ids]


def _must_be_candidates(refusals: Mapping[UUID, str], participations: list[Participation]) -> None:
    candidates = {participation.id for participation in participations if participation.is_eligible}
    for participation_id in refusals:
        if participation_id not in candidates:
            raise RefusalOfNoCandidate(participation_id=participation_id)


def _grant(participation: Participation, amount: Amount) -> Grant:
    return Grant(
        participation_id=participation.id,
        enterprise_id=participation.enterprise_id,
        content_code=participation.content_code,
        amount_vnd=amount.amount_vnd,
        rate_percent=amount.rate_percent,
        pays_after_certificate=amount.pays_after_certificate,
        explanation=amount.explanation,
    )
