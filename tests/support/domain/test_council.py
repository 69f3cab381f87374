"""A council scores by its own rules: quorum, recusals, points, average."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from services.shared.record import Act, DocumentMissing
from services.support.domain.council import Council, in_points
from services.support.domain.council_refusals import (
    AlreadyScored,
    CouncilAlreadyConcluded,
    CouncilConcludedOtherwise,
    CouncilLacksQuorum,
    CouncilNotConcluded,
    CouncilTooSmall,
    CriteriaNotHundred,
    HostSitsOnCouncil,
    MemberIsRecused,
    MemberNamedTwice,
    MemberOfAnotherBody,
    NeitherChairNorSecretary,
    NotAMember,
    PointsOutOfRange,
    QuorumImpossible,
    RoleNotFilledOnce,
    ScoreSheetIncomplete,
)
from services.support.domain.council_terms import ConflictKind, CouncilRole
from tests.given import Happened, act, given, happened
from tests.support.examples import (
    CHAIR,
    GOOD_POINTS,
    HOST,
    MEMBER,
    MEMBERS,
    OFFICER,
    POOR_POINTS,
    REVIEWER,
    RULES,
    SECRETARY,
    Person,
    points,
)

TASK = UUID(int=7)
STATED = {"regulation_id": None, "procedure": None}
SELECTION = {"milestone_number": None, "milestone_round": 0, **STATED}
APPOINTED = happened(Council.Appointed, task_id=TASK, members=MEMBERS, rules=RULES, **SELECTION)


def by(person: Person, document: str | None = None) -> Act:
    return act(person_id=person.id, body=person.body, document=document)


def cast(person: Person, sheet: Any = GOOD_POINTS) -> Happened:
    return happened(Council.ScoreCast, task_id=TASK, person_id=person.id, points=sheet, vote=None, opinion=None)


def recused(person: Person) -> Happened:
    kind = ConflictKind.EMPLOYER
    return happened(Council.MemberRecused, task_id=TASK, person_id=person.id, conflict_kind=kind, match=None)


def concluded(average_hundredths: int, *handed_in: Happened, passed: bool, **named: Any) -> Happened:
    """The minutes, bound to what was handed in."""
    digest = given(APPOINTED, *handed_in).record().record_digest
    facts = {"average_hundredths": average_hundredths, "passed": passed, "record_digest": digest}
    facts |= {"answer_to_survey": None, "supplement": None}
    return happened(Council.Concluded, task_id=TASK, **facts, **named)


def appoint(document: str | None = "30/QĐ-SKHCN", **changes: Any) -> Council:
    return Council.appoint(
        act(document=document),
        **{
            "task_id": TASK,
            "submitters": frozenset({HOST.id}),
            "host_body": HOST.body,
            "members": MEMBERS,
            "rules": RULES,
            **changes,
        },
    )


class TestAppointed:
    def test_a_milestones_council_is_another_each_time_the_milestone_was_planned(self) -> None:
        judging = {"milestone_number": 2, "milestone_round": 1}
        facts = {"task_id": TASK, "members": MEMBERS, "rules": RULES, **STATED}
        council = given().when(lambda: appoint(**judging)).then(happened(Council.Appointed, **facts, **judging))
        assert len({council.id, Council.create_id(TASK), Council.create_id(TASK, 2, 2)}) == 3

    def test_a_verdict_on_a_milestone_rests_on_what_its_council_concluded(self) -> None:
        given(APPOINTED).when(lambda council: council.must_have_concluded(passed=True)).refused(CouncilNotConcluded)
        minutes = act(document="6/BB-HĐNT")
        passed = given(
            APPOINTED,
            concluded(8200, passed=True, act=minutes),
        )
        passed.when(lambda council: council.must_have_concluded(passed=True)).then()
        passed.when(lambda council: council.must_have_concluded(passed=False)).refused(CouncilConcludedOtherwise)

    def test_a_council_is_appointed_by_a_document(self) -> None:
        given().when(appoint).then(APPOINTED)
        given().when(lambda: appoint(None)).refused(DocumentMissing)

    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [
            ({"members": MEMBERS[:2]}, CouncilTooSmall),
            ({"members": (*MEMBERS, MEMBERS[3])}, MemberNamedTwice),
            ({"members": MEMBERS[1:]}, RoleNotFilledOnce),
            ({"members": (*MEMBERS[:3], replace(MEMBERS[3], role=CouncilRole.SECRETARY))}, RoleNotFilledOnce),
            ({"submitters": frozenset({HOST.id, MEMBER.id})}, HostSitsOnCouncil),
            ({"host_body": REVIEWER.body}, HostSitsOnCouncil),
            ({"rules": replace(RULES, quorum_numerator=4)}, QuorumImpossible),
            ({"rules": replace(RULES, criteria=RULES.criteria[:2])}, CriteriaNotHundred),
            ({"rules": replace(RULES, criteria=(replace(RULES.criteria[0], most_points=50),) * 2)}, CriteriaNotHundred),
        ],
    )
    def test_a_council_that_cannot_work_is_not_appointed(self, changes: dict[str, Any], refusal: type) -> None:
        given().when(lambda: appoint(**changes)).refused(refusal)

    def test_a_member_scores_once_and_for_themselves(self) -> None:
        given(APPOINTED).when(lambda council: council.cast_score(by(CHAIR), points=GOOD_POINTS)).then(cast(CHAIR))
        given(APPOINTED, cast(CHAIR)).when(lambda council: council.cast_score(by(CHAIR), points=POOR_POINTS)).refused(
            AlreadyScored
        )

    def test_nobody_else_scores(self) -> None:
        given(APPOINTED).when(lambda council: council.cast_score(by(OFFICER), points=GOOD_POINTS)).refused(NotAMember)

    def test_a_member_acts_for_the_body_that_sent_them(self) -> None:
        elsewhere = replace(REVIEWER, body="SYT")
        given(APPOINTED).when(lambda council: council.cast_score(by(elsewhere), points=GOOD_POINTS)).refused(
            MemberOfAnotherBody
        )

    @pytest.mark.parametrize(
        ("sheet", "refusal"),
        [
            (GOOD_POINTS[:2], ScoreSheetIncomplete),
            ((*GOOD_POINTS, GOOD_POINTS[0]), ScoreSheetIncomplete),
            (points(16, 40, 30), PointsOutOfRange),
            (points(12, -1, 30), PointsOutOfRange),
        ],
    )
    def test_a_sheet_scores_each_criterion_within_its_points(self, sheet: Any, refusal: type) -> None:
        given(APPOINTED).when(lambda council: council.cast_score(by(CHAIR), points=sheet)).refused(refusal)


class TestRecused:
    def test_a_member_declares_a_conflict(self) -> None:
        given(APPOINTED).when(
            lambda council: council.recuse_member(by(MEMBER), conflict_kind=ConflictKind.EMPLOYER)
        ).then(recused(MEMBER))

    def test_who_is_recused_does_not_score(self) -> None:
        given(APPOINTED, recused(MEMBER)).when(
            lambda council: council.cast_score(by(MEMBER), points=GOOD_POINTS)
        ).refused(MemberIsRecused)

    def test_who_has_scored_is_not_recused_any_more(self) -> None:
        given(APPOINTED, cast(MEMBER)).when(
            lambda council: council.recuse_member(by(MEMBER), conflict_kind=ConflictKind.FAMILY)
        ).refused(AlreadyScored)

    def test_who_is_recused_leaves_the_quorum(self) -> None:
        three_scored = (APPOINTED, cast(CHAIR), cast(SECRETARY))
        given(*three_scored).when(lambda council: council.conclude(by(CHAIR, "5/BB-HĐ"))).refused(CouncilLacksQuorum)
        given(*three_scored, recused(MEMBER)).when(lambda council: council.conclude(by(CHAIR, "5/BB-HĐ"))).then(
            concluded(8200, *three_scored[1:], recused(MEMBER), passed=True)
        )

    def test_no_council_without_its_chair(self) -> None:
        given(APPOINTED, recused(CHAIR), cast(SECRETARY), cast(REVIEWER), cast(MEMBER)).when(
            lambda council: council.conclude(by(SECRETARY, "5/BB-HĐ"))
        ).refused(CouncilLacksQuorum)


class TestScored:
    HISTORY = (APPOINTED, cast(CHAIR), cast(SECRETARY), cast(REVIEWER, POOR_POINTS))

    def test_the_average_decides(self) -> None:
        council = (
            given(*self.HISTORY)
            .when(lambda council: council.conclude(by(SECRETARY, "5/BB-HĐ")))
            .then(concluded(6800, *self.HISTORY[1:], passed=False))
        )
        assert council.minutes == "5/BB-HĐ"

    def test_the_average_is_rounded_down_to_hundredths(self) -> None:
        sheets = (
            cast(CHAIR, points(10, 40, 20)),
            cast(SECRETARY, points(10, 40, 20)),
            cast(MEMBER, points(10, 40, 21)),
        )
        given(APPOINTED, *sheets).when(lambda council: council.conclude(by(CHAIR, "5/BB-HĐ"))).then(
            concluded(7033, *sheets, passed=True)
        )
        assert in_points(7033) == "70,33"

    def test_minutes_are_the_chairs_or_the_secretarys(self) -> None:
        given(*self.HISTORY).when(lambda council: council.conclude(by(REVIEWER, "5/BB-HĐ"))).refused(
            NeitherChairNorSecretary
        )

    def test_minutes_have_a_number(self) -> None:
        given(*self.HISTORY).when(lambda council: council.conclude(by(CHAIR))).refused(DocumentMissing)

    def test_minutes_are_written_once(self) -> None:
        closed = given(*self.HISTORY, concluded(6800, passed=False))
        record = closed.record()
        assert not record.passed
        done = concluded(6800, *self.HISTORY[1:], passed=False, act=by(CHAIR, "5/BB-HĐ"))
        given(*self.HISTORY, done).when(lambda council: council.conclude(by(CHAIR, "6/BB-HĐ"))).refused(
            CouncilAlreadyConcluded
        )
        given(*self.HISTORY, done).when(lambda council: council.cast_score(by(MEMBER), points=GOOD_POINTS)).refused(
            CouncilAlreadyConcluded
        )
