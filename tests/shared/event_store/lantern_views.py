"""A view of the festival's lanterns, and what feeds it in tests."""
# ruff: noqa: ARG002 - a projection is told the event and its position, whether it keeps them or not

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import singledispatchmethod

from services.shared.event_store import Cursor, EventLog, View, ViewFeeder
from tests.shared.event_store.lanterns import Lantern, call


class LanternsByStreet(View):
    """How many lanterns hang in each street, and how many candles burn."""

    name = "lanterns_by_street"
    table = """
        CREATE TABLE IF NOT EXISTS lanterns_by_street (
            log text, lantern_id uuid, street text NOT NULL, candles bigint NOT NULL, PRIMARY KEY (log, lantern_id)
        );
        CREATE INDEX IF NOT EXISTS lanterns_by_street_street ON lanterns_by_street (street);
    """

    @singledispatchmethod
    def project(self, event: object, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: Lantern.Hung, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "INSERT INTO lanterns_by_street VALUES (%s, %s, %s, 0)", (self.log.name, event.originator_id, event.street)
        )

    @project.register
    def _(self, event: Lantern.Lit, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE lanterns_by_street SET candles = candles + %s WHERE log = %s AND lantern_id = %s",
            (event.candles, self.log.name, event.originator_id),
        )

    def candles(self) -> dict[str, int]:
        with self.reading() as cursor:
            cursor.execute(
                "SELECT street, sum(candles)::bigint FROM lanterns_by_street WHERE log = %s GROUP BY street",
                (self.log.name,),
            )
            return dict(cursor.fetchall())


@contextmanager
def fed(log: EventLog, *views: View) -> Iterator[ViewFeeder]:
    feeder = ViewFeeder(log, views)
    thread = threading.Thread(target=feeder.run)
    thread.start()
    try:
        yield feeder
    finally:
        feeder.stop()
        thread.join(timeout=10)
        assert not thread.is_alive()


def hang(log: EventLog, street: str, candles: int) -> int:
    first_call = call()
    lantern = Lantern.hang(first_call.act, street)
    lantern.light(first_call.act, candles)
    return log.save_for(first_call, lantern).position
