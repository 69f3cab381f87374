"""An enterprise's own application: received, corrected, visited before the council, and taken back when it likes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.shared.record import ActedBefore, DocumentMissing
from services.shared.refusals import Refusal
from services.support.domain.task import Task
from services.support.domain.task_refusals import (
    NotTheHost,
    PaperUnknown,
    ParticipationNotInTask,
    ParticipationsMissing,
    ResubmittedTooLate,
    SurveyInTheFuture,
    TaskNotInStep,
    TaskNotSurveyed,
    TaskOfAnotherChannel,
)
from services.support.domain.task_terms import PaperFault, TaskStatus
from tests.given import Happened, given, happened
from tests.support.domain import test_task as hosted
from tests.support.domain.test_task import FIRST, PROPOSED, SECOND, by
from tests.support.examples import FIVE_S_PAPERS, HOST, LOTUS_MILL, OFFICER, OTHER_OWNER, OWNER

APPLICATION = {
    "grant_call_id": UUID(int=40),
    "enterprise_id": LOTUS_MILL,
    "participation_ids": (FIRST, SECOND),
    "receipt_number": 3,
}
APPLIED = happened(Task.AppliedUnderCall, **APPLICATION, act=by(OWNER))
FILED = happened(Task.PapersFiled, papers=FIVE_S_PAPERS)
RECEIVED = (PROPOSED, APPLIED, FILED)
FAULTS = (PaperFault("TOOL-5S", "COST", "Thiếu chữ ký"),)
TURNED_BACK = {"reason": "Chưa đủ", "resubmit_by": date(2024, 7, 5), "faults": FAULTS}
RETURNED = happened(Task.ApplicationReturned, **TURNED_BACK)
AGAIN = happened(Task.ApplicationResubmitted, participation_ids=(FIRST, SECOND), act=by(OWNER))
VALID = (*RECEIVED, hosted.VALIDATED)
SEEN = {"surveyed_on": date(2024, 6, 27), "favourable": True, "findings": "Có dây chuyền"}
SURVEYED = happened(Task.Surveyed, **SEEN)
APPROVED = (*VALID, SURVEYED, hosted.SCORED, hosted.APPROVED)
NO_LONGER = {"reason": "Không còn nhu cầu"}


def withdrawn(released_vnd: int = 0) -> Happened:
    return happened(Task.Withdrawn, **NO_LONGER, released_vnd=released_vnd)


def left(participation_id: UUID, released_vnd: int = 0) -> Happened:
    return happened(Task.ParticipationLeft, **NO_LONGER, participation_id=participation_id, released_vnd=released_vnd)


def leave(task: Task, participation_id: UUID = FIRST) -> None:
    task.let_leave(by(OWNER), participation_id=participation_id, **NO_LONGER)


def survey(task: Task, person: Any = OFFICER, document: str | None = "7/BB-KS", **changes: Any) -> None:
    task.record_survey(by(person, document), **{**SEEN, **changes})


def test_it_is_received_with_its_papers_and_its_number() -> None:
    facts = {**APPLICATION, "papers": FIVE_S_PAPERS}
    task = given(PROPOSED).when(lambda task: task.apply_under_call(by(OWNER), **facts)).then(APPLIED, FILED)
    assert (task.status, task.host_body, task.receipt_number) == (TaskStatus.RECEIVED, OWNER.body, 3)
    given(*RECEIVED).when(lambda task: task.apply_under_call(by(OWNER), **facts)).refused(TaskNotInStep)


def test_it_is_returned_for_faults_in_papers_it_holds_and_corrected_in_time() -> None:
    given(*RECEIVED).when(lambda task: task.return_application(by(OFFICER), **TURNED_BACK)).then(RETURNED)
    strange = {**TURNED_BACK, "faults": (PaperFault("TOOL-5S", "PLAN", "Thiếu"),)}
    given(*RECEIVED).when(lambda task: task.return_application(by(OFFICER), **strange)).refused(
        PaperUnknown, field="faults[0]"
    )
    corrected = given(*RECEIVED, RETURNED).when(lambda task: task.resubmit_papers(by(OWNER), papers=FIVE_S_PAPERS))
    assert corrected.then(AGAIN, FILED).faults == ()
    late = by(OWNER, on=date(2024, 7, 6))
    given(*RECEIVED, RETURNED).when(lambda task: task.resubmit_papers(late, papers=FIVE_S_PAPERS)).refused(
        ResubmittedTooLate
    )
    given(*RECEIVED, RETURNED).when(lambda task: task.resubmit_papers(by(OTHER_OWNER), papers=FIVE_S_PAPERS)).refused(
        NotTheHost
    )


def test_rejected_it_is_given_back_and_not_called_for_again() -> None:
    rejected = happened(Task.DirectApplicationRejected, reason="Sai đối tượng")
    given(*RECEIVED).when(lambda task: task.reject_application(by(OFFICER), reason="Sai đối tượng")).then(rejected)
    given(*RECEIVED, rejected).when(lambda task: task.open_call(by(OFFICER, "21/TB-SKHCN"), **hosted.WINDOW)).refused(
        TaskOfAnotherChannel
    )


class TestSurvey:
    def test_somebody_goes_there_before_the_council(self) -> None:
        given(*VALID).when(lambda task: task.must_be_ready_for_council()).refused(TaskNotSurveyed)
        task = given(*VALID).when(survey).then(SURVEYED)
        task.must_be_ready_for_council()

    @pytest.mark.parametrize(
        ("history", "changes", "refusal"),
        [
            (VALID, {"document": None}, DocumentMissing),
            (VALID, {"person": OWNER}, ActedBefore),
            (VALID, {"surveyed_on": date(2024, 6, 29)}, SurveyInTheFuture),
            (RECEIVED, {}, TaskNotInStep),
            (
                (PROPOSED, hosted.ENLISTED, hosted.OPENED, hosted.SUBMITTED, hosted.VALIDATED),
                {},
                TaskOfAnotherChannel,
            ),
        ],
    )
    def test_by_minutes_of_a_visit_that_has_been(
        self, history: tuple[Happened, ...], changes: dict[str, Any], refusal: type[Refusal]
    ) -> None:
        fields = {DocumentMissing: "basis.document", SurveyInTheFuture: "surveyed_on"}
        field = {"field": fields[refusal]} if refusal in fields else {}
        given(*history).when(lambda task: survey(task, **changes)).refused(refusal, **field)


class TestWithdrawal:
    @pytest.mark.parametrize(
        "history", [RECEIVED, (*RECEIVED, RETURNED), VALID, (*VALID, SURVEYED, hosted.SCORED)], ids=len
    )
    def test_before_the_decision_nothing_was_reserved(self, history: tuple[Happened, ...]) -> None:
        task = given(*history).when(lambda task: task.withdraw(by(OWNER), **NO_LONGER)).then(withdrawn())
        assert task.status is TaskStatus.WITHDRAWN

    def test_after_the_decision_its_money_is_freed(self) -> None:
        given(*APPROVED).when(lambda task: task.withdraw(by(OWNER), **NO_LONGER)).then(withdrawn(90_000_000))
        task = given(*APPROVED).when(leave).then(left(FIRST, 40_000_000))
        assert set(task.standing_grants) == {SECOND}

    @pytest.mark.parametrize(
        ("history", "act", "refusal", "field"),
        [
            ((*APPROVED, hosted.CONTRACTED), leave, TaskNotInStep, None),
            (VALID, lambda task: leave(task, UUID(int=99)), ParticipationNotInTask, None),
            ((*VALID, left(FIRST)), leave, ParticipationNotInTask, None),
            ((*VALID, left(SECOND)), leave, ParticipationsMissing, "participation_id"),
            (VALID, lambda task: task.withdraw(by(HOST), **NO_LONGER), NotTheHost, None),
            ((*VALID, withdrawn()), lambda task: task.withdraw(by(OWNER), **NO_LONGER), TaskNotInStep, None),
        ],
    )
    def test_by_who_applied_until_there_is_a_contract(
        self,
        history: tuple[Happened, ...],
        act: Callable[[Task], None],
        refusal: type[Refusal],
        field: str | None,
    ) -> None:
        given(*history).when(act).refused(refusal, **({"field": field} if field else {}))
