"""Following the log: woken by the one NOTIFY of each batch, and looking now and then without being woken."""

from __future__ import annotations

import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

import psycopg2
from eventsourcing.persistence import Notification, Subscription

from services.shared.event_store.pool import Connection, ConnectionSettings

if TYPE_CHECKING:
    from services.shared.event_store.recorders import PostgresApplicationRecorder

# A notification can be lost (a cut connection, a crashed server); what is missed is then found after this time.
SAFETY_POLL_SECONDS = 2.0
_RECONNECT_SECONDS = 0.2
_PAGE_EVENTS = 500


class Listener:
    """Waits until something is appended to the log, on a connection of its own.

    For one thread or greenlet; ``stop`` may be called by any other.
    """

    def __init__(self, settings: ConnectionSettings, channel: str) -> None:
        self._settings = settings
        self._channel = channel
        self._connection: Connection | None = None
        self._stopped = threading.Event()
        self._waiting = threading.Lock()
        self._bell, self._ringer = socket.socketpair()

    def wait(self, timeout: float = SAFETY_POLL_SECONDS) -> bool:
        """Return True when the log may hold something new, False after ``timeout`` seconds or when stopped.

        The first call after a connection was made returns True: what came before nobody has notified.
        """
        with self._waiting:
            if self._stopped.is_set():
                return False
            try:
                if self._connection is None:
                    self._connection = self._connect()
                    return True
                return self._is_notified(self._connection, time.monotonic() + timeout)
            except psycopg2.Error:
                self._disconnect()
        self._stopped.wait(min(timeout, _RECONNECT_SECONDS))
        return False

    def stop(self) -> None:
        """Let ``wait`` return at once, now and for ever."""
        self._stopped.set()
        with suppress(OSError):  # closed already
            self._ringer.send(b".")

    def close(self) -> None:
        """Stop, and close the connection as soon as nobody waits on it any more."""
        self.stop()
        with self._waiting:
            self._disconnect()
            self._bell.close()
            self._ringer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _connect(self) -> Connection:
        connection = self._settings.connect()
        with connection.cursor() as cursor:
            cursor.execute(f'LISTEN "{self._channel}"')
        return connection

    def _is_notified(self, connection: Connection, give_up_at: float) -> bool:
        while True:
            connection.poll()
            if connection.notifies:
                connection.notifies.clear()
                return True
            remaining = give_up_at - time.monotonic()
            if remaining <= 0:
                return False
            with selectors.DefaultSelector() as selector:
                selector.register(connection.fileno(), selectors.EVENT_READ)
                selector.register(self._bell.fileno(), selectors.EVENT_READ)
                selector.select(remaining)
            if self._stopped.is_set():
                return False

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class LogSubscription(Subscription["PostgresApplicationRecorder"]):
    """The library's subscription: iterates over the events of the log, and waits for the next.

    Its own, since the library's uses a queue that eventlet's cannot replace. It has no thread: whoever iterates reads.
    """

    def __init__(
        self, recorder: PostgresApplicationRecorder, gt: int | None = None, topics: Sequence[str] = ()
    ) -> None:
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._listener = Listener(recorder.pool.settings, recorder.tables.channel)
        self._page: deque[Notification] = deque()

    def __next__(self) -> Notification:
        while not self._has_been_stopped:
            if not self._page:
                self._page.extend(self._next_page())
            if self._page:
                notification = self._page.popleft()
                self._last_notification_id = notification.id
                return notification
            self._listener.wait()
        raise StopIteration

    def stop(self) -> None:
        """Let the iteration end, now and for ever."""
        super().stop()
        self._listener.stop()

    def __exit__(self, *args: object, **kwargs: Any) -> None:
        super().__exit__(*args, **kwargs)
        self._listener.close()

    def _next_page(self) -> Sequence[Notification]:
        """What follows; where nothing up to the head is of the topics, the next look begins there."""
        looked_to = self._recorder.max_notification_id() if self._topics else None
        page = self._recorder.select_notifications(
            self._last_notification_id, _PAGE_EVENTS, topics=self._topics, inclusive_of_start=False
        )
        if not page and looked_to is not None:
            self._last_notification_id = max(looked_to, self._last_notification_id or 0)
        return page
