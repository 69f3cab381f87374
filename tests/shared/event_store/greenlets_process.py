"""A process under eventlet: ``greenlets_process.py <service> <setting>=<value> …``; prints what it found to be so."""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import sys  # noqa: E402 - eventlet patches before anything else is imported
import time  # noqa: E402
from dataclasses import replace  # noqa: E402
from pathlib import Path  # noqa: E402

sys.path.insert(0, str(Path(__file__).parents[3]))

from services.shared.deadline import within  # noqa: E402
from services.shared.event_store import (  # noqa: E402
    ConnectionPool,
    EventLog,
    NotAnsweredInTime,
    NotAppendedInTime,
    OutcomeUnknown,
    VersionConflict,
)
from services.shared.event_store.append import Command  # noqa: E402
from services.shared.event_store.committer import GroupCommitter  # noqa: E402
from services.shared.event_store.time_limits import HungUp  # noqa: E402
from tests.shared.event_store.stored import dense, event  # noqa: E402
from tests.wire import Wire  # noqa: E402

DATABASE_SLEEP_SECONDS = 1.0


def main(service: str, *settings: str) -> None:
    log = EventLog(service, dict(setting.split("=", 1) for setting in settings))
    pauses = [0.0]
    ticking = eventlet.spawn(tick, pauses)
    for check in (sleeps, appends, conflict, subscription, bulk, killed, cut, silent):
        with eventlet.Timeout(20):
            print(check(log))
    ticking.kill()
    assert max(pauses) < DATABASE_SLEEP_SECONDS, max(pauses)
    print("the hub ticked on")
    log.close()


def tick(pauses: list[float]) -> None:
    """Measure how long the hub was ever held up."""
    while True:
        before = time.monotonic()
        eventlet.sleep(0.01)
        pauses.append(time.monotonic() - before)


def sleeps(log: EventLog) -> str:
    def sleep_in_the_database() -> None:
        with log.pool.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(%s)", (DATABASE_SLEEP_SECONDS,))

    started_at = time.monotonic()
    sleeping = [eventlet.spawn(sleep_in_the_database) for _ in range(4)]
    for greenlet in sleeping:
        greenlet.wait()
    assert time.monotonic() - started_at < 2 * DATABASE_SLEEP_SECONDS
    return "sleeps overlap"


def appends(log: EventLog) -> str:
    pool = eventlet.GreenPool(20)
    firsts = [appended.first for appended in pool.imap(lambda _: log.recorder.append([event()]), range(200))]
    assert dense(sorted(firsts))
    assert log.head() == 200
    return "appends are dense"


def conflict(log: EventLog) -> str:
    contested = event()
    log.recorder.append([contested])
    try:
        log.recorder.append([contested])
    except VersionConflict:
        return "a conflict is told"
    return "a conflict was missed"


def subscription(log: EventLog) -> str:
    seen: list[int] = []
    with log.recorder.subscribe() as following:
        eventlet.spawn_after(0.2, lambda: log.recorder.append([event()]))
        for notification in following:
            seen.append(notification.id)
            if len(seen) == 202:
                break
    assert dense(seen)
    return "the subscription sees all"


def bulk(log: EventLog) -> str:
    log.recorder.append([event() for _ in range(1000)])
    assert dense(notification.id for notification in log.recorder.read_all())
    return "the bulk reader reads all"


def killed(log: EventLog) -> str:
    with log.pool.transaction() as blocking:
        log.recorder.append_within(blocking, [event()])  # so that the next append has to wait
        leader, follower, last = (eventlet.spawn(log.recorder.append, [event()]) for _ in range(3))
        eventlet.sleep(0.1)
        follower.kill()
        leader.kill()
        eventlet.sleep(0.1)
    assert last.wait().first > 0
    log.recorder.append([event()])
    return "a killed greenlet does not hold the others up"


def cut(log: EventLog) -> str:
    log.factory.committer.close()
    before = log.head()
    assert log.recorder.append([event()]).first == before + 1
    return "a cut connection is replaced"


def silent(log: EventLog) -> str:
    settings = log.pool.settings
    with Wire(settings.host, int(settings.port)) as wire:
        far = replace(settings, host="127.0.0.1", port=str(wire.port))
        pool, committer = ConnectionPool(far, log.name), GroupCommitter(far, log.factory.tables)
        with pool.cursor() as cursor:
            cursor.execute("SELECT 1")
        committer.append(Command([event()]))
        wire.is_silent = True
        asking = [eventlet.spawn(ask, committer, kind) for kind in (OutcomeUnknown, NotAppendedInTime)]
        try:
            with within(1.2), pool.cursor() as cursor:
                cursor.execute("SELECT 1")
            raise AssertionError("a silent server has answered")
        except NotAnsweredInTime:
            for greenlet in asking:
                greenlet.wait()
        try:
            with within(0.5):
                far.connect()
            raise AssertionError("a silent server has let somebody in")
        except HungUp:
            pass
        wire.is_silent = False
        committer.append(Command([event()]))
    return "a silent server is given up"


def ask(committer: GroupCommitter, expected: type[Exception]) -> None:
    began_at = time.monotonic()
    try:
        with within(1.2):
            committer.append(Command([event()]))
        raise AssertionError("a silent server has answered")
    except expected:
        assert time.monotonic() - began_at < 4


if __name__ == "__main__":
    main(*sys.argv[1:])
