"""Random people take random steps; whatever they come to, the rules of money, claims and four eyes hold."""

from __future__ import annotations

import os
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
LONGEST = 4
"""So many times as long as it should be a walk may become."""


@pytest.fixture(scope="module")
def walk(city: City, known_enterprises: KnownEnterprises, soak: Soak) -> Walk:
    """A walk to its end; a short one goes on for a while until every step was taken."""
    least = soak.count(STEPS, 0.04)
    with pytest.MonkeyPatch.context() as patched:
        # Ids are drawn from it, so that a seed tells the whole walk.
        patched.setattr(os, "urandom", soak.random("ids 4").randbytes)
        walk = Walk(city, known_enterprises, soak.random("walk 8"))
        for count in range(LONGEST * least):
            if count >= least and not walk.untaken():
                break
            walk.step()
    return walk


@pytest.fixture(scope="module")
def history(walk: Walk, log: EventLog) -> History:  # noqa: ARG001 - what it left behind
    return history_of(log)


def test_the_walk_takes_every_step_and_is_often_refused(walk: Walk) -> None:
    assert walk.untaken() == ()
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
