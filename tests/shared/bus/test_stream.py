"""One stream against a real database: order, repeats, gaps, failures, parking."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

import pytest

from services.shared.bus.announcements import Announcement
from services.shared.bus.consumers import UnknownAnnouncement
from services.shared.bus.places import NotParked
from services.shared.bus.stream import (
    OwnerLacksAnnouncements,
    OwnerSilent,
    Page,
    Parked,
    PlaceTakenBack,
    Stopped,
    Stream,
)
from services.shared.event_store import Cursor, EventLog
from tests.logged import logging_kept
from tests.servers import Database
from tests.shared.bus.conftest import eventually
from tests.shared.bus.orchard import BasketRotten, BasketWeighed, OrchardConsumer

NAME = "market.from.orchard"


class Clumsy(OrchardConsumer):
    """Drops chosen announcements a number of times, after having done its work."""

    drops: ClassVar[dict[int, int]] = {}

    def on_basket_weighed(self, announcement: BasketWeighed, position: int, cursor: Cursor) -> None:
        super().on_basket_weighed(announcement, position, cursor)
        if self.drops.get(position, 0) > 0:
            self.drops[position] -= 1
            logging.getLogger("clumsy").warning("dropped")
            raise BasketRotten(position)


class Market:
    """A stream of the market and the owner's log it can ask."""

    def __init__(self, log: EventLog, owner: Sequence[Announcement]) -> None:
        self.log = log
        self.owner = owner
        self.asked: list[int] = []
        self.clumsy = Clumsy()
        self.stream = self.make_stream()

    def make_stream(self) -> Stream:
        self.clumsy.drops.clear()
        tables = self.log.factory.tables
        return Stream("market", self.clumsy, self.log.pool, tables, tries=3, first_delay_seconds=0.001)

    def ask(self, position: int) -> Page:
        """A page of at most three."""
        self.asked.append(position)
        page = [one for one in self.owner if one.position > position][:3]
        head = self.owner[-1].position
        return Page(page, page[-1].position if page else head, head)

    def take_in(self, *announcements: Announcement) -> None:
        self.stream.take_in(announcements, self.ask)

    def heard(self) -> list[int]:
        with self.log.pool.cursor() as cursor:
            cursor.execute("SELECT position FROM heard ORDER BY n")
            return [position for (position,) in cursor.fetchall()]

    def place(self) -> int:
        return int(self.log.tracking.position(NAME))


def weighing(position: int, previous: int) -> Announcement:
    data = BasketWeighed(weight_kg=position).SerializeToString()
    now = datetime.now(UTC).isoformat()
    return Announcement("orchard", position, previous, "nscl.orchard.v1.BasketWeighed", now, str(UUID(int=1)), data)


def weighings(*positions: int) -> list[Announcement]:
    return [weighing(position, previous) for previous, position in zip((0, *positions), positions, strict=False)]


ALL = weighings(2, 3, 5, 8, 9, 13, 14, 20)


@pytest.fixture
def market(make_sample_database: Callable[[str], Database]) -> Iterator[Market]:
    log = EventLog("market", make_sample_database("market").service_env)
    yield Market(log, ALL)
    log.close()


def test_everything_is_taken_in_once_and_in_order(market: Market) -> None:
    market.take_in(*ALL[:3])
    market.take_in(*ALL[3:])
    assert market.heard() == [2, 3, 5, 8, 9, 13, 14, 20]
    assert (market.place(), market.asked) == (20, [])


def test_a_repeat_is_recognised_for_ever(market: Market) -> None:
    market.take_in(*ALL)
    market.stream = market.make_stream()
    market.take_in(ALL[0], *ALL[2:5], ALL[-1])
    assert market.heard() == [one.position for one in ALL]


def test_a_gap_is_filled_by_asking_the_owner(market: Market) -> None:
    market.take_in(ALL[0])
    market.take_in(ALL[6], ALL[7])
    assert market.heard() == [one.position for one in ALL]
    assert market.asked == [2, 8]


