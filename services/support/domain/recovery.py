"""What must come back: an order to return money, its instalments, and the account that blocks the next award."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Self
from uuid import UUID, uuid5

from services.shared.record import Act, Record, document_of, must_be_another_than, recorded_by
from services.shared.refusals import Invalid, Refusal
from services.support.domain.budget_terms import MoneyStage
from services.support.domain.money import in_dong

__all__ = ["FindingReference", "Recovery", "RecoveryAccount", "RecoveryOrigin", "RecoveryStatus"]


class RecoveryOrigin(StrEnum):
    """Why money must come back: an inspection found against a payment, or an advance was not earned."""

    INSPECTION = "INSPECTION"
    UNCLEARED_ADVANCE = "UNCLEARED_ADVANCE"

    @property
    def money_stage(self) -> MoneyStage:
        """Where the money stands in the line's ledger until it comes back."""
        return MoneyStage.PAID if self is RecoveryOrigin.INSPECTION else MoneyStage.ADVANCED


@dataclass(frozen=True)
class FindingReference:
    """A finding of an inspection that a recovery carries out."""

    inspection_id: UUID
    finding_number: int


class RecoveryStatus(StrEnum):
    """How far a recovery has come."""

    ORDERED = "ORDERED"
    RECOVERED = "RECOVERED"
    WRITTEN_OFF = "WRITTEN_OFF"


RECOVERY_STATUS_IN_WORDS = {
    RecoveryStatus.ORDERED: "đang thu hồi",
    RecoveryStatus.RECOVERED: "đã thu hồi đủ",
    RecoveryStatus.WRITTEN_OFF: "đã được xóa",
}


class RecoveryDueInThePast(Invalid):
    """The day by which to pay back lies ahead."""

    sentence = "Hạn nộp trả phải sau ngày quyết định thu hồi."


class RecoveryWithoutFinding(Invalid):
    """What was paid comes back by what an inspection concluded; only an advance is owed by the contract's end alone."""

    sentence = "Quyết định thu hồi phải dẫn phát hiện của một cuộc thanh tra đã kết luận."


class RecoveryNotOpen(Refusal):
    """Nothing is owed any more."""

    sentence = "Không thực hiện được: khoản thu hồi {status}."


class InstalmentAboveDebt(Refusal):
    """No more is taken back than is owed."""

    sentence = "Khoản thu hồi chỉ còn {outstanding}, không nhận {wanted}."


class RecoveryUnpaid(Refusal):
    """Who owes the programme money gets no new award."""

    sentence = "Cơ sở {debtor_id} còn phải nộp trả {outstanding} theo quyết định thu hồi, chưa thể được hỗ trợ tiếp."


