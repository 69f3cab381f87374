"""The relay as real processes: one leads, and whatever dies, nothing is lost and nothing has its effect twice."""

from __future__ import annotations

import signal
from functools import partial

import pytest
from kombu import Connection, Queue

from services.shared.bus.broker import announcements_exchange
from services.shared.event_store import EventLog
from tests.shared.bus.conftest import Samples, eventually, leads, weigh
from tests.shared.bus.counting import ask, watch_places


def has_relayed(samples: Samples, position: int) -> bool:
    return place(samples) > position


def place(samples: Samples) -> int:
    query = "SELECT notification_id FROM orchard_tracking WHERE application_name = 'relay'"
    return sum(place for (place,) in samples.ask(samples.orchard, query))


def test_an_announcement_nobody_has_a_queue_for_waits_and_is_never_dropped(
    samples: Samples, orchard_log: EventLog
) -> None:
    orchard = samples.start_ready("orchard")
    weigh(orchard_log, baskets=3)
    eventually(lambda: orchard.metric("nscl_bus_returned_total") >= 2)
    assert place(samples) == 0
    eventually(lambda: orchard.metric("nscl_bus_relay_lag_positions") == 9)
    with Connection(samples.amqp_uri) as connection:
        queue = Queue("spy", announcements_exchange("orchard"), routing_key="#")(connection.channel())
        queue.declare()
        eventually(lambda: place(samples) == 9)
        positions = []
        while message := queue.get(no_ack=True):
            positions.append((int(message.headers["cloudEvents_previousposition"]), message.properties["message_id"]))
    positions = list(dict.fromkeys(positions))  # what was not confirmed in time is sent again
    assert [identity for _, identity in positions] == [f"orchard:{position}" for position in (1, 3, 4, 6, 7, 9)]
    assert [previous for previous, _ in positions] == [0, 1, 3, 4, 6, 7]


def test_the_place_only_goes_forward_and_only_by_the_holder_of_the_lock(
    samples: Samples, orchard_log: EventLog
) -> None:
    watch_places("orchard", samples.orchard)
    samples.start_ready("market")
    samples.start_ready("orchard")
    positions = weigh(orchard_log, baskets=20)
    eventually(lambda: place(samples) == positions[-1])
    assert not ask(samples.orchard.dsn_owner, "TABLE wrong_moves")


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSTOP], ids=lambda blow: blow.name)
def test_another_relay_takes_over_when_the_leader_dies_or_stops(
    samples: Samples, orchard_log: EventLog, blow: signal.Signals
) -> None:
    first, second = samples.start_ready("orchard"), samples.start_ready("orchard")
    samples.start_ready("market")
    leader = eventually(lambda: next((process for process in (first, second) if leads(process)()), None))
    standby = second if leader is first else first
    eventually(lambda: standby.says("relay") == "standby")
    positions = weigh(orchard_log, baskets=20)
    leader.process.send_signal(blow)
    eventually(leads(standby))
    positions += weigh(orchard_log, baskets=20)
    if blow == signal.SIGSTOP:
        leader.process.send_signal(signal.SIGCONT)
        eventually(lambda: leader.is_ready() and leader.says("relay") == "standby")
    positions += weigh(orchard_log, baskets=20)
    eventually(lambda: len(samples.heard()) >= len(positions))
    assert samples.heard() == positions


def test_a_relay_that_is_killed_again_and_again_loses_nothing(samples: Samples, orchard_log: EventLog) -> None:
    samples.start_ready("market")
    positions = []
    for _ in range(2):
        orchard = samples.start("orchard")
        positions += weigh(orchard_log, baskets=30)
        eventually(partial(has_relayed, samples, positions[-30]))
        orchard.kill()
    orchard = samples.start_ready("orchard")
    eventually(lambda: len(samples.heard()) >= len(positions))
    assert samples.heard() == positions
    assert orchard.end() == 0
