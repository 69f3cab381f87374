"""An award goes from the nomination to its result, step after step, each by its own document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from services.shared.proceeding import ActedInThePast
from services.shared.record import Act, ActedBefore, DocumentMissing
from services.support.domain.award import Award, AwardNotInStep, AwardPrize, AwardStatus, PreliminaryResult
from tests.given import Happened, given, happened
from tests.support.domain.test_task import by
from tests.support.examples import DAY, LEAD, LOTUS_MILL, OFFICER

Step = Callable[[Award, Act], None]

NOMINATED = happened(Award.Nominated, enterprise_id=LOTUS_MILL, year=2024, act=by(LEAD, "88/GT-SKHCN"))
RECEIVED = happened(Award.DossierReceived, enterprise_id=LOTUS_MILL, act=by(OFFICER, "12/BN-SKHCN"))
RECOMMENDED = happened(
    Award.PreliminaryConcluded,
    enterprise_id=LOTUS_MILL,
    act=by(LEAD, "3/BB-HDST"),
    result=PreliminaryResult.RECOMMENDED,
    summary="820 điểm",
)
TURNED_DOWN = happened(
    Award.PreliminaryConcluded,
    enterprise_id=LOTUS_MILL,
    act=by(LEAD, "3/BB-HDST"),
    result=PreliminaryResult.NOT_RECOMMENDED,
    summary="410 điểm",
)
SUBMITTED = happened(Award.Submitted, enterprise_id=LOTUS_MILL, act=by(LEAD, "95/CV-SKHCN"))
SILVER = happened(Award.Decided, enterprise_id=LOTUS_MILL, act=by(OFFICER, "70/QĐ-TTg"), prize=AwardPrize.SILVER)
WITHDRAWN = happened(Award.Withdrawn, enterprise_id=LOTUS_MILL, act=by(OFFICER, "4/CV-SEN"), reason="Chuyển nhà máy")

WAY: list[tuple[Happened, Step]] = [
    (RECEIVED, lambda award, act: award.receive_dossier(act)),
    (
        RECOMMENDED,
        lambda award, act: award.conclude_preliminary(act, result=PreliminaryResult.RECOMMENDED, summary="820 điểm"),
    ),
    (SUBMITTED, lambda award, act: award.submit(act)),
    (SILVER, lambda award, act: award.decide(act, prize=AwardPrize.SILVER)),
]
"""What follows a nomination, in its order, and who does it how."""
HISTORY = (NOMINATED, *(event for event, _ in WAY))
STEPS = [*WAY, (WITHDRAWN, lambda award, act: award.withdraw(act, reason="Chuyển nhà máy"))]


def test_an_enterprise_is_nominated_by_a_document() -> None:
    given().when(lambda: Award.nominate(by(LEAD, "88/GT-SKHCN"), enterprise_id=LOTUS_MILL, year=2024)).then(NOMINATED)
    given().when(lambda: Award.nominate(by(LEAD), enterprise_id=LOTUS_MILL, year=2024)).refused(DocumentMissing)


@pytest.mark.parametrize("done", range(len(WAY)))
class TestEachStep:
    def test_follows_the_one_before(self, done: int) -> None:
        event, step = WAY[done]
        given(*HISTORY[: done + 1]).when(lambda award: step(award, event.facts["act"])).then(event)

    def test_comes_after_no_other(self, done: int) -> None:
        event, step = WAY[done]
        for others in range(len(WAY) + 1):
            if others != done:
                given(*HISTORY[: others + 1]).when(lambda award: step(award, event.facts["act"])).refused(
                    AwardNotInStep
                )

    def test_rests_on_a_document(self, done: int) -> None:
        event, step = WAY[done]
        nothing = replace(event.facts["act"], document=None)
        given(*HISTORY[: done + 1]).when(lambda award: step(award, nothing)).refused(DocumentMissing)

    def test_counts_from_no_day_before_the_last(self, done: int) -> None:
        event, step = WAY[done]
        early = replace(event.facts["act"], effective_on=DAY - timedelta(days=1))
        given(*HISTORY[: done + 1]).when(lambda award: step(award, early)).refused(ActedInThePast)

    def test_may_be_the_last_because_the_enterprise_withdraws(self, done: int) -> None:
        award = given(*HISTORY[: done + 1]).when(withdraw).then(WITHDRAWN)
        assert award.status is AwardStatus.WITHDRAWN


def withdraw(award: Award) -> None:
    award.withdraw(by(OFFICER, "4/CV-SEN"), reason="Chuyển nhà máy")


def test_who_took_the_dossier_does_not_say_what_the_council_concluded() -> None:
    _, conclude = WAY[1]
    given(NOMINATED, RECEIVED).when(lambda award: conclude(award, by(OFFICER, "3/BB-HDST"))).refused(ActedBefore)


@pytest.mark.parametrize("end", [(RECEIVED, TURNED_DOWN), (WITHDRAWN,), (RECEIVED, RECOMMENDED, SUBMITTED, SILVER)])
@pytest.mark.parametrize("step", STEPS)
def test_nothing_follows_the_end(end: tuple[Happened, ...], step: tuple[Happened, Step]) -> None:
    event, act = step
    given(NOMINATED, *end).when(lambda award: act(award, event.facts["act"])).refused(AwardNotInStep)


def test_what_came_of_it_is_kept() -> None:
    award = given(*HISTORY).record()
    assert (award.status, award.prize, award.summary) == (AwardStatus.DECIDED, AwardPrize.SILVER, "820 điểm")
