"""Views that another service's announcements feed are made anew from that service's log, beside the live ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from services.shared.bus.places import ParkedAnnouncements
from services.shared.bus.replay import Replay
from services.shared.event_store import Cursor, EventLog, View
from services.shared.event_store.rebuild import Rebuild, RebuildFailed
from tests.shared.bus.conftest import Samples, eventually, leads, weigh
from tests.shared.bus.orchard import BasketRotten, BasketWeighed, Ledger, OrchardConsumer

STREAM = "market.from.orchard"


class LedgerView(View):
    """The market's ledger, whose rows are numbered as they come."""

    name = "ledger"
    table = Ledger.table


class Choosy(OrchardConsumer):
    """Cannot take some baskets, whatever the database says."""

    def __init__(self, *rotten: int) -> None:
        self.rotten = rotten

    def on_basket_weighed(self, announcement: BasketWeighed, position: int, cursor: Cursor) -> None:
        if position in self.rotten:
            raise BasketRotten(position)
        super().on_basket_weighed(announcement, position, cursor)


Rebuilt = Callable[..., Rebuild]


@pytest.fixture
def market_log(samples: Samples) -> Iterator[EventLog]:
    log = EventLog("market", samples.market.service_env)
    yield log
    log.close()


@pytest.fixture
def rebuild(samples: Samples) -> Iterator[Rebuilt]:
    """A rebuild of the ledger as the market's owner does it, by a consumer that may be choosy."""
    log = EventLog("market", samples.market.owner_env)

    def made(consumer: OrchardConsumer | None = None, **settings: Any) -> Rebuild:
        consumers = [consumer or OrchardConsumer()]
        feed = Replay("market", log, [LedgerView(log)], consumers, samples.amqp_uri, **settings)
        return Rebuild(log, feed, samples.market.service.name)

    yield made
    log.close()


def test_what_was_heard_is_heard_again_compared_and_switched_while_more_is_heard(
    samples: Samples, orchard_log: EventLog, rebuild: Rebuilt
) -> None:
    positions = weigh(orchard_log, baskets=600)
    samples.start_ready("orchard")
    samples.start_ready("market")
    eventually(lambda: samples.heard() == positions)
    heard, poison = rebuild().run(switch=False)
    assert (heard.rows, heard.is_equal, poison.is_equal) == (600, True, True)
    samples.ask(samples.market, "DELETE FROM heard WHERE mod(position, 2) = 0")
    lost = 600 - len(samples.heard())
    heard, _ = rebuild().run(switch=True)
    assert (heard.only_anew, heard.only_live) == (lost, 0)
    assert samples.heard() == positions
    positions += weigh(orchard_log, baskets=5)
    eventually(lambda: samples.heard() == positions)


def test_it_passes_over_what_somebody_let_the_live_stream_pass_over_and_over_nothing_else(
    samples: Samples, orchard_log: EventLog, market_log: EventLog, rebuild: Rebuilt
) -> None:
    positions = weigh(orchard_log, baskets=3)
    rotten = positions[1]
    samples.ask(samples.market, "INSERT INTO poison VALUES (%s)", (rotten,))
    eventually(leads(samples.start_ready("orchard")))
    samples.start("market", tries=1)
    parked = ParkedAnnouncements(market_log.pool, market_log.factory.tables)
    eventually(parked.standing)
    parked.skip(STREAM, rotten, by="ops-7", reason="sent twice, see INC-12")
    eventually(lambda: samples.heard() == [positions[0], positions[2]])
    with pytest.raises(RebuildFailed, match=f"stands still before orchard:{positions[0]} "):
        rebuild(Choosy(positions[0])).run(switch=True)
    heard, _ = rebuild(Choosy(rotten)).run(switch=True)
    assert heard.is_equal
    assert samples.heard() == [positions[0], positions[2]]


def test_a_live_stream_that_stands_still_goes_on_behind_what_a_mended_release_can_take_in(
    samples: Samples, orchard_log: EventLog, market_log: EventLog, rebuild: Rebuilt
) -> None:
    positions = weigh(orchard_log, baskets=3)
    samples.ask(samples.market, "INSERT INTO poison VALUES (%s)", (positions[1],))
    samples.start_ready("orchard")
    samples.start("market", tries=1)
    parked = ParkedAnnouncements(market_log.pool, market_log.factory.tables)
    eventually(parked.standing)
    heard, poison = rebuild().run(switch=True)
    assert (heard.rows, heard.is_equal) == (1, True)
    assert poison.only_live == 1
    assert not parked.standing()
    positions += weigh(orchard_log, baskets=1)
    eventually(lambda: samples.heard() == positions)


def test_an_owner_that_stays_silent_is_named_and_the_live_view_stays(
    samples: Samples, orchard_log: EventLog, rebuild: Rebuilt
) -> None:
    weigh(orchard_log, baskets=2)
    samples.start_ready("orchard").end()
    samples.ask(samples.market, "INSERT INTO heard (position) VALUES (1)")
    with pytest.raises(RebuildFailed, match="orchard does not answer"):
        rebuild(tries=1).run(switch=True)
    assert samples.heard() == [1]
