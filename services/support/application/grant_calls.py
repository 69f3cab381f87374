"""Calls for direct grants, and the applications that enterprises make for themselves under them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.support.application.claims import Claims
from services.support.application.clocks import supplement_due
from services.support.application.receipts import receipted
from services.support.application.registry import Registry, must_represent
from services.support.domain.budget_line import BudgetLine
from services.support.domain.catalogue import Catalogue
from services.support.domain.grant_call import CalledContent, GrantCall
from services.support.domain.participation import Participation
from services.support.domain.ranking import Ranking
from services.support.domain.task import Task
from services.support.domain.task_terms import Grant, Paper, ParticipationLine


class GrantCalls:
    """Acts on calls for direct grants and on applications up to the council."""

    def __init__(self, log: EventLog, registry: Registry) -> None:
        self._log = log
        self._registry = registry

    def publish_grant_call(
        self,
        call: Call,
        *,
        catalogue_id: UUID,
        budget_line_id: UUID,
        title: str,
        opens_on: date,
        closes_on: date,
        contents: tuple[CalledContent, ...],
    ) -> Saved[GrantCall]:
        catalogue = self._log.load(Catalogue, catalogue_id)
        line = self._log.load(BudgetLine, budget_line_id)
        grant_call = GrantCall.publish(
            call.act, catalogue, line, title=title, opens_on=opens_on, closes_on=closes_on, contents=contents
        )
        return self._log.save_for(call, grant_call)

    def extend_grant_call(self, call: Call, *, grant_call_id: UUID, closes_on: date) -> Saved[GrantCall]:
        grant_call = self._grant_call(call, grant_call_id)
        grant_call.extend(call.act, closes_on=closes_on)
        return self._log.save_for(call, grant_call)

    def cancel_grant_call(self, call: Call, *, grant_call_id: UUID, reason: str) -> Saved[GrantCall]:
        grant_call = self._grant_call(call, grant_call_id)
        grant_call.cancel(call.act, reason=reason)
        return self._log.save_for(call, grant_call)

    def apply_for_grant(
        self,
        call: Call,
        *,
        grant_call_id: UUID,
        lines: tuple[ParticipationLine, ...],
        papers: tuple[Paper, ...],
    ) -> Saved[Task]:
        """An application is a task of its own, on the call's line; call, claims and task move in one append."""
        grant_call = self._log.load(GrantCall, grant_call_id)
        catalogue = self._log.load(Catalogue, grant_call.catalogue_id)
        line = self._log.load(BudgetLine, grant_call.budget_line_id)
        task = Task.propose(
            call.act,
            catalogue,
            line,
            title=grant_call.title,
            year=grant_call.year,
            content_codes=tuple(each.content_code for each in lines),
        )
        [enterprise_id] = {each.enterprise_id for each in lines}
        must_represent(self._registry, call.act, enterprise_id)
        grant_call.receive(call.act, task_id=task.id, enterprise_id=enterprise_id, lines=lines, papers=papers)
        registered = [self._registered(call, task, catalogue, each) for each in lines]
        claims = Claims(self._log, call)
        for participation in registered:
            known = self._registry.eligibility(enterprise_id, participation.content_code, call.act.effective_on)
            claims.lodge(participation, known)
        task.apply_under_call(
            call.act,
            grant_call_id=grant_call.id,
            receipt_number=grant_call.received_count,
            enterprise_id=enterprise_id,
            participation_ids=tuple(participation.id for participation in registered),
            papers=papers,
        )
        receipts = receipted(self._log, call, task, grant_call.body)
        return self._log.save_for(call, task, grant_call, *registered, *claims.touched, *receipts)

    def resubmit_grant_application(self, call: Call, *, task_id: UUID, papers: tuple[Paper, ...]) -> Saved[Task]:
        task = self._log.load(Task, task_id, etag=call.etag)
        task.resubmit_papers(call.act, papers=papers, ruled_until=supplement_due(self._log, task))
        must_represent(self._registry, call.act, task.host_organisation_id)
        assert task.grant_call_id is not None
        grant_call = self._log.load(GrantCall, task.grant_call_id)
        codes = [self._log.load(Participation, id_).content_code for id_ in task.participation_ids]
        grant_call.check_papers(codes, papers)
        return self._log.save_for(call, task)

    def record_field_survey(
        self, call: Call, *, task_id: UUID, surveyed_on: date, favourable: bool, findings: str
    ) -> Saved[Task]:
        task = self._log.load(Task, task_id, etag=call.etag)
        task.record_survey(call.act, surveyed_on=surveyed_on, favourable=favourable, findings=findings)
        return self._log.save_for(call, task)

    def get_grant_call(self, grant_call_id: UUID) -> GrantCall:
        return self._log.load(GrantCall, grant_call_id)

    def get_grant_application(self, task_id: UUID, *, person_id: UUID, body: str, on: date) -> Task:
        """NotTheHost when another body applied, NotAuthorisedToRepresent for who may not act for it on a day."""
        task = self._log.load(Task, task_id)
        task.must_be_hosted_by(body)
        assert task.host_organisation_id is not None, "somebody applied"
        self._registry.representation(task.host_organisation_id, person_id).must_hold_on(on)
        return task

    def _registered(self, call: Call, task: Task, catalogue: Catalogue, line: ParticipationLine) -> Participation:
        catalogue.must_have_priorities("priority_codes", line.priority_codes)
        line.check_products("unit_keys")
        content = catalogue.content("content_code", line.content_code)
        return Participation.register(call.act, content, task_id=task.id, line=line)

    def _grant_call(self, call: Call, grant_call_id: UUID) -> GrantCall:
        return self._log.load(GrantCall, grant_call_id, etag=call.etag)


def granted_under_call(
    log: EventLog,
    call: Call,
    task: Task,
    grants: tuple[Grant, ...],
    waiting_codes: frozenset[str],
    rankings: Mapping[str, Ranking],
    skip_reason: str | None,
) -> list[GrantCall]:
    """The call that a decision's grants count against; none for a hosted task. What waits keeps its place there.

    Raises CallOrderSkippedWithoutReason where the call bounds a content and others come first for it.
    """
    grant_calls = _calls_of(log, task)
    for grant_call in grant_calls:
        for grant in grants:
            code, ahead = grant.content_code, rankings[grant.content_code].ahead_of(grant.participation_id)
            if ahead and grant_call.is_bounded(code):
                grant_call.skip_order(
                    call.act, task_id=task.id, content_code=code, skipped_ids=ahead, reason=skip_reason
                )
        grant_call.grant(call.act, task_id=task.id, grants=grants, waiting=waiting_codes)
    return grant_calls


def given_back_to_call(log: EventLog, call: Call, task: Task, gone: list[Participation]) -> list[GrantCall]:
    """The call to which participations give back what they held there; none for a hosted task."""
    grant_calls = _calls_of(log, task)
    for grant_call in grant_calls:
        grant_call.give_back(call.act, task_id=task.id, content_codes={each.content_code for each in gone})
    return grant_calls


def _calls_of(log: EventLog, task: Task) -> list[GrantCall]:
    return [] if task.grant_call_id is None else [log.load(GrantCall, task.grant_call_id)]
