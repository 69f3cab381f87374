"""A stop flag or an end of the enterprise refuses every step that leads to money, and no act lies before the last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.shared.proceeding import ActedInThePast
from services.shared.refusals import Refusal
from services.support.domain.conditions import EnterpriseEnded, EnterpriseFlagged, StopFlag
from tests.support.application.test_refusals import refused
from tests.support.city import City, KnownEnterprises, call
from tests.support.examples import DAY, HOST, LEAD, OFFICER, PAYER, wanted

SISTER = UUID(int=9)
FLAG = StopFlag(SISTER, "CUCTHUE", "88/TB-CT", "Nợ thuế quá hạn")
FLAGGED = f"Cơ sở {SISTER} đang bị CUCTHUE cảnh báo tạm dừng theo 88/TB-CT: Nợ thuế quá hạn"


def screening(city: City, enterprise_id: UUID) -> Callable[[], Any]:
    task = city.submitted_task(wanted(enterprise_id))
    city.support.applications.validate_task_application(call(OFFICER), task_id=task.id)
    [participation_id] = task.participation_ids
    screen = city.support.applications.screen_participation
    return lambda: screen(call(OFFICER), participation_id=participation_id)


def decision(city: City, enterprise_id: UUID) -> Callable[[], Any]:
    task = city.scored_task(wanted(enterprise_id))
    return lambda: city.approve(task)


def payment(city: City, enterprise_id: UUID) -> Callable[[], Any]:
    task = city.accepted_task(wanted(enterprise_id))
    return lambda: city.support.delivery.pay_task(call(PAYER), task_id=task.id)


@pytest.mark.parametrize("step", [screening, decision, payment])
class TestStopped:
    @pytest.mark.parametrize(
        ("told", "refusal", "sentence"),
        [
            ({"stop_flags": (FLAG,)}, EnterpriseFlagged, FLAGGED),
            ({"ended_on": DAY}, EnterpriseEnded, "đã chấm dứt tồn tại từ ngày 28/06/2024."),
        ],
    )
    def test_nothing_leads_to_money_while_an_enterprise_is_stopped(
        self,
        city: City,
        known_enterprises: KnownEnterprises,
        step: Callable[[City, UUID], Callable[[], Any]],
        told: dict[str, Any],
        refusal: type[Refusal],
        sentence: str,
    ) -> None:
        ask = step(city, enterprise_id := uuid4())
        known_enterprises.told[enterprise_id] = told
        assert str(refused(city, refusal, ask)).endswith(sentence)
        known_enterprises.told[enterprise_id] = {"ended_on": DAY + timedelta(days=1)}
        ask()


def test_who_is_left_out_of_a_decision_stops_nobody(city: City, known_enterprises: KnownEnterprises) -> None:
    task = city.scored_task(wanted(uuid4()), wanted(flagged := uuid4()))
    known_enterprises.told[flagged] = {"stop_flags": (FLAG,)}
    [left_out] = [each.id for each in city.participations(task) if each.enterprise_id == flagged]
    assert len(city.approve(task, refusals={left_out: "Đang bị cảnh báo"}).grants) == 1


class TestInOrderOfTime:
    """An act of the same task, contract or participation lies on no day before that of the one it follows."""

    EVE = DAY - timedelta(days=1)

    def test_a_task_goes_forward(self, city: City) -> None:
        task = city.submitted_task(wanted(uuid4()))
        validate = city.support.applications.validate_task_application
        refusal = refused(city, ActedInThePast, lambda: validate(call(OFFICER, on=self.EVE), task_id=task.id))
        assert str(refusal) == "Ngày có hiệu lực không được trước ngày của bước trước đó, 28/06/2024."
        validate(call(OFFICER), task_id=task.id)

    def test_so_does_a_contract(self, city: City) -> None:
        contract = city.signed_contract(wanted(uuid4()))
        suspend, why = city.support.contracts.suspend_contract, {"task_id": contract.task_id, "reason": "Bão số 3"}
        refused(city, ActedInThePast, lambda: suspend(call(LEAD, "40/CV", on=self.EVE), **why))
        suspend(call(LEAD, "40/CV", on=date(2024, 7, 1)), **why)
        resume = city.support.contracts.resume_contract
        refused(city, ActedInThePast, lambda: resume(call(LEAD, "41/CV"), **why))

    def test_so_does_a_participation(self, city: City) -> None:
        [participation_id] = city.contracted_task(wanted(uuid4())).participation_ids
        done = {"participation_id": participation_id, "summary": "Đã áp dụng"}
        implement = city.support.delivery.implement_participation
        refused(city, ActedInThePast, lambda: implement(call(HOST, on=self.EVE), **done))
