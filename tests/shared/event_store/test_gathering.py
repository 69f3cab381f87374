"""Statements that are kept back have the same effects, in the same order, as those that are sent one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest

from services.shared.event_store import gathering
from services.shared.event_store.gathering import GatheringCursor
from services.shared.event_store.time_limits import LimitedConnection
from tests.servers import Database


@pytest.fixture
def connection(module_database: Database) -> Iterator[Any]:
    connection = psycopg2.connect(module_database.dsn_owner, connection_factory=LimitedConnection)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE lit (n integer PRIMARY KEY, street text)")
    yield connection
    connection.close()


@pytest.fixture
def cursor(connection: Any) -> GatheringCursor:
    made: GatheringCursor = connection.cursor(cursor_factory=GatheringCursor)
    return made


def streets(connection: Any) -> list[str]:
    with connection.cursor() as plain:
        plain.execute("SELECT street FROM lit ORDER BY n")
        return [street for (street,) in plain.fetchall()]


def light(cursor: GatheringCursor, n: int, street: str = "Hai Bà Trưng") -> None:
    cursor.execute("INSERT INTO lit VALUES (%s, %s)", (n, street))


def test_statements_wait_until_they_are_sent(connection: Any, cursor: GatheringCursor) -> None:
    light(cursor, 1)
    light(cursor, 2, "50% ; DROP TABLE lit; '")
    assert streets(connection) == []
    cursor.send()
    assert streets(connection) == ["Hai Bà Trưng", "50% ; DROP TABLE lit; '"]


def test_they_are_sent_in_their_order(connection: Any, cursor: GatheringCursor) -> None:
    light(cursor, 1)
    cursor.execute("UPDATE lit SET street = 'Ninh Kiều' WHERE n = 1")
    cursor.execute("DELETE FROM lit WHERE street = 'Hai Bà Trưng'")
    cursor.send()
    assert streets(connection) == ["Ninh Kiều"]


@pytest.mark.parametrize(
    "asked",
    [
        lambda cursor: cursor.fetchone(),
        lambda cursor: cursor.fetchmany(1)[0],
        lambda cursor: cursor.fetchall()[0],
        lambda cursor: next(iter(cursor)),
        lambda cursor: (cursor.rowcount,),
    ],
    ids=["fetchone", "fetchmany", "fetchall", "iteration", "rowcount"],
)
def test_who_asks_for_a_result_gets_that_of_the_last_statement(cursor: GatheringCursor, asked: Any) -> None:
    light(cursor, 7)
    cursor.execute("SELECT count(*) FROM lit")
    assert asked(cursor) == (1,)


def test_many_are_sent_without_being_asked_for(
    connection: Any, cursor: GatheringCursor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "_MOST_STATEMENTS", 3)
    for n in range(4):
        light(cursor, n)
    assert len(streets(connection)) == 3


def test_much_is_sent_without_being_asked_for(
    connection: Any, cursor: GatheringCursor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "_MOST_BYTES", 1000)
    light(cursor, 1, "đường " * 200)
    assert len(streets(connection)) == 1


def test_a_failure_leaves_nothing_kept(connection: Any, cursor: GatheringCursor) -> None:
    light(cursor, 1)
    light(cursor, 1)
    with pytest.raises(psycopg2.errors.UniqueViolation):
        cursor.send()
    connection.rollback()
    cursor.send()
