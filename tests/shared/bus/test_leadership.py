"""Who may move the relay's place: one session at a time, and only from where it left it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg2
import pytest

from services.shared.bus.leadership import Leadership, LeadershipLost
from services.shared.event_store import EventLog
from tests.servers import Database
from tests.shared.bus.conftest import eventually


@pytest.fixture
def log(make_sample_database: Callable[[str], Database]) -> Iterator[EventLog]:
    log = EventLog("orchard", make_sample_database("orchard").service_env)
    yield log
    log.close()


@pytest.fixture(autouse=True)
def silence_is_borne(monkeypatch: pytest.MonkeyPatch) -> None:
    """No hub runs here and shows signs of life: on a slow machine the database would end a session amid a test."""
    monkeypatch.setattr("services.shared.bus.leadership.SILENCE_SECONDS", 60)


def leadership(log: EventLog) -> Leadership:
    return Leadership(log.pool.settings, log.factory.tables)


def test_one_leads_until_its_session_ends(log: EventLog) -> None:
    with leadership(log) as standby:
        with leadership(log) as leader:
            assert leader.acquire()
            assert not standby.acquire()
        eventually(standby.acquire)


def test_a_place_that_somebody_else_has_moved_is_left_alone(log: EventLog) -> None:
    with leadership(log) as stopped, leadership(log) as successor:
        assert stopped.move(stopped.place(), 3) == 3
        assert successor.move(3, 8) == 8
        with pytest.raises(LeadershipLost):
            stopped.move(3, 5)
        assert successor.place() == 8


def test_one_whose_session_was_ended_moves_nothing(log: EventLog) -> None:
    with leadership(log) as cut_off:
        place = cut_off.move(cut_off.place(), 3)
        with log.pool.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                " WHERE usename = current_user AND pid <> pg_backend_pid()"
            )
        with pytest.raises((LeadershipLost, psycopg2.Error)):
            cut_off.move(place, 5)
    with leadership(log) as successor:
        assert successor.place() == 3
