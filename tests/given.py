"""Tests of a record's rules: given what happened, when somebody acts, then this happened or this was refused.

::

    given(happened(Course.Scheduled, **COURSE)).when(lambda course: course.hold(act(document="12/BC-SKHCN"))).then(
        happened(Course.Held, attendances=2, attendees=1)
    )

Histories are written as events and replayed as the log replays them, so that a test also fails when an event method
begins to decide.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import zip_longest
from typing import Any, Generic, TypeVar, cast
from uuid import UUID, uuid4

import pytest
from eventsourcing.utils import get_topic

from services.shared.event_store.snapshots import snapshot_codec_of
from services.shared.record import Act, Record
from services.shared.refusals import Refusal

R = TypeVar("R", bound=Record)

_OFFICER = Act(
    person_id=UUID("0f1c6a52-7d5e-4a53-9f0e-2f4d6b1c8a01"),
    body="SKHCN",
    capacity="programme_officer",
    effective_on=date(2024, 6, 28),
    recorded_at=datetime(2024, 6, 28, 2, 30, tzinfo=UTC),
    request_id=UUID("5b7c3c0e-94c2-4c56-8f39-8f0b0c3f6d11"),
)
_NOT_FACTS = frozenset({"originator_id", "originator_version", "originator_topic", "timestamp", "act"})


def act(**changes: Any) -> Act:
    """An officer's act on 28/6/2024, changed where the test says so."""
    return replace(_OFFICER, **changes)


@dataclass(frozen=True)
class Happened:
    """An event by its type and its own facts; the act counts only where the test names one."""

    event_class: type[Record.Event]
    facts: dict[str, Any]

    def as_event(self, record_class: type[Record], record_id: UUID, version: int) -> Record.Event:
        fields: dict[str, Any] = {"act": act(), **self.facts}
        if issubclass(self.event_class, Record.Created):
            fields["originator_topic"] = get_topic(record_class)
        timestamp = fields["act"].recorded_at
        return self.event_class(originator_id=record_id, originator_version=version, timestamp=timestamp, **fields)


def happened(event_class: type[Record.Event], **facts: Any) -> Happened:
    """An event for a history or an expectation."""
    return Happened(event_class, facts)


class Given(Generic[R]):
    """A record with a history, or none yet."""

    def __init__(self, history: tuple[Happened, ...]) -> None:
        self.history = history

    def record(self) -> R:
        """The record as its history makes it."""
        record_class = _record_class(self.history[0].event_class)
        first = self.history[0].facts
        named = {k: v for k, v in first.items() if k in record_class.create_id.__annotations__}
        record_id = record_class.create_id(**named) if named else uuid4()
        record: Record | None = None
        for version, entry in enumerate(self.history, start=1):
            record = entry.as_event(record_class, record_id, version).mutate(record)
        return cast(R, record)

    def when(self, action: Callable[..., Any]) -> When[R]:
        """Somebody acts: ``action`` takes the record; without a history it takes nothing and returns the new one."""
        record = self.record() if self.history else None
        try:
            made = action(record) if record is not None else action()
        except Refusal as refusal:
            return When(record, refusal)
        return When(cast(R, record if record is not None else made), None)


class When(Generic[R]):
    """What an act led to."""

    def __init__(self, record: R | None, refusal: Refusal | None) -> None:
        self.record = record
        self.refusal = refusal

    def then(self, *expected: Happened) -> R:
        """Exactly these events happened, in this order; each tells its sentence, a snapshot keeps what they made."""
        if self.refusal is not None:
            raise AssertionError(f"refused: {self.refusal.reason()}") from self.refusal
        assert self.record is not None
        names_act = ["act" in wanted.facts for wanted in expected]
        pending = zip_longest(self.record.pending_events, names_act, fillvalue=False)
        assert [_as_happened(event, with_act=named) for event, named in pending if event] == list(expected)
        assert all(sentences(self.record)), "an event tells nothing"
        if self.record.SNAPSHOT_EVERY:
            assert_snapshot_keeps(self.record)
        return self.record

    def refused(self, refusal_class: type[Refusal], *, field: str | None = None) -> Refusal:
        """The act was refused for this reason, and nothing happened."""
        if self.refusal is None:
            pytest.fail(f"{refusal_class.__name__} was expected, but the act was permitted")
        assert type(self.refusal) is refusal_class, f"refused for another reason: {self.refusal.reason()}"
        assert field is None or getattr(self.refusal, "field", None) == field
        assert self.record is None or not self.record.pending_events
        return self.refusal


def given(*history: Happened) -> Given[Any]:
    """A record with this history; ``given()`` where the act brings it into being."""
    return Given(history)


def assert_snapshot_keeps(record: Record) -> None:
    """A snapshot of the record, as it stands, gives back all of its state."""
    codec = snapshot_codec_of(type(record))
    again = codec.to_record(codec.to_stored(record))
    vars(again)["_pending_events"] = list(record.pending_events)
    assert vars(again) == vars(record)


def sentences(record: Record) -> list[str]:
    """What the events an act has just caused tell, in their order."""
    return [_told(event) for event in record.pending_events]


def _told(event: Any) -> str:
    sentence: str = event.sentence()
    return sentence


def _record_class(event_class: type[Record.Event]) -> type[Record]:
    """The record whose event this is: it is defined around the event class."""
    module = __import__(event_class.__module__, fromlist=["*"])
    return cast(type[Record], getattr(module, event_class.__qualname__.split(".")[0]))


def _as_happened(event: Any, *, with_act: bool) -> Happened:
    facts = {name: value for name, value in event.__dict__.items() if name not in _NOT_FACTS}
    return Happened(type(event), {**facts, "act": event.act} if with_act else facts)
