"""The contract that carries a decision out, from signature to archive (docs/procedure.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Self
from uuid import UUID, uuid5

from eventsourcing.domain import CanMutateAggregate

from services.shared.proceeding import Proceeding
from services.shared.record import Act, document_of, must_be_another_than, recorded_by
from services.support.domain.contract_changing import Changing
from services.support.domain.contract_ending import Ending
from services.support.domain.contract_milestones import Milestones
from services.support.domain.contract_plan import must_be_numbered, must_be_within, must_fit
from services.support.domain.contract_refusals import AdvanceAboveRule, ContractEndsBeforeItStarts
from services.support.domain.contract_terms import (
    AdvanceTerms,
    ContractGround,
    ContractLine,
    ContractStatus,
    Milestone,
    MilestoneStanding,
    MilestoneStatus,
    PaymentCheck,
    PaymentHold,
)
from services.support.domain.money import in_dong, share_vnd
from services.support.domain.task_terms import ActualCost, PaymentLine

__all__ = ["Contract"]


class Contract(Milestones, Changing, Ending, Proceeding):
    """The contract of one task or grant (hợp đồng): milestones are accepted and paid one by one.

    A payment is the least of what decision, contract and share of the actual cost permit; what was advanced is cleared
    against it. Whatever else happens, what is paid never exceeds the decision. Here stands what happens to it and what
    that makes of it; the rules stand in its parts.
    """

    TOPIC = "support:Contract"

    class Event(Proceeding.Event):
        """Something that happened to a contract; each names its task (sự kiện của hợp đồng)."""

        task_id: UUID

    class Signed(Event, Proceeding.Created):
        """The contract was signed with its milestones (ký hợp đồng theo mốc)."""

        TOPIC = "support:Contract.Signed"
        budget_line_id: UUID
        decision: str
        decided_by: UUID
        applicant_ids: tuple[UUID, ...]
        party_body: str
        payee_id: UUID
        authority: str
        counterparty_signatory_id: UUID | None
        starts_on: date
        ends_on: date
        amount_vnd: int
        lines: tuple[ContractLine, ...]
        milestones: tuple[Milestone, ...]
        advance: AdvanceTerms | None

        def sentence(self) -> str:
            term = f"từ {self.starts_on:%d/%m/%Y} đến {self.ends_on:%d/%m/%Y}"
            signed = f"Ký hợp đồng {self.act.document} trị giá {in_dong(self.amount_vnd)}, {term}"
            return f"{signed}, {len(self.milestones)} mốc; thẩm quyền ký: {self.authority}."

    Created = Signed

    class AdvancePaid(Event):
        """An advance was paid (tạm ứng)."""

        TOPIC = "support:Contract.AdvancePaid"
        payee_id: UUID
        amount_vnd: int

        def sentence(self) -> str:
            return f"Tạm ứng {in_dong(self.amount_vnd)} cho bên thực hiện theo {self.act.document}."

    class ProgressReported(Event):
        """Progress of a milestone was reported (báo cáo tiến độ mốc)."""

        TOPIC = "support:Contract.ProgressReported"
        milestone_number: int
        progress_percent: int
        summary: str

        def sentence(self) -> str:
            return f"Báo cáo tiến độ mốc {self.milestone_number}: {self.progress_percent}%. {self.summary}"

    class AcceptanceRequested(Event):
        """Acceptance of a milestone was asked for (đề nghị nghiệm thu mốc)."""

        TOPIC = "support:Contract.AcceptanceRequested"
        milestone_number: int
        summary: str

        def sentence(self) -> str:
            return f"Đề nghị nghiệm thu mốc {self.milestone_number}: {self.summary}"

    class MilestoneAccepted(Event):
        """A milestone was accepted with its actual costs (nghiệm thu mốc)."""

        TOPIC = "support:Contract.MilestoneAccepted"
        milestone_number: int
        council_id: UUID | None
        actual_costs: tuple[ActualCost, ...]

        def sentence(self) -> str:
            total = in_dong(sum(cost.actual_cost_vnd for cost in self.actual_costs))
            minutes = f"theo biên bản {self.act.document}"
            return f"Nghiệm thu mốc {self.milestone_number} {minutes}; chi phí thực tế {total}."

    class FixesRequired(Event):
        """A milestone is accepted once its faults are mended (nghiệm thu có điều kiện khắc phục)."""

        TOPIC = "support:Contract.FixesRequired"
        milestone_number: int
        council_id: UUID | None
        fixes: tuple[str, ...]
        fixes_due_on: date

        def sentence(self) -> str:
            wanted = f"Yêu cầu khắc phục mốc {self.milestone_number} trước {self.fixes_due_on:%d/%m/%Y}"
            return f"{wanted} theo biên bản {self.act.document}: {'; '.join(self.fixes)}."

    class MilestoneFailed(Event):
        """A milestone's results were not accepted (không nghiệm thu)."""

        TOPIC = "support:Contract.MilestoneFailed"
        milestone_number: int
        council_id: UUID | None
        reason: str

        def sentence(self) -> str:
            minutes = f"theo biên bản {self.act.document}"
            return f"Không nghiệm thu mốc {self.milestone_number} {minutes}. Lý do: {self.reason}"

    class MilestonePaid(Event):
        """An accepted milestone was paid, less the advance cleared (thanh toán mốc, thu hồi tạm ứng)."""

        TOPIC = "support:Contract.MilestonePaid"
        milestone_number: int
        payee_id: UUID
        amount_vnd: int
        advance_cleared_vnd: int
        payments: tuple[PaymentLine, ...]
        checks: tuple[PaymentCheck, ...]

        def sentence(self) -> str:
            now_vnd = self.amount_vnd - self.advance_cleared_vnd
            cleared = f", thu hồi tạm ứng {in_dong(self.advance_cleared_vnd)}" if self.advance_cleared_vnd else ""
            paid = f"Thanh toán mốc {self.milestone_number}: {in_dong(self.amount_vnd)}{cleared}"
            return f"{paid}, chi {in_dong(now_vnd)} cho bên thực hiện."

    class PaymentsHeld(Event):
        """Payments are held because of a case (tạm giữ thanh toán)."""

        TOPIC = "support:Contract.PaymentsHeld"
        case_number: str
        reason: str

        def sentence(self) -> str:
            return f"Tạm giữ thanh toán theo vụ việc {self.case_number}. Lý do: {self.reason}"

    class PaymentHoldLifted(Event):
        """Another person lifted a hold on payments (bỏ tạm giữ thanh toán)."""

        TOPIC = "support:Contract.PaymentHoldLifted"
        case_number: str
        reason: str

        def sentence(self) -> str:
            return f"Bỏ tạm giữ thanh toán theo vụ việc {self.case_number}. Lý do: {self.reason}"

    class Amended(Event):
        """The contract was amended (phụ lục hợp đồng)."""

        TOPIC = "support:Contract.Amended"
        reason: str
        ends_on: date
        amount_vnd: int
        milestones: tuple[Milestone, ...]
        withdrawn_ids: tuple[UUID, ...]

        def sentence(self) -> str:
            term = f"giá trị {in_dong(self.amount_vnd)}, thời hạn đến {self.ends_on:%d/%m/%Y}"
            left = f", rút {len(self.withdrawn_ids)} hồ sơ tham gia" if self.withdrawn_ids else ""
            return f"Ký phụ lục {self.act.document}: {term}{left}. Lý do: {self.reason}"

    class ParticipationLeft(Event):
        """A participation left the contract before it was paid (rút khỏi hợp đồng)."""

        TOPIC = "support:Contract.ParticipationLeft"
        participation_id: UUID
        reason: str
        released_vnd: int
        receivable_vnd: int

        def sentence(self) -> str:
            owed = f", tạm ứng phải thu hồi {in_dong(self.receivable_vnd)}" if self.receivable_vnd else ""
            return (
                f"Một cơ sở rút khỏi hợp đồng, hoàn lại nguồn {in_dong(self.released_vnd)}{owed}. Lý do: {self.reason}"
            )

    class Suspended(Event):
        """The contract was suspended (tạm dừng hợp đồng)."""

        TOPIC = "support:Contract.Suspended"
        reason: str

        def sentence(self) -> str:
            return f"Tạm dừng hợp đồng theo {self.act.document}. Lý do: {self.reason}"

    class Resumed(Event):
        """A suspended contract was resumed (tiếp tục hợp đồng)."""

        TOPIC = "support:Contract.Resumed"
        reason: str

        def sentence(self) -> str:
            return f"Tiếp tục thực hiện hợp đồng theo {self.act.document}. Lý do: {self.reason}"

    class Terminated(Event):
        """The contract was ended before its time (chấm dứt hợp đồng)."""

        TOPIC = "support:Contract.Terminated"
        reason: str
        paid_vnd: int
        released_vnd: int
        receivable_vnd: int

        def sentence(self) -> str:
            books = f"đã chi {in_dong(self.paid_vnd)}, hoàn lại nguồn {in_dong(self.released_vnd)}"
            owed = f", tạm ứng phải thu hồi {in_dong(self.receivable_vnd)}" if self.receivable_vnd else ""
            return f"Chấm dứt hợp đồng theo {self.act.document}: {books}{owed}. Lý do: {self.reason}"

    class Settled(Event):
        """The books of the contract were closed (quyết toán hợp đồng)."""

        TOPIC = "support:Contract.Settled"
        paid_vnd: int
        released_vnd: int
        receivable_vnd: int

        def sentence(self) -> str:
            owed = f"; tạm ứng phải thu hồi {in_dong(self.receivable_vnd)}" if self.receivable_vnd else ""
            books = f"{in_dong(self.paid_vnd)}; hoàn lại nguồn {in_dong(self.released_vnd)}{owed}"
            return f"Quyết toán hợp đồng {books}."

    class Liquidated(Event):
        """The contract was liquidated by its minutes (thanh lý hợp đồng)."""

        TOPIC = "support:Contract.Liquidated"

        def sentence(self) -> str:
            return f"Thanh lý hợp đồng theo biên bản {self.act.document}."

    class Archived(Event):
        """The contract's file was archived (lưu trữ hồ sơ)."""

        TOPIC = "support:Contract.Archived"
        archive_number: str

        def sentence(self) -> str:
            return f"Lưu trữ hồ sơ hợp đồng, số lưu trữ {self.archive_number}."

    class RecoveryOrdered(Event):
        """Part of what was paid was ordered back (quyết định thu hồi theo hợp đồng)."""

        TOPIC = "support:Contract.RecoveryOrdered"
        recovery_id: UUID
        amount_vnd: int

        def sentence(self) -> str:
            return f"Quyết định thu hồi {in_dong(self.amount_vnd)} đã chi theo hợp đồng, văn bản {self.act.document}."

    @staticmethod
    def create_id(task_id: UUID) -> UUID:
        """A task or grant has one contract."""
        return uuid5(task_id, "contract")

    @recorded_by(Signed)
    def __init__(
        self,
        act: Act,
        task_id: UUID,
        budget_line_id: UUID,
        decision: str,
        decided_by: UUID,
        applicant_ids: tuple[UUID, ...],
        party_body: str,
        payee_id: UUID,
        authority: str,
        counterparty_signatory_id: UUID | None,
        starts_on: date,
        ends_on: date,
        amount_vnd: int,
        lines: tuple[ContractLine, ...],
        milestones: tuple[Milestone, ...],
        advance: AdvanceTerms | None,
    ) -> None:
        self.task_id = task_id
        self.budget_line_id = budget_line_id
        self.number = act.document
        self.decision = decision
        self.decided_by = decided_by
        self.applicant_ids = applicant_ids
        self.party_body = party_body
        self.payee_id = payee_id
        self.signed_by = act.person_id
        self.authority = authority
        self.counterparty_signatory_id = counterparty_signatory_id
        self.starts_on = starts_on
        self.ends_on = ends_on
        self.lines: Mapping[UUID, ContractLine] = {line.participation_id: line for line in lines}
        self.milestones = {milestone.number: _fresh(milestone) for milestone in milestones}
        self.advance = advance
        self.status = ContractStatus.SIGNED
        self.holds: dict[str, PaymentHold] = {}
        self.accepted_by: frozenset[UUID] = frozenset()
        self.paid_by: frozenset[UUID] = frozenset()
        self.advanced_vnd = self.receivable_vnd = self.recovery_ordered_vnd = 0
        self.recovery_documents: frozenset[str | None] = frozenset()
        self.archive_number: str | None = None

    @classmethod
    def sign(
        cls,
        act: Act,
        ground: ContractGround,
        *,
        authority: str,
        counterparty_signatory_id: UUID | None,
        starts_on: date,
        ends_on: date,
        milestones: tuple[Milestone, ...],
        advance: AdvanceTerms | None,
    ) -> Self:
        """A contract for what was decided; ``authority`` is the paper by which the acting person signs.

        Raises DocumentMissing, ActedBefore, ContractEndsBeforeItStarts, MilestonesNotNumbered, MilestoneOutsideTerm,
        ShareNamedTwice, ContractLinesDiffer, ContractAboveDecision and AdvanceAboveRule.
        """
        document_of(act)
        must_be_another_than(act, *ground.applicant_ids)
        if ends_on < starts_on:
            raise ContractEndsBeforeItStarts("ends_on")
        must_be_numbered(milestones)
        must_be_within(milestones, starts_on, ends_on)
        lines = {line.participation_id: line for line in ground.lines}
        must_fit(milestones, lines)
        amount_vnd = sum(milestone.amount_vnd for milestone in milestones)
        if advance is not None:
            most_vnd = share_vnd(amount_vnd, advance.most_percent)
            if advance.amount_vnd > most_vnd:
                raise AdvanceAboveRule(
                    advance=in_dong(advance.amount_vnd),
                    most_percent=advance.most_percent,
                    most=in_dong(most_vnd),
                    legal_basis=advance.legal_basis,
                )
        return cls(
            act=act,
            **vars(ground),
            authority=authority,
            counterparty_signatory_id=counterparty_signatory_id,
            starts_on=starts_on,
            ends_on=ends_on,
            amount_vnd=amount_vnd,
            milestones=milestones,
            advance=advance,
        )

    def trigger_event(self, event_class: type[CanMutateAggregate[UUID]], **kwargs: Any) -> None:
        super().trigger_event(event_class, task_id=self.task_id, **kwargs)

    @recorded_by(AdvancePaid)
    def _advance_paid(self, act: Act, payee_id: UUID, amount_vnd: int) -> None:
        self.advanced_vnd += amount_vnd

    @recorded_by(ProgressReported)
    def _progress_reported(self, act: Act, milestone_number: int, progress_percent: int, summary: str) -> None:
        self._now(milestone_number, progress_percent=progress_percent)

    @recorded_by(AcceptanceRequested)
    def _acceptance_requested(self, act: Act, milestone_number: int, summary: str) -> None:
        self._now(milestone_number, status=MilestoneStatus.ACCEPTANCE_REQUESTED, requested_by=act.person_id)

    @recorded_by(MilestoneAccepted)
    def _milestone_accepted(
        self, act: Act, milestone_number: int, council_id: UUID | None, actual_costs: tuple[ActualCost, ...]
    ) -> None:
        self._now(
            milestone_number,
            status=MilestoneStatus.ACCEPTED,
            actual_costs=actual_costs,
            fixes_due_on=None,
        )
        self.accepted_by = self.accepted_by | {act.person_id}

    @recorded_by(FixesRequired)
    def _fixes_required(
        self, act: Act, milestone_number: int, council_id: UUID | None, fixes: tuple[str, ...], fixes_due_on: date
    ) -> None:
        self._now(milestone_number, status=MilestoneStatus.FIXES_DUE, fixes=fixes, fixes_due_on=fixes_due_on)

    @recorded_by(MilestoneFailed)
    def _milestone_failed(self, act: Act, milestone_number: int, council_id: UUID | None, reason: str) -> None:
        self._now(milestone_number, status=MilestoneStatus.FAILED, reason=reason)

    @recorded_by(MilestonePaid)
    def _milestone_paid(
        self,
        act: Act,
        milestone_number: int,
        payee_id: UUID,
        amount_vnd: int,
        advance_cleared_vnd: int,
        payments: tuple[PaymentLine, ...],
        checks: tuple[PaymentCheck, ...],
    ) -> None:
        self._now(
            milestone_number,
            status=MilestoneStatus.PAID,
            payments=payments,
            advance_cleared_vnd=advance_cleared_vnd,
        )
        self.paid_by = self.paid_by | {act.person_id}

    @recorded_by(PaymentsHeld)
    def _payments_held(self, act: Act, case_number: str, reason: str) -> None:
        self.holds[case_number] = PaymentHold(case_number, reason, act.person_id)

    @recorded_by(PaymentHoldLifted)
    def _payment_hold_lifted(self, act: Act, case_number: str, reason: str) -> None:
        del self.holds[case_number]

    @recorded_by(Amended)
    def _amended(
        self,
        act: Act,
        reason: str,
        ends_on: date,
        amount_vnd: int,
        milestones: tuple[Milestone, ...],
        withdrawn_ids: tuple[UUID, ...],
    ) -> None:
        self.ends_on = ends_on
        self.lines = {id_: line for id_, line in self.lines.items() if id_ not in withdrawn_ids}
        earlier = self.milestones
        kept = [each for each in earlier.values() if not each.is_open]
        anew = [
            earlier[each.number].planned_anew(each) if each.number in earlier else _fresh(each) for each in milestones
        ]
        self.milestones = {each.number: each for each in sorted((*kept, *anew), key=lambda each: each.number)}

    @recorded_by(ParticipationLeft)
    def _participation_left(
        self, act: Act, participation_id: UUID, reason: str, released_vnd: int, receivable_vnd: int
    ) -> None:
        self.lines = {id_: line for id_, line in self.lines.items() if id_ != participation_id}
        self.milestones = {
            number: each if each.status is MilestoneStatus.PAID else each.without(participation_id)
            for number, each in self.milestones.items()
        }
        self.receivable_vnd += receivable_vnd

    @recorded_by(Suspended)
    def _suspended(self, act: Act, reason: str) -> None:
        self.status = ContractStatus.SUSPENDED

    @recorded_by(Resumed)
    def _resumed(self, act: Act, reason: str) -> None:
        self.status = ContractStatus.SIGNED

    @recorded_by(Terminated)
    def _terminated(self, act: Act, reason: str, paid_vnd: int, released_vnd: int, receivable_vnd: int) -> None:
        self.status = ContractStatus.TERMINATED
        self.receivable_vnd += receivable_vnd

    @recorded_by(Settled)
    def _settled(self, act: Act, paid_vnd: int, released_vnd: int, receivable_vnd: int) -> None:
        self.status = ContractStatus.SETTLED
        self.receivable_vnd += receivable_vnd

    @recorded_by(Liquidated)
    def _liquidated(self, act: Act) -> None:
        self.status = ContractStatus.LIQUIDATED

    @recorded_by(Archived)
    def _archived(self, act: Act, archive_number: str) -> None:
        self.status = ContractStatus.ARCHIVED
        self.archive_number = archive_number

    @recorded_by(RecoveryOrdered)
    def _recovery_ordered(self, act: Act, recovery_id: UUID, amount_vnd: int) -> None:
        self.recovery_documents = self.recovery_documents | {act.document}
        self.recovery_ordered_vnd += amount_vnd

    def _now(self, milestone_number: int, **changes: Any) -> None:
        self.milestones[milestone_number] = replace(self.milestones[milestone_number], **changes)


def _fresh(milestone: Milestone) -> MilestoneStanding:
    return MilestoneStanding(**vars(milestone))
