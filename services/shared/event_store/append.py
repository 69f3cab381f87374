"""One call of the database for many commands: what is sent, what comes back, and how a lost answer is found out."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from uuid import UUID

from eventsourcing.persistence import PersistenceError, StoredEvent, Tracking

from services.shared.event_store.errors import (
    DuplicateEvent,
    EventTooLarge,
    OtherRequestRecorded,
    TrackingConflict,
    VersionConflict,
)
from services.shared.event_store.pool import Cursor
from services.shared.event_store.schema import LogTables

LARGEST_STATE_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Request:
    """What a caller asked for, once: its id, the digest of its content, and the record that answers it."""

    id: UUID
    digest: bytes
    originator_id: UUID | str
    originator_version: int


@dataclass(frozen=True)
class Appended:
    """Where a command's events stand in the log; ``repeated`` when they were there already from the first time.

    A command without events has ``last == first - 1``.
    """

    first: int
    last: int
    repeated: bool = False


class Command:
    """Events to be stored all or none, and how that ended."""

    __slots__ = ("done", "ends_at", "events", "leads", "outcome", "request", "size_bytes", "tracking")

    def __init__(
        self, events: Sequence[StoredEvent], request: Request | None = None, tracking: Tracking | None = None
    ) -> None:
        """Raises EventTooLarge, and DuplicateEvent when two of the events are for one version."""
        if len(events) > 1 and len({(event.originator_id, event.originator_version) for event in events}) < len(events):
            raise DuplicateEvent("A command has two events for the same version of an aggregate")
        self.events = events
        self.request = request
        self.tracking = tracking
        self.size_bytes = sum(map(_checked_size, events))
        # None until a commit has settled the command.
        self.outcome: Appended | PersistenceError | None = None
        # For the caller that waits while another one commits: released when the outcome is there or the lead is taken.
        self.done: threading.Lock | None = None
        self.leads = False
        # Until when its caller waits, on the monotonic clock.
        self.ends_at = math.inf

    def result(self) -> Appended:
        """The positions of a command that has been committed; raises what kept it from being."""
        if isinstance(self.outcome, Appended):
            return self.outcome
        assert self.outcome is not None
        raise self.outcome.with_traceback(None)  # a failed commit's error is shared by all its commands


def _checked_size(event: StoredEvent) -> int:
    size = len(event.state)
    if size > LARGEST_STATE_BYTES:
        raise EventTooLarge(f"{event.topic} is {size} bytes large, the log accepts {LARGEST_STATE_BYTES}")
    return size


class AppendStatement:
    """The call of a log's ``append`` function; array literals keep it to a few Python objects for each event."""

    def __init__(self, tables: LogTables) -> None:
        id_type = tables.id_type
        self._append = (
            f"SELECT * FROM {tables.named('append')}("
            f"%s::{id_type}[], %s::bigint[], %s::text[], %s::bytea[], %s::integer[], %s::integer[],"
            f" %s::uuid[], %s::bytea[], %s::{id_type}[], %s::bigint[], %s::text[], %s::bigint[])"
        )
        self._find_request = (
            f"SELECT first_position, last_position FROM {tables.named('requests')}"
            " WHERE request_id = %s AND digest = %s"
        )
        self._find_events = (
            f"SELECT min(x.position), max(x.position), count(*) FROM {tables.named('events')} AS x"
            f" JOIN unnest(%s::{id_type}[], %s::bigint[], %s::text[], %s::bytea[]) AS e (id, version, topic, state)"
            " ON x.originator_id = e.id AND x.originator_version = e.version"
            " AND x.topic = e.topic AND x.state = e.state"
        )
        self._find_tracking = (
            f"SELECT 0, -1 FROM {tables.named('tracking')} WHERE application_name = %s AND notification_id = %s"
        )

    def run(self, cursor: Cursor, batch: Sequence[Command]) -> None:
        """Append the batch and note in each command how it ended.

        No outcome is noted in one that has to be sent again, since an earlier command of the batch wanted the same.
        """
        cursor.execute(self._append, self._parameters(batch))
        row = cursor.fetchone()
        assert row is not None
        before, outcomes, firsts, lasts = row
        if outcomes is None:
            ends = accumulate((len(command.events) for command in batch), initial=before)
            for end, command in zip(ends, batch, strict=False):
                command.outcome = Appended(end + 1, end + len(command.events))
        else:
            for command, outcome, first, last in zip(batch, outcomes, firsts, lasts, strict=True):
                command.outcome = _outcome(command, outcome, first, last)

    def find(self, cursor: Cursor, command: Command) -> Appended | None:
        """Where the command stands in the log, when its answer was lost.

        Its own request id proves that it was stored, now or when it was first sent. So do its events, which nobody
        else stores to the byte.
        """
        if command.request is not None:
            cursor.execute(self._find_request, (command.request.id, command.request.digest))
        elif command.events:
            cursor.execute(self._find_events, event_arrays(command.events))
        elif command.tracking is not None:
            cursor.execute(self._find_tracking, (command.tracking.application_name, command.tracking.notification_id))
        else:
            return None
        row = cursor.fetchone()
        if row is None or (len(row) == 3 and row[2] != len(command.events)):
            return None
        return Appended(row[0], row[1], repeated=command.request is not None)

    def _parameters(self, batch: Sequence[Command]) -> list[str | None]:
        events = [event for command in batch for event in command.events]
        arguments: list[str | None] = [
            *event_arrays(events),
            _array(str(number) for number, command in enumerate(batch, 1) for _ in command.events),
            _array(str(len(command.events)) for command in batch),
        ]
        requests = [command.request for command in batch]
        if any(requests):
            arguments += [
                _array(str(request.id) if request else "NULL" for request in requests),
                _array(_bytea(request.digest) if request else "NULL" for request in requests),
                _array(_text(str(request.originator_id)) if request else "NULL" for request in requests),
                _array(str(request.originator_version) if request else "NULL" for request in requests),
            ]
        else:
            arguments += [None, None, None, None]
        trackings = [command.tracking for command in batch]
        if any(trackings):
            arguments += [
                _array(_text(tracking.application_name) if tracking else "NULL" for tracking in trackings),
                _array(str(tracking.notification_id) if tracking else "NULL" for tracking in trackings),
            ]
        else:
            arguments += [None, None]
        return arguments


