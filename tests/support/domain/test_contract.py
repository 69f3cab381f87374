"""A contract is carried out, paid, held, amended and ended by who may, and never costs more than its decision."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st

from services.shared.record import ActedBefore, DocumentMissing
from services.shared.refusals import Refusal
from services.support.domain.budget_line import BudgetLine
from services.support.domain.budget_refusals import AdvanceTooSmall, CommitmentTooSmall
from services.support.domain.contract import Contract
from services.support.domain.contract_refusals import (
    AcceptedMilestoneAmended,
    AdvanceAboveContract,
    AdvanceAboveRule,
    AdvanceNotForeseen,
    CaseAlreadyHeld,
    CaseHoldsNothing,
    ContractEndsBeforeItStarts,
    ContractHasMilestones,
    ContractNotInStep,
    FixesDueInThePast,
    FixesMissing,
    LastOfContract,
    MilestoneNotInStep,
    MilestoneOutsideTerm,
    MilestonesNotNumbered,
    MilestonesUnfinished,
    MilestoneUnknown,
    NothingAmended,
    NotTheContractor,
    ParticipationAlreadyPaid,
    ParticipationInAcceptedMilestone,
    ParticipationNotInContract,
    PaymentsOnHold,
    PaymentUnchecked,
    RecoveryAbovePaid,
    RecoveryAlreadyOrdered,
    ShareNamedTwice,
)
from services.support.domain.contract_terms import (
    AdvanceTerms,
    ContractGround,
    ContractLine,
    ContractStatus,
    Milestone,
    MilestoneStatus,
    PaymentCheck,
)
from services.support.domain.task_refusals import (
    ActualCostsDiffer,
    ContractAboveDecision,
    ContractLinesDiffer,
    NothingToPay,
)
from services.support.domain.task_terms import ActualCost, ParticipationAmount, PaymentLine
from tests.given import Given, given, happened
from tests.support.domain.test_task import APPROVED_LINE, by
from tests.support.examples import (
    HOST,
    LEAD,
    LEADER,
    LOTUS_MILL,
    OFFICER,
    OTHER_HOST,
    PAYER,
    RIVER_FARM,
    SECOND_OFFICER,
    SETTLER,
    STAR_CONSULTING,
    Person,
)

JUDGED: dict[str, Any] = {"council_id": UUID(int=77)}
TASK, FIRST, SECOND = UUID(int=7), UUID(int=21), UUID(int=22)
COLLEAGUE = Person("colleague of the host", HOST.body, HOST.capacity)
START, MIDDLE, END = date(2024, 6, 1), date(2024, 7, 31), date(2024, 12, 15)
LINES = (
    ContractLine(FIRST, LOTUS_MILL, "TOOL-5S", 40_000_000, 50, False),
    ContractLine(SECOND, RIVER_FARM, "SYS-ISO9001", 60_000_000, 50, True),
)
GROUND = ContractGround(
    task_id=TASK,
    budget_line_id=APPROVED_LINE.id,
    decision="900/QĐ-UBND",
    decided_by=LEADER.id,
    applicant_ids=(HOST.id,),
    party_body=HOST.body,
    payee_id=STAR_CONSULTING,
    lines=LINES,
)
TRAINING = Milestone(1, "Đào tạo xong", MIDDLE, (ParticipationAmount(FIRST, 30_000_000),))
APPLIED = Milestone(
    2, "Áp dụng xong", END, (ParticipationAmount(FIRST, 10_000_000), ParticipationAmount(SECOND, 50_000_000))
)
ADVANCE = AdvanceTerms(27_000_000, 30, 20, "DỮ LIỆU MẪU, phỏng theo quy định tạm ứng", True)
TERMS: dict[str, Any] = {
    "authority": "5/GUQ-UBND",
    "counterparty_signatory_id": UUID(int=99),
    "starts_on": START,
    "ends_on": END,
    "milestones": (TRAINING, APPLIED),
    "advance": ADVANCE,
}
SIGNED = happened(Contract.Signed, **vars(GROUND), **TERMS, amount_vnd=90_000_000, act=by(LEAD, "12/HĐ-SKHCN"))
ADVANCED = happened(Contract.AdvancePaid, task_id=TASK, payee_id=STAR_CONSULTING, amount_vnd=27_000_000)
SUMMARY = {"summary": "Hoàn thành"}


def of(number: int, **facts: Any) -> dict[str, Any]:
    return {"task_id": TASK, "milestone_number": number, **facts}


def requested(number: int, person: Person = COLLEAGUE) -> Any:
    return happened(Contract.AcceptanceRequested, **of(number, **SUMMARY), act=by(person))


def costs(number: int, cost_vnd: int = 200_000_000) -> tuple[ActualCost, ...]:
    return tuple(ActualCost(id_, cost_vnd) for id_ in (TRAINING, APPLIED)[number - 1].participation_ids)


def accepted(number: int, cost_vnd: int = 200_000_000, person: Person = LEAD) -> Any:
    return happened(
        Contract.MilestoneAccepted,
        **of(number, **JUDGED, actual_costs=costs(number, cost_vnd)),
        act=by(person, "8/BB-NT"),
    )


def checks(number: int) -> tuple[PaymentCheck, ...]:
    return tuple(PaymentCheck(id_, 41) for id_ in (TRAINING, APPLIED)[number - 1].participation_ids)


PAID_LINE = PaymentLine(
    FIRST,
    30_000_000,
    "TOOL-5S: thấp nhất của quyết định 40.000.000 đồng, hợp đồng 30.000.000 đồng và 50% chi phí thực tế "
    "200.000.000 đồng là 100.000.000 đồng; thanh toán 30.000.000 đồng.",
)
PAID = happened(
    Contract.MilestonePaid,
    **of(1, payee_id=STAR_CONSULTING, amount_vnd=30_000_000, advance_cleared_vnd=6_000_000),
    payments=(PAID_LINE,),
    checks=checks(1),
    act=by(PAYER),
)
FAILED = happened(Contract.MilestoneFailed, **of(2, **JUDGED, reason="Không có kết quả"), act=by(LEAD, "9/BB-NT"))
SUSPENDED = happened(Contract.Suspended, task_id=TASK, reason="Bão số 3", act=by(LEAD, "40/CV"))
HELD = happened(
    Contract.PaymentsHeld, task_id=TASK, case_number="VV-3", reason="Trùng với khuyến công", act=by(OFFICER)
)

REACHED = (SIGNED, ADVANCED, requested(1))
PAYABLE = (*REACHED, accepted(1))
HALF_PAID = (*PAYABLE, PAID)
ENDED = (*HALF_PAID, requested(2), FAILED)
SETTLED = happened(Contract.Settled, task_id=TASK, paid_vnd=30_000_000, released_vnd=0, receivable_vnd=21_000_000)


class TestSigned:
    def test_it_stands_on_the_decision(self) -> None:
        contract = given().when(lambda: Contract.sign(by(LEAD, "12/HĐ-SKHCN"), GROUND, **TERMS)).then(SIGNED)
        assert (contract.amount_vnd, contract.number) == (90_000_000, "12/HĐ-SKHCN")
        assert contract.amounts == (ParticipationAmount(FIRST, 40_000_000), ParticipationAmount(SECOND, 50_000_000))

    @pytest.mark.parametrize(
        ("changes", "refusal", "field"),
        [
            ({"ends_on": date(2024, 5, 31)}, ContractEndsBeforeItStarts, "ends_on"),
            ({"milestones": (APPLIED, TRAINING)}, MilestonesNotNumbered, "milestones"),
            ({"milestones": ()}, MilestonesNotNumbered, "milestones"),
            ({"ends_on": date(2024, 8, 1)}, MilestoneOutsideTerm, "milestones[1].due_on"),
            (
                {"milestones": (TRAINING, Milestone(2, "Hai lần", END, APPLIED.shares + APPLIED.shares[:1]))},
                ShareNamedTwice,
                "milestones[1].shares",
            ),
            ({"milestones": (TRAINING,)}, ContractLinesDiffer, "milestones"),
            (
                {
                    "milestones": (
                        TRAINING,
                        Milestone(2, "Quá", END, (APPLIED.shares[1], ParticipationAmount(FIRST, 10_000_001))),
                    )
                },
                ContractAboveDecision,
                None,
            ),
            ({"advance": AdvanceTerms(27_000_001, 30, 20, "Mẫu", True)}, AdvanceAboveRule, None),
        ],
    )
    def test_no_other_contract_is_signed(self, changes: dict[str, Any], refusal: type, field: str | None) -> None:
        given().when(lambda: Contract.sign(by(LEAD, "12/HĐ-SKHCN"), GROUND, **{**TERMS, **changes})).refused(
            refusal, field=field
        )

    def test_it_has_a_number_and_is_not_signed_by_who_applied(self) -> None:
        given().when(lambda: Contract.sign(by(LEAD), GROUND, **TERMS)).refused(DocumentMissing)
        given().when(lambda: Contract.sign(by(HOST, "12/HĐ-SKHCN"), GROUND, **TERMS)).refused(ActedBefore)

    def test_what_takes_a_whole_task_at_once_needs_a_contract_signed_in_short(self) -> None:
        given(SIGNED).when(lambda contract: contract.must_be_in_short()).refused(ContractHasMilestones)
        whole = Milestone(1, "Toàn bộ nhiệm vụ", END, tuple(ParticipationAmount(id_, 1) for id_ in (FIRST, SECOND)))
        single = happened(Contract.Signed, **{**SIGNED.facts, "milestones": (whole,)})
        given(single).when(lambda contract: contract.must_be_in_short()).refused(ContractHasMilestones)
        in_short = happened(Contract.Signed, **{**single.facts, "counterparty_signatory_id": None})
        given(in_short).when(lambda contract: contract.must_be_in_short()).then()


class TestItsAdvance:
    def test_is_paid_within_what_the_contract_foresees(self) -> None:
        signed = given(SIGNED)
        paid = signed.when(lambda contract: contract.pay_advance(by(PAYER, "3/UNC"), amount_vnd=27_000_000)).then(
            ADVANCED
        )
        assert paid.advance_outstanding_vnd == 27_000_000
        signed.when(lambda contract: contract.pay_advance(by(PAYER, "3/UNC"), amount_vnd=27_000_001)).refused(
            AdvanceAboveContract
        )
        given(SIGNED, ADVANCED).when(lambda contract: contract.pay_advance(by(PAYER, "4/UNC"), amount_vnd=1)).refused(
            AdvanceAboveContract
        )

    @pytest.mark.parametrize(
        ("history", "person", "document", "refusal"),
        [
            ((SIGNED,), PAYER, None, DocumentMissing),
            ((SIGNED,), LEADER, "3/UNC", ActedBefore),
            ((SIGNED,), HOST, "3/UNC", ActedBefore),
            ((SIGNED, HELD), PAYER, "3/UNC", PaymentsOnHold),
            ((SIGNED, SUSPENDED), PAYER, "3/UNC", ContractNotInStep),
            ((happened(Contract.Signed, **{**SIGNED.facts, "advance": None}),), PAYER, "3/UNC", AdvanceNotForeseen),
        ],
    )
    def test_is_not_paid_otherwise(self, history: Any, person: Person, document: str | None, refusal: type) -> None:
        given(*history).when(lambda contract: contract.pay_advance(by(person, document), amount_vnd=1)).refused(refusal)

    def test_is_cleared_by_its_share_and_by_the_last_payment_in_full(self) -> None:
        contract = given(*HALF_PAID, requested(2), accepted(2)).record()
        contract.pay(by(PAYER), milestone_number=2, checks=checks(2))
        assert contract.milestone(2).advance_cleared_vnd == 21_000_000
        assert contract.advance_outstanding_vnd == 0


class TestCarriedOut:
    def test_its_party_reports_and_asks_for_acceptance(self) -> None:
        reported = {"milestone_number": 1, "progress_percent": 60, "summary": "Đã đào tạo"}
        given(SIGNED).when(lambda contract: contract.report_progress(by(HOST), **reported)).then(
            happened(Contract.ProgressReported, task_id=TASK, **reported)
        )
        given(SIGNED).when(
            lambda contract: contract.request_acceptance(by(COLLEAGUE), milestone_number=1, **SUMMARY)
        ).then(requested(1))

    @pytest.mark.parametrize(
        ("history", "person", "number", "refusal"),
        [
            ((SIGNED,), OTHER_HOST, 1, NotTheContractor),
            ((SIGNED,), HOST, 3, MilestoneUnknown),
            ((SIGNED, SUSPENDED), HOST, 1, ContractNotInStep),
            (REACHED, HOST, 1, MilestoneNotInStep),
            (PAYABLE, HOST, 1, MilestoneNotInStep),
        ],
    )
    def test_nobody_else_does_nor_twice(self, history: Any, person: Person, number: int, refusal: type) -> None:
        asked = given(*history)
        asked.when(
            lambda contract: contract.request_acceptance(by(person), milestone_number=number, **SUMMARY)
        ).refused(refusal)
        asked.when(
            lambda contract: contract.report_progress(
                by(person), milestone_number=number, progress_percent=1, **SUMMARY
            )
        ).refused(refusal)

    def test_the_minutes_accept_it(self) -> None:
        given(*REACHED).when(
            lambda contract: contract.accept(by(LEAD, "8/BB-NT"), milestone_number=1, **JUDGED, actual_costs=costs(1))
        ).then(accepted(1))

    def test_the_minutes_may_require_fixes_and_then_accept(self) -> None:
        told = {"milestone_number": 1, **JUDGED, "fixes": ("Bổ sung hồ sơ",), "fixes_due_on": MIDDLE}
        required = happened(Contract.FixesRequired, task_id=TASK, **told, act=by(LEAD, "8/BB-NT"))
        given(*REACHED).when(lambda contract: contract.require_fixes(by(LEAD, "8/BB-NT"), **told)).then(required)
        given(*REACHED, required, requested(1)).when(
            lambda contract: contract.accept(by(LEAD, "8/BB-NT"), milestone_number=1, **JUDGED, actual_costs=costs(1))
        ).then(accepted(1))
        given(*REACHED).when(
            lambda contract: contract.require_fixes(by(LEAD, "8/BB-NT"), **{**told, "fixes": ()})
        ).refused(FixesMissing, field="fixes")
        given(*REACHED).when(
            lambda contract: contract.require_fixes(by(LEAD, "8/BB-NT"), **{**told, "fixes_due_on": date(2024, 6, 28)})
        ).refused(FixesDueInThePast, field="fixes_due_on")

    def test_the_minutes_may_fail_it(self) -> None:
        given(*HALF_PAID, requested(2)).when(
            lambda contract: contract.fail(by(LEAD, "9/BB-NT"), milestone_number=2, **JUDGED, reason="Không có kết quả")
        ).then(FAILED)

    JUDGE: ClassVar[dict[str, Callable[..., Any]]] = {
        "accept": lambda contract, act, number: contract.accept(
            act, milestone_number=number, **JUDGED, actual_costs=costs(1)
        ),
        "require_fixes": lambda contract, act, number: contract.require_fixes(
            act, milestone_number=number, **JUDGED, fixes=("Sửa",), fixes_due_on=MIDDLE
        ),
        "fail": lambda contract, act, number: contract.fail(act, milestone_number=number, **JUDGED, reason="Không đạt"),
    }

    @pytest.mark.parametrize("verdict", JUDGE)
    @pytest.mark.parametrize(
        ("history", "person", "document", "number", "refusal"),
        [
            (REACHED, LEAD, None, 1, DocumentMissing),
            (REACHED, HOST, "8/BB-NT", 1, ActedBefore),
            (REACHED, COLLEAGUE, "8/BB-NT", 1, ActedBefore),
            (REACHED, LEAD, "8/BB-NT", 2, MilestoneNotInStep),
            (REACHED, LEAD, "8/BB-NT", 3, MilestoneUnknown),
            ((*REACHED, SUSPENDED), LEAD, "8/BB-NT", 1, ContractNotInStep),
            (PAYABLE, LEAD, "8/BB-NT", 1, MilestoneNotInStep),
        ],
    )
    def test_it_is_judged_once_and_by_others(
        self, verdict: str, history: Any, person: Person, document: str | None, number: int, refusal: type
    ) -> None:
        judge = type(self).JUDGE[verdict]
        given(*history).when(lambda contract: judge(contract, by(person, document), number)).refused(refusal)

    def test_acceptance_accounts_for_each_of_its_participations(self) -> None:
        given(*REACHED).when(
            lambda contract: contract.accept(by(LEAD, "8/BB-NT"), milestone_number=1, **JUDGED, actual_costs=costs(2))
        ).refused(ActualCostsDiffer)


class TestPaid:
    def test_an_accepted_milestone_is_paid_the_least_less_its_share_of_the_advance(self) -> None:
        contract = (
            given(*PAYABLE)
            .when(lambda contract: contract.pay(by(PAYER), milestone_number=1, checks=checks(1)))
            .then(PAID)
        )
        assert (contract.paid_vnd, contract.advance_outstanding_vnd) == (30_000_000, 21_000_000)

    @pytest.mark.parametrize(
        ("history", "person", "number", "refusal"),
        [
            (REACHED, PAYER, 1, MilestoneNotInStep),
            (HALF_PAID, PAYER, 1, MilestoneNotInStep),
            (PAYABLE, PAYER, 3, MilestoneUnknown),
            ((*PAYABLE, HELD), PAYER, 1, PaymentsOnHold),
            ((*PAYABLE, SUSPENDED), PAYER, 1, ContractNotInStep),
            (PAYABLE, HOST, 1, ActedBefore),
            (PAYABLE, LEADER, 1, ActedBefore),
            (PAYABLE, LEAD, 1, ActedBefore),
            ((*PAYABLE, requested(2), accepted(2, person=PAYER)), LEAD, 2, ActedBefore),
            ((*REACHED, accepted(1, 1)), PAYER, 1, NothingToPay),
        ],
    )
    def test_nothing_else_is_paid(self, history: Any, person: Person, number: int, refusal: type) -> None:
        given(*history).when(
            lambda contract: contract.pay(by(person), milestone_number=number, checks=checks(1))
        ).refused(refusal)

    def test_nobody_is_paid_for_who_was_not_checked_again(self) -> None:
        given(*PAYABLE).when(lambda contract: contract.pay(by(PAYER), milestone_number=1, checks=())).refused(
            PaymentUnchecked
        )

    def test_a_hold_is_lifted_by_another_person(self) -> None:
        case = {"case_number": "VV-3", "reason": "Không trùng"}
        lifted = happened(Contract.PaymentHoldLifted, task_id=TASK, **case)
        held = given(*PAYABLE, HELD)
        held.when(lambda contract: contract.lift_payment_hold(by(SECOND_OFFICER), **case)).then(lifted)
        held.when(lambda contract: contract.lift_payment_hold(by(OFFICER), **case)).refused(ActedBefore)
        held.when(lambda contract: contract.lift_payment_hold(by(HOST), **case)).refused(ActedBefore)
        held.when(lambda contract: contract.hold_payments(by(OFFICER), **case)).refused(CaseAlreadyHeld)
        given(*PAYABLE, HELD, lifted).when(lambda contract: contract.lift_payment_hold(by(LEAD), **case)).refused(
            CaseHoldsNothing
        )
        given(*PAYABLE, HELD, lifted).when(
            lambda contract: contract.pay(by(PAYER), milestone_number=1, checks=checks(1))
        ).then(PAID)

    def test_a_case_holds_payments_while_there_are_any(self) -> None:
        case = {"case_number": "VV-3", "reason": "Trùng với khuyến công"}
        given(SIGNED).when(lambda contract: contract.hold_payments(by(OFFICER), **case)).then(HELD)
        given(*ENDED, SETTLED).when(lambda contract: contract.hold_payments(by(OFFICER), **case)).refused(
            ContractNotInStep
        )


def amended(history: tuple[Any, ...], person: Person = LEAD, document: str | None = "2/PL-HĐ", **changes: Any) -> Any:
    terms = {"reason": "Gia hạn", "ends_on": END, "milestones": (APPLIED,), "withdrawn_ids": (), **changes}
    return given(*history).when(lambda contract: contract.amend(by(person, document), **terms))


class TestAmended:
    LATER = Milestone(2, "Áp dụng xong", date(2025, 1, 31), APPLIED.shares)
    WITHOUT_SECOND = Milestone(2, "Áp dụng xong", END, APPLIED.shares[:1])

    def test_dates_are_extended(self) -> None:
        terms = {"reason": "Gia hạn", "ends_on": date(2025, 1, 31), "milestones": (self.LATER,), "withdrawn_ids": ()}
        contract = amended(HALF_PAID, **terms).then(
            happened(Contract.Amended, task_id=TASK, amount_vnd=90_000_000, **terms)
        )
        assert (contract.ends_on, contract.milestone(2).due_on) == (date(2025, 1, 31), date(2025, 1, 31))
        assert contract.milestone(1).status is MilestoneStatus.PAID

    def test_a_participation_leaves_with_its_money(self) -> None:
        contract = amended(HALF_PAID, milestones=(self.WITHOUT_SECOND,), withdrawn_ids=(SECOND,)).record
        assert contract.amount_vnd == 40_000_000
        assert SECOND not in contract.lines

    def test_a_failed_milestone_is_planned_again_in_another_round(self) -> None:
        contract = amended(ENDED, milestones=(APPLIED,)).record
        again = contract.milestone(2)
        assert (again.status, again.round, again.reason) == (MilestoneStatus.PLANNED, 2, None)

    def test_what_was_reported_stays(self) -> None:
        reported = happened(Contract.ProgressReported, **of(2, progress_percent=60, summary="Đang áp dụng"))
        contract = amended((*HALF_PAID, reported), milestones=(self.LATER,), ends_on=date(2025, 1, 31)).record
        assert contract.milestone(2).progress_percent == 60

    @pytest.mark.parametrize(
        ("history", "changes", "refusal"),
        [
            (HALF_PAID, {"document": None}, DocumentMissing),
            (HALF_PAID, {"person": HOST}, ActedBefore),
            ((*HALF_PAID, SUSPENDED), {}, ContractNotInStep),
            (HALF_PAID, {}, NothingAmended),
            (HALF_PAID, {"milestones": (TRAINING, APPLIED)}, AcceptedMilestoneAmended),
            (REACHED, {"milestones": (TRAINING, APPLIED)}, AcceptedMilestoneAmended),
            (HALF_PAID, {"milestones": (Milestone(3, "Hở số", END, APPLIED.shares),)}, MilestonesNotNumbered),
            (HALF_PAID, {"milestones": (LATER,)}, MilestoneOutsideTerm),
            (HALF_PAID, {"ends_on": date(2024, 5, 1)}, ContractEndsBeforeItStarts),
            (HALF_PAID, {"milestones": (WITHOUT_SECOND,)}, ContractLinesDiffer),
            (HALF_PAID, {"milestones": (), "withdrawn_ids": (FIRST, SECOND)}, ParticipationInAcceptedMilestone),
            (
                HALF_PAID,
                {
                    "milestones": (
                        Milestone(2, "Quá", END, (APPLIED.shares[0], ParticipationAmount(SECOND, 60_000_001))),
                    )
                },
                ContractAboveDecision,
            ),
        ],
    )
    def test_it_is_not_amended_otherwise(self, history: Any, changes: dict[str, Any], refusal: type) -> None:
        amended(history, **changes).refused(refusal)


class TestLeft:
    """A participation leaves by its own wish, between the contract and its payment."""

    @staticmethod
    def leave(contract: Contract, participation_id: UUID = SECOND, person: Person = HOST) -> int:
        return contract.let_leave(by(person), participation_id=participation_id, reason="Không còn nhu cầu")

    @staticmethod
    def left(released_vnd: int, receivable_vnd: int = 0) -> Any:
        facts = {"participation_id": SECOND, "reason": "Không còn nhu cầu"}
        money = {"released_vnd": released_vnd, "receivable_vnd": receivable_vnd}
        return happened(Contract.ParticipationLeft, task_id=TASK, **facts, **money)

    def test_its_money_is_free_and_the_others_stay_as_agreed(self) -> None:
        contract = given(SIGNED).when(self.leave).then(self.left(50_000_000))
        assert (list(contract.lines), contract.amount_vnd) == ([FIRST], 40_000_000)

    def test_what_the_others_cannot_earn_of_the_advance_is_owed_back(self) -> None:
        history = (SIGNED, ADVANCED, requested(1), accepted(1), PAID)
        contract = given(*history).when(self.leave).then(self.left(39_000_000, 11_000_000))
        assert (contract.receivable_vnd, contract.advance_outstanding_vnd) == (11_000_000, 10_000_000)

    def test_a_milestone_is_paid_without_it_though_it_was_accepted_with_it(self) -> None:
        contract = given(SIGNED, requested(2), accepted(2)).when(self.leave).then(self.left(50_000_000))
        assert [cost.participation_id for cost in contract.milestone(2).actual_costs] == [FIRST]
        contract.pay(by(PAYER), milestone_number=2, checks=(PaymentCheck(FIRST, 41),))
        assert contract.paid_vnd_of == {FIRST: 10_000_000}

    @pytest.mark.parametrize(
        ("history", "participation_id", "person", "refusal"),
        [
            ((SIGNED, requested(1), accepted(1), PAID), FIRST, HOST, ParticipationAlreadyPaid),
            ((SIGNED,), UUID(int=23), HOST, ParticipationNotInContract),
            ((SIGNED,), SECOND, OTHER_HOST, NotTheContractor),
            ((SIGNED, happened(Contract.Suspended, task_id=TASK, reason="Bão")), SECOND, HOST, ContractNotInStep),
        ],
    )
    def test_nobody_else_leaves(
        self, history: Any, participation_id: UUID, person: Person, refusal: type[Refusal]
    ) -> None:
        given(*history).when(lambda contract: self.leave(contract, participation_id, person)).refused(refusal)

    def test_the_last_one_leaves_by_the_end_of_the_contract(self) -> None:
        given(SIGNED, self.left(50_000_000)).when(lambda contract: self.leave(contract, FIRST)).refused(LastOfContract)

    def test_a_milestone_nobody_is_left_in_has_nothing_to_accept(self) -> None:
        alone = Milestone(1, "Riêng", MIDDLE, (ParticipationAmount(SECOND, 30_000_000),))
        both = Milestone(2, "Chung", END, (ParticipationAmount(FIRST, 10_000_000), ParticipationAmount(SECOND, 5)))
        terms = {**TERMS, "milestones": (alone, both), "advance": None}
        signed = happened(Contract.Signed, **vars(GROUND), **terms, amount_vnd=40_000_005)
        contract = given(signed).when(self.leave).then(self.left(30_000_005))
        assert contract.milestone(1).status is MilestoneStatus.FAILED


class TestEnded:
    REASON: ClassVar = {"reason": "Bão số 3"}

    def test_it_is_suspended_and_resumed(self) -> None:
        given(SIGNED).when(lambda contract: contract.suspend(by(LEAD, "40/CV"), **self.REASON)).then(SUSPENDED)
        given(SIGNED, SUSPENDED).when(lambda contract: contract.resume(by(LEAD, "41/CV"), **self.REASON)).then(
            happened(Contract.Resumed, task_id=TASK, **self.REASON)
        )

    def test_a_terminated_contract_owes_back_what_of_its_advance_was_not_earned(self) -> None:
        contract = (
            given(*HALF_PAID)
            .when(lambda contract: contract.terminate(by(LEAD, "70/QĐ"), **self.REASON, released_vnd=39_000_000))
            .then(
                happened(
                    Contract.Terminated,
                    task_id=TASK,
                    **self.REASON,
                    paid_vnd=30_000_000,
                    released_vnd=39_000_000,
                    receivable_vnd=21_000_000,
                )
            )
        )
        assert (contract.status, contract.advance_outstanding_vnd) == (ContractStatus.TERMINATED, 0)

    @pytest.mark.parametrize(
        ("history", "act", "refusal"),
        [
            ((SIGNED,), lambda c: c.suspend(by(LEAD), reason="…"), DocumentMissing),
            ((SIGNED,), lambda c: c.suspend(by(HOST, "1/CV"), reason="…"), ActedBefore),
            ((SIGNED, SUSPENDED), lambda c: c.suspend(by(LEAD, "1/CV"), reason="…"), ContractNotInStep),
            ((SIGNED, SUSPENDED), lambda c: c.resume(by(LEAD), reason="…"), DocumentMissing),
            ((SIGNED, SUSPENDED), lambda c: c.resume(by(HOST, "1/CV"), reason="…"), ActedBefore),
            ((SIGNED,), lambda c: c.resume(by(LEAD, "1/CV"), reason="…"), ContractNotInStep),
            ((SIGNED,), lambda c: c.terminate(by(LEAD), reason="…", released_vnd=0), DocumentMissing),
            ((SIGNED,), lambda c: c.terminate(by(HOST, "1/QĐ"), reason="…", released_vnd=0), ActedBefore),
            ((*ENDED, SETTLED), lambda c: c.terminate(by(LEAD, "1/QĐ"), reason="…", released_vnd=0), ContractNotInStep),
            (HALF_PAID, lambda c: c.settle(by(SETTLER), released_vnd=0), MilestonesUnfinished),
            (PAYABLE, lambda c: c.settle(by(SETTLER), released_vnd=0), MilestonesUnfinished),
            ((*ENDED, HELD), lambda c: c.settle(by(SETTLER), released_vnd=0), PaymentsOnHold),
            (ENDED, lambda c: c.settle(by(LEAD), released_vnd=0), ActedBefore),
            (ENDED, lambda c: c.settle(by(PAYER), released_vnd=0), ActedBefore),
            ((*ENDED, SUSPENDED), lambda c: c.settle(by(SETTLER), released_vnd=0), ContractNotInStep),
            (ENDED, lambda c: c.liquidate(by(LEAD, "5/BBTL")), ContractNotInStep),
            ((*ENDED, SETTLED), lambda c: c.liquidate(by(LEAD)), DocumentMissing),
            ((*ENDED, SETTLED), lambda c: c.liquidate(by(HOST, "5/BBTL")), ActedBefore),
            ((*ENDED, SETTLED), lambda c: c.archive(by(OFFICER), archive_number="LT-1"), ContractNotInStep),
        ],
    )
    def test_it_is_not_ended_otherwise(self, history: Any, act: Callable[[Contract], None], refusal: type) -> None:
        given(*history).when(act).refused(refusal)

    def test_it_is_settled_liquidated_and_archived_in_this_order(self) -> None:
        given(*ENDED).when(lambda contract: contract.settle(by(SETTLER), released_vnd=0)).then(SETTLED)
        liquidated = happened(Contract.Liquidated, task_id=TASK, act=by(LEAD, "5/BBTL"))
        given(*ENDED, SETTLED).when(lambda contract: contract.liquidate(by(LEAD, "5/BBTL"))).then(liquidated)
        contract = (
            given(*ENDED, SETTLED, liquidated)
            .when(lambda contract: contract.archive(by(OFFICER), archive_number="LT-1"))
            .then(happened(Contract.Archived, task_id=TASK, archive_number="LT-1"))
        )
        assert contract.status is ContractStatus.ARCHIVED

    def test_no_more_is_ordered_back_than_was_paid(self) -> None:
        order = {"recovery_id": UUID(int=5), "amount_vnd": 20_000_000}
        ordered = happened(Contract.RecoveryOrdered, task_id=TASK, **order, act=by(LEADER, "66/QĐ-TH"))
        paid = given(*HALF_PAID)
        paid.when(lambda contract: contract.order_recovery(by(LEADER, "66/QĐ-TH"), **order)).then(ordered)
        paid.when(lambda contract: contract.order_recovery(by(LEADER), **order)).refused(DocumentMissing)
        again = given(*HALF_PAID, ordered)
        more = {**order, "amount_vnd": 10_000_001}
        again.when(lambda contract: contract.order_recovery(by(LEADER, "67/QĐ-TH"), **more)).refused(RecoveryAbovePaid)
        again.when(lambda contract: contract.order_recovery(by(LEADER, "66/QĐ-TH"), **order)).refused(
            RecoveryAlreadyOrdered
        )


def reserved_line() -> BudgetLine:
    line = given(
        happened(
            BudgetLine.Drafted,
            catalogue_id=APPROVED_LINE.catalogue_id,
            year=2024,
            source_code="F1",
            title="Hỗ trợ",
            amount_vnd=100_000_000,
            estimate_id=None,
        ),
        happened(BudgetLine.Appraised, amount_vnd=100_000_000, reason=None),
        happened(BudgetLine.Approved, amount_vnd=100_000_000),
        happened(BudgetLine.Reserved, task_id=TASK, amount_vnd=90_000_000),
        happened(BudgetLine.Committed, task_id=TASK, amount_vnd=90_000_000),
    ).record()
    assert isinstance(line, BudgetLine)
    return line


class TestWhateverHappens:
    """Random histories of a contract and its line: the sums hold, and no payment exceeds what limits it."""

    STEPS = st.tuples(
        st.sampled_from(["advance", "request", "accept", "fail", "pay", "amend", "leave", "hold", "lift", "end"]),
        st.integers(1, 2),
        st.integers(0, 130_000_000),
    )

    @whatever(st.lists(STEPS, max_size=25))
    def test_no_sum_is_ever_wrong(self, steps: list[tuple[str, int, int]]) -> None:
        contract: Contract = Given((SIGNED,)).record()
        line = reserved_line()
        for step, number, amount in steps:
            contract, line = self._taken(step, contract, line, number, amount)
            self._must_hold(contract, line)
        line.release_unspent(by(LEAD), task_id=TASK)
        with suppress(Refusal):
            contract.terminate(by(LEAD, "70/QĐ"), reason="Hết hạn", released_vnd=0)
        assert contract.advanced_vnd == contract.advance_cleared_vnd + contract.receivable_vnd
        assert line.advanced_vnd == contract.receivable_vnd

    def _taken(
        self, step: str, contract: Contract, line: BudgetLine, number: int, amount: int
    ) -> tuple[Contract, BudgetLine]:
        """Both after a step, or as before where it was refused; the line refuses nothing that a contract pays."""
        after = deepcopy((contract, line))
        try:
            self._take(step, *after, number, amount)
        except (CommitmentTooSmall, AdvanceTooSmall):
            raise
        except Refusal:
            return contract, line
        return after

    def _take(self, step: str, contract: Contract, line: BudgetLine, number: int, amount: int) -> None:
        """One act on the contract, and on the line as the application lets it follow."""
        if step == "advance":
            contract.pay_advance(by(PAYER, "3/UNC"), amount_vnd=amount // 4)
            line.advance(by(PAYER), task_id=TASK, amount_vnd=amount // 4)
        elif step == "request":
            contract.request_acceptance(by(COLLEAGUE), milestone_number=number, **SUMMARY)
        elif step == "accept":
            shares = contract.milestone(number).participation_ids
            found = tuple(ActualCost(id_, amount) for id_ in shares)
            contract.accept(by(LEAD, "8/BB"), milestone_number=number, **JUDGED, actual_costs=found)
        elif step == "fail":
            contract.fail(by(LEAD, "9/BB"), milestone_number=number, **JUDGED, reason="Không đạt")
        elif step == "pay":
            ids = contract.milestone(number).participation_ids
            contract.pay(by(PAYER), milestone_number=number, checks=tuple(PaymentCheck(id_, 1) for id_ in ids))
            paid = contract.milestone(number)
            line.clear_advance(by(PAYER), task_id=TASK, amount_vnd=paid.advance_cleared_vnd)
            line.pay(by(PAYER), task_id=TASK, amount_vnd=paid.paid_vnd - paid.advance_cleared_vnd)
        elif step == "amend":
            self._amend(contract, line, amount)
        elif step == "leave":
            leaving = (FIRST, SECOND)[number - 1]
            released = contract.let_leave(by(HOST), participation_id=leaving, reason="Không còn nhu cầu")
            line.release_committed(by(HOST), task_id=TASK, amount_vnd=released)
        elif step == "hold":
            contract.hold_payments(by(OFFICER), case_number="VV-1", reason="Nghi trùng")
        elif step == "lift":
            contract.lift_payment_hold(by(SECOND_OFFICER), case_number="VV-1", reason="Không trùng")
        else:
            contract.settle(by(SETTLER), released_vnd=line.release_unspent(by(SETTLER), task_id=TASK))

    def _amend(self, contract: Contract, line: BudgetLine, amount: int) -> None:
        before = contract.amount_vnd
        shares = (APPLIED.shares[0], ParticipationAmount(SECOND, 1 + amount % 60_000_000))
        milestones = tuple(
            milestone
            for milestone in (TRAINING, Milestone(2, "Sửa", END, shares))
            if contract.milestone(milestone.number).is_open
        )
        contract.amend(by(LEAD, "2/PL"), reason="Đổi", ends_on=END, milestones=milestones, withdrawn_ids=())
        more = contract.amount_vnd - before
        if more > 0:
            line.reserve(by(LEAD), task_id=TASK, amount_vnd=more)
            line.commit(by(LEAD, "2/PL"), task_id=TASK, amount_vnd=more)
        else:
            line.release_committed(by(LEAD), task_id=TASK, amount_vnd=-more)

    def _must_hold(self, contract: Contract, line: BudgetLine) -> None:
        paid_of: dict[UUID, int] = {}
        for milestone in contract.milestones.values():
            cost_of = {cost.participation_id: cost.actual_cost_vnd for cost in milestone.actual_costs}
            share_of = {share.participation_id: share.amount_vnd for share in milestone.shares}
            for payment in milestone.payments:
                id_ = payment.participation_id
                assert payment.amount_vnd <= min(share_of[id_], cost_of[id_] // 2)
                paid_of[id_] = paid_of.get(id_, 0) + payment.amount_vnd
        assert all(paid <= contract.lines[id_].decided_vnd for id_, paid in paid_of.items() if paid)
        assert sum(paid_of.values()) == contract.paid_vnd == line.paid_vnd
        assert contract.paid_vnd <= contract.amount_vnd <= 100_000_000
        assert contract.advance_outstanding_vnd + contract.receivable_vnd == line.advanced_vnd >= 0
        assert line.committed_vnd >= 0
        gone = line.reserved_vnd + line.committed_vnd + line.advanced_vnd + line.paid_vnd + line.recovered_vnd
        assert line.available_vnd + gone == line.approved_vnd
        assert line.available_vnd >= 0
