"""Connections to one database: few, tried before use, and given up at once when the server is gone.

Everything here blocks only in psycopg2 and in ``threading``, so that it works in native threads and, once eventlet has
patched both, in greenlets.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg2
from eventsourcing.persistence import ConnectionPoolClosedError, ConnectionUnavailableError
from eventsourcing.utils import Environment, resolve_topic, strtobool
from psycopg2.extensions import TRANSACTION_STATUS_IDLE, connection, cursor
from psycopg2.extras import register_uuid

from services.shared.deadline import remaining_seconds
from services.shared.event_store.errors import library_errors

Connection = connection
Cursor = cursor

# A server that vanished without a word (power, network) is noticed after about this time, not after TCP's two hours.
_SILENCE_SECONDS = 15


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
            lock_timeout=_whole_number(env, "POSTGRES_LOCK_TIMEOUT", 0),
            pre_ping=strtobool(env.get("POSTGRES_PRE_PING") or "no"),
        )

    def connect(self) -> Connection:
        """Open a connection in autocommit mode, which makes one statement one transaction and one round trip."""
        opened: Connection = psycopg2.connect(
            dbname=self.dbname,
            host=self.host,
            port=self.port,
            user=self.user,
            password=self.password(),
            connect_timeout=self.connect_timeout,
            application_name=f"nscl {self.user}",
            keepalives_idle=_SILENCE_SECONDS // 3,
            keepalives_interval=_SILENCE_SECONDS // 3,
            keepalives_count=2,
            tcp_user_timeout=_SILENCE_SECONDS * 1000,
            options=(
                f"-c timezone=UTC -c lock_timeout={self.lock_timeout}s"
                f" -c idle_in_transaction_session_timeout={self.idle_in_transaction_timeout}s"
            ),
        )
        opened.autocommit = True
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

    def __init__(self, settings: ConnectionSettings) -> None:
        self.settings = settings
        self.closed = False
        self._idle: list[tuple[Connection, float]] = []
        self._lock = threading.Lock()
        self._places = threading.Semaphore(settings.pool_size + settings.max_overflow)

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A sound connection in autocommit mode; psycopg2's errors leave as the library's."""
        patience = min(self.settings.connect_timeout, remaining_seconds())
        if not self._places.acquire(timeout=max(patience, 0)):
            raise ConnectionUnavailableError(f"No connection was returned to the pool within {patience} seconds")
        try:
            with library_errors():
                taken, opened_at = self._take()
                try:
                    yield taken
                finally:
                    self._put(taken, opened_at)
        finally:
            self._places.release()

    @contextmanager
    def transaction(self) -> Iterator[Cursor]:
        """A cursor in a transaction that commits at the end of the block and rolls back when the block raises."""
        with self.connection() as taken:
            taken.autocommit = False
            try:
                with taken, taken.cursor() as cursor:
                    yield cursor
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


def is_sound(kept: Connection) -> bool:
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
