"""The log as an application uses it: what is saved is there, once, under the version and the request it belongs to."""

from __future__ import annotations

from uuid import uuid4

import pytest

from services.shared.event_store import (
    Call,
    EventLog,
    RecordChanged,
    RecordNotFound,
    RequestIdReused,
    VersionConflict,
)
from services.shared.record import Record
from tests.shared.event_store.lanterns import Lantern, Stage, call


def hung(log: EventLog, street: str = "Nguyễn Huệ") -> Lantern:
    first_call = call()
    return log.save_for(first_call, Lantern.hang(first_call.act, street)).record


class TestSaving:
    def test_a_saved_record_is_loaded_as_it_was(self, log: EventLog) -> None:
        first_call = call()
        saved = log.save_for(first_call, Lantern.hang(first_call.act, street="Nguyễn Huệ"))
        loaded = log.load(Lantern, saved.record.id)
        assert loaded == saved.record
        assert (loaded.street, loaded.version, saved.service, saved.position) == ("Nguyễn Huệ", 1, log.name, 1)
        assert loaded.created_on == loaded.modified_on == first_call.act.recorded_at

    def test_events_of_several_records_are_stored_in_the_order_of_the_arguments(self, log: EventLog) -> None:
        first, second = Lantern.hang(call().act, "Lê Lợi"), Lantern.hang(call().act, "Hàm Nghi")
        second.light(call().act, candles=1)
        saved = log.save_for(call(), first, second)
        events = [recorded.event for recorded in log.recorded_events(0, 10)]
        assert [event.originator_id for event in events] == [first.id, second.id, second.id]
        assert saved.position == 3

    def test_all_events_of_a_command_are_stored_or_none(self, log: EventLog) -> None:
        lantern = hung(log)
        ours, theirs = log.load(Lantern, lantern.id), log.load(Lantern, lantern.id)
        theirs.light(call().act, candles=2)
        log.save_for(call(), theirs)
        ours.light(call().act, candles=3)
        innocent = Lantern.hang(call().act, "Hai Bà Trưng")
        with pytest.raises(VersionConflict):
            log.save_for(call(), innocent, ours)
        with pytest.raises(RecordNotFound):
            log.load(Lantern, innocent.id)
        assert log.head() == 2

    def test_many_records_are_saved_without_a_request_all_or_none(self, log: EventLog) -> None:
        lantern = hung(log)
        ours, theirs = log.load(Lantern, lantern.id), log.load(Lantern, lantern.id)
        for lit in (theirs, ours):
            lit.light(call().act, candles=2)
        log.save_all([theirs, Lantern.hang(call().act, "Lê Lợi")])
        innocent = Lantern.hang(call().act, "Hai Bà Trưng")
        with pytest.raises(VersionConflict):
            log.save_all([innocent, ours])
        assert log.load_many(Lantern, [innocent.id, lantern.id]) == {lantern.id: theirs}
        assert log.head() == 3

    def test_positions_stay_dense_after_a_conflict(self, log: EventLog) -> None:
        lantern = hung(log)
        ours, theirs = log.load(Lantern, lantern.id), log.load(Lantern, lantern.id)
        theirs.light(call().act, candles=2)
        log.save_for(call(), theirs)
        ours.light(call().act, candles=3)
        with pytest.raises(VersionConflict):
            log.save_for(call(), ours)
        hung(log)
        assert [recorded.position for recorded in log.recorded_events(0, 10)] == [1, 2, 3]

    def test_a_command_without_events_succeeds_where_the_log_stands(self, log: EventLog) -> None:
        lantern = hung(log)
        idle_call = call()
        assert log.save_for(idle_call, lantern).position == 1
        answered = log.saved_before(idle_call)
        assert answered is not None
        assert (answered.record.id, answered.position) == (lantern.id, 1)


class TestLoading:
    def test_a_record_that_never_was_is_not_found(self, log: EventLog) -> None:
        with pytest.raises(RecordNotFound):
            log.load(Lantern, uuid4())

    def test_a_record_of_another_kind_is_not_found(self, log: EventLog) -> None:
        with pytest.raises(RecordNotFound):
            log.load(Stage, hung(log).id)

    def test_a_record_changed_since_it_was_read_is_refused(self, log: EventLog) -> None:
        lantern = hung(log)
        assert log.load(Lantern, lantern.id, etag="1") == lantern
        lantern.light(call().act, candles=1)
        log.save_for(call(), lantern)
        with pytest.raises(RecordChanged):
            log.load(Lantern, lantern.id, etag="1")


class TestRepeating:
    def test_a_repeated_request_gets_the_first_answer(self, log: EventLog) -> None:
        first_call = call()
        lantern = Lantern.hang(first_call.act, street="Đồng Khởi")
        saved = log.save_for(first_call, lantern)
        lantern.light(call().act, candles=4)
        log.save_for(call(), lantern)
        for repeated in (log.saved_before(first_call), log.save_for(first_call, Lantern.hang(first_call.act, "Khác"))):
            assert repeated is not None
            assert (repeated.record.id, repeated.record.version, repeated.position) == (lantern.id, 1, saved.position)
        assert log.head() == 2

    def test_a_request_that_did_not_succeed_has_no_answer(self, log: EventLog) -> None:
        assert log.saved_before(call()) is None

    def test_a_request_id_cannot_be_used_for_another_request(self, log: EventLog) -> None:
        first_call = call()
        log.save_for(first_call, Lantern.hang(first_call.act, street="Đồng Khởi"))
        other = Call(first_call.act, b"another digest")
        with pytest.raises(RequestIdReused):
            log.saved_before(other)
        with pytest.raises(RequestIdReused):
            log.save_for(other, Lantern.hang(other.act, street="Hai Bà Trưng"))
        assert log.head() == 1


class TestWithinATransaction:
    def test_effects_and_events_are_stored_together(self, log: EventLog) -> None:
        first_call = call()
        with log.transaction() as cursor:
            log.tracking.advance(cursor, "registry", previous=0, position=7)
            saved = log.save_within(cursor, first_call, Lantern.hang(first_call.act, "Lê Lợi"))
        assert (log.tracking.position("registry"), saved.position, log.head()) == (7, 1, 1)

    def test_neither_is_stored_when_the_transaction_fails(self, log: EventLog) -> None:
        def fail() -> None:
            with log.transaction() as cursor:
                log.tracking.advance(cursor, "registry", previous=0, position=7)
                log.save_within(cursor, call(), Lantern.hang(call().act, "Lê Lợi"))
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert (log.tracking.position("registry"), log.head()) == (0, 0)
        assert hung(log).version == 1
        assert [recorded.position for recorded in log.recorded_events(0, 10)] == [1]

    def test_a_repeat_within_a_transaction_gets_the_first_answer(self, log: EventLog) -> None:
        first_call = call()
        lantern: Record = log.save_for(first_call, Lantern.hang(first_call.act, "Lê Lợi")).record
        with log.transaction() as cursor:
            repeated = log.save_within(cursor, first_call, Lantern.hang(first_call.act, "Lê Lợi"))
        assert repeated.record.id == lantern.id
