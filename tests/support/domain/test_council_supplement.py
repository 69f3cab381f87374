"""What a council that passes on condition wants: demanded by its minutes, supplied in time, confirmed by two."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.shared.record import Act, ActedBefore, DocumentMissing
from services.shared.refusals import Refusal
from services.support.domain.council import Council
from services.support.domain.council_digest import record_digest
from services.support.domain.council_refusals import (
    MeetingNotCalled,
    MemberOfAnotherBody,
    NeitherChairNorSecretary,
    NotAMember,
    NothingToMeetAgainFor,
    NoUnfavourableSurvey,
    SupplementForSelectionOnly,
    SupplementWithoutPass,
    SurveyNotAnswered,
)
from services.support.domain.council_supplement import (
    CouncilSupplement,
    SupplementNotInStep,
    SuppliedPaper,
    SuppliedTooLate,
)
from services.support.domain.council_terms import SupplementDemand, Vote
from services.support.domain.task import Task
from services.support.domain.task_refusals import SupplementNotConfirmed, TaskNotInStep
from tests.given import Happened, given, happened, sentences
from tests.support.domain import test_task as of_task
from tests.support.domain.test_council_meeting import (
    ALL_SCORED,
    APPOINTED,
    FACTS,
    SENT,
    TASK,
    by,
    cast,
    minutes,
    recused,
)
from tests.support.examples import (
    CHAIR,
    HOST,
    LEAD,
    LEADER,
    MEMBER,
    REVIEWER,
    SECRETARY,
    SUBSTITUTE,
    VICE_CHAIR,
    Person,
)

DUE = date(2024, 7, 17)
LATE = date(2024, 7, 18)
DEMAND = SupplementDemand("Hai báo giá của đơn vị độc lập", DUE)
PAPERS = (SuppliedPaper("Báo giá", "bao-gia.pdf", "ab" * 32),)
ANSWER = "Dây chuyền đã lắp sau khảo sát"


def conditional() -> Happened:
    facts = {"average_hundredths": 8200, "passed": True, "record_digest": None, "answer_to_survey": None}
    return happened(Council.Concluded, task_id=TASK, **facts, supplement=DEMAND, act=by(SECRETARY, "5/BB-HĐ"))


ON_CONDITION = (*ALL_SCORED, conditional())
COUNCIL: Council = given(*ON_CONDITION).record()
AGAIN = happened(Council.Reconvened, task_id=TASK, meeting_number=2, reason="Thay đổi phương án")


def conclude(council: Council, **said: Any) -> Council:
    council.conclude(by(SECRETARY, "5/BB-HĐ"), **said)
    return council


class TestMinutes:
    @pytest.mark.parametrize(
        ("history", "said", "refusal", "field"),
        [
            (ALL_SCORED, {"unfavourable_survey": True}, SurveyNotAnswered, "answer_to_survey"),
            (ALL_SCORED, {"answer_to_survey": ANSWER}, NoUnfavourableSurvey, "answer_to_survey"),
            (
                (APPOINTED, SENT, *(cast(each, Vote.AGAINST) for each in (CHAIR, SECRETARY, REVIEWER, MEMBER))),
                {"supplement": DEMAND},
                SupplementWithoutPass,
                "required_supplement",
            ),
            (
                (happened(Council.Appointed, **{**FACTS, "milestone_number": 1}), *ALL_SCORED[1:]),
                {"supplement": DEMAND},
                SupplementForSelectionOnly,
                "required_supplement",
            ),
        ],
    )
    def test_say_nothing_out_of_place(
        self, history: tuple[Happened, ...], said: dict[str, Any], refusal: type[Refusal], field: str
    ) -> None:
        given(*history).when(lambda council: conclude(council, **said)).refused(refusal, field=field)

    def test_are_bound_to_the_answer_and_to_what_they_demand(self) -> None:
        scored = given(*ALL_SCORED).record().record_digest
        answered = conclude(given(*ALL_SCORED).record(), unfavourable_survey=True, answer_to_survey=ANSWER)
        demanding = conclude(given(*ALL_SCORED).record(), supplement=DEMAND)
        assert len({scored, answered.minutes_digest, demanding.minutes_digest}) == 3
        handed_in: dict[str, Any] = {"declarations": {}, "recusals": {}, "score_sheets": answered.score_sheets}
        assert answered.minutes_digest == record_digest(answered.id, **handed_in, answer_to_survey=ANSWER)

    def test_on_paper_name_the_digest_of_what_was_handed_in(self) -> None:
        digest = given(*ALL_SCORED).record().record_digest
        assert conclude(given(*ALL_SCORED).record(), record_digest=digest, supplement=DEMAND).passed


class TestMetAgain:
    def meet(self, document: str | None = "34/QĐ-SKHCN") -> Any:
        return lambda council: council.reconvene(by(LEAD, document), reason="Thay đổi phương án")

    def test_papers_and_sheets_are_anew_and_what_was_declared_stands(self) -> None:
        history = (APPOINTED, SENT, recused(MEMBER), *ALL_SCORED[2:5], cast(VICE_CHAIR), conditional())
        council = given(*history).when(self.meet()).then(AGAIN)
        assert (council.minutes, council.meeting_on, council.score_sheets, council.supplement) == (None, None, {}, None)
        assert (council.recusals.keys(), council.earlier_minutes) == ({MEMBER.id}, ("5/BB-HĐ",))
        assert council.record_digest != given(APPOINTED, recused(MEMBER)).record().record_digest

    @pytest.mark.parametrize(
        ("history", "document", "refusal"),
        [
            (ON_CONDITION, None, DocumentMissing),
            (ALL_SCORED, "34/QĐ-SKHCN", NothingToMeetAgainFor),
            ((*ALL_SCORED, minutes()), "34/QĐ-SKHCN", NothingToMeetAgainFor),
            ((*ON_CONDITION, AGAIN), "34/QĐ-SKHCN", NothingToMeetAgainFor),
        ],
    )
    def test_only_about_what_passed_on_condition(
        self, history: tuple[Happened, ...], document: str | None, refusal: type[Refusal]
    ) -> None:
        given(*history).when(self.meet(document)).refused(refusal)

    def test_papers_go_out_again_whatever_rules_there_are(self) -> None:
        stated = happened(Council.Appointed, **{**FACTS, "regulation_id": None, "procedure": None})
        sheets = (cast(each, None) for each in (CHAIR, SECRETARY, REVIEWER, MEMBER))
        given(stated, *sheets, conditional(), AGAIN).when(
            lambda council: council.cast_score(by(CHAIR), points=ALL_SCORED[2].facts["points"])
        ).refused(MeetingNotCalled)


DEMANDED = happened(
    CouncilSupplement.Demanded,
    task_id=TASK,
    council_id=COUNCIL.id,
    meeting_number=1,
    party_body=HOST.body,
    requirement=DEMAND.requirement,
    due_on=DUE,
    act=by(SECRETARY, "5/BB-HĐ"),
)
SUPPLIED = happened(
    CouncilSupplement.Supplied, task_id=TASK, papers=PAPERS, explanation="Đã có hai báo giá", act=by(HOST, on=DUE)
)
CONFIRMED = happened(CouncilSupplement.Confirmed, task_id=TASK, act=by(SECRETARY, on=LATE))
OVERTAKEN = happened(CouncilSupplement.Overtaken, task_id=TASK)


def attested(person: Person) -> Happened:
    return happened(CouncilSupplement.Attested, task_id=TASK, person_id=person.id, act=by(person, on=LATE))


def supply(on: date = DUE) -> Any:
    return lambda supplement: supplement.supply(by(HOST, on=on), papers=PAPERS, explanation="Đã có hai báo giá")


def attest(person: Person, body: str | None = None) -> Any:
    act: Act = replace(by(person, on=LATE), body=body or person.body)
    return lambda supplement: supplement.attest(act, COUNCIL)


class TestSupplement:
    def test_is_demanded_by_the_minutes_and_supplied_in_time(self) -> None:
        given().when(lambda: CouncilSupplement.demand(by(SECRETARY, "5/BB-HĐ"), COUNCIL, party_body=HOST.body)).then(
            DEMANDED
        )
        given(DEMANDED).when(supply()).then(SUPPLIED)
        given(DEMANDED).when(supply(LATE)).refused(SuppliedTooLate)

    def test_chair_and_secretary_confirm_it_together(self) -> None:
        given(DEMANDED, SUPPLIED).when(attest(CHAIR)).then(attested(CHAIR))
        given(DEMANDED, SUPPLIED, attested(CHAIR)).when(attest(SECRETARY)).then(attested(SECRETARY), CONFIRMED)

    def test_supplied_again_it_is_looked_at_anew(self) -> None:
        in_time = happened(CouncilSupplement.Attested, task_id=TASK, person_id=CHAIR.id, act=by(CHAIR, on=DUE))
        again = given(DEMANDED, SUPPLIED, in_time).when(supply()).then(SUPPLIED)
        assert again.attested_by == frozenset()

    @pytest.mark.parametrize(
        ("history", "doing", "refusal"),
        [
            ((DEMANDED,), attest(CHAIR), SupplementNotInStep),
            ((DEMANDED, SUPPLIED, attested(CHAIR)), attest(CHAIR), ActedBefore),
            ((DEMANDED, SUPPLIED), attest(REVIEWER), NeitherChairNorSecretary),
            ((DEMANDED, SUPPLIED), attest(SUBSTITUTE), NotAMember),
            ((DEMANDED, SUPPLIED), attest(CHAIR, "STC"), MemberOfAnotherBody),
            ((DEMANDED, SUPPLIED, CONFIRMED), attest(CHAIR), SupplementNotInStep),
            ((DEMANDED, SUPPLIED, CONFIRMED), supply(LATE), SupplementNotInStep),
            ((DEMANDED, OVERTAKEN), supply(), SupplementNotInStep),
        ],
    )
    def test_nobody_else_and_not_otherwise(
        self, history: tuple[Happened, ...], doing: Any, refusal: type[Refusal]
    ) -> None:
        given(*history).when(doing).refused(refusal)

    @pytest.mark.parametrize(
        ("history", "on", "refusal"),
        [
            ((DEMANDED,), DUE, None),
            ((DEMANDED,), LATE, SuppliedTooLate),
            ((DEMANDED, SUPPLIED), LATE, None),
            ((DEMANDED, SUPPLIED, CONFIRMED), LATE, SupplementNotInStep),
        ],
    )
    def test_the_council_meets_again_unless_it_has_lapsed_or_was_confirmed(
        self, history: tuple[Happened, ...], on: date, refusal: type[Refusal] | None
    ) -> None:
        overtaking = given(*history).when(lambda supplement: supplement.overtake(by(LEAD, "34/QĐ-SKHCN", on)))
        if refusal:
            overtaking.refused(refusal)
        else:
            overtaking.then(OVERTAKEN)


SCORED = happened(
    Task.Scored,
    council_id=of_task.COUNCIL.id,
    average_hundredths=8200,
    passed=True,
    supplement_by=DUE,
)
WAITING = (*of_task.VALID, SCORED)


class TestTask:
    def test_is_neither_approved_nor_waitlisted_before_it_is_confirmed(self) -> None:
        decision, council = of_task.by(LEADER, "900/QĐ-UBND"), of_task.COUNCIL
        granted = {"norms_id": UUID(int=31), "grants": of_task.GRANTS}
        given(*WAITING).when(lambda task: task.approve(decision, council, **granted)).refused(SupplementNotConfirmed)
        given(*WAITING).when(lambda task: task.waitlist(decision, council, reason="Hết kinh phí")).refused(
            SupplementNotConfirmed
        )
        given(*WAITING).when(lambda task: task.decline(decision, council, reason="Không bổ sung")).then(
            happened(Task.Declined, reason="Không bổ sung", act=decision)
        )
        confirmed = given(*WAITING).when(lambda task: task.confirm_supplement(of_task.by(SECRETARY)))
        task = confirmed.then(happened(Task.SupplementConfirmed))
        task.approve(decision, council, **granted)

    def test_is_before_its_council_again_when_that_meets_again(self) -> None:
        task = (
            given(*WAITING)
            .when(lambda task: task.reconvene_council(of_task.by(LEAD, "34/QĐ-SKHCN")))
            .then(happened(Task.CouncilReconvened))
        )
        task.must_be_ready_for_council()
        assert (task.passed, task.average_hundredths) == (False, 0)

    @pytest.mark.parametrize("history", [of_task.VALID, of_task.DECIDABLE, of_task.DECIDED])
    def test_awaits_nothing_otherwise(self, history: tuple[Happened, ...]) -> None:
        given(*history).when(lambda task: task.confirm_supplement(of_task.by(SECRETARY))).refused(TaskNotInStep)
        given(*history).when(lambda task: task.reconvene_council(of_task.by(LEAD))).refused(TaskNotInStep)


def test_a_demand_is_told_with_its_day() -> None:
    [told] = sentences(conclude(given(*ALL_SCORED).record(), supplement=DEMAND))
    assert "82,00 điểm, đạt với điều kiện bổ sung đến 17/07/2024: Hai báo giá của đơn vị độc lập." in told
