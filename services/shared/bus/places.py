"""The numbered rows that say how far a stream has been taken in, and the rows of streams that stand still."""

from __future__ import annotations

import json
import traceback

from services.shared.bus.announcements import Announcement
from services.shared.event_store.pool import ConnectionPool, Cursor
from services.shared.event_store.schema import LogTables


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
        """Note that everything up to this position has been taken in, what was parked there included."""
        cursor.execute(
            f"WITH settled AS (UPDATE {self._parked} SET settled_at = now()"
            " WHERE stream = %(stream)s AND position <= %(place)s AND settled_at IS NULL)"
            f" UPDATE {self._tracking} SET notification_id = %(place)s WHERE application_name = %(stream)s",
            {"stream": self._stream, "place": place},
        )


class ParkedAnnouncements:
    """What streams stand still at, with all that is needed to understand and to go on."""

    def __init__(self, pool: ConnectionPool, tables: LogTables) -> None:
        self._pool = pool
        self._parked = tables.named("parked")

    def park(self, stream: str, announcement: Announcement, cause: BaseException, tries: int) -> None:
        """Record that the stream stops before this announcement."""
        with self._pool.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {self._parked} (stream, position, reason, headers, payload, trace, tries)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (stream, position) DO UPDATE"
                " SET reason = excluded.reason, trace = excluded.trace, tries = excluded.tries, parked_at = now(),"
                " retry_wanted_at = NULL, settled_at = NULL",
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

    def retry(self, stream: str) -> bool:
        """Ask for another try; False when the stream does not stand still. It goes on within seconds."""
        with self._pool.cursor() as cursor:
            cursor.execute(
                f"UPDATE {self._parked} SET retry_wanted_at = now() WHERE stream = %s AND settled_at IS NULL", (stream,)
            )
            return cursor.rowcount > 0

    def may_go_on(self, stream: str) -> bool:
        """Whether nothing holds the stream any longer: a retry is wanted, or another process got past it."""
        with self._pool.cursor() as cursor:
            cursor.execute(
                f"SELECT NOT EXISTS (SELECT FROM {self._parked}"
                " WHERE stream = %s AND settled_at IS NULL AND retry_wanted_at IS NULL)",
                (stream,),
            )
            row = cursor.fetchone()
        return row == (True,)
