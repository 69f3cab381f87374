"""What can go wrong with the log, in the library's own error types, and named where a caller may act on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from eventsourcing.persistence import (
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


class VersionConflict(IntegrityError):
    """Another command has already taken a version of an aggregate that this one wanted: load again, decide again."""


class OtherRequestRecorded(IntegrityError):
    """The request id stands in the log with another request: it must not be used for a second one."""


class TrackingConflict(IntegrityError):
    """The upstream position has been tracked already, or somebody else has moved it since it was read."""


class OutcomeUnknown(OperationalError):
    """The connection died at the commit and the server cannot yet be asked: ask again with the same request id."""


class EventTooLarge(DataError):
    """An event's stored state is larger than the log accepts."""


class EventNotEncodable(DataError):
    """An event does not fit the declared types of its own fields, so that it could not be read again as it was."""


class EventNotDecodable(DataError):
    """A stored event does not fit its class: a field or class version that this code does not know."""


class SchemaMismatch(ProgrammingError):
    """The database holds an older or newer schema than this code works with."""


# Most special first: psycopg2's types are subclasses of one another.
_TRANSLATIONS: tuple[tuple[type[psycopg2.Error], type[PersistenceError]], ...] = (
    (pg.ReadOnlySqlTransaction, OperationalError),  # the server has become a standby, which no program can help
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


def in_library_terms(error: psycopg2.Error) -> PersistenceError:
    """The library's error that says what psycopg2's says."""
    kind = next(ours for theirs, ours in _TRANSLATIONS if isinstance(error, theirs))
    return kind(str(error).strip())


@contextmanager
def library_errors() -> Iterator[None]:
    """Within, psycopg2's errors are raised as the library's."""
    try:
        yield
    except psycopg2.Error as error:
        raise in_library_terms(error) from error
