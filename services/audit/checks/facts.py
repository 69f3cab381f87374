"""What a check is given, and what it finds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

import msgspec

from services.audit.events import StoredEvent
from services.shared.transparency_log.errors import Malformed

Place = tuple[str, int]
"""Where a fact stands: the service and the position in its log."""


class Fact(NamedTuple):
    """An event as plain JSON, by the names under which it is stored."""

    place: Place
    stream: str
    topic: str
    act: dict[str, Any]
    state: dict[str, Any]

    @property
    def person_id(self) -> str:
        """Who acted."""
        person_id: str = self.act["person_id"]
        return person_id


class Finding(NamedTuple):
    """Something that must not be: a stable code, a Vietnamese sentence, and the events that show it."""

    code: str
    sentence: str
    evidence: tuple[Place, ...]

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence} ({', '.join(f'{service}:{at}' for service, at in self.evidence)})"


class Check(Protocol):
    """Follows the facts of a service in their order, and says what is wrong as soon as it is seen."""

    def findings(self, fact: Fact) -> Iterator[Finding]:
        """What the next fact shows to be wrong."""


def fact_of(service: str, stored: StoredEvent) -> Fact:
    """The fact that an event is. Raises Malformed when it is no JSON object with an act."""
    try:
        state = msgspec.json.decode(stored.state, type=dict[str, Any])
        return Fact((service, stored.position), stored.stream, stored.topic, state.pop("act"), state)
    except (msgspec.MsgspecError, KeyError) as error:
        raise Malformed(f"the event at position {stored.position} of {service} cannot be read: {error}") from error


def in_dong(amount_vnd: int) -> str:
    """As people write it: ``1.234.567 đồng``."""
    return f"{amount_vnd:,} đồng".replace(",", ".")
