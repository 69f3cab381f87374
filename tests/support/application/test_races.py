"""Two who act at once on the same money or the same content: one of them succeeds, whoever it is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from services.shared.event_store import Saved, VersionConflict
from services.shared.refusals import Refusal
from services.support.application.log import SupportLog
from services.support.application.support import Support
from services.support.domain.budget_refusals import BudgetLineOverdrawn
from services.support.domain.case import Case
from services.support.domain.certificate import Certificate
from services.support.domain.certificate_refusals import PaidOnWithdrawnCertificate
from services.support.domain.claim import Claim
from services.support.domain.claim_refusals import ContentAlreadyClaimed, ContentClaimedInUndertaking
from services.support.domain.contract_refusals import PaymentsOnHold
from services.support.domain.recovery import FindingReference, RecoveryAccount, RecoveryUnpaid
from tests.servers import Database
from tests.soak import Soak
from tests.support.city import City, KnownEnterprises, call
from tests.support.examples import DAY, LEAD, OFFICER, OTHER_OWNER, OWNER, PAYER, wanted

ROUNDS = 10


@pytest.fixture(scope="module")
def other_city(support_database: Database, city: City, known_enterprises: KnownEnterprises) -> Iterator[City]:
    """The same city seen by another process's log."""
    log = SupportLog("support", support_database.service_env)
    other = City(Support.over(log, known_enterprises))
    other._plan = city.plan()
    yield other
    log.close()


