"""A task under a contract of one milestone, from report to settlement; more milestones: ``contracts``."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.support.application.certificates import presented
from services.support.application.contract_file import ContractFile
from services.support.application.registry import Registry, must_represent
from services.support.domain.certificate import Issued
from services.support.domain.participation import Participation
from services.support.domain.task import Task
from services.support.domain.task_terms import ActualCost

WHOLE = 1
"""The one milestone of a contract that was signed in short."""


class Delivery:
    """Acts on tasks under contract and on their participations."""

    def __init__(self, log: EventLog, registry: Registry) -> None:
        self._log = log
        self._registry = registry

    def report_task_progress(self, call: Call, *, task_id: UUID, progress_percent: int, summary: str) -> Saved[Task]:
        task = self._task(call, task_id)
        task.report_progress(call.act, progress_percent=progress_percent, summary=summary)
        must_represent(self._registry, call.act, task.host_organisation_id)
        return self._log.save_for(call, task)

    def implement_participation(self, call: Call, *, participation_id: UUID, summary: str) -> Saved[Participation]:
        participation = self._participation(call, participation_id)
        task = self._log.load(Task, participation.task_id)
        task.must_be_under_way()
        task.must_be_host(call.act)
        must_represent(self._registry, call.act, task.host_organisation_id)
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
        issued = Issued(certification_body, certificate_number, issued_on, valid_until)
        return self._log.save_for(call, participation, presented(self._log, call, participation, issued))

    def request_task_acceptance(self, call: Call, *, task_id: UUID, summary: str) -> Saved[Task]:
        file = self._whole(call, task_id)
        file.task.must_be_under_way()
        file.request_acceptance(WHOLE, summary)
        must_represent(self._registry, call.act, file.task.host_organisation_id)
        return self._saved(call, file)

    def accept_task(self, call: Call, *, task_id: UUID, actual_costs: tuple[ActualCost, ...]) -> Saved[Task]:
        file = self._whole(call, task_id)
        file.accept(WHOLE, actual_costs)
        return self._saved(call, file)

    def pay_task(self, call: Call, *, task_id: UUID) -> Saved[Task]:
        file = self._whole(call, task_id)
        file.task.must_be_accepted()
        file.pay(WHOLE, self._registry)
        return self._saved(call, file)

    def settle_task(self, call: Call, *, task_id: UUID) -> Saved[Task]:
        file = ContractFile.of(self._log, call, task_id, etag_of=Task)
        file.task.must_be_paid()
        file.settle()
        return self._saved(call, file)

    def _whole(self, call: Call, task_id: UUID) -> ContractFile:
        """The file of a contract whose one milestone is the whole task.

        Raises ContractHasMilestones.
        """
        file = ContractFile.of(self._log, call, task_id, etag_of=Task)
        file.contract.must_be_in_short()
        return file

    def _saved(self, call: Call, file: ContractFile) -> Saved[Task]:
        return self._log.save_for(call, file.task, file.contract, *file.touched)

    def _task(self, call: Call, task_id: UUID) -> Task:
        return self._log.load(Task, task_id, etag=call.etag)

    def _participation(self, call: Call, participation_id: UUID) -> Participation:
        return self._log.load(Participation, participation_id, etag=call.etag)
