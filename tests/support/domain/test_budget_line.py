"""A budget line is asked for, appraised and approved by three people, and is never overdrawn."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st

from services.shared.record import Act, ActedBefore, DocumentMissing
from services.shared.refusals import Refusal
from services.support.domain.budget_line import BudgetLine
from services.support.domain.budget_refusals import (
    AdvanceTooSmall,
    BudgetLineClosed,
    BudgetLineHeldByEstimate,
    BudgetLineHoldsMoney,
    BudgetLineNotAppraised,
    BudgetLineNotApproved,
    BudgetLineNotDrafted,
    BudgetLineOverdrawn,
    BudgetYearNotOver,
    CommitmentTooSmall,
    NothingToCarryOver,
    NotTheNextYearsLine,
    ReasonForAppraisalMissing,
    RecoverableTooSmall,
    ReservationTooSmall,
)
from services.support.domain.budget_terms import BudgetLineStatus, MoneyStage
from services.support.domain.catalogue import Catalogue, SourceUnknown
from tests.given import act, assert_snapshot_keeps, given, happened
from tests.support.examples import APPRAISER, CATALOGUE, LEADER, OFFICER

CATALOGUE_OF_134 = Catalogue.adopt(act(document="134/KH-UBND"), **CATALOGUE)
LINE = {
    "catalogue_id": CATALOGUE_OF_134.id,
    "year": 2024,
    "source_code": "F1",
    "title": "Hỗ trợ năng suất",
    "amount_vnd": 100,
    "estimate_id": None,
}
TASK = UUID(int=7)
OTHER_TASK = UUID(int=8)


def by(person_id: UUID, document: str | None = None) -> Act:
    return act(person_id=person_id, document=document)


DRAFTED = happened(BudgetLine.Drafted, **LINE, act=by(OFFICER.id))
APPRAISED = happened(BudgetLine.Appraised, amount_vnd=90, reason="Giảm chi", act=by(APPRAISER.id))
APPROVED = happened(BudgetLine.Approved, amount_vnd=90, act=by(LEADER.id, "77/QĐ-UBND"))
RESERVED = happened(BudgetLine.Reserved, task_id=TASK, amount_vnd=60)
COMMITTED = happened(BudgetLine.Committed, task_id=TASK, amount_vnd=50)


class TestBeforeItIsApproved:
    def test_a_line_is_drafted(self) -> None:
        wanted = {key: value for key, value in LINE.items() if key != "catalogue_id"}
        given().when(lambda: BudgetLine.draft(act(), CATALOGUE_OF_134, **wanted)).then(
            happened(BudgetLine.Drafted, **LINE)
        )

    def test_money_comes_from_a_source_of_the_plan(self) -> None:
        wanted = {**{key: value for key, value in LINE.items() if key != "catalogue_id"}, "source_code": "F9"}
        given().when(lambda: BudgetLine.draft(act(), CATALOGUE_OF_134, **wanted)).refused(
            SourceUnknown, field="source_code"
        )

    def test_another_person_appraises_and_may_change_the_amount_with_a_reason(self) -> None:
        given(DRAFTED).when(lambda line: line.appraise(by(APPRAISER.id), amount_vnd=90, reason="Giảm chi")).then(
            APPRAISED
        )

    def test_an_amount_is_not_changed_without_a_reason(self) -> None:
        given(DRAFTED).when(lambda line: line.appraise(by(APPRAISER.id), amount_vnd=90, reason=None)).refused(
            ReasonForAppraisalMissing, field="reason"
        )

    def test_who_drafted_does_not_appraise(self) -> None:
        given(DRAFTED).when(lambda line: line.appraise(by(OFFICER.id), amount_vnd=100, reason=None)).refused(
            ActedBefore
        )

    def test_a_line_is_appraised_once(self) -> None:
        given(DRAFTED, APPRAISED).when(lambda line: line.appraise(by(LEADER.id), amount_vnd=90, reason="x")).refused(
            BudgetLineNotDrafted
        )

    def test_a_third_person_approves_the_appraised_amount(self) -> None:
        line = given(DRAFTED, APPRAISED).when(lambda line: line.approve(by(LEADER.id, "77/QĐ-UBND"))).then(APPROVED)
        assert (line.status, line.available_vnd) == (BudgetLineStatus.APPROVED, 90)

    @pytest.mark.parametrize("person", [OFFICER, APPRAISER], ids=lambda person: person.name)
    def test_neither_who_drafted_nor_who_appraised_approves(self, person: object) -> None:
        given(DRAFTED, APPRAISED).when(
            lambda line: line.approve(by(person.id, "77/QĐ-UBND"))  # type: ignore[attr-defined]
        ).refused(ActedBefore)

    def test_approval_needs_a_numbered_document(self) -> None:
        given(DRAFTED, APPRAISED).when(lambda line: line.approve(by(LEADER.id))).refused(
            DocumentMissing, field="basis.document"
        )

    def test_a_draft_is_not_approved(self) -> None:
        given(DRAFTED).when(lambda line: line.approve(by(LEADER.id, "77/QĐ-UBND"))).refused(BudgetLineNotAppraised)

    def test_a_draft_is_no_money(self) -> None:
        given(DRAFTED).when(lambda line: line.reserve(act(), task_id=TASK, amount_vnd=1)).refused(BudgetLineNotApproved)

    def test_what_an_estimate_holds_goes_its_way_only(self) -> None:
        held = happened(BudgetLine.Drafted, **{**LINE, "estimate_id": UUID(int=9)})
        given(held).when(lambda line: line.must_stand_alone()).refused(BudgetLineHeldByEstimate)
        given(held).when(lambda line: line.withdraw(act())).then(happened(BudgetLine.Withdrawn))
        given(held, happened(BudgetLine.Withdrawn)).when(
            lambda line: line.reserve(act(), task_id=TASK, amount_vnd=1)
        ).refused(BudgetLineNotApproved)


class TestItsLedger:
    def test_a_decision_reserves(self) -> None:
        line = (
            given(DRAFTED, APPRAISED, APPROVED)
            .when(lambda line: line.reserve(act(), task_id=TASK, amount_vnd=60))
            .then(RESERVED)
        )
        assert line.available_vnd == 30

    def test_it_is_reserved_to_the_last_dong_and_no_further(self) -> None:
        approved = given(DRAFTED, APPRAISED, APPROVED, RESERVED)
        approved.when(lambda line: line.reserve(act(), task_id=OTHER_TASK, amount_vnd=31)).refused(BudgetLineOverdrawn)
        line = approved.when(lambda line: line.reserve(act(), task_id=OTHER_TASK, amount_vnd=30)).then(
            happened(BudgetLine.Reserved, task_id=OTHER_TASK, amount_vnd=30)
        )
        assert line.available_vnd == 0

    def test_a_contract_commits_and_releases_the_rest_of_its_reservation(self) -> None:
        line = (
            given(DRAFTED, APPRAISED, APPROVED, RESERVED)
            .when(lambda line: line.commit(act(), task_id=TASK, amount_vnd=50))
            .then(
                COMMITTED,
                happened(BudgetLine.Released, task_id=TASK, money_stage=MoneyStage.RESERVED, amount_vnd=10),
            )
        )
        assert (line.reserved_vnd, line.committed_vnd, line.available_vnd) == (0, 50, 40)

    def test_a_contract_takes_no_other_tasks_reservation(self) -> None:
        given(DRAFTED, APPRAISED, APPROVED, RESERVED).when(
            lambda line: line.commit(act(), task_id=OTHER_TASK, amount_vnd=1)
        ).refused(ReservationTooSmall)

    def test_a_payment_takes_what_was_committed(self) -> None:
        line = (
            given(DRAFTED, APPRAISED, APPROVED, RESERVED, COMMITTED)
            .when(lambda line: line.pay(act(), task_id=TASK, amount_vnd=45))
            .then(happened(BudgetLine.Paid, task_id=TASK, amount_vnd=45))
        )
        assert (line.committed_vnd, line.paid_vnd) == (5, 45)

    def test_no_payment_above_the_commitment(self) -> None:
        committed = given(DRAFTED, APPRAISED, APPROVED, RESERVED, COMMITTED)
        committed.when(lambda line: line.pay(act(), task_id=TASK, amount_vnd=51)).refused(CommitmentTooSmall)
        committed.when(lambda line: line.pay(act(), task_id=uuid4(), amount_vnd=1)).refused(CommitmentTooSmall)

    def test_what_is_not_paid_becomes_available_again(self) -> None:
        paid = happened(BudgetLine.Paid, task_id=TASK, amount_vnd=45)
        line = (
            given(DRAFTED, APPRAISED, APPROVED, RESERVED, COMMITTED, paid)
            .when(lambda line: line.release_unspent(act(), task_id=TASK))
            .then(happened(BudgetLine.Released, task_id=TASK, money_stage=MoneyStage.COMMITTED, amount_vnd=5))
        )
        assert line.committed_vnd == 0

    def test_an_advance_is_committed_money_until_a_payment_clears_it(self) -> None:
        advanced = happened(BudgetLine.Advanced, task_id=TASK, amount_vnd=20)
        committed = given(DRAFTED, APPRAISED, APPROVED, RESERVED, COMMITTED)
        committed.when(lambda line: line.advance(act(), task_id=TASK, amount_vnd=20)).then(advanced)
        committed.when(lambda line: line.advance(act(), task_id=TASK, amount_vnd=51)).refused(CommitmentTooSmall)
        taken = given(DRAFTED, APPRAISED, APPROVED, RESERVED, COMMITTED, advanced)
        line = taken.when(lambda line: line.clear_advance(act(), task_id=TASK, amount_vnd=15)).then(
            happened(BudgetLine.AdvanceCleared, task_id=TASK, amount_vnd=15)
        )
        assert (line.committed_vnd, line.advanced_vnd, line.paid_vnd) == (30, 5, 15)
        taken.when(lambda line: line.clear_advance(act(), task_id=TASK, amount_vnd=21)).refused(AdvanceTooSmall)
        taken.when(lambda line: line.clear_advance(act(), task_id=OTHER_TASK, amount_vnd=1)).refused(AdvanceTooSmall)

    @pytest.mark.parametrize(
        ("gone", "money_stage"),
        [(BudgetLine.Advanced, MoneyStage.ADVANCED), (BudgetLine.Paid, MoneyStage.PAID)],
    )
    def test_what_comes_back_is_not_available_again(self, gone: type, money_stage: MoneyStage) -> None:
        history = (DRAFTED, APPRAISED, APPROVED, RESERVED, COMMITTED, happened(gone, task_id=TASK, amount_vnd=20))
        back = {"task_id": TASK, "money_stage": money_stage, "amount_vnd": 20}
        available = given(*history).record().available_vnd
        line = (
            given(*history).when(lambda line: line.recover(act(), **back)).then(happened(BudgetLine.Recovered, **back))
        )
        assert (line.recovered_vnd, line.available_vnd) == (20, available)
        more = {**back, "amount_vnd": 21}
        given(*history).when(lambda line: line.recover(act(), **more)).refused(RecoverableTooSmall)

    def test_an_amendment_releases_what_it_no_longer_needs_and_is_still_there(self) -> None:
        released = {"task_id": TASK, "money_stage": MoneyStage.COMMITTED}
        history = (DRAFTED, APPRAISED, APPROVED, RESERVED, COMMITTED)
        given(*history).when(lambda line: line.release_committed(act(), task_id=TASK, amount_vnd=20)).then(
            happened(BudgetLine.Released, **released, amount_vnd=20)
        )
        advanced = happened(BudgetLine.Advanced, task_id=TASK, amount_vnd=40)
        given(*history, advanced).when(lambda line: line.release_committed(act(), task_id=TASK, amount_vnd=20)).then(
            happened(BudgetLine.Released, **released, amount_vnd=10)
        )

    @whatever(
        st.lists(
            st.tuples(
                st.sampled_from(["reserve", "commit", "pay", "advance", "clear_advance", "recover", "release_unspent"]),
                st.sampled_from([TASK, OTHER_TASK]),
                st.integers(0, 100),
            ),
            max_size=30,
        )
    )
    def test_nothing_is_overspent_whatever_happens(self, acts: list[tuple[str, UUID, int]]) -> None:
        line = given(DRAFTED, APPRAISED, APPROVED).record()
        for name, task_id, amount_vnd in acts:
            amount: dict[str, Any] = {} if name == "release_unspent" else {"amount_vnd": amount_vnd}
            if name == "recover":
                amount["money_stage"] = MoneyStage.ADVANCED if amount_vnd % 2 else MoneyStage.PAID
            with suppress(Refusal):
                getattr(line, name)(act(), task_id=task_id, **amount)
            gone = (line.advanced_vnd, line.paid_vnd, line.recovered_vnd)
            assert min(line.available_vnd, line.reserved_vnd, line.committed_vnd, *gone) >= 0
            spoken_for = line.reserved_vnd + line.committed_vnd + sum(gone)
            assert line.available_vnd + spoken_for == line.approved_vnd == 90
            assert sum(line.reserved_vnd_of.values()) == line.reserved_vnd
            assert sum(line.committed_vnd_of.values()) == line.committed_vnd
            assert sum(line.advanced_vnd_of.values()) == line.advanced_vnd
            assert sum(line.paid_vnd_of.values()) == line.paid_vnd
        assert_snapshot_keeps(line)


class TestItsYearsEnd:
    YEAR_END = act(person_id=LEADER.id, document="80/QĐ-UBND", effective_on=date(2024, 12, 31))
    NEXT_LINE = (happened(BudgetLine.Drafted, **{**LINE, "year": 2025}), APPRAISED, APPROVED)

    def test_what_is_not_used_lapses(self) -> None:
        line = (
            given(DRAFTED, APPRAISED, APPROVED)
            .when(lambda line: line.close(self.YEAR_END))
            .then(happened(BudgetLine.Closed, lapsed_vnd=90))
        )
        assert (line.status, line.allocated_vnd, line.available_vnd) == (BudgetLineStatus.CLOSED, 0, 0)

    def test_a_task_that_holds_money_is_named_and_nothing_is_lost(self) -> None:
        refusal = (
            given(DRAFTED, APPRAISED, APPROVED, RESERVED)
            .when(lambda line: line.close(self.YEAR_END))
            .refused(BudgetLineHoldsMoney)
        )
        assert refusal.facts == {"count": 1, "held": f"{TASK}: 60 đồng đã giữ chỗ"}

    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [
            ({"document": None}, DocumentMissing),
            ({"effective_on": date(2024, 12, 30)}, BudgetYearNotOver),
            ({"person_id": OFFICER.id}, ActedBefore),
        ],
    )
    def test_it_is_closed_after_its_year_by_a_document_and_another_person(
        self, changes: dict[str, object], refusal: type[Refusal]
    ) -> None:
        at = replace(self.YEAR_END, **changes)
        given(DRAFTED, APPRAISED, APPROVED).when(lambda line: line.close(at)).refused(refusal)

    def test_a_closed_line_takes_nothing_new(self) -> None:
        closed = given(DRAFTED, APPRAISED, APPROVED, happened(BudgetLine.Closed, lapsed_vnd=90))
        moved = {"adjustment_id": UUID(int=9), "amount_vnd": 1}
        for name, what in {
            "reserve": {"task_id": TASK, "amount_vnd": 1},
            "transfer_out": {"to_line_id": UUID(int=5), **moved},
            "transfer_in": {"from_line_id": UUID(int=5), **moved},
            "supplement": moved,
            "cut": moved,
        }.items():
            closed.when(lambda line, name=name, what=what: getattr(line, name)(act(), **what)).refused(BudgetLineClosed)
        closed.when(lambda line: line.close(self.YEAR_END)).refused(BudgetLineClosed)

    def test_a_decision_carries_what_tasks_hold_to_the_next_years_line(self) -> None:
        next_line = given(*self.NEXT_LINE).record()
        line = given(DRAFTED, APPRAISED, APPROVED, RESERVED, COMMITTED).record()
        assert line.carry_over(self.YEAR_END, next_line) == (TASK,)
        assert (line.allocated_vnd, line.reserved_vnd, line.committed_vnd) == (0, 0, 0)
        assert line.status is BudgetLineStatus.CLOSED
        assert (next_line.allocated_vnd, next_line.reserved_vnd, next_line.committed_vnd) == (150, 10, 50)
        assert next_line.available_vnd == 90
        next_line.pay(act(), task_id=TASK, amount_vnd=50)

    @pytest.mark.parametrize("changes", [{"year": 2026}, {"source_code": "F2"}, {"catalogue_id": UUID(int=3)}], ids=str)
    def test_money_is_carried_within_its_catalogue_and_source_to_the_next_year(
        self, changes: dict[str, object]
    ) -> None:
        elsewhere = given(
            happened(BudgetLine.Drafted, **{**LINE, "year": 2025, **changes}), APPRAISED, APPROVED
        ).record()
        given(DRAFTED, APPRAISED, APPROVED, RESERVED).when(
            lambda line: line.carry_over(self.YEAR_END, elsewhere)
        ).refused(NotTheNextYearsLine)

    def test_who_holds_nothing_has_nothing_to_carry(self) -> None:
        next_line = given(*self.NEXT_LINE).record()
        given(DRAFTED, APPRAISED, APPROVED).when(lambda line: line.carry_over(self.YEAR_END, next_line)).refused(
            NothingToCarryOver
        )
