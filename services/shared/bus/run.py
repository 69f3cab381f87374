"""One service's bus process: relay, pages, inboxes and views, until SIGTERM."""

from __future__ import annotations

import logging
import signal
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import eventlet
import eventlet.wsgi
from eventlet.event import Event
from eventlet.greenthread import GreenThread
from eventlet.patcher import is_monkey_patched
from eventsourcing.persistence import PersistenceError
from nameko.runners import ServiceRunner
from prometheus_client import REGISTRY

from services.shared.bus import metrics
from services.shared.bus.broker import HEARTBEAT_SECONDS, KEEPALIVE, close_quietly, connect, encryption_of
from services.shared.bus.consumers import Consumer
from services.shared.bus.inbox import inbox_service
from services.shared.bus.integration import Integrator
from services.shared.bus.pages import pages_service
from services.shared.bus.readiness import Check, Part, Readiness
from services.shared.bus.relay import Relay, relay_service
from services.shared.bus.service import BusService
from services.shared.bus.stream import Stream
from services.shared.transparency_log.publication import PublishedLog

ANSWER_SECONDS = 2
DRAIN_SECONDS = 20

_log = logging.getLogger(__name__)


def run(bus: BusService) -> None:
    """Run the bus of a service until SIGTERM or SIGINT; RuntimeError when ``cooperative`` was not imported first."""
    if not is_monkey_patched("socket"):
        raise RuntimeError("import services.shared.bus.cooperative before everything else")
    # What a batch raises reaches its inbox, which says it with its reason; nameko would say it again with a trace.
    logging.getLogger("nameko.containers").setLevel(logging.CRITICAL)
    BusProcess(bus).run()


