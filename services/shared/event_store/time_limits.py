"""An end to every wait for the server: PostgreSQL's client library knows none once a statement is under way.

A server that is slow ends a statement itself (statement_timeout, lock_timeout); one that went silent ends nothing. One
watcher for the whole process then hangs up, and whoever waits on the connection is told that it broke. Works in
threads and, once eventlet has patched ``threading``, in greenlets.
"""

from __future__ import annotations

import math
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg2
from psycopg2.extensions import connection, cursor

from services.shared.deadline import remaining_seconds

# How late a wait may be ended.
_LOOK_SECONDS = 0.1
# Ending a transaction is given this time even after the call's deadline: without it the connection would be lost.
_LEAST_SECONDS_TO_END = 1.0


class HungUp(psycopg2.OperationalError):
    """The statement was not answered in its time; unless it was never sent, the connection is closed by now."""


class LimitedConnection(connection):
    """A connection on which no statement is waited for longer than the present call, or the connection, permits."""

    longest_seconds: float = math.inf

    def __init__(self, *args: Any, patience: float = math.inf) -> None:
        """Signing in takes ``patience`` seconds at most: among greenlets libpq's connect_timeout has no effect."""
        with self.time_limit(patience):
            super().__init__(*args)

    def commit(self) -> None:
        with self.time_limit(max(remaining_seconds(), _LEAST_SECONDS_TO_END)):
            super().commit()

    def rollback(self) -> None:
        # A connection that cannot even roll back is never used again; what made it do so is what its user must hear.
        with (
            suppress(psycopg2.OperationalError, psycopg2.InterfaceError),
            self.time_limit(max(remaining_seconds(), _LEAST_SECONDS_TO_END)),
        ):
            super().rollback()

    @contextmanager
    def time_limit(self, seconds: float) -> Iterator[None]:
        """Hang up when what runs inside takes longer, and raise HungUp; at once where no time is left."""
        seconds = min(seconds, self.longest_seconds)
        if seconds <= 0:
            raise HungUp("no time is left to ask")
        if seconds == math.inf:
            yield
            return
        with _watcher.watching(self, time.monotonic() + seconds) as watched:
            try:
                yield
            except psycopg2.Error as error:
                if watched.is_over:
                    raise HungUp(f"no answer within {seconds:.1f} seconds") from error
                raise


class LimitedCursor(cursor):
    """The cursors of such a connection; ``copy_expert`` and the pages of a named cursor are not limited."""

    connection: LimitedConnection

    def execute(self, query: Any, vars: Any = None) -> None:  # noqa: A002 - psycopg2's own name
        with self.connection.time_limit(remaining_seconds()):
            super().execute(query, vars)


class _Watched:
    """One wait, and whether it took too long."""

    __slots__ = ("connection", "ends_at", "is_over")

    def __init__(self, used: connection, ends_at: float) -> None:
        self.connection = used
        self.ends_at = ends_at
        self.is_over = False


class _Watcher:
    """Looks after all waits of a process, in one thread that is there from the first of them on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watched: set[_Watched] = set()
        self._is_running = False

    @contextmanager
    def watching(self, used: connection, ends_at: float) -> Iterator[_Watched]:
        """Within, the connection is hung up once the time has come; afterwards it is the caller's alone again."""
        watched = _Watched(used, ends_at)
        with self._lock:
            self._watched.add(watched)
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._run, name="time limits", daemon=True).start()
        try:
            yield watched
        finally:
            with self._lock:
                self._watched.discard(watched)

    def _run(self) -> None:
        while True:
            time.sleep(_LOOK_SECONDS)
            now = time.monotonic()
            with self._lock:
                for watched in self._watched:
                    if not watched.is_over and watched.ends_at <= now:
                        watched.is_over = True
                        _hang_up(watched.connection)


def _hang_up(used: connection) -> None:
    """End the conversation under the connection; to close it is up to the thread that waits on it."""
    try:
        with socket.fromfd(used.fileno(), socket.AF_INET, socket.SOCK_STREAM) as line:
            line.shutdown(socket.SHUT_RDWR)
    except (psycopg2.Error, OSError):
        pass  # it broke by itself just now


_watcher = _Watcher()
