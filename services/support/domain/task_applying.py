"""The application for a task, of a host or of an enterprise for itself: received, mended, checked, taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from services.shared.record import Act, document_of, must_be_another_than
from services.support.domain.task_refusals import (
    DeadlineInThePast,
    ExtendedTooLate,
    OutsideCallWindow,
    PaperUnknown,
    ParticipationNotInTask,
    ParticipationsMissing,
    ResubmittedTooLate,
    SurveyInTheFuture,
    TaskNotSurveyed,
    TaskOfAnotherChannel,
)
from services.support.domain.task_steps import AWAITING_DECISION, CARRIED_OUT, Steps
from services.support.domain.task_terms import Paper, PaperFault, TaskStatus

__all__ = ["Applying"]

WITHDRAWABLE = (TaskStatus.RECEIVED, TaskStatus.RETURNED, TaskStatus.VALID, *AWAITING_DECISION, TaskStatus.APPROVED)


class Applying(Steps):
    """The application, until the council sees it; the record that this is part of keeps what happened."""

    opens_on: date | None
    closes_on: date | None
    resubmit_by: date | None
    papers: tuple[Paper, ...]
    surveyed_on: date | None
    _application_submitted: Callable[..., None]
    _receipt_given: Callable[..., None]
    _applied_under_call: Callable[..., None]
    _papers_filed: Callable[..., None]
    _application_returned: Callable[..., None]
    _resubmission_extended: Callable[..., None]
    _application_resubmitted: Callable[..., None]
    _application_validated: Callable[..., None]
    _application_rejected: Callable[..., None]
    _direct_application_rejected: Callable[..., None]
    _surveyed: Callable[..., None]
    _withdrawn: Callable[..., None]
    _participation_left: Callable[..., None]

    def check_submittable(self, act: Act) -> None:
        """An application would be received now.

        Raises TaskNotInStep and OutsideCallWindow.
        """
        self._must_be(TaskStatus.OPEN)
        assert self.opens_on is not None
        assert self.closes_on is not None
        if not self.opens_on <= act.effective_on <= self.closes_on:
            raise OutsideCallWindow(opens_on=self.opens_on, closes_on=self.closes_on)

    def submit_application(
        self,
        act: Act,
        *,
        host_organisation_id: UUID,
        participation_ids: tuple[UUID, ...],
        papers: tuple[Paper, ...] = (),
    ) -> None:
        """A host applies; the body it acts for is the only one that may act for it later.

        Raises TaskNotInStep and OutsideCallWindow.
        """
        self.check_submittable(act)
        self._application_submitted(
            act=act, host_organisation_id=host_organisation_id, participation_ids=participation_ids
        )
        if papers:
            self._papers_filed(act=act, papers=papers)

    def give_receipt(self, act: Act, *, receipt: str) -> None:
        """The number under which the application was received, given out in the same append."""
        self._receipt_given(act=act, receipt=receipt)

    def apply_under_call(
        self,
        act: Act,
        *,
        grant_call_id: UUID,
        receipt_number: int,
        enterprise_id: UUID,
        participation_ids: tuple[UUID, ...],
        papers: tuple[Paper, ...],
    ) -> None:
        """An enterprise's own application, which the call has received: its body alone may act for it later.

        Raises TaskNotInStep.
        """
        self._must_be(TaskStatus.PROPOSED)
        self._applied_under_call(
            act=act,
            grant_call_id=grant_call_id,
            enterprise_id=enterprise_id,
            participation_ids=participation_ids,
            receipt_number=receipt_number,
        )
        self._papers_filed(act=act, papers=papers)

    def return_application(
        self, act: Act, *, reason: str, resubmit_by: date, faults: tuple[PaperFault, ...] = ()
    ) -> None:
        """The application lacks something; the host has until a day to supply it.

        Raises TaskNotInStep, DeadlineInThePast and PaperUnknown.
        """
        self._must_be(TaskStatus.RECEIVED)
        if resubmit_by <= act.effective_on:
            raise DeadlineInThePast("resubmit_by")
        known = {(paper.content_code, paper.item_code) for paper in self.papers}
        for index, fault in enumerate(faults):
            if (fault.content_code, fault.item_code) not in known:
                raise PaperUnknown(f"faults[{index}]", item_code=fault.item_code, content_code=fault.content_code)
        self._application_returned(act=act, reason=reason, resubmit_by=resubmit_by, faults=faults)

    def extend_resubmission(self, act: Act, *, resubmit_by: date, reason: str, ruled_until: date | None = None) -> None:
        """A returned application may be supplied until a later day, as said in writing while there is time.

        ``ruled_until`` is as for check_resubmittable. Raises DocumentMissing, TaskNotInStep, ExtendedTooLate and
        DeadlineInThePast.
        """
        document_of(act)
        self._must_be(TaskStatus.RETURNED)
        last_day = self._resubmittable_until(ruled_until)
        if act.effective_on > last_day:
            raise ExtendedTooLate(last_day=last_day)
        if resubmit_by <= last_day:
            raise DeadlineInThePast("resubmit_by")
        self._resubmission_extended(act=act, resubmit_by=resubmit_by, reason=reason)

    def check_resubmittable(self, act: Act, ruled_until: date | None = None) -> None:
        """A corrected application of this host would be received now.

        ``ruled_until`` is the last day by the rule on supplements, which gives no less than the day that was named;
        None where no rule is in force. Raises TaskNotInStep, NotTheHost and ResubmittedTooLate.
        """
        self._must_be(TaskStatus.RETURNED)
        self.must_be_host(act)
        last_day = self._resubmittable_until(ruled_until)
        if act.effective_on > last_day:
            raise ResubmittedTooLate(resubmit_by=last_day)

    def _resubmittable_until(self, ruled_until: date | None) -> date:
        assert self.resubmit_by is not None
        return max(self.resubmit_by, ruled_until or self.resubmit_by)

    def resubmit_application(
        self,
        act: Act,
        *,
        participation_ids: tuple[UUID, ...],
        papers: tuple[Paper, ...] = (),
        ruled_until: date | None = None,
    ) -> None:
        """The corrected application, in time.

        Raises what check_resubmittable does.
        """
        self.check_resubmittable(act, ruled_until)
        self._application_resubmitted(act=act, participation_ids=participation_ids)
        if papers:
            self._papers_filed(act=act, papers=papers)

    def resubmit_papers(self, act: Act, *, papers: tuple[Paper, ...], ruled_until: date | None = None) -> None:
        """The corrected papers of a direct application, in time; its contents stay as they were.

        Raises TaskOfAnotherChannel, TaskNotInStep, NotTheHost and ResubmittedTooLate.
        """
        if self.grant_call_id is None:
            raise TaskOfAnotherChannel(channel=self.channel_in_words)
        self.resubmit_application(act, participation_ids=self.participation_ids, papers=papers, ruled_until=ruled_until)

    def validate_application(self, act: Act) -> None:
        """The application is complete.

        Raises TaskNotInStep and ActedBefore.
        """
        self._must_be(TaskStatus.RECEIVED)
        must_be_another_than(act, *self.submitters)
        self._application_validated(act=act)

    def reject_application(self, act: Act, *, reason: str) -> None:
        """The application cannot be accepted; a task for a host may be called for again.

        Raises TaskNotInStep.
        """
        self._must_be(TaskStatus.RECEIVED, TaskStatus.RETURNED, TaskStatus.VALID)
        if self.grant_call_id is not None:
            self._direct_application_rejected(act=act, reason=reason)
        else:
            self._application_rejected(act=act, reason=reason)

    def record_survey(self, act: Act, *, surveyed_on: date, favourable: bool, findings: str) -> None:
        """The minutes of a visit to who applied directly, before the council meets.

        Raises DocumentMissing, TaskOfAnotherChannel, TaskNotInStep, ActedBefore and SurveyInTheFuture.
        """
        document_of(act)
        if self.grant_call_id is None:
            raise TaskOfAnotherChannel(channel=self.channel_in_words)
        self._must_be(TaskStatus.VALID)
        must_be_another_than(act, *self.submitters)
        if surveyed_on > act.effective_on:
            raise SurveyInTheFuture("surveyed_on")
        self._surveyed(act=act, surveyed_on=surveyed_on, favourable=favourable, findings=findings)

    def must_be_ready_for_council(self) -> None:
        """Raises TaskNotInStep, and TaskNotSurveyed for a direct application that nobody went to see."""
        self._must_be(TaskStatus.VALID)
        if self.grant_call_id is not None and self.surveyed_on is None:
            raise TaskNotSurveyed

    def withdraw(self, act: Act, *, reason: str) -> None:
        """Who applied takes everything back, until there is a contract, which has its own ways to end.

        Raises TaskNotInStep and NotTheHost.
        """
        self._must_be(*WITHDRAWABLE)
        self.must_be_host(act)
        self._withdrawn(act=act, reason=reason, released_vnd=self.granted_vnd)

    def let_leave(self, act: Act, *, participation_id: UUID, reason: str, waiting_ids: tuple[UUID, ...] = ()) -> int:
        """Who applied takes one participation off, until there is a contract; how much of the decision this frees.

        The last one leaves by the withdrawal of the whole. Raises TaskNotInStep, NotTheHost, ParticipationNotInTask and
        ParticipationsMissing.
        """
        self._must_be(*WITHDRAWABLE)
        self.must_be_host(act)
        grants = self.standing_grants
        standing = self.standing_ids(waiting_ids)
        if participation_id not in standing:
            raise ParticipationNotInTask(participation_id=participation_id)
        if len(standing) == 1:
            raise ParticipationsMissing("participation_id")
        released_vnd = grants[participation_id].amount_vnd if participation_id in grants else 0
        self._participation_left(act=act, participation_id=participation_id, reason=reason, released_vnd=released_vnd)
        return released_vnd

    def let_leave_contract(self, act: Act, *, participation_id: UUID, reason: str, released_vnd: int) -> None:
        """As ``let_leave``, once there is a contract, which says how much of its money this frees.

        Raises TaskNotInStep.
        """
        self._must_be(*CARRIED_OUT)
        self._participation_left(act=act, participation_id=participation_id, reason=reason, released_vnd=released_vnd)
