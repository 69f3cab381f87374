"""What passes the door, counted for operators and written down for auditors; neither holds personal data."""

from __future__ import annotations

import logging
import re
import time

from prometheus_client import Counter, Gauge, Histogram
from structlog.contextvars import bind_contextvars

from services.shared.grpc_server.identity import Caller

CALLS = Counter("nscl_calls", "Calls answered at the gRPC door.", ["method", "code"])
REFUSALS = Counter("nscl_refusals", "Calls that were not carried out, by the reason told.", ["code", "reason"])
CALL_SECONDS = Histogram(
    "nscl_call_seconds",
    "From a call's arrival in its thread to its answer.",
    ["method"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
CALLS_IN_FLIGHT = Gauge("nscl_calls_in_flight", "Calls being carried out now.")
LOG_POSITION = Gauge("nscl_log_position", "Position of the last event in the service's log.", ["service"])

_access = logging.getLogger("nscl.access")
_REQUEST_ID = re.compile(r"[0-9A-Fa-f-]{36}")


class Entry:
    """One call's line in the access log, and its counts; every other line that is logged for the call names it too."""

    def __init__(self, method: str) -> None:
        self.method = method
        self.code = "OK"
        self.reason: str | None = None
        self._caller: Caller | None = None
        self._started = time.perf_counter()
        bind_contextvars(method=method)  # in the context that gRPC makes for each call
        CALLS_IN_FLIGHT.inc()

    def names_request(self, request_id: str) -> None:
        """Keep the request id; whatever does not look like one is not written to a log."""
        if _REQUEST_ID.fullmatch(request_id):
            bind_contextvars(request_id=request_id)

    def names_caller(self, caller: Caller) -> None:
        """Keep who calls; as whom, every line tells, and their surrogate id the access log alone."""
        self._caller = caller
        bind_contextvars(body=caller.body, capacity=caller.capacity)

    def close(self) -> None:
        seconds = time.perf_counter() - self._started
        CALLS_IN_FLIGHT.dec()
        CALLS.labels(self.method, self.code).inc()
        CALL_SECONDS.labels(self.method).observe(seconds)
        told: dict[str, object] = {"code": self.code, "ms": round(seconds * 1000, 1)}
        if self.reason is not None:
            REFUSALS.labels(self.code, self.reason).inc()
            told["reason"] = self.reason
        if self._caller is not None:
            told["person"] = str(self._caller.person_id)
        _access.info("answered", extra=told)
