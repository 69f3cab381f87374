"""Random people take random steps; whatever they come to, the rules of money, claims and four eyes hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services.shared.event_store import EventLog
from services.support.read_models.budget_ledger import BudgetLedger
from tests.soak import Soak
from tests.support.city import City, KnownEnterprises
from tests.support.histories import AVAILABLE, RULES, STAGES, History, balances, history_of
from tests.support.walk import Walk

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7_200)]

STEPS = 60_000


@pytest.fixture(scope="module")
def walk(city: City, known_enterprises: KnownEnterprises, soak: Soak) -> Walk:
    """A walk to its end."""
    walk = Walk(city, known_enterprises, soak.random("walk 4"))
    for _ in range(soak.count(STEPS, 0.04)):
        walk.step()
    return walk


@pytest.fixture(scope="module")
def history(walk: Walk, log: EventLog) -> History:  # noqa: ARG001 - what it left behind
    return history_of(log)


def test_the_walk_comes_far_and_is_often_refused(walk: Walk, soak: Soak) -> None:
    assert {"submit", "renew", "approve", "sign", "advance", "move_money"} <= walk.taken.keys()
    rare = {"accept", "pay", "decide_overlap", "approve_some", "select_waiting", "refuse_waiting", "confirm"}
    assert not soak.is_full or rare <= walk.taken.keys()
    assert {"ActedBefore", "ContentAlreadyClaimed", "MemberIsRecused"} <= walk.refused.keys()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_in_every_history(rule: Callable[[History], None], history: History) -> None:
    rule(history)


@pytest.mark.usefixtures("fed_views")
def test_the_ledger_tells_what_the_events_add_up_to(history: History, log: EventLog) -> None:
    ledger = BudgetLedger(log)
    ledger.wait_for(history[-1].position, 60)
    rows: dict[int, Any] = {
        row.position: row
        for row in ledger.list_budget_ledger(budget_line_id=None, year=None, after=None, limit=len(history))
    }
    for recorded, pockets in balances(history):
        row = rows.pop(recorded.position)
        of_line = {stage: pockets[row.budget_line_id, None, stage] for stage in (AVAILABLE, *STAGES)}
        assert of_line == {stage: getattr(row, f"{stage.lower()}_vnd") for stage in of_line}
        assert row.allocated_vnd == sum(of_line.values())
    assert not rows
