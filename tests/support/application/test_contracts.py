"""A contract moves its task, its line and its participations with it, and a refusal leaves all of them as they were."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest

from services.shared.record import ActedBefore
from services.support.application.councils import AcceptanceCouncilAlreadyAppointed
from services.support.application.recoveries import DebtorNotOfContract
from services.support.domain.budget_line import BudgetLine
from services.support.domain.claim import Claim, ClaimStatus
from services.support.domain.conditions import Standing, StandingField
from services.support.domain.contract import Contract
from services.support.domain.contract_refusals import (
    ContractHasMilestones,
    ParticipationAlreadyPaid,
    PaymentConditionUnmet,
    PaymentsOnHold,
    RecoveryAbovePaid,
)
from services.support.domain.contract_terms import ContractStatus, Milestone, MilestoneStatus
from services.support.domain.council_refusals import CouncilConcludedOtherwise, CouncilNotConcluded, HostSitsOnCouncil
from services.support.domain.council_terms import CouncilMember, CouncilRole
from services.support.domain.participation import ParticipationStatus
from services.support.domain.participation_refusals import (
    ParticipationLacksEvidence,
    ParticipationNotCommitted,
)
from services.support.domain.recovery import RecoveryOrigin, RecoveryStatus, RecoveryUnpaid, RecoveryWithoutFinding
from services.support.domain.task import Task
from services.support.domain.task_refusals import ContractLinesDiffer, NotTheHost
from services.support.domain.task_terms import ActualCost, ParticipationAmount, TaskStatus
from tests.support.application.test_refusals import refused
from tests.support.city import City, KnownEnterprises, call
from tests.support.examples import (
    GOOD_POINTS,
    HOST,
    LEAD,
    LEADER,
    MEMBERS,
    OFFICER,
    OTHER_FUNDING,
    OTHER_HOST,
    PAYER,
    POOR_POINTS,
    RULES,
    SECOND_OFFICER,
    SETTLER,
    STAR_CONSULTING,
    Person,
    wanted,
)

END = date(2024, 12, 15)
DEPUTY = Person("deputy", "UBND", "city_leader")


def line_of(city: City, contract: Contract) -> BudgetLine:
    return city.support.budget.get_budget_line(contract.budget_line_id)


def task_of(city: City, contract: Contract) -> Task:
    return city.support.applications.get_task(contract.task_id)


def told_of_task(city: City, contract: Contract) -> list[str]:
    """The steps of a contract's task, as its own events tell them."""
    events = (recorded.event for recorded in city.support.log.recorded_events(0, 100_000))
    return [type(event).__name__ for event in events if event.originator_id == contract.task_id]


class TestSigned:
    def test_no_contract_before_every_enterprise_has_committed_itself(self, city: City) -> None:
        task = city.approve(city.scored_task(wanted(uuid4())))
        refused(
            city,
            ParticipationNotCommitted,
            lambda: city.support.decisions.contract_task(call(LEAD, "12/HĐ-SKHCN"), task_id=task.id, lines=()),
        )

    def test_only_its_host_hands_in_a_commitment(self, city: City) -> None:
        task = city.approve(city.scored_task(wanted(uuid4())))
        [participation_id] = task.grants
        refused(
            city,
            NotTheHost,
            lambda: city.support.contracts.commit_participation(
                call(OTHER_HOST, "1/BCK"), participation_id=participation_id
            ),
        )

    def test_a_contract_signed_in_short_names_each_participation_once(self, city: City) -> None:
        task = city.committed_task(wanted(uuid4()))
        [decided] = task.decided_lines
        for lines in ((decided, decided), (ParticipationAmount(uuid4(), 1),)):
            sign = partial(city.support.decisions.contract_task, call(LEAD, "12/HĐ-SKHCN"), task_id=task.id)
            refusal = refused(city, ContractLinesDiffer, partial(sign, lines=lines))
            assert getattr(refusal, "field", None) == "lines"

    def test_a_contract_signed_in_short_has_one_milestone(self, city: City) -> None:
        task = city.contracted_task(wanted(uuid4()))
        contract = city.support.contracts.get_contract(task.id)
        [milestone] = contract.milestones.values()
        assert (milestone.amount_vnd, milestone.due_on) == (40_000_000, date(2024, 12, 31))
        assert (contract.authority, contract.payee_id) == ("quyết định 900/QĐ-UBND", STAR_CONSULTING)


