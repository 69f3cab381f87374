"""A case through the real door: what came to light holds the money, until two persons have looked at it."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from grpc import StatusCode
from nscl.support.v1 import case_resources_pb2 as resources
from nscl.support.v1 import case_service_pb2 as messages

from services.shared.event_store import ViewFeeder
from services.support.application.log import SupportLog
from services.support.domain.case import Case
from tests.bad_input import told
from tests.support.api.case_requests import confirm_case, dismiss_case, examine_case
from tests.support.api.contract_requests import lift_payment_hold, pay_milestone
from tests.support.bus.test_late_facts import News
from tests.support.city import City
from tests.support.conftest import Counter
from tests.support.examples import LEAD, LEADER, OFFICER, PAYER, wanted


@pytest.fixture
def task_id(city: City, log: SupportLog, fed_views: ViewFeeder) -> str:  # noqa: ARG001 - claims are found by a view
    """A task whose first milestone is accepted, and another scheme pays the same."""
    contract = city.signed_contract(wanted(mill := uuid4()))
    city.accepted_milestone(contract.task_id, 1)
    news = News(log)
    news.hear(news.of_funding(mill, amount_vnd=12_000_000))
    return str(contract.task_id)


def case_id(city: City, task_id: str) -> str:
    [participation_id] = city.support.applications.get_task(UUID(task_id)).participation_ids
    return str(Case.create_id(participation_id))


def test_a_case_is_examined_dismissed_and_lets_the_payment_go(city: City, counter: Counter, task_id: str) -> None:
    id_ = case_id(city, task_id)
    found = counter.ask("GetCase", messages.GetCaseRequest(case_id=id_), OFFICER).case
    assert found.status == resources.CASE_STATUS_OPEN
    assert [(fact.kind, "12.000.000 đồng" in fact.told) for fact in found.facts] == [
        (resources.FACT_KIND_OTHER_FUNDING, True)
    ]
    held = told(lambda: counter.ask("PayMilestone", pay_milestone(task_id), PAYER))
    assert (held.code, held.reason) == (StatusCode.FAILED_PRECONDITION, "PAYMENTS_ON_HOLD")
    lifted = told(lambda: counter.ask("LiftPaymentHold", lift_payment_hold(task_id, case_number=found.number), LEAD))
    assert (lifted.code, lifted.reason) == (StatusCode.FAILED_PRECONDITION, "HOLD_OF_CASE")
    early = told(lambda: counter.ask("DismissCase", dismiss_case(id_), LEAD))
    assert (early.code, early.reason) == (StatusCode.FAILED_PRECONDITION, "CASE_NOT_IN_STEP")
    counter.ask("ExamineCase", examine_case(id_), LEAD)
    alone = told(lambda: counter.ask("DismissCase", dismiss_case(id_), LEAD))
    assert (alone.code, alone.reason) == (StatusCode.PERMISSION_DENIED, "ACTED_BEFORE")
    dismissed = counter.ask("DismissCase", dismiss_case(id_), LEADER)
    assert (dismissed.case.status, dismissed.case.document) == (resources.CASE_STATUS_DISMISSED, "8/KL-SKHCN")
    assert counter.ask("PayMilestone", pay_milestone(task_id), PAYER).contract.paid_vnd > 0


def test_a_confirmed_case_hinders_for_good_and_is_listed(city: City, counter: Counter, task_id: str) -> None:
    id_ = case_id(city, task_id)
    counter.ask("ExamineCase", examine_case(id_), OFFICER)
    confirmed = counter.ask("ConfirmCase", confirm_case(id_), LEAD)
    hindered = told(lambda: counter.ask("PayMilestone", pay_milestone(task_id), PAYER))
    assert (hindered.code, hindered.reason) == (StatusCode.FAILED_PRECONDITION, "CASE_HINDERS")
    assert confirmed.case.number in hindered.sentence
    listed = counter.ask(
        "ListCases",
        messages.ListCasesRequest(
            status=resources.CASE_STATUS_CONFIRMED, task_id=task_id, min_position=confirmed.recorded.position
        ),
        OFFICER,
    )
    assert [(case.case_id, case.number, case.etag) for case in listed.cases] == [
        (id_, confirmed.case.number, confirmed.case.etag)
    ]
