"""Turns: commands of one process that change the same record wait for each other, and nobody waits for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from services.shared.deadline import within
from services.shared.event_store import EventLog, NotAppendedInTime
from services.shared.event_store.turns import Turns
from tests.shared.event_store.lanterns import Lantern, call

CALLERS = 8
ACTS = 40


def test_those_who_take_turns_at_a_record_never_conflict(log: EventLog) -> None:
    lantern = log.save_for(first := call(), Lantern.hang(first.act, "Nguyễn Huệ")).record

    def light(candles: int) -> None:
        with log.turn_at(lantern.id):
            lit = log.load(Lantern, lantern.id)
            lit.light(call().act, candles=candles)
            log.save_for(call(), lit)

    with ThreadPoolExecutor(CALLERS) as threads:
        list(threads.map(light, range(1, ACTS + 1)))
    assert log.load(Lantern, lantern.id).version == ACTS + 1


def test_whoever_waits_at_the_deadline_is_told_that_nothing_was_stored() -> None:
    turns, record_id = Turns(), uuid4()

    def wait() -> None:
        with within(0.05), turns.at(record_id):
            raise AssertionError("it is somebody else's turn")

    with turns.at(record_id), ThreadPoolExecutor(1) as thread, pytest.raises(NotAppendedInTime):
        thread.submit(wait).result()


def test_a_turn_ends_with_its_block_also_when_that_fails() -> None:
    turns, record_id = Turns(), uuid4()
    with pytest.raises(ZeroDivisionError), turns.at(record_id):
        raise ZeroDivisionError
    with within(1), turns.at(record_id):
        pass


def test_nobody_waits_for_a_turn_at_another_record() -> None:
    turns = Turns()
    with turns.at(uuid4()), within(0), turns.at(uuid4()):
        pass
