"""What a service hands to the bus: built in its ``wiring.py``, run by its ``run_bus.py``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prometheus_client.registry import Collector

from services.shared.bus.announcements import Announce
from services.shared.bus.consumers import Consumer
from services.shared.event_store.log import EventLog
from services.shared.event_store.views import ViewFeeder
from services.shared.transparency_log.signing import Signing


@dataclass(frozen=True)
class BusService:
    """A service as the bus sees it.

    ``announce`` is None when it announces nothing; each consumer listens to another owner. ``http_address`` is where
    ``/ready``, ``/live``, ``/metrics`` and the published log are served, as ``host:port``.
    """

    service: str
    log: EventLog
    amqp_uri: str
    http_address: str
    announce: Announce | None = None
    consumers: Sequence[Consumer] = ()
    feeder: ViewFeeder | None = None
    signing: Signing | None = None
    """With what the log's tree is signed; without it the log is neither integrated nor published."""
    collectors: Sequence[Collector] = ()
    """What ``/metrics`` tells beside what every bus process counts."""
    tries: int = 8
    """How often a handler may fail before its stream is parked."""
    first_delay_seconds: float = 0.1
    """What the first retry waits; each next one waits up to twice as long."""
    idle_seconds: float = 15.0
    """How long a stream may be silent before the owner is asked whether anything was missed."""
    consume_seconds: float = 10.0
    """How long the broker may take to let a queue be consumed, which is made anew when it has not done so twice."""
    confirm_seconds: float = 5.0
    """How long the broker may take to confirm a batch."""
    view_lag_events: int = 1_000
    """How far a view may be behind the log while this process calls itself ready."""
