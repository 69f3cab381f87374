"""The announcements of one owner, taken in by one service: in order, each exactly once, whatever comes twice or not.

Every announcement names its position and that of the one before it, and the place, a row of the consumer's database,
says how far the stream has been taken in. So each one is either a repeat, the next, or one behind a gap; a gap is
filled by asking the owner. Effects and place commit together: there is no moment at which one stands without the other.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg2
from eventsourcing.persistence import InterfaceError, OperationalError, PersistenceError
from psycopg2.errors import LockNotAvailable, QueryCanceled
from structlog.contextvars import bound_contextvars

from services.shared.bus import metrics
from services.shared.bus.announcements import Announcement
from services.shared.bus.consumers import Consumer, UnknownAnnouncement
from services.shared.bus.patience import Patience
from services.shared.bus.places import ParkedAnnouncements, Place
from services.shared.bus.readiness import Part
from services.shared.event_store.errors import is_outage
from services.shared.event_store.pool import ConnectionPool, Cursor, is_sound
from services.shared.event_store.schema import LogTables
from services.shared.event_store.views import ViewLagged
from services.shared.traces import traces

TRIES = 8

_log = logging.getLogger(__name__)


def stream_name(consumer: str, owner: str) -> str:
    """The name of a stream, its queue and its place; carved in stone."""
    return f"{consumer}.from.{owner}"


@dataclass(frozen=True)
class Page:
    """A piece of the owner's log: all its announcements up to ``read_to``; ``head`` is the log's end."""

    announcements: Sequence[Announcement]
    read_to: int
    head: int


Ask = Callable[[int], Page]
"""Asks the owner for the page behind a position; OwnerSilent when it does not answer."""


class OwnerSilent(Exception):
    """The owner of the stream did not say in time what we miss."""


class OwnerLacksAnnouncements(Exception):
    """The owner announced something and now has no log of what came before it: people must look at this."""


class PlaceTakenBack(Exception):
    """The place stands before what a page was asked for, as after a rebuild: begin again and ask from there."""


class Parked(Exception):
    """The stream stands still until somebody asks for another try or the process starts again."""


class Stopped(Exception):
    """The process is ending; what was not committed comes again."""


class HandlerTooSlow(Exception):
    """A handler let the transaction idle for longer than the database permits, which has ended it."""


class _Unprocessable(Exception):
    """The handler of the announcement at this index of the batch failed."""

    def __init__(self, index: int) -> None:
        self.index = index


class Stream:
    """One consumer's stream; ``take_in`` is called by one greenlet at a time."""

    def __init__(
        self,
        service: str,
        consumer: Consumer,
        pool: ConnectionPool,
        tables: LogTables,
        *,
        tries: int = TRIES,
        first_delay_seconds: float = 0.1,
    ) -> None:
        self.name = stream_name(service, consumer.owner)
        self.part = Part(f"stream {self.name}")
        self.consumer = consumer
        self.parked = ParkedAnnouncements(pool, tables)
        self.known = 0
        self.place = 0
        self._oldest: Announcement | None = None
        self._pool = pool
        self._place = Place(tables, self.name)
        self._most_tries = tries
        self._patience = Patience(first_delay_seconds)
        self._failing = Patience(first_delay_seconds)
        self._parked_for: str | None = None
        self._stopping = threading.Event()

    def start(self) -> None:
        """Read the place."""
        self._commit([])

    def stop(self) -> None:
        """Let a wait or a longer piece of work end with Stopped."""
        self._stopping.set()

    def take_in(self, announcements: Sequence[Announcement], ask: Ask) -> None:
        """Take in everything up to the last of these, which come in order, having filled the gaps before them.

        Waits as long as the database or the owner are away, or a view lags that a handler reads. Parked when a handler
        has failed too often or a type is not known: everything before that announcement has then been taken in, and
        nothing from it on.
        """
        rest = announcements
        limit = len(rest)
        while rest:
            self._note(rest)
            try:
                done = self._commit(rest[:limit])
            except _Unprocessable as failure:
                if failure.index == 0:
                    with bound_contextvars(cause=rest[0].id):
                        self._try_again_or_park(rest[0], failure)
                # What stands before the failing one is not held up by it; then it is tried by itself.
                limit = max(failure.index, 1)
                continue
            except (OperationalError, InterfaceError, ViewLagged) as problem:
                self._wait(f"the database: {problem}")
                continue
            if done < min(limit, len(rest)):
                self._fill_gap(rest[done], ask)
            rest = rest[done:]
            limit = len(rest)
        self._goes_on()

    def catch_up(self, ask: Ask) -> None:
        """Take in all that the owner has and we do not; OwnerSilent when it does not answer.

        OwnerLacksAnnouncements when its log ends before what we have heard of it: it has lost its end, as by a restore.
        """
        while True:
            asked_behind = self.place
            page = ask(asked_behind)
            if page.head < asked_behind:
                raise OwnerLacksAnnouncements(f"the owner's log ends at {page.head}, and {asked_behind} has been heard")
            self._take_in_page(page, asked_behind)
            if page.read_to >= page.head:
                return

    def lag_seconds(self) -> float:
        """Age of the oldest announcement at hand and not taken in; 0 when there is none."""
        oldest = self._oldest
        return (datetime.now(UTC) - oldest.recorded_at).total_seconds() if oldest else 0.0

    def _commit(self, announcements: Sequence[Announcement], asked_behind: int = 0, read_to: int = 0) -> int:
        """Take in, in one transaction, what comes next of these; how many are dealt with: those before a gap."""
        if len(announcements) > 1:
            try:
                return self._commit_in(self._pool.gathering(), announcements, asked_behind, read_to)
            except (_Unprocessable, PersistenceError) as failure:
                if is_outage(failure):
                    raise
                # Statements that went together do not say whose effect failed; each by itself does.
                _log.info("%s: one of %d announcements failed: %r", self.name, len(announcements), failure)
        return self._commit_in(self._pool.transaction(), announcements, asked_behind, read_to)

    def _commit_in(
        self,
        transaction: AbstractContextManager[Cursor],
        announcements: Sequence[Announcement],
        asked_behind: int,
        read_to: int,
    ) -> int:
        repeats = done = 0
        with transaction as cursor:
            place = before = self._place.lock(cursor)
            if place < asked_behind:
                raise PlaceTakenBack(f"{self.name} is at {place}, no longer at {asked_behind}")
            for announcement in announcements:
                if announcement.position <= place:
                    repeats += 1
                elif announcement.previous_position <= place:
                    self._apply(announcement, done, cursor)
                    place = announcement.position
                else:
                    break
                done += 1
            if done == len(announcements):
                place = max(place, read_to)
            if place > before:
                self._place.move(cursor, place)
        self.place = place
        self._count(announcements[:done], before, repeats)
        return done

    def _apply(self, announcement: Announcement, index: int, cursor: Cursor) -> None:
        began_at = time.monotonic()
        try:
            in_trace = traces().processing(self.name, announcement.traceparent, (announcement.id, announcement.type))
            with bound_contextvars(cause=announcement.id), in_trace:
                self.consumer.receive(announcement, cursor)
        except (QueryCanceled, LockNotAvailable) as error:
            raise _Unprocessable(index) from error  # a time limit of the database, which the next try meets again
        except (psycopg2.OperationalError, psycopg2.InterfaceError, ViewLagged):
            raise  # trouble of the database, or of a view the handler reads, not the announcement's: it will pass
        except Exception as error:
            raise _Unprocessable(index) from error
        finally:
            # Unlike the database's other troubles this one does not pass: it comes with every try.
            seconds = time.monotonic() - began_at
            if seconds > self._pool.settings.idle_in_transaction_timeout and not is_sound(cursor.connection):
                raise _Unprocessable(index) from HandlerTooSlow(f"the transaction was ended after {seconds:.1f} s")

    def _take_in_page(self, page: Page, asked_behind: int) -> None:
        """A page has no gaps by the owner's own word, and takes the place to where the owner has read.

        PlaceTakenBack where the place no longer reaches to the page: between the two nothing has been taken in.
        """

        def no_gap_expected(position: int) -> Page:
            if position < asked_behind:
                raise PlaceTakenBack(f"{self.name} is at {position}, no longer at {asked_behind}")
            raise OwnerLacksAnnouncements(f"a page of the owner has a gap behind {position}")

        self.take_in(page.announcements, no_gap_expected)
        while self.place < page.read_to:
            try:
                self._commit([], asked_behind, page.read_to)
            except (OperationalError, InterfaceError) as problem:
                self._wait(f"the database: {problem}")

    def _fill_gap(self, announcement: Announcement, ask: Ask) -> None:
        _log.info("%s: %s comes after a gap behind %d", self.name, announcement.id, self.place)
        metrics.gaps.labels(self.name).inc()
        while self.place < announcement.previous_position:
            asked_behind = self.place
            try:
                page = ask(asked_behind)
                if page.read_to <= asked_behind:
                    raise OwnerLacksAnnouncements(f"nothing behind {asked_behind}, though {announcement.id} has come")
            except (OwnerSilent, OwnerLacksAnnouncements) as problem:
                self._wait(f"the gap before {announcement.id}: {problem}")
            else:
                self._take_in_page(page, asked_behind)

    def _try_again_or_park(self, announcement: Announcement, failure: _Unprocessable) -> None:
        error = failure.__cause__ or failure
        delay = self._failing.next_seconds()
        tries = self._failing.tries
        if isinstance(error, UnknownAnnouncement) or tries >= self._most_tries:
            self._failing.reset()
            self._park(announcement, error, tries)
            return  # somebody else got past it: it comes again as a repeat
        metrics.retries.labels(self.name).inc()
        _log.warning("%s: %s failed, try %d: %r", self.name, announcement.id, tries, error, exc_info=error)
        self.part.is_not_ready(f"{announcement.id} fails: {error!r}")
        self._pause(delay)

    def _park(self, announcement: Announcement, error: BaseException, tries: int) -> None:
        reason = f"{announcement.id} {announcement.type}: {error!r}"
        _log.error("%s stands still before %s", self.name, reason, exc_info=error)
        self.part.is_not_ready(f"parked before {reason}")
        while True:
            try:
                stands_still = self.parked.park(self.name, announcement, error, tries)
            except (OperationalError, InterfaceError) as problem:
                self._wait(f"parked before {reason}; the database: {problem}")
            else:
                break
        if stands_still:
            self._parked_for = type(error).__name__
            metrics.parked.labels(self.name, self._parked_for).set(1)
            raise Parked(reason) from error

    def _wait(self, reason: str) -> None:
        """Wait for something outside to come back: longer each time, for as long as it takes."""
        _log.warning("%s waits for %s", self.name, reason)
        self.part.is_not_ready(f"waits for {reason}")
        self._pause(self._patience.next_seconds())

    def _pause(self, seconds: float) -> None:
        if self._stopping.wait(seconds):
            raise Stopped

    def _goes_on(self) -> None:
        """Nothing is in the way any longer."""
        self._oldest = None
        self._patience.reset()
        self.part.is_ready("takes in what comes")
        if self._parked_for is not None:
            metrics.parked.labels(self.name, self._parked_for).set(0)
            self._parked_for = None

    def _note(self, announcements: Sequence[Announcement]) -> None:
        self._oldest = announcements[0]
        self.known = max(self.known, announcements[-1].position)

    def _count(self, announcements: Sequence[Announcement], before: int, repeats: int) -> None:
        """After a commit: what it took in."""
        if len(announcements) > repeats:
            self._failing.reset()
        metrics.repeats.labels(self.name).inc(repeats)
        metrics.heard.labels(self.name).inc(len(announcements) - repeats)
        now = datetime.now(UTC)
        delay = metrics.delay_seconds.labels(self.name)
        for announcement in announcements:
            if announcement.position > before:
                delay.observe((now - announcement.recorded_at).total_seconds())
