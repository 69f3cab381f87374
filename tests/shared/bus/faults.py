"""What breaks: each fault takes as long as it lasts, and those of one part of the system come one after the other.

There is a saboteur for each part, so that several faults are at work at any moment, in an order drawn by the seed.
Each fault undoes what it did, whatever ends it: what one left behind would look like a failure of another.
"""
# ruff: noqa: ARG001 - a fault takes the chance it is given, whether it leaves anything to it or not

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from functools import partial
from random import Random
from typing import NamedTuple

from amqp.exceptions import AMQPError
from kombu import Queue

from services.shared.bus.broker import announcements_exchange, inbox_queue
from services.shared.bus.places import NotParked, ParkedAnnouncements
from services.shared.event_store import EventLog
from tests.shared.bus.counting import STREAM, ask
from tests.shared.bus.harness import IDLE_IN_TRANSACTION_SECONDS, Harness, Worker, persistently
from tests.shared.bus.mishaps import CLOCK_MOVED_HOURS, DIES_BEFORE_ACKNOWLEDGING
from tests.soak import Soak

Fault = Callable[[Harness, Random], None]

# Longer than the heartbeat, the lock's silence and the time for which a transaction may idle.
_SHORTEST_STOP_SECONDS = 6.0
_COPIES = 200


class Saboteur(NamedTuple):
    """Who breaks one part of the system; between two faults it has peace for up to so many seconds."""

    faults: Sequence[Fault]
    longest_peace_seconds: float

    def work(self, harness: Harness, random: Random) -> None:
        """Let each fault happen, in any order, and again until the load is written."""
        while True:
            for fault in random.sample(self.faults, len(self.faults)):
                harness.pause(random.uniform(0, self.longest_peace_seconds))
                harness.say(fault.__name__.replace("_", " "))
                fault(harness, random)
            if harness.load.is_written:
                return


def sabotage(harness: Harness, soak: Soak) -> None:
    """Let all saboteurs work until the load is written; the first that fails stops the others, and is heard."""
    with ThreadPoolExecutor(len(SABOTEURS)) as pool:
        at_work = [
            pool.submit(saboteur.work, harness, soak.random("faults", part)) for part, saboteur in SABOTEURS.items()
        ]
        try:
            for work in as_completed(at_work):
                work.result()
        except BaseException as error:
            harness.say(f"called off: {error!r}")
            harness.call_off()
            raise


def _a_while(harness: Harness, random: Random) -> None:
    harness.pause(random.uniform(_SHORTEST_STOP_SECONDS, harness.longest_stop_seconds))


def _until_it_goes_on(harness: Harness) -> None:
    """Return when something has been taken in: servers that never stay up for long enough let nothing be done."""
    place = _place(harness)
    harness.until(lambda: _place(harness) > place)


def broker_killed(harness: Harness, random: Random) -> None:
    harness.rabbitmq.kill()
    _until_it_goes_on(harness)


def broker_killed_over_a_new_queue(harness: Harness, random: Random) -> None:
    """The queue is there afterwards, and may never again have a leader."""

    def renew() -> None:
        with harness.broker_connection() as connection:
            queue = inbox_queue("market", "orchard")(connection.channel())
            queue.delete()
            queue.declare()

    persistently(renew)
    harness.rabbitmq.kill()
    _until_it_goes_on(harness)


def disk_alarm(harness: Harness, random: Random) -> None:
    control = harness.rabbitmq.broker.control
    control("set_disk_free_limit", str(10**15))
    try:
        _a_while(harness, random)
    finally:
        control("set_disk_free_limit", "50MB")


def queue_purged(harness: Harness, random: Random) -> None:
    # A queue that is not there, or has no leader, has nothing to lose.
    with suppress(AMQPError, OSError), harness.broker_connection() as connection:
        inbox_queue("market", "orchard")(connection.channel()).purge()


def queue_deleted(harness: Harness, random: Random) -> None:
    def delete() -> None:
        with harness.broker_connection() as connection:
            inbox_queue("market", "orchard")(connection.channel()).delete()

    persistently(delete)


def messages_doubled_and_swapped(harness: Harness, random: Random) -> None:
    """While a second queue takes copies, the loss of the first one is also not noticed by the relay."""
    name = f"spy {random.random()}"

    def double() -> None:
        with harness.broker_connection() as connection:
            channel = connection.channel()
            spy = Queue(name, announcements_exchange("orchard"), routing_key="#", durable=False, exclusive=True)(
                channel
            )
            spy.declare()
            time.sleep(1)
            copies = [copy for _ in range(_COPIES) if (copy := spy.get(no_ack=True))]
            spy.delete()
            for copy in random.choices(copies, k=2 * len(copies)):
                connection.Producer(channel).publish(
                    copy.body,
                    routing_key=STREAM,
                    headers=copy.headers,
                    content_type=copy.content_type,
                    content_encoding="binary",
                )

    persistently(double)


def database_killed(harness: Harness, random: Random) -> None:
    harness.postgres.kill()
    _until_it_goes_on(harness)


def sessions_ended(harness: Harness, random: Random) -> None:
    others = "usename = current_user AND pid <> pg_backend_pid()"
    database = random.choice([harness.orchard, harness.market])
    query = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"
    persistently(lambda: ask(database.dsn_service, query))


def leader_killed(harness: Harness, random: Random) -> None:
    harness.leader().process.kill()


def leader_stopped(harness: Harness, random: Random) -> None:
    with harness.leader().stopped():
        _a_while(harness, random)


