"""The commands for streams that stand still, and what becomes of such a stream."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import psycopg2
import pytest
from eventsourcing.persistence import IntegrityError

from services.shared.bus import parked
from services.shared.bus.announcements import Announcement
from services.shared.bus.places import NotParked, ParkedAnnouncements, Place
from services.shared.bus.stream import Page, Parked, Stream
from services.shared.event_store import EventLog
from tests.servers import Database
from tests.shared.bus.conftest import eventually
from tests.shared.bus.orchard import BasketRotten, BasketWeighed, OrchardConsumer

STREAM = "market.from.orchard"


def weighing(position: int, previous: int) -> Announcement:
    data = BasketWeighed(weight_kg=position).SerializeToString()
    now = datetime.now(UTC).isoformat()
    return Announcement("orchard", position, previous, "nscl.orchard.v1.BasketWeighed", now, str(UUID(int=1)), data)


SOUND, ROTTEN, NEXT = weighing(2, 0), weighing(5, 2), weighing(6, 5)


class Market:
    """The market's database with a stream that stands still before a rotten basket, and the command line beside it."""

    def __init__(self, database: Database, capsys: pytest.CaptureFixture[str]) -> None:
        self.database = database
        self.log = EventLog("market", database.service_env)
        self.tables = self.log.factory.tables
        self.announcements = ParkedAnnouncements(self.log.pool, self.tables)
        self.stream = Stream("market", OrchardConsumer(), self.log.pool, self.tables, tries=1)
        self._capsys = capsys

    def ask(self, query: str) -> list[tuple[object, ...]]:
        with self.log.pool.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall() if cursor.description else []

    def take_in(self, *announcements: Announcement) -> None:
        def nothing_missed(position: int) -> Page:
            raise AssertionError(f"asked for what comes behind {position}")

        self.stream.take_in(announcements, nothing_missed)

    def stand_still(self) -> None:
        self.ask("INSERT INTO poison VALUES (5)")
        with suppress(Parked):
            self.take_in(SOUND, ROTTEN, NEXT)

    def heard(self) -> list[object]:
        return [position for (position,) in self.ask("SELECT position FROM heard ORDER BY n")]

    def place(self) -> int:
        return int(self.log.tracking.position(STREAM))

    def run(self, *arguments: str) -> tuple[int, str]:
        """The exit status of a command and all it said."""
        status = parked.main({"market": self.database.service_env}, arguments)
        said = self._capsys.readouterr()
        return status, said.out + said.err

    def skip(self, position: int) -> tuple[int, str]:
        return self.run("skip", STREAM, str(position), "--by", "ops-7", "--reason", "sent twice, see INC-12")


@pytest.fixture
def market(make_sample_database: Callable[[str], Database], capsys: pytest.CaptureFixture[str]) -> Iterator[Market]:
    market = Market(make_sample_database("market"), capsys)
    market.stand_still()
    yield market
    market.log.close()


class TestListing:
    def test_each_stream_that_stands_still_has_a_line_with_its_reason(self, market: Market) -> None:
        status, said = market.run("list")
        assert status == 0
        headings, line = said.splitlines()
        assert headings.split() == ["STREAM", "POSITION", "TYPE", "REASON", "SINCE", "TRIES", "STATE"]
        assert line.split()[:4] == [STREAM, "5", "nscl.orchard.v1.BasketWeighed", "BasketRotten"]
        assert date.fromisoformat(line.split()[4]) <= datetime.now(UTC).date()
        assert line.split()[6:] == ["1", "stands", "still"]

    def test_once_nothing_stands_still_only_the_history_names_what_did(self, market: Market) -> None:
        market.ask("DELETE FROM poison")
        market.take_in(ROTTEN, NEXT)
        assert market.run("list") == (0, "No stream stands still.\n")
        assert "got past it" in market.run("list", "--all")[1]

    def test_a_stream_whose_place_was_taken_back_stands_where_it_stops_now(self, market: Market) -> None:
        market.ask("UPDATE market_tracking SET notification_id = 0")  # as for a rebuild
        market.ask("INSERT INTO poison VALUES (2)")
        with pytest.raises(Parked):
            market.take_in(SOUND, ROTTEN)
        assert [one.announcement for one in market.announcements.standing()] == [SOUND]

    def test_another_time_a_stream_stands_still_is_another_line(self, market: Market) -> None:
        market.skip(5)
        market.ask("INSERT INTO poison VALUES (6)")
        with pytest.raises(Parked):
            market.take_in(NEXT)
        first, second = market.run("list", "--all")[1].splitlines()[1:]
        assert "  5  " in first
        assert "  6  " in second
        assert len(market.run("list")[1].splitlines()) == 2


