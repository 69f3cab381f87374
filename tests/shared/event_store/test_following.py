"""Following the log: every event once, in order, soon after its commit, whatever the writers do."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from eventsourcing.persistence import Notification, StoredEvent

from services.shared.event_store import EventLog, Listener, TrackingConflict
from services.shared.event_store import subscription as subscribing
from tests.shared.event_store.lanterns import Lantern, call
from tests.shared.event_store.stored import dense, event
from tests.shared.event_store.waiting import wait_until


@pytest.fixture
def without_safety_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a notification can wake a follower."""
    monkeypatch.setattr(subscribing, "SAFETY_POLL_SECONDS", 3600.0)
    monkeypatch.setattr(Listener.wait, "__defaults__", (3600.0,))


class TestListener:
    def test_an_append_wakes_it(self, log: EventLog) -> None:
        with log.listen() as listener:
            assert listener.wait(0), "at first there may be something that nobody notified"
            assert not listener.wait(0.05)
            log.recorder.append([event()])
            assert listener.wait(5)
            assert not listener.wait(0.05)

    def test_another_log_does_not_wake_it(self, log: EventLog) -> None:
        with log.listen() as listener:
            listener.wait(0)
            with log.pool.cursor() as cursor:
                cursor.execute("NOTIFY something_else")
            assert not listener.wait(0.05)

    def test_stopping_it_ends_a_wait_at_once(self, log: EventLog) -> None:
        with log.listen() as listener, ThreadPoolExecutor(1) as waiter:
            listener.wait(0)
            waited = waiter.submit(listener.wait, 60)
            time.sleep(0.05)
            listener.stop()
            assert waited.result(timeout=5) is False

    def test_a_terminated_connection_is_replaced(self, log: EventLog, terminate_backends: Callable[[], None]) -> None:
        with log.listen() as listener:
            listener.wait(0)
            terminate_backends()
            assert not listener.wait(5), "the connection is gone"
            assert listener.wait(5), "the new one has to look at what the old one missed"
            log.recorder.append([event()])
            assert listener.wait(5)

    def test_one_notification_goes_out_for_a_batch(self, log: EventLog) -> None:
        with log.listen() as listener:
            listener.wait(0)
            log.recorder.append([event() for _ in range(100)])
            listener.wait(5)
            assert not listener.wait(0.1)


class TestSubscription:
    @pytest.mark.usefixtures("without_safety_poll")
    def test_nothing_is_skipped_or_reordered_under_random_writers(self, open_log: Callable[..., EventLog]) -> None:
        logs = [open_log() for _ in range(2)]
        count = 6 * 40

        def write(seed: int) -> None:
            random = Random(seed)
            for _ in range(40):
                random.choice(logs).recorder.append([event()])
                time.sleep(random.choice([0, 0, 0.001]))

        seen: list[int] = []
        with logs[0].recorder.subscribe() as subscription, ThreadPoolExecutor(6) as writers:
            for seed in range(6):
                writers.submit(write, seed)
            for notification in subscription:
                seen.append(notification.id)
                if len(seen) == count:
                    break
        assert dense(seen)

    def test_it_can_be_stopped_and_left_while_another_thread_iterates(self, log: EventLog) -> None:
        with ThreadPoolExecutor(1) as iterating:
            with log.recorder.subscribe() as subscription:
                seen: list[int] = []
                ended = iterating.submit(lambda: seen.extend(notification.id for notification in subscription))
                log.recorder.append([event()])
                wait_until(lambda: seen == [1])
            ended.result(timeout=5)
        assert seen == [1]

    def test_what_is_not_of_its_topics_is_looked_at_once(self, log: EventLog, monkeypatch: pytest.MonkeyPatch) -> None:
        select, starts = log.recorder.select_notifications, list[int | None]()

        def watched(start: int | None, limit: int, **rest: Any) -> Sequence[Notification]:
            starts.append(start)
            return select(start, limit, **rest)

        monkeypatch.setattr(log.recorder, "select_notifications", watched)
        wanted = StoredEvent(uuid4(), 1, "festival:Lantern.Out", b"{}")
        log.recorder.append([event(), wanted, *(event() for _ in range(50))])
        with log.recorder.subscribe(topics=[wanted.topic]) as subscription, ThreadPoolExecutor(1) as iterating:
            assert next(subscription).id == 2
            following = iterating.submit(next, subscription)
            wait_until(lambda: len(starts) > 2)
            log.recorder.append([event(), StoredEvent(uuid4(), 1, wanted.topic, b"{}")])
            assert following.result(timeout=5).id == 54
        assert starts[:2] == [None, 2]
        assert starts[2:]
        assert set(starts[2:]) == {52}, "not from the last match again"


class TestRecordedEvents:
    def test_they_come_in_pages(self, log: EventLog) -> None:
        for street in ("Lê Lợi", "Hàm Nghi", "Nguyễn Huệ"):
            log.save_for(call(), Lantern.hang(call().act, street))
        first, rest = log.recorded_events(0, 2), log.recorded_events(2, 2)
        assert [recorded.position for recorded in (*first, *rest)] == [1, 2, 3]
        (last,) = rest
        assert (last.topic, last.event.street) == ("festival:Lantern.Hung", "Nguyễn Huệ")  # type: ignore[attr-defined]
        assert log.recorded_events(3, 2) == []


class TestTracking:
    def test_it_moves_only_from_where_it_stands(self, log: EventLog) -> None:
        with log.transaction() as cursor:
            log.tracking.advance(cursor, "registry", previous=0, position=4)
        with log.transaction() as cursor:
            log.tracking.advance(cursor, "registry", previous=4, position=9)
        for wrong in (0, 4, 8, 10):
            with pytest.raises(TrackingConflict), log.transaction() as cursor:
                log.tracking.advance(cursor, "registry", previous=wrong, position=20)
        with pytest.raises(TrackingConflict), log.transaction() as cursor:
            log.tracking.advance(cursor, "training", previous=3, position=4)
        assert log.tracking.positions() == {"registry": 9}

    def test_of_two_followers_one_moves_it(self, log: EventLog) -> None:
        together = threading.Barrier(4)

        def follow() -> bool:
            try:
                with log.transaction() as cursor:
                    together.wait()
                    log.tracking.advance(cursor, "registry", previous=0, position=1)
            except TrackingConflict:
                return False
            return True

        with ThreadPoolExecutor(4) as followers:
            moved = [future.result() for future in [followers.submit(follow) for _ in range(4)]]
        assert moved.count(True) == 1
