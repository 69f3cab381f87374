"""A clerk at support's doors, and the plan and the money that every path stands on."""

from __future__ import annotations

from uuid import uuid4

import pytest
from nscl.support.v1 import support_resources_pb2 as resources

from tests.support.api import clock_requests, council_requests, requests
from tests.support.api.clerk import Clerk, open_task
from tests.support.conftest import Counter
from tests.support.examples import ADMINISTRATOR, APPRAISER, HOST, LEAD, LEADER, OFFICER, SECOND_OFFICER


@pytest.fixture(scope="module")
def clerk(counter: Counter) -> Clerk:
    return Clerk(counter)


@pytest.fixture(scope="module")
def plan(clerk: Clerk) -> tuple[str, str]:
    """Ids of the catalogue and of the norms in force."""
    catalogue_id = clerk.ask("AdoptCatalogue", requests.adopt_catalogue(), LEADER).catalogue.catalogue_id
    norms_id = clerk.ask("ProposeNorms", requests.propose_norms(catalogue_id), OFFICER).norms.norms_id
    adopted = clerk.ask("AdoptNorms", requests.adopt_norms(norms_id), LEADER)
    assert adopted.norms.status == resources.NORMS_STATUS_ADOPTED
    return catalogue_id, norms_id


@pytest.fixture(scope="module")
def line_id(clerk: Clerk, plan: tuple[str, str]) -> str:
    line: str = clerk.ask("DraftBudgetLine", requests.draft_budget_line(plan[0]), OFFICER).budget_line.budget_line_id
    clerk.ask("AppraiseBudgetLine", requests.appraise_budget_line(line), APPRAISER)
    approved = clerk.ask("ApproveBudgetLine", requests.approve_budget_line(line), LEADER).budget_line
    assert (approved.available_vnd, approved.document) == (450_000_000, "77/QĐ-UBND")
    return line


@pytest.fixture(scope="module")
def regulation_id(clerk: Clerk) -> str:
    """Rules for councils in force, and the calendar they count by."""
    clerk.ask("AdoptWorkingCalendar", clock_requests.adopt_working_calendar(), ADMINISTRATOR)
    proposed = clerk.ask("ProposeCouncilRegulation", council_requests.propose_council_regulation(), OFFICER)
    regulation_id: str = proposed.council_regulation.council_regulation_id
    clerk.ask("AdoptCouncilRegulation", council_requests.adopt_council_regulation(regulation_id), LEADER)
    return regulation_id


@pytest.fixture
def task_id(clerk: Clerk, plan: tuple[str, str], line_id: str) -> str:
    """A task whose application was found complete and screened."""
    task_id = open_task(clerk, plan, line_id)
    lines = [requests.participation_line(uuid4())]
    ask = clerk.counter.ask
    task = ask("SubmitTaskApplication", requests.submit_task_application(task_id, participations=lines), HOST).task
    ask("ValidateTaskApplication", requests.validate_task_application(task_id), SECOND_OFFICER)
    ask("ScreenParticipation", requests.screen_participation(task.participation_ids[0]), OFFICER)
    return task_id


@pytest.fixture
def called(clerk: Clerk, task_id: str, regulation_id: str) -> str:  # noqa: ARG001 - rules are in force
    """A council that was sent its papers."""
    council_id: str = clerk.ask("AppointCouncil", council_requests.appoint_council(task_id), LEAD).council.council_id
    clerk.ask("SendCouncilPapers", council_requests.send_council_papers(council_id), OFFICER)
    return council_id
