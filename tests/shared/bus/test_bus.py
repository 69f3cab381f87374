"""Relay and inbox together, as real processes: every announcement has its effect once and in order."""

from __future__ import annotations

from services.shared.event_store import EventLog
from tests.shared.bus.conftest import Samples, eventually, leads, weigh


def test_announcements_have_their_effects_once_and_in_order(samples: Samples, orchard_log: EventLog) -> None:
    market, orchard = samples.start_ready("market"), samples.start_ready("orchard")
    positions = weigh(orchard_log, baskets=40, times=8)
    eventually(lambda: len(samples.heard()) >= len(positions))
    assert samples.heard() == positions
    # The broker confirms to the relay, and the market counts, after the last effect is there to be seen.
    eventually(leads(orchard))
    eventually(lambda: orchard.metric("nscl_bus_relay_lag_positions") == 0)
    eventually(lambda: market.metric('nscl_bus_inbox_lag_positions{stream="market.from.orchard"}') == 0)
