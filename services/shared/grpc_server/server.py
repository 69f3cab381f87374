"""A service's gRPC server: its servicers behind the door, health, reflection, metrics, and an orderly end."""

from __future__ import annotations

import logging
import math
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import FrameType, TracebackType
from typing import Any, Protocol, Self
from wsgiref.simple_server import WSGIServer

import grpc
from eventsourcing.persistence import PersistenceError
from google.protobuf.message import Message
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection
from prometheus_client import start_http_server

from services.shared.channel import DoorUnprotected
from services.shared.grpc_server.door import Doorkeeper, Patience, add_to, declared_methods, service_of
from services.shared.grpc_server.fair_use import FairUse, Share
from services.shared.grpc_server.identity import TokenKeys
from services.shared.grpc_server.methods import Desk, Memory
from services.shared.grpc_server.metrics import LOG_POSITION
from services.shared.grpc_server.published_keys import published_keys
from services.shared.grpc_server.systems import Callers, Systems
from services.shared.grpc_server.tls import open_port
from services.shared.settings import DoorSettings

_log = logging.getLogger("nscl.server")

# Requests are forms, not files; lists are paged. Calls beyond a full queue are better refused than answered too late.
MOST_REQUEST_BYTES = 1 << 20
MOST_RESPONSE_BYTES = 4 << 20
CALLS_WAITING_PER_THREAD = 16
# A call that streams keeps its thread for minutes; most threads stay for those that ask for one thing.
THREADS_PER_STREAM = 4
CALLERS_WHO_STREAM = 4
MOST_WATCHERS = 8
MOST_PROBES = 2
MOST_STREAMS_PER_CONNECTION = 100
_MINUTE_MS = 60_000


class Log(Memory, Protocol):
    """The part of the event log a server needs."""

    def head(self) -> int: ...


