"""The base of every aggregate and event: a record carries the act that made it.

Rules stand above, facts below: a public method of a record checks and may refuse; a private ``@event`` method only
records, because its body runs again at each replay. Clock, person and document therefore come in with the ``Act``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from eventsourcing.domain import Aggregate, CanInitAggregate, CanMutateAggregate
from eventsourcing.domain import event as recorded_by

from services.shared.refusals import Forbidden, Invalid

__all__ = [
    "LOCAL_TIME",
    "PLATFORM_BODY",
    "SERVICE_CAPACITY",
    "Act",
    "ActedBefore",
    "DocumentMissing",
    "Record",
    "document_of",
    "folded",
    "must_be_another_than",
    "recorded_by",
    "service_person_id",
]

LOCAL_TIME = ZoneInfo("Asia/Ho_Chi_Minh")

PLATFORM_BODY = "NSCL"
"""The body for which the platform's own services act."""
SERVICE_CAPACITY = "service"
"""The capacity in which they do."""


@dataclass(frozen=True)
class Act:
    """One person's act, as every event it causes keeps it.

    The person is a surrogate id, never a name or an identity number. ``document`` is the paper the act rests on
    (``134/KH-UBND``), ``effective_on`` the day from which it counts, ``recorded_at`` the moment it entered the log
    (UTC). ``cause`` names the earlier event that led to this act, as ``<service>:<position>``.
    """

    person_id: UUID
    body: str
    capacity: str
    effective_on: date
    recorded_at: datetime
    request_id: UUID
    document: str | None = None
    cause: str | None = None

    @property
    def recorded_on(self) -> date:
        """The day on which it entered the log, in Vietnam."""
        return self.recorded_at.astimezone(LOCAL_TIME).date()


def service_person_id(service: str) -> UUID:
    """The surrogate id under which a service of the platform acts by itself."""
    return uuid5(NAMESPACE_URL, f"nscl:service:{service}")


class DocumentMissing(Invalid):
    """An act that binds others needs the number of its document."""

    sentence = "Việc này phải kèm số văn bản làm căn cứ, ví dụ 134/KH-UBND."


class ActedBefore(Forbidden):
    """Who proposes does not approve: the same person took an earlier step of the same matter."""

    sentence = "Người đã thực hiện bước trước của hồ sơ này không được thực hiện bước này; cần một người khác."


def document_of(act: Act) -> str:
    """The number of the act's document.

    Raises DocumentMissing.
    """
    if act.document is None:
        raise DocumentMissing("basis.document")
    return act.document


def must_be_another_than(act: Act, *earlier: UUID | None) -> None:
    """Raises ActedBefore when the acting person is one of those who acted earlier."""
    if act.person_id in earlier:
        raise ActedBefore


class Record(Aggregate):
    """An event-sourced aggregate whose every event carries its ``Act``.

    A subclass sets ``TOPIC`` (``<service>:<Aggregate>``), and so does each of its events, because a stored topic is
    released for ever and must not move with the module.

    A subclass whose streams grow long sets ``SNAPSHOT_EVERY`` (events) and declares its fields in the class body: its
    state is then kept every so often, and loading reads only the events after that. ``SNAPSHOT_VERSION`` is raised
    when the same events make another state although the fields are declared as before.
    """

    # Without annotations: the library would take them for fields of every record.
    SNAPSHOT_EVERY = 0
    SNAPSHOT_VERSION = 1

    class Event(Aggregate.Event):
        """Something that happened to a record (sự kiện)."""

        act: Act

        def sentence(self) -> str:
            """The event as one Vietnamese sentence for officers and auditors; every released event has its own."""
            raise NotImplementedError(type(self).__qualname__)

    class Created(Event, Aggregate.Created):
        """A record came into being (khởi tạo)."""

    @classmethod
    def _create(cls, event_class: type[CanInitAggregate[UUID]], *, id: UUID | None = None, **kwargs: Any) -> Self:  # noqa: A002 - the library's name
        return super()._create(event_class, id=id, timestamp=kwargs["act"].recorded_at, **kwargs)

    def trigger_event(self, event_class: type[CanMutateAggregate[UUID]], **kwargs: Any) -> None:
        super().trigger_event(event_class, timestamp=kwargs["act"].recorded_at, **kwargs)


def folded(record: Record | None, events: Iterable[Record.Event]) -> Record | None:
    """The record that the events make; the library's own asks each event for its protocol, a tenth of a load's time."""
    for event in events:
        record = event.mutate(record)
    return record
