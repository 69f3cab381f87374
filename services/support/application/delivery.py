"""From the contract to the settlement: what was done, certified, accepted, paid."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.support.domain.budget_line import BudgetLine
from services.support.domain.participation import Participation
from services.support.domain.task import Task
from services.support.domain.task_terms import ActualCost


class Delivery:
    """Acts on tasks under contract and on their participations."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def report_task_progress(self, call: Call, *, task_id: UUID, progress_percent: int, summary: str) -> Saved[Task]:
        task = self._task(call, task_id)
        task.report_progress(call.act, progress_percent=progress_percent, summary=summary)
        return self._log.save_for(call, task)

    def implement_participation(self, call: Call, *, participation_id: UUID, summary: str) -> Saved[Participation]:
        participation = self._participation(call, participation_id)
        task = self._log.load(Task, participation.task_id)
        task.must_be_under_way()
        task.must_be_host(call.act)
        participation.implement(call.act, summary=summary)
        return self._log.save_for(call, participation)

    def certify_participation(
        self,
        call: Call,
        *,
        participation_id: UUID,
        certificate_number: str,
        certification_body: str,
        issued_on: date,
        valid_until: date,
    ) -> Saved[Participation]:
        participation = self._participation(call, participation_id)
        self._log.load(Task, participation.task_id).must_be_under_way()
        participation.certify(
            call.act,
            certificate_number=certificate_number,
            certification_body=certification_body,
            issued_on=issued_on,
            valid_until=valid_until,
        )
        return self._log.save_for(call, participation)

    def request_task_acceptance(self, call: Call, *, task_id: UUID, summary: str) -> Saved[Task]:
        task = self._task(call, task_id)
        task.request_acceptance(call.act, summary=summary)
        return self._log.save_for(call, task)

    def accept_task(self, call: Call, *, task_id: UUID, actual_costs: tuple[ActualCost, ...]) -> Saved[Task]:
        """Nothing is accepted without its evidence: the content applied, or certified where the norm asks for it."""
        task = self._task(call, task_id)
        for grant in task.grants.values():
            participation = self._log.load(Participation, grant.participation_id)
            participation.must_show_evidence(certificate_needed=grant.pays_after_certificate)
        task.accept(call.act, actual_costs=actual_costs)
        return self._log.save_for(call, task)

    def pay_task(self, call: Call, *, task_id: UUID) -> Saved[Task]:
        task = self._task(call, task_id)
        task.pay(call.act)
        line = self._log.load(BudgetLine, task.budget_line_id)
        line.pay(call.act, task_id=task_id, amount_vnd=task.paid_vnd)
        return self._log.save_for(call, task, line)

    def settle_task(self, call: Call, *, task_id: UUID) -> Saved[Task]:
        task = self._task(call, task_id)
        line = self._log.load(BudgetLine, task.budget_line_id)
        task.settle(call.act, released_vnd=line.release_unspent(call.act, task_id=task_id))
        return self._log.save_for(call, task, line)

    def _task(self, call: Call, task_id: UUID) -> Task:
        return self._log.load(Task, task_id, etag=call.etag)

    def _participation(self, call: Call, participation_id: UUID) -> Participation:
        return self._log.load(Participation, participation_id, etag=call.etag)
