"""Connections cut by the broker or the database, consumers killed: each costs time and nothing else."""

from __future__ import annotations

import signal
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from nameko.exceptions import UnknownService
from nameko.standalone.rpc import ServiceRpcProxy

from deploy.local.ports import free_ports
from services.shared.bus.run import nameko_settings
from services.shared.event_store import EventLog
from tests.servers import Broker
from tests.shared.bus.conftest import Samples, eventually, leads, weigh
from tests.shared.bus.mishaps import DIES_BEFORE_ACKNOWLEDGING
from tests.wire import Wire


def test_cut_connections_to_the_broker_lose_nothing(samples: Samples, orchard_log: EventLog, broker: Broker) -> None:
    samples.start_ready("market")
    orchard = samples.start_ready("orchard")
    positions = weigh(orchard_log, baskets=20)
    vhost = samples.amqp_uri.rpartition("/")[2]
    broker.control("close_all_connections", "--vhost", vhost, "a cut")
    positions += weigh(orchard_log, baskets=20)
    eventually(lambda: len(samples.heard()) >= len(positions))
    assert samples.heard() == positions
    eventually(orchard.is_ready)


def test_an_owner_answers_soon_after_its_line_to_the_broker_is_back(samples: Samples, orchard_log: EventLog) -> None:
    weigh(orchard_log, baskets=1)
    broker = urlsplit(samples.amqp_uri)
    with Wire(broker.hostname or "", broker.port or 0) as wire:
        samples.start_ready("orchard", amqp_uri=samples.amqp_uri.replace(f":{broker.port}/", f":{wire.port}/"))
        wire.is_down = True
        wire.cut()
        time.sleep(1)  # in which it tries in vain
        wire.is_down = False
        with ServiceRpcProxy("orchard_announcements", nameko_settings(samples.amqp_uri), timeout=10) as owner:
            assert eventually(partial(_asked, owner))["read_to"] == 3


def _asked(owner: Any) -> Any:
    """The owner's first page; nothing while its queue is not declared again."""
    with suppress(UnknownService):
        return owner.after(0, 10)


def test_a_database_that_ends_our_sessions_costs_only_time(samples: Samples, orchard_log: EventLog) -> None:
    samples.start_ready("market")
    orchard = samples.start_ready("orchard")
    positions = weigh(orchard_log, baskets=20)
    for database in (samples.orchard, samples.market):
        others = "usename = current_user AND pid <> pg_backend_pid()"
        samples.ask(database, f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE {others}")
    orchard_log.head()  # the writer's own sessions have been ended as well
    positions += weigh(orchard_log, baskets=1)
    eventually(lambda: len(samples.heard()) >= len(positions))
    assert samples.heard() == positions
    eventually(leads(orchard))


def test_a_consumer_killed_at_any_moment_takes_nothing_in_twice(samples: Samples, orchard_log: EventLog) -> None:
    samples.start_ready("orchard")
    positions = []
    for _ in range(2):
        market = samples.start_ready("market")
        positions += weigh(orchard_log, baskets=100)
        eventually(partial(has_heard_more_than, samples, len(positions) - 100))
        market.kill()
    market = samples.start_ready("market")
    eventually(lambda: len(samples.heard()) >= len(positions))
    assert samples.heard() == positions
    assert market.end() == 0


def test_effects_are_committed_before_their_messages_are_acknowledged(
    samples: Samples, orchard_log: EventLog, tmp_path: Path
) -> None:
    samples.start_ready("orchard")
    market = samples.start_ready("market", mishaps=str(tmp_path))
    (tmp_path / DIES_BEFORE_ACKNOWLEDGING).touch()
    positions = weigh(orchard_log, baskets=20)
    assert market.process.wait(30) == -signal.SIGKILL
    assert samples.place() > 0
    samples.start_ready("market")
    eventually(lambda: len(samples.heard()) >= len(positions))
    assert samples.heard() == positions


def has_heard_more_than(samples: Samples, number: int) -> bool:
    return len(samples.heard()) > number


def test_a_process_whose_broker_is_away_says_so_and_ends_when_asked(samples: Samples) -> None:
    market = samples.start("market", amqp_uri=f"amqp://guest:guest@127.0.0.1:{free_ports()['NSCL_AMQP_PORT']}/")
    eventually(lambda: market.get("/live")[0] == 200)
    eventually(lambda: "REFUSED" in market.says("stream market.from.orchard"))
    eventually(lambda: "REFUSED" in market.says("broker"))
    eventually(lambda: market.get("/ready")[0] == 503)
    assert market.end() == 0
