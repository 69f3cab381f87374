"""The independent counter: what happened and what came of it, by plain SQL on both databases, through none of our code.

Besides counting in the end, it has the databases themselves watch each place while it moves.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg2

from tests.servers import Database

# What the market acts on, and what the orchard keeps to itself; the rest is announced, and ignored there.
ACTED_ON, PRIVATE = "orchard:Basket.Weighed", "orchard:Basket.Inspected"
STREAM = "market.from.orchard"

# A place only ever goes forward, and the relay's is only moved by a session that holds an advisory lock.
_WATCH_PLACES = """
    CREATE TABLE wrong_moves (name text, place bigint, new_place bigint, holds_lock boolean);
    CREATE FUNCTION watch_place() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $body$
    DECLARE
        holds_lock boolean := EXISTS (
            SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid()
        );
    BEGIN
        IF NEW.notification_id <= OLD.notification_id OR (NEW.application_name = 'relay' AND NOT holds_lock) THEN
            INSERT INTO wrong_moves
            VALUES (NEW.application_name, OLD.notification_id, NEW.notification_id, holds_lock);
        END IF;
        RETURN NEW;
    END
    $body$;
    CREATE TRIGGER watch_place BEFORE UPDATE ON {service}_tracking FOR EACH ROW EXECUTE FUNCTION watch_place();
"""


def ask(dsn: str, query: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
    """The rows a query gives; psycopg2's errors while the server is away."""
    connection = psycopg2.connect(dsn, connect_timeout=5)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def watch_places(service: str, database: Database) -> None:
    """Have the database note each move of a place that must not happen."""
    ask(database.dsn_owner, _WATCH_PLACES.format(service=service))


@dataclass(frozen=True)
class Tally:
    """What both databases say at one moment; each pair is a position and a weight."""

    log: Sequence[int]
    announced: int
    weighed: Sequence[tuple[int, int]]
    effects: Sequence[tuple[int, int]]
    announced_to: int
    taken_in_to: int
    wrong_moves: Sequence[tuple[Any, ...]]
    parked: Sequence[tuple[int, str]]
    standing: int

    @classmethod
    def of(cls, orchard: Database, market: Database) -> Tally:
        events = ask(orchard.dsn_owner, "SELECT position, topic, state FROM orchard_events ORDER BY position")
        weighed = [(at, json.loads(bytes(state))["weight_kg"]) for at, topic, state in events if topic == ACTED_ON]
        return cls(
            log=[position for position, _, _ in events],
            announced=sum(topic != PRIVATE for _, topic, _ in events),
            weighed=weighed,
            effects=ask(market.dsn_owner, "SELECT position, weight_kg FROM heard ORDER BY n"),
            announced_to=_place(orchard, "orchard", "relay"),
            taken_in_to=_place(market, "market", STREAM),
            wrong_moves=[move for each in (orchard, market) for move in ask(each.dsn_owner, "TABLE wrong_moves")],
            parked=ask(market.dsn_owner, "SELECT position, reason FROM market_parked ORDER BY number"),
            standing=len(ask(market.dsn_owner, "SELECT position FROM market_parked WHERE settled_at IS NULL")),
        )

    def check(self) -> None:
        """AssertionError unless each public event had its effect exactly once, in order, and nothing else had any."""
        assert list(self.log) == list(range(1, len(self.log) + 1)), "the log itself has holes"
        twice = [position for (position, _), times in Counter(self.effects).items() if times > 1]
        assert not twice, f"effects that happened more than once: {_some(twice)}"
        missing = sorted(set(self.weighed) - set(self.effects))
        assert not missing, f"events without their effect: {_some(missing)}"
        extra = sorted(set(self.effects) - set(self.weighed))
        assert not extra, f"effects without an event: {_some(extra)}"
        disordered = [pair for before, pair in zip(self.effects, self.effects[1:], strict=False) if pair[0] < before[0]]
        assert not disordered, f"effects before their time: {_some(disordered)}"
        ends = self.log[-1], self.announced_to, self.taken_in_to
        assert len(set(ends)) == 1, f"the log ends, is announced to, and is taken in to: {ends}"
        assert not self.wrong_moves, f"places moved where they must not: {_some(self.wrong_moves)}"
        assert not self.standing, "the stream still stands still"


def is_complete(orchard: Database, market: Database) -> bool:
    """Whether both places have come to the end of the log, whose last event is a public one."""
    ((head,),) = ask(orchard.dsn_owner, "SELECT max(position) FROM orchard_events")
    return bool(head == _place(orchard, "orchard", "relay") == _place(market, "market", STREAM))


def _place(database: Database, service: str, name: str) -> int:
    query = f"SELECT notification_id FROM {service}_tracking WHERE application_name = %s"
    return sum(place for (place,) in ask(database.dsn_owner, query, (name,)))


def _some(things: Sequence[object]) -> str:
    return f"{len(things)}, such as {list(things[:5])}"