def test_what_comes_out_of_order_is_put_in_order(market: Market) -> None:
    market.take_in(*reversed(ALL))
    assert market.heard() == [one.position for one in ALL]


def test_losing_every_message_costs_only_the_asking(market: Market) -> None:
    market.stream.catch_up(market.ask)
    assert market.heard() == [one.position for one in ALL]


@pytest.mark.parametrize("page", [Page([], 7, 7), Page(ALL[3:5], 9, 9)], ids=["empty", "full"])
def test_a_place_taken_back_while_the_owner_is_asked_is_not_jumped_over(market: Market, page: Page) -> None:
    market.take_in(*ALL[:3])

    def ask(_position: int) -> Page:
        with market.log.transaction() as cursor:
            cursor.execute("UPDATE market_tracking SET notification_id = 0")
        return page

    market.stream.stop()  # a wait would end the test, not hang it
    with pytest.raises(PlaceTakenBack):
        market.stream.catch_up(ask)
    assert market.place() == 0
    market.stream.start()
    market.stream.catch_up(market.ask)
    assert market.heard() == [2, 3, 5] + [one.position for one in ALL]


def test_what_is_logged_over_an_announcement_names_it_as_its_cause(market: Market) -> None:
    market.clumsy.drops[5] = 4  # each batch is tried at once, then one by one
    with logging_kept() as logged:
        market.take_in(*ALL)
    tried_again = [line for line in logged.lines("services.shared.bus.stream") if line["level"] == "warning"]
    assert {line.get("cause") for line in logged.lines("clumsy") + tried_again} == {"orchard:5"}
    assert tried_again
    assert market.heard() == [one.position for one in ALL]


def test_an_owner_that_has_lost_its_end_is_not_followed_in_silence(market: Market) -> None:
    market.take_in(*ALL)
    with pytest.raises(OwnerLacksAnnouncements, match="ends at 5, and 20 has been heard"):
        market.stream.catch_up(lambda _: Page([], 5, 5))
    assert market.place() == 20


def test_a_gap_waits_for_an_owner_that_is_silent(market: Market) -> None:
    silences = [OwnerSilent("away"), OwnerSilent("still away")]

    def ask(position: int) -> Page:
        if silences:
            raise silences.pop()
        return market.ask(position)

    market.stream.take_in(ALL[4:], ask)
    assert market.heard() == [one.position for one in ALL]


def test_a_gap_the_owner_cannot_fill_is_never_skipped(market: Market) -> None:
    market.owner = ALL[:2]
    waiting = threading.Thread(target=pytest.raises, args=(Stopped, market.take_in, *ALL[5:]))
    waiting.start()
    eventually(lambda: "nothing behind 3" in market.stream.part.says)
    assert market.heard() == [2, 3]
    assert not market.stream.part.ready
    market.stream.stop()
    waiting.join(5)
    assert not waiting.is_alive()
    assert market.place() == 3


def test_a_handler_that_fails_leaves_nothing_and_is_tried_again(market: Market) -> None:
    market.clumsy.drops[5] = 2
    market.take_in(*ALL)
    assert market.heard() == [one.position for one in ALL]


def test_after_some_tries_the_stream_is_parked_with_all_that_is_needed(market: Market) -> None:
    market.clumsy.drops[8] = 99
    with pytest.raises(Parked):
        market.take_in(*ALL)
    assert market.heard() == [2, 3, 5]
    assert market.place() == 5
    with market.log.pool.cursor() as cursor:
        cursor.execute("SELECT stream, position, reason, headers, payload, trace, tries FROM market_parked")
        ((stream, position, reason, headers, payload, trace, tries),) = cursor.fetchall()
    assert (stream, position, reason, tries) == (NAME, 8, "BasketRotten", 3)
    assert Announcement.heard(headers, bytes(payload)) == ALL[3]
    assert "on_basket_weighed" in trace
    assert not market.stream.part.ready