def test_who_left_the_task_waiting_pays_no_advance_of_it(city: City) -> None:
    """Although another approved it later."""
    task = city.scored_task(wanted(uuid4()))
    city.support.waitlists.waitlist_task(call(DEPUTY, "902/QĐ-UBND"), task_id=task.id, reason="Hết kinh phí")
    contract = city.signed_contract(task=city.approve(task), advance_vnd=12_000_000)
    pay = partial(city.support.contracts.pay_advance, task_id=contract.task_id, amount_vnd=1_000_000)
    refused(city, ActedBefore, lambda: pay(call(DEPUTY, "3/UNC")))
    pay(call(PAYER, "3/UNC"))


class TestCarriedOut:
    def test_milestones_are_accepted_and_paid_one_by_one_until_the_archive(self, city: City) -> None:
        contract = city.signed_contract(wanted(uuid4()), advance_vnd=12_000_000)
        contracts, task_id = city.support.contracts, contract.task_id
        contracts.pay_advance(call(PAYER, "3/UNC"), task_id=task_id, amount_vnd=10_000_000)
        line = line_of(city, contract)
        assert (line.committed_vnd, line.advanced_vnd, line.paid_vnd) == (30_000_000, 10_000_000, 0)

        contract = city.paid_milestone(task_id, 1)
        assert contract.milestone(1).advance_cleared_vnd == 4_000_000
        line = line_of(city, contract)
        assert (line.committed_vnd, line.advanced_vnd, line.paid_vnd) == (14_000_000, 6_000_000, 20_000_000)
        assert task_of(city, contract).status is TaskStatus.CONTRACTED

        city.paid_milestone(task_id, 2, 30_000_000)
        task = task_of(city, contract)
        assert (task.status, task.paid_vnd) == (TaskStatus.PAID, 35_000_000)
        assert list(task.actual_cost_vnd_of.values()) == [110_000_000]
        contracts.settle_contract(call(SETTLER, "3/QT-STC"), task_id=task_id)
        contracts.liquidate_contract(call(LEAD, "5/BBTL"), task_id=task_id)
        contract = contracts.archive_contract(call(OFFICER), task_id=task_id, archive_number="LT-7").record
        assert (contract.status, contract.receivable_vnd) == (ContractStatus.ARCHIVED, 0)
        line = line_of(city, contract)
        assert (line.committed_vnd, line.advanced_vnd, line.paid_vnd) == (0, 0, 35_000_000)
        assert told_of_task(city, contract)[-5:] == [
            "Contracted",
            "AcceptanceRequested",
            "Accepted",
            "Paid",
            "Settled",
        ]

    def test_what_takes_a_whole_task_at_once_is_refused_to_more_milestones(self, city: City) -> None:
        task_id = city.signed_contract(wanted(uuid4())).task_id
        delivery = city.support.delivery
        costs = {"actual_costs": ()}
        for ask in (
            lambda: delivery.request_task_acceptance(call(HOST), task_id=task_id, summary="Hoàn thành"),
            lambda: delivery.accept_task(call(LEAD, "8/BB-NT"), task_id=task_id, **costs),
            lambda: delivery.pay_task(call(PAYER), task_id=task_id),
        ):
            refused(city, ContractHasMilestones, ask)

    def test_no_milestone_is_accepted_without_its_evidence(self, city: City) -> None:
        contract = city.signed_contract(wanted(uuid4()))
        where = {"task_id": contract.task_id, "milestone_number": 1}
        city.support.contracts.request_milestone_acceptance(call(HOST), **where, summary="Hoàn thành")
        city.judged_milestone(contract.task_id, 1)
        costs = tuple(ActualCost(id_, 1) for id_ in contract.lines)
        refused(
            city,
            ParticipationLacksEvidence,
            lambda: city.support.contracts.accept_milestone(call(LEAD, "8/BB-NT"), **where, actual_costs=costs),
        )

    def test_a_failed_last_milestone_is_settled_without_it(self, city: City) -> None:
        contract = city.signed_contract(wanted(uuid4()))
        contracts, task_id = city.support.contracts, contract.task_id
        city.paid_milestone(task_id, 1)
        where = {"task_id": task_id, "milestone_number": 2}
        contracts.report_milestone_progress(call(HOST), **where, progress_percent=50, summary="Đang áp dụng")
        city.failed_milestone(task_id, 2)
        settled = contracts.settle_contract(call(SETTLER, "3/QT-STC"), task_id=task_id).record
        assert settled.milestone(2).status is MilestoneStatus.FAILED
        task = task_of(city, contract)
        assert (task.status, task.paid_vnd) == (TaskStatus.SETTLED, 20_000_000)
        assert line_of(city, contract).committed_vnd == 0


