"""The real thing, to be broken: servers and bus processes that may die, a load, and lines that can be cut."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, Self, TypeVar

import psycopg2
from amqp.exceptions import AMQPError, MessageNacked
from eventsourcing.persistence import PersistenceError
from kombu import Connection
from kombu.exceptions import KombuError

from deploy.local.ports import LOOPBACK
from services.shared.event_store import EventLog, migrate
from tests.mortal_postgres import MortalPostgres
from tests.mortal_rabbitmq import MortalRabbitMQ
from tests.servers import Database
from tests.shared.bus import counting
from tests.shared.bus.conftest import SampleProcess, Samples, leads
from tests.shared.bus.counting import STREAM, Tally
from tests.shared.bus.orchard import Basket, Ledger, some_act, some_call
from tests.soak import Soak
from tests.wire import Wire

IDLE_IN_TRANSACTION_SECONDS = 1
"""How long a handler may sleep in the market; less than usual, so that one that sleeps too long is found out sooner."""

WRITERS = 4
PROCESSES_OF_EACH = 2
_PATIENCE_SECONDS = 300.0
_STANDSTILL_SECONDS = 3
_LOOK_SECONDS = 0.2

T = TypeVar("T")


class Worker:
    """A bus process with lines of its own to the database and the broker; where it has died, another is started."""

    def __init__(self, service: str, samples: Samples, database_line: Wire, broker_line: Wire) -> None:
        self.service, self.folder = service, samples.folder
        self.database_line, self.broker_line = database_line, broker_line
        self.ended_by_itself: list[int] = []
        self._samples = samples
        self._settings: dict[str, Any] = {"mishaps": str(self.folder)}
        if service == "market":
            self._settings |= {
                "tries": 2,
                "idle_seconds": 2.0,
                "consume_seconds": 3.0,
                "postgres": {"POSTGRES_IDLE_IN_TRANSACTION_SESSION_TIMEOUT": str(IDLE_IN_TRANSACTION_SECONDS)},
            }
        self.process, self._has_lived = self._start(), False

    def keep_running(self) -> None:
        """Start it again where it has died, as the platform does."""
        self._has_lived = self._has_lived or self.process.get("/live")[0] == 200
        if (status := self.process.process.poll()) is not None:
            # One that finds no database when it starts ends, and is started again; later it has to bear that.
            if self._has_lived and status != -signal.SIGKILL:
                self.ended_by_itself.append(status)
            self.process, self._has_lived = self._start(), False

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Within, the process stands still, and knows nothing of it afterwards."""
        stopped = self.process.process
        stopped.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            stopped.send_signal(signal.SIGCONT)

    def order(self, mishap: str, text: str = "") -> Path:
        """Have a mishap happen inside; the order, which is gone where it was carried out once and for all."""
        order = self.folder / mishap
        order.write_text(text)
        return order

    def taken_in(self) -> float:
        """How many announcements the process has dealt with."""
        counts = (f'nscl_bus_{what}_total{{stream="{STREAM}"}}' for what in ("heard", "repeats"))
        return sum(map(self.process.metric, counts))

    def _start(self) -> SampleProcess:
        return self._samples.start(self.service, **self._settings)


class Load:
    """Writers who fill, look at and weigh baskets at random until they are told that it is enough."""

    def __init__(self, log: EventLog, soak: Soak, announcements: int, announcements_each_second: float) -> None:
        self._log = log
        self._wanted = announcements
        self._written = 0
        self._enough = threading.Event()
        # A basket is filled and then, on average, weighed 3 times.
        self._baskets_each_second = announcements_each_second / 4 / WRITERS
        self._writers = [
            threading.Thread(target=self._write, args=(soak.random("writer", number),), daemon=True)
            for number in range(WRITERS)
        ]

    @property
    def is_written(self) -> bool:
        """Whether there are as many announcements as were wanted; the writers go on until ``end``."""
        return self._written >= self._wanted

    def start(self) -> None:
        for writer in self._writers:
            writer.start()

    def end(self) -> None:
        """Let the writers stop, and one last basket, weighed last, end the log."""
        self.stop()
        persistently(lambda: self._fill_a_basket(["weigh"]))

    def stop(self) -> None:
        """Return when no writer writes any more."""
        self._enough.set()
        for writer in self._writers:
            if writer.is_alive():
                writer.join()

    def _write(self, random: Random) -> None:
        while not self._enough.wait(random.expovariate(self._baskets_each_second)):
            what = random.choices(["weigh", "inspect"], weights=[3, 1], k=random.randint(0, 8))
            # What the database had no answer to may be in the log all the same: it is the log that counts.
            with suppress(PersistenceError):
                self._fill_a_basket(what)

    def _fill_a_basket(self, what: list[str]) -> None:
        basket = Basket(act=some_act(), row="A")
        for number, act in enumerate(what):
            if act == "weigh":
                basket.weigh(act=some_act(), weight_kg=number)
            else:
                basket.inspect(act=some_act())
        self._log.save_for(some_call(), basket)
        self._written += 1 + what.count("weigh")


class CalledOff(Exception):
    """A saboteur has failed: the others undo what they did, and end."""


