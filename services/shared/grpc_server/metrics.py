"""What passes the door, counted for operators and written down for auditors; neither holds personal data."""

from __future__ import annotations

import logging
import time
from contextlib import AbstractContextManager, nullcontext
from uuid import UUID

import grpc
from prometheus_client import Counter, Gauge, Histogram
from structlog.contextvars import bind_contextvars

from services.shared.grpc_server.identity import Caller
from services.shared.traces import traces

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


class Entry:
    """One call's line in the access log, its counts and its span; every line that is logged for it names it too."""

    def __init__(self, method: str, context: grpc.ServicerContext) -> None:
        self.method = method
        self.code = "OK"
        self.reason: str | None = None
        self._context = context
        self._caller: Caller | None = None
        self._span: AbstractContextManager[None] = nullcontext()
        self._outcome: dict[str, str] = {}
        self._started = time.perf_counter()
        bind_contextvars(method=method)  # in the context that gRPC makes for each call
        CALLS_IN_FLIGHT.inc()

    def names_caller(self, caller: Caller) -> None:
        """Keep who calls; as whom, every line tells, and their surrogate id the access log alone."""
        self._caller = caller
        bind_contextvars(body=caller.body, capacity=caller.capacity)

    def names_request(self, written: str) -> None:
        """Keep the request id; whatever is not one is not written to a log."""
        request_id = _uuid(written)
        if request_id is not None:
            bind_contextvars(request_id=str(request_id))
        sent = (str(value) for name, value in self._context.invocation_metadata() if name == "traceparent")
        self._span = traces().answering(self.method, request_id, next(sent, ""), self._outcome)
        self._span.__enter__()

    def close(self) -> None:
        seconds = time.perf_counter() - self._started
        CALLS_IN_FLIGHT.dec()
        CALLS.labels(self.method, self.code).inc()
        CALL_SECONDS.labels(self.method).observe(seconds)
        self._outcome["code"] = self.code
        if self.reason is not None:
            REFUSALS.labels(self.code, self.reason).inc()
            self._outcome["reason"] = self.reason
        self._span.__exit__(None, None, None)
        who = {"person": str(self._caller.person_id)} if self._caller is not None else {}
        _access.info("answered", extra=self._outcome | who | {"ms": round(seconds * 1000, 1)})


def _uuid(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None
