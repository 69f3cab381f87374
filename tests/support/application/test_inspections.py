"""An inspection holds a contract's payments, and what it upholds comes back, no more and no less."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.shared.refusals import Refusal
from services.support.application.inspections import InspectionAlreadyOpened
from services.support.application.recoveries import FindingOfAnotherTask
from services.support.domain.contract_refusals import ParticipationNotInContract, PaymentsOnHold
from services.support.domain.grant_tally import GrantTally
from services.support.domain.inspection import FindingKind, Inspection
from services.support.domain.inspection_refusals import InspectionNotInStep, RecoveryAboveFinding
from services.support.domain.recovery import FindingReference
from tests.support.application.test_refusals import refused
from tests.support.city import City, call
from tests.support.examples import AUDITOR, ENTERPRISE_CAP, LEAD, OFFICER, PAYER, SECOND_AUDITOR, wanted

ORDER: dict[str, Any] = {"due_on": date(2024, 9, 30), "reason": "Theo kết luận thanh tra"}


def held(city: City) -> tuple[UUID, Inspection]:
    """A contract whose accepted milestone is not paid because of an inspection."""
    task_id = city.signed_contract(wanted(uuid4())).task_id
    city.accepted_milestone(task_id, 1)
    return task_id, city.opened_inspection(task_id)


class TestPaymentsWait:
    def test_until_it_is_concluded(self, city: City) -> None:
        task_id, inspection = held(city)
        pay = {"task_id": task_id, "milestone_number": 1}
        refused(city, PaymentsOnHold, lambda: city.support.contracts.pay_milestone(call(PAYER), **pay))
        city.support.inspections.conclude_inspection(
            call(SECOND_AUDITOR, "20/KL-TTTP"), inspection_id=inspection.id, summary="Không sai phạm", upheld=()
        )
        assert city.support.contracts.pay_milestone(call(PAYER), **pay).record.paid_vnd == 20_000_000

    def test_and_nobody_else_lifts_that(self, city: City) -> None:
        task_id, inspection = held(city)
        case = {"task_id": task_id, "case_number": inspection.document, "reason": "Không cần nữa"}
        refused(city, InspectionNotInStep, lambda: city.support.contracts.lift_payment_hold(call(OFFICER), **case))

    def test_a_document_opens_one_inspection_of_a_contract(self, city: City) -> None:
        task_id, _ = held(city)
        refused(city, InspectionAlreadyOpened, lambda: city.opened_inspection(task_id))

    def test_nothing_is_found_against_who_is_not_of_the_contract(self, city: City) -> None:
        _, inspection = held(city)
        finding = {"kind": FindingKind.OVERLAP, "amount_vnd": 0, "description": "Trùng", "evidence": "Danh sách"}
        refused(
            city,
            ParticipationNotInContract,
            lambda: city.support.inspections.record_inspection_finding(
                call(AUDITOR), inspection_id=inspection.id, participation_id=uuid4(), **finding
            ),
        )


class TestRecovered:
    @pytest.fixture
    def found(self, city: City) -> tuple[UUID, UUID, FindingReference]:
        """A settled task, its enterprise, and a finding of which ten million have to come back."""
        task = city.settled_task(wanted(enterprise_id := uuid4()))
        inspection = city.concluded_inspection(task.id, task.participation_ids[0], 10_000_000)
        return task.id, enterprise_id, FindingReference(inspection.id, 1)

    def order(self, city: City, found: tuple[UUID, UUID, FindingReference], amount_vnd: int, document: str) -> Any:
        task_id, enterprise_id, finding = found
        whose = {"task_id": task_id, "debtor_id": enterprise_id, "finding": finding, "amount_vnd": amount_vnd}
        return city.support.recoveries.order_recovery(call(LEAD, document), **whose, **ORDER).record

    def test_no_more_than_was_found(self, city: City, found: tuple[UUID, UUID, FindingReference]) -> None:
        self.order(city, found, 6_000_000, "66/QĐ-TH")
        refused(city, RecoveryAboveFinding, lambda: self.order(city, found, 6_000_000, "67/QĐ-TH"))
        self.order(city, found, 4_000_000, "68/QĐ-TH")
        assert city.support.inspections.get_inspection(found[2].inspection_id).ordered_vnd == 10_000_000

    def test_on_the_contract_it_was_found_on(self, city: City, found: tuple[UUID, UUID, FindingReference]) -> None:
        other = city.settled_task(wanted(enterprise_id := uuid4()))
        refused(
            city, FindingOfAnotherTask, lambda: self.order(city, (other.id, enterprise_id, found[2]), 1, "66/QĐ-TH")
        )

    def test_the_years_limits_get_back_what_came_back(self, city: City) -> None:
        norms = city.adopted_norms(code="LIMITED", norms_version=1, limits=(ENTERPRISE_CAP,))
        contract = city.signed_contract(wanted(enterprise_id := uuid4()), norms=norms)
        for number in (1, 2):
            city.paid_milestone(contract.task_id, number)
        [participation_id] = contract.lines
        inspection = city.concluded_inspection(contract.task_id, participation_id, 10_000_000)
        finding = FindingReference(inspection.id, 1)
        recovery = self.order(city, (contract.task_id, enterprise_id, finding), 10_000_000, "66/QĐ-TH")
        tally_id = GrantTally.create_id("LIMITED", ENTERPRISE_CAP.code, 2024, enterprise_id)
        assert city.support.log.load(GrantTally, tally_id).granted_vnd == 40_000_000
        for document, amount_vnd in (("1/GNT", 4_000_000), ("2/GNT", 6_000_000)):
            part = {"recovery_id": recovery.id, "amount_vnd": amount_vnd}
            city.support.recoveries.receive_recovery_instalment(call(PAYER, document), **part)
        assert city.support.log.load(GrantTally, tally_id).granted_vnd == 30_000_000


def test_what_is_not_upheld_needs_no_recovery(city: City) -> None:
    task = city.settled_task(wanted(enterprise_id := uuid4()))
    inspection = city.concluded_inspection(task.id, task.participation_ids[0], 0)
    whose = {"task_id": task.id, "debtor_id": enterprise_id, "finding": FindingReference(inspection.id, 1)}
    refusal: Refusal = refused(
        city,
        RecoveryAboveFinding,
        lambda: city.support.recoveries.order_recovery(call(LEAD, "66/QĐ-TH"), **whose, amount_vnd=1, **ORDER),
    )
    assert str(refusal) == "Phát hiện số 1 chỉ còn 0 đồng phải thu hồi, không đủ để thu hồi 1 đồng."
