"""The end of a contract: before its time or by its settlement, to the archive, and what is ordered back after it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from services.shared.record import Act, document_of, must_be_another_than
from services.support.domain.contract_books import Books
from services.support.domain.contract_refusals import (
    MilestonesUnfinished,
    RecoveryAbovePaid,
    RecoveryAlreadyOrdered,
)
from services.support.domain.contract_terms import (
    MILESTONE_STATUS_IN_WORDS,
    ContractStatus,
    MilestoneStanding,
    MilestoneStatus,
)
from services.support.domain.money import in_dong

__all__ = ["Ending"]


class Ending(Books):
    """Whoever accepted or paid does not close the books; the record of which this is part keeps what happened."""

    recovery_documents: frozenset[str | None]
    recovery_ordered_vnd: int
    _terminated: Callable[..., None]
    _settled: Callable[..., None]
    _liquidated: Callable[..., None]
    _archived: Callable[..., None]
    _recovery_ordered: Callable[..., None]

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

    def _must_be_finished(self, milestone: MilestoneStanding) -> None:
        if milestone.status in {MilestoneStatus.PAID, MilestoneStatus.FAILED}:
            return
        if milestone.status is MilestoneStatus.ACCEPTED and not any(due.amount_vnd for due in self._due(milestone)):
            return
        raise MilestonesUnfinished(number=milestone.number, status=MILESTONE_STATUS_IN_WORDS[milestone.status])

    def must_be_settled(self) -> None:
        """Raises ContractNotInStep unless its books are closed."""
        self._must_be(ContractStatus.SETTLED, ContractStatus.LIQUIDATED, ContractStatus.ARCHIVED)

    def liquidate(self, act: Act) -> None:
        """Both parties declare by minutes that they owe each other nothing but what is receivable.

        Raises DocumentMissing, ContractNotInStep and ActedBefore.
        """
        document_of(act)
        self._must_be(ContractStatus.SETTLED)
        must_be_another_than(act, *self.applicant_ids)
        self._liquidated(act=act)

    def archive(self, act: Act, *, archive_number: str) -> None:
        """The file is complete and kept under a number.

        Raises ContractNotInStep.
        """
        self._must_be(ContractStatus.LIQUIDATED)
        self._archived(act=act, archive_number=archive_number)

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