class TestJudged:
    FIXES: ClassVar[dict[str, Any]] = {"fixes": ("Bổ sung hồ sơ",), "fixes_due_on": END}

    def asked(self, city: City) -> dict[str, Any]:
        """A milestone whose acceptance was asked for."""
        where = {"task_id": city.signed_contract(wanted(uuid4())).task_id, "milestone_number": 1}
        city.support.contracts.request_milestone_acceptance(call(HOST), **where, summary="Hoàn thành")
        return where

    def verdicts(self, city: City, where: dict[str, Any]) -> dict[str, Callable[[], Any]]:
        contracts, by_minutes = city.support.contracts, call(LEAD, "9/BB-NT")
        return {
            "fixes": lambda: contracts.require_milestone_fixes(by_minutes, **where, **self.FIXES),
            "fail": lambda: contracts.fail_milestone(by_minutes, **where, reason="Không đạt"),
        }

    @pytest.mark.parametrize("verdict", ["fixes", "fail"])
    def test_nothing_is_judged_before_its_council_concluded(self, city: City, verdict: str) -> None:
        where = self.asked(city)
        refused(city, CouncilNotConcluded, self.verdicts(city, where)[verdict])
        appointed = {**where, "members": MEMBERS, "rules": RULES}
        city.support.councils.appoint_acceptance_council(call(LEAD, "31/QĐ-SKHCN"), **appointed)
        refused(city, CouncilNotConcluded, self.verdicts(city, where)[verdict])

    @pytest.mark.parametrize(("points", "verdict"), [(GOOD_POINTS, "fail"), (POOR_POINTS, "fixes")])
    def test_nor_otherwise_than_it_concluded(self, city: City, points: Any, verdict: str) -> None:
        where = self.asked(city)
        city.judged_milestone(where["task_id"], 1, points)
        refused(city, CouncilConcludedOtherwise, self.verdicts(city, where)[verdict])

    def test_what_was_mended_is_accepted_by_the_same_council(self, city: City) -> None:
        where = self.asked(city)
        council = city.judged_milestone(where["task_id"], 1)
        fixed = self.verdicts(city, where)["fixes"]().record
        assert fixed.milestone(1).status is MilestoneStatus.FIXES_DUE
        accepted = city.accepted_milestone(where["task_id"], 1)
        assert accepted.milestone(1).status is MilestoneStatus.ACCEPTED
        assert (council.milestone_number, council.passed) == (1, True)

    def test_a_milestone_planned_again_is_judged_by_another_council(self, city: City) -> None:
        task_id = city.signed_contract(wanted(uuid4())).task_id
        plan = city.failed_milestone(task_id, 1).milestone(1).plan
        second = city.support.contracts.get_contract(task_id).milestone(2).plan
        city.support.contracts.amend_contract(
            call(LEAD, "2/PL-HĐ"),
            task_id=task_id,
            reason="Làm lại mốc 1",
            ends_on=END,
            milestones=(replace(plan, due_on=END), second),
            withdrawn_ids=(),
        )
        assert city.accepted_milestone(task_id, 1).milestone(1).status is MilestoneStatus.ACCEPTED

    def test_one_council_judges_it_and_its_host_sends_nobody(self, city: City) -> None:
        where = self.asked(city)
        councils, appointed = city.support.councils, {**where, "members": MEMBERS, "rules": RULES}
        hosts = (*MEMBERS, CouncilMember(uuid4(), HOST.body, CouncilRole.MEMBER))
        refused(
            city,
            HostSitsOnCouncil,
            lambda: councils.appoint_acceptance_council(call(LEAD, "31/QĐ"), **{**appointed, "members": hosts}),
        )
        councils.appoint_acceptance_council(call(LEAD, "31/QĐ"), **appointed)
        refused(
            city,
            AcceptanceCouncilAlreadyAppointed,
            lambda: councils.appoint_acceptance_council(call(LEAD, "32/QĐ"), **appointed),
        )