def test_a_parked_stream_goes_on_when_another_try_succeeds(market: Market) -> None:
    market.clumsy.drops[8] = 6  # four times in a batch, then twice by itself
    with pytest.raises(Parked):
        market.take_in(*ALL)
    parked = market.stream.parked
    assert not parked.may_go_on(NAME)
    parked.retry(NAME)
    assert parked.may_go_on(NAME)
    market.take_in(*ALL)
    assert market.heard() == [one.position for one in ALL]
    assert market.stream.part.ready
    with pytest.raises(NotParked):
        parked.retry(NAME)


def test_a_handler_that_sleeps_for_longer_than_a_transaction_may_idle_is_parked(
    make_sample_database: Callable[[str], Database],
) -> None:
    one_second = {"POSTGRES_IDLE_IN_TRANSACTION_SESSION_TIMEOUT": "1"}
    log = EventLog("market", make_sample_database("market").service_env | one_second)
    market = Market(log, ALL)
    with log.pool.cursor() as cursor:
        cursor.execute("INSERT INTO poison VALUES (5, 0.1), (8, 1.3)")
    with pytest.raises(Parked, match="HandlerTooSlow"):
        market.take_in(*ALL)
    assert market.heard() == [2, 3, 5]
    log.close()


@pytest.mark.parametrize(
    ("limit", "statement", "reason"),
    [
        ("POSTGRES_STATEMENT_TIMEOUT", "SELECT pg_sleep(60)", "QueryCanceled"),
        ("POSTGRES_LOCK_TIMEOUT", "SELECT pg_advisory_xact_lock(8)", "LockNotAvailable"),
    ],
)
def test_a_handler_that_always_meets_a_time_limit_of_the_database_is_parked(
    make_sample_database: Callable[[str], Database], limit: str, statement: str, reason: str
) -> None:
    class Slow(OrchardConsumer):
        def on_basket_weighed(self, announcement: BasketWeighed, position: int, cursor: Cursor) -> None:
            super().on_basket_weighed(announcement, position, cursor)
            if position == 20:  # the last, so that it fails only when all have been sent
                cursor.execute(statement)

    log = EventLog("market", make_sample_database("market").service_env | {limit: "1"})
    market = Market(log, ALL)
    market.stream = Stream("market", Slow(), log.pool, log.factory.tables, tries=1)
    market.stream.stop()  # a wait would end the test, not hang it
    with log.pool.cursor() as other:
        other.execute("SELECT pg_advisory_lock(8)")
        with pytest.raises(Parked, match=reason):
            market.take_in(*ALL)
    assert market.heard() == [one.position for one in ALL[:-1]]
    log.close()


@pytest.mark.parametrize("type_name", ["nscl.orchard.v1.BasketSold", "nscl.orchard.v2.BasketWeighed"])
def test_an_unknown_type_or_version_stops_the_stream_at_once(market: Market, type_name: str) -> None:
    with pytest.raises(Parked, match="does not know") as parked:
        market.take_in(*ALL[:2], replace(ALL[2], type=type_name), *ALL[3:])
    assert isinstance(parked.value.__cause__, UnknownAnnouncement)
    assert market.heard() == [2, 3]


def test_an_ignored_type_is_no_gap(market: Market) -> None:
    market.take_in(*ALL[:2], replace(ALL[2], type="nscl.orchard.v1.BasketFilled"), *ALL[3:])
    assert market.heard() == [2, 3, 8, 9, 13, 14, 20]
    assert market.asked == []


def test_two_processes_that_take_in_the_same_do_it_once(market: Market) -> None:
    announcements = weighings(*range(1, 101))
    streams = [market.make_stream(), market.make_stream()]
    together = threading.Barrier(2)

    def take_in(stream: Stream) -> None:
        together.wait()
        for start in range(0, 100, 10):
            stream.take_in(announcements[start : start + 10], market.ask)

    threads = [threading.Thread(target=take_in, args=(stream,)) for stream in streams]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert market.heard() == list(range(1, 101))
