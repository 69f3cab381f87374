"""The carrying out of a task, from its contract to its settlement."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from services.shared.record import Act, document_of, must_be_another_than
from services.support.domain.task_refusals import ActualCostsDiffer
from services.support.domain.task_steps import CARRIED_OUT, Steps
from services.support.domain.task_terms import ActualCost, PaymentLine, TaskStatus

__all__ = ["Delivering"]


class Delivering(Steps):
    """Work, acceptance, payment and the closing of the books; the record that this is part of keeps what happened."""

    budget_line_id: UUID
    deciders: frozenset[UUID]
    acceptance_requested_by: UUID | None
    accepted_by: UUID | None
    paid_by: UUID | None
    _progress_reported: Callable[..., None]
    _acceptance_requested: Callable[..., None]
    _accepted: Callable[..., None]
    _paid: Callable[..., None]
    _terminated: Callable[..., None]
    _settled: Callable[..., None]
    _moved_to_line: Callable[..., None]

    def must_be_accepted(self) -> None:
        """Raises TaskNotInStep unless the results were accepted and are not yet paid."""
        self._must_be(TaskStatus.ACCEPTED)

    def must_be_paid(self) -> None:
        """Raises TaskNotInStep unless the task was paid or ended before its time, and is not yet settled."""
        self._must_be(TaskStatus.PAID, TaskStatus.TERMINATED)

    @property
    def is_carried_out(self) -> bool:
        """Whether there is a contract with something still to be paid."""
        return self.status in CARRIED_OUT

    def must_be_under_way(self) -> None:
        """Raises TaskNotInStep unless the contract is being carried out or its results await acceptance."""
        self._must_be(TaskStatus.CONTRACTED, TaskStatus.ACCEPTANCE_REQUESTED)

    @property
    def is_over(self) -> bool:
        """Whether nothing more is paid: it was settled, or ended before its time."""
        return self.status in (TaskStatus.SETTLED, TaskStatus.TERMINATED)

    def report_progress(self, act: Act, *, progress_percent: int, summary: str) -> None:
        """How far the host has come.

        Raises TaskNotInStep and NotTheHost.
        """
        self._must_be(TaskStatus.CONTRACTED)
        self.must_be_host(act)
        self._progress_reported(act=act, progress_percent=progress_percent, summary=summary)

    def request_acceptance(self, act: Act, *, summary: str) -> None:
        """The host says the work is done.

        Raises TaskNotInStep and NotTheHost.
        """
        self._must_be(TaskStatus.CONTRACTED)
        self.must_be_host(act)
        self._acceptance_requested(act=act, summary=summary)

    def accept(self, act: Act, *, actual_costs: tuple[ActualCost, ...]) -> None:
        """The minutes accept the results, by somebody who neither applied nor asked for it.

        Raises DocumentMissing, TaskNotInStep, ActedBefore and ActualCostsDiffer.
        """
        document_of(act)
        self._must_be(TaskStatus.ACCEPTANCE_REQUESTED)
        must_be_another_than(act, self.acceptance_requested_by, *self.submitters)
        if sorted(cost.participation_id for cost in actual_costs) != sorted(self.standing_grants):
            raise ActualCostsDiffer("actual_costs")
        self._accepted(act=act, actual_costs=actual_costs)

    def pay(self, act: Act, *, payments: tuple[PaymentLine, ...]) -> None:
        """What the contract paid for all that was accepted, by another person than applied, approved or accepted.

        Raises TaskNotInStep and ActedBefore.
        """
        self._must_be(TaskStatus.ACCEPTED)
        must_be_another_than(act, self.accepted_by, *self.submitters)
        self.must_not_be_decider(act)
        amount_vnd = sum(payment.amount_vnd for payment in payments)
        self._paid(act=act, budget_line_id=self.budget_line_id, amount_vnd=amount_vnd, payments=payments)

    def must_not_be_decider(self, act: Act) -> None:
        """Who decided on the task, or on those it left waiting, does not pay for it.

        Raises ActedBefore.
        """
        must_be_another_than(act, *self.deciders)

    def terminate(self, act: Act, *, amount_vnd: int, released_vnd: int, reason: str) -> None:
        """The task ends with its contract; ``amount_vnd`` was paid by then.

        Raises DocumentMissing and TaskNotInStep.
        """
        document_of(act)
        self._must_be(TaskStatus.CONTRACTED, TaskStatus.ACCEPTANCE_REQUESTED, TaskStatus.ACCEPTED, TaskStatus.PAID)
        self._terminated(act=act, amount_vnd=amount_vnd, released_vnd=released_vnd, reason=reason)

    def settle(self, act: Act, *, amount_vnd: int, released_vnd: int) -> None:
        """The books are closed with those of the contract, by another person than accepted or paid.

        ``released_vnd`` is what the contract committed and was not paid.

        Raises TaskNotInStep and ActedBefore.
        """
        self._must_be(
            TaskStatus.CONTRACTED,  # where its last milestone failed
            TaskStatus.ACCEPTANCE_REQUESTED,
            TaskStatus.ACCEPTED,
            TaskStatus.PAID,
            TaskStatus.TERMINATED,
        )
        must_be_another_than(act, self.accepted_by, self.paid_by)
        self._settled(act=act, amount_vnd=amount_vnd, released_vnd=released_vnd)

    def move_to_line(self, act: Act, *, budget_line_id: UUID) -> None:
        """The money the task holds now stands on another line, in whose append this is told."""
        self._moved_to_line(act=act, budget_line_id=budget_line_id)