class TestBeforeAPayment:
    UNPAID_TAX = tuple(Standing(field, field is not StandingField.TAX, "CUCTHUE", "9/TB-CT") for field in StandingField)

    @pytest.mark.parametrize(
        ("told", "reason"),
        [
            ({"standings": UNPAID_TAX}, "C2: Chưa đáp ứng nghĩa vụ: thuế (chưa thực hiện đầy đủ)."),
            ({"other_fundings": (OTHER_FUNDING,)}, "C3: Cùng nội dung đã được hỗ trợ từ: Khuyến công."),
        ],
    )
    def test_the_registry_is_asked_again(
        self, city: City, known_enterprises: KnownEnterprises, told: dict[str, Any], reason: str
    ) -> None:
        contract = city.signed_contract(wanted(enterprise_id := uuid4()))
        city.accepted_milestone(contract.task_id, 1)
        known_enterprises.told[enterprise_id] = told
        pay = {"task_id": contract.task_id, "milestone_number": 1}
        refusal = refused(city, PaymentConditionUnmet, lambda: city.support.contracts.pay_milestone(call(PAYER), **pay))
        assert refusal.facts["reasons"] == reason
        known_enterprises.told[enterprise_id] = {"registry_position": 77}
        city.support.contracts.pay_milestone(call(PAYER), **pay)
        events = [recorded.event for recorded in city.support.log.recorded_events(0, 100_000)]
        paid = [event for event in events if isinstance(event, Contract.MilestonePaid)][-1]
        assert [check.registry_position for check in paid.checks] == [77]

    def test_who_has_joined_the_undertaking_is_claimed_for_by_the_decision(
        self, city: City, known_enterprises: KnownEnterprises
    ) -> None:
        contract = city.signed_contract(wanted(asked := uuid4()))
        city.accepted_milestone(contract.task_id, 1)
        known_enterprises.told[asked] = {"undertaking": (asked, joined := uuid4()), "registry_position": 77}
        pay = {"task_id": contract.task_id, "milestone_number": 1}
        city.support.contracts.pay_milestone(call(PAYER, "7/UNC"), **pay)
        own, theirs = (
            city.support.applications.get_claim(Claim.create_id(each, "TOOL-5S")).last for each in (asked, joined)
        )
        assert (theirs.status, theirs.decision, theirs.expires_on) == (ClaimStatus.CONFIRMED, own.decision, None)
        assert (theirs.participation_id, own.member_ids) == (own.participation_id, (asked, joined))

    def test_nothing_is_paid_while_who_has_joined_claims_for_itself(
        self, city: City, known_enterprises: KnownEnterprises
    ) -> None:
        contract = city.signed_contract(wanted(asked := uuid4()))
        city.accepted_milestone(contract.task_id, 1)
        theirs = city.submitted_task(wanted(joined := uuid4()))
        known_enterprises.told[asked] = {"undertaking": (asked, joined)}
        pay = {"task_id": contract.task_id, "milestone_number": 1}
        refusal = refused(city, PaymentConditionUnmet, lambda: city.support.contracts.pay_milestone(call(PAYER), **pay))
        assert refusal.facts["reasons"] == "C3: Cùng nội dung đã được hỗ trợ từ: Chương trình năng suất chất lượng."
        city.support.applications.reject_task_application(call(OFFICER), task_id=theirs.id, reason="Trùng lắp")
        city.support.contracts.pay_milestone(call(PAYER), **pay)

    def test_a_task_paid_at_once_is_asked_about_as_well(self, city: City, known_enterprises: KnownEnterprises) -> None:
        task = city.accepted_task(wanted(enterprise_id := uuid4()))
        known_enterprises.told[enterprise_id] = {"other_fundings": (OTHER_FUNDING,)}
        refused(city, PaymentConditionUnmet, lambda: city.support.delivery.pay_task(call(PAYER), task_id=task.id))

    def test_a_case_holds_it_until_somebody_else_lifts_it(self, city: City) -> None:
        task = city.accepted_task(wanted(uuid4()))
        case = {"task_id": task.id, "case_number": "VV-3", "reason": "Nghi trùng hỗ trợ"}
        city.support.contracts.hold_payments(call(OFFICER), **case)
        refused(city, PaymentsOnHold, lambda: city.support.delivery.pay_task(call(PAYER), task_id=task.id))
        city.support.contracts.lift_payment_hold(call(SECOND_OFFICER), **case)
        assert city.support.delivery.pay_task(call(PAYER), task_id=task.id).record.status is TaskStatus.PAID


