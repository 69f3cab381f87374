"""Who applied takes a participation or, before there is a contract, everything back: what it held is free again.

Under a contract everything is taken back by its end.
"""

from __future__ import annotations

from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.support.application.claims import Claims
from services.support.application.contract_file import ContractFile
from services.support.application.grant_calls import given_back_to_call
from services.support.application.grant_tallies import give_back
from services.support.application.registry import Registry, must_represent
from services.support.application.waitlists import waitlist_of_decision
from services.support.domain.budget_line import BudgetLine
from services.support.domain.participation import Participation
from services.support.domain.task import Task
from services.support.domain.waitlist import LeavingKind, Waitlist


class Withdrawals:
    """Acts by which an application, or a part of it, is taken back in either channel."""

    def __init__(self, log: EventLog, registry: Registry) -> None:
        self._log = log
        self._registry = registry

    def withdraw_application(self, call: Call, *, task_id: UUID, reason: str) -> Saved[Task]:
        task = self._log.load(Task, task_id, etag=call.etag)
        standing, reserved_vnd = task.standing_ids(self._waiting_ids(task)), task.granted_vnd
        task.withdraw(call.act, reason=reason)
        must_represent(self._registry, call.act, task.host_organisation_id)
        gone = [self._log.load(Participation, each) for each in task.participation_ids if each in standing]
        return self._let_go(call, task, gone, reserved_vnd)

    def withdraw_participation(self, call: Call, *, participation_id: UUID, reason: str) -> Saved[Task]:
        participation = self._log.load(Participation, participation_id)
        task = self._log.load(Task, participation.task_id, etag=call.etag)
        if task.is_carried_out:
            file = ContractFile.of(self._log, call, task.id, etag_of=Task)
            file.let_leave(participation_id, reason)
            must_represent(self._registry, call.act, task.host_organisation_id)
            return self._log.save_for(call, file.task, file.contract, *file.touched)
        reserved_vnd = task.let_leave(
            call.act, participation_id=participation_id, reason=reason, waiting_ids=self._waiting_ids(task)
        )
        must_represent(self._registry, call.act, task.host_organisation_id)
        return self._let_go(call, task, [participation], reserved_vnd)

    def _let_go(self, call: Call, task: Task, gone: list[Participation], reserved_vnd: int) -> Saved[Task]:
        claims = Claims(self._log, call)
        for participation in gone:
            participation.step_back(call.act)
            claims.release(participation)
        lines = []
        if reserved_vnd:
            lines.append(self._log.load(BudgetLine, task.budget_line_id))
            lines[0].release_reserved(call.act, task_id=task.id, amount_vnd=reserved_vnd)
        grant_calls = given_back_to_call(self._log, call, task, gone)
        tallies = give_back(self._log, call, dict.fromkeys((each.id for each in gone), 0))
        withdrawn = {LeavingKind.WITHDRAWN: [each.id for each in gone]}
        waitlist = waitlist_of_decision(self._log, call, task.id, (), withdrawn)
        return self._log.save_for(call, task, *gone, *claims.touched, *lines, *grant_calls, *tallies, *waitlist)

    def _waiting_ids(self, task: Task) -> tuple[UUID, ...]:
        waitlist = self._log.find(Waitlist, Waitlist.create_id(task.id))
        return waitlist.waiting_ids if waitlist else ()
