"""Collectors of traces: one inside the process that traces, one that takes in what is sent by OTLP over HTTP."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from services.shared.sent_traces import SentTraces


class Told:
    """The spans of a process that traces, kept in it."""

    def __init__(self) -> None:
        self._kept = InMemorySpanExporter()
        self.traces = SentTraces("training", "api", SimpleSpanProcessor(self._kept))

    @property
    def all(self) -> tuple[Any, ...]:
        return self._kept.get_finished_spans()

    def span(self, name: str) -> Any:
        """The last one of this name."""
        return {span.name: span for span in self.all}[name]


@dataclass(frozen=True)
class Received:
    """A span and the process it came from, ``training-api``."""

    process: str
    span: Span


class Collector(ThreadingHTTPServer):
    """What has come in so far."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Door)
        self.received: list[Received] = []

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def of_trace(self, trace_id: bytes) -> list[Received]:
        """The spans of one trace, by when they began."""
        found = [one for one in self.received if one.span.trace_id == trace_id]
        return sorted(found, key=lambda one: one.span.start_time_unix_nano)

    def take_in(self, request: ExportTraceServiceRequest) -> None:
        for each in request.resource_spans:
            told = {attribute.key: attribute.value.string_value for attribute in each.resource.attributes}
            spans = [span for scope in each.scope_spans for span in scope.spans]
            self.received += [Received(told["service.name"], span) for span in spans]


class _Door(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            sent = zlib.decompress(sent, wbits=31)
        self.server.take_in(ExportTraceServiceRequest.FromString(sent))
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector that listens."""
    with Collector() as collector:
        threading.Thread(target=collector.serve_forever, daemon=True).start()
        yield collector
        collector.shutdown()