class TestAmended:
    def test_who_leaves_gives_back_the_claim_and_the_money(self, city: City) -> None:
        contract = city.signed_contract(wanted(uuid4()), wanted(leaving := uuid4()))
        kept, left = contract.lines
        city.support.contracts.amend_contract(
            call(LEAD, "2/PL-HĐ"),
            task_id=contract.task_id,
            reason="Cơ sở xin rút",
            ends_on=END,
            milestones=tuple(
                Milestone(each.number, each.title, each.due_on, each.shares[:1])
                for each in contract.milestones.values()
            ),
            withdrawn_ids=(left,),
        )
        gone = city.support.applications.get_participation(left)
        assert (gone.enterprise_id, gone.status) == (leaving, ParticipationStatus.WITHDRAWN)
        assert city.support.applications.get_claim(gone.claim_id).last.status is ClaimStatus.RELEASED
        assert line_of(city, contract).committed_vnd == 40_000_000
        for number in (1, 2):
            city.paid_milestone(contract.task_id, number)
        task = task_of(city, contract)
        assert (task.status, task.paid_vnd, task.actual_cost_vnd_of[left]) == (TaskStatus.PAID, 40_000_000, 0)
        assert kept in task.contracted_vnd_of

    def test_more_within_the_decision_is_taken_from_the_line_again(self, city: City) -> None:
        contract = city.signed_contract(wanted(uuid4()))
        [participation_id] = contract.lines
        for amount_vnd in (5_000_000, 20_000_000):
            shares = (ParticipationAmount(participation_id, amount_vnd),)
            city.support.contracts.amend_contract(
                call(LEAD, "2/PL-HĐ"),
                task_id=contract.task_id,
                reason="Điều chỉnh giá trị",
                ends_on=END,
                milestones=tuple(Milestone(number, "Mốc", END, shares) for number in (1, 2)),
                withdrawn_ids=(),
            )
            line = line_of(city, contract)
            assert (line.reserved_vnd, line.committed_vnd) == (0, 2 * amount_vnd)


