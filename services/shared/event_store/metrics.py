"""What a log counts; every name begins with ``nscl_event_log_``, and each log is told apart by its name."""

from __future__ import annotations

from contextvars import ContextVar, Token
from types import TracebackType

from eventsourcing.persistence import PersistenceError
from prometheus_client import Counter, Gauge, Histogram

ERRORS = Counter("nscl_event_log_errors", "Calls on the log that failed, by the type of the error", ["log", "error"])
BATCH_COMMANDS = Histogram(
    "nscl_event_log_batch_commands",
    "Commands appended in one transaction",
    ["log"],
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512),
)
BATCH_SECONDS = Histogram(
    "nscl_event_log_batch_seconds",
    "From a batch's start to its durable commit",
    ["log"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
APPENDED_TO = Gauge("nscl_event_log_appended_to", "Highest position this process has appended", ["log"])
POOL_IN_USE = Gauge("nscl_event_log_pool_in_use", "Connections of the pool that somebody uses now", ["log"])
SNAPSHOTS = Counter(
    "nscl_event_log_snapshots", "Snapshots of records that were taken, failed or unusable", ["log", "record", "outcome"]
)

_is_counting: ContextVar[bool] = ContextVar("is_counting", default=False)


def count_failure(log: str, error: PersistenceError) -> None:
    """Count a call on the log that failed, unless it was made by a call that counts."""
    if not _is_counting.get():
        ERRORS.labels(log, type(error).__name__).inc()


class counting:  # noqa: N801 - reads as a word of the with statement
    """Within, one call on the log is made: the persistence error that ends it is counted, once.

    A call within a call counts nothing, so that what is tried again and then succeeds has not failed.
    """

    __slots__ = ("_log", "_token")

    def __init__(self, log: str) -> None:
        self._log = log

    def __enter__(self) -> None:
        self._token: Token[bool] | None = None if _is_counting.get() else _is_counting.set(True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._token is not None:
            _is_counting.reset(self._token)
            if isinstance(error, PersistenceError):
                count_failure(self._log, error)
