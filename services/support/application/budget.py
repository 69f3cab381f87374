"""The year's money: drafted by one body, appraised by a second, approved by a third."""

from __future__ import annotations

from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.support.application.signatures import IN_OWN_CAPACITY, Signature, Signatures, in_turn
from services.support.domain.budget_line import BudgetLine
from services.support.domain.catalogue import Catalogue
from services.support.domain.delegation import DecisionKind


class Budget:
    """Acts on budget lines; their money moves with the tasks, in ``decisions`` and ``delivery``."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._signatures = Signatures(log)

    def draft_budget_line(
        self, call: Call, *, catalogue_id: UUID, year: int, source_code: str, title: str, amount_vnd: int
    ) -> Saved[BudgetLine]:
        catalogue = self._log.load(Catalogue, catalogue_id)
        line = BudgetLine.draft(
            call.act, catalogue, year=year, source_code=source_code, title=title, amount_vnd=amount_vnd
        )
        return self._log.save_for(call, line)

    def appraise_budget_line(
        self, call: Call, *, budget_line_id: UUID, amount_vnd: int, reason: str | None
    ) -> Saved[BudgetLine]:
        line = self._log.load(BudgetLine, budget_line_id, etag=call.etag)
        line.must_stand_alone()
        line.appraise(call.act, amount_vnd=amount_vnd, reason=reason)
        return self._log.save_for(call, line)

    @in_turn
    def approve_budget_line(
        self, call: Call, *, budget_line_id: UUID, signature: Signature = IN_OWN_CAPACITY
    ) -> Saved[BudgetLine]:
        line = self._log.load(BudgetLine, budget_line_id, etag=call.etag)
        line.must_stand_alone()
        signing = self._signatures.signed(call, signature)
        call = signing.call
        line.approve(call.act)
        signatures = signing.records(DecisionKind.ESTIMATE_APPROVAL, line.id, line.approved_vnd)
        return self._log.save_for(call, line, *signatures)

    def get_budget_line(self, budget_line_id: UUID) -> BudgetLine:
        return self._log.load(BudgetLine, budget_line_id)
