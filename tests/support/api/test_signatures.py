"""Decisions through the door with the next number of a register, and under a delegation."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from google.protobuf.message import Message
from grpc import StatusCode
from nscl.support.v1 import document_resources_pb2 as resources
from nscl.support.v1 import document_service_pb2 as messages
from nscl.support.v1 import support_service_pb2 as support

from services.shared.event_store import EventLog
from services.support.domain.delegation import Delegation
from services.support.domain.document_register import DocumentRegister
from services.support.domain.task import Task
from tests.bad_input import Told, told
from tests.support.api import budget_requests as budget
from tests.support.api import document_requests as documents
from tests.support.api import requests
from tests.support.api.clerk import Clerk
from tests.support.city import City
from tests.support.conftest import Counter
from tests.support.examples import APPRAISER, LEAD, LEADER, OFFICER, POOR_POINTS, Person, wanted

DIRECTOR = Person("director", "SKHCN", "programme_lead")


@pytest.fixture(scope="module")
def clerk(counter: Counter) -> Clerk:
    return Clerk(counter)


@pytest.fixture(scope="module")
def register_id(clerk: Clerk, city: City) -> str:
    """UBND's decisions of 2024, numbered from 1000 on; what the city needs before that has older numbers."""
    city.plan()
    opening = documents.open_document_register(first_number=1000)
    opened: str = clerk.ask("OpenDocumentRegister", opening, LEADER).document_register.document_register_id
    return opened


@pytest.fixture(scope="module")
def delegation_id(clerk: Clerk) -> str:
    """The leader's signature of task approvals up to 100 million, delegated to the director."""
    grant = documents.grant_delegation(delegate_id=str(DIRECTOR.id))
    granted: str = clerk.ask("GrantDelegation", grant, LEADER).delegation.delegation_id
    return granted


def approval(city: City, task: Task, **changes: Any) -> support.ApproveTaskRequest:
    """An approval that takes the next number of UBND's decisions."""
    _, norms = city.plan()
    request = requests.approve_task(str(task.id), str(norms.id), new_document=requests.new_document(), **changes)
    request.basis.document = ""
    return request


def refused(clerk: Clerk, method: str, request: Message, person: Person) -> Told:
    return told(lambda: clerk.counter.ask(method, request, person))


