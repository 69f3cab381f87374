"""The append: dense positions in the order of commits, a command all or not at all, and nobody fails for another."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import Tracking

from services.shared.event_store import (
    LARGEST_STATE_BYTES,
    Appended,
    Cursor,
    DuplicateEvent,
    EventLog,
    EventTooLarge,
    OtherRequestRecorded,
    PostgresApplicationRecorder,
    TrackingConflict,
    VersionConflict,
)
from tests.servers import Database
from tests.shared.event_store.stored import TOPIC, dense, event, request
from tests.shared.event_store.waiting import holding, wait_until

WRITER = Path(__file__).with_name("writer_process.py")


@pytest.fixture
def together(log: EventLog, owner: Cursor) -> Callable[..., list[Future[Appended]]]:
    """Makes appends wait for one another until the last has come, so that they are committed as one batch.

    The first append only opens the way: it is committed by itself.
    """

    def append_together(*appends: Callable[[], Appended]) -> list[Future[Appended]]:
        position = log.recorder.tables.named("position")
        with ThreadPoolExecutor(len(appends) + 1) as callers:
            with holding(owner, f"SELECT FROM {position} FOR UPDATE"):
                leader = callers.submit(lambda: log.recorder.append([event()]))
                wait_until(lambda: log.factory.committer.is_committing)
                futures = []
                for number, append in enumerate(appends, 1):
                    futures.append(callers.submit(append))
                    wait_until(partial(has_waiting, log, number))
            leader.result()
        return futures

    return append_together


def has_waiting(log: EventLog, number: int) -> bool:
    return log.factory.committer.waiting == number


def positions(recorder: PostgresApplicationRecorder) -> list[int]:
    return [notification.id for notification in recorder.select_notifications(None, 100_000)]


class TestOneCommand:
    def test_positions_are_returned(self, recorder: PostgresApplicationRecorder) -> None:
        assert recorder.append([event(), event()]) == Appended(1, 2)
        assert recorder.append([event()]) == Appended(3, 3)
        assert recorder.max_notification_id() == 3

    def test_its_commit_waits_for_the_disk(self, recorder: PostgresApplicationRecorder) -> None:
        with recorder.pool.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            assert cursor.fetchone() == ("on",)

    def test_a_conflict_leaves_no_hole(self, recorder: PostgresApplicationRecorder) -> None:
        taken = event()
        recorder.append([taken])
        with pytest.raises(VersionConflict):
            recorder.append([event(), taken])
        assert recorder.append([event()]) == Appended(2, 2)
        assert dense(positions(recorder))

    def test_two_events_for_one_version_are_refused(self, recorder: PostgresApplicationRecorder) -> None:
        twice = event()
        with pytest.raises(DuplicateEvent):
            recorder.append([twice, twice])
        assert recorder.max_notification_id() is None

    def test_an_event_over_one_mebibyte_is_refused_by_name(self, recorder: PostgresApplicationRecorder) -> None:
        recorder.append([event(state=b"x" * LARGEST_STATE_BYTES)])
        with pytest.raises(EventTooLarge, match=TOPIC):
            recorder.append([event(state=b"x" * (LARGEST_STATE_BYTES + 1))])

    @pytest.mark.parametrize("state", [b"", b"\x00\xff\\'\"{},NULL", bytes(range(256)), "Tiếng Việt €".encode()])
    def test_any_bytes_are_stored_as_they_are(self, recorder: PostgresApplicationRecorder, state: bytes) -> None:
        stored = event(state=state)
        recorder.append([stored])
        assert recorder.select_events(stored.originator_id) == [stored]

    def test_an_upstream_position_is_followed_once(self, recorder: PostgresApplicationRecorder) -> None:
        recorder.append([event()], tracking=Tracking("registry", 5))
        for late in (4, 5):
            with pytest.raises(TrackingConflict):
                recorder.append([event()], tracking=Tracking("registry", late))
        recorder.append([event()], tracking=Tracking("registry", 6))
        assert positions(recorder) == [1, 2]


class TestRequests:
    def test_a_repeat_returns_the_first_positions(self, recorder: PostgresApplicationRecorder) -> None:
        asked = request()
        recorder.append([event()])
        assert recorder.append([event(), event()], request=asked) == Appended(2, 3)
        assert recorder.append([event()], request=asked) == Appended(2, 3, repeated=True)
        assert positions(recorder) == [1, 2, 3]

    def test_another_digest_is_refused(self, recorder: PostgresApplicationRecorder) -> None:
        asked = request()
        recorder.append([event()], request=asked)
        with pytest.raises(OtherRequestRecorded):
            recorder.append([event()], request=request(asked.id, b"other"))
        assert positions(recorder) == [1]

    def test_a_conflicting_command_does_not_use_its_request_id_up(self, recorder: PostgresApplicationRecorder) -> None:
        taken, asked = event(), request()
        recorder.append([taken])
        with pytest.raises(VersionConflict):
            recorder.append([taken], request=asked)
        assert recorder.append([event()], request=asked) == Appended(2, 2)

    def test_a_request_without_events_is_remembered(self, recorder: PostgresApplicationRecorder) -> None:
        asked = request()
        recorder.append([event()])
        assert recorder.append([], request=asked) == Appended(2, 1)
        assert recorder.append([], request=asked) == Appended(2, 1, repeated=True)


class TestBatch:
    def test_commands_that_wait_are_committed_in_one_transaction(
        self, log: EventLog, owner: Cursor, together: Callable[..., list[Future[Appended]]]
    ) -> None:
        futures = together(*[lambda: log.recorder.append([event()])] * 5)
        assert sorted(future.result().first for future in futures) == [2, 3, 4, 5, 6]
        owner.execute(
            f"SELECT count(DISTINCT xmin::text) FROM {log.recorder.tables.named('events')} WHERE position > 1"
        )
        assert owner.fetchone() == (1,)

    def test_a_conflict_fails_no_neighbour(
        self, log: EventLog, together: Callable[..., list[Future[Appended]]]
    ) -> None:
        taken = event()
        log.recorder.append([taken])
        before, conflicting, after = together(
            lambda: log.recorder.append([event(), event()], request=request()),
            lambda: log.recorder.append([event(), taken], request=request()),
            lambda: log.recorder.append([event()], tracking=Tracking("registry", 1)),
        )
        assert (before.result(), after.result()) == (Appended(3, 4), Appended(5, 5))
        with pytest.raises(VersionConflict):
            conflicting.result()
        assert dense(positions(log.recorder))

    def test_of_two_commands_for_one_version_the_first_wins(
        self, log: EventLog, together: Callable[..., list[Future[Appended]]]
    ) -> None:
        contested = uuid4()
        first, second, neighbour = together(
            lambda: log.recorder.append([event(contested, state=b"first")]),
            lambda: log.recorder.append([event(contested, state=b"second")]),
            lambda: log.recorder.append([event()]),
        )
        assert first.result() == Appended(2, 2)
        with pytest.raises(VersionConflict):
            second.result()
        neighbour.result()
        assert [stored.state for stored in log.recorder.select_events(contested)] == [b"first"]
        assert dense(positions(log.recorder))

    def test_a_command_does_not_lose_to_one_that_fails(
        self, log: EventLog, together: Callable[..., list[Future[Appended]]]
    ) -> None:
        taken, contested = event(), uuid4()
        log.recorder.append([taken])
        losing, winning = together(
            lambda: log.recorder.append([event(contested), taken]),
            lambda: log.recorder.append([event(contested)]),
        )
        with pytest.raises(VersionConflict):
            losing.result()
        assert winning.result() == Appended(3, 3)

    def test_one_request_sent_twice_at_once_is_carried_out_once(
        self, log: EventLog, together: Callable[..., list[Future[Appended]]]
    ) -> None:
        asked = request()
        outcomes = [
            future.result() for future in together(*[lambda: log.recorder.append([event()], request=asked)] * 3)
        ]
        assert [(outcome.first, outcome.last) for outcome in outcomes] == [(2, 2)] * 3
        assert sorted(outcome.repeated for outcome in outcomes) == [False, True, True]
        assert positions(log.recorder) == [1, 2]

    def test_one_upstream_position_followed_twice_at_once_counts_once(
        self, log: EventLog, together: Callable[..., list[Future[Appended]]]
    ) -> None:
        futures = together(*[lambda: log.recorder.append([event()], tracking=Tracking("registry", 1))] * 2)
        assert sum(future.exception() is None for future in futures) == 1
        assert positions(log.recorder) == [1, 2]


class TestManyWriters:
    def test_threads_of_several_logs_share_one_order(self, open_log: Callable[..., EventLog]) -> None:
        random = Random(20250301)
        hot = [uuid4() for _ in range(3)]
        logs = [open_log() for _ in range(3)]
        outcomes: list[tuple[list[UUID], Appended | None]] = []

        def write(log: EventLog, seed: int) -> None:
            random = Random(seed)
            for _ in range(40):
                wanted = [uuid4() if random.random() < 0.7 else random.choice(hot) for _ in range(random.randint(1, 3))]
                versions = [random.randint(1, 30) for _ in wanted]
                events = [event(one, version) for one, version in zip(wanted, versions, strict=True)]
                try:
                    outcomes.append((wanted, log.recorder.append(events)))
                except (VersionConflict, DuplicateEvent):
                    outcomes.append((wanted, None))

        threads = [threading.Thread(target=write, args=(log, random.random())) for log in logs for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        page = logs[0].recorder.select_notifications(None, 100_000)
        assert dense(notification.id for notification in page)
        by_position = {notification.id: notification.originator_id for notification in page}
        stored = [(wanted, appended) for wanted, appended in outcomes if appended is not None]
        assert 0 < len(stored) < len(outcomes), "the writers should have met both"
        for wanted, appended in stored:
            assert [by_position.pop(n) for n in range(appended.first, appended.last + 1)] == wanted
        assert not by_position, "something is in the log that nobody was told of"

    def test_several_processes_share_one_order(self, log: EventLog, module_database: Database, service: str) -> None:
        settings = [f"{name}={value}" for name, value in module_database.service_env.items()]
        writers = [
            subprocess.Popen(
                [sys.executable, str(WRITER), service, str(seed), *settings], stdout=subprocess.PIPE, text=True
            )
            for seed in range(3)
        ]
        acknowledged = [int(line) for writer in writers for line in writer.communicate(timeout=60)[0].split()]
        assert [writer.returncode for writer in writers] == [0, 0, 0]
        assert dense(positions(log.recorder))
        assert sorted(acknowledged) == positions(log.recorder)
