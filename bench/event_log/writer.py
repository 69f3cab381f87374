"""Appends from many threads at a recorder: ours, or the one of any persistence module the environment names."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any, cast
from uuid import uuid4

from eventsourcing.persistence import InfrastructureFactory, IntegrityError, StoredEvent, TrackingRecorder
from eventsourcing.utils import Environment

from bench.event_log.server import NAME, STATE_BYTES, TOPIC
from bench.event_log.worker import take_jobs
from bench.figures import percentile
from services.shared.event_store import PostgresApplicationRecorder, Request

STATE = bytes(range(256)) + bytes(STATE_BYTES - 256)


class Writer:
    """One recorder, under a load of one event per command."""

    def __init__(self) -> None:
        factory = InfrastructureFactory[TrackingRecorder].construct(Environment(NAME, os.environ))
        self._recorder = factory.application_recorder()
        self._there_already = self._event()
        self._recorder.insert_events([self._there_already])

    def append(self, *, in_flight: int, seconds: float, kind: str = "plain") -> dict[str, Any]:
        """Append for so many seconds with so many threads; what was settled, and how long a command took.

        ``plain`` commands; ones ``with request id``; or ``one in ten in conflict``, which settles by a refusal.
        """
        commands: dict[str, Callable[[int], bool]] = {
            "plain": self._plain,
            "with request id": self._with_request_id,
            "one in ten in conflict": self._one_in_ten_in_conflict,
        }
        command, latencies_ms, refused = commands[kind], list[float](), list[int]()
        end = time.perf_counter() + seconds

        def keep_appending(_: int) -> None:
            number, began = 0, time.perf_counter()
            while began < end:
                if not command(number):
                    refused.append(number)
                number, settled = number + 1, time.perf_counter()
                latencies_ms.append((settled - began) * 1000)
                began = settled

        began = time.perf_counter()
        with ThreadPoolExecutor(in_flight) as threads:
            list(threads.map(keep_appending, range(in_flight)))
        return {
            "settled": len(latencies_ms),
            "appended": len(latencies_ms) - len(refused),
            "per_second": len(latencies_ms) / (time.perf_counter() - began),
            "p50_ms": percentile(latencies_ms, 50),
            "p99_ms": percentile(latencies_ms, 99),
        }

    def _plain(self, _: int) -> bool:
        self._recorder.insert_events([self._event()])
        return True

    def _with_request_id(self, _: int) -> bool:
        event, request_id = self._event(), uuid4()
        request = Request(request_id, sha256(request_id.bytes).digest(), event.originator_id, event.originator_version)
        cast("PostgresApplicationRecorder", self._recorder).append([event], request=request)
        return True

    def _one_in_ten_in_conflict(self, number: int) -> bool:
        if number % 10:
            return self._plain(number)
        try:
            self._recorder.insert_events([self._there_already])
        except IntegrityError:
            return False
        raise AssertionError("the log took one version twice")

    def _event(self) -> StoredEvent:
        return StoredEvent(uuid4(), 1, TOPIC, STATE)


if __name__ == "__main__":
    take_jobs({"append": Writer().append})
