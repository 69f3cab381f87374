"""The call for a task: from the approved list to what an application must hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from services.shared.record import Act, document_of, must_be_another_than
from services.support.domain.budget_line import BudgetLine
from services.support.domain.catalogue import Catalogue
from services.support.domain.checklist import ContentChecklist, check_papers, must_differ
from services.support.domain.task_refusals import (
    CallEndsBeforeItStarts,
    ContentNotCalledFor,
    ContentsMissing,
    ParticipationNamedTwice,
    ParticipationsMissing,
    QuotaExceeded,
    TaskOfAnotherChannel,
)
from services.support.domain.task_steps import Steps
from services.support.domain.task_terms import Paper, ParticipationLine, TaskStatus

__all__ = ["Calling"]


class Calling(Steps):
    """Hosts are called for; the record that this is part of keeps what happened."""

    content_codes: tuple[str, ...]
    prepared_by: frozenset[UUID]
    closes_on: date | None
    quota: int
    checklists: tuple[ContentChecklist, ...]
    _enlisted: Callable[..., None]
    _call_opened: Callable[..., None]

    def enlist(self, act: Act, line: BudgetLine) -> None:
        """The task is put on the list of the year, on approved money.

        Raises DocumentMissing, TaskNotInStep, ActedBefore and BudgetLineNotApproved.
        """
        document_of(act)
        self._must_be(TaskStatus.PROPOSED)
        must_be_another_than(act, *self.prepared_by)
        line.must_be_approved()
        self._enlisted(act=act)

    def open_call(
        self,
        act: Act,
        *,
        opens_on: date,
        closes_on: date,
        quota: int,
        checklists: tuple[ContentChecklist, ...] = (),
        accreditation_required: bool = False,
    ) -> None:
        """The call, or a new one after an application was rejected or the window passed without any.

        It may ask for papers, and that the host is accredited on the day it applies.

        Raises DocumentMissing, TaskNotInStep, TaskOfAnotherChannel, CallEndsBeforeItStarts, ContentNotCalledFor,
        ContentsMissing and ChecklistCodeNamedTwice.
        """
        document_of(act)
        passed = self.closes_on is not None and act.effective_on > self.closes_on
        unanswered = (TaskStatus.OPEN,) if passed else ()
        self._must_be(TaskStatus.ENLISTED, TaskStatus.REJECTED, *unanswered)
        if self.grant_call_id is not None:
            raise TaskOfAnotherChannel(channel=self.channel_in_words)
        if closes_on < opens_on:
            raise CallEndsBeforeItStarts("closes_on")
        self._check_checklists(checklists)
        self._call_opened(
            act=act,
            opens_on=opens_on,
            closes_on=closes_on,
            quota=quota,
            checklists=checklists,
            accreditation_required=accreditation_required,
        )

    def _check_checklists(self, checklists: tuple[ContentChecklist, ...]) -> None:
        codes = [checklist.content_code for checklist in checklists]
        for index, checklist in enumerate(checklists):
            if checklist.content_code not in self.content_codes:
                raise ContentNotCalledFor(content_code=checklist.content_code)
            if checklist.content_code in codes[:index]:
                raise ContentsMissing(f"checklists[{index}].content_code")
            must_differ(f"checklists[{index}].items", checklist.items)

    def check_lines(self, catalogue: Catalogue, lines: tuple[ParticipationLine, ...]) -> None:
        """What an application lists fits the call.

        Raises ParticipationsMissing, QuotaExceeded, ParticipationNamedTwice, ContentNotCalledFor, PriorityUnknown and
        ProductsMiscounted.
        """
        if not lines:
            raise ParticipationsMissing("participations")
        if len(lines) > self.quota:
            raise QuotaExceeded(quota=self.quota, count=len(lines))
        seen: set[tuple[UUID, str]] = set()
        for index, line in enumerate(lines):
            if (line.enterprise_id, line.content_code) in seen:
                raise ParticipationNamedTwice(f"participations[{index}]", content_code=line.content_code)
            seen.add((line.enterprise_id, line.content_code))
            if line.content_code not in self.content_codes:
                raise ContentNotCalledFor(content_code=line.content_code)
            catalogue.must_have_priorities(f"participations[{index}].priority_codes", line.priority_codes)
            line.check_products(f"participations[{index}].unit_keys")

    def check_papers(self, lines: tuple[ParticipationLine, ...], papers: tuple[Paper, ...]) -> None:
        """An application holds what the call asks for, once for each content that it lists.

        Raises ChecklistIncomplete and PaperNotOnChecklist.
        """
        checklists = {checklist.content_code: checklist.items for checklist in self.checklists}
        check_papers(checklists, dict.fromkeys(line.content_code for line in lines), papers)
