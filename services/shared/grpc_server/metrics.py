"""What passes the door, counted for operators and written down for auditors; neither holds personal data."""

from __future__ import annotations

import logging
import re
import time
from uuid import UUID

from prometheus_client import Counter, Gauge, Histogram

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
    """One call's line in the access log, and its counts."""

    def __init__(self, method: str) -> None:
        self.method = method
        self.code = "OK"
        self.reason = "-"
        self.caller: Caller | None = None
        self.request_id = "-"
        self._started = time.perf_counter()
        CALLS_IN_FLIGHT.inc()

    def names_request(self, request_id: str) -> None:
        """Keep the request id; whatever does not look like one is not written to a log."""
        if _REQUEST_ID.fullmatch(request_id):
            self.request_id = request_id

    def close(self) -> None:
        seconds = time.perf_counter() - self._started
        CALLS_IN_FLIGHT.dec()
        CALLS.labels(self.method, self.code).inc()
        CALL_SECONDS.labels(self.method).observe(seconds)
        if self.reason != "-":
            REFUSALS.labels(self.code, self.reason).inc()
        body, capacity, person = _who(self.caller)
        _access.info(
            "method=%s code=%s reason=%s body=%s capacity=%s person=%s request_id=%s ms=%.1f",
            self.method,
            self.code,
            self.reason,
            body,
            capacity,
            person,
            self.request_id,
            seconds * 1000,
        )


def _who(caller: Caller | None) -> tuple[str, str, UUID | str]:
    return ("-", "-", "-") if caller is None else (caller.body, caller.capacity, caller.person_id)
