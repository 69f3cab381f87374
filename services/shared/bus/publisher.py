"""Announcements handed to the broker so that none is taken for delivered which is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import eventlet
from kombu import Connection, Exchange, Producer

from services.shared.bus import metrics
from services.shared.bus.announcements import CONTENT_TYPE, PREFIX, Announcement
from services.shared.bus.broker import in_time, keep_alive
from services.shared.traces import traces

CONFIRM_SECONDS = 5.0


class ConfirmTimedOut(Exception):
    """The broker did not say in time that it has the announcements: nobody knows, so they are sent again."""


class ConfirmedPublisher:
    """Publishes persistent and mandatory, many at once, and waits for the broker's word on each."""

    def __init__(self, connection: Connection, exchange: Exchange, confirm_seconds: float = CONFIRM_SECONDS) -> None:
        self._connection = connection
        self._exchange = exchange
        self._confirm_seconds = confirm_seconds
        with in_time():
            self._channel = connection.channel()
            exchange(self._channel).declare()
            self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._on_ack)
        self._channel.events["basic_nack"].add(self._on_nack)
        self._channel.events["basic_return"].add(self._on_return)
        self._producer = Producer(self._channel, exchange, auto_declare=False)
        self._last_tag = 0
        self._unconfirmed: dict[int, int] = {}
        self._failed: set[int] = set()

    def publish(self, announcements: Sequence[Announcement]) -> int:
        """How many of these, counted from the first, every queue has; ConfirmTimedOut after ``confirm_seconds``.

        Those behind a failed one may have arrived too: whoever hears them sees the gap, and a repeat later.
        """
        self._failed.clear()
        in_vain = ConfirmTimedOut(f"no confirm within {self._confirm_seconds:g} seconds")
        try:
            with eventlet.Timeout(self._confirm_seconds, in_vain):
                for announcement in announcements:
                    self._send(announcement)
                while self._unconfirmed:
                    self._connection.drain_events()
        except ConfirmTimedOut:
            metrics.confirms_timed_out.inc()
            raise
        positions = [announcement.position for announcement in announcements]
        return next((count for count, position in enumerate(positions) if position in self._failed), len(positions))

    def keep_alive(self) -> None:
        """To be called about once a second while there is nothing to publish."""
        keep_alive(self._connection, seconds=0.001)

    def _send(self, announcement: Announcement) -> None:
        self._last_tag += 1
        self._unconfirmed[self._last_tag] = announcement.position
        with traces().sending(self._exchange.name, announcement.traceparent, (announcement.id, announcement.type)):
            self._producer.publish(
                announcement.data,
                routing_key=announcement.routing_key,
                delivery_mode="persistent",
                mandatory=True,
                content_type=CONTENT_TYPE,
                content_encoding="binary",
                headers=announcement.headers(),
                message_id=announcement.id,
            )

    def _on_ack(self, delivery_tag: int, multiple: bool) -> None:
        self._settle(delivery_tag, multiple)

    def _on_nack(self, delivery_tag: int, multiple: bool) -> None:
        refused = self._settle(delivery_tag, multiple)
        metrics.refused.inc(len(refused))
        self._failed.update(refused)

    def _on_return(self, _error: Exception, _exchange: str, _routing_key: str, message: Any) -> None:
        """No queue is bound: the broker gives the message back, and confirms it all the same."""
        metrics.returned.inc()
        self._failed.add(int(message.headers[PREFIX + "position"]))

    def _settle(self, delivery_tag: int, multiple: bool) -> list[int]:
        tags = [tag for tag in self._unconfirmed if tag <= delivery_tag] if multiple else [delivery_tag]
        return [self._unconfirmed.pop(tag) for tag in tags]
