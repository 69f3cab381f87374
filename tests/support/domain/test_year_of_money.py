"""A year of money, whatever happens in it: nothing is overspent, nothing is lost, and the ledger tells it all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

from hypothesis import given as whatever
from hypothesis import strategies as st

from services.shared.refusals import Refusal
from services.support.domain.budget_adjustment import BudgetAdjustment
from services.support.domain.budget_line import BudgetLine
from services.support.read_models.budget_ledger import BALANCES, MovementKind, movement_of
from tests.given import act, given, happened
from tests.support.domain.test_budget_line import APPRAISED, APPROVED, DRAFTED, LINE
from tests.support.examples import LEADER, OFFICER

TASKS = [UUID(int=number) for number in range(1, 4)]
DECIDED = act(person_id=LEADER.id, document="80/QĐ-UBND", effective_on=date(2024, 12, 31))

taken = st.tuples(
    st.sampled_from(["reserve", "commit", "pay", "release_unspent"]),
    st.integers(0, 2),
    st.sampled_from(TASKS),
    st.integers(1, 100),
)
adjusted = st.tuples(
    st.just("adjust"), st.none() | st.integers(0, 2), st.none() | st.integers(0, 2), st.integers(1, 60)
)
ended = st.tuples(st.sampled_from(["close", "carry_over"]), st.integers(0, 1))


class Year:
    """Two lines of 2024 and one of 2025, all of 90 đồng, with the ledger of what moved on each."""

    def __init__(self) -> None:
        next_year = happened(BudgetLine.Drafted, **{**LINE, "year": 2025})
        histories = (DRAFTED, DRAFTED, next_year)
        self.lines: list[BudgetLine] = [given(drafted, APPRAISED, APPROVED).record() for drafted in histories]
        self.ledgers = [Counter({"allocated_vnd": 90}) for _ in self.lines]
        self.brought_vnd = Counter({MovementKind.ALLOCATED: 270})
        self.seen = [0] * len(self.lines)

    def adjust(self, from_index: int | None, to_index: int | None, amount_vnd: int) -> None:
        from_line, to_line = (None if index is None else self.lines[index] for index in (from_index, to_index))
        asked = BudgetAdjustment.request(
            act(person_id=OFFICER.id), None, from_line=from_line, to_line=to_line, amount_vnd=amount_vnd, reason="x"
        )
        asked.approve(DECIDED, from_line, to_line)

    def close(self, index: int) -> None:
        self.lines[index].close(DECIDED)

    def carry_over(self, index: int) -> None:
        self.lines[index].carry_over(DECIDED, self.lines[2])

    def movements(self) -> Iterator[None]:
        """Take each new event into the ledger of its line, one at a time."""
        for index, line in enumerate(self.lines):
            for event in line.pending_events[self.seen[index] :]:
                movement = movement_of(event)
                assert movement is not None
                self.ledgers[index].update(movement.changes_vnd)
                self.brought_vnd[movement.kind] += movement.amount_vnd
                yield
            self.seen[index] = len(line.pending_events)


@whatever(st.lists(taken | adjusted | ended, max_size=40))
def test_the_sums_hold_at_every_step_of_any_history(acts: list[tuple[Any, ...]]) -> None:
    year = Year()
    for name, *what in acts:
        with suppress(Refusal):
            if name in {"reserve", "commit", "pay", "release_unspent"}:
                index, task_id, amount_vnd = what
                amount = {} if name == "release_unspent" else {"amount_vnd": amount_vnd}
                getattr(year.lines[index], name)(act(), task_id=task_id, **amount)
            else:
                getattr(year, name)(*what)
        for _ in year.movements():
            for ledger in year.ledgers:
                spoken_for = ledger["reserved_vnd"] + ledger["committed_vnd"] + ledger["paid_vnd"]
                assert spoken_for <= ledger["allocated_vnd"], "overspent"
                assert min(ledger[balance] for balance in BALANCES) >= 0
        for line, ledger in zip(year.lines, year.ledgers, strict=True):
            assert {balance: ledger[balance] for balance in BALANCES} == {
                balance: getattr(line, balance) for balance in BALANCES
            }
            assert line.available_vnd + line.reserved_vnd + line.committed_vnd + line.paid_vnd == line.allocated_vnd
        brought = year.brought_vnd
        there_vnd = brought[MovementKind.ALLOCATED] + brought[MovementKind.SUPPLEMENTED]
        gone_vnd = brought[MovementKind.CUT] + brought[MovementKind.LAPSED]
        assert sum(line.allocated_vnd for line in year.lines) == there_vnd - gone_vnd
        assert brought[MovementKind.TRANSFERRED_OUT] == brought[MovementKind.TRANSFERRED_IN]
        assert brought[MovementKind.CARRIED_OUT] == brought[MovementKind.CARRIED_IN]