class TestLeft:
    def test_who_leaves_before_it_is_paid_gives_back_what_it_held(self, city: City) -> None:
        contract = city.signed_contract(wanted(uuid4()), wanted(uuid4()), advance_vnd=24_000_000)
        task_id, (kept, left) = contract.task_id, contract.lines
        city.support.contracts.pay_advance(call(PAYER, "3/UNC"), task_id=task_id, amount_vnd=24_000_000)
        city.accepted_milestone(task_id, 1)
        leave = city.support.withdrawals.withdraw_participation
        leave(call(HOST), participation_id=left, reason="Không còn nhu cầu")
        gone = city.support.applications.get_participation(left)
        assert gone.status is ParticipationStatus.WITHDRAWN
        assert city.support.applications.get_claim(gone.claim_id).last.status is ClaimStatus.RELEASED
        line = line_of(city, contract)
        assert (line.committed_vnd, line.advanced_vnd) == (16_000_000, 24_000_000)
        city.support.contracts.pay_milestone(call(PAYER), task_id=task_id, milestone_number=1)
        refused(city, ParticipationAlreadyPaid, lambda: leave(call(HOST), participation_id=kept, reason="Hết nhu cầu"))
        city.paid_milestone(task_id, 2)
        task = task_of(city, contract)
        assert (task.status, task.paid_vnd) == (TaskStatus.PAID, 40_000_000)

    def test_advance_that_nobody_can_earn_any_more_is_owed_back_at_once(self, city: City) -> None:
        contract = city.signed_contract(wanted(uuid4()), wanted(uuid4(), cost_vnd=10_000_000), advance_vnd=12_000_000)
        task_id, (leaving, _) = contract.task_id, contract.lines
        city.support.contracts.pay_advance(call(PAYER, "3/UNC"), task_id=task_id, amount_vnd=12_000_000)
        leave = city.support.withdrawals.withdraw_participation
        leave(call(HOST), participation_id=leaving, reason="Giải thể")
        left = city.support.contracts.get_contract(task_id)
        assert (left.amount_vnd, left.advance_outstanding_vnd, left.receivable_vnd) == (5_000_000, 5_000_000, 7_000_000)
        line = line_of(city, contract)
        assert (line.committed_vnd, line.advanced_vnd) == (0, 12_000_000)
        [recovery_id] = city.support.recoveries.open_recovery_of(STAR_CONSULTING)
        recovery = city.support.recoveries.get_recovery(recovery_id)
        assert (recovery.amount_vnd, recovery.origin) == (7_000_000, RecoveryOrigin.UNCLEARED_ADVANCE)

        city.support.contracts.terminate_contract(call(LEAD, "70/QĐ"), task_id=task_id, reason="Giải thể")
        owed = city.support.recoveries.open_recovery_of(STAR_CONSULTING)
        assert [city.support.recoveries.get_recovery(each).amount_vnd for each in owed] == [7_000_000, 5_000_000]
        for each in owed:
            city.support.recoveries.write_off_recovery(call(LEADER, "93/QĐ"), recovery_id=each, reason="Giải thể")


class TestEnded:
    def test_a_terminated_contract_is_accounted_for(self, city: City) -> None:
        contract = city.signed_contract(wanted(uuid4()), advance_vnd=12_000_000)
        contracts, task_id = city.support.contracts, contract.task_id
        contracts.pay_advance(call(PAYER, "3/UNC"), task_id=task_id, amount_vnd=12_000_000)
        city.paid_milestone(task_id, 1)
        contracts.suspend_contract(call(LEAD, "40/CV"), task_id=task_id, reason="Bão số 3")
        contracts.resume_contract(call(LEAD, "41/CV"), task_id=task_id, reason="Hết bão")
        contracts.terminate_contract(call(LEAD, "70/QĐ"), task_id=task_id, reason="Tổ chức chủ trì giải thể")
        line, task = line_of(city, contract), task_of(city, contract)
        assert (line.committed_vnd, line.advanced_vnd, line.paid_vnd) == (0, 8_000_000, 20_000_000)
        assert (task.status, task.paid_vnd) == (TaskStatus.TERMINATED, 20_000_000)

        [recovery_id] = city.support.recoveries.open_recovery_of(STAR_CONSULTING)
        recovery = city.support.recoveries.get_recovery(recovery_id)
        assert (recovery.origin, recovery.amount_vnd) == (RecoveryOrigin.UNCLEARED_ADVANCE, 8_000_000)
        back = {"recovery_id": recovery_id, "amount_vnd": 8_000_000}
        city.support.recoveries.receive_recovery_instalment(call(PAYER, "1/GNT"), **back)
        line = line_of(city, contract)
        assert (line.advanced_vnd, line.recovered_vnd) == (0, 8_000_000)
        settled = city.support.delivery.settle_task(call(SETTLER), task_id=task_id).record
        assert settled.status is TaskStatus.SETTLED
        assert city.support.recoveries.open_recovery_of(STAR_CONSULTING) == ()


