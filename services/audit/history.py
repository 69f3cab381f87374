"""The events of a held log as the services' own domain code reads them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple, cast
from uuid import UUID

from eventsourcing.persistence import StoredEvent as LibraryEvent
from eventsourcing.utils import resolve_topic

from services.audit.archive import HeldLog
from services.audit.events import StoredEvent
from services.shared.event_store.errors import EventNotDecodable
from services.shared.event_store.mapper import TypedMapper
from services.shared.record import LOCAL_TIME, Record
from services.shared.transparency_log.entries import moment_of
from services.shared.transparency_log.errors import Malformed
from services.shared.transparency_log.tiles import TILE_WIDTH

_SERVICES = Path(__file__).parents[1]
_MAPPER = TypedMapper()


class Recorded(NamedTuple):
    """An event and its place in the log of its service."""

    position: int
    event: Record.Event


@cache
def event_classes() -> Mapping[str, type[Record.Event]]:
    """The events of all services by their topics, in the order of these."""
    for domain in sorted(_SERVICES.glob("*/domain")):
        package = f"services.{domain.parent.name}.domain"
        for module in pkgutil.walk_packages([str(domain)], f"{package}."):
            importlib.import_module(module.name)
    return {topic: resolve_topic(topic) for topic in sorted(set(_topics(Record.Event)))}


def _topics(event_class: type[Record.Event]) -> Iterator[str]:
    """Those of the services' events below this one."""
    for derived in event_class.__subclasses__():
        topic = vars(derived).get("TOPIC")
        if topic is not None and derived.__module__.startswith("services."):
            yield topic
        yield from _topics(derived)


def event_of(stored: StoredEvent) -> Record.Event:
    """The event as its service's code knows it. Raises Malformed when no code knows it."""
    if stored.topic not in event_classes():  # never resolved: a hostile topic could name any module of this machine
        raise Malformed(f"the event at position {stored.position} cannot be read: no service has such a topic")
    try:
        of_library = LibraryEvent(UUID(stored.stream), stored.version, stored.topic, stored.state)
        return cast("Record.Event", _MAPPER.to_domain_event(of_library))
    except (EventNotDecodable, ValueError) as error:
        raise Malformed(f"the event at position {stored.position} cannot be read: {error}") from error


def recorded_events(
    log: HeldLog, up_to: int | None = None, went_on: Callable[[int], None] = lambda _: None
) -> Iterator[Recorded]:
    """The log's events in their order, up to a position. Raises Missing or Malformed."""
    end = log.checkpoint.size if up_to is None else up_to
    for index in range(-(-end // TILE_WIDTH)):
        events = [event for event in log.events(index) if event.position <= end]
        for stored in events:
            yield Recorded(stored.position, event_of(stored))
        went_on(len(events))


def position_on(log: HeldLog, day: date) -> int:
    """The position of the last event that was recorded by the end of a day in Vietnam; 0 when there is none.

    Events are recorded in the order of their positions, give or take the moment that a command takes; the day is cut
    before the first event that was recorded later.
    """
    end = datetime.combine(day + timedelta(days=1), time(), LOCAL_TIME)
    low, high = 0, log.checkpoint.size
    while low < high:
        middle = (low + high + 1) // 2
        if moment_of(log.entry(middle).time) < end:
            low = middle
        else:
            high = middle - 1
    return low
