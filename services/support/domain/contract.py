"""The contract that carries a decision out, from signature to archive (domain.md §2.A, rows 8 to 12 and 9a)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Self
from uuid import UUID, uuid5

from eventsourcing.domain import CanMutateAggregate

from services.shared.proceeding import Proceeding
from services.shared.record import Act, document_of, must_be_another_than, recorded_by
from services.support.domain.contract_plan import must_be_numbered, must_be_within, must_fit, payment
from services.support.domain.contract_refusals import (
    AcceptedMilestoneAmended,
    AdvanceAboveContract,
    AdvanceAboveRule,
    AdvanceNotForeseen,
    CaseAlreadyHeld,
    CaseHoldsNothing,
    ContractEndsBeforeItStarts,
    ContractHasMilestones,
    ContractNotInStep,
    FixesDueInThePast,
    FixesMissing,
    LastOfContract,
    MilestoneNotInStep,
    MilestonesUnfinished,
    MilestoneUnknown,
    NothingAmended,
    NotTheContractor,
    ParticipationAlreadyPaid,
    ParticipationInAcceptedMilestone,
    ParticipationNotInContract,
    PaymentsOnHold,
    PaymentUnchecked,
    RecoveryAbovePaid,
    RecoveryAlreadyOrdered,
)
from services.support.domain.contract_terms import (
    CONTRACT_STATUS_IN_WORDS,
    MILESTONE_STATUS_IN_WORDS,
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
from services.support.domain.task_refusals import (
    ActualCostsDiffer,
    NothingToPay,
)
from services.support.domain.task_terms import ActualCost, ParticipationAmount, PaymentLine

__all__ = ["Contract"]

AWAITED = frozenset({MilestoneStatus.PLANNED, MilestoneStatus.FIXES_DUE})


class Contract(Proceeding):
    """The contract of one task or grant (hợp đồng): milestones are accepted and paid one by one.

    A payment is the least of what decision, contract and share of the actual cost permit; what was advanced is cleared
    against it. Whatever else happens, what is paid never exceeds the decision.
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

    # What it comes to

    @property
    def amount_vnd(self) -> int:
        """What all milestones hold."""
        return sum(milestone.amount_vnd for milestone in self.milestones.values())

    @property
    def amounts(self) -> tuple[ParticipationAmount, ...]:
        """What each participation gets over all milestones."""
        amounts: Counter[UUID] = Counter()
        for milestone in self.milestones.values():
            for share in milestone.shares:
                amounts[share.participation_id] += share.amount_vnd
        return tuple(ParticipationAmount(id_, amount_vnd) for id_, amount_vnd in amounts.items())

    @property
    def paid_vnd(self) -> int:
        """What milestones were paid for, in money or by clearing the advance."""
        return sum(milestone.paid_vnd for milestone in self.milestones.values())

    @property
    def paid_vnd_of(self) -> Mapping[UUID, int]:
        """What each participation of the contract was paid, nothing where it was not."""
        paid = Counter(dict.fromkeys(self.lines, 0))
        for line in self.payments:
            paid[line.participation_id] += line.amount_vnd
        return paid

    @property
    def advance_cleared_vnd(self) -> int:
        """How much of the advance payments have cleared."""
        return sum(milestone.advance_cleared_vnd for milestone in self.milestones.values())

    @property
    def advance_outstanding_vnd(self) -> int:
        """How much of the advance no payment has cleared and nobody was asked to give back."""
        return self.advanced_vnd - self.advance_cleared_vnd - self.receivable_vnd

    @property
    def actual_cost_vnd_of(self) -> Mapping[UUID, int]:
        """What each participation of the contract cost, over all milestones accepted so far."""
        costs: Counter[UUID] = Counter()
        for milestone in self.milestones.values():
            for cost in milestone.actual_costs:
                costs[cost.participation_id] += cost.actual_cost_vnd
        return costs

    @property
    def payments(self) -> tuple[PaymentLine, ...]:
        """Every payment line, milestone by milestone."""
        return tuple(line for milestone in self.milestones.values() for line in milestone.payments)

    def is_each(self, *statuses: MilestoneStatus) -> bool:
        """Whether every milestone that did not fail stands at one of these, and there is one."""
        standing = [each.status for each in self.milestones.values() if each.status is not MilestoneStatus.FAILED]
        return bool(standing) and all(status in statuses for status in standing)

    def must_be_in_short(self) -> None:
        """Raises ContractHasMilestones unless it was signed in short, so that one milestone holds the whole task."""
        if self.counterparty_signatory_id is not None:
            raise ContractHasMilestones(count=len(self.milestones))

    def milestone(self, number: int) -> MilestoneStanding:
        """Raises MilestoneUnknown."""
        if number not in self.milestones:
            raise MilestoneUnknown(number=number)
        return self.milestones[number]

    # Carried out

    def pay_advance(self, act: Act, *, amount_vnd: int) -> None:
        """Money before results, within what the contract foresees and what is still to be earned.

        Raises DocumentMissing, ContractNotInStep, ActedBefore, PaymentsOnHold, AdvanceNotForeseen and
        AdvanceAboveContract.
        """
        document_of(act)
        self._must_be(ContractStatus.SIGNED)
        must_be_another_than(act, self.decided_by, *self.applicant_ids)
        self._must_not_hold()
        if self.advance is None:
            raise AdvanceNotForeseen
        to_earn_vnd = sum(each.amount_vnd for each in self.milestones.values() if each.is_to_earn)
        left_vnd = min(self.advance.amount_vnd - self.advanced_vnd, to_earn_vnd - self.advance_outstanding_vnd)
        if amount_vnd > left_vnd:
            raise AdvanceAboveContract(left=in_dong(max(left_vnd, 0)), wanted=in_dong(amount_vnd))
        self._advance_paid(act=act, payee_id=self.payee_id, amount_vnd=amount_vnd)

    @recorded_by(AdvancePaid)
    def _advance_paid(self, act: Act, payee_id: UUID, amount_vnd: int) -> None:
        self.advanced_vnd += amount_vnd

    def report_progress(self, act: Act, *, milestone_number: int, progress_percent: int, summary: str) -> None:
        """How far the other party has come with a milestone.

        Raises ContractNotInStep, NotTheContractor, MilestoneUnknown and MilestoneNotInStep.
        """
        self._must_be_carried_out_by(act)
        self._must_stand(milestone_number, *AWAITED)
        self._progress_reported(
            act=act, milestone_number=milestone_number, progress_percent=progress_percent, summary=summary
        )

    @recorded_by(ProgressReported)
    def _progress_reported(self, act: Act, milestone_number: int, progress_percent: int, summary: str) -> None:
        self._now(milestone_number, progress_percent=progress_percent)

    def request_acceptance(self, act: Act, *, milestone_number: int, summary: str) -> None:
        """The other party says a milestone is reached, or its faults are mended.

        Raises ContractNotInStep, NotTheContractor, MilestoneUnknown and MilestoneNotInStep.
        """
        self._must_be_carried_out_by(act)
        self._must_stand(milestone_number, *AWAITED)
        self._acceptance_requested(act=act, milestone_number=milestone_number, summary=summary)

    @recorded_by(AcceptanceRequested)
    def _acceptance_requested(self, act: Act, milestone_number: int, summary: str) -> None:
        self._now(milestone_number, status=MilestoneStatus.ACCEPTANCE_REQUESTED, requested_by=act.person_id)

    def accept(
        self, act: Act, *, milestone_number: int, council_id: UUID | None, actual_costs: tuple[ActualCost, ...]
    ) -> None:
        """The minutes accept a milestone, by somebody who neither applied nor asked for it.

        Raises DocumentMissing, ContractNotInStep, MilestoneUnknown, MilestoneNotInStep, ActedBefore and
        ActualCostsDiffer.
        """
        milestone = self._must_be_judged_by(act, milestone_number)
        if sorted(cost.participation_id for cost in actual_costs) != sorted(milestone.participation_ids):
            raise ActualCostsDiffer("actual_costs")
        self._milestone_accepted(
            act=act, milestone_number=milestone_number, council_id=council_id, actual_costs=actual_costs
        )

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

    def require_fixes(
        self, act: Act, *, milestone_number: int, council_id: UUID, fixes: tuple[str, ...], fixes_due_on: date
    ) -> None:
        """The minutes accept a milestone on condition that its faults are mended by a day.

        Raises DocumentMissing, ContractNotInStep, MilestoneUnknown, MilestoneNotInStep, ActedBefore, FixesMissing and
        FixesDueInThePast.
        """
        self._must_be_judged_by(act, milestone_number)
        if not fixes:
            raise FixesMissing("fixes")
        if fixes_due_on <= act.effective_on:
            raise FixesDueInThePast("fixes_due_on")
        self._fixes_required(
            act=act,
            milestone_number=milestone_number,
            council_id=council_id,
            fixes=fixes,
            fixes_due_on=fixes_due_on,
        )

    @recorded_by(FixesRequired)
    def _fixes_required(
        self, act: Act, milestone_number: int, council_id: UUID | None, fixes: tuple[str, ...], fixes_due_on: date
    ) -> None:
        self._now(milestone_number, status=MilestoneStatus.FIXES_DUE, fixes=fixes, fixes_due_on=fixes_due_on)

    def fail(self, act: Act, *, milestone_number: int, council_id: UUID, reason: str) -> None:
        """The minutes do not accept a milestone: it is not paid unless an amendment plans it anew.

        Raises DocumentMissing, ContractNotInStep, MilestoneUnknown, MilestoneNotInStep and ActedBefore.
        """
        self._must_be_judged_by(act, milestone_number)
        self._milestone_failed(act=act, milestone_number=milestone_number, council_id=council_id, reason=reason)

    @recorded_by(MilestoneFailed)
    def _milestone_failed(self, act: Act, milestone_number: int, council_id: UUID | None, reason: str) -> None:
        self._now(milestone_number, status=MilestoneStatus.FAILED, reason=reason)

    def must_be_judgeable(self, milestone_number: int) -> MilestoneStanding:
        """The milestone, if acceptance was asked for.

        Raises ContractNotInStep, MilestoneUnknown and MilestoneNotInStep.
        """
        self._must_be(ContractStatus.SIGNED)
        return self._must_stand(milestone_number, MilestoneStatus.ACCEPTANCE_REQUESTED)

    def accepted_cost_vnd(self, milestone_number: int, participation_id: UUID) -> int:
        """What was accepted as a participation's cost in a milestone that is still to be paid (đồng).

        Raises ContractNotInStep, MilestoneUnknown, MilestoneNotInStep and ParticipationNotInContract.
        """
        self._must_be(ContractStatus.SIGNED)
        milestone = self._must_stand(milestone_number, MilestoneStatus.ACCEPTED)
        if participation_id not in milestone.participation_ids:
            raise ParticipationNotInContract(participation_id=participation_id)
        return milestone.cost_vnd_of(participation_id)

    def must_be_settled(self) -> None:
        """Raises ContractNotInStep unless its books are closed."""
        self._must_be(ContractStatus.SETTLED, ContractStatus.LIQUIDATED, ContractStatus.ARCHIVED)

    def must_be_payable(self, milestone_number: int) -> MilestoneStanding:
        """The milestone, if nothing but the checks of the day stands between it and its payment.

        Raises ContractNotInStep, MilestoneUnknown, MilestoneNotInStep and PaymentsOnHold.
        """
        self._must_be(ContractStatus.SIGNED)
        milestone = self._must_stand(milestone_number, MilestoneStatus.ACCEPTED)
        self._must_not_hold()
        return milestone

    def pay(self, act: Act, *, milestone_number: int, checks: tuple[PaymentCheck, ...]) -> None:
        """What an accepted milestone entitles to, once, by another person than applied, decided or accepted any.

        ``checks`` name every participation of the milestone, whose conditions were found met again.

        Raises ContractNotInStep, MilestoneUnknown, MilestoneNotInStep, PaymentsOnHold, ActedBefore, PaymentUnchecked
        and NothingToPay.
        """
        milestone = self.must_be_payable(milestone_number)
        must_be_another_than(act, self.decided_by, *self.accepted_by, *self.applicant_ids)
        checked = {check.participation_id for check in checks}
        for participation_id in milestone.participation_ids:
            if participation_id not in checked:
                raise PaymentUnchecked(participation_id=participation_id)
        payments = self._due(milestone)
        amount_vnd = sum(line.amount_vnd for line in payments)
        if amount_vnd == 0:
            raise NothingToPay
        self._milestone_paid(
            act=act,
            milestone_number=milestone_number,
            payee_id=self.payee_id,
            amount_vnd=amount_vnd,
            advance_cleared_vnd=self._cleared_by(milestone, amount_vnd),
            payments=payments,
            checks=checks,
        )

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

    # Held, amended, suspended, ended

    def hold_payments(self, act: Act, *, case_number: str, reason: str) -> None:
        """A case, such as facts that arrived after the decision, holds every payment.

        Raises ContractNotInStep and CaseAlreadyHeld.
        """
        self._must_be(ContractStatus.SIGNED, ContractStatus.SUSPENDED)
        if case_number in self.holds:
            raise CaseAlreadyHeld(case_number=case_number)
        self._payments_held(act=act, case_number=case_number, reason=reason)

    @recorded_by(PaymentsHeld)
    def _payments_held(self, act: Act, case_number: str, reason: str) -> None:
        self.holds[case_number] = PaymentHold(case_number, reason, act.person_id)

    def may_be_held_for(self, case_number: str) -> bool:
        """Whether payments still lie ahead that this case does not hold yet."""
        return self.status in {ContractStatus.SIGNED, ContractStatus.SUSPENDED} and case_number not in self.holds

    def lift_payment_hold(self, act: Act, *, case_number: str, reason: str) -> None:
        """Another person than held the payments closes the case.

        Raises CaseHoldsNothing and ActedBefore.
        """
        if case_number not in self.holds:
            raise CaseHoldsNothing(case_number=case_number)
        must_be_another_than(act, self.holds[case_number].held_by, *self.applicant_ids)
        self._payment_hold_lifted(act=act, case_number=case_number, reason=reason)

    @recorded_by(PaymentHoldLifted)
    def _payment_hold_lifted(self, act: Act, case_number: str, reason: str) -> None:
        del self.holds[case_number]

    def amend(
        self,
        act: Act,
        *,
        reason: str,
        ends_on: date,
        milestones: tuple[Milestone, ...],
        withdrawn_ids: tuple[UUID, ...],
    ) -> None:
        """Everything not yet judged is planned anew, within the decision; a failed milestone may be planned again.

        Raises DocumentMissing, ContractNotInStep, ActedBefore, AcceptedMilestoneAmended, MilestonesNotNumbered,
        ContractEndsBeforeItStarts, MilestoneOutsideTerm, ShareNamedTwice, ParticipationInAcceptedMilestone,
        ContractLinesDiffer, ContractAboveDecision and NothingAmended.
        """
        document_of(act)
        self._must_be(ContractStatus.SIGNED)
        must_be_another_than(act, *self.applicant_ids)
        kept = {number: each for number, each in self.milestones.items() if not each.is_open}
        for milestone in milestones:
            if milestone.number in kept:
                status = MILESTONE_STATUS_IN_WORDS[kept[milestone.number].status]
                raise AcceptedMilestoneAmended(number=milestone.number, status=status)
        planned = sorted((*(each.plan for each in kept.values()), *milestones), key=lambda each: each.number)
        must_be_numbered(planned)
        if ends_on < self.starts_on:
            raise ContractEndsBeforeItStarts("ends_on")
        must_be_within(milestones, self.starts_on, ends_on)
        for participation_id in withdrawn_ids:
            if any(participation_id in each.participation_ids for each in kept.values()):
                raise ParticipationInAcceptedMilestone(participation_id=participation_id)
        must_fit(planned, {id_: line for id_, line in self.lines.items() if id_ not in withdrawn_ids})
        if ends_on == self.ends_on and planned == [
            each.plan for each in self.milestones.values() if not each.has_failed
        ]:
            raise NothingAmended("milestones")
        self._amended(
            act=act,
            reason=reason,
            ends_on=ends_on,
            amount_vnd=sum(milestone.amount_vnd for milestone in planned),
            milestones=milestones,
            withdrawn_ids=withdrawn_ids,
        )

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

    def let_leave(self, act: Act, *, participation_id: UUID, reason: str) -> int:
        """The other party takes an unpaid participation off; how much of the committed money this frees (đồng).

        What of the advance the others can no longer earn is owed back. The last one leaves by the contract's end.

        Raises ContractNotInStep, NotTheContractor, ParticipationNotInContract, ParticipationAlreadyPaid and
        LastOfContract.
        """
        self._must_be_carried_out_by(act)
        if participation_id not in self.lines:
            raise ParticipationNotInContract(participation_id=participation_id)
        if self.paid_vnd_of[participation_id]:
            raise ParticipationAlreadyPaid(participation_id=participation_id)
        if len(self.lines) == 1:
            raise LastOfContract
        unpaid = [each for each in self.milestones.values() if each.status is not MilestoneStatus.PAID]
        part_vnd = sum(each.share_vnd_of(participation_id) for each in unpaid)
        left_to_earn_vnd = sum(each.without(participation_id).amount_vnd for each in unpaid if each.is_to_earn)
        receivable_vnd = min(part_vnd, max(self.advance_outstanding_vnd - left_to_earn_vnd, 0))
        released_vnd = part_vnd - receivable_vnd
        self._participation_left(
            act=act,
            participation_id=participation_id,
            reason=reason,
            released_vnd=released_vnd,
            receivable_vnd=receivable_vnd,
        )
        return released_vnd

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

    def suspend(self, act: Act, *, reason: str) -> None:
        """Nothing is reported, accepted or paid until the contract is resumed.

        Raises DocumentMissing, ContractNotInStep and ActedBefore.
        """
        document_of(act)
        self._must_be(ContractStatus.SIGNED)
        must_be_another_than(act, *self.applicant_ids)
        self._suspended(act=act, reason=reason)

    @recorded_by(Suspended)
    def _suspended(self, act: Act, reason: str) -> None:
        self.status = ContractStatus.SUSPENDED

    def resume(self, act: Act, *, reason: str) -> None:
        """The contract goes on.

        Raises DocumentMissing, ContractNotInStep and ActedBefore.
        """
        document_of(act)
        self._must_be(ContractStatus.SUSPENDED)
        must_be_another_than(act, *self.applicant_ids)
        self._resumed(act=act, reason=reason)

    @recorded_by(Resumed)
    def _resumed(self, act: Act, reason: str) -> None:
        self.status = ContractStatus.SIGNED

    def terminate(self, act: Act, *, reason: str, released_vnd: int) -> None:
        """The contract ends before its time: what was paid stays, the advance not cleared is owed back.

        ``released_vnd`` is what was committed and returned to the line.

        Raises DocumentMissing, ContractNotInStep and ActedBefore.
        """
        document_of(act)
        self._must_be(ContractStatus.SIGNED, ContractStatus.SUSPENDED)
        must_be_another_than(act, *self.applicant_ids)
        self._terminated(
            act=act,
            reason=reason,
            paid_vnd=self.paid_vnd,
            released_vnd=released_vnd,
            receivable_vnd=self.advance_outstanding_vnd,
        )

    @recorded_by(Terminated)
    def _terminated(self, act: Act, reason: str, paid_vnd: int, released_vnd: int, receivable_vnd: int) -> None:
        self.status = ContractStatus.TERMINATED
        self.receivable_vnd += receivable_vnd

    def settle(self, act: Act, *, released_vnd: int) -> None:
        """The books are closed by another person than accepted or paid; the advance not cleared is owed back.

        Raises ContractNotInStep, ActedBefore, PaymentsOnHold and MilestonesUnfinished.
        """
        self._must_be(ContractStatus.SIGNED, ContractStatus.TERMINATED)
        must_be_another_than(act, *self.accepted_by, *self.paid_by, *self.applicant_ids)
        if self.status is ContractStatus.SIGNED:
            self._must_not_hold()
            for milestone in self.milestones.values():
                self._must_be_finished(milestone)
        self._settled(
            act=act,
            paid_vnd=self.paid_vnd,
            released_vnd=released_vnd,
            receivable_vnd=self.advance_outstanding_vnd,
        )

    @recorded_by(Settled)
    def _settled(self, act: Act, paid_vnd: int, released_vnd: int, receivable_vnd: int) -> None:
        self.status = ContractStatus.SETTLED
        self.receivable_vnd += receivable_vnd

    def liquidate(self, act: Act) -> None:
        """Both parties declare by minutes that they owe each other nothing but what is receivable.

        Raises DocumentMissing, ContractNotInStep and ActedBefore.
        """
        document_of(act)
        self._must_be(ContractStatus.SETTLED)
        must_be_another_than(act, *self.applicant_ids)
        self._liquidated(act=act)

    @recorded_by(Liquidated)
    def _liquidated(self, act: Act) -> None:
        self.status = ContractStatus.LIQUIDATED

    def archive(self, act: Act, *, archive_number: str) -> None:
        """The file is complete and kept under a number.

        Raises ContractNotInStep.
        """
        self._must_be(ContractStatus.LIQUIDATED)
        self._archived(act=act, archive_number=archive_number)

    @recorded_by(Archived)
    def _archived(self, act: Act, archive_number: str) -> None:
        self.status = ContractStatus.ARCHIVED
        self.archive_number = archive_number

    def order_recovery(self, act: Act, *, recovery_id: UUID, amount_vnd: int) -> None:
        """Part of what was paid is ordered back, never more than was paid and not yet ordered back.

        Raises DocumentMissing, RecoveryAlreadyOrdered and RecoveryAbovePaid.
        """
        document = document_of(act)
        if document in self.recovery_documents:
            raise RecoveryAlreadyOrdered(document=document)
        left_vnd = self.paid_vnd - self.recovery_ordered_vnd
        if amount_vnd > left_vnd:
            raise RecoveryAbovePaid(left=in_dong(left_vnd), wanted=in_dong(amount_vnd))
        self._recovery_ordered(act=act, recovery_id=recovery_id, amount_vnd=amount_vnd)

    @recorded_by(RecoveryOrdered)
    def _recovery_ordered(self, act: Act, recovery_id: UUID, amount_vnd: int) -> None:
        self.recovery_documents = self.recovery_documents | {act.document}
        self.recovery_ordered_vnd += amount_vnd

    # What the rules above look at

    def _now(self, milestone_number: int, **changes: Any) -> None:
        self.milestones[milestone_number] = replace(self.milestones[milestone_number], **changes)

    def _due(self, milestone: MilestoneStanding) -> tuple[PaymentLine, ...]:
        """For each share the least of what the decision has left, the share and the rate of the actual cost."""
        paid_vnd_of: Counter[UUID] = Counter()
        for earlier in self.payments:
            paid_vnd_of[earlier.participation_id] += earlier.amount_vnd
        cost_vnd_of = {cost.participation_id: cost.actual_cost_vnd for cost in milestone.actual_costs}
        return tuple(
            payment(
                self.lines[share.participation_id],
                decided_vnd=self.lines[share.participation_id].decided_vnd - paid_vnd_of[share.participation_id],
                contracted_vnd=share.amount_vnd,
                actual_cost_vnd=cost_vnd_of[share.participation_id],
            )
            for share in milestone.shares
        )

    def _cleared_by(self, milestone: MilestoneStanding, amount_vnd: int) -> int:
        """How much of the advance a payment clears: its percentage, and what later milestones could not clear."""
        if self.advance is None:
            return 0
        to_earn_vnd = sum(
            each.amount_vnd for each in self.milestones.values() if each.is_to_earn and each.number != milestone.number
        )
        outstanding_vnd = self.advance_outstanding_vnd
        due_vnd = max(share_vnd(amount_vnd, self.advance.clear_percent), outstanding_vnd - to_earn_vnd)
        return min(due_vnd, outstanding_vnd, amount_vnd)

    def _must_be(self, *statuses: ContractStatus) -> None:
        if self.status not in statuses:
            raise ContractNotInStep(status=CONTRACT_STATUS_IN_WORDS[self.status])

    def _must_be_carried_out_by(self, act: Act) -> None:
        self._must_be(ContractStatus.SIGNED)
        if act.body != self.party_body:
            raise NotTheContractor

    def _must_be_judged_by(self, act: Act, milestone_number: int) -> MilestoneStanding:
        document_of(act)
        milestone = self.must_be_judgeable(milestone_number)
        must_be_another_than(act, milestone.requested_by, *self.applicant_ids)
        return milestone

    def _must_stand(self, milestone_number: int, *statuses: MilestoneStatus) -> MilestoneStanding:
        milestone = self.milestone(milestone_number)
        if milestone.status not in statuses:
            raise MilestoneNotInStep(number=milestone_number, status=MILESTONE_STATUS_IN_WORDS[milestone.status])
        return milestone

    def _must_not_hold(self) -> None:
        for hold in self.holds.values():
            raise PaymentsOnHold(case_number=hold.case_number, reason=hold.reason)

    def _must_be_finished(self, milestone: MilestoneStanding) -> None:
        if milestone.status in {MilestoneStatus.PAID, MilestoneStatus.FAILED}:
            return
        if milestone.status is MilestoneStatus.ACCEPTED and not any(due.amount_vnd for due in self._due(milestone)):
            return
        raise MilestonesUnfinished(number=milestone.number, status=MILESTONE_STATUS_IN_WORDS[milestone.status])


def _fresh(milestone: Milestone) -> MilestoneStanding:
    return MilestoneStanding(**vars(milestone))
