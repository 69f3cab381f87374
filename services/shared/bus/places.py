"""The numbered rows that say how far a stream has been taken in, and the rows of streams that stand still."""

from __future__ import annotations

import json
import traceback
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from services.shared.bus.announcements import Announcement
from services.shared.event_store.pool import ConnectionPool, Cursor
from services.shared.event_store.schema import LogTables

_COLUMNS = (
    "stream, headers, payload, reason, trace, tries, parked_at, retry_wanted_at, settled_at, skipped_by, skip_reason"
)


class Place:
    """How far one stream has been taken in: a row of the consumer's own database, moved with the effects."""

    def __init__(self, tables: LogTables, stream: str) -> None:
        self._tracking = tables.named("tracking")
        self._parked = tables.named("parked")
        self._stream = stream

    def lock(self, cursor: Cursor) -> int:
        """The position up to which everything has been taken in; nobody else moves it until this transaction ends."""
        query = f"SELECT notification_id FROM {self._tracking} WHERE application_name = %s FOR UPDATE"
        cursor.execute(query, (self._stream,))
        if (row := cursor.fetchone()) is None:
            insert = f"INSERT INTO {self._tracking} VALUES (%s, 0) ON CONFLICT DO NOTHING"
            cursor.execute(insert, (self._stream,))
            cursor.execute(query, (self._stream,))
            row = cursor.fetchone()
        return int(row[0]) if row else 0

    def move(self, cursor: Cursor, place: int) -> None:
        """Note that everything up to this position is dealt with, what was parked there included."""
        cursor.execute(
            f"WITH settled AS (UPDATE {self._parked} SET settled_at = now()"
            " WHERE stream = %(stream)s AND position <= %(place)s AND settled_at IS NULL)"
            f" UPDATE {self._tracking} SET notification_id = %(place)s WHERE application_name = %(stream)s",
            {"stream": self._stream, "place": place},
        )


@dataclass(frozen=True)
class ParkedAnnouncement:
    """What a stream stands still at, or once stood still at.

    ``reason`` and ``trace`` are the last failure's, ``tries`` counts them all. ``settled_at`` is when the stream got
    past it; ``skipped_by`` and ``skip_reason`` say who then let it be passed over, and why.
    """

    stream: str
    announcement: Announcement
    reason: str
    trace: str
    tries: int
    parked_at: datetime
    retry_wanted_at: datetime | None
    settled_at: datetime | None
    skipped_by: str | None
    skip_reason: str | None

    @classmethod
    def from_row(cls, stream: str, headers: dict[str, str], payload: memoryview, *others: Any) -> Self:
        return cls(stream, Announcement.heard(headers, bytes(payload)), *others)


class NotParked(Exception):
    """The stream does not stand still at what it was asked to try again or to skip."""


class ParkedAnnouncements:
    """What streams stand still at, with all that is needed to understand and to go on."""

    def __init__(self, pool: ConnectionPool, tables: LogTables) -> None:
        self._pool = pool
        self._tables = tables
        self._parked = tables.named("parked")

    def park(self, stream: str, announcement: Announcement, cause: BaseException, tries: int) -> bool:
        """Record that the stream stops before this announcement; False where it has got past it meanwhile."""
        with self._pool.transaction() as cursor:
            if Place(self._tables, stream).lock(cursor) >= announcement.position:
                return False
            # It stood elsewhere when its place was taken back, as for a rebuild; it does not stand there any longer.
            cursor.execute(
                f"UPDATE {self._parked} SET settled_at = now()"
                " WHERE stream = %s AND position <> %s AND settled_at IS NULL",
                (stream, announcement.position),
            )
            cursor.execute(
                f"INSERT INTO {self._parked} AS parked (stream, position, reason, headers, payload, trace, tries)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (stream) WHERE settled_at IS NULL DO UPDATE"
                " SET reason = excluded.reason, trace = excluded.trace, tries = parked.tries + excluded.tries,"
                " retry_wanted_at = NULL",
                (
                    stream,
                    announcement.position,
                    type(cause).__name__,
                    json.dumps(announcement.headers()),
                    announcement.data,
                    "".join(traceback.format_exception(cause)).replace("\0", ""),
                    tries,
                ),
            )
        return True

    def retry(self, stream: str) -> None:
        """Ask for another try, which comes within seconds; NotParked when the stream does not stand still."""
        with self._pool.cursor() as cursor:
            cursor.execute(
                f"UPDATE {self._parked} SET retry_wanted_at = now() WHERE stream = %s AND settled_at IS NULL", (stream,)
            )
            if not cursor.rowcount:
                raise NotParked(f"{stream} does not stand still.")

    def skip(self, stream: str, position: int, *, by: str, reason: str) -> None:
        """Pass over the announcement at which the stream stands, and record for ever who so decided and why.

        The stream goes on behind it within seconds. NotParked when it stands elsewhere or not at all: whoever takes
        in the same announcement at this moment holds the place, so that only one of the two happens.
        """
        with self._pool.transaction() as cursor:
            place = Place(self._tables, stream)
            taken_in = place.lock(cursor)
            cursor.execute(
                f"UPDATE {self._parked} SET settled_at = now(), skipped_by = %s, skip_reason = %s"
                " WHERE stream = %s AND position = %s AND settled_at IS NULL"
                " RETURNING headers, payload",
                (by, reason, stream, position),
            )
            row = cursor.fetchone()
            if row is None or not Announcement.heard(row[0], row[1]).previous_position <= taken_in < position:
                raise NotParked(f"{stream} does not stand still at {position}: it has been taken in up to {taken_in}.")
            place.move(cursor, position)

    def may_go_on(self, stream: str) -> bool:
        """Whether nothing holds the stream any longer: a retry is wanted, or somebody got past it."""
        with self._pool.cursor() as cursor:
            cursor.execute(
                f"SELECT NOT EXISTS (SELECT FROM {self._parked}"
                " WHERE stream = %s AND settled_at IS NULL AND retry_wanted_at IS NULL)",
                (stream,),
            )
            row = cursor.fetchone()
        return row == (True,)

    def standing(self) -> list[ParkedAnnouncement]:
        """What streams stand still at now."""
        return [parked for parked in self.history() if parked.settled_at is None]

    def history(self) -> list[ParkedAnnouncement]:
        """Everything a stream ever stood still at, oldest first."""
        with self._pool.cursor() as cursor:
            cursor.execute(f"SELECT {_COLUMNS} FROM {self._parked} ORDER BY number")
            return [ParkedAnnouncement.from_row(*row) for row in cursor.fetchall()]

    def count_skipped(self, stream: str) -> int:
        """How many announcements of the stream were ever skipped."""
        with self._pool.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM {self._parked} WHERE stream = %s AND skipped_by IS NOT NULL", (stream,)
            )
            row = cursor.fetchone()
        return int(row[0]) if row else 0
