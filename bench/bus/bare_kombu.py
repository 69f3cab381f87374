"""The peer: plain kombu publishes, consumes and acknowledges what the bus would, and does nothing with it."""

from __future__ import annotations

import os
from typing import Any, cast

from kombu import Connection, Consumer, Exchange, Producer, Queue

from bench.bus.sample import OWNER, some_body
from bench.event_log.worker import take_jobs
from services.registry.bus.announcements import announce
from services.registry.domain.body import Body
from services.shared.bus.announcements import CONTENT_TYPE, Announcement

BATCH = 250
PREFETCH = 500
IN_FLIGHT = 500


class Loop:
    """One connection to one queue of the kind an inbox has."""

    def __init__(self) -> None:
        self._connection = Connection(os.environ["AMQP_URI"])
        self._exchange = Exchange("bare", type="topic", durable=True)
        self._queue = Queue("bare", self._exchange, "#", durable=True, queue_arguments={"x-queue-type": "quorum"})
        self._queue(self._connection.channel()).declare()
        (event,) = cast("list[Body.Event]", some_body().pending_events)
        message = announce(event, 1)
        assert message is not None
        self._announcement = Announcement.of(OWNER, 1, 0, event, message)

    def publish(self, *, messages: int) -> None:
        """Publish persistent and mandatory, so many at a time, and wait for the confirms of each lot."""
        channel = self._connection.channel()
        channel.confirm_select()
        unconfirmed = set[int]()

        def on_ack(tag: int, multiple: bool) -> None:
            unconfirmed.difference_update([each for each in unconfirmed if each <= tag] if multiple else [tag])

        channel.events["basic_ack"].add(on_ack)
        producer = Producer(channel, self._exchange, auto_declare=False)
        for first in range(1, messages + 1, IN_FLIGHT):
            tags = range(first, min(first + IN_FLIGHT, messages + 1))
            unconfirmed.update(tags)
            for _ in tags:
                self._send(producer)
            while unconfirmed:
                self._connection.drain_events()
        channel.close()

    def consume(self, *, messages: int) -> None:
        """Consume so many, acknowledging each batch."""
        heard = 0

        def on_message(message: Any) -> None:
            nonlocal heard
            heard += 1
            if heard % BATCH == 0 or heard == messages:
                message.ack(multiple=True)

        channel = self._connection.channel()
        with Consumer(channel, [self._queue], on_message=on_message, prefetch_count=PREFETCH, auto_declare=False):
            while heard < messages:
                self._connection.drain_events()
        channel.close()

    def _send(self, producer: Producer) -> None:
        producer.publish(
            self._announcement.data,
            routing_key=self._announcement.routing_key,
            delivery_mode="persistent",
            mandatory=True,
            content_type=CONTENT_TYPE,
            content_encoding="binary",
            headers=self._announcement.headers(),
            message_id=self._announcement.id,
        )


if __name__ == "__main__":
    loop = Loop()
    take_jobs({"publish": loop.publish, "consume": loop.consume})
