"""What others missed: the owner answers from its log, over nameko rpc, in the very form in which it announces."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import eventlet
from eventsourcing.persistence import PersistenceError
from kombu import Connection
from nameko.messaging import QueueConsumer
from nameko.rpc import ReplyListener, Rpc, RpcConsumer, RpcProxy

from services.shared.bus.announcements import Announce, announcements_of
from services.shared.bus.broker import BROKER_ERRORS
from services.shared.event_store.log import EventLog

LONGEST_PAGE = 500
REPLY_SECONDS = 10
LONGEST_DELAY_SECONDS = 2

_log = logging.getLogger(__name__)


class EagerQueueConsumer(QueueConsumer):
    """nameko's own waits longer each time it cannot reach the broker, up to half a minute."""

    @contextmanager
    def establish_connection(self) -> Iterator[Connection]:
        with self.create_connection() as connection:
            delays = {"interval_start": 0.5, "interval_step": 0.5, "interval_max": LONGEST_DELAY_SECONDS}
            connection.ensure_connection(self.on_connection_error, **delays)
            yield connection


class EagerReplyListener(ReplyListener):
    """Hears answers again soon after the broker is back."""

    queue_consumer = EagerQueueConsumer()


class PagesProxy(RpcProxy):
    """nameko's rpc proxy with an eager listener."""

    rpc_reply_listener = EagerReplyListener()


class PatientRpcConsumer(RpcConsumer):
    """nameko's own waits for ever for the confirm of a reply, and ends the whole process when the broker is lost."""

    queue_consumer = EagerQueueConsumer()

    def handle_result(self, message: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        if exc_info is not None:
            _log.error("a page could not be made", exc_info=exc_info)
        try:
            with eventlet.Timeout(REPLY_SECONDS, OSError("the broker does not confirm the reply")):
                result, exc_info = super().handle_result(message, result, exc_info)
        except BROKER_ERRORS as problem:
            _log.warning("a page was asked for and could not be sent; it will be asked for again: %r", problem)
        return result, exc_info


class Pages(Rpc):
    """nameko's rpc entrypoint with a patient consumer."""

    rpc_consumer = PatientRpcConsumer()


def pages_service(service: str, log: EventLog, announce: Announce) -> type:
    """The nameko service ``<service>_announcements``."""

    class AnnouncementPages:
        name = f"{service}_announcements"

        @Pages.decorator(expected_exceptions=PersistenceError)
        def after(self, position: int, limit: int) -> dict[str, Any]:
            """A page of announcements behind a position, read from at most ``limit`` events.

            ``read_to`` is how far the page reaches, private events included, and ``head`` the end of the log.
            """
            head = log.head()
            events = log.recorded_events(position, min(limit, LONGEST_PAGE))
            announcements = announcements_of(service, announce, events, position)
            return {
                "announcements": [announcement.to_json() for announcement in announcements],
                "read_to": events[-1].position if events else position,
                "head": head,
            }

    return AnnouncementPages
