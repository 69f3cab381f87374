"""What a contract comes to: promised, advanced, accepted, due and paid, and whether the next step may be taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from services.shared.record import Act
from services.support.domain.contract_plan import payment
from services.support.domain.contract_refusals import (
    ContractNotInStep,
    MilestoneNotInStep,
    MilestoneUnknown,
    NotTheContractor,
    PaymentsOnHold,
)
from services.support.domain.contract_terms import (
    CONTRACT_STATUS_IN_WORDS,
    MILESTONE_STATUS_IN_WORDS,
    AdvanceTerms,
    ContractLine,
    ContractStatus,
    MilestoneStanding,
    MilestoneStatus,
    PaymentHold,
)
from services.support.domain.money import share_vnd
from services.support.domain.task_terms import ParticipationAmount, PaymentLine

__all__ = ["Books"]


class Books:
    """The standing of a contract, in the fields that the record of which this is part keeps (amounts in đồng)."""

    party_body: str
    decided_by: UUID
    applicant_ids: tuple[UUID, ...]
    counterparty_signatory_id: UUID | None
    status: ContractStatus
    lines: Mapping[UUID, ContractLine]
    milestones: dict[int, MilestoneStanding]
    advance: AdvanceTerms | None
    holds: dict[str, PaymentHold]
    advanced_vnd: int
    receivable_vnd: int
    accepted_by: frozenset[UUID]
    paid_by: frozenset[UUID]

    @property
    def amount_vnd(self) -> int:
        """What all milestones hold."""
        return sum(milestone.amount_vnd for milestone in self.milestones.values())

    @property
    def amounts(self) -> tuple[ParticipationAmount, ...]:
        """What each participation gets over all milestones."""
        amounts: Counter[UUID] = Counter()
        for milestone in self.milestones.values():
            for share in milestone.shares:
                amounts[share.participation_id] += share.amount_vnd
        return tuple(ParticipationAmount(id_, amount_vnd) for id_, amount_vnd in amounts.items())

    @property
    def paid_vnd(self) -> int:
        """What milestones were paid for, in money or by clearing the advance."""
        return sum(milestone.paid_vnd for milestone in self.milestones.values())

    @property
    def paid_vnd_of(self) -> Mapping[UUID, int]:
        """What each participation of the contract was paid, nothing where it was not."""
        paid = Counter(dict.fromkeys(self.lines, 0))
        for line in self.payments:
            paid[line.participation_id] += line.amount_vnd
        return paid

    @property
    def advance_cleared_vnd(self) -> int:
        """How much of the advance payments have cleared."""
        return sum(milestone.advance_cleared_vnd for milestone in self.milestones.values())

    @property
    def advance_outstanding_vnd(self) -> int:
        """How much of the advance no payment has cleared and nobody was asked to give back."""
        return self.advanced_vnd - self.advance_cleared_vnd - self.receivable_vnd

    @property
    def actual_cost_vnd_of(self) -> Mapping[UUID, int]:
        """What each participation of the contract cost, over all milestones accepted so far."""
        costs: Counter[UUID] = Counter()
        for milestone in self.milestones.values():
            for cost in milestone.actual_costs:
                costs[cost.participation_id] += cost.actual_cost_vnd
        return costs

    @property
    def payments(self) -> tuple[PaymentLine, ...]:
        """Every payment line, milestone by milestone."""
        return tuple(line for milestone in self.milestones.values() for line in milestone.payments)

    def is_each(self, *statuses: MilestoneStatus) -> bool:
        """Whether every milestone that did not fail stands at one of these, and there is one."""
        standing = [each.status for each in self.milestones.values() if each.status is not MilestoneStatus.FAILED]
        return bool(standing) and all(status in statuses for status in standing)

    def milestone(self, number: int) -> MilestoneStanding:
        """Raises MilestoneUnknown."""
        if number not in self.milestones:
            raise MilestoneUnknown(number=number)
        return self.milestones[number]

    def _due(self, milestone: MilestoneStanding) -> tuple[PaymentLine, ...]:
        """For each share the least of what the decision has left, the share and the rate of the actual cost."""
        paid_vnd_of: Counter[UUID] = Counter()
        for earlier in self.payments:
            paid_vnd_of[earlier.participation_id] += earlier.amount_vnd
        cost_vnd_of = {cost.participation_id: cost.actual_cost_vnd for cost in milestone.actual_costs}
        return tuple(
            payment(
                self.lines[share.participation_id],
                decided_vnd=self.lines[share.participation_id].decided_vnd - paid_vnd_of[share.participation_id],
                contracted_vnd=share.amount_vnd,
                actual_cost_vnd=cost_vnd_of[share.participation_id],
            )
            for share in milestone.shares
        )

    def _cleared_by(self, milestone: MilestoneStanding, amount_vnd: int) -> int:
        """How much of the advance a payment clears: its percentage, and what later milestones could not clear."""
        if self.advance is None:
            return 0
        to_earn_vnd = sum(
            each.amount_vnd for each in self.milestones.values() if each.is_to_earn and each.number != milestone.number
        )
        outstanding_vnd = self.advance_outstanding_vnd
        due_vnd = max(share_vnd(amount_vnd, self.advance.clear_percent), outstanding_vnd - to_earn_vnd)
        return min(due_vnd, outstanding_vnd, amount_vnd)

    def _must_be(self, *statuses: ContractStatus) -> None:
        if self.status not in statuses:
            raise ContractNotInStep(status=CONTRACT_STATUS_IN_WORDS[self.status])

    def _must_be_carried_out_by(self, act: Act) -> None:
        self._must_be(ContractStatus.SIGNED)
        if act.body != self.party_body:
            raise NotTheContractor

    def _must_stand(self, milestone_number: int, *statuses: MilestoneStatus) -> MilestoneStanding:
        milestone = self.milestone(milestone_number)
        if milestone.status not in statuses:
            raise MilestoneNotInStep(number=milestone_number, status=MILESTONE_STATUS_IN_WORDS[milestone.status])
        return milestone

    def _must_not_hold(self) -> None:
        for hold in self.holds.values():
            raise PaymentsOnHold(case_number=hold.case_number, reason=hold.reason)
