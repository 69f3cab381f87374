"""Nothing wrong passes support's door, whatever the method and whatever the field."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid1

import pytest
from google.protobuf.message import Message
from grpc import StatusCode
from nscl.support.v1 import award_service_pb2 as award_messages
from nscl.support.v1 import budget_service_pb2 as budget_messages
from nscl.support.v1 import case_service_pb2 as case_messages
from nscl.support.v1 import certificate_service_pb2 as certificate_messages
from nscl.support.v1 import claim_service_pb2 as claim_messages
from nscl.support.v1 import clock_service_pb2 as clock_messages
from nscl.support.v1 import contract_service_pb2 as contract_messages
from nscl.support.v1 import council_service_pb2 as council_messages
from nscl.support.v1 import document_service_pb2 as document_messages
from nscl.support.v1 import grant_call_service_pb2 as grant_call_messages
from nscl.support.v1 import inspection_service_pb2 as inspection_messages
from nscl.support.v1 import norms_service_pb2 as norms_messages
from nscl.support.v1 import participation_service_pb2 as participation_messages
from nscl.support.v1 import priority_service_pb2 as priority_messages
from nscl.support.v1 import product_service_pb2 as product_messages
from nscl.support.v1 import recovery_service_pb2 as recovery_messages
from nscl.support.v1 import support_service_pb2 as messages

from services.shared.wire import date_message
from tests.bad_input import Flaw, flaws, told
from tests.support.api import (
    award_requests,
    budget_requests,
    case_requests,
    certificate_requests,
    claim_requests,
    clock_requests,
    contract_requests,
    council_requests,
    document_requests,
    grant_call_requests,
    inspection_requests,
    norms_requests,
    participation_requests,
    priority_requests,
    product_requests,
    requests,
)
from tests.support.api.requests import SOMETHING
from tests.support.conftest import Counter
from tests.support.examples import (
    APPRAISER,
    CHAIR,
    HOST,
    LEAD,
    LEADER,
    OFFICER,
    PAYER,
    SETTLER,
    Person,
)

pytestmark = pytest.mark.usefixtures("nothing_typed_is_logged")

COMMANDS: dict[str, tuple[Person, Message]] = {
    "AdoptCatalogue": (LEADER, requests.adopt_catalogue()),
    "ProposeNorms": (OFFICER, norms_requests.propose_norms()),
    "AdoptNorms": (LEADER, requests.adopt_norms()),
    "DraftBudgetLine": (OFFICER, requests.draft_budget_line()),
    "AppraiseBudgetLine": (APPRAISER, requests.appraise_budget_line()),
    "ApproveBudgetLine": (LEADER, requests.approve_budget_line(new_document=requests.new_document())),
    "ProposeTask": (OFFICER, requests.propose_task()),
    "EnlistTask": (LEAD, requests.enlist_task()),
    "OpenTaskCall": (OFFICER, requests.open_task_call(checklists=[grant_call_requests.CHECKLIST])),
    "SubmitTaskApplication": (HOST, requests.submit_task_application(papers=grant_call_requests.PAPERS)),
    "ReturnTaskApplication": (OFFICER, requests.return_task_application()),
    "ResubmitTaskApplication": (HOST, requests.resubmit_task_application(papers=grant_call_requests.PAPERS)),
    "ValidateTaskApplication": (OFFICER, requests.validate_task_application()),
    "RejectTaskApplication": (OFFICER, requests.reject_task_application()),
    "ScreenParticipation": (OFFICER, requests.screen_participation(size=norms_requests.SIZE)),
    "AppointCouncil": (LEAD, requests.appoint_council()),
    "RecuseCouncilMember": (CHAIR, requests.recuse_council_member()),
    "CastCouncilScore": (CHAIR, requests.cast_council_score()),
    "ConcludeCouncil": (
        CHAIR,
        requests.conclude_council(answer_to_survey="Đã lắp", required_supplement="Hai báo giá"),
    ),
    "ApproveTask": (
        LEADER,
        requests.approve_task(
            refusals=[requests.refusal()],
            waiting=[requests.waiting(reason="Hết kinh phí")],
            skip_reason="Theo tiến độ",
            new_document=requests.new_document(),
        ),
    ),
    "DeclineTask": (LEADER, requests.decline_task(new_document=requests.new_document())),
    "ContractTask": (LEAD, requests.contract_task(lines=[requests.contract_line()])),
    "ReportTaskProgress": (HOST, requests.report_task_progress()),
    "ImplementParticipation": (HOST, requests.implement_participation()),
    "CertifyParticipation": (OFFICER, requests.certify_participation()),
    "RequestTaskAcceptance": (HOST, requests.request_task_acceptance()),
    "AcceptTask": (LEAD, requests.accept_task()),
    "PayTask": (PAYER, requests.pay_task()),
    "SettleTask": (SETTLER, requests.settle_task()),
    "CertifyProduct": (OFFICER, requests.certify_product(participation_id=SOMETHING)),
    "NominateForAward": (OFFICER, requests.nominate_for_award()),
    **award_requests.COMMANDS,
    **product_requests.COMMANDS,
    **norms_requests.COMMANDS,
    **claim_requests.COMMANDS,
    **case_requests.COMMANDS,
    **certificate_requests.COMMANDS,
    **clock_requests.COMMANDS,
    **council_requests.COMMANDS,
    **budget_requests.COMMANDS,
    **document_requests.COMMANDS,
    **contract_requests.COMMANDS,
    **participation_requests.COMMANDS,
    **inspection_requests.COMMANDS,
    **grant_call_requests.COMMANDS,
    **priority_requests.COMMANDS,
}
GETS: dict[str, tuple[Person, Message]] = {
    "GetCatalogue": (OFFICER, messages.GetCatalogueRequest(catalogue_id=SOMETHING)),
    "GetNorms": (OFFICER, messages.GetNormsRequest(norms_id=SOMETHING)),
    "GetBudgetLine": (OFFICER, messages.GetBudgetLineRequest(budget_line_id=SOMETHING)),
    "GetTask": (OFFICER, messages.GetTaskRequest(task_id=SOMETHING)),
    "GetParticipation": (OFFICER, messages.GetParticipationRequest(participation_id=SOMETHING)),
    "GetCouncil": (OFFICER, messages.GetCouncilRequest(council_id=SOMETHING)),
    "GetClaim": (OFFICER, messages.GetClaimRequest(claim_id=SOMETHING)),
    "GetProduct": (OFFICER, messages.GetProductRequest(product_id=SOMETHING)),
    "GetAward": (OFFICER, messages.GetAwardRequest(award_id=SOMETHING)),
    **claim_requests.GETS,
    **case_requests.GETS,
    **certificate_requests.GETS,
    **clock_requests.GETS,
    **council_requests.GETS,
    **budget_requests.GETS,
    **document_requests.GETS,
    **contract_requests.GETS,
    **inspection_requests.GETS,
    **grant_call_requests.GETS,
    **priority_requests.GETS,
}
LISTS: dict[str, tuple[Person, Message]] = {
    "ListBudgetLines": (OFFICER, messages.ListBudgetLinesRequest()),
    "ListTasks": (OFFICER, messages.ListTasksRequest()),
    "ListParticipations": (OFFICER, messages.ListParticipationsRequest()),
    **award_requests.LISTS,
    **norms_requests.LISTS,
    **claim_requests.LISTS,
    **case_requests.LISTS,
    **certificate_requests.LISTS,
    **clock_requests.LISTS,
    **budget_requests.LISTS,
    **document_requests.LISTS,
    **contract_requests.LISTS,
    **inspection_requests.LISTS,
    **grant_call_requests.LISTS,
}
METHODS = COMMANDS | GETS | LISTS
DOORS = (
    messages,
    norms_messages,
    claim_messages,
    clock_messages,
    council_messages,
    budget_messages,
    document_messages,
    contract_messages,
    recovery_messages,
    participation_messages,
    inspection_messages,
    grant_call_messages,
    case_messages,
    certificate_messages,
    priority_messages,
    award_messages,
    product_messages,
)
NEW_RECORDS = {
    "AdoptCatalogue",
    "GrantDelegation",
    "IssueDocument",
    "NominateForAward",
    "OpenDocumentRegister",
    *claim_requests.NEW_RECORDS,
    *clock_requests.NEW_RECORDS,
    *council_requests.NEW_RECORDS,
}
OF_NOBODY = ("training_officer", "reporting_officer")
"""Capacities in which nobody changes anything in support."""
OF_SOMEBODY = {
    "auditor": inspection_requests.OF_THE_AUDITOR,
    "council_member": {"RecuseCouncilMember", "CastCouncilScore", "ConcludeCouncil", *council_requests.OF_MEMBERS},
    "enterprise_representative": {
        "ReportTaskProgress",
        "ImplementParticipation",
        "RequestTaskAcceptance",
        *contract_requests.OF_THE_APPLICANT,
        *council_requests.OF_THE_APPLICANT,
        *participation_requests.OF_THE_APPLICANT,
        *inspection_requests.OF_THE_APPLICANT,
        *grant_call_requests.OF_THE_APPLICANT,
        *priority_requests.OF_THE_APPLICANT,
    },
    "city_leader": COMMANDS.keys()
    - {
        *grant_call_requests.COMMANDS,
        *participation_requests.COMMANDS,
        *certificate_requests.COMMANDS,
        *inspection_requests.COMMANDS,
    },
}
"""Capacities in which nothing is done but these."""


def test_every_method_is_tried() -> None:
    services = [service for file in DOORS for service in file.DESCRIPTOR.services_by_name.values()]
    assert {method.name for service in services for method in service.methods} == METHODS.keys()


@pytest.mark.parametrize("flaw", [flaw for _, good in METHODS.values() for flaw in flaws(good)], ids=str)
def test_a_spoilt_field_is_refused_by_its_name(counter: Counter, flaw: Flaw) -> None:
    method = type(flaw.request).__name__.removesuffix("Request")
    person, _ = METHODS[method]
    answer = told(lambda: counter.ask(method, flaw.request, person))
    assert (answer.code, answer.fields) == (StatusCode.INVALID_ARGUMENT, {flaw.field})


@pytest.mark.parametrize("method", METHODS)
def test_nobody_passes_without_a_token(counter: Counter, method: str) -> None:
    answer = told(lambda: counter.ask(method, METHODS[method][1], None))
    assert (answer.code, answer.reason) == (StatusCode.UNAUTHENTICATED, "TOKEN_MISSING")


@pytest.mark.parametrize(
    ("method", "capacity"),
    [
        *[(method, capacity) for method in COMMANDS for capacity in OF_NOBODY],
        *[(method, capacity) for capacity, acts in OF_SOMEBODY.items() for method in COMMANDS if method not in acts],
    ],
)
def test_nobody_acts_in_a_foreign_capacity(counter: Counter, method: str, capacity: str) -> None:
    person, request = COMMANDS[method]
    answer = told(lambda: counter.ask(method, request, Person(person.name, person.body, capacity)))
    assert (answer.code, answer.reason) == (StatusCode.PERMISSION_DENIED, "CAPACITY_NOT_PERMITTED")


@pytest.mark.parametrize("method", GETS | LISTS)
def test_not_everybody_asks(counter: Counter, method: str) -> None:
    of_applicants = method in {*grant_call_requests.GETS, *grant_call_requests.LISTS, "GetCouncilSupplement"}
    stranger = "training_officer" if of_applicants else "enterprise_representative"
    answer = told(lambda: counter.ask(method, METHODS[method][1], Person("stranger", "DN", stranger)))
    assert (answer.code, answer.reason) == (StatusCode.PERMISSION_DENIED, "CAPACITY_NOT_PERMITTED")


def test_a_host_does_not_see_its_council(counter: Counter) -> None:
    answer = told(lambda: counter.ask("GetCouncil", messages.GetCouncilRequest(council_id=SOMETHING), HOST))
    assert (answer.code, answer.reason) == (StatusCode.PERMISSION_DENIED, "CAPACITY_NOT_PERMITTED")


@pytest.mark.parametrize("method", COMMANDS)
class TestWhatEveryCommandNeeds:
    def test_a_request_id_of_version_4(self, counter: Counter, method: str) -> None:
        person, request = COMMANDS[method]
        changed: Any = type(request).FromString(request.SerializeToString())
        changed.request_id = str(uuid1())
        assert told(lambda: counter.ask(method, changed, person)).fields == {"request_id"}

    def test_a_basis_that_does_not_count_from_the_future(self, counter: Counter, method: str) -> None:
        person, request = COMMANDS[method]
        changed: Any = type(request).FromString(request.SerializeToString())
        changed.basis.effective_on.CopyFrom(date_message(datetime.now(UTC).date() + timedelta(days=2)))
        assert told(lambda: counter.ask(method, changed, person)).fields == {"basis.effective_on"}


@pytest.mark.parametrize("method", sorted((COMMANDS.keys() | GETS) - NEW_RECORDS))
def test_what_is_not_there_is_not_found(counter: Counter, method: str) -> None:
    person, request = METHODS[method]
    answer = told(lambda: counter.ask(method, request, person))
    assert (answer.code, answer.reason) == (StatusCode.NOT_FOUND, "RECORD_NOT_FOUND")


@pytest.mark.parametrize("method", GETS)
def test_nobody_waits_for_what_is_not_recorded(counter: Counter, method: str) -> None:
    person, request = GETS[method]
    far: Any = type(request).FromString(request.SerializeToString())
    far.min_position = 10**9
    answer = told(lambda: counter.ask(method, far, person))
    assert (answer.code, answer.reason) == (StatusCode.INVALID_ARGUMENT, "POSITION_NOT_REACHED")
