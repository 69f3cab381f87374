"""A council under the rules in force, through the door: appointed, called, declared, scored, concluded."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from grpc import StatusCode
from nscl.support.v1 import council_resources_pb2 as terms
from nscl.support.v1 import council_service_pb2 as messages
from nscl.support.v1 import support_resources_pb2 as resources
from nscl.support.v1 import support_service_pb2 as support

from services.shared.wire import date_message
from tests.bad_input import told
from tests.support.api import council_requests, requests
from tests.support.api.clerk import Clerk
from tests.support.api.council_requests import at_the_meeting
from tests.support.conftest import StandInRegistry
from tests.support.examples import (
    CHAIR,
    DAY,
    LEAD,
    MEMBER,
    OFFICER,
    REVIEWER,
    SECRETARY,
    SUBSTITUTE,
    VICE_CHAIR,
    Person,
)

AUDITOR = Person("auditor", "TTTP", "auditor")


def sheet(council_id: str, **changes: Any) -> support.CastCouncilScoreRequest:
    given = {"vote": terms.VOTE_FOR, "opinion": "Khả thi", **changes}
    request: support.CastCouncilScoreRequest = at_the_meeting(requests.cast_council_score(council_id, **given))
    return request


def asked(clerk: Clerk, council_id: str, person: Person) -> resources.Council:
    council: resources.Council = clerk.counter.ask(
        "GetCouncil", support.GetCouncilRequest(council_id=council_id), person
    ).council
    return council


def test_rules_are_shown_as_they_were_adopted_and_follow_one_another(clerk: Clerk, regulation_id: str) -> None:
    wanted = council_requests.propose_council_regulation()
    request = messages.GetCouncilRegulationRequest(council_regulation_id=regulation_id)
    shown = clerk.counter.ask("GetCouncilRegulation", request, OFFICER).council_regulation
    assert (shown.kind, shown.rules, shown.procedure) == (wanted.kind, wanted.rules, wanted.procedure)
    assert (shown.document, shown.valid_from, shown.rules_version) == ("12/QĐ-UBND", wanted.valid_from, 1)
    third = council_requests.propose_council_regulation(rules_version=3)
    answer = told(lambda: clerk.counter.ask("ProposeCouncilRegulation", third, OFFICER))
    assert (answer.code, answer.reason) == (StatusCode.ABORTED, "REGULATION_VERSION_TAKEN")


def test_a_council_pins_the_rules_in_force_and_nobody_names_others(
    clerk: Clerk, task_id: str, regulation_id: str
) -> None:
    answer = told(lambda: clerk.counter.ask("AppointCouncil", requests.appoint_council(task_id), LEAD))
    assert (answer.code, answer.reason, answer.fields) == (
        StatusCode.INVALID_ARGUMENT,
        "REGULATION_IN_FORCE",
        {"rules"},
    )
    council = clerk.ask("AppointCouncil", council_requests.appoint_council(task_id), LEAD).council
    wanted = council_requests.propose_council_regulation()
    assert (council.regulation_id, council.rules, council.procedure) == (regulation_id, wanted.rules, wanted.procedure)


def test_the_whole_way_of_a_council(clerk: Clerk, called: str, task_id: str) -> None:
    clerk.ask("ReplaceCouncilMember", council_requests.replace_council_member(called), LEAD)
    employer = {"conflict_kinds": [resources.CONFLICT_KIND_EMPLOYER]}
    clerk.ask("DeclareConflicts", council_requests.declare_conflicts(called, **employer), SUBSTITUTE)
    voting = (CHAIR, SECRETARY, REVIEWER, VICE_CHAIR)
    for person in voting:
        clerk.ask("DeclareConflicts", council_requests.declare_conflicts(called), person)
        clerk.ask("CastCouncilScore", sheet(called), person)
    seen = asked(clerk, called, CHAIR)
    minutes = at_the_meeting(requests.conclude_council(called, record_digest=seen.record_digest))
    concluded = clerk.ask("ConcludeCouncil", minutes, SECRETARY).council
    assert (concluded.passed, concluded.record_digest) == (True, seen.record_digest)
    assert concluded.meeting_on == council_requests.send_council_papers().meeting_on
    assert {each.person_id for each in concluded.declarations} == {str(each.id) for each in (*voting, SUBSTITUTE)}
    assert [given.opinion for given in concluded.score_sheets] == ["Khả thi"] * 4
    task = clerk.counter.ask("GetTask", support.GetTaskRequest(task_id=task_id), OFFICER).task
    assert task.status == resources.TASK_STATUS_SCORED


def test_nobody_but_an_auditor_sees_a_sheet_before_the_minutes(clerk: Clerk, called: str) -> None:
    clerk.counter.ask("DeclareConflicts", council_requests.declare_conflicts(called), CHAIR)
    answered = clerk.counter.ask("CastCouncilScore", sheet(called), CHAIR).council
    for council in (answered, *(asked(clerk, called, person) for person in (CHAIR, MEMBER, OFFICER, LEAD))):
        assert (list(council.score_sheets), council.record_digest) == ([], "")
    [shown] = asked(clerk, called, AUDITOR).score_sheets
    assert (shown.person_id, shown.total_points, shown.vote) == (str(CHAIR.id), 82, terms.VOTE_FOR)


def test_who_is_found_after_scoring_is_out_of_the_count_and_sees_the_file_no_more(
    clerk: Clerk, called: str, task_id: str, registry_door: StandInRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in (CHAIR, SECRETARY, REVIEWER, MEMBER):
        clerk.counter.ask("DeclareConflicts", council_requests.declare_conflicts(called), person)
        clerk.counter.ask("CastCouncilScore", sheet(called), person)
    file = support.GetTaskRequest(task_id=task_id)
    [participation_id] = clerk.counter.ask("GetTask", file, MEMBER).task.participation_ids
    monkeypatch.setattr(registry_door, "owners", {MEMBER.id})
    minutes = at_the_meeting(requests.conclude_council(called))
    answer = told(lambda: clerk.counter.ask("ConcludeCouncil", minutes, SECRETARY))
    assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, "CONFLICTS_NOT_MATCHED")
    [found] = clerk.ask("MatchConflicts", council_requests.match_conflicts(called), OFFICER).council.recusals
    assert (found.person_id, found.match.tie) == (str(MEMBER.id), terms.PERSON_TIE_OWNER)
    concluded = clerk.counter.ask("ConcludeCouncil", at_the_meeting(requests.conclude_council(called)), SECRETARY)
    assert len(concluded.council.score_sheets) == 3
    part = support.GetParticipationRequest(participation_id=participation_id)
    for ask in (partial(clerk.counter.ask, "GetTask", file), partial(clerk.counter.ask, "GetParticipation", part)):
        answer = told(partial(ask, MEMBER))
        assert (answer.code, answer.reason) == (StatusCode.PERMISSION_DENIED, "FILE_HIDDEN")
        assert ask(REVIEWER)


def test_lists_leave_out_what_a_member_may_not_see(clerk: Clerk, called: str, task_id: str) -> None:
    declared = clerk.counter.ask("DeclareConflicts", council_requests.declare_conflicts(called), CHAIR).recorded
    tasks = support.ListTasksRequest(min_position=declared.position)
    parts = support.ListParticipationsRequest(min_position=declared.position, task_id=task_id)
    for person, seen in ((CHAIR, True), (MEMBER, False), (OFFICER, True)):
        assert (task_id in [row.task_id for row in clerk.counter.ask("ListTasks", tasks, person).tasks]) == seen
        assert bool(clerk.counter.ask("ListParticipations", parts, person).participations) == seen


@pytest.mark.usefixtures("regulation_id")
def test_a_conflict_that_the_registry_knows_is_found_with_the_appointment(
    clerk: Clerk, task_id: str, registry_door: StandInRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry_door, "owners", {MEMBER.id})
    council = clerk.ask("AppointCouncil", council_requests.appoint_council(task_id), LEAD).council
    assert [each.person_id for each in council.recusals] == [str(MEMBER.id)]


FORBIDDEN: list[tuple[str, StatusCode, str, Person, Any]] = [
    (
        "MEETING_NOT_HELD",
        StatusCode.FAILED_PRECONDITION,
        "CastCouncilScore",
        CHAIR,
        lambda council_id: requests.cast_council_score(council_id, vote=terms.VOTE_FOR),
    ),
    ("CONFLICTS_NOT_DECLARED", StatusCode.PERMISSION_DENIED, "CastCouncilScore", MEMBER, sheet),
    (
        "VOTE_MISSING",
        StatusCode.INVALID_ARGUMENT,
        "CastCouncilScore",
        CHAIR,
        lambda council_id: sheet(council_id, vote=terms.VOTE_UNSPECIFIED),
    ),
    (
        "MINUTES_DO_NOT_MATCH",
        StatusCode.FAILED_PRECONDITION,
        "ConcludeCouncil",
        CHAIR,
        lambda council_id: at_the_meeting(requests.conclude_council(council_id, record_digest="0" * 64)),
    ),
    (
        "PAPERS_SENT_TOO_LATE",
        StatusCode.INVALID_ARGUMENT,
        "SendCouncilPapers",
        OFFICER,
        lambda council_id: council_requests.send_council_papers(council_id, meeting_on=date_message(DAY)),
    ),
    (
        "EXPERTS_TOO_FEW",
        StatusCode.INVALID_ARGUMENT,
        "ReplaceCouncilMember",
        LEAD,
        lambda council_id: agency(council_requests.replace_council_member(council_id)),
    ),
    (
        "NOT_A_MEMBER",
        StatusCode.PERMISSION_DENIED,
        "DeclareConflicts",
        SUBSTITUTE,
        council_requests.declare_conflicts,
    ),
]


def agency(request: messages.ReplaceCouncilMemberRequest) -> messages.ReplaceCouncilMemberRequest:
    request.member.kind = terms.MEMBER_KIND_AGENCY
    return request


@pytest.mark.parametrize(
    ("reason", "status", "method", "person", "ask"), FORBIDDEN, ids=[case[0] for case in FORBIDDEN]
)
def test_what_a_council_forbids(
    clerk: Clerk, called: str, reason: str, status: StatusCode, method: str, person: Person, ask: Any
) -> None:
    voting = (CHAIR, SECRETARY, REVIEWER, VICE_CHAIR) if method == "ConcludeCouncil" else (CHAIR,)
    for voter in voting:
        clerk.counter.ask("DeclareConflicts", council_requests.declare_conflicts(called), voter)
        if method == "ConcludeCouncil":
            clerk.counter.ask("CastCouncilScore", sheet(called), voter)
    answer = told(lambda: clerk.counter.ask(method, ask(called), person))
    assert (answer.code, answer.reason) == (status, reason)
    assert answer.sentence