class Harness:
    """All of it, for as long as the block runs."""

    def __init__(self, folder: Path, soak: Soak, announcements: int, announcements_each_second: float) -> None:
        self.longest_stop_seconds = 16.0 if soak.is_full else 7.0
        self.poisoned: set[int] = set()
        self._folder = folder
        self._load = (soak, announcements, announcements_each_second)
        self._is_over = threading.Event()
        self._is_called_off = threading.Event()
        self._began_at = time.monotonic()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._bring_up(stack)
            self._afterwards = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._afterwards.close()

    def say(self, what: str) -> None:
        """For the reader of a run that failed."""
        print(f"{time.monotonic() - self._began_at:7.1f} s  {what}", flush=True)

    def call_off(self) -> None:
        """Let each pause of a saboteur, and each wait until something is so, end at once."""
        self._is_called_off.set()

    def pause(self, seconds: float) -> None:
        """Return after so many seconds; CalledOff."""
        if self._is_called_off.wait(seconds):
            raise CalledOff

    def until(self, condition: Callable[[], Any]) -> Any:
        """What the condition returns once it is true; AssertionError when it does not become so, or CalledOff."""
        give_up_at = time.monotonic() + _PATIENCE_SECONDS
        while not (found := condition()):
            assert time.monotonic() < give_up_at, f"still not so after {_PATIENCE_SECONDS} seconds"
            self.pause(_LOOK_SECONDS)
        return found

    def workers(self, service: str) -> list[Worker]:
        return [worker for worker in self.all_workers if worker.service == service]

    def leader(self) -> Worker:
        """The process that relays, as soon as there is one."""

        def leader() -> Worker | None:
            return next((worker for worker in self.workers("orchard") if leads(worker.process)()), None)

        found: Worker = self.until(leader)
        return found

    def active(self) -> Worker:
        """The market's process that takes in; any of them where for seconds none does."""
        before = [(worker, worker.taken_in()) for worker in self.workers("market")]
        give_up_at = time.monotonic() + _STANDSTILL_SECONDS
        while time.monotonic() < give_up_at:
            for worker, taken_in in before:
                if worker.taken_in() > taken_in:
                    return worker
            self.pause(_LOOK_SECONDS)
        return before[0][0]

    def tally(self) -> Tally:
        return persistently(lambda: Tally.of(self.orchard, self.market))

    def is_well(self) -> bool:
        """Whether everything has been taken in, and every process says that it is ready."""
        is_complete = persistently(lambda: counting.is_complete(self.orchard, self.market))
        return is_complete and all(worker.process.is_ready() for worker in self.all_workers)

    @contextmanager
    def broker_connection(self) -> Iterator[Connection]:
        """Straight to the broker, with confirms; OSError when it does not answer in time."""
        options = {"confirm_publish": True, "read_timeout": 8}
        with Connection(self.rabbitmq.uri, connect_timeout=5, transport_options=options) as connection:
            yield connection

    def _bring_up(self, stack: ExitStack) -> None:
        self.rabbitmq = stack.enter_context(MortalRabbitMQ(self._folder / "rabbitmq"))
        self.postgres = stack.enter_context(MortalPostgres(self._folder / "postgres"))
        self.orchard, self.market = (Database.create(self.postgres.server) for _ in range(2))
        for service, database, views in (("orchard", self.orchard, []), ("market", self.market, [Ledger()])):
            migrate(database.dsn_owner, service, database.service.name, views)
            counting.watch_places(service, database)
        self.all_workers = [
            self._worker(stack, service, number)
            for service in ("orchard", "market")
            for number in range(PROCESSES_OF_EACH)
        ]
        tender = threading.Thread(target=self._tend)
        stack.callback(self._end_processes, tender)
        tender.start()
        log = EventLog("orchard", self.orchard.service_env)
        stack.callback(log.close)
        self.load = Load(log, *self._load)
        stack.callback(self.load.stop)

    def _worker(self, stack: ExitStack, service: str, number: int) -> Worker:
        database_line = stack.enter_context(Wire(self.postgres.server.host, self.postgres.server.port))
        broker_line = stack.enter_context(Wire(LOOPBACK, self.rabbitmq.port))
        folder = self._folder / f"{service} {number}"
        folder.mkdir()
        orchard, market = (
            replace(database, server=replace(database.server, port=database_line.port))
            for database in (self.orchard, self.market)
        )
        uri = self.rabbitmq.uri.replace(f":{self.rabbitmq.port}/", f":{broker_line.port}/")
        return Worker(service, Samples(orchard, market, uri, folder), database_line, broker_line)

    def _tend(self) -> None:
        while not self._is_over.wait(_LOOK_SECONDS):
            for worker in self.all_workers:
                worker.keep_running()

    def _end_processes(self, tender: threading.Thread) -> None:
        self._is_over.set()
        tender.join()
        for worker in self.all_workers:
            worker.process.kill()


def persistently(action: Callable[[], T], seconds: float = _PATIENCE_SECONDS) -> T:
    """What the action returns as soon as the servers let it; what they say when they do not in time."""
    give_up_at = time.monotonic() + seconds
    while True:
        try:
            return action()
        except (PersistenceError, psycopg2.Error, AMQPError, MessageNacked, KombuError, OSError):
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.2)
