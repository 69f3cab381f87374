"""Which process leads, in relaying or in proving: whose database session holds the lock, and only while that lives.

The session shows a sign of life every second, and PostgreSQL ends it when none comes: so a leader that died, was
stopped or was cut off loses the lock within seconds without anybody's judgement. The place is moved on that very
session, so that one who wakes up later finds it closed and can write nothing. It must reach PostgreSQL directly: behind
a transaction pooler each statement may run on another session.
"""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from typing import Any, Self

import eventlet
import psycopg2

from services.shared.event_store.pool import ConnectionSettings
from services.shared.event_store.schema import LogTables

RELAY_PLACE = "relay"
SILENCE_SECONDS = 3
SIGN_SECONDS = 1

_log = logging.getLogger(__name__)


class LeadershipLost(Exception):
    """This process may no longer lead; whoever may starts from the place last moved."""


class Leadership:
    """One database session that holds, or stands by for, the right to do one thing with a log, by default to relay it.

    ``role`` is also the name of the leader's place in the tracking.
    """

    def __init__(self, settings: ConnectionSettings, tables: LogTables, role: str = RELAY_PLACE) -> None:
        self._role = role
        self._tracking = tables.named("tracking")
        self._lock_name = f"{tables.named('events')} {role}"
        self._one_at_a_time = threading.Lock()
        self._lost: BaseException | None = None
        with eventlet.Timeout(2 * SILENCE_SECONDS, LeadershipLost("the database does not let us in")):
            self._session = settings.connect()
        self._backend = self._session.info.backend_pid
        self._ask(f"SET idle_session_timeout = '{SILENCE_SECONDS}s'")
        self._signing = eventlet.spawn(self._show_signs_of_life)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._signing.kill()
        with suppress(psycopg2.Error):
            self._session.close()

    def acquire(self) -> bool:
        """Become the leader if nobody is."""
        self.check()
        return bool(self._ask("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (self._lock_name,)))

    def place(self) -> int:
        """The position of the last announcement that every queue is known to have; 0 before the first."""
        self._ask(
            f"INSERT INTO {self._tracking} (application_name, notification_id) VALUES (%s, 0) ON CONFLICT DO NOTHING",
            (self._role,),
        )
        query = f"SELECT notification_id FROM {self._tracking} WHERE application_name = %s"
        return int(self._ask(query, (self._role,)))

    def move(self, place: int, new_place: int) -> int:
        """Move the place if it is still where this leader left it, on the session that holds the lock."""
        moved = self._ask(
            f"UPDATE {self._tracking} SET notification_id = %s"
            " WHERE application_name = %s AND notification_id = %s AND pg_backend_pid() = %s RETURNING notification_id",
            (new_place, self._role, place, self._backend),
        )
        if moved is None:
            raise LeadershipLost(f"the place is no longer at {place}, or this is another session")
        return new_place

    def check(self) -> None:
        """LeadershipLost when the session has gone."""
        if self._lost is not None:
            raise LeadershipLost(f"the database session has gone: {self._lost}") from self._lost

    def _show_signs_of_life(self) -> None:
        try:
            while True:
                eventlet.sleep(SIGN_SECONDS)
                self._ask("SELECT 1")
        except (LeadershipLost, psycopg2.Error) as error:
            self._lost = error

    def _ask(self, statement: str, values: tuple[Any, ...] = ()) -> Any:
        """The first value of the first row; one statement at a time, each given up when the server is silent."""
        silent = LeadershipLost("the database does not answer")
        with self._one_at_a_time, eventlet.Timeout(SILENCE_SECONDS, silent), self._session.cursor() as cursor:
            cursor.execute(statement, values)
            row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None
