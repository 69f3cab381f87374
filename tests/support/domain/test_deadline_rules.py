"""Each waiting step has the deadline that was in force when it began."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.shared.record import DocumentMissing
from services.support.domain.contract import Contract
from services.support.domain.deadline_rules import (
    CountedFrom,
    DayKind,
    DeadlineRules,
    RulesStartTooEarly,
    StepNamedTwice,
)
from services.support.domain.participation import Participation
from services.support.domain.recovery import Recovery
from services.support.domain.task import Task
from services.support.domain.waiting_steps import STEP_IN_WORDS, WAITING, WaitingStep
from services.support.domain.working_calendar import WorkingDays
from tests.given import act, given, happened
from tests.support.domain.test_recovery import ORDER
from tests.support.domain.test_task import by
from tests.support.examples import COMPLETENESS_RULE, DEADLINES, LEAD, PAYER, YEAR_2024

NEW_YEAR, JULY = date(2024, 1, 1), date(2024, 7, 1)
ADOPTED = happened(DeadlineRules.Adopted, valid_from=NEW_YEAR, rules=DEADLINES)
QUICKER = (replace(COMPLETENESS_RULE, days=3),)
SUPERSEDED = happened(DeadlineRules.Superseded, valid_from=JULY, rules=QUICKER)
CALENDAR = WorkingDays((YEAR_2024,))


def test_deadlines_are_adopted_and_superseded() -> None:
    given().when(lambda: DeadlineRules.adopt(act(document="40/QĐ-UBND"), valid_from=NEW_YEAR, rules=DEADLINES)).then(
        ADOPTED
    )
    given(ADOPTED).when(lambda rules: rules.supersede(act(document="41/QĐ-UBND"), valid_from=JULY, rules=QUICKER)).then(
        SUPERSEDED
    )


@pytest.mark.parametrize(
    ("act_of", "changes", "refusal"),
    [
        (act(), {}, DocumentMissing),
        (act(document="41/QĐ-UBND"), {"rules": QUICKER * 2}, StepNamedTwice),
        (act(document="41/QĐ-UBND"), {"valid_from": NEW_YEAR}, RulesStartTooEarly),
    ],
)
def test_deadlines_that_cannot_be_right(act_of: Any, changes: dict[str, Any], refusal: type) -> None:
    asked = {"valid_from": JULY, "rules": QUICKER, **changes}
    given(ADOPTED).when(lambda rules: rules.supersede(act_of, **asked)).refused(refusal)
    if refusal is not RulesStartTooEarly:
        given().when(lambda: DeadlineRules.adopt(act_of, **asked)).refused(refusal)


@pytest.mark.parametrize(
    ("since", "days"), [(date(2023, 12, 31), None), (NEW_YEAR, 5), (date(2024, 6, 30), 5), (JULY, 3)]
)
def test_a_step_keeps_the_rule_of_the_day_it_began(since: date, days: int | None) -> None:
    rule = given(ADOPTED, SUPERSEDED).record().rule_of(WaitingStep.COMPLETENESS_CHECK, since)
    assert (rule and rule.days) == days


def test_a_step_without_a_rule_has_none() -> None:
    assert given(ADOPTED, SUPERSEDED).record().rule_of(WaitingStep.PAYMENT, JULY) is None


@pytest.mark.parametrize(
    ("changes", "named_on", "due"),
    [
        ({}, date(2024, 6, 28), date(2024, 7, 5)),
        ({}, date(2024, 6, 10), date(2024, 6, 27)),
        ({}, None, date(2024, 6, 27)),
        ({"counted_from": CountedFrom.STEP_START}, date(2024, 6, 28), date(2024, 6, 27)),
        ({"day_kind": DayKind.CALENDAR}, date(2024, 6, 28), date(2024, 7, 3)),
        ({"days": 0}, date(2024, 6, 30), date(2024, 6, 30)),
    ],
)
def test_it_is_due_so_many_days_after_its_start_or_the_day_it_names(
    changes: dict[str, Any], named_on: date | None, due: date
) -> None:
    rule = replace(COMPLETENESS_RULE, **changes)
    assert rule.due_on(date(2024, 6, 20), named_on, CALENDAR) == due


def test_every_step_of_a_task_and_a_participation_is_told_what_it_leaves_to_be_done() -> None:
    unchanging = {
        Task.ProgressReported,
        Task.MovedToLine,
        Task.PapersFiled,
        Task.ReceiptGiven,
        Task.Surveyed,
        Task.ParticipationLeft,
        Task.SelectedFromWaitlist,
        Task.WaitlistedRefused,
    }
    events = {
        thing
        for record in (Task, Participation)
        for name, thing in vars(record).items()
        if isinstance(thing, type) and getattr(thing, "TOPIC", None) and name != "Created"
    }
    assert events - WAITING.keys() == unchanging
    assert {waiting.step for waiting in WAITING.values() if waiting.step} == set(WaitingStep) == STEP_IN_WORDS.keys()


def test_what_is_owed_is_waited_for_until_all_of_it_is_back() -> None:
    recovery = Recovery.order(by(LEAD, "66/QĐ-TH"), **ORDER)
    left = []
    for amount_vnd in (4_000_000, recovery.outstanding_vnd - 4_000_000):
        recovery.receive_instalment(by(PAYER, "1/GNT"), amount_vnd=amount_vnd)
        left.append(recovery.pending_events[-1])
    waiting = WAITING[Recovery.InstalmentReceived]
    assert [waiting.step_after(event) for event in left] == [WaitingStep.REPAYMENT, None]


def test_a_settled_contract_is_still_to_be_liquidated_and_archived() -> None:
    after = [WAITING[event].step for event in (Contract.Settled, Contract.Liquidated, Contract.Archived)]
    assert after == [WaitingStep.LIQUIDATION, WaitingStep.ARCHIVING, None]
