"""What changes a contract on its way: held payments, amendments, who leaves it, suspension."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from services.shared.record import Act, document_of, must_be_another_than
from services.support.domain.contract_books import Books
from services.support.domain.contract_plan import must_be_numbered, must_be_within, must_fit
from services.support.domain.contract_refusals import (
    AcceptedMilestoneAmended,
    CaseAlreadyHeld,
    CaseHoldsNothing,
    ContractEndsBeforeItStarts,
    LastOfContract,
    NothingAmended,
    ParticipationAlreadyPaid,
    ParticipationInAcceptedMilestone,
    ParticipationNotInContract,
)
from services.support.domain.contract_terms import MILESTONE_STATUS_IN_WORDS, ContractStatus, Milestone, MilestoneStatus

__all__ = ["Changing"]


class Changing(Books):
    """Never above the decision, never what was judged; the record of which this is part keeps what happened."""

    starts_on: date
    ends_on: date
    _payments_held: Callable[..., None]
    _payment_hold_lifted: Callable[..., None]
    _amended: Callable[..., None]
    _participation_left: Callable[..., None]
    _suspended: Callable[..., None]
    _resumed: Callable[..., None]

    def hold_payments(self, act: Act, *, case_number: str, reason: str) -> None:
        """A case, such as facts that arrived after the decision, holds every payment.

        Raises ContractNotInStep and CaseAlreadyHeld.
        """
        self._must_be(ContractStatus.SIGNED, ContractStatus.SUSPENDED)
        if case_number in self.holds:
            raise CaseAlreadyHeld(case_number=case_number)
        self._payments_held(act=act, case_number=case_number, reason=reason)

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

    def suspend(self, act: Act, *, reason: str) -> None:
        """Nothing is reported, accepted or paid until the contract is resumed.

        Raises DocumentMissing, ContractNotInStep and ActedBefore.
        """
        document_of(act)
        self._must_be(ContractStatus.SIGNED)
        must_be_another_than(act, *self.applicant_ids)
        self._suspended(act=act, reason=reason)

    def resume(self, act: Act, *, reason: str) -> None:
        """The contract goes on.

        Raises DocumentMissing, ContractNotInStep and ActedBefore.
        """
        document_of(act)
        self._must_be(ContractStatus.SUSPENDED)
        must_be_another_than(act, *self.applicant_ids)
        self._resumed(act=act, reason=reason)
