"""What an application holds in the channel of hosts: its papers, its receipt, and the time to put it right."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from grpc import StatusCode
from nscl.support.v1 import clock_resources_pb2 as clocks
from nscl.support.v1 import grant_call_resources_pb2 as calls
from nscl.support.v1 import support_resources_pb2 as resources
from nscl.support.v1 import support_service_pb2 as messages

from services.shared.wire import date_message, filled
from tests.bad_input import told
from tests.support.api import clock_requests, requests
from tests.support.api import document_requests as documents
from tests.support.api import grant_call_requests as grants
from tests.support.api.clerk import Clerk
from tests.support.city import City
from tests.support.conftest import StandInRegistry
from tests.support.examples import CHECKLIST, HOST, LEAD, LEADER, OFFICER, OWNER

FAILED, INVALID = StatusCode.FAILED_PRECONDITION, StatusCode.INVALID_ARGUMENT
ITEMS = [filled(calls.ChecklistItem, item) for item in CHECKLIST]
FIVE_S = calls.ContentChecklist(content_code="TOOL-5S", items=ITEMS)
LATE = date_message(date(2024, 7, 8))


@pytest.fixture(scope="module")
def plan(city: City) -> tuple[str, str]:
    catalogue, norms = city.plan()
    return str(catalogue.id), str(norms.id)


@pytest.fixture(scope="module")
def line_id(city: City) -> str:
    return str(city.approved_line())


def called(clerk: Clerk, plan: tuple[str, str], line_id: str, **terms: Any) -> str:
    """A task for which hosts are called on these terms."""
    task_id: str = clerk.ask("ProposeTask", requests.propose_task(line_id, plan[0]), OFFICER).task.task_id
    clerk.ask("EnlistTask", requests.enlist_task(task_id), LEAD)
    clerk.ask("OpenTaskCall", requests.open_task_call(task_id, **terms), OFFICER)
    return task_id


def application(task_id: str, **changes: Any) -> messages.SubmitTaskApplicationRequest:
    mine = [requests.participation_line(uuid4())]
    return requests.submit_task_application(task_id, **{"participations": mine, "papers": grants.PAPERS, **changes})


def refused(clerk: Clerk, method: str, request: Any, person: Any = HOST) -> tuple[StatusCode, str]:
    answer = told(partial(clerk.counter.ask, method, request, person))
    assert "{" not in answer.sentence
    return answer.code, answer.reason


def test_an_application_holds_the_papers_of_the_call_and_is_put_right_in_time(
    clerk: Clerk, plan: tuple[str, str], line_id: str
) -> None:
    task_id = called(clerk, plan, line_id, checklists=[FIVE_S])
    for papers, reason in (
        ([], "CHECKLIST_INCOMPLETE"),
        (grants.PAPERS[:1], "CHECKLIST_INCOMPLETE"),
        ([*grants.PAPERS, grants.PAPERS[0]], "PAPER_NOT_ON_CHECKLIST"),
    ):
        assert refused(clerk, "SubmitTaskApplication", application(task_id, papers=papers)) == (INVALID, reason)
    submitted = application(task_id)
    received = clerk.ask("SubmitTaskApplication", submitted, HOST).task
    assert (list(received.papers), list(received.checklists)) == (grants.PAPERS, [FIVE_S])
    unknown = resources.PaperFault(content_code="TOOL-5S", item_code="PLAN", reason="Thiếu")
    wrong = requests.return_task_application(task_id, faults=[unknown])
    assert refused(clerk, "ReturnTaskApplication", wrong, OFFICER) == (INVALID, "PAPER_UNKNOWN")
    returned = requests.return_task_application(task_id, faults=[grants.FAULT])
    assert clerk.ask("ReturnTaskApplication", returned, OFFICER).task.faults == [grants.FAULT]

    corrected = {"participations": submitted.participations, "papers": grants.PAPERS}
    late = requests.resubmit_task_application(task_id, **corrected)
    late.basis.effective_on.CopyFrom(LATE)
    assert refused(clerk, "ResubmitTaskApplication", late) == (FAILED, "RESUBMITTED_TOO_LATE")
    no_later = grants.extend_resubmission(task_id, resubmit_by=date_message(date(2024, 7, 5)))
    assert refused(clerk, "ExtendResubmission", no_later, LEAD) == (INVALID, "DEADLINE_IN_THE_PAST")
    too_late = grants.extend_resubmission(task_id)
    too_late.basis.effective_on.CopyFrom(LATE)
    assert refused(clerk, "ExtendResubmission", too_late, LEAD) == (FAILED, "EXTENDED_TOO_LATE")
    extended = clerk.ask("ExtendResubmission", grants.extend_resubmission(task_id), LEAD)
    listing = messages.ListTasksRequest(min_position=extended.recorded.position)
    [row] = [each for each in clerk.counter.ask("ListTasks", listing, OFFICER).tasks if each.task_id == task_id]
    assert (row.resubmit_by, row.etag) == (date_message(date(2024, 7, 12)), extended.task.etag)
    again = clerk.ask("ResubmitTaskApplication", late, HOST).task
    assert (again.status, list(again.papers), list(again.faults)) == (
        resources.TASK_STATUS_RECEIVED,
        grants.PAPERS,
        [],
    )
    extend = grants.extend_resubmission(task_id)
    assert refused(clerk, "ExtendResubmission", extend, LEAD) == (FAILED, "TASK_NOT_IN_STEP")


def test_what_a_call_asks_for_is_asked_for_once_and_of_its_own_contents(
    clerk: Clerk, plan: tuple[str, str], line_id: str
) -> None:
    task_id: str = clerk.ask("ProposeTask", requests.propose_task(line_id, plan[0]), OFFICER).task.task_id
    clerk.ask("EnlistTask", requests.enlist_task(task_id), LEAD)
    strange = calls.ContentChecklist(content_code="CRT-FOOD", items=ITEMS)
    doubled = calls.ContentChecklist(content_code="TOOL-5S", items=[ITEMS[0], ITEMS[0]])
    for checklists, code, reason in (
        ([strange], FAILED, "CONTENT_NOT_CALLED_FOR"),
        ([FIVE_S, FIVE_S], INVALID, "CONTENTS_MISSING"),
        ([doubled], INVALID, "CHECKLIST_CODE_NAMED_TWICE"),
    ):
        call = requests.open_task_call(task_id, checklists=checklists)
        assert refused(clerk, "OpenTaskCall", call, OFFICER) == (code, reason)


def test_a_call_may_ask_for_an_accredited_host(
    clerk: Clerk, plan: tuple[str, str], line_id: str, registry_door: StandInRegistry
) -> None:
    task_id = called(clerk, plan, line_id, accreditation_required=True)
    apply = application(task_id, papers=[])
    for until in (None, date(2024, 6, 27)):
        registry_door.accredited_until = until
        assert refused(clerk, "SubmitTaskApplication", apply) == (FAILED, "HOST_NOT_ACCREDITED")
    registry_door.accredited_until = date(2024, 6, 28)
    clerk.ask("SubmitTaskApplication", apply, HOST)


def test_receipts_are_numbered_by_their_register_in_both_channels(
    clerk: Clerk, city: City, plan: tuple[str, str], line_id: str
) -> None:
    first = called(clerk, plan, line_id)
    without = clerk.ask("SubmitTaskApplication", application(first, papers=[]), HOST).task
    assert without.receipt == ""
    opened = documents.open_document_register(issuer="SKHCN", document_type="GTN", first_number=7)
    clerk.ask("OpenDocumentRegister", opened, OFFICER)
    tasks = [called(clerk, plan, line_id) for _ in range(2)]
    receipts = [
        clerk.ask("SubmitTaskApplication", application(task_id, papers=[]), HOST).task.receipt for task_id in tasks
    ]
    direct = grants.apply_for_grant(str(city.published_call().id), uuid4())
    assert refused(clerk, "SubmitTaskApplication", application(tasks[0])) == (FAILED, "TASK_NOT_IN_STEP")
    receipts.append(clerk.ask("ApplyForGrant", direct, OWNER).task.receipt)
    assert receipts == ["7/GTN-SKHCN", "8/GTN-SKHCN", "9/GTN-SKHCN"]


def test_a_rule_may_give_days_of_grace(clerk: Clerk, plan: tuple[str, str], line_id: str) -> None:
    grace = clocks.DeadlineRule(
        step=clocks.WAITING_STEP_SUPPLEMENT,
        days=2,
        day_kind=clocks.DAY_KIND_CALENDAR,
        counted_from=clocks.COUNTED_FROM_NAMED_DAY,
        body="HOST",
        legal_basis="DỮ LIỆU MẪU",
        sample=True,
    )
    clerk.ask("AdoptDeadlineRules", clock_requests.adopt_deadline_rules(rules=[grace]), LEADER)
    task_id = called(clerk, plan, line_id)
    submitted = application(task_id, papers=[])
    clerk.ask("SubmitTaskApplication", submitted, HOST)
    clerk.ask("ReturnTaskApplication", requests.return_task_application(task_id), OFFICER)
    again = requests.resubmit_task_application(task_id, participations=submitted.participations)
    again.basis.effective_on.CopyFrom(date_message(date(2024, 7, 8)))
    assert refused(clerk, "ResubmitTaskApplication", again) == (FAILED, "RESUBMITTED_TOO_LATE")
    again.basis.effective_on.CopyFrom(date_message(date(2024, 7, 7)))
    assert clerk.ask("ResubmitTaskApplication", again, HOST).task.status == resources.TASK_STATUS_RECEIVED
