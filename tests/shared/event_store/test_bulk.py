"""Reading a log from end to end: every event once, exactly, in order, with as little memory for many as for few."""

from __future__ import annotations

import threading
import time
import tracemalloc
from collections.abc import Callable

import pytest
from eventsourcing.persistence import OperationalError, StoredEvent

from services.shared.event_store import Cursor, EventLog, PostgresApplicationRecorder, bulk
from services.shared.event_store.factory import Factory
from tests.servers import Database
from tests.shared.event_store.stored import TOPIC, dense, event

PAGE_EVENTS = 7


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "PAGE_EVENTS", PAGE_EVENTS)


def append(recorder: PostgresApplicationRecorder, count: int) -> None:
    if count:
        recorder.append([event() for _ in range(count)])


def positions(recorder: PostgresApplicationRecorder, after: int = 0, up_to: int | None = None) -> list[int]:
    return [notification.id for notification in recorder.read_all(after, up_to)]


@pytest.mark.parametrize("count", [0, 1, PAGE_EVENTS - 1, PAGE_EVENTS, PAGE_EVENTS + 1, 5 * PAGE_EVENTS])
def test_every_event_comes_once_in_order(recorder: PostgresApplicationRecorder, count: int) -> None:
    append(recorder, count)
    read = positions(recorder)
    assert len(read) == count
    assert dense(read)


def test_what_is_read_is_what_pages_hold(recorder: PostgresApplicationRecorder) -> None:
    lantern = event(state="đèn lồng".encode()).originator_id
    recorder.append([event(lantern, version, bytes([0, 255, 92, version])) for version in range(1, 20)])
    recorder.append([event(state=bytes(range(256))), event(state=b""), event(state=b"\\x41")])
    assert list(recorder.read_all()) == recorder.select_notifications(None, 100)


def test_ids_that_are_text_are_read_as_text(module_database: Database) -> None:
    factory = Factory({**module_database.owner_env, "ORIGINATOR_ID_TYPE": "text", "POSTGRES_SCHEMA": "public"})
    recorder = factory.application_recorder()
    recorder.insert_events([StoredEvent("đèn/1", 1, TOPIC, b"{}")])
    assert [notification.originator_id for notification in recorder.read_all()] == ["đèn/1"]
    factory.close()


def test_it_goes_on_after_a_position_and_ends_at_one(recorder: PostgresApplicationRecorder) -> None:
    append(recorder, 30)
    assert positions(recorder, after=11) == list(range(12, 31))
    assert positions(recorder, after=11, up_to=25) == list(range(12, 26))
    assert positions(recorder, up_to=1000) == list(range(1, 31))
    assert positions(recorder, after=30) == []
    assert positions(recorder, after=1000) == []


def test_what_is_appended_meanwhile_is_left_for_the_next_time(recorder: PostgresApplicationRecorder) -> None:
    append(recorder, 20)
    reading = recorder.read_all()
    append(recorder, 5)
    first = [notification.id for notification in reading]
    append(recorder, 5)
    assert dense(first + positions(recorder, after=first[-1]))
    assert len(first) == 20


def test_a_slow_reader_holds_neither_a_connection_nor_a_transaction(
    open_log: Callable[..., EventLog], owner: Cursor
) -> None:
    log = open_log(POSTGRES_POOL_SIZE="1", POSTGRES_MAX_OVERFLOW="0", POSTGRES_IDLE_IN_TRANSACTION_SESSION_TIMEOUT="1")
    append(log.recorder, 4 * PAGE_EVENTS)
    reading = log.recorder.read_all()
    read = [next(reading).id]
    time.sleep(1.5)
    assert log.head() == 4 * PAGE_EVENTS
    owner.execute("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in%' AND datname = current_database()")
    assert owner.fetchone() == (0,)
    assert dense(read + [notification.id for notification in reading])


def test_a_connection_that_dies_between_pages_is_replaced(
    recorder: PostgresApplicationRecorder, terminate_backends: Callable[[], None]
) -> None:
    append(recorder, 4 * PAGE_EVENTS)
    reading = recorder.read_all()
    read = [next(reading).id]
    terminate_backends()
    assert dense(read + [notification.id for notification in reading])


def test_what_keeps_a_page_from_being_read_is_raised() -> None:
    def fetch(after: int, _: int) -> str:
        if after:
            raise OperationalError("the server went away")
        return "page"

    pages = bulk.read_ahead(fetch, 0, 3 * PAGE_EVENTS)
    assert next(pages) == "page"
    with pytest.raises(OperationalError, match="went away"):
        next(pages)


def test_nothing_runs_on_once_the_reader_has_left() -> None:
    fetched: list[int] = []

    def fetch(after: int, up_to: int) -> int:
        fetched.append(after)
        return up_to

    pages = bulk.read_ahead(fetch, 0, 100 * PAGE_EVENTS)
    next(pages)
    before = threading.active_count()
    del pages
    assert threading.active_count() == before - 1
    assert len(fetched) == 3, "the page that was read, and the two ahead of it"


def test_memory_holds_a_few_pages_and_not_the_log(recorder: PostgresApplicationRecorder) -> None:
    state = b"x" * 400
    for _ in range(40):
        recorder.append([event(state=state) for _ in range(100)])
    tracemalloc.start()
    for _ in recorder.read_all():
        pass
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 4000 * len(state) / 10
