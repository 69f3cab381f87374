"""A participation from its certificate, or the want of one, to its close."""

from __future__ import annotations

from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.support.application.certificates import is_surveillance_due
from services.support.application.registry import Registry, must_represent
from services.support.domain.contract import Contract
from services.support.domain.participation import Participation, Voucher
from services.support.domain.task import Task


class Participations:
    """Acts on participations under contract; what is paid for them is paid with their milestone."""

    def __init__(self, log: EventLog, registry: Registry) -> None:
        self._log = log
        self._registry = registry

    def deny_participation_certificate(
        self, call: Call, *, participation_id: UUID, reason: str
    ) -> Saved[Participation]:
        participation = self._participation(call, participation_id)
        participation.deny_certificate(call.act, reason=reason)
        return self._log.save_for(call, participation)

    def claim_participation_payment(
        self, call: Call, *, participation_id: UUID, milestone_number: int, vouchers: tuple[Voucher, ...]
    ) -> Saved[Participation]:
        participation = self._participation(call, participation_id)
        task = self._log.load(Task, participation.task_id)
        task.must_be_host(call.act)
        must_represent(self._registry, call.act, task.host_organisation_id)
        cost_vnd = self._contract(task.id).accepted_cost_vnd(milestone_number, participation_id)
        participation.claim_payment(call.act, milestone_number=milestone_number, cost_vnd=cost_vnd, vouchers=vouchers)
        return self._log.save_for(call, participation)

    def close_participation(self, call: Call, *, participation_id: UUID, summary: str) -> Saved[Participation]:
        participation = self._participation(call, participation_id)
        self._contract(participation.task_id).must_be_settled()
        surveillance_due = is_surveillance_due(self._log, participation, call.act.effective_on)
        participation.close(call.act, summary=summary, surveillance_due=surveillance_due)
        return self._log.save_for(call, participation)

    def _participation(self, call: Call, participation_id: UUID) -> Participation:
        return self._log.load(Participation, participation_id, etag=call.etag)

    def _contract(self, task_id: UUID) -> Contract:
        return self._log.load(Contract, Contract.create_id(task_id))
