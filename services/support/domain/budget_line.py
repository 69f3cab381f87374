"""A line of the year's budget, kept as a ledger that can never be overdrawn (Kế hoạch 134/KH-UBND, IV.2)."""

from __future__ import annotations

from datetime import date
from typing import Any, Self
from uuid import UUID

from services.shared.record import Act, Record, document_of, must_be_another_than, recorded_by
from services.support.domain.budget_refusals import (
    AdvanceTooSmall,
    BudgetLineClosed,
    BudgetLineHeldByEstimate,
    BudgetLineHoldsMoney,
    BudgetLineNotAppraised,
    BudgetLineNotApproved,
    BudgetLineNotDrafted,
    BudgetLineOverdrawn,
    BudgetYearNotOver,
    CommitmentTooSmall,
    NothingToCarryOver,
    NotTheNextYearsLine,
    ReasonForAppraisalMissing,
    RecoverableTooSmall,
    ReservationTooSmall,
)
from services.support.domain.budget_terms import MONEY_STAGE_IN_WORDS, BudgetLineStatus, HeldMoney, MoneyStage
from services.support.domain.catalogue import Catalogue
from services.support.domain.money import in_dong

__all__ = ["BudgetLine"]


class BudgetLine(Record):
    """One line of one year from one source (dòng dự toán).

    Allocated is what was approved and what transfers, supplements, cuts and the year's end have since added or taken.
    Of that a decision reserves, a contract commits and a payment pays; what is released is available again. An advance
    leaves the commitment before there are results, and is paid for good once a payment clears it. What is recovered
    goes back to the city's budget, not to the line. Each task's money is followed by itself, so that no task spends
    what was reserved for another.
    """

    TOPIC = "support:BudgetLine"
    SNAPSHOT_EVERY = 100

    drafted_by: UUID
    appraised_by: UUID | None
    catalogue_id: UUID
    estimate_id: UUID | None
    year: int
    source_code: str
    title: str
    status: BudgetLineStatus
    document: str | None
    drafted_vnd: int
    appraised_vnd: int
    approved_vnd: int
    adjusted_vnd: int
    reserved_vnd: int
    committed_vnd: int
    advanced_vnd: int
    paid_vnd: int
    recovered_vnd: int
    reserved_vnd_of: dict[UUID, int]
    committed_vnd_of: dict[UUID, int]
    advanced_vnd_of: dict[UUID, int]
    paid_vnd_of: dict[UUID, int]

    class Event(Record.Event):
        """Something that happened to a budget line (sự kiện của dòng dự toán)."""

    class Drafted(Event, Record.Created):
        """A line was drafted by Sở KH&CN (lập dự toán)."""

        TOPIC = "support:BudgetLine.Drafted"
        class_version = 2
        catalogue_id: UUID
        year: int
        source_code: str
        title: str
        amount_vnd: int
        estimate_id: UUID | None

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Every line stood alone before estimates of a year held lines."""
            state["estimate_id"] = None

        def sentence(self) -> str:
            amount = in_dong(self.amount_vnd)
            return f"Lập dự toán năm {self.year}, nguồn {self.source_code}, “{self.title}”: {amount}."

    Created = Drafted

    class Appraised(Event):
        """A line was appraised by Sở Tài chính (thẩm định dự toán)."""

        TOPIC = "support:BudgetLine.Appraised"
        amount_vnd: int
        reason: str | None

        def sentence(self) -> str:
            reason = f" Lý do điều chỉnh: {self.reason}" if self.reason else ""
            return f"Thẩm định dự toán: {in_dong(self.amount_vnd)}.{reason}"

    class Approved(Event):
        """A line was approved by UBND (phê duyệt dự toán)."""

        TOPIC = "support:BudgetLine.Approved"
        amount_vnd: int

        def sentence(self) -> str:
            return f"Phê duyệt dự toán {in_dong(self.amount_vnd)} bằng văn bản {self.act.document}."

    class Reserved(Event):
        """A decision reserved money (giữ chỗ kinh phí)."""

        TOPIC = "support:BudgetLine.Reserved"
        task_id: UUID
        amount_vnd: int

        def sentence(self) -> str:
            return f"Giữ chỗ {in_dong(self.amount_vnd)} trên dòng dự toán cho nhiệm vụ vừa được phê duyệt."

    class Committed(Event):
        """A contract committed money (cam kết chi)."""

        TOPIC = "support:BudgetLine.Committed"
        task_id: UUID
        amount_vnd: int

        def sentence(self) -> str:
            return f"Cam kết chi {in_dong(self.amount_vnd)} theo hợp đồng của nhiệm vụ."

    class Paid(Event):
        """Money was paid (chi trả)."""

        TOPIC = "support:BudgetLine.Paid"
        task_id: UUID
        amount_vnd: int

        def sentence(self) -> str:
            return f"Chi trả {in_dong(self.amount_vnd)} từ dòng dự toán cho nhiệm vụ."

    class Advanced(Event):
        """An advance was paid out of what a contract committed (chi tạm ứng)."""

        TOPIC = "support:BudgetLine.Advanced"
        task_id: UUID
        amount_vnd: int

        def sentence(self) -> str:
            return f"Chi tạm ứng {in_dong(self.amount_vnd)} từ dòng dự toán cho nhiệm vụ."

    class AdvanceCleared(Event):
        """A payment cleared an advance (thu hồi tạm ứng qua thanh toán)."""

        TOPIC = "support:BudgetLine.AdvanceCleared"
        task_id: UUID
        amount_vnd: int

        def sentence(self) -> str:
            return f"Thu hồi {in_dong(self.amount_vnd)} tạm ứng qua thanh toán khối lượng đã nghiệm thu."

    class Recovered(Event):
        """Money that had left the line came back to the city's budget (nộp trả ngân sách)."""

        TOPIC = "support:BudgetLine.Recovered"
        task_id: UUID
        money_stage: MoneyStage
        amount_vnd: int

        def sentence(self) -> str:
            stage = MONEY_STAGE_IN_WORDS[self.money_stage]
            return f"Thu hồi nộp ngân sách {in_dong(self.amount_vnd)} {stage} cho nhiệm vụ."

    class Released(Event):
        """Money not needed became available again (hoàn lại nguồn)."""

        TOPIC = "support:BudgetLine.Released"
        task_id: UUID
        money_stage: MoneyStage
        amount_vnd: int

        def sentence(self) -> str:
            stage = MONEY_STAGE_IN_WORDS[self.money_stage]
            return f"Hoàn lại nguồn {in_dong(self.amount_vnd)} {stage} mà nhiệm vụ không dùng đến."

    class Withdrawn(Event):
        """The estimate that holds the line was returned for rework (rút dòng dự toán)."""

        TOPIC = "support:BudgetLine.Withdrawn"

        def sentence(self) -> str:
            return "Rút dòng dự toán vì dự toán năm được trả lại để lập lại."

    class TransferredOut(Event):
        """Money went to another line of the year (điều chuyển đi)."""

        TOPIC = "support:BudgetLine.TransferredOut"
        adjustment_id: UUID
        to_line_id: UUID
        amount_vnd: int

        def sentence(self) -> str:
            return f"Điều chuyển {in_dong(self.amount_vnd)} sang dòng dự toán khác theo {self.act.document}."

    class TransferredIn(Event):
        """Money came from another line of the year (điều chuyển đến)."""

        TOPIC = "support:BudgetLine.TransferredIn"
        adjustment_id: UUID
        from_line_id: UUID
        amount_vnd: int

        def sentence(self) -> str:
            return f"Nhận điều chuyển {in_dong(self.amount_vnd)} từ dòng dự toán khác theo {self.act.document}."

    class Supplemented(Event):
        """A decision added money (bổ sung dự toán)."""

        TOPIC = "support:BudgetLine.Supplemented"
        adjustment_id: UUID
        amount_vnd: int

        def sentence(self) -> str:
            return f"Bổ sung {in_dong(self.amount_vnd)} cho dòng dự toán theo {self.act.document}."

    class Cut(Event):
        """A decision took money away (cắt giảm dự toán)."""

        TOPIC = "support:BudgetLine.Cut"
        adjustment_id: UUID
        amount_vnd: int

        def sentence(self) -> str:
            return f"Cắt giảm {in_dong(self.amount_vnd)} của dòng dự toán theo {self.act.document}."

    class CarriedOut(Event):
        """A task's money went to the next year (chuyển nguồn sang năm sau)."""

        TOPIC = "support:BudgetLine.CarriedOut"
        to_line_id: UUID
        task_id: UUID
        money_stage: MoneyStage
        amount_vnd: int

        def sentence(self) -> str:
            stage = MONEY_STAGE_IN_WORDS[self.money_stage]
            return f"Chuyển nguồn {in_dong(self.amount_vnd)} {stage} sang năm sau theo {self.act.document}."

    class CarriedIn(Event):
        """A task's money came from the year before (nhận chuyển nguồn từ năm trước)."""

        TOPIC = "support:BudgetLine.CarriedIn"
        from_line_id: UUID
        task_id: UUID
        money_stage: MoneyStage
        amount_vnd: int

        def sentence(self) -> str:
            stage = MONEY_STAGE_IN_WORDS[self.money_stage]
            return f"Nhận chuyển nguồn {in_dong(self.amount_vnd)} {stage} từ năm trước theo {self.act.document}."

    class Closed(Event):
        """The year is over, and what was not used lapsed (khóa sổ dòng dự toán)."""

        TOPIC = "support:BudgetLine.Closed"
        lapsed_vnd: int

        def sentence(self) -> str:
            return f"Khóa sổ dòng dự toán theo {self.act.document}; hủy {in_dong(self.lapsed_vnd)} không dùng đến."

    @recorded_by(Drafted)
    def __init__(
        self,
        act: Act,
        catalogue_id: UUID,
        year: int,
        source_code: str,
        title: str,
        amount_vnd: int,
        estimate_id: UUID | None,
    ) -> None:
        self.drafted_by = act.person_id
        self.appraised_by = None
        self.catalogue_id = catalogue_id
        self.estimate_id = estimate_id
        self.year = year
        self.source_code = source_code
        self.title = title
        self.status = BudgetLineStatus.DRAFTED
        self.document = None
        self.drafted_vnd = amount_vnd
        self.appraised_vnd = self.approved_vnd = self.adjusted_vnd = 0
        self.reserved_vnd = self.committed_vnd = self.advanced_vnd = self.paid_vnd = self.recovered_vnd = 0
        self.reserved_vnd_of = {}
        self.committed_vnd_of = {}
        self.advanced_vnd_of = {}
        self.paid_vnd_of = {}

    @classmethod
    def draft(
        cls,
        act: Act,
        catalogue: Catalogue,
        *,
        year: int,
        source_code: str,
        title: str,
        amount_vnd: int,
        estimate_id: UUID | None = None,
    ) -> Self:
        """A new line, asked for by itself or as part of a year's estimate.

        Raises SourceUnknown.
        """
        catalogue.must_have_source(source_code)
        return cls(
            act=act,
            catalogue_id=catalogue.id,
            year=year,
            source_code=source_code,
            title=title,
            amount_vnd=amount_vnd,
            estimate_id=estimate_id,
        )

    def must_stand_alone(self) -> None:
        """Raises BudgetLineHeldByEstimate when the line goes the way of its year's estimate."""
        if self.estimate_id is not None:
            raise BudgetLineHeldByEstimate(year=self.year)

    def withdraw(self, act: Act) -> None:
        """The line's estimate goes back to whoever drafted it."""
        self._withdrawn(act=act)

    @recorded_by(Withdrawn)
    def _withdrawn(self, act: Act) -> None:
        self.status = BudgetLineStatus.WITHDRAWN

    def appraise(self, act: Act, *, amount_vnd: int, reason: str | None) -> None:
        """Sở Tài chính finds an amount right, another than asked for only with a reason.

        Raises BudgetLineNotDrafted, ActedBefore and ReasonForAppraisalMissing.
        """
        if self.status is not BudgetLineStatus.DRAFTED:
            raise BudgetLineNotDrafted
        must_be_another_than(act, self.drafted_by)
        if amount_vnd != self.drafted_vnd and reason is None:
            raise ReasonForAppraisalMissing("reason")
        self._appraised(act=act, amount_vnd=amount_vnd, reason=reason)

    @recorded_by(Appraised)
    def _appraised(self, act: Act, amount_vnd: int, reason: str | None) -> None:
        self.appraised_by = act.person_id
        self.appraised_vnd = amount_vnd
        self.status = BudgetLineStatus.APPRAISED

    def approve(self, act: Act) -> None:
        """UBND approves the appraised amount.

        Raises DocumentMissing, BudgetLineNotAppraised and ActedBefore.
        """
        document_of(act)
        if self.status is not BudgetLineStatus.APPRAISED:
            raise BudgetLineNotAppraised
        must_be_another_than(act, self.drafted_by, self.appraised_by)
        self._approved(act=act, amount_vnd=self.appraised_vnd)

    @recorded_by(Approved)
    def _approved(self, act: Act, amount_vnd: int) -> None:
        self.document = act.document
        self.approved_vnd = amount_vnd
        self.status = BudgetLineStatus.APPROVED

    @property
    def allocated_vnd(self) -> int:
        """What was approved, and what has been added or taken since."""
        return self.approved_vnd + self.adjusted_vnd

    @property
    def available_vnd(self) -> int:
        """What can still be reserved."""
        gone_vnd = self.advanced_vnd + self.paid_vnd + self.recovered_vnd
        return self.allocated_vnd - self.reserved_vnd - self.committed_vnd - gone_vnd

    def must_be_approved(self) -> None:
        """Raises BudgetLineClosed and BudgetLineNotApproved."""
        if self.status is BudgetLineStatus.CLOSED:
            raise BudgetLineClosed(year=self.year)
        if self.status is not BudgetLineStatus.APPROVED:
            raise BudgetLineNotApproved

    def must_have_available(self, amount_vnd: int) -> None:
        """Raises BudgetLineClosed, BudgetLineNotApproved and BudgetLineOverdrawn."""
        self.must_be_approved()
        if amount_vnd > self.available_vnd:
            raise BudgetLineOverdrawn(available=in_dong(self.available_vnd), wanted=in_dong(amount_vnd))

    def reserve(self, act: Act, *, task_id: UUID, amount_vnd: int) -> None:
        """A decision takes its amount out of what is available.

        Raises BudgetLineClosed, BudgetLineNotApproved and BudgetLineOverdrawn.
        """
        self.must_have_available(amount_vnd)
        self._reserved(act=act, task_id=task_id, amount_vnd=amount_vnd)

    @recorded_by(Reserved)
    def _reserved(self, act: Act, task_id: UUID, amount_vnd: int) -> None:
        self._add_reserved(task_id, amount_vnd)

    def commit(self, act: Act, *, task_id: UUID, amount_vnd: int) -> None:
        """A contract commits what its decision reserved; what it does not need is released.

        Raises ReservationTooSmall.
        """
        reserved_vnd = self.reserved_vnd_of.get(task_id, 0)
        if amount_vnd > reserved_vnd:
            raise ReservationTooSmall(reserved=in_dong(reserved_vnd), wanted=in_dong(amount_vnd))
        self._committed(act=act, task_id=task_id, amount_vnd=amount_vnd)
        self._release_rest(act, task_id, MoneyStage.RESERVED, reserved_vnd - amount_vnd)

    @recorded_by(Committed)
    def _committed(self, act: Act, task_id: UUID, amount_vnd: int) -> None:
        self._add_reserved(task_id, -amount_vnd)
        self._add_committed(task_id, amount_vnd)

    def pay(self, act: Act, *, task_id: UUID, amount_vnd: int) -> None:
        """A payment takes its amount out of what the contract committed.

        Raises CommitmentTooSmall.
        """
        committed_vnd = self.committed_vnd_of.get(task_id, 0)
        if amount_vnd > committed_vnd:
            raise CommitmentTooSmall(committed=in_dong(committed_vnd), wanted=in_dong(amount_vnd))
        self._paid(act=act, task_id=task_id, amount_vnd=amount_vnd)

    @recorded_by(Paid)
    def _paid(self, act: Act, task_id: UUID, amount_vnd: int) -> None:
        self._add_committed(task_id, -amount_vnd)
        self._add_paid(task_id, amount_vnd)

    def advance(self, act: Act, *, task_id: UUID, amount_vnd: int) -> None:
        """An advance takes its amount out of what the contract committed.

        Raises CommitmentTooSmall.
        """
        committed_vnd = self.committed_vnd_of.get(task_id, 0)
        if amount_vnd > committed_vnd:
            raise CommitmentTooSmall(committed=in_dong(committed_vnd), wanted=in_dong(amount_vnd))
        self._advanced(act=act, task_id=task_id, amount_vnd=amount_vnd)

    @recorded_by(Advanced)
    def _advanced(self, act: Act, task_id: UUID, amount_vnd: int) -> None:
        self._add_committed(task_id, -amount_vnd)
        self._add_advanced(task_id, amount_vnd)

    def clear_advance(self, act: Act, *, task_id: UUID, amount_vnd: int) -> None:
        """So much of the advance is earned by accepted results.

        Raises AdvanceTooSmall.
        """
        advanced_vnd = self.advanced_vnd_of.get(task_id, 0)
        if amount_vnd > advanced_vnd:
            raise AdvanceTooSmall(advanced=in_dong(advanced_vnd), wanted=in_dong(amount_vnd))
        self._advance_cleared(act=act, task_id=task_id, amount_vnd=amount_vnd)

    @recorded_by(AdvanceCleared)
    def _advance_cleared(self, act: Act, task_id: UUID, amount_vnd: int) -> None:
        self._add_advanced(task_id, -amount_vnd)
        self._add_paid(task_id, amount_vnd)

    def recoverable_vnd(self, task_id: UUID, money_stage: MoneyStage) -> int:
        """How much of a task's money was paid or advanced from this line and has not come back."""
        gone_vnd_of = self.advanced_vnd_of if money_stage is MoneyStage.ADVANCED else self.paid_vnd_of
        return gone_vnd_of.get(task_id, 0)

    def recover(self, act: Act, *, task_id: UUID, money_stage: MoneyStage, amount_vnd: int) -> None:
        """Money advanced or paid for a task comes back; it does not become available again.

        Raises RecoverableTooSmall.
        """
        left_vnd = self.recoverable_vnd(task_id, money_stage)
        if amount_vnd > left_vnd:
            stage = MONEY_STAGE_IN_WORDS[money_stage]
            raise RecoverableTooSmall(stage=stage, left=in_dong(left_vnd), wanted=in_dong(amount_vnd))
        self._recovered(act=act, task_id=task_id, money_stage=money_stage, amount_vnd=amount_vnd)

    @recorded_by(Recovered)
    def _recovered(self, act: Act, task_id: UUID, money_stage: MoneyStage, amount_vnd: int) -> None:
        if money_stage is MoneyStage.ADVANCED:
            self._add_advanced(task_id, -amount_vnd)
        else:
            self._add_paid(task_id, -amount_vnd)
        self.recovered_vnd += amount_vnd

    def release_committed(self, act: Act, *, task_id: UUID, amount_vnd: int) -> int:
        """What an amendment no longer needs of the commitment and was not advanced; how much that was."""
        released_vnd = min(amount_vnd, self.committed_vnd_of.get(task_id, 0))
        self._release_rest(act, task_id, MoneyStage.COMMITTED, released_vnd)
        return released_vnd

    def release_reserved(self, act: Act, *, task_id: UUID, amount_vnd: int) -> None:
        """What a decision reserved for who has withdrawn since is available again."""
        self._release_rest(act, task_id, MoneyStage.RESERVED, min(amount_vnd, self.reserved_vnd_of.get(task_id, 0)))

    def release_unspent(self, act: Act, *, task_id: UUID) -> int:
        """What a settled task's contract committed and nobody was paid; how much that was."""
        unspent_vnd = self.committed_vnd_of.get(task_id, 0)
        self._release_rest(act, task_id, MoneyStage.COMMITTED, unspent_vnd)
        return unspent_vnd

    def _release_rest(self, act: Act, task_id: UUID, money_stage: MoneyStage, amount_vnd: int) -> None:
        if amount_vnd > 0:
            self._released(act=act, task_id=task_id, money_stage=money_stage, amount_vnd=amount_vnd)

    @recorded_by(Released)
    def _released(self, act: Act, task_id: UUID, money_stage: MoneyStage, amount_vnd: int) -> None:
        self._add_held(task_id, money_stage, -amount_vnd)

    def transfer_out(self, act: Act, *, adjustment_id: UUID, to_line_id: UUID, amount_vnd: int) -> None:
        """Available money goes to another line.

        Raises BudgetLineClosed, BudgetLineNotApproved and BudgetLineOverdrawn.
        """
        self.must_have_available(amount_vnd)
        self._transferred_out(act=act, adjustment_id=adjustment_id, to_line_id=to_line_id, amount_vnd=amount_vnd)

    @recorded_by(TransferredOut)
    def _transferred_out(self, act: Act, adjustment_id: UUID, to_line_id: UUID, amount_vnd: int) -> None:
        self.adjusted_vnd -= amount_vnd

    def transfer_in(self, act: Act, *, adjustment_id: UUID, from_line_id: UUID, amount_vnd: int) -> None:
        """Another line's money becomes available here.

        Raises BudgetLineClosed and BudgetLineNotApproved.
        """
        self.must_be_approved()
        self._transferred_in(act=act, adjustment_id=adjustment_id, from_line_id=from_line_id, amount_vnd=amount_vnd)

    @recorded_by(TransferredIn)
    def _transferred_in(self, act: Act, adjustment_id: UUID, from_line_id: UUID, amount_vnd: int) -> None:
        self.adjusted_vnd += amount_vnd

    def supplement(self, act: Act, *, adjustment_id: UUID, amount_vnd: int) -> None:
        """New money becomes available.

        Raises BudgetLineClosed and BudgetLineNotApproved.
        """
        self.must_be_approved()
        self._supplemented(act=act, adjustment_id=adjustment_id, amount_vnd=amount_vnd)

    @recorded_by(Supplemented)
    def _supplemented(self, act: Act, adjustment_id: UUID, amount_vnd: int) -> None:
        self.adjusted_vnd += amount_vnd

    def cut(self, act: Act, *, adjustment_id: UUID, amount_vnd: int) -> None:
        """Available money is taken away.

        Raises BudgetLineClosed, BudgetLineNotApproved and BudgetLineOverdrawn.
        """
        self.must_have_available(amount_vnd)
        self._cut(act=act, adjustment_id=adjustment_id, amount_vnd=amount_vnd)

    @recorded_by(Cut)
    def _cut(self, act: Act, adjustment_id: UUID, amount_vnd: int) -> None:
        self.adjusted_vnd -= amount_vnd

    @property
    def held(self) -> tuple[HeldMoney, ...]:
        """Whose money is spoken for and not yet paid, task by task."""
        stages = (
            (MoneyStage.RESERVED, self.reserved_vnd_of),
            (MoneyStage.COMMITTED, self.committed_vnd_of),
            (MoneyStage.ADVANCED, self.advanced_vnd_of),
        )
        return tuple(
            HeldMoney(task_id, stage, amount_vnd)
            for stage, amounts in stages
            for task_id, amount_vnd in amounts.items()
            if amount_vnd
        )

    def close(self, act: Act) -> None:
        """The year's end: what is available lapses, and nothing happens on the line any more.

        Raises DocumentMissing, BudgetLineClosed, BudgetLineNotApproved, ActedBefore, BudgetYearNotOver and
        BudgetLineHoldsMoney, which names each task.
        """
        self._must_be_closable(act)
        if self.held:
            named = "; ".join(f"{each.task_id}: {in_dong(each.amount_vnd)} {each.in_words}" for each in self.held)
            raise BudgetLineHoldsMoney(count=len({each.task_id for each in self.held}), held=named)
        self._closed(act=act, lapsed_vnd=self.available_vnd)

    def carry_over(self, act: Act, next_line: BudgetLine) -> tuple[UUID, ...]:
        """The year's end by a decision: each task's money goes to the next year's line; the tasks that moved.

        Raises what ``close`` raises but BudgetLineHoldsMoney, and NotTheNextYearsLine and NothingToCarryOver.
        """
        self._must_be_closable(act)
        next_line.must_be_approved()
        wanted = (self.catalogue_id, self.source_code, self.year + 1)
        if (next_line.catalogue_id, next_line.source_code, next_line.year) != wanted:
            raise NotTheNextYearsLine(year=self.year + 1, source_code=self.source_code)
        held = self.held
        if not held:
            raise NothingToCarryOver
        for each in held:
            self._carried_out(act=act, to_line_id=next_line.id, **vars(each))
            next_line._carried_in(act=act, from_line_id=self.id, **vars(each))
        self._closed(act=act, lapsed_vnd=self.available_vnd)
        return tuple(dict.fromkeys(each.task_id for each in held))

    def _must_be_closable(self, act: Act) -> None:
        document_of(act)
        self.must_be_approved()
        must_be_another_than(act, self.drafted_by)
        if act.effective_on < date(self.year, 12, 31):
            raise BudgetYearNotOver(year=self.year)

    @recorded_by(CarriedOut)
    def _carried_out(self, act: Act, to_line_id: UUID, task_id: UUID, money_stage: MoneyStage, amount_vnd: int) -> None:
        self._add_held(task_id, money_stage, -amount_vnd)
        self.adjusted_vnd -= amount_vnd

    @recorded_by(CarriedIn)
    def _carried_in(
        self, act: Act, from_line_id: UUID, task_id: UUID, money_stage: MoneyStage, amount_vnd: int
    ) -> None:
        self._add_held(task_id, money_stage, amount_vnd)
        self.adjusted_vnd += amount_vnd

    @recorded_by(Closed)
    def _closed(self, act: Act, lapsed_vnd: int) -> None:
        self.adjusted_vnd -= lapsed_vnd
        self.status = BudgetLineStatus.CLOSED

    def _add_held(self, task_id: UUID, money_stage: MoneyStage, amount_vnd: int) -> None:
        if money_stage is MoneyStage.RESERVED:
            self._add_reserved(task_id, amount_vnd)
        elif money_stage is MoneyStage.ADVANCED:
            self._add_advanced(task_id, amount_vnd)
        else:
            self._add_committed(task_id, amount_vnd)

    def _add_reserved(self, task_id: UUID, amount_vnd: int) -> None:
        self.reserved_vnd_of[task_id] = self.reserved_vnd_of.get(task_id, 0) + amount_vnd
        self.reserved_vnd += amount_vnd

    def _add_committed(self, task_id: UUID, amount_vnd: int) -> None:
        self.committed_vnd_of[task_id] = self.committed_vnd_of.get(task_id, 0) + amount_vnd
        self.committed_vnd += amount_vnd

    def _add_advanced(self, task_id: UUID, amount_vnd: int) -> None:
        self.advanced_vnd_of[task_id] = self.advanced_vnd_of.get(task_id, 0) + amount_vnd
        self.advanced_vnd += amount_vnd

    def _add_paid(self, task_id: UUID, amount_vnd: int) -> None:
        self.paid_vnd_of[task_id] = self.paid_vnd_of.get(task_id, 0) + amount_vnd
        self.paid_vnd += amount_vnd
