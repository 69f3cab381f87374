"""Reads a filled log at the recorder: single aggregates, pages, from end to end; and the same rows by ``COPY``."""

from __future__ import annotations

import os
import resource
import time
from contextlib import closing
from hashlib import md5
from random import Random
from typing import cast
from uuid import UUID

import psycopg2
from eventsourcing.persistence import InfrastructureFactory, TrackingRecorder
from eventsourcing.utils import Environment

from bench.event_log.server import EVENTS_EACH, NAME
from bench.event_log.worker import take_jobs
from services.shared.event_store import PostgresApplicationRecorder

PAGE_EVENTS = 500


class Nowhere:
    """A file that forgets what is written to it."""

    def write(self, _: bytes) -> None:
        """Forget."""


class Reader:
    """One recorder that reads, with a clock."""

    def __init__(self) -> None:
        factory = InfrastructureFactory[TrackingRecorder].construct(Environment(NAME, os.environ))
        self._recorder = cast("PostgresApplicationRecorder", factory.application_recorder())
        self._random = Random(10)

    def load(self, *, of_events: int, aggregates: int) -> float:
        """Load so many random aggregates of a log filled with so many events, one by one; loads per second."""
        count = of_events // EVENTS_EACH
        ids = [UUID(md5(str(self._random.randrange(count)).encode()).hexdigest()) for _ in range(aggregates)]
        began = time.perf_counter()
        for aggregate_id in ids:
            loaded = self._recorder.select_events(aggregate_id)
            assert len(loaded) == EVENTS_EACH, f"{aggregate_id} has {len(loaded)} events"
        return aggregates / (time.perf_counter() - began)

    def pages(self, *, up_to: int) -> float:
        """Read the log page by page; events per second."""
        position, began = 0, time.perf_counter()
        while position < up_to:
            page = self._recorder.select_notifications(position, PAGE_EVENTS, up_to, inclusive_of_start=False)
            assert page[0].id == position + 1, f"{page[0].id} follows {position}"
            position = page[-1].id
        return up_to / (time.perf_counter() - began)

    def all(self, *, up_to: int) -> float:
        """Read the log by the bulk reader; events per second."""
        position, began = 0, time.perf_counter()
        for event in self._recorder.read_all(up_to=up_to):
            position += 1
            assert event.id == position, f"{event.id} stands at {position}"
        assert position == up_to, f"{position} of {up_to} events were read"
        return up_to / (time.perf_counter() - began)

    def copy(self, *, up_to: int) -> float:
        """Let the server send the same rows by ``COPY``, in the same order; rows per second."""
        connected = psycopg2.connect(
            dbname=os.environ["POSTGRES_DBNAME"],
            host=os.environ["POSTGRES_HOST"],
            port=os.environ["POSTGRES_PORT"],
            user=os.environ["POSTGRES_USER"],
            password=os.environ["POSTGRES_PASSWORD"],
        )
        with closing(connected) as connection, connection.cursor() as cursor:
            began = time.perf_counter()
            cursor.copy_expert(
                "COPY (SELECT originator_id, originator_version, topic, state, position FROM bench_events"
                f" WHERE position <= {up_to} ORDER BY position) TO STDOUT",
                Nowhere(),
            )
            assert cursor.rowcount == up_to, f"{cursor.rowcount} of {up_to} rows were copied"
            return up_to / (time.perf_counter() - began)


def peak_memory_mib() -> float:
    """The most memory this process has ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    reader = Reader()
    take_jobs(
        {
            "load": reader.load,
            "pages": reader.pages,
            "all": reader.all,
            "copy": reader.copy,
            "memory": peak_memory_mib,
        }
    )
