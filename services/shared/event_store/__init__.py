"""The event log: a persistence module for the ``eventsourcing`` library on psycopg2, and what services build on it.

``PERSISTENCE_MODULE=services.shared.event_store`` puts it under any application written for the library, with the
library's ``POSTGRES_*`` variables. A service of this platform uses ``EventLog`` and ``View``.
"""

from __future__ import annotations

from services.shared.event_store.append import LARGEST_STATE_BYTES, Appended, Request
from services.shared.event_store.errors import (
    DatabaseMissing,
    DiskFull,
    DuplicateEvent,
    EventNotDecodable,
    EventNotEncodable,
    EventOfLaterRelease,
    EventTooLarge,
    LogLocked,
    NotAnsweredInTime,
    NotAppendedInTime,
    OtherRequestRecorded,
    OutcomeUnknown,
    PoolExhausted,
    SchemaMismatch,
    SchemaTooNew,
    SchemaTooOld,
    ServerAway,
    ServerFull,
    ServerReadOnly,
    ServerTrouble,
    TrackingConflict,
    VersionConflict,
    WrongCredentials,
)
from services.shared.event_store.factory import Factory
from services.shared.event_store.log import (
    Call,
    EventLog,
    RecordChanged,
    RecordedEvent,
    RecordNotFound,
    RequestIdReused,
    Saved,
)
from services.shared.event_store.mapper import TypedMapper
from services.shared.event_store.pool import ConnectionPool, Cursor
from services.shared.event_store.recorders import (
    PostgresAggregateRecorder,
    PostgresApplicationRecorder,
    PostgresProcessRecorder,
    PostgresTrackingRecorder,
)
from services.shared.event_store.schema import migrate
from services.shared.event_store.subscription import Listener
from services.shared.event_store.views import View, ViewFeeder, ViewLagged

__all__ = [
    "LARGEST_STATE_BYTES",
    "Appended",
    "Call",
    "ConnectionPool",
    "Cursor",
    "DatabaseMissing",
    "DiskFull",
    "DuplicateEvent",
    "EventLog",
    "EventNotDecodable",
    "EventNotEncodable",
    "EventOfLaterRelease",
    "EventTooLarge",
    "Factory",
    "Listener",
    "LogLocked",
    "NotAnsweredInTime",
    "NotAppendedInTime",
    "OtherRequestRecorded",
    "OutcomeUnknown",
    "PoolExhausted",
    "PostgresAggregateRecorder",
    "PostgresApplicationRecorder",
    "PostgresProcessRecorder",
    "PostgresTrackingRecorder",
    "RecordChanged",
    "RecordNotFound",
    "RecordedEvent",
    "Request",
    "RequestIdReused",
    "Saved",
    "SchemaMismatch",
    "SchemaTooNew",
    "SchemaTooOld",
    "ServerAway",
    "ServerFull",
    "ServerReadOnly",
    "ServerTrouble",
    "TrackingConflict",
    "TypedMapper",
    "VersionConflict",
    "View",
    "ViewFeeder",
    "ViewLagged",
    "WrongCredentials",
    "migrate",
]
