"""A possible overlap is decided on by another person than found it, once for the lines they saw."""

from __future__ import annotations

from typing import Any

import pytest

from services.shared.record import ActedBefore
from services.support.domain.claim_rules import LinkKind
from services.support.domain.overlap import OverlapOutcome, StateMoney
from services.support.domain.overlap_decision import OverlapAlreadyDecided, OverlapDecision, OverlapNotPossible
from services.support.domain.participation import Participation
from tests.given import act, given, happened
from tests.support.domain.test_claim_rules import RULES_IN_FORCE
from tests.support.domain.test_overlap import chain
from tests.support.domain.test_participation import ELIGIBLE, REGISTERED
from tests.support.examples import LEAD, LOTUS_MILL, MANGO_HOUSE, SECOND_OFFICER, overlap, state_money

SCREENED: Participation = given(REGISTERED, ELIGIBLE).record()
BY_LEAD = act(person_id=LEAD.id)
ADMITTED = {"outcome": OverlapOutcome.ADMITTED, "reason": "Khác nhà máy"}
REFUSED = {"outcome": OverlapOutcome.REFUSED, "reason": "Cùng một nhà máy"}


def seen(*money: StateMoney) -> Any:
    return overlap(*money, rules=RULES_IN_FORCE, members=chain(LinkKind.COMMON_REPRESENTATIVE))


POSSIBLE = seen(state_money(MANGO_HOUSE))
OTHERWISE = seen(state_money(MANGO_HOUSE, amount_vnd=1), state_money(MANGO_HOUSE))
MADE = happened(
    OverlapDecision.Made,
    participation_id=SCREENED.id,
    task_id=SCREENED.task_id,
    enterprise_id=LOTUS_MILL,
    content_code="TOOL-5S",
    lines=POSSIBLE.possible_in_words,
    registry_position=41,
    **ADMITTED,
)


def test_it_is_made_on_the_lines_that_were_seen_with_a_reason() -> None:
    made = given().when(lambda: OverlapDecision.make(BY_LEAD, SCREENED, POSSIBLE, **ADMITTED)).then(MADE)
    assert made.id == OverlapDecision.create_id(SCREENED.id)
    assert (made.ruling.decision_id, made.ruling.outcome) == (made.id, OverlapOutcome.ADMITTED)
    [event] = made.pending_events
    assert event.sentence() == "Khả năng trùng lắp nội dung TOOL-5S (1 khoản): được chấp nhận. Lý do: Khác nhà máy"


def test_who_screened_does_not_decide() -> None:
    assert SCREENED.screened_by == {act().person_id}
    given().when(lambda: OverlapDecision.make(act(), SCREENED, POSSIBLE, **ADMITTED)).refused(ActedBefore)
    given(MADE).when(lambda decision: decision.make_anew(act(), SCREENED, OTHERWISE, **REFUSED)).refused(ActedBefore)


def test_nor_who_screened_before_somebody_screened_again() -> None:
    again = happened(ELIGIBLE.event_class, **ELIGIBLE.facts, act=act(person_id=SECOND_OFFICER.id))
    screened_again: Participation = given(REGISTERED, ELIGIBLE, again).record()
    given().when(lambda: OverlapDecision.make(act(), screened_again, POSSIBLE, **ADMITTED)).refused(ActedBefore)
    assert OverlapDecision.make(BY_LEAD, screened_again, POSSIBLE, **ADMITTED).outcome is OverlapOutcome.ADMITTED


@pytest.mark.parametrize("found", [seen(), seen(state_money()), seen(state_money(), state_money(MANGO_HOUSE))])
def test_what_is_clear_or_certain_is_no_persons_to_decide(found: Any) -> None:
    given().when(lambda: OverlapDecision.make(BY_LEAD, SCREENED, found, **ADMITTED)).refused(OverlapNotPossible)


def test_it_holds_for_its_lines_and_other_lines_need_another() -> None:
    decision = given(MADE).record()
    assert decision.covers(POSSIBLE)
    assert not decision.covers(OTHERWISE)
    given(MADE).when(lambda made: made.make_anew(BY_LEAD, SCREENED, POSSIBLE, **REFUSED)).refused(OverlapAlreadyDecided)
    anew = happened(
        OverlapDecision.MadeAnew,
        **{**MADE.facts, "lines": OTHERWISE.possible_in_words, **REFUSED},
    )
    later = given(MADE).when(lambda made: made.make_anew(BY_LEAD, SCREENED, OTHERWISE, **REFUSED)).then(anew)
    assert (later.covers(OTHERWISE), later.outcome) == (True, OverlapOutcome.REFUSED)