class TestShowing:
    def test_headers_payload_and_trace_are_shown(self, market: Market) -> None:
        status, said = market.run("show", STREAM)
        assert status == 0
        assert "cloudEvents_id: orchard:5" in said
        assert '"weight_kg": "5"' in said
        assert "BasketRotten: 5" in said
        assert "in on_basket_weighed" in said

    def test_a_payload_of_an_unknown_type_is_shown_as_bytes(self, market: Market) -> None:
        market.skip(5)
        with pytest.raises(Parked):
            market.take_in(replace(NEXT, type="nscl.cellar.v9.BarrelTapped"))
        assert NEXT.data.hex(" ") in market.run("show", STREAM)[1]

    def test_what_was_skipped_can_still_be_shown(self, market: Market) -> None:
        market.skip(5)
        assert market.run("show", STREAM) == (1, f"{STREAM} does not stand still.\n")
        status, said = market.run("show", STREAM, "5")
        assert status == 0
        assert "by ops-7: sent twice, see INC-12" in said
        assert '"weight_kg": "5"' in said


class TestTryingAgain:
    def test_a_retry_lets_the_stream_go_on(self, market: Market) -> None:
        assert not market.announcements.may_go_on(STREAM)
        assert market.run("retry", STREAM)[0] == 0
        assert "retry asked for" in market.run("list")[1]
        assert market.announcements.may_go_on(STREAM)

    def test_a_retry_that_fails_stands_still_again_and_its_tries_add_up(self, market: Market) -> None:
        market.run("retry", STREAM)
        with pytest.raises(Parked):
            market.take_in(ROTTEN, NEXT)
        assert not market.announcements.may_go_on(STREAM)
        (standing,) = market.announcements.standing()
        assert standing.tries == 2

    def test_a_stream_that_goes_on_cannot_be_retried(self, market: Market) -> None:
        assert market.run("retry", "market.from.cellar") == (1, "market.from.cellar does not stand still.\n")


class TestSkipping:
    def test_a_skip_passes_over_what_is_parked_and_nothing_else(self, market: Market) -> None:
        status, said = market.skip(5)
        assert status == 0
        assert "goes on behind 5" in said
        assert market.announcements.may_go_on(STREAM)
        assert market.place() == 5
        market.take_in(ROTTEN, NEXT)
        assert market.heard() == [2, 6]

    def test_who_skipped_why_and_when_stays_for_ever(self, market: Market) -> None:
        market.skip(5)
        assert "by ops-7: sent twice, see INC-12" in market.run("list", "--all")[1]
        ((at, is_now),) = market.ask("SELECT position, settled_at > now() - interval '1 minute' FROM market_parked")
        assert (at, is_now) == (5, True)
        owner = psycopg2.connect(market.database.dsn_owner)
        with owner.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("UPDATE market_parked SET skipped_by = 'somebody else'")
        owner.rollback()
        with owner.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("DELETE FROM market_parked")
        owner.close()

    @pytest.mark.parametrize("position", [2, 4, 6])
    def test_only_what_is_parked_can_be_skipped(self, market: Market, position: int) -> None:
        status, said = market.skip(position)
        assert (status, market.place()) == (1, 2)
        assert said == f"{STREAM} does not stand still at {position}: it has been taken in up to 2.\n"
        assert len(market.announcements.standing()) == 1

    def test_a_second_skip_is_refused(self, market: Market) -> None:
        market.skip(5)
        assert market.skip(5)[0] == 1
        assert market.announcements.count_skipped(STREAM) == 1

    def test_nothing_before_the_parked_one_is_skipped_along_with_it(self, market: Market) -> None:
        market.ask("UPDATE market_tracking SET notification_id = 0")  # as for a rebuild
        assert market.skip(5) == (1, f"{STREAM} does not stand still at 5: it has been taken in up to 0.\n")
        assert market.place() == 0
        assert len(market.announcements.standing()) == 1

    def test_a_skip_at_the_moment_it_is_taken_in_after_all_is_refused(self, market: Market) -> None:
        outcomes: list[str] = []

        def skip() -> None:
            try:
                market.announcements.skip(STREAM, 5, by="ops-7", reason="sent twice")
                outcomes.append("skipped")
            except NotParked as refusal:
                outcomes.append(str(refusal))

        skipping = threading.Thread(target=skip)
        with market.log.pool.transaction() as cursor:
            place = Place(market.tables, STREAM)
            place.lock(cursor)
            skipping.start()
            waits = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            eventually(lambda: market.ask(waits))
            place.move(cursor, 5)
        skipping.join(10)
        assert outcomes == [f"{STREAM} does not stand still at 5: it has been taken in up to 5."]
        assert market.announcements.count_skipped(STREAM) == 0

    def test_a_try_that_fails_while_its_announcement_is_skipped_does_not_park_again(self, market: Market) -> None:
        class SkippedMeanwhile(ParkedAnnouncements):
            def park(self, stream: str, announcement: Announcement, cause: BaseException, tries: int) -> bool:
                assert isinstance(cause, BasketRotten)
                self.skip(stream, announcement.position, by="ops-7", reason="sent twice")
                return super().park(stream, announcement, cause, tries)

        market.stream.parked = SkippedMeanwhile(market.log.pool, market.tables)
        market.take_in(ROTTEN, NEXT)
        assert market.heard() == [2, 6]
        assert market.announcements.standing() == []
        assert market.stream.part.ready

    def test_the_same_one_heard_again_for_a_rebuild_is_not_skipped_again_by_itself(self, market: Market) -> None:
        market.skip(5)
        market.ask("UPDATE market_tracking SET notification_id = 0")
        market.stand_still()
        assert [one.skipped_by for one in market.announcements.history()] == ["ops-7", None]


