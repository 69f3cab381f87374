"""A task from proposal to settlement, and what its steps leave in the log."""

from __future__ import annotations

from services.support.domain.claim import ClaimStatus
from services.support.domain.participation import ParticipationStatus
from services.support.domain.task_terms import TaskStatus
from tests.support.city import City
from tests.support.examples import LOTUS_MILL, RIVER_FARM, wanted


def test_a_task_travels_from_proposal_to_settlement(city: City) -> None:
    task = city.settled_task(wanted(LOTUS_MILL), wanted(RIVER_FARM, "SYS-ISO9001", 200_000_000))
    assert task.status is TaskStatus.SETTLED
    assert task.decided_vnd == 40_000_000 + 65_000_000
    assert [payment.amount_vnd for payment in task.payments] == [40_000_000, 40_000_000]
    line = city.support.budget.get_budget_line(task.budget_line_id)
    assert (line.reserved_vnd, line.committed_vnd, line.paid_vnd) == (0, 0, 80_000_000)
    assert line.available_vnd == 420_000_000
    for participation in city.participations(task):
        assert participation.status is ParticipationStatus.PAID
        claim = city.support.applications.get_claim(participation.claim_id)
        assert (claim.last.status, claim.last.decision) == (ClaimStatus.CONFIRMED, "900/QĐ-UBND")
