"""A council passes on condition, through the doors: supplied and confirmed in time, met about again, or lapsed."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from grpc import StatusCode
from nscl.support.v1 import clock_resources_pb2 as clocks
from nscl.support.v1 import council_resources_pb2 as terms
from nscl.support.v1 import council_service_pb2 as messages
from nscl.support.v1 import support_resources_pb2 as resources
from nscl.support.v1 import support_service_pb2 as support

from services.shared.wire import date_message
from services.support.domain.council_supplement import CouncilSupplement
from tests.bad_input import told
from tests.support.api import clock_requests, council_requests, grant_call_requests, requests
from tests.support.api.clerk import Clerk
from tests.support.api.council_requests import at_the_meeting
from tests.support.examples import (
    CHAIR,
    HOST,
    LEAD,
    LEADER,
    MEETING,
    MEMBER,
    OFFICER,
    OTHER_OWNER,
    OWNER,
    REVIEWER,
    SECOND_OFFICER,
    SECRETARY,
    VICE_CHAIR,
    Person,
)

VOTING = (CHAIR, SECRETARY, REVIEWER, VICE_CHAIR)
DUE = date(2024, 7, 17)


@pytest.fixture(scope="module", autouse=True)
def deadlines(clerk: Clerk, regulation_id: str) -> None:  # noqa: ARG001 - and its calendar
    """Ten working days for what a council wants supplied; without a rule nobody passes on condition."""
    clerk.ask("AdoptDeadlineRules", clock_requests.adopt_deadline_rules(), LEADER)


def scored(clerk: Clerk, council_id: str, *people: Person) -> None:
    for person in people:
        clerk.ask("DeclareConflicts", council_requests.declare_conflicts(council_id), person)
        sheet = requests.cast_council_score(council_id, vote=terms.VOTE_FOR)
        clerk.ask("CastCouncilScore", at_the_meeting(sheet), person)


def minutes(council_id: str, **said: Any) -> support.ConcludeCouncilRequest:
    request: support.ConcludeCouncilRequest = at_the_meeting(requests.conclude_council(council_id, **said))
    return request


def demanded(clerk: Clerk, council_id: str, **said: Any) -> str:
    """The id of what the council wants supplied."""
    concluded = clerk.ask("ConcludeCouncil", minutes(council_id, required_supplement="Hai báo giá", **said), SECRETARY)
    council = concluded.council
    assert (council.supplement.requirement, council.supplement.due_on) == ("Hai báo giá", date_message(DUE))
    return str(CouncilSupplement.create_id(UUID(council_id), council.meeting_number))


def refused(clerk: Clerk, method: str, request: Any, person: Person, reason: str) -> None:
    answer = told(lambda: clerk.counter.ask(method, at_the_meeting(request), person))
    assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, reason)
    assert answer.sentence


def due(clerk: Clerk, subject_id: str, position: int) -> tuple[int, Any]:
    request = clock_requests.list_due_steps(DUE, page_size=500, min_position=position)
    steps = {step.subject_id: step for step in clerk.counter.ask("ListDueSteps", request, OFFICER).due_steps}
    return (steps[subject_id].step, steps[subject_id].due_on) if subject_id in steps else (0, None)


def test_what_a_council_wants_is_supplied_and_confirmed_by_two_before_the_decision(
    clerk: Clerk, called: str, task_id: str, plan: tuple[str, str]
) -> None:
    scored(clerk, called, *VOTING)
    supplement_id = demanded(clerk, called)
    refused(clerk, "ApproveTask", requests.approve_task(task_id, plan[1]), LEADER, "SUPPLEMENT_NOT_CONFIRMED")
    confirm = council_requests.confirm_council_supplement(supplement_id)
    refused(clerk, "ConfirmCouncilSupplement", confirm, CHAIR, "SUPPLEMENT_NOT_IN_STEP")
    supply = at_the_meeting(council_requests.supply_council_supplement(supplement_id))
    position = clerk.ask("SupplyCouncilSupplement", supply, HOST).recorded.position
    assert due(clerk, supplement_id, position)[0] == clocks.WAITING_STEP_SUPPLEMENT_CONFIRMATION
    assert due(clerk, task_id, position) == (0, None)
    for person in (CHAIR, SECRETARY):
        confirm = at_the_meeting(council_requests.confirm_council_supplement(supplement_id))
        confirmed = clerk.ask("ConfirmCouncilSupplement", confirm, person)
    asked = messages.GetCouncilSupplementRequest(council_supplement_id=supplement_id)
    shown = clerk.counter.ask("GetCouncilSupplement", asked, HOST).council_supplement
    assert shown == confirmed.council_supplement
    assert (shown.status, set(shown.attested_by)) == (
        terms.SUPPLEMENT_STATUS_CONFIRMED,
        {str(CHAIR.id), str(SECRETARY.id)},
    )
    assert due(clerk, supplement_id, confirmed.recorded.position) == (0, None)
    assert due(clerk, task_id, confirmed.recorded.position)[0] == clocks.WAITING_STEP_DECISION
    approve = at_the_meeting(requests.approve_task(task_id, plan[1]))
    assert clerk.ask("ApproveTask", approve, LEADER).task.status == resources.TASK_STATUS_APPROVED


def test_a_council_meets_again_with_papers_and_sheets_anew(clerk: Clerk, called: str, task_id: str) -> None:
    scored(clerk, called, *VOTING)
    first = demanded(clerk, called)
    meet_again = at_the_meeting(council_requests.reconvene_council(called))
    reconvened = clerk.ask("ReconveneCouncil", meet_again, LEAD)
    council, position = reconvened.council, reconvened.recorded.position
    assert due(clerk, called, position)[0] == clocks.WAITING_STEP_COUNCIL_PAPERS
    assert due(clerk, task_id, position)[0] == clocks.WAITING_STEP_COUNCIL
    assert (council.concluded, council.meeting_number, list(council.score_sheets)) == (False, 2, [])
    assert list(council.earlier_minutes) == ["5/BB-HĐ"]
    refused(
        clerk,
        "CastCouncilScore",
        requests.cast_council_score(called, vote=terms.VOTE_FOR),
        CHAIR,
        "MEETING_NOT_CALLED",
    )
    papers = at_the_meeting(council_requests.send_council_papers(called, meeting_on=date_message(date(2024, 7, 10))))
    clerk.ask("SendCouncilPapers", papers, OFFICER)
    for person in (CHAIR, SECRETARY, REVIEWER, VICE_CHAIR):
        sheet = requests.cast_council_score(called, vote=terms.VOTE_FOR)
        sheet.basis.effective_on.CopyFrom(date_message(date(2024, 7, 10)))
        clerk.ask("CastCouncilScore", sheet, person)
    supply = council_requests.supply_council_supplement(first)
    refused(clerk, "SupplyCouncilSupplement", supply, HOST, "SUPPLEMENT_NOT_IN_STEP")
    concluded = requests.conclude_council(called)
    concluded.basis.effective_on.CopyFrom(date_message(date(2024, 7, 10)))
    clerk.ask("ConcludeCouncil", concluded, SECRETARY)
    task = clerk.counter.ask("GetTask", support.GetTaskRequest(task_id=task_id), OFFICER).task
    assert (task.status, task.passed, task.HasField("supplement_by")) == (resources.TASK_STATUS_SCORED, True, False)
    refused(clerk, "ReconveneCouncil", council_requests.reconvene_council(called), LEAD, "NOTHING_TO_MEET_AGAIN_FOR")


def test_what_is_not_supplied_in_time_can_only_be_declined(
    clerk: Clerk, called: str, task_id: str, plan: tuple[str, str]
) -> None:
    scored(clerk, called, *VOTING)
    supplement_id = demanded(clerk, called)
    late = date_message(date(2024, 7, 18))
    for method, request, person, reason in (
        (
            "SupplyCouncilSupplement",
            council_requests.supply_council_supplement(supplement_id),
            HOST,
            "SUPPLIED_TOO_LATE",
        ),
        ("ReconveneCouncil", council_requests.reconvene_council(called), LEAD, "SUPPLIED_TOO_LATE"),
        ("ApproveTask", requests.approve_task(task_id, plan[1]), LEADER, "SUPPLEMENT_NOT_CONFIRMED"),
    ):
        request.basis.effective_on.CopyFrom(late)
        answer = told(lambda: clerk.counter.ask(method, request, person))  # noqa: B023 - asked at once
        assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, reason)
    decline = requests.decline_task(task_id)
    decline.basis.effective_on.CopyFrom(late)
    declined = clerk.ask("DeclineTask", decline, LEADER)
    assert declined.task.status == resources.TASK_STATUS_DECLINED
    assert due(clerk, supplement_id, declined.recorded.position) == (0, None)


def test_minutes_answer_a_survey_that_was_not_favourable(clerk: Clerk, plan: tuple[str, str], line_id: str) -> None:
    """A direct grant goes the same way."""
    call_id = clerk.ask("PublishGrantCall", grant_call_requests.publish_grant_call(plan[0], line_id), LEAD)
    applied = grant_call_requests.apply_for_grant(call_id.grant_call.grant_call_id, uuid4())
    task = clerk.ask("ApplyForGrant", applied, OWNER).task
    clerk.ask("ValidateTaskApplication", requests.validate_task_application(task.task_id), SECOND_OFFICER)
    clerk.ask("ScreenParticipation", requests.screen_participation(task.participation_ids[0]), OFFICER)
    survey = grant_call_requests.record_field_survey(task.task_id, favourable=False)
    clerk.ask("RecordFieldSurvey", survey, OFFICER)
    council_id = clerk.ask("AppointCouncil", council_requests.appoint_council(task.task_id), LEAD).council.council_id
    clerk.ask("SendCouncilPapers", council_requests.send_council_papers(council_id), OFFICER)
    scored(clerk, council_id, *VOTING)
    silent = told(lambda: clerk.counter.ask("ConcludeCouncil", minutes(council_id), SECRETARY))
    assert (silent.code, silent.reason, silent.fields) == (
        StatusCode.INVALID_ARGUMENT,
        "SURVEY_NOT_ANSWERED",
        {"answer_to_survey"},
    )
    supplement_id = demanded(clerk, council_id, answer_to_survey="Dây chuyền đã lắp sau khảo sát")
    asked = support.GetCouncilRequest(council_id=council_id)
    assert clerk.counter.ask("GetCouncil", asked, OFFICER).council.answer_to_survey == "Dây chuyền đã lắp sau khảo sát"
    supply = at_the_meeting(council_requests.supply_council_supplement(supplement_id))
    for method, request in (
        ("SupplyCouncilSupplement", supply),
        ("GetCouncilSupplement", messages.GetCouncilSupplementRequest(council_supplement_id=supplement_id)),
    ):
        answer = told(lambda: clerk.counter.ask(method, request, OTHER_OWNER))  # noqa: B023 - asked at once
        assert (answer.code, answer.reason) == (StatusCode.PERMISSION_DENIED, "NOT_THE_HOST")
    clerk.ask("SupplyCouncilSupplement", supply, OWNER)
    for person in (CHAIR, SECRETARY):
        confirm = council_requests.confirm_council_supplement(supplement_id)
        confirmed = clerk.ask("ConfirmCouncilSupplement", at_the_meeting(confirm), person)
    assert confirmed.council_supplement.status == terms.SUPPLEMENT_STATUS_CONFIRMED
    approve = at_the_meeting(requests.approve_task(task.task_id, plan[1]))
    assert clerk.ask("ApproveTask", approve, LEADER).task.status == resources.TASK_STATUS_APPROVED


def test_nobody_but_chair_and_secretary_confirms_and_neither_twice(clerk: Clerk, called: str) -> None:
    scored(clerk, called, *VOTING)
    supplement_id = demanded(clerk, called)
    supply = at_the_meeting(council_requests.supply_council_supplement(supplement_id))
    clerk.ask("SupplyCouncilSupplement", supply, HOST)
    confirm = at_the_meeting(council_requests.confirm_council_supplement(supplement_id))
    clerk.ask("ConfirmCouncilSupplement", confirm, CHAIR)
    for person, reason in ((CHAIR, "ACTED_BEFORE"), (REVIEWER, "NEITHER_CHAIR_NOR_SECRETARY")):
        again = at_the_meeting(council_requests.confirm_council_supplement(supplement_id))
        answer = told(lambda: clerk.counter.ask("ConfirmCouncilSupplement", again, person))  # noqa: B023
        assert (answer.code, answer.reason) == (StatusCode.PERMISSION_DENIED, reason)
    hidden = messages.GetCouncilSupplementRequest(council_supplement_id=supplement_id)
    answer = told(lambda: clerk.counter.ask("GetCouncilSupplement", hidden, MEMBER))
    assert (answer.code, answer.reason) == (StatusCode.PERMISSION_DENIED, "CONFLICTS_NOT_DECLARED")


def test_a_council_has_its_own_clocks(clerk: Clerk, called: str) -> None:
    asked = clock_requests.list_due_steps(MEETING, page_size=500)
    declared = clerk.ask("DeclareConflicts", council_requests.declare_conflicts(called), CHAIR)
    asked.min_position = declared.recorded.position
    steps = {step.subject_id: step.step for step in clerk.counter.ask("ListDueSteps", asked, OFFICER).due_steps}
    assert steps[called] == clocks.WAITING_STEP_COUNCIL_MEETING
    sheet = at_the_meeting(requests.cast_council_score(called, vote=terms.VOTE_FOR))
    asked.min_position = clerk.ask("CastCouncilScore", sheet, CHAIR).recorded.position
    steps = {step.subject_id: step.step for step in clerk.counter.ask("ListDueSteps", asked, OFFICER).due_steps}
    assert steps[called] == clocks.WAITING_STEP_COUNCIL_MINUTES
