"""The fields of each topic, as JSON Schema, for readers of a bundle who have not this code."""

from __future__ import annotations

from typing import Any

from services.audit.history import event_classes
from services.shared.event_store.mapper import codec_of


def schemas() -> dict[str, Any]:
    """By topic, what the domain code of all services says an event's stored state holds."""
    return {topic: codec_of(event_class).schema() for topic, event_class in event_classes().items()}
