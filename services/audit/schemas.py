"""The fields of each topic, as JSON Schema, for readers of a bundle who have not this code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eventsourcing.utils import resolve_topic

from services.audit.history import load_domain_code
from services.shared.event_store.mapper import codec_of
from services.shared.record import Record


def schemas() -> dict[str, Any]:
    """By topic, what the domain code of all services says an event's stored state holds."""
    load_domain_code()
    return {topic: codec_of(resolve_topic(topic)).schema() for topic in sorted(set(_topics(Record.Event)))}


def _topics(event_class: type[Record.Event]) -> Iterator[str]:
    """Those of all events of the services below this one."""
    for derived in event_class.__subclasses__():
        topic = vars(derived).get("TOPIC")
        if topic is not None and derived.__module__.startswith("services."):
            yield topic
        yield from _topics(derived)