@pytest.mark.usefixtures("register_id")
class TestNumbers:
    def test_a_register_is_opened_once_by_its_own_body(self, clerk: Clerk) -> None:
        again = refused(clerk, "OpenDocumentRegister", documents.open_document_register(), LEADER)
        assert (again.code, again.reason) == (StatusCode.ALREADY_EXISTS, "REGISTER_ALREADY_OPENED")
        foreign = refused(clerk, "OpenDocumentRegister", documents.open_document_register(year=2023), APPRAISER)
        assert (foreign.code, foreign.reason) == (StatusCode.PERMISSION_DENIED, "REGISTER_OF_ANOTHER_BODY")

    def test_number_decision_and_register_entry_stand_in_one_append(
        self, clerk: Clerk, city: City, log: EventLog, register_id: str
    ) -> None:
        task = city.scored_task()
        before = log.head()
        answer = clerk.ask("ApproveTask", approval(city, task), LEADER)
        asked = messages.GetDocumentRegisterRequest(document_register_id=register_id)
        register = clerk.counter.ask("GetDocumentRegister", asked, OFFICER).document_register
        assert answer.task.decision == register.last_document
        appended = log.recorded_events(before, 100)
        assert {recorded.event.act.request_id for recorded in appended} == {appended[0].event.act.request_id}
        kinds = {type(recorded.event).__qualname__ for recorded in appended}
        assert {"Task.Approved", "BudgetLine.Reserved", "DocumentRegister.Issued", "DocumentRegister.Cited"} <= kinds

    def test_a_number_that_is_not_in_the_register_carries_no_decision(self, clerk: Clerk, city: City) -> None:
        task = city.scored_task()
        _, norms = city.plan()
        foreign = requests.approve_task(str(task.id), str(norms.id))
        foreign.basis.document = "1777/QĐ - UBND"
        answer = refused(clerk, "ApproveTask", foreign, LEADER)
        assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, "DOCUMENT_NOT_IN_REGISTER")
        both = approval(city, task)
        both.basis.document = "1000/QĐ-UBND"
        answer = refused(clerk, "ApproveTask", both, LEADER)
        assert (answer.code, answer.fields) == (StatusCode.INVALID_ARGUMENT, {"new_document"})
        neither = requests.approve_task(str(task.id), str(norms.id))
        neither.basis.document = ""
        answer = refused(clerk, "ApproveTask", neither, LEADER)
        assert (answer.code, answer.fields) == (StatusCode.INVALID_ARGUMENT, {"basis.document"})
        closed = approval(city, task)
        closed.new_document.document_type = "CT"
        answer = refused(clerk, "ApproveTask", closed, LEADER)
        assert (answer.code, answer.reason) == (StatusCode.NOT_FOUND, "REGISTER_NOT_OPENED")

    def test_a_number_given_out_before_may_be_used_or_voided_but_not_both(
        self, clerk: Clerk, city: City, register_id: str
    ) -> None:
        used, spoilt = (
            clerk.ask("IssueDocument", documents.issue_document(), LEADER).document_register for _ in range(2)
        )
        task = city.scored_task(points=POOR_POINTS)
        decline = requests.decline_task(str(task.id))
        decline.basis.document = used.last_document
        assert clerk.ask("DeclineTask", decline, LEADER).task.decision == used.last_document
        late = refused(clerk, "VoidDocument", documents.void_document(register_id, number=used.last_number), LEADER)
        assert (late.code, late.reason) == (StatusCode.FAILED_PRECONDITION, "DOCUMENT_IN_USE")
        void = documents.void_document(register_id, number=spoilt.last_number)
        voided = clerk.ask("VoidDocument", void, LEADER)
        task = city.scored_task(points=POOR_POINTS)
        decline = requests.decline_task(str(task.id))
        decline.basis.document = spoilt.last_document
        answer = refused(clerk, "DeclineTask", decline, LEADER)
        assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, "DOCUMENT_VOIDED")

        listed = messages.ListDocumentsRequest(
            document_register_id=register_id, page_size=2, min_position=voided.recorded.position
        )
        page = clerk.counter.ask("ListDocuments", listed, OFFICER)
        assert [(each.document, each.cited, bool(each.voided_reason)) for each in page.documents] == [
            (spoilt.last_document, False, True),
            (used.last_document, True, False),
        ]
        listed.page_token = page.next_page_token
        older = clerk.counter.ask("ListDocuments", listed, OFFICER).documents
        assert older[0].number == used.last_number - 1


