"""Money that must come back does, or is written off by somebody else; until then nobody who owes it is awarded."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st

from services.shared.record import ActedBefore, DocumentMissing
from services.support.domain.budget_terms import MoneyStage
from services.support.domain.recovery import (
    FindingReference,
    InstalmentAboveDebt,
    Recovery,
    RecoveryAccount,
    RecoveryDueInThePast,
    RecoveryNotOpen,
    RecoveryOrigin,
    RecoveryStatus,
    RecoveryUnpaid,
    RecoveryWithoutFinding,
)
from tests.given import given, happened
from tests.support.domain.test_task import by
from tests.support.examples import LEAD, LEADER, LOTUS_MILL, PAYER

TASK, RECOVERY = UUID(int=7), UUID(int=5)
ORDER: dict[str, Any] = {
    "task_id": TASK,
    "budget_line_id": UUID(int=8),
    "debtor_id": LOTUS_MILL,
    "origin": RecoveryOrigin.INSPECTION,
    "amount_vnd": 10_000_000,
    "due_on": date(2024, 9, 30),
    "reason": "Chi sai mục đích",
    "finding": FindingReference(UUID(int=6), 1),
}
ORDERED = happened(Recovery.Ordered, **ORDER, participation_id=None, act=by(LEAD, "66/QĐ-TH"))
PART = happened(Recovery.InstalmentReceived, amount_vnd=4_000_000, outstanding_vnd=6_000_000)
REST = happened(Recovery.InstalmentReceived, amount_vnd=6_000_000, outstanding_vnd=0)
WRITTEN_OFF = happened(Recovery.WrittenOff, amount_vnd=6_000_000, reason="Phá sản", act=by(LEADER, "90/QĐ-UBND"))


class TestRecovery:
    def test_it_is_ordered_until_a_day_ahead(self) -> None:
        given().when(lambda: Recovery.order(by(LEAD, "66/QĐ-TH"), **ORDER)).then(ORDERED)
        late = {**ORDER, "due_on": date(2024, 6, 28)}
        given().when(lambda: Recovery.order(by(LEAD, "66/QĐ-TH"), **late)).refused(RecoveryDueInThePast, field="due_on")

    def test_only_an_unearned_advance_is_owed_without_a_finding(self) -> None:
        unfounded = {**ORDER, "finding": None}
        given().when(lambda: Recovery.order(by(LEAD, "66/QĐ-TH"), **unfounded)).refused(
            RecoveryWithoutFinding, field="finding"
        )
        advance = {**unfounded, "origin": RecoveryOrigin.UNCLEARED_ADVANCE}
        assert Recovery.order(by(LEAD, "66/QĐ-TH"), **advance).outstanding_vnd == 10_000_000

    def test_it_is_paid_in_parts_until_nothing_is_owed(self) -> None:
        given(ORDERED).when(
            lambda recovery: recovery.receive_instalment(by(PAYER, "1/GNT"), amount_vnd=4_000_000)
        ).then(PART)
        recovery = (
            given(ORDERED, PART)
            .when(lambda recovery: recovery.receive_instalment(by(PAYER, "2/GNT"), amount_vnd=6_000_000))
            .then(REST)
        )
        assert (recovery.status, recovery.outstanding_vnd) == (RecoveryStatus.RECOVERED, 0)

    def test_the_rest_is_written_off_by_another_persons_decision(self) -> None:
        recovery = (
            given(ORDERED, PART)
            .when(lambda recovery: recovery.write_off(by(LEADER, "90/QĐ-UBND"), reason="Phá sản"))
            .then(WRITTEN_OFF)
        )
        assert (recovery.status, recovery.outstanding_vnd) == (RecoveryStatus.WRITTEN_OFF, 0)

    @pytest.mark.parametrize(
        ("history", "act", "refusal"),
        [
            ((ORDERED,), lambda r: r.receive_instalment(by(PAYER), amount_vnd=1), DocumentMissing),
            (
                (ORDERED, PART),
                lambda r: r.receive_instalment(by(PAYER, "2/GNT"), amount_vnd=6_000_001),
                InstalmentAboveDebt,
            ),
            ((ORDERED, PART, REST), lambda r: r.receive_instalment(by(PAYER, "3/GNT"), amount_vnd=1), RecoveryNotOpen),
            (
                (ORDERED, PART, WRITTEN_OFF),
                lambda r: r.receive_instalment(by(PAYER, "3/GNT"), amount_vnd=1),
                RecoveryNotOpen,
            ),
            ((ORDERED,), lambda r: r.write_off(by(LEADER), reason="Phá sản"), DocumentMissing),
            ((ORDERED,), lambda r: r.write_off(by(LEAD, "90/QĐ"), reason="Phá sản"), ActedBefore),
            ((ORDERED, PART, REST), lambda r: r.write_off(by(LEADER, "90/QĐ"), reason="Phá sản"), RecoveryNotOpen),
        ],
    )
    def test_nothing_else_becomes_of_it(self, history: Any, act: Any, refusal: type) -> None:
        given(*history).when(act).refused(refusal)

    def test_it_leaves_the_ledger_where_it_stood(self) -> None:
        assert RecoveryOrigin.INSPECTION.money_stage is MoneyStage.PAID
        assert RecoveryOrigin.UNCLEARED_ADVANCE.money_stage is MoneyStage.ADVANCED

    @whatever(st.lists(st.integers(1, 10_000_000), max_size=8))
    def test_what_comes_back_is_never_more_than_was_ordered(self, instalments: list[int]) -> None:
        recovery = given(ORDERED).record()
        for amount_vnd in instalments:
            if amount_vnd <= recovery.outstanding_vnd:
                recovery.receive_instalment(by(PAYER, "1/GNT"), amount_vnd=amount_vnd)
        assert recovery.recovered_vnd + recovery.outstanding_vnd == 10_000_000
        assert (recovery.status is RecoveryStatus.RECOVERED) == (recovery.outstanding_vnd == 0)


class TestItsAccount:
    OPENED = happened(RecoveryAccount.Opened, debtor_id=LOTUS_MILL)
    ENTERED = happened(RecoveryAccount.DebtEntered, debtor_id=LOTUS_MILL, recovery_id=RECOVERY, amount_vnd=10_000_000)
    DISCHARGED = happened(RecoveryAccount.DebtDischarged, debtor_id=LOTUS_MILL, recovery_id=RECOVERY)
    PERMITTED = happened(RecoveryAccount.AwardPermitted, debtor_id=LOTUS_MILL, task_id=TASK)

    def test_who_owes_nothing_may_be_awarded(self) -> None:
        given(self.OPENED).when(lambda account: account.permit_award(by(LEADER), task_id=TASK)).then(self.PERMITTED)
        given(self.OPENED, self.ENTERED, self.DISCHARGED).when(
            lambda account: account.permit_award(by(LEADER), task_id=TASK)
        ).then(self.PERMITTED)

    def test_who_owes_something_may_not(self) -> None:
        given(self.OPENED).when(
            lambda account: account.enter_debt(by(LEAD), recovery_id=RECOVERY, amount_vnd=10_000_000)
        ).then(self.ENTERED)
        given(self.OPENED, self.ENTERED).when(lambda account: account.permit_award(by(LEADER), task_id=TASK)).refused(
            RecoveryUnpaid
        )

    def test_a_debt_is_discharged(self) -> None:
        account = (
            given(self.OPENED, self.ENTERED)
            .when(lambda account: account.discharge_debt(by(PAYER), recovery_id=RECOVERY))
            .then(self.DISCHARGED)
        )
        assert account.owed_vnd_of == {}
