"""Traces sent to a collector by OpenTelemetry (OTLP over HTTP: gRPC cannot share a process with eventlet).

The ``OTEL_…`` variables of its specification say where to, how often, and which traces. Spans hold no personal data: of
an exception they tell the kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any, Self
from uuid import UUID

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import Link, SpanContext, SpanKind, StatusCode, get_current_span, use_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from services.shared.traces import Announced, Traces

SENDING_SECONDS = 3.0
"""How long a collector may take; also how long one that is away holds up the end of a process."""

# What a server has to answer for, by OpenTelemetry's conventions for gRPC.
_OUR_FAULTS = {"UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"}
_W3C = TraceContextTextMapPropagator()
_NOWHERE = Context()


class SentTraces(Traces):
    """Spans of one process of a service, handed to ``processor`` as they end."""

    def __init__(self, service: str, process: str, processor: SpanProcessor) -> None:
        resource = Resource.create({"service.namespace": "nscl", "service.name": f"{service}-{process}"})
        self._provider = TracerProvider(resource=resource, id_generator=_Ids())
        self._provider.sampler = _ByRandomBits(self._provider.sampler)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("nscl")

    @classmethod
    def to_collector(cls, service: str, process: str) -> Self:
        """Sent in batches by a thread of their own, the last ones at the process's end."""
        return cls(service, process, BatchSpanProcessor(OTLPSpanExporter(timeout=SENDING_SECONDS)))

    @contextmanager
    def answering(
        self, method: str, request_id: UUID | None, traceparent: str, outcome: Mapping[str, str]
    ) -> Iterator[None]:
        theirs = _at(traceparent)
        if request_id is None:
            span = self._tracer.start_span(method, theirs, SpanKind.SERVER)
        else:
            with _ids(trace_id=request_id.int):
                span = self._tracer.start_span(method, _NOWHERE, SpanKind.SERVER, links=_links(theirs))
        with use_span(span, end_on_exit=True, record_exception=False, set_status_on_exception=False):
            try:
                yield
            finally:
                span.set_attributes({"rpc.system.name": "grpc", **outcome})
                if outcome.get("code") in _OUR_FAULTS:
                    span.set_status(StatusCode.ERROR, outcome.get("reason"))

    def appended(self, request_id: UUID, position: int, since_ns: int) -> None:
        here = get_current_span().get_span_context()
        parent, links = (None, []) if here.trace_id == request_id.int else (_NOWHERE, _links(None))
        with _ids(request_id.int, _append_id(request_id)):
            span = self._tracer.start_span(
                "append", parent, links=links, start_time=since_ns, attributes={"nscl.position": position}
            )
        span.end()

    def sending(self, name: str, traceparent: str, announced: Announced) -> AbstractContextManager[None]:
        return self._following(f"send {name}", SpanKind.PRODUCER, traceparent, announced)

    def processing(self, name: str, traceparent: str, announced: Announced) -> AbstractContextManager[None]:
        return self._following(f"process {name}", SpanKind.CONSUMER, traceparent, announced)

    def of_act(self, request_id: UUID) -> str:
        decision = self._provider.sampler.should_sample(_NOWHERE, request_id.int, "append").decision
        flags = int(decision is Decision.RECORD_AND_SAMPLE)
        return f"00-{request_id.int:032x}-{_append_id(request_id):016x}-{flags:02x}"

    def carried(self) -> tuple[tuple[str, str], ...]:
        headers: dict[str, str] = {}
        _W3C.inject(headers)
        return tuple(headers.items())

    @contextmanager
    def _following(self, name: str, kind: SpanKind, traceparent: str, announced: Announced) -> Iterator[None]:
        """Within the trace that an announcement came with, if it came with one."""
        about = dict(zip(("cloudevents.event_id", "cloudevents.event_type"), announced, strict=True))
        with self._tracer.start_as_current_span(
            name, _at(traceparent), kind, about, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            except Exception as error:
                span.set_status(StatusCode.ERROR, type(error).__qualname__)
                raise


class _ByRandomBits(Sampler):
    """Samplers compare the lower half of a trace id, where a request id has fixed bits; they are given the upper."""

    def __init__(self, sampler: Sampler) -> None:
        self._sampler = sampler

    def should_sample(self, parent_context: Context | None, trace_id: int, *about: Any, **more: Any) -> SamplingResult:
        return self._sampler.should_sample(parent_context, trace_id >> 64, *about, **more)

    def get_description(self) -> str:
        return self._sampler.get_description()


class _Ids(RandomIdGenerator):
    """The ids that an act's own trace and append bear; random ones for all else."""

    def generate_trace_id(self) -> int:
        return _next_ids.get()[0] or super().generate_trace_id()

    def generate_span_id(self) -> int:
        return _next_ids.get()[1] or super().generate_span_id()


_next_ids: ContextVar[tuple[int, int]] = ContextVar("next_ids", default=(0, 0))


@contextmanager
def _ids(trace_id: int, span_id: int = 0) -> Iterator[None]:
    token = _next_ids.set((trace_id, span_id))
    try:
        yield
    finally:
        _next_ids.reset(token)


def _append_id(request_id: UUID) -> int:
    return request_id.int & 0xFFFF_FFFF_FFFF_FFFF


def _at(traceparent: str) -> Context:
    """Where a trace was when somebody wrote this; nowhere when it is not a ``traceparent``."""
    return _W3C.extract({"traceparent": traceparent}, _NOWHERE)


def _links(to: Context | None) -> Sequence[Link]:
    """To a span in another trace, if there is one; None: to the present one."""
    context: SpanContext = get_current_span(to).get_span_context()
    return [Link(context)] if context.is_valid else []
