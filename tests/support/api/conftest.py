"""A clerk at support's doors, and the plan and the money that every path stands on."""

from __future__ import annotations

import pytest
from nscl.support.v1 import support_resources_pb2 as resources

from tests.support.api import requests
from tests.support.api.clerk import Clerk
from tests.support.conftest import Counter
from tests.support.examples import APPRAISER, LEADER, OFFICER


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
