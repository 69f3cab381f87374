"""The path across all four services, as an outside client sees it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from google.type.date_pb2 import Date
from nscl.registry.v1 import registry_service_pb2 as registry
from nscl.reporting.v1 import reporting_service_pb2 as reporting
from nscl.support.v1 import clock_service_pb2 as clocks
from nscl.support.v1 import support_resources_pb2 as resources
from nscl.support.v1 import support_service_pb2 as support

from programme.people import AUDITOR, OFFICER, SECOND_OFFICER
from programme.story import indicators, trail
from tests.journeys.conftest import Played, play_on

INDICATORS = {"K1": 46, "K2": 3, "K3": 23, "K4": 21, "K5": 3, "K6": 1}
DECIDED_VND, DIRECTLY_VND = 2_190_000_000, 40_000_000


def story(played: Played, task: str) -> list[reporting.TrailEntry]:
    return list(trail(played.doors, played.year.task_ids[task], played.year.positions()))


def kinds(entries: list[reporting.TrailEntry]) -> list[str]:
    return [entry.type.rpartition(".")[2] for entry in entries]


def task_of(played: Played, key: str) -> resources.Task:
    request = support.GetTaskRequest(task_id=played.year.task_ids[key])
    return played.doors.ask(OFFICER, played.doors.support.GetTask, request).task


def test_the_year_ends_with_its_indicators(played: Played) -> None:
    rows = indicators(played.doors, played.year.positions())
    assert {row.indicator.code: row.value for row in rows} == INDICATORS


def test_each_indicator_lists_the_events_behind_it(played: Played) -> None:
    for code, value in INDICATORS.items():
        request = reporting.ListIndicatorEventsRequest(
            indicator_code=code, page_size=500, at_least=played.year.positions()
        )
        events = played.doors.ask(AUDITOR, played.doors.reporting.ListIndicatorEvents, request).events
        assert sum(event.adds for event in events) == value


def test_the_year_grants_what_the_city_reported(played: Played) -> None:
    line = played.doors.ask(
        OFFICER,
        played.doors.support.GetBudgetLine,
        support.GetBudgetLineRequest(budget_line_id=played.year.budget_line_id),
    ).budget_line
    decided = [task_of(played, key).decided_vnd for key in ("T1", "T2", "T3", "T4", "T5", "T6")]
    assert sum(decided) == DECIDED_VND
    assert task_of(played, "D1").decided_vnd == DIRECTLY_VND
    assert line.approved_vnd - line.available_vnd == DECIDED_VND + DIRECTLY_VND
    assert line.paid_vnd == sum(decided[:5]) + DIRECTLY_VND


def test_a_decision_tells_its_whole_story(played: Played) -> None:
    told = kinds(story(played, "T1"))
    path = [
        "BudgetLineDrafted",
        "BudgetLineAppraised",
        "BudgetLineApproved",
        "TaskProposed",
        "TaskEnlisted",
        "TaskCallOpened",
        "TaskApplicationSubmitted",
        "TaskApplicationValidated",
        "CouncilAppointed",
        "TaskScored",
        "TaskApproved",
        "TaskContracted",
        "TaskProgressReported",
        "TaskAcceptanceRequested",
        "TaskAccepted",
        "TaskPaid",
        "TaskSettled",
    ]
    assert all(told.index(earlier) < told.index(later) for earlier, later in pairwise(path))
    assert told.count("ParticipationSelected") == told.count("ParticipationCertified") == 8
    assert told.count("StandingAttested") >= 12


def test_a_direct_grant_tells_its_own_way(played: Played) -> None:
    told = kinds(story(played, "D1"))
    path = [
        "GrantCallPublished",
        "TaskAppliedUnderCall",
        "TaskReceiptGiven",
        "TaskApplicationValidated",
        "PriorityFileDeclared",
        "PriorityFileVerified",
        "TaskSurveyed",
        "TaskScored",
        "TaskApproved",
        "TaskContracted",
        "TaskPaid",
        "TaskSettled",
    ]
    assert all(told.index(earlier) < told.index(later) for earlier, later in pairwise(path))
    assert task_of(played, "D1").status == resources.TASK_STATUS_SETTLED


def test_an_enterprises_story_tells_its_award_from_the_nomination_to_the_prize(played: Played) -> None:
    own = trail(played.doors, played.year.enterprise_ids["E01"], played.year.positions())
    steps = [entry for entry in own if entry.type.startswith("nscl.support.v1.Award")]
    assert kinds(steps) == [
        "AwardNominated",
        "AwardDossierReceived",
        "AwardPreliminaryConcluded",
        "AwardSubmitted",
        "AwardDecided",
    ]
    assert "được tặng Giải Bạc" in steps[-1].sentence


def test_a_tasks_story_tells_how_a_certificate_fared_afterwards(played: Played) -> None:
    own = [entry for entry in story(played, "T3") if entry.type.startswith("nscl.support.v1.Certificate")]
    steps = [entry for entry in own if "MAU-T3-01" in entry.sentence]
    assert kinds(steps) == [
        "CertificatePresented",
        "CertificateSurveilled",
        "CertificateSuspended",
        "CertificateReinstated",
    ]
    assert {entry.act.person_id for entry in steps[-2:]} == {str(OFFICER.person_id), str(SECOND_OFFICER.person_id)}


def test_applications_are_receipted_without_a_gap(played: Played) -> None:
    receipts = [task_of(played, key).receipt for key in ("T1", "T2", "T3", "T4", "T5", "T6", "T7", "D1")]
    assert receipts == [f"{number}/GTN-SKHCN" for number in range(1, 9)]


def test_every_entry_says_who_in_what_capacity_on_which_document_and_when(played: Played) -> None:
    for entry in story(played, "T1"):
        assert entry.sentence
        assert entry.act.person_id
        assert entry.act.body
        assert entry.act.capacity
        assert entry.act.document
        assert entry.act.effective_on.year in (2021, 2024, 2025)
        assert entry.act.recorded_at.seconds
        assert entry.act.request_id


def test_the_story_of_one_task_holds_no_other_tasks_events(played: Played) -> None:
    other = played.year.task_ids["T2"]
    assert all(other not in entry.concerns for entry in story(played, "T1"))


def test_a_return_for_correction_is_told(played: Played) -> None:
    told = kinds(story(played, "T2"))
    assert told.index("TaskApplicationReturned") < told.index("TaskApplicationResubmitted")


def test_a_recusal_is_told(played: Played) -> None:
    assert "CouncilMemberRecused" in kinds(story(played, "T3"))


@pytest.mark.parametrize(("key", "condition"), [("T4", "C3"), ("T5", "C2")])
def test_a_condition_unmet_leaves_an_enterprise_out(played: Played, key: str, condition: str) -> None:
    request = support.ListParticipationsRequest(task_id=played.year.task_ids[key], page_size=100)
    rows = played.doors.ask(OFFICER, played.doors.support.ListParticipations, request).participations
    left_out = [row for row in rows if row.status == resources.PARTICIPATION_STATUS_REFUSED]
    assert len(left_out) == 1
    whole = played.doors.ask(
        OFFICER,
        played.doors.support.GetParticipation,
        support.GetParticipationRequest(participation_id=left_out[0].participation_id),
    ).participation
    assert [verdict.condition_code for verdict in whole.verdicts if not verdict.met] == [condition]


def test_the_rules_refused_what_they_must(played: Played) -> None:
    assert [refused.reason for refused in played.year.refusals] == [
        "ENTERPRISE_ALREADY_REGISTERED",
        "ACTED_BEFORE",
        "MEMBER_IS_RECUSED",
        "CONTENT_ALREADY_CLAIMED",
        "TASK_BELOW_PASS_MARK",
        "NOT_AUTHORISED_TO_REPRESENT",
    ]
    assert all(refused.sentence for refused in played.year.refusals)


def test_every_step_still_waiting_has_a_deadline_and_a_body_to_keep_it(played: Played) -> None:
    [heard] = [recorded for recorded in played.year.positions() if recorded.service == "support"]
    request = clocks.ListDueStepsRequest(
        on_date=Date(year=2024, month=12, day=31), page_size=500, min_position=heard.position
    )
    waiting = played.doors.ask(AUDITOR, played.doors.clocks.ListDueSteps, request).due_steps
    assert {step.task_id for step in waiting} <= {"", *played.year.task_ids.values()}  # products belong to no task
    assert waiting
    assert all(step.HasField("due_on") and step.body for step in waiting)


def test_a_year_played_again_is_answered_from_the_log(played: Played) -> None:
    again = play_on(played.doors)
    assert again.year.positions() == played.year.positions()
    assert again.year.task_ids == played.year.task_ids


def test_a_household_business_shows_its_owner_to_nobody_else(played: Played) -> None:
    request = registry.GetEnterpriseRequest(enterprise_id=played.year.enterprise_ids["E20"])
    enterprise = played.doors.ask(AUDITOR, played.doors.registry.GetEnterprise, request).enterprise
    assert enterprise.personal
    assert "092199000134" not in str(enterprise)