@pytest.mark.usefixtures("register_id")
class TestDelegations:
    def test_a_delegate_signs_a_decision_of_the_principals_body(
        self, clerk: Clerk, city: City, log: EventLog, delegation_id: str
    ) -> None:
        task = city.scored_task()
        alone = refused(clerk, "ApproveTask", approval(city, task), DIRECTOR)
        assert (alone.code, alone.reason) == (StatusCode.PERMISSION_DENIED, "AUTHORITY_NOT_DELEGATED")
        signed = clerk.ask("ApproveTask", approval(city, task, delegation_id=delegation_id), DIRECTOR)
        assert signed.task.decision.endswith("/QĐ-UBND")
        [exercised] = [
            recorded.event
            for recorded in log.recorded_events(0, 10_000)
            if isinstance(recorded.event, Delegation.Exercised)
        ]
        assert (exercised.principal_id, exercised.delegate_id) == (LEADER.id, DIRECTOR.id)
        assert (exercised.decided_id, exercised.amount_vnd) == (task.id, 40_000_000)
        assert exercised.sentence().startswith("Ký TUQ. UBND văn bản 10")

    def test_above_the_ceiling_nothing_is_signed_and_no_number_is_lost(
        self, clerk: Clerk, city: City, log: EventLog, register_id: str, delegation_id: str
    ) -> None:
        dear = [wanted(uuid4(), "SYS-ISO9001", 200_000_000) for _ in range(2)]
        task = city.scored_task(*dear)
        last = log.load(DocumentRegister, UUID(register_id)).last_number
        answer = refused(clerk, "ApproveTask", approval(city, task, delegation_id=delegation_id), DIRECTOR)
        assert (answer.code, answer.reason) == (StatusCode.PERMISSION_DENIED, "ABOVE_DELEGATED_CEILING")
        assert "100.000.000 đồng" in answer.sentence
        assert "130.000.000 đồng" in answer.sentence
        assert log.load(DocumentRegister, UUID(register_id)).last_number == last

    def test_other_decisions_are_not_signed(self, clerk: Clerk, city: City, delegation_id: str) -> None:
        task = city.scored_task(points=POOR_POINTS)
        decline = requests.decline_task(str(task.id), delegation_id=delegation_id, new_document=requests.new_document())
        decline.basis.document = ""
        answer = refused(clerk, "DeclineTask", decline, DIRECTOR)
        assert (answer.code, answer.reason) == (StatusCode.PERMISSION_DENIED, "KIND_NOT_DELEGATED")
        line_id = str(city.approved_line(year=2028))
        asked = budget.request_budget_adjustment("", line_id)
        adjustment = clerk.ask("RequestBudgetAdjustment", asked, OFFICER).budget_adjustment
        approve = budget.approve_budget_adjustment(adjustment.budget_adjustment_id, delegation_id=delegation_id)
        approve.basis.document = "3/TB-SKHCN"
        answer = refused(clerk, "ApproveBudgetAdjustment", approve, DIRECTOR)
        assert (answer.code, answer.reason) == (StatusCode.PERMISSION_DENIED, "KIND_NOT_DELEGATED")

    def test_four_eyes_are_those_of_who_signs(self, clerk: Clerk, city: City) -> None:
        grant = documents.grant_delegation(delegate_id=str(LEAD.id))
        delegation_id = clerk.ask("GrantDelegation", grant, LEADER).delegation.delegation_id
        task = city.scored_task()  # which the lead enlisted
        answer = refused(clerk, "ApproveTask", approval(city, task, delegation_id=delegation_id), LEAD)
        assert (answer.code, answer.reason) == (StatusCode.PERMISSION_DENIED, "ACTED_BEFORE")

    def test_what_is_revoked_serves_no_longer(self, clerk: Clerk, city: City) -> None:
        grant = documents.grant_delegation(delegate_id=str(DIRECTOR.id))
        delegation_id = clerk.ask("GrantDelegation", grant, LEADER).delegation.delegation_id
        revoked = clerk.ask("RevokeDelegation", documents.revoke_delegation(delegation_id), LEADER).delegation
        asked = messages.GetDelegationRequest(delegation_id=delegation_id)
        assert clerk.counter.ask("GetDelegation", asked, OFFICER).delegation == revoked
        task = city.scored_task()
        answer = refused(clerk, "ApproveTask", approval(city, task, delegation_id=delegation_id), DIRECTOR)
        assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, "DELEGATION_ALREADY_REVOKED")

    def test_a_budget_line_is_approved_under_one(self, clerk: Clerk, city: City) -> None:
        kinds = [resources.DECISION_KIND_ESTIMATE_APPROVAL]
        grant = documents.grant_delegation(delegate_id=str(DIRECTOR.id), decision_kinds=kinds, ceiling_vnd=10**9)
        delegation_id = clerk.ask("GrantDelegation", grant, LEADER).delegation.delegation_id
        draft = requests.draft_budget_line(str(city.plan()[0].id))
        line_id = clerk.ask("DraftBudgetLine", draft, OFFICER).budget_line.budget_line_id
        clerk.ask("AppraiseBudgetLine", requests.appraise_budget_line(line_id), APPRAISER)
        alone = refused(clerk, "ApproveBudgetLine", requests.approve_budget_line(line_id), DIRECTOR)
        assert (alone.code, alone.reason) == (StatusCode.PERMISSION_DENIED, "AUTHORITY_NOT_DELEGATED")
        numbered = requests.approve_budget_line(
            line_id, delegation_id=delegation_id, new_document=requests.new_document()
        )
        numbered.basis.document = ""
        approved = clerk.ask("ApproveBudgetLine", numbered, DIRECTOR).budget_line
        assert approved.document.endswith("/QĐ-UBND")

    def test_are_listed_by_delegate_and_day(self, clerk: Clerk) -> None:
        delegate_id = str(uuid4())
        grants = [documents.grant_delegation(delegate_id=delegate_id) for _ in range(2)]
        first, second = (clerk.ask("GrantDelegation", grant, LEADER).delegation for grant in grants)
        revoked = clerk.ask("RevokeDelegation", documents.revoke_delegation(first.delegation_id), LEADER)
        asked = {"delegate_id": delegate_id, "min_position": revoked.recorded.position}
        listed = clerk.counter.ask("ListDelegations", messages.ListDelegationsRequest(**asked), OFFICER).delegations
        assert list(listed) == [second, revoked.delegation]
        in_force = messages.ListDelegationsRequest(**asked, in_force_on=second.valid_until)
        assert list(clerk.counter.ask("ListDelegations", in_force, OFFICER).delegations) == [second]
