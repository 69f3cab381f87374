"""A call for direct grants receives complete applications in its window, and grants no more than its quota."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.shared.record import DocumentMissing
from services.shared.refusals import Refusal
from services.support.domain.budget_refusals import BudgetLineNotApproved
from services.support.domain.catalogue import ContentUnknown
from services.support.domain.checklist import ChecklistCodeNamedTwice, ChecklistIncomplete, PaperNotOnChecklist
from services.support.domain.grant_call import (
    CalledContent,
    ContentOutsideGrantCall,
    EnterpriseAppliedBefore,
    GrantCall,
    GrantCallCancelled,
    GrantCallShortened,
    GrantQuotaUsedUp,
)
from services.support.domain.task_refusals import CallEndsBeforeItStarts, ContentsMissing, OutsideCallWindow
from services.support.domain.task_terms import Grant, Paper
from tests.given import given, happened
from tests.support.domain.test_task import APPROVED_LINE, LINE, PLAN, by, granted
from tests.support.examples import (
    CHECKLIST,
    FIVE_S_PAPERS,
    GRANT_CALL,
    LEAD,
    LEADER,
    LOTUS_MILL,
    OWNER,
    RIVER_FARM,
    wanted,
)

TASK, OTHER_TASK = UUID(int=7), UUID(int=8)
FACTS = {"year": 2024, "catalogue_id": PLAN.id, "budget_line_id": APPROVED_LINE.id}
PUBLISHED = happened(GrantCall.Published, **GRANT_CALL, **FACTS, act=by(LEAD, "40/TB-SKHCN"))
CANCELLED = happened(GrantCall.Cancelled, reason="Hết kinh phí", act=by(LEAD, "42/TB-SKHCN"))
APPLIED = {"task_id": TASK, "enterprise_id": LOTUS_MILL, "content_codes": ("TOOL-5S",), "receipt_number": 1}
RECEIVED = happened(GrantCall.ApplicationReceived, **APPLIED)
FIVE_S = {"task_id": TASK, "content_code": "TOOL-5S", "amount_vnd": 40_000_000}
GRANTED = happened(GrantCall.ContentGranted, **FIVE_S)
RETURNED = happened(GrantCall.ContentFreed, **FIVE_S)


def publish(document: str | None = "40/TB-SKHCN", line: Any = APPROVED_LINE, **changes: Any) -> GrantCall:
    return GrantCall.publish(by(LEAD, document), PLAN, line, **{**GRANT_CALL, **changes})


def receive(grant_call: GrantCall, on: date = date(2024, 6, 28), **changes: Any) -> None:
    good = {"task_id": TASK, "enterprise_id": LOTUS_MILL, "lines": (wanted(),), "papers": FIVE_S_PAPERS}
    grant_call.receive(by(OWNER, on=on), **{**good, **changes})


def grant(grant_call: GrantCall, task_id: UUID = TASK, *grants: Grant) -> None:
    grant_call.grant(by(LEADER, "900/QĐ-UBND"), task_id=task_id, grants=grants)


class TestPublished:
    def test_it_is_published_on_approved_money(self) -> None:
        given().when(publish).then(PUBLISHED)

    @pytest.mark.parametrize(
        ("changes", "refusal", "field"),
        [
            ({"document": None}, DocumentMissing, "basis.document"),
            ({"line": LINE}, BudgetLineNotApproved, None),
            ({"closes_on": date(2024, 5, 31)}, CallEndsBeforeItStarts, "closes_on"),
            ({"contents": ()}, ContentsMissing, "contents"),
            ({"contents": GRANT_CALL["contents"][:1] * 2}, ContentsMissing, "contents"),
            (
                {"contents": (CalledContent("TOOL-9S", None, None, CHECKLIST),)},
                ContentUnknown,
                "contents[0].content_code",
            ),
            (
                {"contents": (CalledContent("TOOL-5S", None, None, CHECKLIST * 2),)},
                ChecklistCodeNamedTwice,
                "contents[0].checklist",
            ),
        ],
    )
    def test_it_is_not_published_otherwise(
        self, changes: dict[str, Any], refusal: type[Refusal], field: str | None
    ) -> None:
        given().when(lambda: publish(**changes)).refused(refusal, **({"field": field} if field else {}))

    def test_it_is_made_longer_by_a_document_and_never_shorter(self) -> None:
        later = date(2024, 7, 15)
        extended = happened(GrantCall.Extended, closes_on=later)
        given(PUBLISHED).when(lambda each: each.extend(by(LEAD, "41/TB"), closes_on=later)).then(extended)
        given(PUBLISHED).when(lambda each: each.extend(by(LEAD), closes_on=later)).refused(
            DocumentMissing, field="basis.document"
        )
        given(PUBLISHED).when(lambda each: each.extend(by(LEAD, "41/TB"), closes_on=date(2024, 6, 30))).refused(
            GrantCallShortened, field="closes_on"
        )

    def test_nothing_more_comes_of_a_cancelled_one(self) -> None:
        given(PUBLISHED).when(lambda each: each.cancel(by(LEAD, "42/TB-SKHCN"), reason="Hết kinh phí")).then(CANCELLED)
        for act in (
            receive,
            lambda each: each.cancel(by(LEAD, "43/TB"), reason="Nữa"),
            lambda each: each.extend(by(LEAD, "43/TB"), closes_on=date(2024, 7, 15)),
        ):
            given(PUBLISHED, CANCELLED).when(act).refused(GrantCallCancelled)


class TestReceives:
    def test_a_complete_application_gets_the_next_number(self) -> None:
        given(PUBLISHED).when(receive).then(RECEIVED)
        again = {**APPLIED, "task_id": OTHER_TASK, "enterprise_id": RIVER_FARM, "receipt_number": 2}
        given(PUBLISHED, RECEIVED).when(lambda each: receive(each, task_id=OTHER_TASK, enterprise_id=RIVER_FARM)).then(
            happened(GrantCall.ApplicationReceived, **again)
        )

    @pytest.mark.parametrize("day", [date(2024, 5, 31), date(2024, 7, 1)])
    def test_in_its_window_only(self, day: date) -> None:
        given(PUBLISHED).when(lambda each: receive(each, on=day)).refused(OutsideCallWindow)

    @pytest.mark.parametrize(
        ("changes", "refusal", "field"),
        [
            ({"lines": (wanted(content_code="CRT-FOOD"),)}, ContentOutsideGrantCall, None),
            ({"papers": FIVE_S_PAPERS[:1]}, ChecklistIncomplete, "papers"),
            ({"papers": FIVE_S_PAPERS + FIVE_S_PAPERS[:1]}, PaperNotOnChecklist, "papers[2]"),
            ({"papers": (Paper("TOOL-5S", "PLAN", "x"), *FIVE_S_PAPERS)}, PaperNotOnChecklist, "papers[0]"),
        ],
    )
    def test_what_was_called_for_with_every_paper_once(
        self, changes: dict[str, Any], refusal: type[Refusal], field: str | None
    ) -> None:
        given(PUBLISHED).when(lambda each: receive(each, **changes)).refused(
            refusal, **({"field": field} if field else {})
        )

    def test_one_application_of_an_enterprise_for_a_content_unless_it_came_to_nothing(self) -> None:
        given(PUBLISHED, RECEIVED).when(lambda each: receive(each, task_id=OTHER_TASK)).refused(EnterpriseAppliedBefore)
        nothing = happened(GrantCall.ContentFreed, **{**FIVE_S, "amount_vnd": 0})
        again = happened(GrantCall.ApplicationReceived, **{**APPLIED, "task_id": OTHER_TASK, "receipt_number": 2})
        given(PUBLISHED, RECEIVED, nothing).when(lambda each: receive(each, task_id=OTHER_TASK)).then(again)

    def test_none_once_the_places_are_granted(self) -> None:
        given(PUBLISHED, RECEIVED, GRANTED).when(
            lambda each: receive(each, task_id=OTHER_TASK, enterprise_id=RIVER_FARM)
        ).refused(GrantQuotaUsedUp)


class TestGrants:
    def test_a_grant_counts_and_what_is_left_out_is_free_again(self) -> None:
        given(PUBLISHED, RECEIVED).when(lambda each: grant(each, TASK, granted(UUID(int=21), 40_000_000))).then(GRANTED)
        nothing = happened(GrantCall.ContentFreed, **{**FIVE_S, "amount_vnd": 0})
        given(PUBLISHED, RECEIVED).when(grant).then(nothing)

    def test_no_more_than_the_places_and_the_money(self) -> None:
        other = happened(
            GrantCall.ApplicationReceived,
            task_id=OTHER_TASK,
            enterprise_id=RIVER_FARM,
            content_codes=("TOOL-5S",),
            receipt_number=2,
        )
        given(PUBLISHED, RECEIVED, other, GRANTED).when(
            lambda each: grant(each, OTHER_TASK, granted(UUID(int=22), 1))
        ).refused(GrantQuotaUsedUp)
        given(PUBLISHED, RECEIVED).when(lambda each: grant(each, TASK, granted(UUID(int=21), 45_000_001))).refused(
            GrantQuotaUsedUp
        )

    def test_what_is_given_back_may_be_granted_again(self) -> None:
        given(PUBLISHED, RECEIVED, GRANTED).when(
            lambda each: each.give_back(by(OWNER), task_id=TASK, content_codes=("TOOL-5S",))
        ).then(RETURNED)
        again = happened(GrantCall.ApplicationReceived, **{**APPLIED, "task_id": OTHER_TASK, "receipt_number": 2})
        given(PUBLISHED, RECEIVED, GRANTED, RETURNED).when(lambda each: receive(each, task_id=OTHER_TASK)).then(again)
