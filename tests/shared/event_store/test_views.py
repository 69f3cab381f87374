"""Views follow the log: each effect once, its place beside it, and one that fails holds up no other."""
# ruff: noqa: ARG002 - a projection is told the event and its position, whether it keeps them or not

from __future__ import annotations

import time
from collections.abc import Callable
from functools import singledispatchmethod

import pytest

from services.shared.event_store import Cursor, EventLog, View, ViewLagged, migrate
from services.shared.event_store.subscription import SAFETY_POLL_SECONDS
from tests.servers import Database
from tests.shared.event_store.lantern_views import LanternsByStreet, fed, hang
from tests.shared.event_store.lanterns import Lantern, Stage, call
from tests.shared.event_store.waiting import wait_until


class Superstitious(View):
    """Fails at a lantern with thirteen candles, until it is told better."""

    name = "superstitious"
    table = "CREATE TABLE IF NOT EXISTS superstitious (candles bigint)"
    is_afraid = True

    @singledispatchmethod
    def project(self, event: object, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: Lantern.Lit, position: int, cursor: Cursor) -> None:
        if event.candles == 13 and self.is_afraid:
            raise ArithmeticError("thirteen")


class OnlyFedByConsumers(View):
    """Has a table, and nothing to do with the log."""

    name = "only_fed_by_consumers"
    table = "CREATE TABLE IF NOT EXISTS only_fed_by_consumers (enterprise_id uuid)"


VIEWS = (LanternsByStreet, Superstitious, OnlyFedByConsumers)


@pytest.fixture
def log(module_database: Database, service: str, open_log: Callable[..., EventLog]) -> EventLog:
    migrate(module_database.dsn_owner, service, module_database.service.name, VIEWS)
    return open_log()


def test_a_view_shows_what_was_saved_before_and_after_it_was_started(log: EventLog) -> None:
    view = LanternsByStreet(log)
    hang(log, "Lê Lợi", 2)
    with fed(log, view) as feeder:
        position = hang(log, "Lê Lợi", 3)
        log.save_for(call(), Stage(act=call().act))
        view.wait_for(position + 1, timeout=5)
        assert view.candles() == {"Lê Lợi": 5}
        assert (view.position(), feeder.lag(), feeder.ready()) == (5, {view.name: 0}, True)
        assert feeder.positions() == {view.name: 5}


def test_a_reader_sees_its_own_write_soon(log: EventLog) -> None:
    view = LanternsByStreet(log)
    with fed(log, view):
        view.wait_for(hang(log, "Lê Lợi", 1), timeout=5)
        waits_seconds = []
        for _ in range(3):
            saved_at = time.monotonic()
            view.wait_for(hang(log, "Lê Lợi", 1), timeout=5)
            waits_seconds.append(time.monotonic() - saved_at)
        assert min(waits_seconds) < SAFETY_POLL_SECONDS / 2, "the safety poll should not have been needed"


def test_a_reader_is_told_when_the_view_lags(log: EventLog) -> None:
    view = LanternsByStreet(log)
    position = hang(log, "Lê Lợi", 1)
    with pytest.raises(ViewLagged, match=f"đến vị trí 0, chưa đến {position}"):
        view.wait_for(position, timeout=0.1)


def test_a_stopped_feeder_goes_on_where_it_stood(log: EventLog) -> None:
    for round_ in range(1, 4):
        view = LanternsByStreet(log)
        with fed(log, view):
            view.wait_for(hang(log, "Hàm Nghi", 1), timeout=5)
        assert view.candles() == {"Hàm Nghi": round_}


def test_two_feeders_have_the_effect_of_one(log: EventLog, open_log: Callable[..., EventLog]) -> None:
    views = [LanternsByStreet(log), LanternsByStreet(open_log())]
    with fed(views[0].log, views[0]), fed(views[1].log, views[1]):
        for _ in range(30):
            position = hang(log, "Đồng Khởi", 1)
        for view in views:
            view.wait_for(position, timeout=10)
            assert view.candles() == {"Đồng Khởi": 30}


def test_a_view_that_fails_stays_behind_alone_and_is_tried_again(log: EventLog) -> None:
    healthy, failing = LanternsByStreet(log), Superstitious(log)
    with fed(log, healthy, failing) as feeder:
        position = hang(log, "Lê Lợi", 13)
        healthy.wait_for(position, timeout=5)
        wait_until(lambda: feeder.errors() == {failing.name: "ArithmeticError: thirteen"})
        assert failing.position() == 0
        assert feeder.lag() == {healthy.name: 0, failing.name: 2}
        assert not feeder.ready()
        failing.is_afraid = False
        failing.wait_for(position, timeout=5)
        wait_until(lambda: not feeder.errors() and feeder.ready())
    assert healthy.candles() == {"Lê Lợi": 13}


@pytest.mark.parametrize(
    ("limit", "statement", "reason"),
    [
        ("POSTGRES_STATEMENT_TIMEOUT", "SELECT pg_sleep(60)", "NotAnsweredInTime"),
        ("POSTGRES_LOCK_TIMEOUT", "SELECT pg_advisory_xact_lock(13)", "LogLocked"),
    ],
)
def test_a_view_that_always_meets_a_time_limit_of_the_database_stays_behind_alone(
    log: EventLog, open_log: Callable[..., EventLog], limit: str, statement: str, reason: str
) -> None:
    class Slow(Superstitious):
        @singledispatchmethod
        def project(self, event: object, position: int, cursor: Cursor) -> None:
            cursor.execute(statement)

    healthy, slow = LanternsByStreet(log), Slow(log)
    with log.pool.cursor() as other, fed(open_log(**{limit: "1"}), healthy, slow) as feeder:
        other.execute("SELECT pg_advisory_lock(13)")
        healthy.wait_for(hang(log, "Lê Lợi", 2), timeout=30)
        wait_until(lambda: reason in feeder.errors().get(slow.name, ""))
        assert slow.position() == 0
        other.execute("SELECT pg_advisory_unlock(13)")


def test_effects_of_a_page_and_their_place_are_stored_together_or_not_at_all(log: EventLog) -> None:
    class Half(LanternsByStreet):
        """Does its work and then fails."""

        @singledispatchmethod
        def project(self, event: object, position: int, cursor: Cursor) -> None:
            cursor.execute("INSERT INTO lanterns_by_street VALUES (%s, gen_random_uuid(), 'x', 1)", (self.log.name,))
            if position == 2:
                raise ArithmeticError

    view = Half(log)
    hang(log, "Lê Lợi", 1)
    with fed(log, view) as feeder:
        wait_until(lambda: view.name in feeder.errors())
    assert (view.candles(), view.position()) == ({}, 0)


def test_a_view_fed_by_consumers_is_left_to_them(log: EventLog) -> None:
    with fed(log, OnlyFedByConsumers(log)) as feeder:
        wait_until(feeder.ready)
        assert feeder.positions() == {}
    with log.transaction() as cursor:
        cursor.execute("INSERT INTO only_fed_by_consumers VALUES (gen_random_uuid())")
