"""Whoever has a conflict sees nothing of the file, at whichever door of support they ask."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from grpc import StatusCode
from nscl.support.v1 import budget_service_pb2 as budget
from nscl.support.v1 import claim_service_pb2 as claims
from nscl.support.v1 import contract_service_pb2 as contracts
from nscl.support.v1 import council_resources_pb2 as terms
from nscl.support.v1 import inspection_service_pb2 as inspections
from nscl.support.v1 import priority_service_pb2 as priorities
from nscl.support.v1 import support_service_pb2 as messages

from services.shared.event_store import EventLog
from services.shared.grpc_server.methods import declaration_of
from services.shared.wire import date_message
from services.support.domain.council import Council
from services.support.domain.council_terms import ConflictKind
from tests.bad_input import told
from tests.rules.code import modules
from tests.support.api import clock_requests, council_requests
from tests.support.api.test_bad_input import DOORS
from tests.support.city import City, call
from tests.support.conftest import Counter, StandInRegistry
from tests.support.examples import HOST, LEAD, MEMBER, MEMBERS, OFFICER, REVIEWER, RULES, Person

OF_NO_APPLICATION = "rules, calendars and the year's money"
PUBLISHED = "a call is published; it tells of grants by content only"
RESULT = "what came of a grant is public: certificates, products, awards, a host's track record"
NUMBERS = "numbers of documents and who may sign, without what was decided"
SHOWS_NOTHING = {
    **dict.fromkeys(("GetCatalogue", "GetNorms", "ListNorms", "GetClaimRules", "GetPriorityRules"), OF_NO_APPLICATION),
    **dict.fromkeys(("GetCouncilRegulation", "GetWorkingCalendar", "GetDeadlineRules"), OF_NO_APPLICATION),
    **dict.fromkeys(("GetBudgetRules", "GetBudgetLine", "ListBudgetLines", "GetBudgetAdjustment"), OF_NO_APPLICATION),
    **dict.fromkeys(("GetYearEstimate", "ListYearEstimates"), OF_NO_APPLICATION),
    **dict.fromkeys(("GetGrantCall", "ListGrantCalls"), PUBLISHED),
    **dict.fromkeys(("GetDocumentRegister", "ListDocuments", "GetDelegation", "ListDelegations"), NUMBERS),
    **dict.fromkeys(
        ("GetProduct", "GetAward", "ListAwards", "GetCertificate", "ListCertificates", "GetTrackRecord"), RESULT
    ),
    "CountOverlapDecisions": "how many there were in a year",
    "GetCouncil": "members need it to declare; it blanks what they made of the file, as is tried below",
    "CheckOverlap": "no council member may ask it",
}
"""Questions whose answers hide nothing, with the reason."""


def declared() -> Iterator[tuple[str, Any]]:
    """Each method of support's servicers with what was declared beside it."""
    for module in modules("services/support/api"):
        for thing in vars(module).values():
            if isinstance(thing, type) and thing.__module__ == module.__name__:
                yield from ((name, each) for name, each in vars(thing).items() if declaration_of(each))


def resource_of(method: Any) -> str | None:
    declaration = declaration_of(method)
    assert declaration is not None
    return declaration.resource


QUERIES = {name: method for name, method in declared() if resource_of(method) is None}
RPCS = {
    rpc.name: rpc for door in DOORS for service in door.DESCRIPTOR.services_by_name.values() for rpc in service.methods
}


def fields_at(path: str, answer: Any) -> Any:
    """The fields of the message at a path of an answer."""
    first, _, rest = path.partition(".")
    told = answer.fields_by_name[first].message_type
    return fields_at(rest, told) if rest else told.fields_by_name


@pytest.mark.parametrize("method", QUERIES)
def test_every_question_hides_files_or_shows_nothing_of_one(method: str) -> None:
    path = getattr(QUERIES[method], "path_of_files", None)
    assert (path is None) == (method in SHOWS_NOTHING), "of_files, or a reason why not"
    if path is not None:
        assert "task_id" in fields_at(path, RPCS[method].output_type)


def test_every_method_of_the_door_is_among_them() -> None:
    assert SHOWS_NOTHING.keys() <= QUERIES.keys()
    assert RPCS.keys() <= dict(declared()).keys()


def test_council_members_change_nothing_but_their_council() -> None:
    """A command answers with the record that it changed, so that nobody sees by it what was hidden from them."""
    theirs = [method for _, method in declared() if {"council_member"} <= declaration_of(method).capacities]  # type: ignore[union-attr]
    assert {resource_of(method) for method in theirs} == {None, "council", "council_supplement"}


def acceptance_council(city: City) -> Council:
    """The council that judges the first milestone of a contract."""
    where = {"task_id": city.signed_contract().task_id, "milestone_number": 1}
    city.support.contracts.request_milestone_acceptance(call(HOST), **where, summary="Hoàn thành")
    appointed = {"members": MEMBERS, "rules": RULES}
    return city.support.councils.appoint_acceptance_council(call(LEAD, "31/QĐ-SKHCN"), **where, **appointed).record