def _outcome(command: Command, outcome: str, first: int, last: int) -> Appended | PersistenceError | None:
    match outcome:
        case "appended":
            return Appended(first, last)
        case "repeated":
            return Appended(first, last, repeated=True)
        case "later":
            return None
        case "other request":
            return OtherRequestRecorded(f"{command.request} is recorded with another digest")
        case "tracked":
            return TrackingConflict(f"{command.tracking} is not ahead of what has been tracked")
        case _:
            wanted = ", ".join(f"{event.originator_id} version {event.originator_version}" for event in command.events)
            return VersionConflict(f"Recorded already, all or in part: {wanted}")


def insert_statement(table: str, id_type: str) -> str:
    """SQL that stores events in a table without positions; its parameters are those of ``event_arrays``."""
    return (
        f"INSERT INTO {table} (originator_id, originator_version, topic, state)"
        f" SELECT * FROM unnest(%s::{id_type}[], %s::bigint[], %s::text[], %s::bytea[])"
    )


def event_arrays(events: Sequence[StoredEvent]) -> tuple[str, str, str, str]:
    """The events as four array literals: aggregates, versions, topics, states."""
    return (
        _array(_text(str(event.originator_id)) for event in events),
        _array(str(event.originator_version) for event in events),
        _array(_text(event.topic) for event in events),
        _array(_bytea(event.state) for event in events),
    )


def _array(elements: Iterable[str]) -> str:
    return "{" + ",".join(elements) + "}"


def _text(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _bytea(value: bytes) -> str:
    return '"\\\\x' + value.hex() + '"'
