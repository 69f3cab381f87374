"""An adjustment of approved lines within their year: a transfer, a supplement or a cut, asked for and decided."""

from __future__ import annotations

from enum import StrEnum
from typing import Self
from uuid import UUID

from services.shared.record import Act, Record, document_of, must_be_another_than, recorded_by
from services.support.domain.budget_line import BudgetLine
from services.support.domain.budget_refusals import (
    AdjustmentAlreadyDecided,
    AdjustmentOfNothing,
    AdjustmentWithinOneLine,
    TransferBetweenSources,
    TransferBetweenYears,
)
from services.support.domain.budget_rules import BudgetRules
from services.support.domain.money import in_dong

__all__ = ["BudgetAdjustment", "BudgetAdjustmentStatus"]


class BudgetAdjustmentStatus(StrEnum):
    """How far an adjustment has come; money moves with its approval."""

    REQUESTED = "REQUESTED"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"


class BudgetAdjustment(Record):
    """Money taken from one line, given to another, or both (điều chỉnh dự toán).

    Without a line it comes from it is a supplement, without one it goes to a cut, with both a transfer.
    """

    TOPIC = "support:BudgetAdjustment"

    class Event(Record.Event):
        """Something that happened to an adjustment; each names its lines (sự kiện của đề nghị điều chỉnh dự toán)."""

    class Requested(Event, Record.Created):
        """An adjustment was asked for (đề nghị điều chỉnh dự toán)."""

        TOPIC = "support:BudgetAdjustment.Requested"
        from_line_id: UUID | None
        to_line_id: UUID | None
        amount_vnd: int
        reason: str

        def sentence(self) -> str:
            kind = "bổ sung" if self.from_line_id is None else "cắt giảm" if self.to_line_id is None else "điều chuyển"
            return f"Đề nghị {kind} {in_dong(self.amount_vnd)} trong dự toán năm. Lý do: {self.reason}"

    Created = Requested

    class Approved(Event):
        """Another person approved it by a document (phê duyệt điều chỉnh dự toán)."""

        TOPIC = "support:BudgetAdjustment.Approved"

        def sentence(self) -> str:
            return f"Phê duyệt điều chỉnh dự toán bằng văn bản {self.act.document}."

    class Refused(Event):
        """Another person refused it for a reason (từ chối điều chỉnh dự toán)."""

        TOPIC = "support:BudgetAdjustment.Refused"
        reason: str

        def sentence(self) -> str:
            return f"Từ chối điều chỉnh dự toán. Lý do: {self.reason}"

    @recorded_by(Requested)
    def __init__(
        self, act: Act, from_line_id: UUID | None, to_line_id: UUID | None, amount_vnd: int, reason: str
    ) -> None:
        self.requested_by = act.person_id
        self.from_line_id = from_line_id
        self.to_line_id = to_line_id
        self.amount_vnd = amount_vnd
        self.reason = reason
        self.status = BudgetAdjustmentStatus.REQUESTED
        self.document: str | None = None
        self.refusal_reason: str | None = None

    @classmethod
    def request(
        cls,
        act: Act,
        rules: BudgetRules | None,
        *,
        from_line: BudgetLine | None,
        to_line: BudgetLine | None,
        amount_vnd: int,
        reason: str,
    ) -> Self:
        """Money asked to move; ``rules`` are those in force on the act's day.

        Raises AdjustmentOfNothing, AdjustmentWithinOneLine, TransferBetweenYears, TransferBetweenSources,
        BudgetLineClosed, BudgetLineNotApproved and BudgetLineOverdrawn.
        """
        if from_line is not None:
            from_line.must_have_available(amount_vnd)
        if to_line is not None:
            to_line.must_be_approved()
        if from_line is not None and to_line is not None:
            _must_be_transferable(from_line, to_line, rules)
        if from_line is to_line is None:
            raise AdjustmentOfNothing("from_line_id")
        return cls(
            act=act,
            from_line_id=from_line.id if from_line else None,
            to_line_id=to_line.id if to_line else None,
            amount_vnd=amount_vnd,
            reason=reason,
        )

    def approve(self, act: Act, from_line: BudgetLine | None, to_line: BudgetLine | None) -> None:
        """The money moves, by the decision of another person than asked for it.

        Raises DocumentMissing, AdjustmentAlreadyDecided, ActedBefore, BudgetLineClosed and BudgetLineOverdrawn.
        """
        document_of(act)
        self._must_be_undecided_by(act)
        amount_vnd = self.amount_vnd
        if from_line is not None and to_line is not None:
            from_line.transfer_out(act, adjustment_id=self.id, to_line_id=to_line.id, amount_vnd=amount_vnd)
            to_line.transfer_in(act, adjustment_id=self.id, from_line_id=from_line.id, amount_vnd=amount_vnd)
        elif from_line is not None:
            from_line.cut(act, adjustment_id=self.id, amount_vnd=amount_vnd)
        elif to_line is not None:
            to_line.supplement(act, adjustment_id=self.id, amount_vnd=amount_vnd)
        self._approved(act=act)

    @recorded_by(Approved)
    def _approved(self, act: Act) -> None:
        self.status = BudgetAdjustmentStatus.APPROVED
        self.document = act.document

    def refuse(self, act: Act, *, reason: str) -> None:
        """Nothing moves, for a written reason, by another person than asked for it.

        Raises AdjustmentAlreadyDecided and ActedBefore.
        """
        self._must_be_undecided_by(act)
        self._refused(act=act, reason=reason)

    @recorded_by(Refused)
    def _refused(self, act: Act, reason: str) -> None:
        self.status = BudgetAdjustmentStatus.REFUSED
        self.refusal_reason = reason

    def _must_be_undecided_by(self, act: Act) -> None:
        if self.status is not BudgetAdjustmentStatus.REQUESTED:
            raise AdjustmentAlreadyDecided
        must_be_another_than(act, self.requested_by)


def _must_be_transferable(from_line: BudgetLine, to_line: BudgetLine, rules: BudgetRules | None) -> None:
    if from_line.id == to_line.id:
        raise AdjustmentWithinOneLine("to_line_id")
    if (from_line.catalogue_id, from_line.year) != (to_line.catalogue_id, to_line.year):
        raise TransferBetweenYears
    pair = from_line.source_code, to_line.source_code
    if pair[0] != pair[1] and (rules is None or not rules.let_move(*pair)):
        raise TransferBetweenSources(source_code=pair[0], to_source_code=pair[1])