def at_once(*asked: Callable[[], Any]) -> list[Any]:
    """What each was answered, all asked at the same moment; who loses a version asks again, as at the door."""
    barrier = threading.Barrier(len(asked))

    def ask(act: Callable[[], Any]) -> Any:
        barrier.wait()
        while True:
            try:
                return act()
            except VersionConflict:
                continue
            except Refusal as refusal:
                return refusal

    with ThreadPoolExecutor(len(asked)) as threads:
        return list(threads.map(ask, asked))


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_approvals_for_the_last_money_of_a_line(city: City, other_city: City, _round: int) -> None:
    line_id = city.approved_line(79_999_999)
    first, second = (city.scored_task(wanted(uuid4()), line_id=line_id) for _ in range(2))
    answers = at_once(lambda: city.approve(first), lambda: other_city.approve(second))
    assert sorted(type(answer).__name__ for answer in answers) == ["BudgetLineOverdrawn", "Task"]
    line = city.support.budget.get_budget_line(line_id)
    assert (line.reserved_vnd, line.available_vnd) == (40_000_000, 39_999_999)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_applications_for_the_same_content(city: City, other_city: City, _round: int) -> None:
    line_id = city.approved_line()
    first, second = (city.open_task(line_id) for _ in range(2))
    line = wanted(uuid4())
    answers = at_once(
        lambda: city.submitted_task(line, task_id=first.id), lambda: other_city.submitted_task(line, task_id=second.id)
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["ContentAlreadyClaimed", "Task"]


@pytest.mark.soak
def test_two_enterprises_of_one_undertaking_for_the_same_content(
    city: City, other_city: City, known_enterprises: KnownEnterprises, soak: Soak
) -> None:
    line_id = city.approved_line()

    def race() -> None:
        first, second = (city.open_task(line_id) for _ in range(2))
        one, other = uuid4(), uuid4()
        known_enterprises.told[one] = {"undertaking": (one, other)}
        known_enterprises.told[other] = {"undertaking": (other, one)}
        answers = at_once(
            lambda: city.submitted_task(wanted(one), task_id=first.id),
            lambda: other_city.submitted_task(wanted(other), task_id=second.id),
        )
        assert sorted(type(answer).__name__ for answer in answers) == ["ContentClaimedInUndertaking", "Task"], soak
        claims = [city.support.applications.get_claim(Claim.create_id(each, "TOOL-5S")) for each in (one, other)]
        assert len({claim.last.participation_id for claim in claims}) == 1

    for _ in range(soak.count(200, 0.05)):
        race()


@pytest.mark.soak
def test_who_joins_applies_while_the_claim_is_widened_to_them(
    city: City, other_city: City, known_enterprises: KnownEnterprises, soak: Soak
) -> None:
    line_id = city.approved_line()
    applications = city.support.applications

    def race() -> None:
        one, joined = uuid4(), uuid4()
        scored, second = city.scored_task(wanted(one), line_id=line_id), city.open_task(line_id)
        known_enterprises.told[one] = {"undertaking": (one, joined)}
        known_enterprises.told[joined] = {"undertaking": (joined,)}  # as of a day on which it had not joined
        screened, applied = at_once(
            lambda: applications.screen_participation(call(OFFICER), participation_id=scored.participation_ids[0]),
            lambda: other_city.submitted_task(wanted(joined), task_id=second.id),
        )
        assert screened.record.is_eligible == isinstance(applied, ContentAlreadyClaimed | ContentClaimedInUndertaking)

    for _ in range(soak.count(200, 0.05)):
        race()


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_decisions_on_the_last_place_of_a_grant_call(city: City, other_city: City, _round: int) -> None:
    grant_call = city.published_call()
    first, second = (
        city.judged(city.direct_task(grant_call.id, uuid4(), person).id) for person in (OWNER, OTHER_OWNER)
    )
    answers = at_once(lambda: city.approve(first), lambda: other_city.approve(second))
    assert sorted(type(answer).__name__ for answer in answers) == ["GrantQuotaUsedUp", "Task"]
    [granted] = city.support.grant_calls.get_grant_call(grant_call.id).granted_vnd_of["TOOL-5S"].values()
    assert granted == 40_000_000


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_payment_against_a_case_that_holds_it(city: City, other_city: City, _round: int) -> None:
    task = city.accepted_task(wanted(uuid4()))
    case = {"task_id": task.id, "case_number": "VV-3", "reason": "Nghi trùng hỗ trợ"}
    paid, held = at_once(
        lambda: city.support.delivery.pay_task(call(PAYER), task_id=task.id),
        lambda: other_city.support.contracts.hold_payments(call(OFFICER), **case),
    )
    contract = city.support.contracts.get_contract(task.id)
    assert isinstance(held, Saved)
    assert (contract.paid_vnd > 0) == isinstance(paid, Saved)
    assert isinstance(paid, Saved | PaymentsOnHold)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_an_award_against_an_order_to_pay_back(city: City, other_city: City, _round: int) -> None:
    settled = city.settled_task(wanted(enterprise_id := uuid4()))
    scored = city.scored_task(wanted(enterprise_id, "CRT-FOOD"))
    order = {"amount_vnd": 1_000_000, "due_on": date(2024, 9, 30), "reason": "Chi sai mục đích"}
    whose = {"task_id": settled.id, "debtor_id": enterprise_id, "finding": city.found(settled.id, 1_000_000)}
    awarded, ordered = at_once(
        lambda: city.approve(scored),
        lambda: other_city.support.recoveries.order_recovery(call(LEAD, "66/QĐ-TH"), **whose, **order),
    )
    account = RecoveryAccount.create_id(enterprise_id)
    told = [each.event for each in city.support.log.recorded_events(0, 100_000) if each.event.originator_id == account]
    steps = [type(event).__name__ for event in told]
    assert isinstance(ordered, Saved)
    assert ("AwardPermitted" in steps[steps.index("DebtEntered") :]) is False
    assert isinstance(awarded, RecoveryUnpaid) == (steps.count("AwardPermitted") == 1)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_orders_on_one_finding(city: City, other_city: City, _round: int) -> None:
    task = city.settled_task(wanted(enterprise_id := uuid4()))
    inspection = city.concluded_inspection(task.id, task.participation_ids[0], 10_000_000)
    order = {"amount_vnd": 6_000_000, "due_on": date(2024, 9, 30), "reason": "Theo kết luận"}
    whose = {"task_id": task.id, "debtor_id": enterprise_id, "finding": FindingReference(inspection.id, 1)}
    answers = at_once(
        lambda: city.support.recoveries.order_recovery(call(LEAD, "66/QĐ-TH"), **whose, **order),
        lambda: other_city.support.recoveries.order_recovery(call(LEAD, "67/QĐ-TH"), **whose, **order),
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["RecoveryAboveFinding", "Saved"]


def test_ten_approvals_on_a_line_with_money_for_three(city: City, other_city: City) -> None:
    line_id = city.approved_line(3 * 40_000_000)
    tasks = [city.scored_task(wanted(uuid4()), line_id=line_id) for _ in range(10)]
    answers = at_once(
        *(lambda task=task, at=at: at.approve(task) for task, at in zip(tasks, [city, other_city] * 5, strict=True))
    )
    assert sum(isinstance(answer, BudgetLineOverdrawn) for answer in answers) == 7
    line = city.support.budget.get_budget_line(line_id)
    assert (line.reserved_vnd, line.available_vnd) == (120_000_000, 0)


@pytest.mark.soak
def test_applications_for_one_product_and_for_two(city: City, other_city: City, soak: Soak) -> None:
    city.claim_rules()
    line_id = city.approved_line()

    def race(*keys: str) -> list[str]:
        enterprise_id = uuid4()
        lines = [replace(wanted(enterprise_id, "PRD-HOPQUY"), unit_keys=(key,)) for key in keys]
        tasks = [city.open_task(line_id) for _ in lines]
        answers = at_once(
            lambda: city.submitted_task(lines[0], task_id=tasks[0].id),
            lambda: other_city.submitted_task(lines[1], task_id=tasks[1].id),
        )
        return sorted(type(answer).__name__ for answer in answers)

    for _ in range(soak.count(200, 0.05)):
        assert race("PRODUCT:A", "PRODUCT:A") == ["ContentAlreadyClaimed", "Task"], soak
        assert race("PRODUCT:A", "PRODUCT:B") == ["Task", "Task"], soak


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_one_certificate_for_two_participations(city: City, other_city: City, _round: int) -> None:
    first, second = city.contracted_task(wanted(uuid4()), wanted(uuid4())).participation_ids
    certificate = {
        "certificate_number": f"CN-{first}",
        "certification_body": "Chứng nhận Mẫu",
        "issued_on": DAY,
        "valid_until": date(2027, 6, 27),
    }
    answers = at_once(
        lambda: city.support.delivery.certify_participation(call(OFFICER), participation_id=first, **certificate),
        lambda: other_city.support.delivery.certify_participation(
            call(OFFICER), participation_id=second, **certificate
        ),
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["CertificateAlreadyPresented", "Saved"]


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_payment_and_the_withdrawal_of_its_certificate(city: City, other_city: City, _round: int) -> None:
    task = city.accepted_task(wanted(uuid4(), "CRT-FOOD"))
    [participation_id] = task.participation_ids
    withdrawn = {"certificate_id": Certificate.create_id("Chứng nhận Mẫu", f"CN-{participation_id}"), "reason": "Sai"}
    paid, _ = at_once(
        lambda: city.support.delivery.pay_task(call(PAYER), task_id=task.id),
        lambda: other_city.support.certificates.withdraw_certificate(call(OFFICER, "11/QĐ-CN"), **withdrawn),
    )
    if isinstance(paid, PaidOnWithdrawnCertificate):
        assert city.support.applications.get_participation(participation_id).paid_vnd == 0
    else:
        assert city.support.cases.get_case(Case.create_id(participation_id)).paid_vnd == 30_000_000
