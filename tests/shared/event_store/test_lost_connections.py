"""A connection that dies: nothing is lost, nothing is stored twice, and the next call finds the server again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from eventsourcing.persistence import OperationalError, Tracking

from services.shared.event_store import (
    Appended,
    Cursor,
    EventLog,
    OutcomeUnknown,
    PoolExhausted,
    ServerAway,
    VersionConflict,
)
from services.shared.event_store import committer as committing
from services.shared.event_store.pool import Connection, ConnectionSettings
from tests.shared.event_store.stored import dense, event, request
from tests.shared.event_store.waiting import holding, wait_until
from tests.wire import Wire


@pytest.fixture
def log(open_log: Callable[..., EventLog], wire: Wire) -> EventLog:
    """A log that is reached over the wire."""
    return open_log(POSTGRES_HOST="127.0.0.1", POSTGRES_PORT=str(wire.port))


class TestLostAnswers:
    """The server has committed, and nobody heard it."""

    def test_events_are_recognised(self, log: EventLog, wire: Wire) -> None:
        log.recorder.append([event()])
        wire.cut_answer = True
        assert log.recorder.append([event(), event()]) == Appended(2, 3)
        assert not wire.cut_answer, "the wire was not cut"
        assert log.head() == 3

    def test_a_request_is_recognised(self, log: EventLog, wire: Wire) -> None:
        log.recorder.append([event()])
        wire.cut_answer = True
        assert log.recorder.append([event(), event()], request=request()) == Appended(2, 3, repeated=True)
        assert not wire.cut_answer
        assert log.head() == 3

    def test_a_followed_position_is_recognised(self, log: EventLog, wire: Wire) -> None:
        log.recorder.append([event()], tracking=Tracking("registry", 1))
        wire.cut_answer = True
        log.recorder.append([], tracking=Tracking("registry", 2))
        assert not wire.cut_answer
        assert log.tracking.position("registry") == 2

    def test_a_refusal_is_heard_all_the_same(self, log: EventLog, wire: Wire) -> None:
        taken = event(state=b"theirs")
        log.recorder.append([taken])
        wire.cut_answer = True
        with pytest.raises(VersionConflict):
            log.recorder.append([event(taken.originator_id, state=b"ours")])
        assert not wire.cut_answer
        assert log.head() == 1

    def test_the_outcome_is_said_to_be_unknown_while_the_server_is_away(
        self, log: EventLog, wire: Wire, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(committing, "_FIND_OUT_SECONDS", 0.3)
        log.recorder.append([event()])
        asked, events = request(), [event()]
        wire.cut_answer = wire.is_down = True
        with pytest.raises(OutcomeUnknown):
            log.recorder.append(events, request=asked)
        wire.is_down = False
        assert log.recorder.append(events, request=asked) == Appended(2, 2, repeated=True)


class TestLateAnswers:
    """The connection was cut while the server was still at work."""

    @pytest.fixture(autouse=True)
    def unnoticed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The server does not see by itself that nobody waits for its answer any more."""
        connect = ConnectionSettings.connect

        def connect_unnoticed(settings: ConnectionSettings) -> Connection:
            opened = connect(settings)
            with opened.cursor() as cursor:
                cursor.execute("SET client_connection_check_interval = 0")
            return opened

        monkeypatch.setattr(ConnectionSettings, "connect", connect_unnoticed)

    def test_the_work_is_ended_before_its_outcome_is_looked_for(self, log: EventLog, wire: Wire, owner: Cursor) -> None:
        log.recorder.append([event()])
        with ThreadPoolExecutor(1) as caller:
            with holding(owner, f"SELECT FROM {log.recorder.tables.named('position')} FOR UPDATE"):
                appended = caller.submit(log.recorder.append, [event()])
                wait_until(lambda: bool(blocked(owner)))
                cut_off = blocked(owner)
                wire.cut()
                # Well before lock_timeout, which would end it too.
                wait_until(lambda: bool(blocked(owner)) and not cut_off & blocked(owner), seconds=5)
            assert appended.result() == Appended(2, 2)
        assert log.head() == 2


def blocked(owner: Cursor) -> set[int]:
    """The processes that wait for what the owner holds."""
    owner.execute("SELECT pid FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))")
    return {pid for (pid,) in owner.fetchall()}


class TestLostQuestions:
    """The server never heard what was asked."""

    def test_they_are_asked_again(self, log: EventLog, wire: Wire) -> None:
        log.recorder.append([event()])
        wire.cut_question = True
        assert log.recorder.append([event()], request=request()) == Appended(2, 2)
        assert not wire.cut_question
        assert log.head() == 2


class TestTerminatedBackends:
    def test_the_next_append_and_read_succeed(self, log: EventLog, terminate_backends: Callable[[], None]) -> None:
        for position in range(1, 4):
            assert log.recorder.append([event()]) == Appended(position, position)
            assert log.head() == position
            with log.pool.connection(), log.pool.connection(), log.pool.connection():
                pass  # so that several wait idle to be found dead
            terminate_backends()

    def test_nothing_is_lost_or_doubled_meanwhile(self, log: EventLog, terminate_backends: Callable[[], None]) -> None:
        acknowledged: list[int] = []
        failures: list[BaseException] = []
        stopped = threading.Event()

        def write() -> None:
            while not stopped.is_set():
                try:
                    acknowledged.append(log.recorder.append([event()]).first)
                except OperationalError as error:
                    failures.append(error)

        with ThreadPoolExecutor(8) as writers:
            for _ in range(8):
                writers.submit(write)
            try:
                for _ in range(5):
                    time.sleep(0.1)
                    terminate_backends()
            finally:
                stopped.set()
        stored = [notification.id for notification in log.recorder.select_notifications(None, 1_000_000)]
        assert dense(stored)
        assert sorted(acknowledged) == stored
        assert not any(isinstance(failure, OutcomeUnknown) for failure in failures)


class TestServerAway:
    def test_calls_fail_at_once_and_succeed_when_it_is_back(self, log: EventLog, wire: Wire) -> None:
        log.recorder.append([event()])
        wire.is_down = True
        wire.cut()
        for call in (lambda: log.recorder.append([event()]), log.head):
            asked_at = time.monotonic()
            with pytest.raises(ServerAway):
                call()
            assert time.monotonic() - asked_at < 4
        wire.is_down = False
        assert log.recorder.append([event()]) == Appended(2, 2)
        assert log.head() == 2


class TestPool:
    def test_it_is_bounded(self, open_log: Callable[..., EventLog]) -> None:
        log = open_log(POSTGRES_POOL_SIZE="1", POSTGRES_MAX_OVERFLOW="1", POSTGRES_CONNECT_TIMEOUT="1")
        with log.pool.connection(), log.pool.connection():
            with pytest.raises(PoolExhausted):
                log.head()
            assert log.recorder.append([event()]) == Appended(1, 1)  # which has a connection of its own
        assert log.head() == 1

    def test_a_missing_setting_is_named(self) -> None:
        with pytest.raises(OSError, match="FESTIVAL_POSTGRES_DBNAME or POSTGRES_DBNAME"):
            EventLog("festival", {"POSTGRES_PASSWORD": "x"})