class Door:
    """A gRPC server that has started; use it as a context manager, or ``wait_for_stop``."""

    def __init__(
        self,
        server: grpc.Server,
        health_of: health.HealthServicer,
        metrics: WSGIServer | None,
        address: str,
        grace: float,
        *,
        probes: grpc.Server | None = None,
        systems_address: str | None = None,
    ) -> None:
        self._server = server
        self._probes = probes
        self._health = health_of
        self._metrics = metrics
        self._grace = grace
        self.address = address
        self.systems_address = systems_address

    @property
    def metrics_address(self) -> str | None:
        """Where ``/metrics`` answers over HTTP, as ``host:port``."""
        return None if self._metrics is None else "{}:{}".format(*self._metrics.server_address[:2])

    def stop(self) -> None:
        """Say NOT_SERVING, let the calls in hand finish within the grace, and end."""
        self._health.enter_graceful_shutdown()
        self._server.stop(self._grace).wait()
        if self._probes is not None:
            self._probes.stop(None).wait()
        if self._metrics is not None:
            self._metrics.shutdown()
            self._metrics.server_close()

    def wait_for_stop(self) -> None:
        """Serve until SIGTERM or SIGINT, then stop in order."""
        _log.info("serving at %s", self.address)
        asked = threading.Event()

        def ask(_number: int, _frame: FrameType | None) -> None:
            asked.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, ask)
        asked.wait()
        _log.info("stopping")
        self.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def serve(
    service: str,
    servicers: Sequence[object],
    *,
    log: Log,
    to_message: Callable[[Any], Message],
    settings: DoorSettings,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Door:
    """Start the gRPC server of a service.

    ``to_message`` turns a record into its resource message; ``clock`` gives the moment of each act, in UTC.
    UndeclaredMethod when a method has no declaration; DoorUnprotected without a certificate beyond this machine;
    OSError when a port is taken or a file is not there, ValueError when it holds something else.
    """
    most_streams = max(1, settings.threads // THREADS_PER_STREAM)
    streams_of_one = max(1, most_streams // CALLERS_WHO_STREAM)
    doorkeeper = Doorkeeper(
        declared_methods([type(servicer) for servicer in servicers]),
        Desk(log, to_message, clock, settings.request_secret),
        _callers(settings),
        FairUse(Share(settings.calls_per_second, settings.calls_at_once, streams_of_one)),
        Patience(
            settings.default_deadline_seconds,
            settings.stream_deadline_seconds,
            most_streams=most_streams,
        ),
    )
    server = grpc.server(
        ThreadPoolExecutor(settings.threads, thread_name_prefix="call"),
        interceptors=[doorkeeper],
        options=_options(settings),
        maximum_concurrent_rpcs=settings.threads * CALLS_WAITING_PER_THREAD,
    )
    for servicer in servicers:
        add_to(server, servicer)
    names = [service_of(type(servicer)).full_name for servicer in servicers]
    health_of = _add_health(server, names)
    reflection.enable_server_reflection([*names, health.SERVICE_NAME, reflection.SERVICE_NAME], server)
    address = open_port(server, settings.listen, settings.tls)
    systems_address = _open_to_systems(server, settings)
    probes = _probes(health_of, settings.health_listen)
    LOG_POSITION.labels(service).set_function(lambda: _head(log))
    metrics = _start_metrics(settings.metrics_listen)
    server.start()
    for name in ("", *names):
        health_of.set(name, health_pb2.HealthCheckResponse.SERVING)
    return Door(
        server,
        health_of,
        metrics,
        address,
        settings.grace_seconds,
        probes=probes,
        systems_address=systems_address,
    )


def _callers(settings: DoorSettings) -> Callers:
    token_keys = TokenKeys(published_keys(settings.token_keys), settings.issuer)
    return Callers(token_keys, Systems(settings.systems.known) if settings.systems else None)


def _open_to_systems(server: grpc.Server, settings: DoorSettings) -> str | None:
    """Where the same methods answer systems; gRPC asks either all callers of a port for a certificate, or none."""
    if settings.systems is None:
        return None
    if settings.tls is None:
        raise DoorUnprotected("a door to departments' systems needs a certificate and its key")
    return open_port(server, settings.systems.listen, settings.tls, settings.systems.authority)


def _probes(health_of: health.HealthServicer, listen: str | None) -> grpc.Server | None:
    """The health service by itself and in the clear, started: a kubelet's gRPC probe knows no TLS."""
    if listen is None:
        return None
    server = grpc.server(ThreadPoolExecutor(MOST_PROBES, thread_name_prefix="probe"))
    health_pb2_grpc.add_HealthServicer_to_server(health_of, server)
    try:
        server.add_insecure_port(listen)
    except RuntimeError as error:
        raise OSError(f"cannot listen on {listen}: {error}") from error
    server.start()
    return server


def _options(settings: DoorSettings) -> list[tuple[str, int]]:
    return [
        ("grpc.so_reuseport", int(settings.reuse_port)),
        ("grpc.max_connection_age_ms", settings.connection_seconds * 1000),
        ("grpc.max_concurrent_streams", MOST_STREAMS_PER_CONNECTION),
        ("grpc.max_receive_message_length", MOST_REQUEST_BYTES),
        ("grpc.max_send_message_length", MOST_RESPONSE_BYTES),
        ("grpc.keepalive_time_ms", _MINUTE_MS),
        ("grpc.keepalive_timeout_ms", _MINUTE_MS // 3),
        ("grpc.http2.min_ping_interval_without_data_ms", _MINUTE_MS // 6),
    ]


def _add_health(server: grpc.Server, names: Sequence[str]) -> health.HealthServicer:
    """The standard health service, whose watchers wait in a few threads of their own and take none from the calls.

    They wait blocking: grpcio-health-checking 1.85's non-blocking watch sends under its lock, and deadlocks with a
    watcher that leaves while the server stops.
    """
    servicer = health.HealthServicer(
        experimental_non_blocking=False,
        experimental_thread_pool=ThreadPoolExecutor(MOST_WATCHERS, thread_name_prefix="health"),
    )
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    for name in ("", *names):
        servicer.set(name, health_pb2.HealthCheckResponse.NOT_SERVING)
    return servicer


def _start_metrics(listen: str | None) -> WSGIServer | None:
    if listen is None:
        return None
    host, _, port = listen.rpartition(":")
    server, _ = start_http_server(int(port), addr=host)
    return server


def _head(log: Log) -> float:
    """The log's head for the gauge; not a number while the database does not answer."""
    try:
        return log.head()
    except PersistenceError:
        return math.nan
