"""What a contract waits for, milestone by milestone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from nscl.support.v1 import clock_resources_pb2 as clocks

from services.shared.wire import date_message
from tests.support.api import clock_requests
from tests.support.api.clerk import Clerk
from tests.support.city import City, call
from tests.support.conftest import Counter
from tests.support.examples import HOST, LEAD, LEADER, OFFICER, wanted


@pytest.fixture
def clerk(counter: Counter) -> Clerk:
    return Clerk(counter)


def test_each_milestone_waits_by_itself(clerk: Clerk, city: City) -> None:
    delivery = clocks.DeadlineRule(
        step=clocks.WAITING_STEP_DELIVERY,
        day_kind=clocks.DAY_KIND_CALENDAR,
        counted_from=clocks.COUNTED_FROM_NAMED_DAY,
        body="HOST",
        legal_basis="Hợp đồng",
    )
    clerk.ask("AdoptDeadlineRules", clock_requests.adopt_deadline_rules(rules=[delivery]), LEADER)
    contract = city.signed_contract(wanted(uuid4()))

    def waiting() -> dict[int, clocks.DueStep]:
        asked = clock_requests.list_due_steps(date(2024, 12, 1), page_size=500, min_position=city.support.log.head())
        steps = clerk.counter.ask("ListDueSteps", asked, OFFICER).due_steps
        return {step.milestone_number: step for step in steps if step.subject_id == str(contract.id)}

    first, second = waiting()[1], waiting()[2]
    assert {first.step, second.step} == {clocks.WAITING_STEP_DELIVERY}
    planned = [date_message(milestone.due_on) for milestone in contract.milestones.values()]
    assert [first.due_on, second.due_on] == planned
    assert (first.late, second.late, first.body) == (True, False, HOST.body)

    city.accepted_milestone(contract.task_id, 1)
    assert {number: step.step for number, step in waiting().items()} == {
        1: clocks.WAITING_STEP_PAYMENT,
        2: clocks.WAITING_STEP_DELIVERY,
    }
    [only] = [milestone.plan for milestone in contract.milestones.values() if milestone.number == 2]
    later = replace(only, due_on=date(2024, 12, 20))
    terms = {"reason": "Gia hạn", "ends_on": date(2024, 12, 31), "withdrawn_ids": ()}
    city.support.contracts.amend_contract(call(LEAD, "2/PL-HĐ"), task_id=contract.task_id, milestones=(later,), **terms)
    assert waiting()[2].due_on == date_message(later.due_on)
    assert waiting()[1].step == clocks.WAITING_STEP_PAYMENT
    city.support.contracts.amend_contract(call(LEAD, "3/PL-HĐ"), task_id=contract.task_id, milestones=(), **terms)
    assert list(waiting()) == [1]
    city.support.contracts.terminate_contract(call(LEAD, "70/QĐ"), task_id=contract.task_id, reason="Giải thể")
    assert not waiting()
