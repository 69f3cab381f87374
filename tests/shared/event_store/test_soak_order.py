"""A million events by writers at random: everybody who follows the log meanwhile sees each of them once, in order."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from itertools import islice
from pathlib import Path
from random import Random

import pytest
from eventsourcing.persistence import Notification, StoredEvent

from services.shared.event_store import EventLog, TrackingConflict, View, migrate
from tests.servers import Database
from tests.shared.event_store.random_commands import Audit, Told, WriterProcess, pages
from tests.shared.event_store.stored import event
from tests.soak import Soak

EVENTS = 1_000_000
PROCESSES = 3
LONGEST_PAGE_EVENTS = 1000
# The topic of the last event of all: who follows the log has then seen enough.
THE_END = "festival:Lantern.PutOut"
_CATCH_UP_SECONDS = 60


class FollowedPositions(View):
    """The position of each event, as a view keeps what it makes of one: once, in one transaction with its place."""

    name = "followed_positions"
    table = "CREATE TABLE followed_positions (position bigint PRIMARY KEY)"


class Follower(threading.Thread):
    """Somebody who follows the log to its end, and fails as soon as an event is missing or out of order."""

    def __init__(self, log: Iterable[Notification]) -> None:
        super().__init__(daemon=True)
        self._log = log
        self.seen = 0
        self.digest = 0

    def run(self) -> None:
        for notification in self._log:
            assert notification.id == self.seen + 1, f"position {notification.id} follows {self.seen}"
            self.seen = notification.id
            self.digest = hash((self.digest, notification))
            if notification.topic == THE_END:
                return


def by_subscription(log: EventLog, random: Random) -> Iterator[Notification]:
    """With the library's subscription, which is left now and then and taken up where it was left."""
    seen = None
    while True:
        with log.recorder.subscribe(gt=seen) as subscription:
            for notification in islice(subscription, random.randint(1, EVENTS // 20)):
                yield notification
                seen = notification.id


def by_pages(log: EventLog, random: Random) -> Iterator[Notification]:
    """In pages of any size, woken by the listener."""
    seen = 0
    with log.listen() as listener:
        while True:
            limit = random.randint(1, LONGEST_PAGE_EVENTS)
            stop = random.choice([None, seen + random.randint(1, limit)])
            page = log.recorder.select_notifications(seen + 1, limit, stop)
            yield from page
            seen += len(page)
            if not page:
                listener.wait()


def feed(view: FollowedPositions, random: Random, stopped: threading.Event) -> None:
    """Keep the view up with the log, as one of several who try."""
    with view.log.listen() as listener:
        while not stopped.is_set():
            position = view.position()
            limit = random.randint(1, LONGEST_PAGE_EVENTS)
            page = view.log.recorder.select_notifications(position, limit, inclusive_of_start=False)
            if not page:
                listener.wait(0.5)
                continue
            with suppress(TrackingConflict), view.log.transaction() as cursor:
                view.log.tracking.advance(cursor, view.upstream, previous=position, position=page[-1].id)
                followed = [notification.id for notification in page]
                cursor.execute("INSERT INTO followed_positions SELECT unnest(%s)", (followed,))


@pytest.fixture
def view(module_database: Database) -> Iterator[FollowedPositions]:
    """A view on a log of its own."""
    migrate(module_database.dsn_owner, "festival", module_database.service.name, [FollowedPositions])
    log = EventLog("festival", module_database.service_env)
    yield FollowedPositions(log)
    log.close()


@pytest.mark.soak
def test_no_event_is_lost_or_reordered(
    view: FollowedPositions, module_database: Database, soak: Soak, tmp_path: Path
) -> None:
    log, stopped = view.log, threading.Event()
    ways = (by_subscription, by_subscription, by_pages, by_pages)
    followers = [Follower(follow(log, soak.random("follower", number))) for number, follow in enumerate(ways)]
    feeders = [
        threading.Thread(target=feed, args=(view, soak.random("feeder", number), stopped), daemon=True)
        for number in range(2)
    ]
    for thread in (*followers, *feeders):
        thread.start()
    notes = [tmp_path / f"writer {number}" for number in range(PROCESSES)]
    share = soak.count(EVENTS) / PROCESSES
    with ExitStack() as running:
        for writer in [
            running.enter_context(
                WriterProcess(log.name, module_database.service_env, file, f"{soak.seed} {file.name}", share)
            )
            for file in notes
        ]:
            writer.join()

    audit = Audit()
    audit.read_on(log.recorder)
    audit.agrees_in_the_end_with(Told(*notes))
    assert audit.head >= soak.count(EVENTS)

    log.recorder.append([StoredEvent(event().originator_id, 1, THE_END, b"")])
    view.wait_for(audit.head + 1, _CATCH_UP_SECONDS)
    stopped.set()
    for thread in (*followers, *feeders):
        thread.join(_CATCH_UP_SECONDS)
    afterwards = Follower(pages(log.recorder, 0))
    afterwards.run()
    assert {(follower.seen, follower.digest) for follower in followers} == {(audit.head + 1, afterwards.digest)}
    with view.reading() as cursor:
        cursor.execute("SELECT count(*), min(position), max(position) FROM followed_positions")
        assert cursor.fetchone() == (audit.head + 1, 1, audit.head + 1)