def consumer_killed(harness: Harness, random: Random) -> None:
    harness.active().process.kill()


def consumer_killed_before_its_acknowledgement(harness: Harness, random: Random) -> None:
    orders = [worker.order(DIES_BEFORE_ACKNOWLEDGING) for worker in harness.workers("market")]
    try:
        harness.until(lambda: not all(order.exists() for order in orders))
    finally:
        for order in orders:
            order.unlink(missing_ok=True)


def consumer_stopped(harness: Harness, random: Random) -> None:
    with harness.active().stopped():
        _a_while(harness, random)


def clock_moved(harness: Harness, random: Random) -> None:
    try:
        for hours in (random.uniform(1, 48), random.uniform(-48, -1), random.uniform(-1, 1)):
            _move_clocks(harness, hours)
            harness.pause(1)
    finally:
        _move_clocks(harness, 0)


def _move_clocks(harness: Harness, hours: float) -> None:
    for worker in harness.workers("market"):
        worker.order(CLOCK_MOVED_HOURS, str(hours))


def handler_sleeps(harness: Harness, random: Random) -> None:
    """As long as it may: the stream waits, and that is all."""
    with _poison(harness, IDLE_IN_TRANSACTION_SECONDS / 4, length=5) as positions:
        harness.until(lambda: _place(harness) >= positions[-1])


def handler_sleeps_too_long(harness: Harness, random: Random) -> None:
    """The database ends the transaction, each time anew."""
    _poison_until_parked(harness, 1.2 * IDLE_IN_TRANSACTION_SECONDS)


def handler_fails(harness: Harness, random: Random) -> None:
    _poison_until_parked(harness, None)


def _poison_until_parked(harness: Harness, sleep_seconds: float | None) -> None:
    """Poison, wait until the stream stands still before it, take the poison away and ask for another try."""
    with _poison(harness, sleep_seconds, length=20) as positions:
        harness.poisoned.update(positions)
        harness.until(lambda: _stands_still(harness))
    log = EventLog("market", harness.market.service_env)
    parked = ParkedAnnouncements(log.pool, log.factory.tables)

    def goes_on() -> bool:
        with suppress(NotParked):  # a second process, which had not given up, got past it
            persistently(partial(parked.retry, STREAM))
        harness.pause(0.5)
        return not _stands_still(harness)

    try:
        harness.until(goes_on)
    finally:
        log.close()


@contextmanager
def _poison(harness: Harness, sleep_seconds: float | None, length: int) -> Iterator[range]:
    """Within, the next positions of the log are poison, as many as it takes to have a weighing among them."""
    head: int = persistently(lambda: ask(harness.orchard.dsn_owner, "SELECT max(position) FROM orchard_events"))[0][0]
    positions = range(head + 1, head + 1 + length)
    insert = "INSERT INTO poison SELECT unnest(%s), %s"
    try:
        persistently(lambda: ask(harness.market.dsn_owner, insert, (list(positions), sleep_seconds)))
        yield positions
    finally:
        persistently(lambda: ask(harness.market.dsn_owner, "DELETE FROM poison"))


def _stands_still(harness: Harness) -> bool:
    return bool(
        persistently(
            lambda: ask(harness.market.dsn_owner, "SELECT position FROM market_parked WHERE settled_at IS NULL")
        )
    )


def _place(harness: Harness) -> int:
    query = "SELECT notification_id FROM market_tracking WHERE application_name = %s"
    return sum(place for (place,) in persistently(lambda: ask(harness.market.dsn_owner, query, (STREAM,))))


def line_to_the_broker_cut(harness: Harness, random: Random) -> None:
    _some_worker(harness, random).broker_line.cut()


def line_to_the_database_cut(harness: Harness, random: Random) -> None:
    _some_worker(harness, random).database_line.cut()


def lines_slow(harness: Harness, random: Random) -> None:
    worker, seconds = _some_worker(harness, random), random.uniform(0.05, 0.5)
    with worker.broker_line.slow(seconds), worker.database_line.slow(seconds):
        _a_while(harness, random)


def line_to_the_broker_silent(harness: Harness, random: Random) -> None:
    with _some_worker(harness, random).broker_line.silent():
        _a_while(harness, random)


def line_to_the_database_silent(harness: Harness, random: Random) -> None:
    with _some_worker(harness, random).database_line.silent():
        _a_while(harness, random)


def _some_worker(harness: Harness, random: Random) -> Worker:
    return random.choice(harness.all_workers)


SABOTEURS: Mapping[str, Saboteur] = {
    "broker": Saboteur(
        [
            broker_killed,
            broker_killed_over_a_new_queue,
            disk_alarm,
            queue_purged,
            queue_deleted,
            messages_doubled_and_swapped,
        ],
        longest_peace_seconds=1,
    ),
    "database": Saboteur([database_killed, sessions_ended], longest_peace_seconds=10),
    "relay": Saboteur([leader_killed, leader_stopped], longest_peace_seconds=5),
    "consumer": Saboteur(
        [
            consumer_killed,
            consumer_killed_before_its_acknowledgement,
            consumer_stopped,
            clock_moved,
        ],
        longest_peace_seconds=2,
    ),
    "handler": Saboteur([handler_sleeps, handler_sleeps_too_long, handler_fails], longest_peace_seconds=2),
    "lines": Saboteur(
        [
            line_to_the_broker_cut,
            line_to_the_database_cut,
            lines_slow,
            line_to_the_broker_silent,
            line_to_the_database_silent,
        ],
        longest_peace_seconds=2,
    ),
}
