"""Approved lines adjusted within their year and closed at its end; both sides of a movement stand in one append."""

from __future__ import annotations

from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.support.application.estimates import rules_in_force
from services.support.application.signatures import IN_OWN_CAPACITY, Signature, Signatures
from services.support.domain.budget_adjustment import BudgetAdjustment
from services.support.domain.budget_line import BudgetLine
from services.support.domain.delegation import DecisionKind
from services.support.domain.task import Task


class Adjustments:
    """Acts that move allocated money: transfers, supplements, cuts, and the year's end."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._signatures = Signatures(log)

    def request_budget_adjustment(
        self, call: Call, *, from_line_id: UUID | None, to_line_id: UUID | None, amount_vnd: int, reason: str
    ) -> Saved[BudgetAdjustment]:
        from_line, to_line = self._line(from_line_id), self._line(to_line_id)
        rules = rules_in_force(self._log, from_line.catalogue_id, call.act.effective_on) if from_line else None
        adjustment = BudgetAdjustment.request(
            call.act, rules, from_line=from_line, to_line=to_line, amount_vnd=amount_vnd, reason=reason
        )
        return self._log.save_for(call, adjustment)

    def approve_budget_adjustment(
        self, call: Call, *, budget_adjustment_id: UUID, signature: Signature = IN_OWN_CAPACITY
    ) -> Saved[BudgetAdjustment]:
        adjustment = self._adjustment(call, budget_adjustment_id)
        signing = self._signatures.signed(call, signature)
        call = signing.call
        from_line, to_line = self._line(adjustment.from_line_id), self._line(adjustment.to_line_id)
        adjustment.approve(call.act, from_line, to_line)
        lines = [line for line in (from_line, to_line) if line is not None]
        signatures = signing.records(DecisionKind.BUDGET_ADJUSTMENT, adjustment.id, adjustment.amount_vnd)
        return self._log.save_for(call, adjustment, *lines, *signatures)

    def refuse_budget_adjustment(
        self, call: Call, *, budget_adjustment_id: UUID, reason: str
    ) -> Saved[BudgetAdjustment]:
        adjustment = self._adjustment(call, budget_adjustment_id)
        adjustment.refuse(call.act, reason=reason)
        return self._log.save_for(call, adjustment)

    def get_budget_adjustment(self, budget_adjustment_id: UUID) -> BudgetAdjustment:
        return self._log.load(BudgetAdjustment, budget_adjustment_id)

    def close_budget_line(self, call: Call, *, budget_line_id: UUID) -> Saved[BudgetLine]:
        line = self._log.load(BudgetLine, budget_line_id, etag=call.etag)
        line.close(call.act)
        return self._log.save_for(call, line)

    def carry_over_budget_line(
        self, call: Call, *, budget_line_id: UUID, next_budget_line_id: UUID
    ) -> Saved[BudgetLine]:
        """The line is closed, and each task that holds money on it goes on living on the next year's."""
        line = self._log.load(BudgetLine, budget_line_id, etag=call.etag)
        next_line = self._log.load(BudgetLine, next_budget_line_id)
        task_ids = line.carry_over(call.act, next_line)
        tasks = [self._log.load(Task, task_id) for task_id in task_ids]
        for task in tasks:
            task.move_to_line(call.act, budget_line_id=next_line.id)
        return self._log.save_for(call, line, next_line, *tasks)

    def _line(self, budget_line_id: UUID | None) -> BudgetLine | None:
        return None if budget_line_id is None else self._log.load(BudgetLine, budget_line_id)

    def _adjustment(self, call: Call, budget_adjustment_id: UUID) -> BudgetAdjustment:
        return self._log.load(BudgetAdjustment, budget_adjustment_id, etag=call.etag)
