"""A stream's messages from the broker: taken in batches, in order, acknowledged after their effects are committed.

nameko's own consumers run one greenlet for each message and so lose the order, acknowledge what failed, and requeue
without end. This entrypoint fires once per batch, waits for the outcome, and only then acknowledges the batch.
"""

from __future__ import annotations

import logging
import time
from typing import Any

import eventlet
from eventlet.event import Event
from eventsourcing.persistence import InterfaceError, OperationalError, PersistenceError
from kombu import Connection, Consumer
from nameko.exceptions import RemoteError, UnknownService
from nameko.extensions import Entrypoint

from services.shared.bus import metrics
from services.shared.bus.announcements import Announcement, NotAnAnnouncement
from services.shared.bus.broker import (
    ANSWER_SECONDS,
    BROKER_ERRORS,
    close_quietly,
    connect,
    dead_letters_queue,
    in_time,
    inbox_queue,
    keep_alive,
    listen,
)
from services.shared.bus.pages import PagesProxy
from services.shared.bus.patience import Patience
from services.shared.bus.publisher import CONFIRM_SECONDS
from services.shared.bus.stream import Ask, OwnerSilent, Page, Parked, Stopped, Stream

BATCH = 250
PREFETCH = 2 * BATCH
PAGE = 500
ASK_SECONDS = 5
IDLE_SECONDS = 15.0
LONGEST_DELAY_SECONDS = 5.0
PARKED_SECONDS = 2.0
REFUSALS = 2

_log = logging.getLogger(__name__)