class TestMistakes:
    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ("", "required: list | show | retry | skip"),
            ("retry", "required: stream"),
            ("retry market", "'market' is no stream"),
            ("retry market.from.", "'market.from.' is no stream"),
            (f"skip {STREAM} --by=ops-7 --reason=twice", "required: position"),
            (f"skip {STREAM} last --by=ops-7 --reason=twice", "argument position"),
            (f"skip {STREAM} 5 --by=ops-7", "required: --reason"),
            (f"skip {STREAM} 5 --reason=twice", "required: --by"),
            (f"skip {STREAM} 5 --by= --reason=twice", "--by: must not be blank"),
            (f"skip {STREAM} 5 --by=\t --reason=twice", "--by: must not be blank"),
            (f"skip {STREAM} 5 --by={'o' * 201} --reason=twice", "--by: must not be longer than 200 characters"),
            (f"skip {STREAM} 5 --by=\x1b[2J\udcff --reason=twice", "--by: must be plain text"),
            (f"skip {STREAM} 5 --by=ops-7 --reason=", "--reason: must not be blank"),
            (f"skip {STREAM} 5 --by=ops-7 --reason=\n", "--reason: must not be blank"),
        ],
    )
    def test_a_line_that_makes_no_sense_is_told_why(
        self, capsys: pytest.CaptureFixture[str], arguments: str, said: str
    ) -> None:
        with pytest.raises(SystemExit) as ended:
            parked.main({"market": {}}, arguments.split(" ") if arguments else [])
        assert ended.value.code == 2
        assert said in capsys.readouterr().err

    def test_the_database_refuses_half_a_record_too(self, market: Market) -> None:
        for given in ("skipped_by = 'ops-7'", "skip_reason = 'sent twice'", "skipped_by = ' ', skip_reason = 'twice'"):
            with pytest.raises(IntegrityError):
                market.ask(f"UPDATE market_parked SET settled_at = now(), {given}")

    def test_a_stream_of_another_service_is_told_so(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert parked.main({"market": {}}, ["retry", "cellar.from.orchard"]) == 1
        assert capsys.readouterr().err == "cellar.from.orchard is not a stream of market.\n"

    @pytest.mark.parametrize(
        ("settings", "said"),
        [
            ({"POSTGRES_HOST": "127.0.0.1", "POSTGRES_PORT": "1"}, "Connection refused"),
            ({}, "POSTGRES_HOST"),
        ],
    )
    def test_a_database_that_cannot_be_asked_is_no_trace(
        self, capsys: pytest.CaptureFixture[str], settings: dict[str, str], said: str
    ) -> None:
        others = dict.fromkeys(("POSTGRES_DBNAME", "POSTGRES_USER", "POSTGRES_PASSWORD"), "market")
        assert parked.main({"market": {**others, **settings}}, ["list"]) == 1
        assert said in capsys.readouterr().err
