"""What is due, late and by whom, as the door tells it; that a step is late decides nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from grpc import StatusCode
from nscl.support.v1 import clock_resources_pb2 as resources
from nscl.support.v1 import clock_service_pb2 as messages
from nscl.support.v1 import norms_service_pb2 as norms_messages
from nscl.support.v1 import support_resources_pb2
from nscl.support.v1 import support_service_pb2 as support_messages

from services.shared.wire import date_message
from tests.bad_input import told
from tests.support.api import clock_requests, norms_requests, requests
from tests.support.api.clerk import Clerk
from tests.support.conftest import Counter
from tests.support.examples import ADMINISTRATOR, APPRAISER, DAY, HOST, LEAD, LEADER, OFFICER

FIRST_LATE_DAY = date(2024, 7, 6)


@pytest.fixture(scope="module")
def clerk(counter: Counter) -> Clerk:
    return Clerk(counter)


@pytest.fixture(scope="module")
def task_id(clerk: Clerk) -> str:
    """A task whose application was submitted on 28/6/2024, two days before the call closes, and is being checked."""
    catalogue_id = clerk.ask("AdoptCatalogue", requests.adopt_catalogue(), LEADER).catalogue.catalogue_id
    line = clerk.ask("DraftBudgetLine", requests.draft_budget_line(catalogue_id), OFFICER).budget_line.budget_line_id
    clerk.ask("AppraiseBudgetLine", requests.appraise_budget_line(line), APPRAISER)
    clerk.ask("ApproveBudgetLine", requests.approve_budget_line(line), LEADER)
    task: str = clerk.ask("ProposeTask", requests.propose_task(line, catalogue_id), OFFICER).task.task_id
    clerk.ask("EnlistTask", requests.enlist_task(task), LEAD)
    clerk.ask("OpenTaskCall", requests.open_task_call(task), OFFICER)
    clerk.ask("SubmitTaskApplication", requests.submit_task_application(task), HOST)
    return task


@pytest.fixture(scope="module")
def clocks(clerk: Clerk, task_id: str) -> int:  # noqa: ARG001 - the task comes before its deadlines
    """The position at which calendar and deadlines are in force."""
    clerk.ask("AdoptWorkingCalendar", clock_requests.adopt_working_calendar(), ADMINISTRATOR)
    clerk.ask("SupersedeWorkingCalendar", clock_requests.supersede_working_calendar(), ADMINISTRATOR)
    clerk.ask("AdoptDeadlineRules", clock_requests.adopt_deadline_rules(), LEADER)
    superseded = clerk.ask("SupersedeDeadlineRules", clock_requests.supersede_deadline_rules(), LEAD)
    assert len(superseded.deadline_rules.versions) == 2
    position: int = superseded.recorded.position
    return position


def due(clerk: Clerk, position: int, on: date, **changes: Any) -> list[resources.DueStep]:
    asked = clock_requests.list_due_steps(on, min_position=position, **changes)
    answer = clerk.counter.ask("ListDueSteps", asked, OFFICER)
    assert answer.as_of_position >= position
    return list(answer.due_steps)


def test_a_check_is_due_five_working_days_after_the_close_of_the_call(clerk: Clerk, task_id: str, clocks: int) -> None:
    check, screening = due(clerk, clocks, FIRST_LATE_DAY)
    assert (check.subject_id, check.step) == (task_id, resources.WAITING_STEP_COMPLETENESS_CHECK)
    assert (check.since, check.due_on) == (date_message(DAY), date_message(date(2024, 7, 5)))
    assert (check.late, check.body, check.legal_basis) == (True, "SKHCN", "Thông tư 15/2022/TT-BKHCN, Điều 14")
    assert (screening.task_id, screening.step) == (task_id, resources.WAITING_STEP_SCREENING)
    assert (screening.HasField("due_on"), screening.late) == (False, False)
    assert screening.note == "Chưa có quy định thời hạn cho bước này."
    assert not due(clerk, clocks, date(2024, 7, 5))[0].late


def test_who_has_to_act_and_what_is_late_can_be_asked_for(clerk: Clerk, clocks: int) -> None:
    assert [step.body for step in due(clerk, clocks, FIRST_LATE_DAY, late_only=True)] == ["SKHCN"]
    assert due(clerk, clocks, date(2024, 7, 5), late_only=True) == []
    assert due(clerk, clocks, FIRST_LATE_DAY, body="STC") == []


def test_the_list_comes_in_pages(clerk: Clerk, clocks: int) -> None:
    whole = due(clerk, clocks, FIRST_LATE_DAY)
    request, paged = clock_requests.list_due_steps(FIRST_LATE_DAY, page_size=1), []
    while True:
        answer = clerk.counter.ask("ListDueSteps", request, OFFICER)
        paged += answer.due_steps
        if not answer.next_page_token:
            break
        request.page_token = answer.next_page_token
    assert paged == whole


def test_nothing_is_decided_by_silence(clerk: Clerk, task_id: str, clocks: int) -> None:
    assert due(clerk, clocks, date(2024, 12, 31), late_only=True)
    task = clerk.counter.ask("GetTask", support_messages.GetTaskRequest(task_id=task_id), OFFICER).task
    assert task.status == support_resources_pb2.TASK_STATUS_RECEIVED


def test_a_year_without_a_calendar_gives_no_due_day(clerk: Clerk, clocks: int) -> None:  # noqa: ARG001
    until_2025 = {"opens_on": date_message(date(2024, 6, 1)), "closes_on": date_message(date(2025, 6, 1))}
    line = support_messages.ListBudgetLinesRequest()
    [row] = clerk.counter.ask("ListBudgetLines", line, OFFICER).budget_lines
    task = clerk.ask("ProposeTask", requests.propose_task(row.budget_line_id, row.catalogue_id), OFFICER).task.task_id
    clerk.ask("EnlistTask", requests.enlist_task(task), LEAD)
    clerk.ask("OpenTaskCall", requests.open_task_call(task, **until_2025), OFFICER)
    lines = [requests.participation_line(content_code="SYS-ISO9001")]
    submitted = clerk.ask("SubmitTaskApplication", requests.submit_task_application(task, participations=lines), HOST)
    steps = due(clerk, submitted.recorded.position, FIRST_LATE_DAY)
    [check] = [step for step in steps if step.subject_id == task]
    assert (check.HasField("due_on"), check.late) == (False, False)
    assert check.note == "Chưa có lịch làm việc năm 2025 nên không tính được ngày làm việc."
    returned = requests.return_task_application(task)
    recorded = clerk.ask("ReturnTaskApplication", returned, OFFICER).recorded
    [supplement] = [step for step in due(clerk, recorded.position, FIRST_LATE_DAY) if step.subject_id == task]
    assert (supplement.step, supplement.body) == (resources.WAITING_STEP_SUPPLEMENT, "TVMAU")
    assert (supplement.due_on, supplement.late) == (date_message(date(2024, 7, 5)), True)


@pytest.mark.parametrize(
    ("method", "request_", "person", "reason"),
    [
        ("AdoptWorkingCalendar", clock_requests.adopt_working_calendar, ADMINISTRATOR, "CALENDAR_ALREADY_ADOPTED"),
        ("AdoptDeadlineRules", clock_requests.adopt_deadline_rules, LEAD, "DEADLINE_RULES_ALREADY_ADOPTED"),
    ],
)
def test_a_second_one_supersedes_the_first(
    clerk: Clerk,
    clocks: int,  # noqa: ARG001 - there is a first
    method: str,
    request_: Any,
    person: Any,
    reason: str,
) -> None:
    answer = told(lambda: clerk.counter.ask(method, request_(), person))
    assert (answer.code, answer.reason) == (StatusCode.ALREADY_EXISTS, reason)


def test_calendar_and_deadlines_can_be_read(clerk: Clerk, clocks: int) -> None:
    asked = messages.GetWorkingCalendarRequest(year=2024, min_position=clocks)
    calendar = clerk.counter.ask("GetWorkingCalendar", asked, HOST).working_calendar
    assert (calendar.year, calendar.sample, len(calendar.holidays), calendar.document) == (
        2024,
        True,
        4,
        "6151/TB-BLĐTBXH",
    )
    rules = clerk.counter.ask("GetDeadlineRules", messages.GetDeadlineRulesRequest(), HOST).deadline_rules
    assert [version.valid_from.year for version in rules.versions] == [2024, 2025]


def test_norms_that_end_early_are_no_longer_listed_as_in_force(clerk: Clerk, task_id: str) -> None:  # noqa: ARG001
    [row] = clerk.counter.ask("ListBudgetLines", support_messages.ListBudgetLinesRequest(), OFFICER).budget_lines
    first = clerk.ask("ProposeNorms", requests.propose_norms(row.catalogue_id), OFFICER).norms
    clerk.ask("AdoptNorms", requests.adopt_norms(first.norms_id), LEADER)
    ended = clerk.ask("EndNorms", norms_requests.end_norms(first.norms_id), LEADER)
    assert ended.norms.valid_until == date_message(date(2024, 9, 30))
    for day, codes in ((date(2024, 9, 30), ["SAMPLE-2024"]), (date(2024, 10, 1), [])):
        asked = norms_messages.ListNormsRequest(in_force_on=date_message(day), min_position=ended.recorded.position)
        assert [norms.code for norms in clerk.counter.ask("ListNorms", asked, OFFICER).norms] == codes