class Inbox(Entrypoint):
    """Fires its method with each batch, and with an empty one when it is time to ask the owner what was missed."""

    def __init__(
        self,
        service: str,
        stream: Stream,
        amqp_uri: str,
        idle_seconds: float = IDLE_SECONDS,
        consume_seconds: float = ANSWER_SECONDS,
        **kwargs: Any,
    ) -> None:
        super().__init__(expected_exceptions=(Parked, Stopped, OwnerSilent), **kwargs)
        self._queue = inbox_queue(service, stream.consumer.owner)
        self._dead_letters = dead_letters_queue(service, stream.consumer.owner)
        self._stream = stream
        self._amqp_uri = amqp_uri
        self._idle_seconds = idle_seconds
        self._consume_seconds = consume_seconds
        self._arrived: list[tuple[Any, Announcement]] = []
        self._refusals = 0
        self._stopping = Event()
        self._patience = Patience(longest_seconds=LONGEST_DELAY_SECONDS)
        self._thread: eventlet.greenthread.GreenThread | None = None

    def start(self) -> None:
        self._thread = self.container.spawn_managed_thread(self._run, identifier=self._stream.name)

    def stop(self) -> None:
        """Finish the batch at hand; what has arrived besides goes back to the queue."""
        self._stopping.send()
        self._stream.stop()
        if self._thread is not None:
            self._thread.wait()

    def _run(self) -> None:
        while not self._stopping.ready():
            try:
                self._stream.start()
                self._consume()
            except Stopped:
                return
            except Parked:
                self._stand_still()
            except Exception as problem:
                is_usual = isinstance(problem, (*BROKER_ERRORS, PersistenceError))
                _log.warning("%s begins again: %r", self._stream.name, problem, exc_info=not is_usual)
                self._stream.part.is_not_ready(repr(problem))
                self._pause(self._patience.next_seconds())

    def _consume(self) -> None:
        connection = connect(self._amqp_uri, self._stream.name)
        try:
            with in_time():
                channel = connection.channel()
                self._dead_letters(channel).declare()
                queue = self._queue(channel)
                queue.declare()
            self._ask_owner(connection)
            self._arrived = []
            consumer = Consumer(
                channel, [queue], on_message=self._on_message, prefetch_count=PREFETCH, auto_declare=False
            )
            self._begin_to_consume(consumer)
            self._stream.part.is_ready("takes in what comes")
            self._patience.reset()
            self._work_off(connection)
        finally:
            close_quietly(connection)

    def _begin_to_consume(self, consumer: Consumer) -> None:
        """OSError or AMQPError when the broker does not let us; after some times in a row the queue is made anew.

        A broker that dies right after it made a quorum queue shows it when it is back, but the queue never again has a
        leader, which also keeps the relay from every confirm. Its messages are lost, and asked for as a gap.
        """
        try:
            with in_time(self._consume_seconds):
                consumer.consume()
        except BROKER_ERRORS:
            self._refusals += 1
            if self._refusals >= REFUSALS:
                self._refusals = 0
                self._delete_queue()
            raise
        self._refusals = 0

    def _delete_queue(self) -> None:
        _log.error("%s: the queue gives nothing and is made anew", self._stream.name)
        connection = connect(self._amqp_uri, self._stream.name)
        try:
            with in_time():
                self._queue(connection.channel()).delete()
        finally:
            close_quietly(connection)

    def _work_off(self, connection: Connection) -> None:
        ask_at = time.monotonic() + self._idle_seconds
        while not self._stopping.ready():
            self._gather(connection)
            if self._arrived:
                batch, self._arrived = self._arrived[:BATCH], self._arrived[BATCH:]
                self._fire(connection, [announcement for _, announcement in batch])
                last_message, _ = batch[-1]
                last_message.ack(multiple=True)
            elif time.monotonic() >= ask_at:
                # The last messages of a queue can be lost without a gap that the next one would show.
                self._ask_owner(connection)
            else:
                continue
            ask_at = time.monotonic() + self._idle_seconds

    def _gather(self, connection: Connection) -> None:
        """Wait up to a second for a message, then take what else has come, up to a batch."""
        something_came = bool(self._arrived) or listen(connection, seconds=1)
        while something_came and len(self._arrived) < BATCH:
            something_came = listen(connection, seconds=0.001)
        connection.heartbeat_check()

    def _on_message(self, message: Any) -> None:
        if message.delivery_info.get("redelivered"):
            metrics.redelivered.labels(self._stream.name).inc()
        try:
            body = message.body
            announcement = Announcement.heard(message.headers, body.encode() if isinstance(body, str) else bytes(body))
            if announcement.service != self._stream.consumer.owner:
                raise NotAnAnnouncement(f"{announcement.id} is not the owner's")
        except NotAnAnnouncement as problem:
            _log.error("%s: a message that is no announcement goes to the dead letters: %s", self._stream.name, problem)
            metrics.rejected.labels(self._stream.name).inc()
            message.reject()
        else:
            self._arrived.append((message, announcement))

    def _ask_owner(self, connection: Connection) -> None:
        try:
            self._fire(connection, [])
        except OwnerSilent as problem:
            # The queue may go on: what we miss shows as a gap at the next announcement, and is asked for again.
            _log.warning("%s could not ask what it missed: %s", self._stream.name, problem)

    def _fire(self, connection: Connection, announcements: list[Announcement]) -> None:
        """Run the method in a nameko worker and wait, keeping the connection alive; raises what the method raised."""
        finished = Event()

        def on_result(_worker: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            finished.send(exc_info and exc_info[1])
            return result, exc_info

        self.container.spawn_worker(self, (announcements,), {}, handle_result=on_result)
        lost: BaseException | None = None
        while not finished.ready():
            finished.wait(timeout=1)
            if not finished.ready() and lost is None:
                try:
                    keep_alive(connection, seconds=0.001)
                except BROKER_ERRORS as problem:
                    lost = problem
        if outcome := finished.wait() or lost:
            raise outcome

    def _stand_still(self) -> None:
        """Parked: let go of the queue, and wait until somebody asks for another try."""
        while not self._stopping.ready():
            self._pause(PARKED_SECONDS)
            try:
                if self._stream.parked.may_go_on(self._stream.name):
                    return
            except (OperationalError, InterfaceError) as problem:
                _log.warning("%s is parked, and the database is away: %s", self._stream.name, problem)

    def _pause(self, seconds: float) -> None:
        self._stopping.wait(timeout=seconds)


def inbox_service(
    service: str,
    stream: Stream,
    amqp_uri: str,
    idle_seconds: float = IDLE_SECONDS,
    consume_seconds: float = ANSWER_SECONDS,
) -> type:
    """The nameko service of one stream; its name is the stream's."""

    class InboxService:
        name = stream.name
        # A question nobody took in time must not wait in the owner's queue to be answered to nobody.
        owner = PagesProxy(
            f"{stream.consumer.owner}_announcements", expiration=ASK_SECONDS, confirm_timeout=CONFIRM_SECONDS
        )

        @Inbox.decorator(service, stream, amqp_uri, idle_seconds, consume_seconds)
        def take_in(self, announcements: list[Announcement]) -> None:
            ask = asking(self.owner.after)
            if announcements:
                stream.take_in(announcements, ask)
            else:
                stream.catch_up(ask)

    return InboxService


def asking(after: Any) -> Ask:
    """Ask for pages by nameko rpc, which would wait for ever; the next one is made while the last one is taken in."""
    on_their_way: dict[int, Any] = {}

    def ask(position: int) -> Page:
        try:
            with eventlet.Timeout(ASK_SECONDS, OwnerSilent(f"no answer within {ASK_SECONDS} seconds")):
                page = (on_their_way.pop(position, None) or after.call_async(position, PAGE)).result()
                read_to, head = page["read_to"], page["head"]
                if position < read_to < head:
                    on_their_way[read_to] = after.call_async(read_to, PAGE)
        except (UnknownService, RemoteError, *BROKER_ERRORS) as problem:
            raise OwnerSilent(repr(problem)) from problem
        return Page([Announcement.from_json(one) for one in page["announcements"]], read_to, head)

    return ask
