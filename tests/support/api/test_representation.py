"""At every door of hosts and enterprises the registry is asked whether the caller may act for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from grpc import StatusCode
from nscl.support.v1.council_service_pb2 import GetCouncilSupplementRequest
from nscl.support.v1.grant_call_service_pb2 import GetGrantApplicationRequest

from services.shared.grpc_server.methods import declaration_of
from tests.bad_input import told
from tests.rules.code import modules
from tests.support.api import contract_requests as contracts
from tests.support.api import council_requests as councils
from tests.support.api import grant_call_requests as grants
from tests.support.api import inspection_requests as inspections
from tests.support.api import participation_requests as participations
from tests.support.api import priority_requests as priorities
from tests.support.api import requests
from tests.support.city import City, call
from tests.support.conftest import Counter, StandInRegistry
from tests.support.examples import AUDITOR, HOST, OFFICER, OWNER, Person

REVOKED_SINCE = date(2024, 12, 31)
"""After the day from which the tests' acts count, and long before they are recorded."""
THEIRS = frozenset({"host_representative", "enterprise_representative"})


@pytest.fixture
def _revoked(registry_door: StandInRegistry) -> Iterator[None]:
    """Both representatives have lost their authority."""
    registry_door.authorised_until = {HOST.id: REVOKED_SINCE, OWNER.id: REVOKED_SINCE}
    yield
    registry_door.authorised_until = {}


@pytest.fixture(scope="module")
def asked(city: City) -> dict[str, tuple[Person, Any]]:
    """One request for each method, which its usual caller would be granted."""
    line = city.approved_line(2_000_000_000)
    grant_call = str(city.published_call(line).id)
    both = ("TOOL-5S", "SYS-ISO9001")
    direct, back = (city.direct_task(city.published_call(line).id, uuid4(), codes=both) for _ in range(2))
    returned = city.submitted_task(line_id=line)
    for task in (returned, back):
        city.support.applications.return_task_application(
            call(OFFICER), task_id=task.id, reason="Thiếu", resubmit_by=date(2024, 7, 10)
        )
    approved = city.approve(city.scored_task(line_id=line))
    signed = city.signed_contract(line_id=line)
    short = city.contracted_task(line_id=line)
    [part] = map(str, signed.milestone(1).participation_ids)
    inspection = city.opened_inspection(signed.task_id)
    city.support.inspections.announce_inspection_findings(
        call(AUDITOR), inspection_id=inspection.id, answer_by=date(2024, 7, 15)
    )
    [accepted] = city.unclaimed_milestone(city.signed_contract(line_id=line).task_id, 1).lines
    task_id, short_id = str(signed.task_id), str(short.id)
    supplement_id = str(city.demanded_supplement(line))
    return {
        "SubmitTaskApplication": (HOST, requests.submit_task_application(str(city.open_task(line).id))),
        "ResubmitTaskApplication": (HOST, requests.resubmit_task_application(str(returned.id))),
        "ApplyForGrant": (OWNER, grants.apply_for_grant(grant_call, uuid4())),
        "ResubmitGrantApplication": (OWNER, grants.resubmit_grant_application(str(back.id))),
        "WithdrawApplication": (OWNER, grants.withdraw_application(str(direct.id))),
        "WithdrawParticipation": (OWNER, grants.withdraw_participation(str(direct.participation_ids[0]))),
        "GetGrantApplication": (OWNER, GetGrantApplicationRequest(task_id=str(direct.id))),
        "DeclarePriorities": (HOST, priorities.declare_priorities(str(returned.participation_ids[0]))),
        "CommitParticipation": (HOST, contracts.commit_participation(str(approved.participation_ids[0]))),
        "ReportMilestoneProgress": (HOST, contracts.report_milestone_progress(task_id)),
        "RequestMilestoneAcceptance": (HOST, contracts.request_milestone_acceptance(task_id)),
        "ImplementParticipation": (HOST, requests.implement_participation(part)),
        "ClaimParticipationPayment": (HOST, participations.claim_participation_payment(str(accepted))),
        "AnswerInspection": (HOST, inspections.answer_inspection(str(inspection.id))),
        "ReportTaskProgress": (HOST, requests.report_task_progress(short_id)),
        "SupplyCouncilSupplement": (HOST, councils.supply_council_supplement(supplement_id)),
        "GetCouncilSupplement": (HOST, GetCouncilSupplementRequest(council_supplement_id=supplement_id)),
        "RequestTaskAcceptance": (HOST, requests.request_task_acceptance(short_id)),
    }


def test_every_act_for_a_party_is_tried(asked: dict[str, tuple[Person, Any]]) -> None:
    classes = (thing for module in modules("services/support/api") for thing in vars(module).values())
    methods = (each for thing in classes if isinstance(thing, type) for each in vars(thing).items())
    declared = {name: declaration_of(method) for name, method in methods if callable(method)}
    acts = {name for name, said in declared.items() if said and said.resource and THEIRS & said.capacities}
    assert acts == asked.keys() - {"GetGrantApplication", "GetCouncilSupplement"}


@pytest.mark.usefixtures("_revoked")
def test_nobody_acts_whose_authority_was_revoked(counter: Counter, asked: dict[str, tuple[Person, Any]]) -> None:
    for method, (person, request) in asked.items():
        answer = told(partial(counter.ask, method, request, person))
        assert (method, answer.code) == (method, StatusCode.PERMISSION_DENIED)
        assert answer.reason == "NOT_AUTHORISED_TO_REPRESENT"
        assert "không có ủy quyền" in answer.sentence


def test_a_host_is_known_to_the_registry(counter: Counter, city: City, registry_door: StandInRegistry) -> None:
    stranger = uuid4()
    registry_door.unknown_hosts.add(stranger)
    request = requests.submit_task_application(str(city.open_task().id), host_organisation_id=str(stranger))
    answer = told(partial(counter.ask, "SubmitTaskApplication", request, HOST))
    assert (answer.code, answer.reason) == (StatusCode.NOT_FOUND, "HOST_UNKNOWN")
    assert str(stranger) in answer.sentence
