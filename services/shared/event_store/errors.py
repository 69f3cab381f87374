"""What can go wrong with the log, in the library's own error types: each with a sentence that says what to do.

Sentences are for operators; what a person at the door is told stands in ``grpc_server``. Every type is counted under
its name (``metrics``). What PostgreSQL says and no type here names keeps the library's general type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import psycopg2
from eventsourcing.persistence import (
    ConnectionUnavailableError,
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    PersistenceError,
    ProgrammingError,
)
from psycopg2 import errors as pg

from services.shared.event_store.time_limits import HungUp


class VersionConflict(IntegrityError):
    """Another command has already taken a version of an aggregate that this one wanted: load again, decide again."""


class DuplicateEvent(IntegrityError):
    """One command has two events for the same version of an aggregate: a fault of the code, asking again is no use."""


class OtherRequestRecorded(IntegrityError):
    """The request id stands in the log with another request: it must not be used for a second one."""


class TrackingConflict(IntegrityError):
    """The upstream position has been tracked already, or somebody else has moved it since it was read."""


class EventTooLarge(DataError):
    """An event's stored state is larger than the log accepts."""


class EventNotEncodable(DataError):
    """An event does not fit the declared types of its own fields, so that it could not be read again as it was."""


class EventNotDecodable(DataError):
    """A stored event does not fit its class: a field or class version that this code does not know."""


class EventOfLaterRelease(EventNotDecodable):
    """A stored event is of a kind or version that only a later release than this one knows: ask that one."""


class SchemaMismatch(ProgrammingError):
    """The database holds another schema than this code works with."""


class SchemaTooOld(SchemaMismatch):
    """The database has not had this release's migrations: run its run_migrate first."""


class SchemaTooNew(SchemaMismatch):
    """The database has had a migration of a newer release that this one does not work with: start the newer one."""


class ServerTrouble(OperationalError):
    """The server cannot do now what it is asked; the same call succeeds when it can again, without a restart."""

    sentence: ClassVar[str]

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{self.sentence} ({detail})" if detail else self.sentence)


class ServerAway(ServerTrouble):
    """Nobody answers there, or the connection broke."""

    sentence = "The database server does not answer: see that it runs and can be reached"


class WrongCredentials(ServerTrouble):
    """The server does not let this role in."""

    sentence = "The database server refuses the role or its password: compare the POSTGRES_ settings with the server's"


class DatabaseMissing(ServerTrouble):
    """The server has no database of this name."""

    sentence = "The database does not exist: create it, or correct POSTGRES_DBNAME"


class ServerFull(ServerTrouble):
    """The server has as many connections as it permits."""

    sentence = "The database server has no connection left: raise its max_connections, or lower POSTGRES_POOL_SIZE"


class PoolExhausted(ServerTrouble, ConnectionUnavailableError):
    """Every connection of this process was in use for as long as the call could wait."""

    sentence = "All connections of the pool are in use: look for slow statements, or raise POSTGRES_POOL_SIZE"


class DiskFull(ServerTrouble):
    """The server could not store more; nothing of the command is in the log."""

    sentence = "The database server's disk is full, nothing was stored: free space there, appends then succeed again"


class ServerReadOnly(ServerTrouble):
    """The server is a standby, or was made read-only; nothing of the command is in the log."""

    sentence = "The database server takes no writes, nothing was stored: promote it, or end its read-only mode"


class LogLocked(ServerTrouble):
    """Another transaction held what was needed for longer than POSTGRES_LOCK_TIMEOUT; nothing was stored."""

    sentence = "Another transaction holds the lock, nothing was stored: find it in pg_locks and end it"


class NotAnsweredInTime(ServerTrouble):
    """The call's deadline or POSTGRES_STATEMENT_TIMEOUT came before the answer."""

    sentence = "The database server did not answer in time: look for what slows it down"


class NotAppendedInTime(ServerTrouble):
    """The call's deadline came while the command still waited for its turn: it is certainly not in the log."""

    sentence = "The deadline came before the command's turn, nothing was stored: ask again"


class OutcomeUnknown(ServerTrouble):
    """The command was on its way when its answer was lost or late, and the server cannot yet be asked."""

    sentence = "It is not known whether the command was stored: ask again with the same request id"


# Most special first: psycopg2's types are subclasses of one another.
_TRANSLATIONS: tuple[tuple[type[psycopg2.Error], type[PersistenceError]], ...] = (
    (HungUp, NotAnsweredInTime),
    (pg.ReadOnlySqlTransaction, ServerReadOnly),
    (pg.DiskFull, DiskFull),
    (pg.LockNotAvailable, LogLocked),
    (pg.QueryCanceled, NotAnsweredInTime),
    (pg.TooManyConnections, ServerFull),
    (pg.AdminShutdown, ServerAway),
    (pg.CrashShutdown, ServerAway),
    (pg.CannotConnectNow, ServerAway),
    (psycopg2.InterfaceError, InterfaceError),
    (psycopg2.OperationalError, OperationalError),
    (psycopg2.DataError, DataError),
    (psycopg2.IntegrityError, IntegrityError),
    (psycopg2.InternalError, InternalError),
    (psycopg2.ProgrammingError, ProgrammingError),
    (psycopg2.NotSupportedError, NotSupportedError),
    (psycopg2.DatabaseError, DatabaseError),
    (psycopg2.Error, PersistenceError),
)

# A server that turns a connection away tells its code to libpq, which passes on the text alone. In another language
# than English (lc_messages) every such refusal is a ServerAway, with the server's own words.
_TURNED_AWAY: tuple[tuple[re.Pattern[str], type[ServerTrouble]], ...] = (
    (re.compile(r"authentication failed|no pg_hba\.conf entry|no password supplied"), WrongCredentials),
    (
        re.compile(r'role ".*" does not exist|is not permitted to log in|permission denied for database'),
        WrongCredentials,
    ),
    (re.compile(r'database ".*" does not exist'), DatabaseMissing),
    (re.compile(r"too many (clients|connections)|connection slots are reserved"), ServerFull),
)


def in_library_terms(error: psycopg2.Error) -> PersistenceError:
    """The library's error, or ours of its kind, that says what psycopg2's says."""
    said = str(error).strip()
    if type(error) is psycopg2.OperationalError and error.pgcode is None:  # libpq speaks, not the server
        return next((kind for pattern, kind in _TURNED_AWAY if pattern.search(said)), ServerAway)(said)
    return next(ours for theirs, ours in _TRANSLATIONS if isinstance(error, theirs))(said)


def is_outage(error: BaseException) -> bool:
    """Whether the same work succeeds once the server is well, without anybody's doing.

    Not so where the server ended it because it took, or waited for a lock, too long: that may come with every try.
    """
    ended_by_a_limit = isinstance(error, (LogLocked, NotAnsweredInTime))
    return isinstance(error, (InterfaceError, OperationalError)) and not ended_by_a_limit


@contextmanager
def library_errors() -> Iterator[None]:
    """Within, psycopg2's errors are raised as the library's."""
    try:
        yield
    except psycopg2.Error as error:
        raise in_library_terms(error) from error