class TestRecovered:
    ORDER: dict[str, Any] = {"amount_vnd": 15_000_000, "due_on": date(2024, 9, 30), "reason": "Chi sai mục đích"}  # noqa: RUF012

    def ordered(self, city: City, enterprise_id: UUID) -> UUID:
        task = city.settled_task(wanted(enterprise_id))
        order = {"task_id": task.id, "debtor_id": enterprise_id, "finding": city.found(task.id, 15_000_000)}
        return city.support.recoveries.order_recovery(call(LEAD, "66/QĐ-TH"), **order, **self.ORDER).record.id

    def test_who_owes_gets_no_new_award_until_it_is_paid_back(self, city: City) -> None:
        recovery_id = self.ordered(city, enterprise_id := uuid4())
        scored = city.scored_task(wanted(enterprise_id, "CRT-FOOD"))
        refused(city, RecoveryUnpaid, lambda: city.approve(scored))
        recoveries = city.support.recoveries
        for document, amount_vnd in (("1/GNT", 5_000_000), ("2/GNT", 10_000_000)):
            part = {"recovery_id": recovery_id, "amount_vnd": amount_vnd}
            paid = recoveries.receive_recovery_instalment(call(PAYER, document), **part).record
        assert paid.status is RecoveryStatus.RECOVERED
        assert city.approve(scored).status is TaskStatus.APPROVED
        line = city.support.budget.get_budget_line(paid.budget_line_id)
        assert (line.paid_vnd, line.recovered_vnd) == (25_000_000, 15_000_000)

    def test_a_host_that_owes_an_advance_hosts_nothing_new(self, city: City) -> None:
        contract = city.signed_contract(wanted(uuid4()), advance_vnd=12_000_000)
        city.support.contracts.pay_advance(call(PAYER, "3/UNC"), task_id=contract.task_id, amount_vnd=12_000_000)
        scored = city.scored_task(wanted(uuid4()))
        ended = {"task_id": contract.task_id, "reason": "Bỏ dở"}
        city.support.contracts.terminate_contract(call(LEAD, "70/QĐ"), **ended)
        refused(city, RecoveryUnpaid, lambda: city.approve(scored))
        [recovery_id] = city.support.recoveries.open_recovery_of(STAR_CONSULTING)
        city.support.recoveries.write_off_recovery(
            call(LEADER, "91/QĐ-UBND"), recovery_id=recovery_id, reason="Giải thể"
        )
        assert city.approve(scored).status is TaskStatus.APPROVED

    def test_money_comes_back_to_the_lines_it_left_after_the_years_end(self, city: City) -> None:
        """What was paid in 2024 stays on the line of 2024; the advance went over to that of 2025 with the task."""
        line_ids = city.approved_line(), city.approved_line(year=2025)
        contract = city.signed_contract(wanted(enterprise_id := uuid4()), line_id=line_ids[0], advance_vnd=12_000_000)
        city.support.contracts.pay_advance(call(PAYER, "3/UNC"), task_id=contract.task_id, amount_vnd=12_000_000)
        city.paid_milestone(contract.task_id, 1)
        city.carried_over(*line_ids)
        recoveries, later = city.support.recoveries, date(2025, 1, 6)
        order = {"task_id": contract.task_id, "debtor_id": enterprise_id, **self.ORDER, "due_on": date(2025, 3, 31)}
        finding = city.found(contract.task_id, 15_000_000)
        ordered = recoveries.order_recovery(call(LEAD, "66/QĐ-TH", on=later), finding=finding, **order).record
        city.support.contracts.terminate_contract(
            call(LEAD, "70/QĐ", on=later), task_id=contract.task_id, reason="Giải thể"
        )
        [advance_id] = recoveries.open_recovery_of(STAR_CONSULTING)
        for recovery_id, amount_vnd in ((ordered.id, 15_000_000), (advance_id, 8_000_000)):
            back = {"recovery_id": recovery_id, "amount_vnd": amount_vnd}
            recoveries.receive_recovery_instalment(call(PAYER, "1/GNT", on=later), **back)
        first, second = map(city.support.budget.get_budget_line, line_ids)
        assert (first.paid_vnd, first.recovered_vnd) == (5_000_000, 15_000_000)
        assert (second.advanced_vnd, second.recovered_vnd) == (0, 8_000_000)

    def test_what_was_paid_on_both_sides_of_the_years_end_comes_back_from_both(self, city: City) -> None:
        line_ids = city.approved_line(), city.approved_line(year=2025)
        contract = city.signed_contract(wanted(enterprise_id := uuid4()), line_id=line_ids[0])
        city.paid_milestone(contract.task_id, 1)
        contracts, second = city.support.contracts, {"task_id": contract.task_id, "milestone_number": 2}
        city.accepted_milestone(contract.task_id, 2)
        city.carried_over(*line_ids)
        later = date(2025, 1, 6)
        contracts.pay_milestone(call(PAYER, on=later), **second)
        order = {**self.ORDER, "amount_vnd": 30_000_000, "due_on": date(2025, 3, 31)}
        recovery = city.support.recoveries.order_recovery(
            call(LEAD, "66/QĐ-TH", on=later),
            task_id=contract.task_id,
            debtor_id=enterprise_id,
            finding=city.found(contract.task_id, 30_000_000),
            **order,
        ).record
        city.support.recoveries.receive_recovery_instalment(
            call(PAYER, "1/GNT", on=later), recovery_id=recovery.id, amount_vnd=30_000_000
        )
        recovered = [city.support.budget.get_budget_line(line_id).recovered_vnd for line_id in line_ids]
        assert recovered == [20_000_000, 10_000_000]

    def test_what_is_written_off_blocks_nobody(self, city: City) -> None:
        recovery_id = self.ordered(city, enterprise_id := uuid4())
        city.support.recoveries.write_off_recovery(
            call(LEADER, "90/QĐ-UBND"), recovery_id=recovery_id, reason="Phá sản"
        )
        assert city.support.recoveries.open_recovery_of(enterprise_id) == ()

    def test_no_more_is_ordered_than_was_paid_and_only_from_who_is_of_the_contract(self, city: City) -> None:
        task = city.settled_task(wanted(enterprise_id := uuid4()))
        finding = city.found(task.id, 15_000_000)
        order = {"task_id": task.id, "debtor_id": enterprise_id, "finding": finding, **self.ORDER}
        recoveries = city.support.recoveries
        refused(
            city,
            RecoveryAbovePaid,
            lambda: recoveries.order_recovery(call(LEAD, "66/QĐ-TH"), **{**order, "amount_vnd": 40_000_001}),
        )
        refused(
            city,
            DebtorNotOfContract,
            lambda: recoveries.order_recovery(call(LEAD, "66/QĐ-TH"), **{**order, "debtor_id": uuid4()}),
        )
        refused(
            city,
            RecoveryWithoutFinding,
            lambda: recoveries.order_recovery(call(LEAD, "66/QĐ-TH"), **{**order, "finding": None}),
        )
