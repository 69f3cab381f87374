"""A council under a regulation: papers in time, conflicts declared, sheets and votes, minutes bound to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.shared.record import Act, DocumentMissing
from services.shared.refusals import Refusal
from services.support.domain.council import Council
from services.support.domain.council_digest import record_digest
from services.support.domain.council_refusals import (
    AlreadyScored,
    ConflictsNotDeclared,
    ConflictsNotMatched,
    CouncilAlreadyConcluded,
    CouncilLacksQuorum,
    CouncilTooSmall,
    ExpertsTooFew,
    FileHidden,
    HostSitsOnCouncil,
    MeetingHasBegun,
    MeetingNotCalled,
    MeetingNotHeld,
    MemberIsRecused,
    MemberNamedTwice,
    MemberNotSeated,
    MinutesDoNotMatch,
    NeitherChairNorSecretary,
    PapersSentTooLate,
    VoteMissing,
    VoteNotAskedFor,
)
from services.support.domain.council_regulation import CouncilRegulation
from services.support.domain.council_terms import (
    ConflictKind,
    CouncilMember,
    CouncilRole,
    MemberKind,
    PersonMatch,
    PersonMatches,
    PersonTie,
    Recusal,
    Vote,
)
from services.support.domain.working_calendar import DayOutsideCalendars, WorkingDays
from tests.given import Happened, act, given, happened
from tests.support.domain.test_council_regulation import ADOPTED, PROPOSED
from tests.support.examples import (
    CHAIR,
    GOOD_POINTS,
    HOST,
    JURY,
    LOTUS_MILL,
    MEETING,
    MEMBER,
    PROCEDURE,
    REVIEWER,
    RULES,
    SECRETARY,
    SUBSTITUTE,
    VICE_CHAIR,
    YEAR_2024,
    Person,
)

TASK = UUID(int=7)
REGULATION: CouncilRegulation = given(PROPOSED, ADOPTED).record()
CALENDAR = WorkingDays([YEAR_2024])
FRIDAY = date(2024, 6, 28)
FACTS: dict[str, Any] = {
    "task_id": TASK,
    "members": JURY,
    "rules": RULES,
    "milestone_number": None,
    "milestone_round": 0,
    "regulation_id": REGULATION.id,
    "procedure": PROCEDURE,
}
APPOINTED = happened(Council.Appointed, **FACTS)
WITHOUT_VOTE = happened(Council.Appointed, **{**FACTS, "procedure": replace(PROCEDURE, least_share_for=None)})
SENT = happened(Council.PapersSent, task_id=TASK, meeting_on=MEETING)
NEWCOMER = CouncilMember(SUBSTITUTE.id, SUBSTITUTE.body, CouncilRole.MEMBER, MemberKind.EXPERT)


def by(person: Person, document: str | None = None, on: date = MEETING) -> Act:
    return act(person_id=person.id, body=person.body, document=document, effective_on=on)


def declared(person: Person, *kinds: ConflictKind) -> Happened:
    return happened(Council.ConflictsDeclared, task_id=TASK, person_id=person.id, conflict_kinds=kinds)


def recused(person: Person, kind: ConflictKind = ConflictKind.FAMILY) -> Happened:
    return happened(Council.MemberRecused, task_id=TASK, person_id=person.id, conflict_kind=kind, match=None)


def cast(person: Person, vote: Vote | None = Vote.FOR, opinion: str | None = None) -> Happened:
    facts = {"person_id": person.id, "points": GOOD_POINTS, "vote": vote, "opinion": opinion}
    return happened(Council.ScoreCast, task_id=TASK, **facts)


def score(council: Council, person: Person, on: date = MEETING, vote: Vote | None = Vote.FOR) -> None:
    council.cast_score(by(person, on=on), points=GOOD_POINTS, vote=vote)


def conclude(council: Council, person: Person = SECRETARY, digest: str | None = None, on: date = MEETING) -> Council:
    council.conclude(by(person, "5/BB-HĐ", on), record_digest=digest)
    return council


ALL_SCORED = (APPOINTED, SENT, *map(cast, (CHAIR, SECRETARY, REVIEWER, MEMBER, VICE_CHAIR)))


def test_an_appointment_pins_the_regulation_in_force() -> None:
    appointing = {"task_id": TASK, "submitters": frozenset({HOST.id}), "host_body": HOST.body, "rules": REGULATION}
    document = act(document="30/QĐ-SKHCN")
    given().when(lambda: Council.appoint(document, **appointing, members=JURY)).then(APPOINTED)
    given().when(lambda: Council.appoint(document, **appointing, members=JURY[:4])).refused(CouncilTooSmall)


class TestPapers:
    @pytest.mark.parametrize(
        ("sent_on", "meeting_on", "refusal"),
        [(FRIDAY, date(2024, 7, 2), PapersSentTooLate), (date(2025, 7, 1), date(2025, 7, 30), DayOutsideCalendars)],
    )
    def test_are_sent_in_time(self, sent_on: date, meeting_on: date, refusal: type[Refusal]) -> None:
        given(APPOINTED).when(
            lambda council: council.send_papers(
                by(SECRETARY, "8/GM", sent_on), meeting_on=meeting_on, calendar=CALENDAR
            )
        ).refused(refusal)

    def test_may_be_sent_again_until_somebody_scored(self) -> None:
        later = {"meeting_on": MEETING, "calendar": CALENDAR}
        send = by(SECRETARY, "8/GM", FRIDAY)
        given(APPOINTED).when(lambda council: council.send_papers(send, **later)).then(SENT)
        given(APPOINTED, SENT).when(lambda council: council.send_papers(send, **later)).then(SENT)
        given(APPOINTED, SENT, cast(CHAIR)).when(lambda council: council.send_papers(send, **later)).refused(
            MeetingHasBegun
        )
        given(APPOINTED).when(lambda council: council.send_papers(by(SECRETARY, on=FRIDAY), **later)).refused(
            DocumentMissing
        )


class TestConflicts:
    def test_none_is_a_declaration_too(self) -> None:
        given(APPOINTED).when(lambda council: council.declare_conflicts(by(CHAIR), conflict_kinds=())).then(
            declared(CHAIR)
        )

    def test_who_has_one_is_recused(self) -> None:
        kinds = ConflictKind.FAMILY, ConflictKind.EMPLOYER
        given(APPOINTED).when(lambda council: council.declare_conflicts(by(CHAIR), conflict_kinds=kinds)).then(
            declared(CHAIR, *kinds), recused(CHAIR)
        )

    def test_are_declared_before_the_sheet(self) -> None:
        given(APPOINTED, cast(CHAIR)).when(
            lambda council: council.declare_conflicts(by(CHAIR), conflict_kinds=())
        ).refused(AlreadyScored)

    def test_the_vice_chair_presides_where_the_chair_has_one(self) -> None:
        three = (APPOINTED, SENT, recused(CHAIR), cast(SECRETARY), cast(REVIEWER), cast(MEMBER))
        given(*three).when(conclude).refused(CouncilLacksQuorum)
        given(*three).when(lambda council: conclude(council, VICE_CHAIR)).refused(CouncilLacksQuorum)
        assert conclude(given(*three, cast(VICE_CHAIR)).record(), VICE_CHAIR).passed
        given(*ALL_SCORED).when(lambda council: conclude(council, VICE_CHAIR)).refused(NeitherChairNorSecretary)


class TestMatched:
    OWNS = PersonMatch(MEMBER.id, LOTUS_MILL, PersonTie.OWNER)
    FOUND = PersonMatches((OWNS, replace(OWNS, tie=PersonTie.AUTHORISED)), 41)
    MATCHED = happened(Council.ConflictsMatched, task_id=TASK, matches=FOUND.matches, registry_position=41)
    RECUSED = happened(
        Council.MemberRecused,
        task_id=TASK,
        person_id=MEMBER.id,
        conflict_kind=ConflictKind.PERSONAL_FINANCIAL,
        match=OWNS,
    )

    def test_whoever_is_found_leaves_once_with_what_was_found(self) -> None:
        given(APPOINTED).when(lambda council: council.match_conflicts(act(), self.FOUND)).then(
            self.MATCHED, self.RECUSED
        )
        given(APPOINTED, self.RECUSED).when(lambda council: council.match_conflicts(act(), self.FOUND)).then(
            self.MATCHED
        )

    def test_a_sheet_of_theirs_leaves_the_count_and_the_quorum_is_wanted_again(self) -> None:
        scored = (APPOINTED, SENT, *map(cast, (CHAIR, SECRETARY, REVIEWER)), cast(MEMBER))
        assert conclude(given(*scored, self.RECUSED).record()).score_sheets.keys() == {
            person.id for person in (CHAIR, SECRETARY, REVIEWER)
        }
        given(*scored[:-2], cast(MEMBER), self.RECUSED).when(conclude).refused(CouncilLacksQuorum)

    def test_nothing_is_concluded_on_a_conflict_that_is_not_recorded(self) -> None:
        given(*ALL_SCORED).when(lambda council: council.must_have_recorded(self.FOUND)).refused(ConflictsNotMatched)
        given(*ALL_SCORED, self.RECUSED).record().must_have_recorded(self.FOUND)

    def test_nobody_is_matched_after_the_minutes(self) -> None:
        given(*ALL_SCORED, minutes()).when(lambda council: council.match_conflicts(act(), self.FOUND)).refused(
            CouncilAlreadyConcluded
        )


class TestTheFile:
    @pytest.mark.parametrize(
        ("history", "refusal"),
        [((), ConflictsNotDeclared), ((declared(MEMBER, ConflictKind.FAMILY), recused(MEMBER)), FileHidden)],
    )
    def test_is_hidden_from_who_has_a_conflict_or_has_not_said(
        self, history: tuple[Happened, ...], refusal: type[Refusal]
    ) -> None:
        given(APPOINTED, *history).when(lambda council: council.must_show_file_to(MEMBER.id)).refused(refusal)

    def test_is_shown_to_everybody_else(self) -> None:
        council = given(APPOINTED, declared(MEMBER)).record()
        for person in (MEMBER, HOST, SUBSTITUTE):
            council.must_show_file_to(person.id)


class TestSheets:
    @pytest.mark.parametrize(
        ("history", "on", "vote", "refusal"),
        [
            ((APPOINTED, declared(CHAIR)), MEETING, Vote.FOR, MeetingNotCalled),
            ((APPOINTED, SENT, declared(CHAIR)), date(2024, 7, 2), Vote.FOR, MeetingNotHeld),
            ((APPOINTED, SENT, declared(MEMBER)), MEETING, Vote.FOR, ConflictsNotDeclared),
            ((APPOINTED, SENT, declared(CHAIR)), MEETING, None, VoteMissing),
            ((WITHOUT_VOTE, SENT, declared(CHAIR)), MEETING, Vote.FOR, VoteNotAskedFor),
        ],
    )
    def test_come_at_the_meeting_from_who_declared(
        self, history: tuple[Happened, ...], on: date, vote: Vote | None, refusal: type[Refusal]
    ) -> None:
        given(*history).when(lambda council: score(council, CHAIR, on, vote)).refused(refusal)

    def test_hold_points_vote_and_opinion(self) -> None:
        sheet = {"points": GOOD_POINTS, "vote": Vote.ABSTAIN, "opinion": "Cần thêm báo giá"}
        given(APPOINTED, SENT, declared(CHAIR)).when(lambda council: council.cast_score(by(CHAIR), **sheet)).then(
            cast(CHAIR, Vote.ABSTAIN, "Cần thêm báo giá")
        )


class TestReplaced:
    def replaced(self, person: Person, member: CouncilMember = NEWCOMER, **changes: Any) -> Any:
        facts = {"submitters": frozenset({HOST.id}), "host_body": HOST.body, **changes}
        document = act(document="33/QĐ-SKHCN")
        return lambda council: council.replace_member(document, person_id=person.id, member=member, **facts)

    SEATED = happened(Council.MemberReplaced, task_id=TASK, person_id=MEMBER.id, member=NEWCOMER)

    def test_another_takes_the_seat_and_whatever_comes_with_it(self) -> None:
        council = given(APPOINTED, recused(MEMBER)).when(self.replaced(MEMBER)).then(self.SEATED)
        assert SUBSTITUTE.id in council.voters
        assert MEMBER.id not in council.members
        assert council.recusals == {MEMBER.id: Recusal(ConflictKind.FAMILY, None)}

    @pytest.mark.parametrize(
        ("history", "member", "changes", "refusal"),
        [
            ((SEATED,), NEWCOMER, {}, MemberNotSeated),
            ((cast(MEMBER),), NEWCOMER, {}, AlreadyScored),
            ((), replace(NEWCOMER, person_id=CHAIR.id), {}, MemberNamedTwice),
            ((), replace(NEWCOMER, kind=MemberKind.BENEFICIARY), {}, ExpertsTooFew),
            ((), NEWCOMER, {"host_body": NEWCOMER.body}, HostSitsOnCouncil),
            ((), NEWCOMER, {"submitters": frozenset({SUBSTITUTE.id})}, HostSitsOnCouncil),
            ((recused(MEMBER),), replace(NEWCOMER, person_id=MEMBER.id), {}, MemberIsRecused),
        ],
    )
    def test_only_a_fitting_member_and_only_before_the_sheet(
        self, history: tuple[Happened, ...], member: CouncilMember, changes: dict[str, Any], refusal: type[Refusal]
    ) -> None:
        given(APPOINTED, *history).when(self.replaced(MEMBER, member, **changes)).refused(refusal)

    def test_nobody_is_replaced_after_the_minutes(self) -> None:
        given(*ALL_SCORED[:-1], minutes()).when(self.replaced(VICE_CHAIR)).refused(CouncilAlreadyConcluded)


def minutes() -> Happened:
    facts = {"average_hundredths": 8200, "passed": True, "record_digest": None}
    facts |= {"answer_to_survey": None, "supplement": None}
    return happened(Council.Concluded, task_id=TASK, **facts, act=by(SECRETARY, "5/BB-HĐ"))


class TestMinutes:
    @pytest.mark.parametrize(
        ("votes", "passed"),
        [
            ((Vote.FOR, Vote.FOR, Vote.FOR, Vote.AGAINST, Vote.ABSTAIN), True),
            ((Vote.FOR, Vote.FOR, Vote.ABSTAIN, Vote.AGAINST, Vote.AGAINST), False),
        ],
    )
    def test_enough_are_in_favour_besides_the_points(self, votes: tuple[Vote, ...], passed: bool) -> None:
        people = (CHAIR, SECRETARY, REVIEWER, MEMBER, VICE_CHAIR)
        council = conclude(given(APPOINTED, SENT, *map(cast, people, votes)).record())
        assert (council.average_hundredths, council.passed) == (8200, passed)

    def test_are_not_of_a_day_before_the_meeting(self) -> None:
        given(*ALL_SCORED).when(lambda council: conclude(council, on=FRIDAY)).refused(MeetingNotHeld)

    def test_are_bound_to_what_was_handed_in(self) -> None:
        digest = given(*ALL_SCORED).record().record_digest
        given(*ALL_SCORED).when(lambda council: conclude(council, digest="0" * 64)).refused(MinutesDoNotMatch)
        concluded = conclude(given(*ALL_SCORED).record(), digest=digest)
        assert concluded.minutes_digest == digest == concluded.record_digest

    @pytest.mark.parametrize("changed", [cast(MEMBER, Vote.AGAINST), cast(MEMBER, opinion="Khác"), declared(MEMBER)])
    def test_another_sheet_or_declaration_is_another_digest(self, changed: Happened) -> None:
        council = given(APPOINTED, SENT, cast(MEMBER)).record()
        assert given(APPOINTED, SENT, cast(MEMBER), changed).record().record_digest != council.record_digest

    def test_everybody_arrives_at_the_same_digest(self) -> None:
        in_another_order = given(APPOINTED, SENT, *reversed(ALL_SCORED[2:])).record().record_digest
        assert given(*ALL_SCORED).record().record_digest == in_another_order
        nothing: dict[str, Any] = {"declarations": {}, "recusals": {}, "score_sheets": {}}
        assert record_digest(UUID(int=1), **nothing) == (
            "c4c32eeb54b37deea57ec8cb5be3e067e8f72b0262859239b3847ecaa733227b"
        )
