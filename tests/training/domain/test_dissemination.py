from __future__ import annotations

from datetime import date

import pytest

from services.training.domain.dissemination import (
    Dissemination,
    DisseminationChannel,
    DisseminationNotYetHeld,
    DisseminationReportMissing,
    EnterpriseNamedTwice,
)
from tests.given import act, given, happened, sentences
from tests.training.examples import LOTUS_MILL, PRODUCTIVITY_DAY, RIVER_FARM

REPORTED = act(document="7/BC-SKHCN")
HELD = happened(Dissemination.Held, **PRODUCTIVITY_DAY)


def test_a_dissemination_is_recorded_with_its_report() -> None:
    dissemination = given().when(lambda: Dissemination.hold(REPORTED, **PRODUCTIVITY_DAY)).then(HELD)
    assert dissemination.document == "7/BC-SKHCN"
    assert dissemination.enterprise_ids == (LOTUS_MILL, RIVER_FARM)


@pytest.mark.parametrize("channel", DisseminationChannel)
def test_it_may_reach_people_unnamed_by_any_channel(channel: DisseminationChannel) -> None:
    broadcast = PRODUCTIVITY_DAY | {"channel": channel, "enterprise_ids": ()}
    given().when(lambda: Dissemination.hold(REPORTED, **broadcast)).then(happened(Dissemination.Held, **broadcast))


def test_none_without_a_report() -> None:
    given().when(lambda: Dissemination.hold(act(), **PRODUCTIVITY_DAY)).refused(
        DisseminationReportMissing, field="basis.document"
    )


def test_none_before_its_day() -> None:
    eve = act(document="7/BC-SKHCN", effective_on=date(2024, 5, 19))
    given().when(lambda: Dissemination.hold(eve, **PRODUCTIVITY_DAY)).refused(DisseminationNotYetHeld)


def test_no_enterprise_is_reached_twice() -> None:
    doubled = PRODUCTIVITY_DAY | {"enterprise_ids": (LOTUS_MILL, RIVER_FARM, LOTUS_MILL)}
    given().when(lambda: Dissemination.hold(REPORTED, **doubled)).refused(
        EnterpriseNamedTwice, field="enterprise_ids[2]"
    )


def test_the_sentence_names_the_occasion_and_counts_the_enterprises() -> None:
    assert sentences(Dissemination.hold(REPORTED, **PRODUCTIVITY_DAY)) == [
        "Phổ biến, tuyên truyền “Ngày năng suất chất lượng” (tập huấn, hội thảo) ngày 20/05/2024 đến 2 doanh nghiệp."
    ]
