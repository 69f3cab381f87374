"""The milestones of a contract: advanced, reported, judged and paid one by one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from services.shared.record import Act, document_of, must_be_another_than
from services.support.domain.contract_books import Books
from services.support.domain.contract_refusals import (
    AdvanceAboveContract,
    AdvanceNotForeseen,
    ContractHasMilestones,
    FixesDueInThePast,
    FixesMissing,
    ParticipationNotInContract,
    PaymentUnchecked,
)
from services.support.domain.contract_terms import ContractStatus, MilestoneStanding, MilestoneStatus, PaymentCheck
from services.support.domain.money import in_dong
from services.support.domain.task_refusals import ActualCostsDiffer, NothingToPay
from services.support.domain.task_terms import ActualCost

__all__ = ["Milestones"]

AWAITED = frozenset({MilestoneStatus.PLANNED, MilestoneStatus.FIXES_DUE})


class Milestones(Books):
    """Whoever judges has not asked, whoever pays has not judged; the record of which this is part keeps it."""

    payee_id: UUID
    _advance_paid: Callable[..., None]
    _progress_reported: Callable[..., None]
    _acceptance_requested: Callable[..., None]
    _milestone_accepted: Callable[..., None]
    _fixes_required: Callable[..., None]
    _milestone_failed: Callable[..., None]
    _milestone_paid: Callable[..., None]

    def must_be_in_short(self) -> None:
        """Raises ContractHasMilestones unless it was signed in short, so that one milestone holds the whole task."""
        if self.counterparty_signatory_id is not None:
            raise ContractHasMilestones(count=len(self.milestones))

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

    def report_progress(self, act: Act, *, milestone_number: int, progress_percent: int, summary: str) -> None:
        """How far the other party has come with a milestone.

        Raises ContractNotInStep, NotTheContractor, MilestoneUnknown and MilestoneNotInStep.
        """
        self._must_be_carried_out_by(act)
        self._must_stand(milestone_number, *AWAITED)
        self._progress_reported(
            act=act, milestone_number=milestone_number, progress_percent=progress_percent, summary=summary
        )

    def request_acceptance(self, act: Act, *, milestone_number: int, summary: str) -> None:
        """The other party says a milestone is reached, or its faults are mended.

        Raises ContractNotInStep, NotTheContractor, MilestoneUnknown and MilestoneNotInStep.
        """
        self._must_be_carried_out_by(act)
        self._must_stand(milestone_number, *AWAITED)
        self._acceptance_requested(act=act, milestone_number=milestone_number, summary=summary)

    def must_be_judgeable(self, milestone_number: int) -> MilestoneStanding:
        """The milestone, if acceptance was asked for.

        Raises ContractNotInStep, MilestoneUnknown and MilestoneNotInStep.
        """
        self._must_be(ContractStatus.SIGNED)
        return self._must_stand(milestone_number, MilestoneStatus.ACCEPTANCE_REQUESTED)

    def _must_be_judged_by(self, act: Act, milestone_number: int) -> MilestoneStanding:
        document_of(act)
        milestone = self.must_be_judgeable(milestone_number)
        must_be_another_than(act, milestone.requested_by, *self.applicant_ids)
        return milestone

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

    def fail(self, act: Act, *, milestone_number: int, council_id: UUID, reason: str) -> None:
        """The minutes do not accept a milestone: it is not paid unless an amendment plans it anew.

        Raises DocumentMissing, ContractNotInStep, MilestoneUnknown, MilestoneNotInStep and ActedBefore.
        """
        self._must_be_judged_by(act, milestone_number)
        self._milestone_failed(act=act, milestone_number=milestone_number, council_id=council_id, reason=reason)

    def accepted_cost_vnd(self, milestone_number: int, participation_id: UUID) -> int:
        """What was accepted as a participation's cost in a milestone that is still to be paid (đồng).

        Raises ContractNotInStep, MilestoneUnknown, MilestoneNotInStep and ParticipationNotInContract.
        """
        self._must_be(ContractStatus.SIGNED)
        milestone = self._must_stand(milestone_number, MilestoneStatus.ACCEPTED)
        if participation_id not in milestone.participation_ids:
            raise ParticipationNotInContract(participation_id=participation_id)
        return milestone.cost_vnd_of(participation_id)

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
