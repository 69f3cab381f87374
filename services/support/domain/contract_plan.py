"""How a contract's plan and its payments are reckoned: milestones in order, within the term and the decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from services.support.domain.contract_refusals import MilestoneOutsideTerm, MilestonesNotNumbered, ShareNamedTwice
from services.support.domain.contract_terms import ContractLine, Milestone
from services.support.domain.money import in_dong, share_vnd
from services.support.domain.task_refusals import ContractAboveDecision, ContractLinesDiffer
from services.support.domain.task_terms import PaymentLine

__all__ = ["must_be_numbered", "must_be_within", "must_fit", "payment"]


def payment(line: ContractLine, *, decided_vnd: int, contracted_vnd: int, actual_cost_vnd: int) -> PaymentLine:
    """The least of decision, contract and actual cost times rate, rounded down to the dong."""
    of_cost_vnd = share_vnd(actual_cost_vnd, line.rate_percent)
    amount_vnd = min(decided_vnd, contracted_vnd, of_cost_vnd)
    explanation = (
        f"{line.content_code}: thấp nhất của quyết định {in_dong(decided_vnd)}, hợp đồng {in_dong(contracted_vnd)} và "
        f"{line.rate_percent}% chi phí thực tế {in_dong(actual_cost_vnd)} là {in_dong(of_cost_vnd)}; "
        f"thanh toán {in_dong(amount_vnd)}."
    )
    return PaymentLine(line.participation_id, amount_vnd, explanation)


def must_be_numbered(milestones: Iterable[Milestone]) -> None:
    """Raises MilestonesNotNumbered."""
    numbers = [milestone.number for milestone in milestones]
    if not numbers or numbers != list(range(1, 1 + len(numbers))):
        raise MilestonesNotNumbered("milestones")


def must_be_within(milestones: Iterable[Milestone], starts_on: date, ends_on: date) -> None:
    """Raises MilestoneOutsideTerm."""
    for index, milestone in enumerate(milestones):
        if not starts_on <= milestone.due_on <= ends_on:
            raise MilestoneOutsideTerm(
                f"milestones[{index}].due_on", number=milestone.number, starts_on=starts_on, ends_on=ends_on
            )


def must_fit(milestones: Iterable[Milestone], lines: Mapping[UUID, ContractLine]) -> None:
    """Every participation has a share, and none more than was decided.

    Raises ShareNamedTwice, ContractLinesDiffer and ContractAboveDecision.
    """
    contracted_vnd_of: Counter[UUID] = Counter()
    for index, milestone in enumerate(milestones):
        if len(set(milestone.participation_ids)) < len(milestone.shares):
            raise ShareNamedTwice(f"milestones[{index}].shares", number=milestone.number)
        for share in milestone.shares:
            contracted_vnd_of[share.participation_id] += share.amount_vnd
    if contracted_vnd_of.keys() != lines.keys():
        raise ContractLinesDiffer("milestones")
    for participation_id, contracted_vnd in contracted_vnd_of.items():
        decided_vnd = lines[participation_id].decided_vnd
        if contracted_vnd > decided_vnd:
            raise ContractAboveDecision(contracted=in_dong(contracted_vnd), decided=in_dong(decided_vnd))
