"""Traces: what one act sets going, from the door over log and bus to its effects in other services.

The trace of an act bears the act's request id, and the span of its append the last eight bytes of that. So the log does
not have to remember a trace: whoever reads an event knows where it goes on, and whoever is told a request id finds its
trace. One that the caller of a command has begun is linked to it: at a boundary of trust a trace may be restarted (W3C
Trace Context), and no stranger decides which of our acts are traced.

Unless ``OTEL_EXPORTER_OTLP_ENDPOINT`` names a collector nothing is told, and nothing of OpenTelemetry is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import ClassVar, TypeAlias
from uuid import UUID

from environs import Env

Announced: TypeAlias = tuple[str, str]
"""Id and type of an announcement."""

_NOTHING: AbstractContextManager[None] = nullcontext()


class Traces:
    """What a process tells of its work: here, nothing to anybody."""

    present: ClassVar[Traces]

    def answering(
        self, method: str, request_id: UUID | None, traceparent: str, outcome: Mapping[str, str]
    ) -> AbstractContextManager[None]:
        """While a call is answered; a question, which has no request id, goes on in its caller's trace.

        ``outcome`` is read at the end: ``code``, and ``reason`` where the call was refused.
        """
        return _NOTHING

    def appended(self, request_id: UUID, position: int, since_ns: int) -> None:
        """An act was appended up to ``position``, which began at ``since_ns`` (``time.time_ns``)."""

    def sending(self, name: str, traceparent: str, announced: Announced) -> AbstractContextManager[None]:
        """While an announcement is given to the broker."""
        return _NOTHING

    def processing(self, name: str, traceparent: str, announced: Announced) -> AbstractContextManager[None]:
        """While an announcement takes effect."""
        return _NOTHING

    def of_act(self, request_id: UUID) -> str:
        """The ``traceparent`` (W3C) of what an act has set going; empty where nothing is told."""
        return ""

    def carried(self) -> tuple[tuple[str, str], ...]:
        """The headers by which whoever is asked now goes on in the present trace."""
        return ()


Traces.present = Traces()


def traces() -> Traces:
    """Those of this process."""
    return Traces.present


def trace_as(service: str, process: str) -> None:
    """Tell the collector from here on what this process of this service does, where the environment names one."""
    if Env().str("OTEL_EXPORTER_OTLP_ENDPOINT", ""):
        from services.shared.sent_traces import SentTraces

        Traces.present = SentTraces.to_collector(service, process)
