"""What a process does with an announcement that it cannot take in."""

from __future__ import annotations

from services.shared.bus import parked
from services.shared.event_store import EventLog
from tests.shared.bus.conftest import Samples, eventually, sell_a_basket, weigh

STREAM = "market.from.orchard"


def test_poison_parks_its_stream_until_another_try_is_asked_for(samples: Samples, orchard_log: EventLog) -> None:
    samples.start_ready("orchard")
    market = samples.start_ready("market", tries=2, first_delay_seconds=0.01)
    samples.ask(samples.market, "INSERT INTO poison VALUES (6)")
    positions = weigh(orchard_log, baskets=4)
    eventually(lambda: market.metric(f'nscl_bus_parked{{reason="BasketRotten",stream="{STREAM}"}}') == 1)
    assert samples.heard() == [3]
    assert not market.is_ready()
    assert "orchard:6" in market.says(f"stream {STREAM}")
    samples.ask(samples.market, "DELETE FROM poison")
    assert parked.main({"market": samples.market.service_env}, ["retry", STREAM]) == 0
    eventually(lambda: samples.heard() == positions)
    eventually(market.is_ready)


def test_a_skipped_announcement_is_passed_over_and_the_stream_goes_on_behind_it(
    samples: Samples, orchard_log: EventLog
) -> None:
    samples.start_ready("orchard")
    market = samples.start_ready("market", tries=2, first_delay_seconds=0.01)
    samples.ask(samples.market, "INSERT INTO poison VALUES (6)")
    positions = weigh(orchard_log, baskets=4)
    eventually(lambda: market.metric(f'nscl_bus_parked{{reason="BasketRotten",stream="{STREAM}"}}') == 1)
    skip = ["skip", STREAM, "6", "--by", "ops-7", "--reason", "sent twice, see INC-12"]
    assert parked.main({"market": samples.market.service_env}, skip) == 0
    positions.remove(6)
    eventually(lambda: samples.heard() == positions)
    eventually(market.is_ready)
    eventually(lambda: market.metric(f'nscl_bus_skipped{{stream="{STREAM}"}}') == 1)
    eventually(lambda: market.metric(f'nscl_bus_parked{{reason="BasketRotten",stream="{STREAM}"}}') == 0)
    positions += weigh(orchard_log, baskets=2)
    eventually(lambda: samples.heard() == positions)


def test_a_type_the_market_does_not_know_stops_it_loudly(samples: Samples, orchard_log: EventLog) -> None:
    samples.start_ready("orchard")
    market = samples.start_ready("market")
    positions = weigh(orchard_log, baskets=2)
    sell_a_basket(orchard_log)
    weigh(orchard_log, baskets=2)
    eventually(lambda: market.metric(f'nscl_bus_parked{{reason="UnknownAnnouncement",stream="{STREAM}"}}') == 1)
    assert samples.heard() == positions
    assert "nscl.orchard.v1.BasketSold" in market.says(f"stream {STREAM}")