class Recovery(Record):
    """Money to be paid back under one document (thu hồi kinh phí)."""

    TOPIC = "support:Recovery"

    class Event(Record.Event):
        """Something that happened to a recovery (sự kiện thu hồi)."""

    class Ordered(Event, Record.Created):
        """Money was ordered back (quyết định thu hồi)."""

        TOPIC = "support:Recovery.Ordered"
        class_version: ClassVar[int] = 2
        task_id: UUID
        budget_line_id: UUID
        debtor_id: UUID
        origin: RecoveryOrigin
        amount_vnd: int
        due_on: date | None
        reason: str
        finding: FindingReference | None
        participation_id: UUID | None

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """What a recovery carries out came later."""
            state["finding"] = state["participation_id"] = None

        def sentence(self) -> str:
            due = f", hạn nộp {self.due_on:%d/%m/%Y}" if self.due_on else ""
            paper = f" theo {self.act.document}" if self.act.document else ""
            return f"Thu hồi {in_dong(self.amount_vnd)}{paper}{due}. Lý do: {self.reason}"

    Created = Ordered

    class InstalmentReceived(Event):
        """Part of the money came back (nộp trả kinh phí)."""

        TOPIC = "support:Recovery.InstalmentReceived"
        amount_vnd: int
        outstanding_vnd: int

        def sentence(self) -> str:
            left = f"còn phải nộp {in_dong(self.outstanding_vnd)}" if self.outstanding_vnd else "đã nộp đủ"
            return f"Nộp trả {in_dong(self.amount_vnd)} theo chứng từ {self.act.document}; {left}."

    class WrittenOff(Event):
        """What was still owed was written off by a decision (xóa khoản phải thu)."""

        TOPIC = "support:Recovery.WrittenOff"
        amount_vnd: int
        reason: str

        def sentence(self) -> str:
            return f"Xóa khoản phải thu {in_dong(self.amount_vnd)} theo {self.act.document}. Lý do: {self.reason}"

    @recorded_by(Ordered)
    def __init__(
        self,
        act: Act,
        task_id: UUID,
        budget_line_id: UUID,
        debtor_id: UUID,
        origin: RecoveryOrigin,
        amount_vnd: int,
        due_on: date | None,
        reason: str,
        finding: FindingReference | None,
        participation_id: UUID | None,
    ) -> None:
        self.task_id = task_id
        self.budget_line_id = budget_line_id
        self.debtor_id = debtor_id
        self.origin = origin
        self.document = act.document
        self.amount_vnd = amount_vnd
        self.due_on = due_on
        self.reason = reason
        self.finding = finding
        self.participation_id = participation_id
        self.ordered_by = act.person_id
        self.status = RecoveryStatus.ORDERED
        self.recovered_vnd = self.written_off_vnd = 0

    @classmethod
    def order(
        cls,
        act: Act,
        *,
        task_id: UUID,
        budget_line_id: UUID,
        debtor_id: UUID,
        origin: RecoveryOrigin,
        amount_vnd: int,
        due_on: date | None,
        reason: str,
        finding: FindingReference | None = None,
        participation_id: UUID | None = None,
    ) -> Self:
        """A debt; the contract has checked that so much was paid, the inspection that it found so much.

        Raises RecoveryWithoutFinding and RecoveryDueInThePast.
        """
        if origin is RecoveryOrigin.INSPECTION and finding is None:
            raise RecoveryWithoutFinding("finding")
        if due_on is not None and due_on <= act.effective_on:
            raise RecoveryDueInThePast("due_on")
        return cls(
            act=act,
            task_id=task_id,
            budget_line_id=budget_line_id,
            debtor_id=debtor_id,
            origin=origin,
            amount_vnd=amount_vnd,
            due_on=due_on,
            reason=reason,
            finding=finding,
            participation_id=participation_id,
        )

    @property
    def outstanding_vnd(self) -> int:
        """What is still owed."""
        return self.amount_vnd - self.recovered_vnd - self.written_off_vnd

    def receive_instalment(self, act: Act, *, amount_vnd: int) -> None:
        """Money came back, in part or in full.

        Raises DocumentMissing, RecoveryNotOpen and InstalmentAboveDebt.
        """
        document_of(act)
        self._must_be_open()
        if amount_vnd > self.outstanding_vnd:
            raise InstalmentAboveDebt(outstanding=in_dong(self.outstanding_vnd), wanted=in_dong(amount_vnd))
        self._instalment_received(act=act, amount_vnd=amount_vnd, outstanding_vnd=self.outstanding_vnd - amount_vnd)

    @recorded_by(InstalmentReceived)
    def _instalment_received(self, act: Act, amount_vnd: int, outstanding_vnd: int) -> None:
        self.recovered_vnd += amount_vnd
        if outstanding_vnd == 0:
            self.status = RecoveryStatus.RECOVERED

    def write_off(self, act: Act, *, reason: str) -> None:
        """Another person than ordered it decides, in writing, that the rest will not come back.

        Raises DocumentMissing, RecoveryNotOpen and ActedBefore.
        """
        document_of(act)
        self._must_be_open()
        must_be_another_than(act, self.ordered_by)
        self._written_off(act=act, amount_vnd=self.outstanding_vnd, reason=reason)

    @recorded_by(WrittenOff)
    def _written_off(self, act: Act, amount_vnd: int, reason: str) -> None:
        self.written_off_vnd = amount_vnd
        self.status = RecoveryStatus.WRITTEN_OFF

    def _must_be_open(self) -> None:
        if self.status is not RecoveryStatus.ORDERED:
            raise RecoveryNotOpen(status=RECOVERY_STATUS_IN_WORDS[self.status])


