from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from nscl.support.v1.support_events_pb2 import AwardNominated, AwardWithdrawn, ProductCertified, ProductWithdrawn
from nscl.training.v1.training_events_pb2 import AttendanceRecorded, DisseminationHeld, ExpertCertified
from nscl.training.v1.training_resources_pb2 import AUDIENCE_MANAGER

from services.reporting.read_models.heard_events import HeardEvents
from services.reporting.read_models.indicators import IndicatorEntry, Indicators, IndicatorValue
from services.shared.event_store import EventLog
from tests.announcing import told
from tests.given import act
from tests.reporting.announcing import Ears
from tests.reporting.examples import LOTUS_MILL, QUIET_OTTER, RIVER_FARM

EARLY, LATE = act(effective_on=date(2024, 3, 1)), act(effective_on=date(2025, 3, 1))


@pytest.fixture
def indicators(log: EventLog) -> Indicators:
    return Indicators(log)


def all_entries(indicators: Indicators, code: str, on_date: date | None = None) -> list[IndicatorEntry]:
    return list(indicators.list_indicator_events(code, on_date=on_date, after=None, limit=100))


class TestValues:
    def test_nothing_heard_is_no_value(self, heard_events: HeardEvents, indicators: Indicators) -> None:
        assert not any(heard_events.as_of().values())
        assert indicators.list_indicators(on_date=None) == {}

    def test_a_manager_who_comes_twice_counts_twice(self, ears: Ears, indicators: Indicators) -> None:
        attended = told(
            AttendanceRecorded, attendee_id=str(QUIET_OTTER), audience=AUDIENCE_MANAGER, enterprise_id=str(LOTUS_MILL)
        )
        ears.hear(attended, attended)
        values = indicators.list_indicators(on_date=None)
        assert values == {"K1": IndicatorValue(2, 2), "K3": IndicatorValue(1, 2)}

    def test_an_expert_with_two_certificates_counts_once(self, ears: Ears, indicators: Indicators) -> None:
        ears.hear(*[told(ExpertCertified, expert_id=str(QUIET_OTTER))] * 2, told(ExpertCertified))
        assert indicators.list_indicators(on_date=None) == {"K2": IndicatorValue(2, 3)}

    def test_two_products_of_one_group_count_once(self, ears: Ears, indicators: Indicators) -> None:
        ears.hear(*[told(ProductCertified, product_group_code=code) for code in ("GAO", "GAO", "CA-TRA")])
        assert indicators.list_indicators(on_date=None) == {"K5": IndicatorValue(2, 3)}

    def test_a_group_was_certified_whatever_becomes_of_it(self, ears: Ears, indicators: Indicators) -> None:
        ears.hear(told(ProductCertified, product_group_code="GAO"), told(ProductWithdrawn))
        assert indicators.list_indicators(on_date=None) == {"K5": IndicatorValue(1, 1)}

    def test_who_was_nominated_counts_whatever_comes_of_it(self, ears: Ears, indicators: Indicators) -> None:
        ears.hear(told(AwardNominated, enterprise_id=str(LOTUS_MILL)), told(AwardWithdrawn))
        assert indicators.list_indicators(on_date=None) == {"K6": IndicatorValue(1, 1)}

    def test_an_enterprise_reached_in_several_ways_counts_once(self, ears: Ears, indicators: Indicators) -> None:
        ears.hear(
            told(DisseminationHeld, enterprise_ids=[str(LOTUS_MILL), str(RIVER_FARM)]),
            told(AttendanceRecorded, audience=AUDIENCE_MANAGER, enterprise_id=str(LOTUS_MILL)),
        )
        assert indicators.list_indicators(on_date=None)["K3"] == IndicatorValue(2, 3)

    @pytest.mark.parametrize(
        ("day", "value"),
        [(date(2024, 2, 29), None), (date(2024, 3, 1), 1), (date(2025, 2, 28), 1), (date(2025, 3, 1), 2), (None, 2)],
    )
    def test_a_value_of_a_day_counts_what_was_in_effect_that_day(
        self, day: date | None, value: int | None, ears: Ears, indicators: Indicators
    ) -> None:
        ears.hear(
            told(AwardNominated, by=LATE, enterprise_id=str(RIVER_FARM)),
            told(AwardNominated, by=EARLY, enterprise_id=str(LOTUS_MILL)),
        )
        found = indicators.list_indicators(on_date=day).get("K6")
        assert (found and found.value) == value


class TestTheEventsBehindAValue:
    def test_they_stand_in_the_order_they_took_effect_and_the_first_of_a_key_adds(
        self, ears: Ears, indicators: Indicators
    ) -> None:
        ears.hear(
            told(AwardNominated, by=LATE, enterprise_id=str(LOTUS_MILL), year=2025),
            told(AwardNominated, by=EARLY, enterprise_id=str(LOTUS_MILL), year=2024),
            told(AwardNominated, by=LATE, enterprise_id=str(RIVER_FARM), year=2025),
        )
        entries = all_entries(indicators, "K6")
        assert [(entry.event.position, entry.counted.key, entry.adds) for entry in entries] == [
            (2, str(LOTUS_MILL), True),
            (1, str(LOTUS_MILL), False),
            (3, str(RIVER_FARM), True),
        ]
        assert sum(entry.adds for entry in entries) == indicators.list_indicators(on_date=None)["K6"].value

    def test_the_same_day_the_one_recorded_first_adds(self, ears: Ears, indicators: Indicators) -> None:
        moments = [datetime(2024, 6, 28, hour, tzinfo=UTC) for hour in (9, 8)]
        ears.hear(*[told(ExpertCertified, by=act(recorded_at=at), expert_id=str(QUIET_OTTER)) for at in moments])
        assert [(entry.event.position, entry.adds) for entry in all_entries(indicators, "K2")] == [
            (2, True),
            (1, False),
        ]

    def test_an_event_that_counts_several_has_an_entry_for_each(self, ears: Ears, indicators: Indicators) -> None:
        ears.hear(told(DisseminationHeld, enterprise_ids=[str(RIVER_FARM), str(LOTUS_MILL)], sentence="Hội thảo."))
        entries = all_entries(indicators, "K3")
        assert [entry.counted.key for entry in entries] == sorted(map(str, (LOTUS_MILL, RIVER_FARM)))
        assert {entry.event.sentence for entry in entries} == {"Hội thảo."}

    def test_those_of_a_day_leave_out_what_came_into_effect_later(self, ears: Ears, indicators: Indicators) -> None:
        ears.hear(told(ExpertCertified, by=EARLY), told(ExpertCertified, by=LATE))
        assert [entry.event.position for entry in all_entries(indicators, "K2", date(2024, 12, 31))] == [1]

    def test_page_by_page_they_are_the_same_and_a_page_may_be_asked_for_again(
        self, ears: Ears, indicators: Indicators
    ) -> None:
        ears.hear(
            *[told(DisseminationHeld, by=by, enterprise_ids=[str(LOTUS_MILL), str(RIVER_FARM)]) for by in (LATE, EARLY)]
        )
        whole = all_entries(indicators, "K3")
        assert len(whole) == 4
        for before, entry in zip([None, *whole], whole, strict=False):
            after = before.place if before else None
            assert indicators.list_indicator_events("K3", on_date=None, after=after, limit=1) == [entry]
        assert not indicators.list_indicator_events("K3", on_date=None, after=whole[-1].place, limit=1)
