"""Bus processes that end on SIGTERM while others take their place, as in a rolling restart: nothing lost or doubled."""

from __future__ import annotations

import threading

from services.shared.event_store import EventLog
from tests.shared.bus.conftest import Samples, eventually, leads, weigh

ENDS_WITHIN_SECONDS = 25


def test_bus_processes_are_replaced_while_announcements_flow(samples: Samples, orchard_log: EventLog) -> None:
    market, orchard = samples.start_ready("market"), samples.start_ready("orchard")
    positions: list[int] = []
    is_replaced = threading.Event()

    def write() -> None:
        while not is_replaced.wait(0.01):
            positions.extend(weigh(orchard_log, baskets=1, times=8))

    writing = threading.Thread(target=write)
    writing.start()
    eventually(samples.heard)
    samples.start_ready("market")
    assert market.end(ENDS_WITHIN_SECONDS) == 0
    successor = samples.start_ready("orchard")
    assert orchard.end(ENDS_WITHIN_SECONDS) == 0
    eventually(leads(successor))
    is_replaced.set()
    writing.join()
    eventually(lambda: len(samples.heard()) >= len(positions))
    assert samples.heard() == positions
