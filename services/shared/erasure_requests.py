"""Who asked that their data be erased, and by when that is to be answered; nothing in this view is personal data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import singledispatchmethod
from typing import NamedTuple
from uuid import UUID

from services.shared.erasure import Erased, ErasureGround, ErasureRefused, ErasureRequested
from services.shared.event_store import Cursor, View
from services.shared.record import Record


class PlaceAmongRequests(NamedTuple):
    """Where a request stands in the list: by the day by which it is to be answered, then as it was recorded."""

    answer_by: date
    position: int


@dataclass(frozen=True)
class ListedRequest:
    """A request that waits for its answer; ``answer_by`` is None where no rule was in force."""

    position: int
    subject_id: UUID
    ground: ErasureGround
    document: str
    requested_on: date
    answer_by: date | None

    @property
    def place(self) -> PlaceAmongRequests:
        return PlaceAmongRequests(self.answer_by or date.max, self.position)


class ErasureRequests(View):
    """Requests that wait for their answer, the most urgent first.

    It also throws away the key of who was erased: a process may have ended between recording that and doing it.
    """

    name = "erasure_requests"
    table = """
        CREATE TABLE IF NOT EXISTS erasure_requests (
            subject_id uuid PRIMARY KEY,
            position bigint NOT NULL,
            ground text NOT NULL,
            document text NOT NULL,
            requested_on date NOT NULL,
            answer_by date
        )
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: ErasureRequested, position: int, cursor: Cursor) -> None:
        act = event.act
        cursor.execute(
            "INSERT INTO erasure_requests (subject_id, position, ground, document, requested_on, answer_by)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            (event.subject_id, position, event.ground, act.document, act.effective_on, event.answer_by),
        )

    @project.register
    def _(self, event: ErasureRefused, position: int, cursor: Cursor) -> None:
        self._answered(event.subject_id, cursor)

    @project.register
    def _(self, event: Erased, position: int, cursor: Cursor) -> None:
        self._answered(event.subject_id, cursor)
        cursor.execute("SELECT to_regclass('subject_keys')")
        if cursor.fetchone() != (None,):  # a view made anew beside the live one has no keys beside it
            cursor.execute("UPDATE subject_keys SET key = NULL WHERE subject_id = %s", (event.subject_id,))

    def _answered(self, subject_id: UUID, cursor: Cursor) -> None:
        cursor.execute("DELETE FROM erasure_requests WHERE subject_id = %s", (subject_id,))

    def list_erasure_requests(self, *, after: PlaceAmongRequests | None, limit: int) -> list[ListedRequest]:
        """At most ``limit`` requests behind ``after``."""
        with self.reading() as cursor:
            cursor.execute(
                """
                SELECT position, subject_id, ground, document, requested_on, answer_by FROM erasure_requests
                WHERE %(day)s::date IS NULL OR (coalesce(answer_by, %(never)s), position) > (%(day)s, %(position)s)
                ORDER BY coalesce(answer_by, %(never)s), position LIMIT %(limit)s
                """,
                {
                    "day": after and after.answer_by,
                    "position": after and after.position,
                    "never": date.max,
                    "limit": limit,
                },
            )
            return [
                ListedRequest(position, subject_id, ErasureGround(ground), *rest)
                for position, subject_id, ground, *rest in cursor
            ]