class BusProcess:
    """All parts of one bus process and their common beginning and end."""

    def __init__(self, bus: BusService) -> None:
        self._bus = bus
        self._stopping = Event()
        self._runner = ServiceRunner(nameko_settings(bus.amqp_uri))
        self._relay: Relay | None = None
        if bus.announce is not None:
            self._relay = Relay(bus.service, bus.log, bus.announce, bus.amqp_uri, bus.confirm_seconds)
            self._runner.add_service(relay_service(self._relay, bus.service))
            self._runner.add_service(pages_service(bus.service, bus.log, bus.announce))
        self._streams = [self._stream(consumer) for consumer in bus.consumers]
        for stream in self._streams:
            inbox = inbox_service(bus.service, stream, bus.amqp_uri, bus.idle_seconds, bus.consume_seconds)
            self._runner.add_service(inbox)
        self._integrator = Integrator(bus.log, bus.signing) if bus.signing is not None else None
        self._history_holds = self._integrator is None or self._integrator.history_holds()
        self._readiness = Readiness(self._parts(), self._checks(), self._measure, self._published_log())

    def run(self) -> None:
        """Start everything, wait for the signal or for a part that broke, and let what is at hand be finished.

        On a log that is not the one that was signed nothing is started: the process only says so, at /ready.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop())
        for collector in self._bus.collectors:
            REGISTRY.register(collector)
        threads = [eventlet.spawn(self._serve_http), *(self._start() if self._history_holds else ())]
        for thread in threads:
            thread.link(lambda _: self._stop())
        self._stopping.wait()
        if self._history_holds:
            self._drain()
        for thread in threads:
            if thread.dead:
                thread.wait()  # raises what it died of

    def _start(self) -> Iterator[GreenThread]:
        yield eventlet.spawn(self._run_parts)
        if self._bus.feeder is not None:
            yield eventlet.spawn(self._bus.feeder.run)
        if self._integrator is not None:
            yield eventlet.spawn(self._integrator.run)

    def _run_parts(self) -> None:
        """Until they are stopped; raises what one of them died of."""
        self._runner.start()
        self._runner.wait()

    def _drain(self) -> None:
        _log.info("%s: the bus ends what it is at", self._bus.service)
        with eventlet.Timeout(DRAIN_SECONDS, False):
            if self._bus.feeder is not None:
                self._bus.feeder.stop()
            if self._integrator is not None:
                self._integrator.stop()
            self._runner.stop()

    def _stop(self) -> None:
        if not self._stopping.ready():
            self._stopping.send()

    def _stream(self, consumer: Consumer) -> Stream:
        bus = self._bus
        stream = Stream(
            bus.service,
            consumer,
            bus.log.pool,
            bus.log.factory.tables,
            tries=bus.tries,
            first_delay_seconds=bus.first_delay_seconds,
        )
        # Said at the start, so that methods and messages that disagree stop the process there and then.
        _log.info("%s acts on %s", stream.name, ", ".join(sorted(consumer.handlers)))
        return stream

    def _parts(self) -> list[Part]:
        """What this process does, as /ready tells it."""
        doers = (self._integrator, self._relay, *self._streams)
        return [doer.part for doer in doers if doer is not None]

    def _published_log(self) -> PublishedLog | None:
        """What is served beside /metrics; nothing of a log that is not the one that was signed."""
        if self._integrator is None or not self._history_holds:
            return None
        return PublishedLog(self._integrator.tree)

    def _serve_http(self) -> None:
        host, _, port = self._bus.http_address.rpartition(":")
        listening = eventlet.listen((host, int(port)), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        eventlet.wsgi.server(listening, self._readiness, log_output=False, debug=False)

    def _checks(self) -> dict[str, Check]:
        checks: dict[str, Check] = {"database": self._database_answers, "broker": self._broker_answers}
        return checks | ({"views": self._views_follow} if self._bus.feeder is not None else {})

    def _database_answers(self) -> str:
        with eventlet.Timeout(ANSWER_SECONDS, TimeoutError("no answer in time")), self._bus.log.pool.cursor() as cursor:
            cursor.execute("SELECT 1")
        return "answers"

    def _broker_answers(self) -> str:
        with eventlet.Timeout(ANSWER_SECONDS, TimeoutError("no answer in time")):
            close_quietly(connect(self._bus.amqp_uri, f"{self._bus.service} readiness"))
        return "answers"

    def _views_follow(self) -> str:
        assert self._bus.feeder is not None
        lag, errors = self._bus.feeder.lag(), self._bus.feeder.errors()
        furthest = max(lag.values(), default=0)
        if errors:
            raise NotFollowing("; ".join(f"{view}: {error}" for view, error in errors.items()))
        if furthest > self._bus.view_lag_events:
            raise NotFollowing(f"{furthest} events behind the log")
        return f"{furthest} events behind the log"

    def _measure(self) -> None:
        """Bring up to date what is only known by asking."""
        for stream in self._streams:
            metrics.inbox_lag_positions.labels(stream.name).set(max(0, stream.known - stream.place))
            metrics.inbox_lag_seconds.labels(stream.name).set(stream.lag_seconds())
            with suppress(PersistenceError):
                metrics.skipped.labels(stream.name).set(stream.parked.count_skipped(stream.name))
        if self._bus.feeder is not None:
            errors = self._bus.feeder.errors()
            for view, behind in self._bus.feeder.lag().items():
                metrics.view_lag_positions.labels(view).set(behind)
                metrics.view_errors.labels(view).set(view in errors)
        if self._relay is not None:
            with suppress(PersistenceError):
                self._relay.measure()
        if self._integrator is not None:
            with suppress(PersistenceError):
                self._integrator.measure()


class NotFollowing(Exception):
    """A view does not keep up with its log."""


def nameko_settings(amqp_uri: str) -> dict[str, Any]:
    """nameko's own defaults wait a minute for a dead broker and give up after three tries to reach it again.

    Pages are large, and msgspec writes and reads the same JSON many times as fast as the standard library.
    """
    return {
        "AMQP_URI": amqp_uri,
        "AMQP_SSL": encryption_of(amqp_uri),
        "HEARTBEAT": HEARTBEAT_SECONDS,
        "TRANSPORT_OPTIONS": {"socket_settings": KEEPALIVE},
        "SERIALIZERS": {
            "msgspec": {
                "encoder": "msgspec.json.encode",
                "decoder": "msgspec.json.decode",
                "content_type": "application/json",
                "content_encoding": "utf-8",
            }
        },
        "serializer": "msgspec",
        "ACCEPT": ["msgspec"],
    }
