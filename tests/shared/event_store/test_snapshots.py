"""Snapshots: a long record loads as fast as a short one, and is never another than its events make it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from typing import cast
from uuid import UUID

import pytest
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import StoredEvent
from hypothesis import given
from hypothesis import strategies as st

from services.shared.event_store import Call, Cursor, EventLog, EventNotEncodable, TypedMapper
from services.shared.event_store.log import Saved
from services.shared.event_store.mapper import TypedJson
from services.shared.event_store.metrics import SNAPSHOTS
from services.shared.event_store.snapshots import SnapshotCodec, SnapshotStore, snapshot_codec_of
from services.shared.record import Act, Record, folded
from tests.shared.event_store.lanterns import Lantern, Stage, call

EVERY = Lantern.SNAPSHOT_EVERY


class CountingMapper(TypedMapper):
    """Counts the stored events that are made into events again."""

    def __init__(self) -> None:
        super().__init__()
        self.events_read = 0

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        self.events_read += 1
        return super().to_domain_event(stored_event)


class Reads:
    """What a log reads: round trips to the database, events decoded."""

    def __init__(self, log: EventLog, monkeypatch: pytest.MonkeyPatch) -> None:
        self._mapper = log.mapper = CountingMapper()
        log.snapshot_store = SnapshotStore(log.pool, log.factory.tables, self._mapper)
        self.round_trips = 0
        cursor = log.pool.cursor

        def counted() -> AbstractContextManager[Cursor]:
            self.round_trips += 1
            return cursor()

        monkeypatch.setattr(log.pool, "cursor", counted)

    def of(self, reading: Callable[[], object]) -> tuple[int, int]:
        """The round trips and events that something took."""
        before = self.round_trips, self._mapper.events_read
        reading()
        return self.round_trips - before[0], self._mapper.events_read - before[1]


@pytest.fixture
def reads(log: EventLog, monkeypatch: pytest.MonkeyPatch) -> Reads:
    return Reads(log, monkeypatch)


def hung(log: EventLog, version: int = 1) -> Lantern:
    """A lantern saved event by event up to a version."""
    first_call = call()
    lantern = log.save_for(first_call, Lantern.hang(first_call.act, "Nguyễn Huệ")).record
    while lantern.version < version:
        lit(log, lantern)
    return lantern


def hung_at_once(log: EventLog, version: int) -> Lantern:
    """A lantern whose many events were saved in a transaction, where no snapshot is taken."""
    lantern = Lantern.hang(call().act, "Nguyễn Huệ")
    for candles in range(version - 1):
        lantern.light(call().act, candles)
    with log.transaction() as cursor:
        return log.save_within(cursor, call(), lantern).record


def lit(log: EventLog, lantern: Lantern, this_call: Call | None = None) -> Saved[Lantern]:
    """Light and save."""
    this_call = this_call or call()
    lantern.light(this_call.act, candles=1)
    return log.save_for(this_call, lantern)


@pytest.fixture
def snapshots(owner: Cursor, log: EventLog) -> Callable[[], list[tuple[int, str]]]:
    """Versions and topics of the snapshots in the database."""

    def select() -> list[tuple[int, str]]:
        table = log.factory.tables.named("snapshots")
        owner.execute(f"SELECT originator_version, topic FROM {table} ORDER BY originator_version")
        return owner.fetchall()

    return select


@pytest.fixture
def outcome(log: EventLog) -> Callable[[str], float]:
    """How often it came to this with lanterns."""
    return lambda name: SNAPSHOTS.labels(log.name, "festival:Lantern", name)._value.get()


class TestLoading:
    def test_a_stream_of_thousands_costs_one_round_trip_and_at_most_an_interval(
        self, log: EventLog, reads: Reads
    ) -> None:
        lantern = hung_at_once(log, version=5_000)
        assert reads.of(lambda: log.load(Lantern, lantern.id)) == (2, 5_000)
        for _ in range(2 * EVERY):
            assert log.load(Lantern, lantern.id) == lantern
            round_trips, events = reads.of(lambda: log.load(Lantern, lantern.id))
            assert round_trips == 1
            assert events <= EVERY
            lit(log, lantern)

    def test_a_record_with_snapshots_is_equal_to_the_one_saved(self, log: EventLog, reads: Reads) -> None:
        lantern = hung(log, version=EVERY)
        loaded = log.load(Lantern, lantern.id)
        assert vars(loaded) == vars(lantern)
        assert reads.of(lambda: log.load(Lantern, lantern.id)) == (1, 0)
        assert lit(log, loaded).record.version == EVERY + 1

    def test_many_are_loaded_in_one_round_trip_each_as_by_itself(self, log: EventLog, reads: Reads) -> None:
        lanterns = [hung(log, version) for version in (1, EVERY, EVERY + 1, 2 * EVERY - 1)]
        stage = log.save_for(call(), Stage(act=call().act)).record
        ids = [*(lantern.id for lantern in lanterns), stage.id, UUID(int=404)]
        assert reads.of(lambda: log.load_many(Lantern, ids)) == (1, 1 + 0 + 1 + (EVERY - 1) + 1)
        assert log.load_many(Lantern, ids) == {lantern.id: log.load(Lantern, lantern.id) for lantern in lanterns}
        assert log.load_many(Stage, ids) == {stage.id: stage}

    def test_a_record_without_snapshots_costs_no_query_more(self, log: EventLog, reads: Reads) -> None:
        stage = log.save_for(call(), Stage(act=call().act)).record
        assert reads.of(lambda: log.load(Stage, stage.id)) == (1, 1)

    def test_a_repeat_is_answered_from_the_snapshot_before_it(self, log: EventLog, reads: Reads) -> None:
        lantern, repeated = hung(log, version=2 * EVERY + 2), call()
        saved = lit(log, lantern, repeated)
        for _ in range(EVERY):
            lit(log, lantern)
        answered: list[Saved[Lantern] | None] = []
        assert reads.of(lambda: answered.append(log.saved_before(repeated))) == (2, 3)
        assert answered[0] is not None
        assert (answered[0].record.version, answered[0].position) == (2 * EVERY + 3, saved.position)
        assert answered[0].record.candles == 2 * EVERY + 2

    def test_a_repeat_about_a_record_without_snapshots_costs_no_query_more(self, log: EventLog, reads: Reads) -> None:
        built = call()
        log.save_for(built, Stage(act=built.act))
        assert reads.of(lambda: log.saved_before(built)) == (2, 1)


class TestTaking:
    def test_one_is_taken_by_whoever_crosses_the_interval(
        self, log: EventLog, snapshots: Callable[[], list[tuple[int, str]]]
    ) -> None:
        topic = snapshot_codec_of(Lantern).topic
        lantern = hung(log, version=EVERY - 1)
        assert snapshots() == []
        lantern.light(call().act, candles=1)
        lantern.light(call().act, candles=1)
        log.save_for(call(), lantern)
        assert snapshots() == [(EVERY + 1, topic)]
        for _ in range(EVERY):
            lit(log, lantern)
        assert snapshots() == [(EVERY + 1, topic), (2 * EVERY, topic)]

    def test_a_record_that_came_before_its_interval_gets_one_when_it_is_loaded(
        self, log: EventLog, reads: Reads, snapshots: Callable[[], list[tuple[int, str]]]
    ) -> None:
        lantern = hung_at_once(log, version=3 * EVERY + 1)
        assert snapshots() == []
        assert log.load(Lantern, lantern.id) == lantern
        assert [version for version, _ in snapshots()] == [3 * EVERY + 1]
        assert reads.of(lambda: log.load(Lantern, lantern.id)) == (1, 0)

    def test_two_who_take_the_same_do_not_mind(
        self, log: EventLog, snapshots: Callable[[], list[tuple[int, str]]], outcome: Callable[[str], float]
    ) -> None:
        lantern = hung(log, version=EVERY)
        log.snapshot_store.keep(lantern)
        assert (len(snapshots()), outcome("taken")) == (1, 2)

    def test_a_repeat_takes_none_of_what_it_did_not_store(
        self, log: EventLog, snapshots: Callable[[], list[tuple[int, str]]]
    ) -> None:
        lantern, repeated = hung(log, version=EVERY - 2), call()
        lit(log, log.load(Lantern, lantern.id), repeated)
        lantern.light(repeated.act, candles=7)
        lantern.light(repeated.act, candles=7)
        assert log.save_for(repeated, lantern).record.version == EVERY - 1
        assert snapshots() == []

    def test_a_command_succeeds_though_its_snapshot_cannot_be_stored(
        self, log: EventLog, owner: Cursor, outcome: Callable[[str], float], caplog: pytest.LogCaptureFixture
    ) -> None:
        owner.execute(f"DROP TABLE {log.factory.tables.named('snapshots')}")
        with caplog.at_level(logging.ERROR):
            assert hung(log, version=EVERY).version == log.head() == EVERY
        assert outcome("failed") == 1
        assert "no snapshot could be taken" in caplog.text

    def test_a_command_succeeds_though_its_record_holds_what_it_does_not_declare(
        self, log: EventLog, snapshots: Callable[[], list[tuple[int, str]]]
    ) -> None:
        lantern = hung(log, version=EVERY - 1)
        lantern.maker = "Cô Ba"  # type: ignore[attr-defined]
        assert lit(log, lantern).record.version == EVERY
        assert snapshots() == []


class TestUnusable:
    def test_without_its_snapshots_a_record_is_the_same(self, log: EventLog, owner: Cursor, reads: Reads) -> None:
        lantern = hung(log, version=2 * EVERY + 5)
        with_snapshots = log.load(Lantern, lantern.id)
        owner.execute(f"DELETE FROM {log.factory.tables.named('snapshots')}")
        assert reads.of(lambda: log.load(Lantern, lantern.id)) == (2, 2 * EVERY + 5)
        assert vars(log.load(Lantern, lantern.id)) == vars(with_snapshots)

    def test_one_that_cannot_be_read_is_passed_over(
        self,
        log: EventLog,
        owner: Cursor,
        reads: Reads,
        outcome: Callable[[str], float],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        lantern = hung(log, version=EVERY)
        owner.execute(f"UPDATE {log.factory.tables.named('snapshots')} SET state = '{{}}'")
        assert log.load(Lantern, lantern.id) == lantern
        assert outcome("unusable") == 1
        assert "unusable snapshot" in caplog.text
        lit(log, lantern)
        assert log.load(Lantern, lantern.id) == lantern
        assert reads.of(lambda: log.load(Lantern, lantern.id)) == (1, 0)

    def test_one_of_older_code_is_not_even_found(
        self, log: EventLog, owner: Cursor, reads: Reads, caplog: pytest.LogCaptureFixture
    ) -> None:
        lantern = hung(log, version=EVERY + 1)
        owner.execute(
            f"UPDATE {log.factory.tables.named('snapshots')} SET topic = 'festival:Lantern.Snapshot.0', state = '{{}}'"
        )
        with caplog.at_level(logging.INFO):
            assert log.load(Lantern, lantern.id) == lantern
        assert f"{EVERY + 1} events read for want of a snapshot" in caplog.text
        assert reads.of(lambda: log.load(Lantern, lantern.id)) == (1, 0)


class TestName:
    def test_it_changes_with_a_field_and_with_a_field_within_a_field(self) -> None:
        digest = TypedJson("", [("candles", int), ("hung_on", date | None)]).digest
        assert digest == TypedJson("", [("candles", int), ("hung_on", date | None)]).digest
        assert digest != TypedJson("", [("candles", int), ("hung_on", date)]).digest
        assert digest != TypedJson("", [("candle", int), ("hung_on", date | None)]).digest

    def test_it_changes_with_the_version(self, monkeypatch: pytest.MonkeyPatch) -> None:
        today = SnapshotCodec(Lantern).topic
        monkeypatch.setattr(Lantern, "SNAPSHOT_VERSION", 2)
        assert SnapshotCodec(Lantern).topic == today.replace("Snapshot.1", "Snapshot.2")

    @pytest.mark.parametrize("field", [("candles", Counter[str]), ("candles", list[int]), ("weight", dict[str, float])])
    def test_a_field_without_a_canonical_form_is_refused(self, field: tuple[str, type]) -> None:
        with pytest.raises(EventNotEncodable, match="declared as"):
            TypedJson("festival:Lantern", [field], collections=True)

    def test_a_dict_that_would_come_back_as_another_is_refused(self) -> None:
        with pytest.raises(EventNotEncodable, match="Counter"):
            TypedJson("festival:Lantern", [("candles", dict[str, int])], collections=True).encode(
                {"candles": Counter("aa")}
            )


acts = st.builds(
    lambda day, person: replace(call().act, effective_on=date(2025, 1, day), person_id=UUID(int=person)),
    st.integers(1, 28),
    st.integers(1, 3),
)


@given(st.lists(st.tuples(acts, st.integers(0, 9)), max_size=30), st.data())
def test_a_snapshot_and_the_rest_make_what_all_events_make(
    lightings: list[tuple[Act, int]], data: st.DataObject
) -> None:
    lantern = Lantern.hang(call().act, "Nguyễn Huệ")
    for act, candles in lightings:
        lantern.light(act, candles)
    events = cast("list[Record.Event]", lantern.collect_events())
    cut = data.draw(st.integers(1, len(events)), label="version of the snapshot")
    codec, beginning = snapshot_codec_of(Lantern), folded(None, events[:cut])
    assert beginning is not None
    whole, shortened = folded(None, events), folded(codec.to_record(codec.to_stored(beginning)), events[cut:])
    assert type(whole) is type(shortened)
    assert vars(whole) == vars(shortened)
