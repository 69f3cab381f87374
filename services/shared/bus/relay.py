"""From the log to the exchange: every public event of a service is announced, in order, by one process at a time.

The log is the outbox. The relay's place is the position of the last announcement that every queue is known to have; it
moves only after the broker has said so. A relay that dies in between announces the same again, which a consumer
recognises by its position; it never skips.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import eventlet
import psycopg2
from eventlet.event import Event
from eventsourcing.persistence import PersistenceError
from nameko.extensions import DependencyProvider

from services.shared.bus import metrics
from services.shared.bus.announcements import Announce, Announcement, announcements_of
from services.shared.bus.broker import BROKER_ERRORS, announcements_exchange, close_quietly, connect
from services.shared.bus.leadership import SIGN_SECONDS, Leadership, LeadershipLost
from services.shared.bus.patience import Patience
from services.shared.bus.publisher import CONFIRM_SECONDS, ConfirmedPublisher, ConfirmTimedOut
from services.shared.bus.readiness import Part
from services.shared.event_store.log import EventLog
from services.shared.event_store.subscription import Listener

PAGE = 500
STANDBY_SECONDS = 0.5
# A first announcement goes at once; those that come while it goes wait this long and go together, which costs a steady
# stream of them a fraction of the round trips.
BREATH_SECONDS = 0.02
LONGEST_DELAY_SECONDS = 2.0

_USUAL_TROUBLE = (*BROKER_ERRORS, PersistenceError, psycopg2.Error, LeadershipLost, ConfirmTimedOut)

_log = logging.getLogger(__name__)


class Relay:
    """Announces what the log of ``service`` holds, for as long as it runs."""

    def __init__(
        self, service: str, log: EventLog, announce: Announce, amqp_uri: str, confirm_seconds: float = CONFIRM_SECONDS
    ) -> None:
        self.part = Part("relay")
        self._service = service
        self._log = log
        self._announce = announce
        self._amqp_uri = amqp_uri
        self._confirm_seconds = confirm_seconds
        self._read_to: int | None = None
        self._stopping = Event()
        self._patience = Patience(longest_seconds=LONGEST_DELAY_SECONDS)

    def run(self) -> None:
        """Lead or stand by until stopped; whatever breaks, begin again from the place."""
        while not self._stopping.ready():
            try:
                with Leadership(self._log.pool.settings, self._log.factory.tables) as leadership:
                    if self._stand_by(leadership):
                        self._lead(leadership)
            except Exception as problem:
                is_usual = isinstance(problem, _USUAL_TROUBLE)
                _log.warning("the relay of %s begins again: %r", self._service, problem, exc_info=not is_usual)
                self.part.is_not_ready(repr(problem))
                self._pause(self._patience.next_seconds())

    def stop(self) -> None:
        """Finish the page at hand and return from ``run``."""
        if not self._stopping.ready():
            self._stopping.send()

    def measure(self) -> None:
        """Set the lag, which only the leader knows."""
        read_to = self._read_to
        waiting = self._log.recorded_events(read_to, 1) if read_to is not None else []
        oldest = waiting[0].event.act.recorded_at if waiting else None
        metrics.relay_lag_positions.set(self._log.head() - (read_to or 0) if waiting else 0)
        metrics.relay_lag_seconds.set((datetime.now(UTC) - oldest).total_seconds() if oldest else 0)

    def _stand_by(self, leadership: Leadership) -> bool:
        """Wait until this process leads; False when it is to stop."""
        while not leadership.acquire():
            self.part.is_ready("standby")
            self._pause(STANDBY_SECONDS)
            if self._stopping.ready():
                return False
        return True

    def _lead(self, leadership: Leadership) -> None:
        exchange = announcements_exchange(self._service)
        connection = connect(self._amqp_uri, f"{self._service} relay")
        try:
            publisher = ConfirmedPublisher(connection, exchange, self._confirm_seconds)
            with self._in_office(leadership), self._log.listen() as listener:
                self._announce_all(leadership, publisher, listener)
        finally:
            close_quietly(connection)

    @contextmanager
    def _in_office(self, leadership: Leadership) -> Iterator[None]:
        _log.info("%s: this process relays, from behind %d", self._service, leadership.place())
        metrics.leader.set(1)
        try:
            yield
        finally:
            metrics.leader.set(0)
            self._read_to = None

    def _announce_all(self, leadership: Leadership, publisher: ConfirmedPublisher, listener: Listener) -> None:
        """Follow the log: one event at first, more with each success, one again after a failure.

        So an event that cannot be announced holds up only what comes after it.
        """
        place = self._read_to = leadership.place()
        limit = 1
        while not self._stopping.ready():
            leadership.check()
            events = self._log.recorded_events(self._read_to, limit)
            if not events:
                self.part.is_ready("leader")
                publisher.keep_alive()
                listener.wait(SIGN_SECONDS)
                continue
            announcements = announcements_of(self._service, self._announce, events, place)
            safe = publisher.publish(announcements)
            if safe:
                place = leadership.move(place, announcements[safe - 1].position)
                metrics.announced.inc(safe)
            if safe == len(announcements):
                self._read_to = events[-1].position
                limit = min(2 * limit, PAGE)
                self._patience.reset()
                if len(events) < limit:
                    self._pause(BREATH_SECONDS)
            else:
                self._read_to, limit = place, 1
                self._hold_back(announcements[safe], leadership, publisher)

    def _hold_back(self, announcement: Announcement, leadership: Leadership, publisher: ConfirmedPublisher) -> None:
        """Wait before this one is sent again: nobody has a queue for it yet, or the broker would not take it."""
        seconds = self._patience.next_seconds()
        _log.warning("%s was not taken by the broker; again in %.1f s", announcement.id, seconds)
        self.part.is_ready(f"leader, held back at {announcement.id}")
        while seconds > 0 and not self._stopping.ready():
            leadership.check()
            publisher.keep_alive()
            self._pause(min(seconds, SIGN_SECONDS))
            seconds -= SIGN_SECONDS

    def _pause(self, seconds: float) -> None:
        self._stopping.wait(timeout=seconds)


class RelayExtension(DependencyProvider):
    """The relay in a nameko container, which starts and stops it."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._thread: eventlet.greenthread.GreenThread | None = None

    def start(self) -> None:
        self._thread = self.container.spawn_managed_thread(self._relay.run, identifier="relay")

    def stop(self) -> None:
        self._relay.stop()
        if self._thread is not None:
            self._thread.wait()


def relay_service(relay: Relay, service: str) -> type:
    """The nameko service that runs the relay."""
    return type("RelayService", (), {"name": f"{service}_relay", "relay": RelayExtension(relay)})