@pytest.fixture(scope="module")
def task_id(city: City) -> str:
    """A task under contract and inspection; a member of the council that judges its first milestone has a conflict."""
    council = acceptance_council(city)
    city.opened_inspection(council.task_id, holds_payments=False)
    city.support.councils.recuse_council_member(call(MEMBER), council_id=council.id, conflict_kind=ConflictKind.FAMILY)
    return str(council.task_id)


@pytest.fixture(scope="module")
def questions(counter: Counter, task_id: str, log: EventLog) -> dict[str, Any]:
    """What may be asked of it."""
    head = log.head()
    task = counter.ask("GetTask", messages.GetTaskRequest(task_id=task_id), OFFICER).task
    participation_id = task.participation_ids[0]
    asked = messages.GetParticipationRequest(participation_id=participation_id)
    claim_id = counter.ask("GetParticipation", asked, OFFICER).participation.claim_id
    listed = inspections.ListInspectionsRequest(task_id=task_id, min_position=head)
    [inspection] = counter.ask("ListInspections", listed, OFFICER).inspections
    return {
        "GetTask": messages.GetTaskRequest(task_id=task_id),
        "GetParticipation": asked,
        "GetClaim": messages.GetClaimRequest(claim_id=claim_id),
        "GetContract": contracts.GetContractRequest(task_id=task_id),
        "GetInspection": inspections.GetInspectionRequest(inspection_id=inspection.inspection_id),
        "ListTasks": messages.ListTasksRequest(min_position=head),
        "ListParticipations": messages.ListParticipationsRequest(task_id=task_id, min_position=head),
        "ListClaims": claims.ListClaimsRequest(min_position=head),
        "ListContracts": contracts.ListContractsRequest(min_position=head),
        "ListInspections": listed,
        "ListBudgetLedger": budget.ListBudgetLedgerRequest(min_position=head),
        "ListDueSteps": clock_requests.list_due_steps(date(2024, 7, 1), min_position=head, page_size=100),
    }


def rows(method: str, answer: Any, task_id: str) -> list[Any]:
    """What an answer tells of the task."""
    *outer, field = QUERIES[method].path_of_files.split(".")
    for name in outer:
        answer = getattr(answer, name)
    return [row for row in getattr(answer, field) if row.task_id == task_id]


def test_who_has_a_conflict_is_denied_each_record_and_left_out_of_each_list(
    counter: Counter, questions: dict[str, Any], task_id: str
) -> None:
    for method, request in questions.items():
        ask = partial(counter.ask, method, request)
        conflicted = [
            Person(MEMBER.name, MEMBER.body, capacity) for capacity in ("council_member", "programme_officer")
        ]
        if method.startswith("List"):
            assert rows(method, ask(REVIEWER), task_id), method
            assert [rows(method, ask(person), task_id) for person in conflicted] == [[], []], method
        else:
            assert ask(REVIEWER), method
            for person in conflicted:
                answer = told(partial(ask, person))
                assert (method, answer.code, answer.reason) == (method, StatusCode.PERMISSION_DENIED, "FILE_HIDDEN")


def test_the_registry_is_asked_whatever_a_member_declares(
    counter: Counter, city: City, registry_door: StandInRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    council = acceptance_council(city)
    file = contracts.GetContractRequest(task_id=str(council.task_id))
    assert counter.ask("GetContract", file, MEMBER)
    monkeypatch.setattr(registry_door, "owners", {MEMBER.id})
    declared = counter.ask("DeclareConflicts", council_requests.declare_conflicts(str(council.id)), MEMBER).council
    [recusal] = declared.recusals
    assert (recusal.person_id, recusal.match.tie) == (str(MEMBER.id), terms.PERSON_TIE_OWNER)
    answer = told(lambda: counter.ask("GetContract", file, MEMBER))
    assert (answer.code, answer.reason) == (StatusCode.PERMISSION_DENIED, "FILE_HIDDEN")


def test_a_ranking_leaves_out_the_places_that_are_hidden(city: City, counter: Counter) -> None:
    task = city.screened_task()
    council = city.support.councils.appoint_council(
        call(LEAD, "30/QĐ-SKHCN"), task_id=task.id, members=MEMBERS, rules=RULES
    ).record
    city.support.councils.recuse_council_member(call(MEMBER), council_id=council.id, conflict_kind=ConflictKind.FAMILY)
    asked = priorities.GetTaskRankingRequest(task_id=str(task.id), on_date=date_message(date(2024, 7, 1)))
    assert rows("GetTaskRanking", counter.ask("GetTaskRanking", asked, REVIEWER), str(task.id))
    assert rows("GetTaskRanking", counter.ask("GetTaskRanking", asked, MEMBER), str(task.id)) == []


def test_a_council_shows_them_nothing_of_what_it_made_of_the_file(counter: Counter, task_id: str) -> None:
    asked = messages.GetCouncilRequest(council_id=str(Council.create_id(UUID(task_id))))
    assert counter.ask("GetCouncil", asked, REVIEWER).council.score_sheets
    blanked = counter.ask("GetCouncil", asked, MEMBER).council
    assert (list(blanked.score_sheets), blanked.concluded, len(blanked.members)) == ([], True, 4)
