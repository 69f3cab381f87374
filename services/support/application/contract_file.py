"""A contract's file: the contract, its task, line and participations, moved together by one command."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from services.shared.event_store import Call, EventLog
from services.shared.record import Record
from services.support.application.cases import must_not_be_hindered
from services.support.application.certificates import permitted
from services.support.application.claims import Claims
from services.support.application.grant_tallies import give_back
from services.support.application.overlaps import overlap_of
from services.support.application.recoveries import advance_owed
from services.support.application.registry import Registry
from services.support.domain.budget_line import BudgetLine
from services.support.domain.catalogue import Catalogue
from services.support.domain.conditions import unmet_reasons
from services.support.domain.contract import Contract
from services.support.domain.contract_refusals import PaymentConditionUnmet
from services.support.domain.contract_terms import (
    ContractGround,
    ContractLine,
    Milestone,
    MilestoneStanding,
    MilestoneStatus,
    PaymentCheck,
)
from services.support.domain.participation import Participation
from services.support.domain.task import Task
from services.support.domain.task_terms import ActualCost, TaskStatus

BEYOND_REQUEST = (MilestoneStatus.ACCEPTANCE_REQUESTED, MilestoneStatus.ACCEPTED, MilestoneStatus.PAID)
BEYOND_ACCEPTANCE = (MilestoneStatus.ACCEPTED, MilestoneStatus.PAID)


class ContractFile:
    """What one act on a contract touches.

    The contract holds the detail; its task tells the same act in one event of its own when all milestones have come to
    a step. ``touched`` are the records to save with them.
    """

    def __init__(self, log: EventLog, call: Call, task: Task, contract: Contract) -> None:
        self._log = log
        self._call = call
        self.task = task
        self.contract = contract
        self.touched: list[Record] = []

    @classmethod
    def of(cls, log: EventLog, call: Call, task_id: UUID, *, etag_of: type[Record] = Contract) -> ContractFile:
        """The file of a task that is under contract; the call's etag is that of its contract, or of its task.

        Raises RecordNotFound and RecordChanged.
        """
        task = log.load(Task, task_id, etag=call.etag if etag_of is Task else None)
        contract = log.load(Contract, Contract.create_id(task_id), etag=call.etag if etag_of is Contract else None)
        return cls(log, call, task, contract)

    def pay_advance(self, amount_vnd: int) -> None:
        self.task.must_not_be_decider(self._call.act)
        self.contract.pay_advance(self._call.act, amount_vnd=amount_vnd)
        self._line().advance(self._call.act, task_id=self.task.id, amount_vnd=amount_vnd)

    def request_acceptance(self, milestone_number: int, summary: str) -> None:
        self.contract.request_acceptance(self._call.act, milestone_number=milestone_number, summary=summary)
        if self.task.status is TaskStatus.CONTRACTED and self.contract.is_each(*BEYOND_REQUEST):
            self.task.request_acceptance(self._call.act, summary=summary)

    def accept(
        self, milestone_number: int, actual_costs: tuple[ActualCost, ...], *, council_id: UUID | None = None
    ) -> None:
        """Nothing is accepted without its evidence: the content applied, or certified where the norm asks for it."""
        act, contract = self._call.act, self.contract
        for participation_id in contract.milestone(milestone_number).participation_ids:
            line = contract.lines[participation_id]
            participation = self._log.load(Participation, participation_id)
            participation.must_show_evidence(certificate_needed=line.pays_after_certificate)
        contract.accept(act, milestone_number=milestone_number, council_id=council_id, actual_costs=actual_costs)
        if self.task.status is TaskStatus.ACCEPTANCE_REQUESTED and contract.is_each(*BEYOND_ACCEPTANCE):
            costs = contract.actual_cost_vnd_of
            self.task.accept(
                act, actual_costs=tuple(ActualCost(id_, costs.get(id_, 0)) for id_ in self.task.standing_grants)
            )

    def pay(self, milestone_number: int, registry: Registry) -> None:
        """A milestone's money leaves the line once standing and duplicates were asked for again."""
        act, contract = self._call.act, self.contract
        self.task.must_not_be_decider(act)
        checks = self._checked(contract.must_be_payable(milestone_number), registry)
        contract.pay(act, milestone_number=milestone_number, checks=checks)
        paid = contract.milestone(milestone_number)
        for payment in filter(lambda each: each.amount_vnd, paid.payments):
            participation = self._log.load(Participation, payment.participation_id)
            participation.pay(act, milestone_number=milestone_number, amount_vnd=payment.amount_vnd)
            self.touched.append(participation)
        line = self._line()
        if paid.advance_cleared_vnd:
            line.clear_advance(act, task_id=self.task.id, amount_vnd=paid.advance_cleared_vnd)
        if now_vnd := paid.paid_vnd - paid.advance_cleared_vnd:
            line.pay(act, task_id=self.task.id, amount_vnd=now_vnd)
        if self.task.status is TaskStatus.ACCEPTED and contract.is_each(MilestoneStatus.PAID):
            self.task.pay(act, payments=contract.payments)

    def amend(
        self, *, reason: str, ends_on: date, milestones: tuple[Milestone, ...], withdrawn_ids: tuple[UUID, ...]
    ) -> None:
        """What the contract no longer needs is released; what it needs more is taken from the line again."""
        act, before_vnd = self._call.act, self.contract.amount_vnd
        self.contract.amend(act, reason=reason, ends_on=ends_on, milestones=milestones, withdrawn_ids=withdrawn_ids)
        more_vnd = self.contract.amount_vnd - before_vnd
        if more_vnd > 0:
            self._line().reserve(act, task_id=self.task.id, amount_vnd=more_vnd)
            self._line().commit(act, task_id=self.task.id, amount_vnd=more_vnd)
        elif more_vnd < 0:
            self._line().release_committed(act, task_id=self.task.id, amount_vnd=-more_vnd)
        self._part_with(withdrawn_ids)

    def let_leave(self, participation_id: UUID, reason: str) -> None:
        """An unpaid participation leaves by its own wish; advance that nobody can earn any more is owed back."""
        act, before_vnd = self._call.act, self.contract.receivable_vnd
        released_vnd = self.contract.let_leave(act, participation_id=participation_id, reason=reason)
        self.task.let_leave_contract(act, participation_id=participation_id, reason=reason, released_vnd=released_vnd)
        if released_vnd:
            self._line().release_committed(act, task_id=self.task.id, amount_vnd=released_vnd)
        self._part_with((participation_id,))
        self._owe_advance(before_vnd, reason)

    def terminate(self, reason: str) -> None:
        act, owed_vnd = self._call.act, self.contract.receivable_vnd
        released_vnd = self._line().release_unspent(act, task_id=self.task.id)
        self.contract.terminate(act, reason=reason, released_vnd=released_vnd)
        self.task.terminate(act, amount_vnd=self.contract.paid_vnd, released_vnd=released_vnd, reason=reason)
        self._give_back_grants(self.contract.paid_vnd_of)
        self._owe_advance(owed_vnd, reason)

    def settle(self) -> None:
        act, owed_vnd = self._call.act, self.contract.receivable_vnd
        released_vnd = self._line().release_unspent(act, task_id=self.task.id)
        self.contract.settle(act, released_vnd=released_vnd)
        self.task.settle(act, amount_vnd=self.contract.paid_vnd, released_vnd=released_vnd)
        self._give_back_grants(self.contract.paid_vnd_of)
        self._owe_advance(owed_vnd, "Tạm ứng chưa được thu hồi hết khi quyết toán.")

    def _part_with(self, participation_ids: tuple[UUID, ...]) -> None:
        """These participations leave the contract: their claims are released, their grants given back."""
        claims = Claims(self._log, self._call)
        for participation_id in participation_ids:
            participation = self._log.load(Participation, participation_id)
            participation.leave_contract(self._call.act)
            claims.release(participation)
            self.touched.append(participation)
        self.touched += claims.touched
        self._give_back_grants(dict.fromkeys(participation_ids, 0))

    def _give_back_grants(self, kept_vnd_of: Mapping[UUID, int]) -> None:
        """The year's limits get back what of these participations' grants will not be paid."""
        self.touched += give_back(self._log, self._call, kept_vnd_of)

    def _owe_advance(self, before_vnd: int, reason: str) -> None:
        """What became receivable of the advance since, as a debt of who received it."""
        if (more_vnd := self.contract.receivable_vnd - before_vnd) > 0:
            self.touched += advance_owed(
                self._log, self._call, self.task, debtor_id=self.contract.payee_id, amount_vnd=more_vnd, reason=reason
            )

    def _line(self) -> BudgetLine:
        """The line that pays, loaded once."""
        for record in self.touched:
            if isinstance(record, BudgetLine):
                return record
        line = self._log.load(BudgetLine, self.task.budget_line_id)
        self.touched.append(line)
        return line

    def _checked(self, milestone: MilestoneStanding, registry: Registry) -> tuple[PaymentCheck, ...]:
        """Every condition judged again for each participation, as of today's registry and its undertaking.

        Raises CaseHinders, EnterpriseEnded, EnterpriseFlagged, PaymentConditionUnmet and, where the norm pays after the
        certificate, PaidOnSuspendedCertificate, PaidOnWithdrawnCertificate and PaidOnLapsedCertificate.
        """
        must_not_be_hindered(self._log, milestone.participation_ids)
        catalogue = self._log.load(Catalogue, self.task.catalogue_id)
        claims = Claims(self._log, self._call)
        checks = []
        for participation_id in milestone.participation_ids:
            line = self.contract.lines[participation_id]
            participation = self._log.load(Participation, participation_id)
            eligibility = registry.eligibility(line.enterprise_id, line.content_code, self._call.act.effective_on)
            eligibility.must_not_be_stopped()
            overlap = overlap_of(self._log, eligibility, participation)
            verdicts = catalogue.judge(eligibility, overlap, holds_claim=claims.cover(participation, eligibility))
            if reasons := unmet_reasons(verdicts):
                raise PaymentConditionUnmet(participation_id=participation_id, reasons=reasons)
            if line.pays_after_certificate:
                self.touched += filter(None, [permitted(self._log, self._call, participation, milestone.number)])
            checks.append(PaymentCheck(participation_id, eligibility.registry_position))
        self.touched += claims.touched
        return tuple(checks)


def ground_of(task: Task) -> ContractGround:
    """What the contract of an approved task stands on."""
    assert task.decision is not None
    assert task.approved_by is not None
    assert task.host_body is not None
    assert task.host_organisation_id is not None
    return ContractGround(
        task_id=task.id,
        budget_line_id=task.budget_line_id,
        decision=task.decision,
        decided_by=task.approved_by,
        applicant_ids=tuple(sorted(task.submitters)),
        party_body=task.host_body,
        payee_id=task.host_organisation_id,
        lines=tuple(
            ContractLine(
                participation_id=grant.participation_id,
                enterprise_id=grant.enterprise_id,
                content_code=grant.content_code,
                decided_vnd=grant.amount_vnd,
                rate_percent=grant.rate_percent,
                pays_after_certificate=grant.pays_after_certificate,
            )
            for grant in task.standing_grants.values()
        ),
    )