class RecoveryAccount(Record):
    """All that one enterprise or organisation owes the programme (sổ theo dõi thu hồi).

    Every award writes here that nothing was owed, and every order what is owed: whichever of two comes second at the
    same moment is decided on what the first has left.
    """

    TOPIC = "support:RecoveryAccount"

    class Event(Record.Event):
        """Something that happened to an account; each names whose it is (sự kiện của sổ theo dõi thu hồi)."""

        debtor_id: UUID

    class Opened(Event, Record.Created):
        """An account was opened (mở sổ theo dõi thu hồi)."""

        TOPIC = "support:RecoveryAccount.Opened"

        def sentence(self) -> str:
            return "Mở sổ theo dõi thu hồi kinh phí của một cơ sở."

    Created = Opened

    class AwardPermitted(Event):
        """Nothing was owed when an award was decided (không còn khoản phải nộp trả)."""

        TOPIC = "support:RecoveryAccount.AwardPermitted"
        task_id: UUID

        def sentence(self) -> str:
            return "Kiểm tra trước khi quyết định hỗ trợ: cơ sở không còn khoản nào phải nộp trả."

    class DebtEntered(Event):
        """A debt was entered (ghi khoản phải thu)."""

        TOPIC = "support:RecoveryAccount.DebtEntered"
        recovery_id: UUID
        amount_vnd: int

        def sentence(self) -> str:
            return f"Ghi khoản phải thu {in_dong(self.amount_vnd)}; cơ sở chưa thể được hỗ trợ tiếp."

    class DebtDischarged(Event):
        """A debt was paid back or written off (tất toán khoản phải thu)."""

        TOPIC = "support:RecoveryAccount.DebtDischarged"
        recovery_id: UUID

        def sentence(self) -> str:
            return "Tất toán một khoản phải thu của cơ sở."

    @staticmethod
    def create_id(debtor_id: UUID) -> UUID:
        """One account per enterprise or organisation."""
        return uuid5(debtor_id, "recovery-account")

    @recorded_by(Opened)
    def __init__(self, act: Act, debtor_id: UUID) -> None:
        self.debtor_id = debtor_id
        self.owed_vnd_of: dict[UUID, int] = {}

    def must_owe_nothing(self) -> None:
        """Raises RecoveryUnpaid."""
        if self.owed_vnd_of:
            raise RecoveryUnpaid(debtor_id=self.debtor_id, outstanding=in_dong(sum(self.owed_vnd_of.values())))

    def permit_award(self, act: Act, *, task_id: UUID) -> None:
        """Nothing is owed, so that a decision may award something.

        Raises RecoveryUnpaid.
        """
        self.must_owe_nothing()
        self._award_permitted(act=act, debtor_id=self.debtor_id, task_id=task_id)

    @recorded_by(AwardPermitted)
    def _award_permitted(self, act: Act, debtor_id: UUID, task_id: UUID) -> None:
        """Nothing changes; that it was asked keeps an order at the same moment from passing unseen."""

    def enter_debt(self, act: Act, *, recovery_id: UUID, amount_vnd: int) -> None:
        """What a recovery orders back."""
        self._debt_entered(act=act, debtor_id=self.debtor_id, recovery_id=recovery_id, amount_vnd=amount_vnd)

    @recorded_by(DebtEntered)
    def _debt_entered(self, act: Act, debtor_id: UUID, recovery_id: UUID, amount_vnd: int) -> None:
        self.owed_vnd_of[recovery_id] = amount_vnd

    def discharge_debt(self, act: Act, *, recovery_id: UUID) -> None:
        """A recovery is over."""
        self._debt_discharged(act=act, debtor_id=self.debtor_id, recovery_id=recovery_id)

    @recorded_by(DebtDischarged)
    def _debt_discharged(self, act: Act, debtor_id: UUID, recovery_id: UUID) -> None:
        del self.owed_vnd_of[recovery_id]
