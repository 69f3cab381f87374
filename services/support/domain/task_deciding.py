"""The decision on a task: the council's conclusion, what UBND made of it, and the contract within it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from services.shared.record import Act, document_of, must_be_another_than
from services.support.domain.council import Council, in_points
from services.support.domain.money import in_dong
from services.support.domain.task_refusals import (
    ContractAboveDecision,
    ContractLinesDiffer,
    NothingSelected,
    SupplementNotConfirmed,
    TaskBelowPassMark,
)
from services.support.domain.task_steps import AWAITING_DECISION, Steps
from services.support.domain.task_terms import Grant, ParticipationAmount, TaskStatus

__all__ = ["Deciding"]


class Deciding(Steps):
    """Nobody decides on what they prepared or judged; the record that this is part of keeps what happened."""

    budget_line_id: UUID
    prepared_by: frozenset[UUID]
    average_hundredths: int
    passed: bool
    supplement_by: date | None
    _scored: Callable[..., None]
    _supplement_confirmed: Callable[..., None]
    _council_reconvened: Callable[..., None]
    _approved: Callable[..., None]
    _waitlisted: Callable[..., None]
    _selected_from_waitlist: Callable[..., None]
    _waitlisted_refused: Callable[..., None]
    _declined: Callable[..., None]
    _contracted: Callable[..., None]

    def must_await_decision(self) -> None:
        """Raises TaskNotInStep unless the application was found complete and is not yet decided on."""
        self._must_be(TaskStatus.VALID, TaskStatus.SCORED)

    def score(self, act: Act, council: Council) -> None:
        """The council's conclusion.

        Raises TaskNotInStep.
        """
        self._must_be(TaskStatus.VALID)
        self._scored(
            act=act,
            council_id=council.id,
            average_hundredths=council.average_hundredths,
            passed=council.passed,
            supplement_by=council.supplement.due_on if council.supplement else None,
        )

    def must_await_supplement(self) -> None:
        """Raises TaskNotInStep unless the council's pass waits for what it wants supplied."""
        self._must_be(*((TaskStatus.SCORED,) if self.supplement_by else ()))

    def confirm_supplement(self, act: Act) -> None:
        """The council's pass counts from now on.

        Raises TaskNotInStep.
        """
        self.must_await_supplement()
        self._supplement_confirmed(act=act)

    def reconvene_council(self, act: Act) -> None:
        """The task is before its council again.

        Raises TaskNotInStep.
        """
        self.must_await_supplement()
        self._council_reconvened(act=act)

    def must_be_scored(self) -> None:
        """Raises TaskNotInStep unless the task awaits its decision."""
        self._must_be(*AWAITING_DECISION)

    def approve(self, act: Act, council: Council, *, norms_id: UUID, grants: tuple[Grant, ...]) -> None:
        """UBND's decision, by somebody who neither prepared nor judged the task.

        Raises DocumentMissing, TaskNotInStep, ActedBefore, TaskBelowPassMark, SupplementNotConfirmed and
        NothingSelected.
        """
        self._check_decided_by(act, council)
        self._check_passed()
        if not grants:
            raise NothingSelected
        self._approved(
            act=act,
            norms_id=norms_id,
            budget_line_id=self.budget_line_id,
            amount_vnd=sum(grant.amount_vnd for grant in grants),
            grants=grants,
        )

    def waitlist(self, act: Act, council: Council, *, reason: str) -> None:
        """UBND leaves the whole task waiting for money or places, by somebody who neither prepared nor judged it.

        Raises DocumentMissing, TaskNotInStep, ActedBefore, TaskBelowPassMark and SupplementNotConfirmed.
        """
        self._check_decided_by(act, council, among=(TaskStatus.SCORED,))
        self._check_passed()
        self._waitlisted(act=act, reason=reason)

    def select_from_waitlist(
        self, act: Act, council: Council, *, grants: tuple[Grant, ...], skip_reason: str | None
    ) -> None:
        """UBND grants to participations that an approved task left waiting, until there is a contract.

        Raises DocumentMissing, TaskNotInStep and ActedBefore.
        """
        self._check_decided_by(act, council, among=(TaskStatus.APPROVED,))
        amount_vnd = sum(grant.amount_vnd for grant in grants)
        self._selected_from_waitlist(act=act, amount_vnd=amount_vnd, grants=grants, skip_reason=skip_reason)

    def refuse_waitlisted(
        self, act: Act, council: Council, *, participation_ids: tuple[UUID, ...], reason: str
    ) -> None:
        """UBND refuses participations that an approved task left waiting, for a written reason.

        Raises DocumentMissing, TaskNotInStep and ActedBefore.
        """
        self._check_decided_by(act, council, among=(TaskStatus.APPROVED,))
        self._waitlisted_refused(act=act, participation_ids=participation_ids, reason=reason)

    def decline(self, act: Act, council: Council, *, reason: str) -> None:
        """UBND does not approve, for written reasons, by somebody who neither prepared nor judged the task.

        Raises DocumentMissing, TaskNotInStep and ActedBefore.
        """
        self._check_decided_by(act, council)
        self._declined(act=act, reason=reason)

    def _check_decided_by(
        self, act: Act, council: Council, *, among: tuple[TaskStatus, ...] = AWAITING_DECISION
    ) -> None:
        document_of(act)
        self._must_be(*among)
        must_be_another_than(act, *self.prepared_by, *self.submitters, *council.members)

    def _check_passed(self) -> None:
        if not self.passed:
            raise TaskBelowPassMark(average=in_points(self.average_hundredths))
        if self.supplement_by is not None:
            raise SupplementNotConfirmed(due_on=self.supplement_by)

    def must_be_approved(self) -> None:
        """Raises TaskNotInStep unless the task was approved and is not yet under contract."""
        self._must_be(TaskStatus.APPROVED)

    def check_contract_lines(self, lines: tuple[ParticipationAmount, ...]) -> None:
        """A contract for these amounts stays within the decision.

        Raises ContractLinesDiffer and ContractAboveDecision.
        """
        if sorted(line.participation_id for line in lines) != sorted(self.standing_grants):
            raise ContractLinesDiffer("lines")
        for line in lines:
            decided_vnd = self.grants[line.participation_id].amount_vnd
            if line.amount_vnd > decided_vnd:
                raise ContractAboveDecision(contracted=in_dong(line.amount_vnd), decided=in_dong(decided_vnd))

    def contract(self, act: Act, *, lines: tuple[ParticipationAmount, ...]) -> None:
        """The contract, at the decided amounts where it names none.

        Raises DocumentMissing, TaskNotInStep, ContractLinesDiffer and ContractAboveDecision.
        """
        document_of(act)
        self._must_be(TaskStatus.APPROVED)
        lines = lines or self.decided_lines
        self.check_contract_lines(lines)
        self._contracted(act=act, amount_vnd=sum(line.amount_vnd for line in lines), lines=lines)

    @property
    def decided_lines(self) -> tuple[ParticipationAmount, ...]:
        """What the decision grants each participation."""
        grants = self.standing_grants.values()
        return tuple(ParticipationAmount(grant.participation_id, grant.amount_vnd) for grant in grants)
