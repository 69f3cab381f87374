"""Connections to one database: few, tried before use, and given up at once when the server is gone.

Everything here blocks only in psycopg2 and in ``threading``, so that it works in native threads and, once eventlet has
patched both, in greenlets.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import psycopg2
from eventsourcing.persistence import ConnectionPoolClosedError
from eventsourcing.utils import Environment, resolve_topic, strtobool
from psycopg2.extensions import TRANSACTION_STATUS_IDLE, connection, cursor
from psycopg2.extras import register_uuid

from services.shared.deadline import remaining_seconds
from services.shared.event_store.errors import PoolExhausted, library_errors
from services.shared.event_store.gathering import GatheringCursor
from services.shared.event_store.metrics import POOL_IN_USE, counting
from services.shared.event_store.time_limits import LimitedConnection, LimitedCursor

Connection = LimitedConnection
Cursor = cursor

# A server that vanished without a word (power, network) is noticed after about this time, not after TCP's two hours.
_SILENCE_SECONDS = 15
# A statement's time limit is the server's to keep, whose word is certain; this much later it is taken for silent.
_GRACE_SECONDS = 5


@dataclass(frozen=True)
class ConnectionSettings:
    """Where the database is and how connections to it behave; durations in seconds."""

    dbname: str
    host: str
    port: str
    user: str
    password: Callable[[], str]
    schema: str
    pool_size: int
    max_overflow: int
    connect_timeout: int
    max_age: float
    idle_in_transaction_timeout: int
    lock_timeout: int
    statement_timeout: int
    pre_ping: bool

    @classmethod
    def from_environment(cls, env: Environment) -> ConnectionSettings:
        """Read the library's ``POSTGRES_*`` variables; raises OSError naming the one that is missing or wrong."""
        password_topic = env.get("POSTGRES_GET_PASSWORD_TOPIC")
        fixed_password = "" if password_topic else _required(env, "POSTGRES_PASSWORD")
        return cls(
            dbname=_required(env, "POSTGRES_DBNAME"),
            host=_required(env, "POSTGRES_HOST"),
            port=env.get("POSTGRES_PORT") or "5432",
            user=_required(env, "POSTGRES_USER"),
            password=resolve_topic(password_topic) if password_topic else lambda: fixed_password,
            schema=env.get("POSTGRES_SCHEMA") or "public",
            pool_size=_whole_number(env, "POSTGRES_POOL_SIZE", 5),
            max_overflow=_whole_number(env, "POSTGRES_MAX_OVERFLOW", 10),
            connect_timeout=_whole_number(env, "POSTGRES_CONNECT_TIMEOUT", 30),
            max_age=_whole_number(env, "POSTGRES_CONN_MAX_AGE", 3600),
            idle_in_transaction_timeout=_whole_number(env, "POSTGRES_IDLE_IN_TRANSACTION_SESSION_TIMEOUT", 5),
            # Longer than a transaction may idle, so that appends outlive one which hangs with the lock in its hands;
            # shorter than a call's usual deadline, so that its caller hears why.
            lock_timeout=_whole_number(env, "POSTGRES_LOCK_TIMEOUT", 10),
            statement_timeout=_whole_number(env, "POSTGRES_STATEMENT_TIMEOUT", 30),
            pre_ping=strtobool(env.get("POSTGRES_PRE_PING") or "no"),
        )

    def connect(self) -> Connection:
        """Open a connection in autocommit mode, which makes one statement one transaction and one round trip.

        Raises psycopg2's errors, HungUp when the present call has no time left.
        """
        patience = min(self.connect_timeout, remaining_seconds())
        opened: Connection = psycopg2.connect(
            connection_factory=partial(LimitedConnection, patience=patience),
            cursor_factory=LimitedCursor,
            dbname=self.dbname,
            host=self.host,
            port=self.port,
            user=self.user,
            password=self.password(),
            connect_timeout=max(1, int(patience)),
            application_name=f"nscl {self.user}",
            keepalives_idle=_SILENCE_SECONDS // 3,
            keepalives_interval=_SILENCE_SECONDS // 3,
            keepalives_count=2,
            tcp_user_timeout=_SILENCE_SECONDS * 1000,
            options=(
                f"-c timezone=UTC -c lock_timeout={self.lock_timeout}s -c statement_timeout={self.statement_timeout}s"
                " -c client_connection_check_interval=1s"  # ends what is done for a caller who has hung up
                f" -c idle_in_transaction_session_timeout={self.idle_in_transaction_timeout}s"
            ),
        )
        opened.autocommit = True
        opened.longest_seconds = self.statement_timeout + _GRACE_SECONDS if self.statement_timeout else math.inf
        register_uuid(conn_or_curs=opened)  # type: ignore[no-untyped-call]
        return opened


