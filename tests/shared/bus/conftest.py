"""The two sample services as real processes, and what tests ask of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from deploy.local.ports import LOOPBACK, free_ports
from services.shared.event_store import EventLog, migrate
from tests.servers import Database
from tests.shared.bus.orchard import Basket, Ledger, some_act, some_call

ROOT = Path(__file__).parents[3]


def eventually(condition: Callable[[], Any], seconds: float = 30.0) -> Any:
    """What the condition returns once it is true; AssertionError when it does not become so in time."""
    give_up_at = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < give_up_at, f"still not so after {seconds} seconds"
        time.sleep(0.02)
    return found


@dataclass
class SampleProcess:
    """A bus process of a sample service."""

    process: subprocess.Popen[bytes]
    http_address: str

    def get(self, path: str) -> tuple[int, str]:
        """The status and body of its answer; 0 while it does not answer."""
        try:
            with urllib.request.urlopen(f"http://{self.http_address}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()
        except OSError:
            return 0, ""

    def is_ready(self) -> bool:
        return self.get("/ready")[0] == 200

    def says(self, part: str) -> str:
        """What a part says about itself; nothing while the process does not answer."""
        answer = self.get("/ready")[1]
        return str(json.loads(answer)["parts"][part]["says"]) if answer else ""

    def metric(self, name_and_labels: str) -> float:
        """The value of a metric, 0 when nothing was counted yet."""
        lines = self.get("/metrics")[1].splitlines()
        return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(name_and_labels + " ")), 0.0)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def end(self, seconds: float = 30) -> int:
        """Ask it to end; its exit status."""
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        return self.process.wait(seconds)


@dataclass
class Samples:
    """The orchard and the market, each with its database, on one virtual host."""

    orchard: Database
    market: Database
    amqp_uri: str
    folder: Path
    processes: list[SampleProcess] = field(default_factory=list)

    def start(self, service: str, **settings: Any) -> SampleProcess:
        """Start a bus process; several of the same service stand by for one another."""
        database = {"orchard": self.orchard, "market": self.market}[service]
        address = f"{LOOPBACK}:{free_ports()['REPORTING_BUS_PORT']}"
        sample = {
            "service": service,
            "postgres": database.service_env | settings.pop("postgres", {}),
            "amqp_uri": settings.pop("amqp_uri", self.amqp_uri),
            "http_address": address,
            "mishaps": settings.pop("mishaps", None),
            "log": settings.pop("log", None),
            "settings": settings,
        }
        environment = {
            **os.environ,
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'generated'}",
            "SAMPLE": json.dumps(sample),
        }
        with (self.folder / f"{service}-{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.shared.bus.run_sample"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        self.processes.append(SampleProcess(process, address))
        return self.processes[-1]

    def start_ready(self, service: str, **settings: Any) -> SampleProcess:
        process = self.start(service, **settings)

        def is_up() -> bool:
            assert process.process.poll() is None, f"the {service} has ended"
            return process.is_ready()

        eventually(is_up)
        return process

    def heard(self) -> list[int]:
        """The positions of what the market acted on, in the order in which it did."""
        return [position for (position,) in self.ask(self.market, "SELECT position FROM heard ORDER BY n")]

    def place(self) -> int:
        """The position to which the market has taken in the orchard's announcements."""
        query = "SELECT notification_id FROM market_tracking WHERE application_name = 'market.from.orchard'"
        return sum(place for (place,) in self.ask(self.market, query))

    def ask(self, database: Database, query: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        connection = psycopg2.connect(database.dsn_service)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()


@pytest.fixture
def samples(
    make_sample_database: Callable[[str], Database],
    fresh_amqp_uri: str,
    tmp_path: Path,
) -> Iterator[Samples]:
    samples = Samples(make_sample_database("orchard"), make_sample_database("market"), fresh_amqp_uri, tmp_path)
    yield samples
    for process in samples.processes:
        process.kill()


@pytest.fixture
def make_sample_database(postgres: Any) -> Iterator[Callable[[str], Database]]:
    with ExitStack() as afterwards:

        def make(service: str) -> Database:
            database = Database.create(postgres)
            afterwards.callback(database.drop)
            views = [Ledger()] if service == "market" else []
            migrate(database.dsn_owner, service, database.service.name, views)
            return database

        yield make


@pytest.fixture
def orchard_log(samples: Samples) -> Iterator[EventLog]:
    """The orchard's log, for a test that lets things happen there."""
    log = EventLog("orchard", samples.orchard.service_env)
    yield log
    log.close()


def weigh(log: EventLog, baskets: int, times: int = 1) -> list[int]:
    """Fill baskets, look at each and weigh it; the positions of the weighings, all that the market acts on."""
    positions = []
    for _ in range(baskets):
        basket = Basket(act=some_act(), row="A")
        basket.inspect(act=some_act())
        for weight_kg in range(times):
            basket.weigh(act=some_act(), weight_kg=weight_kg)
        last = log.save_for(some_call(), basket).position
        positions += range(last - times + 1, last + 1)
    return positions


def leads(process: SampleProcess) -> Callable[[], bool]:
    """Whether the process relays."""
    return lambda: process.metric("nscl_bus_leader") == 1


def sell_a_basket(log: EventLog) -> None:
    """Something the market has not been told about."""
    basket = Basket(act=some_act(), row="A")
    basket.sell(act=some_act())
    log.save_for(some_call(), basket)
