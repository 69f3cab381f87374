"""The figures of funding: how many decisions a second one budget line bears, and many lines together.

Decisions are taken through support's application, by callers in one process, on a PostgreSQL server of its own.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import partial
from uuid import UUID, uuid4

from eventsourcing.persistence import StoredEvent

from bench.event_log.server import bench_server, library_environment
from bench.figures import Figure
from deploy.local.postgres import PostgresServer, Role, create_database
from services.shared.event_store import VersionConflict
from services.support.application.log import SupportLog
from services.support.application.support import Support
from services.support.domain.task import Task
from services.support.settings import SERVICE, MigrationSettings
from services.support.wiring import migrate
from tests.support.city import City, KnownEnterprises
from tests.support.examples import wanted

__all__ = ["measure"]

DECISIONS = 120
GRANT_VND = 40_000_000
CALLERS = 8
DATABASE = "bench_funding"
_ALL = 1_000_000


def measure() -> list[Figure]:
    """Decisions a second beside what the log appends a second of the same events, with as many callers."""
    with bench_server() as server, closing(SupportLog(SERVICE, _environment(server))) as log:
        city = City(Support.over(log, KnownEnterprises()))
        hot_line = city.approved_line(3 * DECISIONS * GRANT_VND)
        alone = _decisions_per_second(city, [hot_line] * DECISIONS, callers=1)
        head = log.head()
        hot = _decisions_per_second(city, [hot_line] * DECISIONS, callers=CALLERS)
        many = _decisions_per_second(city, [city.approved_line() for _ in range(DECISIONS)], callers=CALLERS)
        events = _events_of_a_decision(log, head)
        limits = {callers: _appends_per_second(log, events, callers) for callers in (1, CALLERS)}
    peer = f"appends/s of its {len(events)} events"
    return [
        Figure("decisions on one line, one caller", alone, "/s", peer, limits[1]),
        Figure(f"decisions on one line, {CALLERS} callers", hot, "/s", peer, limits[CALLERS]),
        Figure(f"decisions on {DECISIONS} lines, {CALLERS} callers", many, "/s", peer, limits[CALLERS]),
    ]


def _environment(server: PostgresServer) -> dict[str, str]:
    """A database of support's, migrated, as its service signs in."""
    owner, role = Role(f"{DATABASE}_owner", secrets.token_hex(16)), Role(DATABASE, secrets.token_hex(16))
    create_database(server, DATABASE, owner, role)
    migrate(MigrationSettings(server.dsn(DATABASE, owner), role.name))
    return library_environment(server, DATABASE, role)


def _decisions_per_second(city: City, line_ids: Sequence[UUID], *, callers: int) -> float:
    """Decide on a scored task of each line; whoever loses a race decides again, as at the door."""
    tasks = [city.scored_task(wanted(uuid4()), line_id=line_id) for line_id in line_ids]

    def decide(task: Task) -> None:
        while True:
            try:
                city.approve(task)
            except VersionConflict:
                continue
            return

    return _per_second([partial(decide, task) for task in tasks], callers)


def _events_of_a_decision(log: SupportLog, after: int) -> list[StoredEvent]:
    """What the last decision behind a position appended."""
    told = log.recorded_events(after, _ALL)
    [*_, decided] = [recorded.event.act.request_id for recorded in told if isinstance(recorded.event, Task.Approved)]
    positions = {recorded.position for recorded in told if recorded.event.act.request_id == decided}
    return [
        StoredEvent(stored.originator_id, stored.originator_version, stored.topic, stored.state)
        for stored in log.recorder.select_notifications(after, _ALL, inclusive_of_start=False)
        if stored.id in positions
    ]


def _appends_per_second(log: SupportLog, events: Sequence[StoredEvent], callers: int) -> float:
    """The same events of other records, once for each decision, with nothing loaded, judged or raced for."""

    def append() -> None:
        log.recorder.insert_events([replace(event, originator_id=uuid4()) for event in events])

    return _per_second([append] * DECISIONS, callers)


def _per_second(acts: Sequence[Callable[[], None]], callers: int) -> float:
    began = time.perf_counter()
    with ThreadPoolExecutor(callers) as threads:
        list(threads.map(lambda act: act(), acts))
    return len(acts) / (time.perf_counter() - began)