def _required(env: Environment, key: str) -> str:
    value = env.get(key)
    if value is None:
        raise OSError(f"PostgreSQL setting not found in environment with key {' or '.join(env.create_keys(key))}")
    return value


def _whole_number(env: Environment, key: str, default: int) -> int:
    value = env.get(key) or str(default)
    try:
        return int(value)
    except ValueError:
        raise OSError(f"Environment value for key {key} is not a whole number: {value!r}") from None


class ConnectionPool:
    """At most ``pool_size + max_overflow`` connections; ``pool_size`` of them are kept open between uses."""

    def __init__(self, settings: ConnectionSettings, log: str) -> None:
        """``log`` is the name under which uses and failures are counted."""
        self.settings = settings
        self._log = log
        self._in_use = POOL_IN_USE.labels(log)
        self.closed = False
        self._idle: list[tuple[Connection, float]] = []
        self._lock = threading.Lock()
        self._places = threading.Semaphore(settings.pool_size + settings.max_overflow)

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A sound connection in autocommit mode; psycopg2's errors leave as the library's.

        Raises PoolExhausted when none is returned in time. Every failure is counted here unless an outer call does.
        """
        with counting(self._log), self._place(), library_errors():
            taken, opened_at = self._take()
            try:
                yield taken
            finally:
                self._put(taken, opened_at)

    @contextmanager
    def transaction(self) -> Iterator[Cursor]:
        """A cursor in a transaction that commits at the end of the block and rolls back when the block raises."""
        with self._in_transaction() as taken, taken.cursor() as cursor:
            yield cursor

    @contextmanager
    def gathering(self) -> Iterator[Cursor]:
        """As ``transaction``, for many small effects: the cursor sends its statements together."""
        with self._in_transaction() as taken, taken.cursor(cursor_factory=GatheringCursor) as cursor:
            yield cursor
            cursor.send()

    @contextmanager
    def _in_transaction(self) -> Iterator[Connection]:
        with self.connection() as taken:
            taken.autocommit = False
            try:
                with taken:
                    yield taken
            finally:
                if taken.info.transaction_status == TRANSACTION_STATUS_IDLE:
                    taken.autocommit = True

    @contextmanager
    def cursor(self) -> Iterator[Cursor]:
        """A cursor whose every statement is a transaction of its own."""
        with self.connection() as taken, taken.cursor() as cursor:
            yield cursor

    def close(self) -> None:
        """Close what is idle now and what is in use as soon as it comes back."""
        with self._lock:
            self.closed = True
            idle, self._idle = self._idle, []
        for kept, _ in idle:
            kept.close()

    @contextmanager
    def _place(self) -> Iterator[None]:
        patience = min(self.settings.connect_timeout, remaining_seconds())
        if not self._places.acquire(timeout=patience):
            raise PoolExhausted(f"none was returned within {patience:.1f} seconds")
        self._in_use.inc()
        try:
            yield
        finally:
            self._in_use.dec()
            self._places.release()

    def _take(self) -> tuple[Connection, float]:
        while True:
            with self._lock:
                if self.closed:
                    raise ConnectionPoolClosedError
                if not self._idle:
                    break
                kept, opened_at = self._idle.pop()
            young = time.monotonic() - opened_at < self.settings.max_age
            if young and is_sound(kept) and (not self.settings.pre_ping or _answers(kept)):
                return kept, opened_at
            kept.close()
        return self.settings.connect(), time.monotonic()

    def _put(self, taken: Connection, opened_at: float) -> None:
        sound = not taken.closed and taken.autocommit and taken.info.transaction_status == TRANSACTION_STATUS_IDLE
        with self._lock:
            if sound and not self.closed and len(self._idle) < self.settings.pool_size:
                self._idle.append((taken, opened_at))
                return
        taken.close()


def is_sound(kept: connection) -> bool:
    """Whether the server still holds its end, as far as it has said: a poll is no round trip."""
    try:
        kept.poll()
    except psycopg2.Error:
        return False
    return not kept.notices  # the good-bye of a server that closes arrives as a notice first


def _answers(kept: Connection) -> bool:
    try:
        with kept.cursor() as cursor:
            cursor.execute("SELECT 1")
    except psycopg2.Error:
        return False
    return True
