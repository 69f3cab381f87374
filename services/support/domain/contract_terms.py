"""The words a contract is told in: its parties, lines, milestones, advance, and where each of them stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.support.domain.task_terms import ActualCost, ParticipationAmount, PaymentLine


class ContractStatus(StrEnum):
    """How far a contract has come."""

    SIGNED = "SIGNED"
    SUSPENDED = "SUSPENDED"
    TERMINATED = "TERMINATED"
    SETTLED = "SETTLED"
    LIQUIDATED = "LIQUIDATED"
    ARCHIVED = "ARCHIVED"


CONTRACT_STATUS_IN_WORDS = {
    ContractStatus.SIGNED: "đang thực hiện",
    ContractStatus.SUSPENDED: "đang tạm dừng",
    ContractStatus.TERMINATED: "đã chấm dứt trước hạn",
    ContractStatus.SETTLED: "đã quyết toán",
    ContractStatus.LIQUIDATED: "đã thanh lý",
    ContractStatus.ARCHIVED: "đã lưu trữ",
}


class MilestoneStatus(StrEnum):
    """How far a milestone has come; FAILED is final unless an amendment plans it anew."""

    PLANNED = "PLANNED"
    ACCEPTANCE_REQUESTED = "ACCEPTANCE_REQUESTED"
    FIXES_DUE = "FIXES_DUE"
    FAILED = "FAILED"
    ACCEPTED = "ACCEPTED"
    PAID = "PAID"


MILESTONE_STATUS_IN_WORDS = {
    MilestoneStatus.PLANNED: "đang thực hiện",
    MilestoneStatus.ACCEPTANCE_REQUESTED: "đã đề nghị nghiệm thu",
    MilestoneStatus.FIXES_DUE: "đang chờ khắc phục",
    MilestoneStatus.FAILED: "không được nghiệm thu",
    MilestoneStatus.ACCEPTED: "đã nghiệm thu",
    MilestoneStatus.PAID: "đã thanh toán",
}


@dataclass(frozen=True)
class ContractLine:
    """What the decision grants one participation: the ceiling of what its milestones may hold."""

    participation_id: UUID
    enterprise_id: UUID
    content_code: str
    decided_vnd: int
    rate_percent: int
    pays_after_certificate: bool


@dataclass(frozen=True)
class ContractGround:
    """What a contract stands on, whichever channel it comes from: the decision, the money and the other party.

    ``payee_id`` is the organisation or enterprise that is paid; ``party_body`` is the body whose people act for it.
    """

    task_id: UUID
    budget_line_id: UUID
    decision: str
    decided_by: UUID
    applicant_ids: tuple[UUID, ...]
    party_body: str
    payee_id: UUID
    lines: tuple[ContractLine, ...]


@dataclass(frozen=True)
class Milestone:
    """A part of the work that is accepted and paid by itself; each share is a participation's money in it."""

    number: int
    title: str
    due_on: date
    shares: tuple[ParticipationAmount, ...]

    @property
    def amount_vnd(self) -> int:
        return sum(share.amount_vnd for share in self.shares)

    @property
    def participation_ids(self) -> tuple[UUID, ...]:
        return tuple(share.participation_id for share in self.shares)


@dataclass(frozen=True)
class MilestoneStanding(Milestone):
    """A milestone and what has become of it; ``round`` counts how often it was planned."""

    status: MilestoneStatus = MilestoneStatus.PLANNED
    round: int = 1
    progress_percent: int = 0
    requested_by: UUID | None = None
    fixes: tuple[str, ...] = ()
    fixes_due_on: date | None = None
    reason: str | None = None
    actual_costs: tuple[ActualCost, ...] = ()
    payments: tuple[PaymentLine, ...] = ()
    advance_cleared_vnd: int = 0

    @property
    def is_open(self) -> bool:
        """Whether an amendment may still plan it otherwise: nobody has judged it, or it failed."""
        return self.status in {MilestoneStatus.PLANNED, MilestoneStatus.FIXES_DUE, MilestoneStatus.FAILED}

    @property
    def has_failed(self) -> bool:
        return self.status is MilestoneStatus.FAILED

    @property
    def plan(self) -> Milestone:
        """What the contract says of it, without what has become of it."""
        return Milestone(self.number, self.title, self.due_on, self.shares)

    def planned_anew(self, milestone: Milestone) -> MilestoneStanding:
        """The same milestone by an amendment: what failed begins a new round, what was reported stays."""
        if self.has_failed:
            return MilestoneStanding(**vars(milestone), round=self.round + 1)
        return replace(self, **vars(milestone))

    def share_vnd_of(self, participation_id: UUID) -> int:
        """A participation's money in it, nothing where it has no part."""
        return sum(share.amount_vnd for share in self.shares if share.participation_id == participation_id)

    def cost_vnd_of(self, participation_id: UUID) -> int:
        """What was accepted as a participation's actual cost, nothing where it has no part."""
        return sum(cost.actual_cost_vnd for cost in self.actual_costs if cost.participation_id == participation_id)

    def without(self, participation_id: UUID) -> MilestoneStanding:
        """What is left of it when a participation leaves; with nobody left there is nothing to accept."""
        shares = tuple(share for share in self.shares if share.participation_id != participation_id)
        costs = tuple(cost for cost in self.actual_costs if cost.participation_id != participation_id)
        status = self.status if shares else MilestoneStatus.FAILED
        return replace(self, shares=shares, actual_costs=costs, status=status)

    @property
    def is_to_earn(self) -> bool:
        """Whether its money may still be earned."""
        return self.status not in {MilestoneStatus.PAID, MilestoneStatus.FAILED}

    @property
    def paid_vnd(self) -> int:
        """What it was paid for, whether in money now or by clearing the advance."""
        return sum(payment.amount_vnd for payment in self.payments)


@dataclass(frozen=True)
class AdvanceTerms:
    """The advance a contract foresees, and the rule it keeps to: data with a legal basis, because the plan fixes none.

    At most ``most_percent`` of the contract is advanced; each payment clears ``clear_percent`` of its amount, and the
    last one whatever is left. ``sample`` marks a rule that is not the city's.
    """

    amount_vnd: int
    most_percent: int
    clear_percent: int
    legal_basis: str
    sample: bool


@dataclass(frozen=True)
class PaymentCheck:
    """Standing and duplicates of one participation, asked again before payment, as of a position of the registry."""

    participation_id: UUID
    registry_position: int


@dataclass(frozen=True)
class PaymentHold:
    """A case because of which nothing is paid until another person lifts it."""

    case_number: str
    reason: str
    held_by: UUID
