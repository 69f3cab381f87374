"""An announcement: one public event of a service's log as the other services hear of it.

On the wire it is a protobuf message with CloudEvents 1.0 attributes in the AMQP headers, each under the prefix that
the CloudEvents AMQP binding gives (``cloudEvents_id``). Two extension attributes make an order that anyone can check:
``position``, the event's place in its owner's log, and ``previousposition``, that of the announcement before it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from google.protobuf.message import Message
from nscl.common.v1 import act_pb2

from services.shared.event_store.log import RecordedEvent
from services.shared.record import Record
from services.shared.traces import traces
from services.shared.wire import act_message

CONTENT_TYPE = "application/protobuf"
PREFIX = "cloudEvents_"
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

Announce = Callable[[Record.Event, int], Message | None]
"""A service's ``bus/announcements.py``: the message for an event at a position, None where it stays private."""


def snake_case(message_name: str) -> str:
    """A message's routing key and its consumer's verb: ``participation_certified`` for ``ParticipationCertified``."""
    return _WORD.sub("_", message_name).lower()


@dataclass(frozen=True, slots=True)
class Announcement:
    """One announcement; ``type`` is the message's full protobuf name, which holds its version (``nscl.support.v1.…``).

    ``previous_position`` is 0 for a log's first announcement; ``traceparent`` is empty where nobody traces.
    """

    service: str
    position: int
    previous_position: int
    type: str
    time: str
    subject: str
    data: bytes
    traceparent: str = ""

    @classmethod
    def of(cls, service: str, position: int, previous_position: int, event: Record.Event, message: Message) -> Self:
        """The announcement of an event by the message its service made of it."""
        time, subject = event.act.recorded_at.isoformat(), str(event.originator_id)
        data = message.SerializeToString(deterministic=True)
        kind, traceparent = message.DESCRIPTOR.full_name, traces().of_act(event.act.request_id)
        return cls(service, position, previous_position, kind, time, subject, data, traceparent)

    @property
    def id(self) -> str:
        return f"{self.service}:{self.position}"

    @property
    def routing_key(self) -> str:
        return snake_case(self.type.rpartition(".")[2])

    @property
    def recorded_at(self) -> datetime:
        return datetime.fromisoformat(self.time)

    def headers(self) -> dict[str, str]:
        """The CloudEvents attributes; positions are decimal text, as a CloudEvents integer has 32 bits only."""
        attributes = {
            "specversion": "1.0",
            "id": self.id,
            "source": f"/nscl/{self.service}",
            "type": self.type,
            "time": self.time,
            "subject": self.subject,
            "position": str(self.position),
            "previousposition": str(self.previous_position),
        }
        if self.traceparent:  # CloudEvents' extension for distributed tracing: where the event itself was made
            attributes["traceparent"] = self.traceparent
        return {PREFIX + name: value for name, value in attributes.items()}

    @classmethod
    def heard(cls, headers: Mapping[str, str], data: bytes) -> Self:
        """The announcement that was sent with these headers; NotAnAnnouncement when they are not one's."""
        try:
            service = headers[PREFIX + "source"].removeprefix("/nscl/")
            position, previous = int(headers[PREFIX + "position"]), int(headers[PREFIX + "previousposition"])
            kind, time, subject = (headers[PREFIX + name] for name in ("type", "time", "subject"))
            datetime.fromisoformat(time)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise NotAnAnnouncement(str(error)) from error
        return cls(service, position, previous, kind, time, subject, data, str(headers.get(PREFIX + "traceparent", "")))

    def to_json(self) -> dict[str, Any]:
        """The same form as one JSON object, for an answer over rpc."""
        return {"headers": self.headers(), "data": base64.b64encode(self.data).decode()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        return cls.heard(value["headers"], base64.b64decode(value["data"]))


def announcements_of(
    service: str, announce: Announce, events: Iterable[RecordedEvent], previous: int
) -> list[Announcement]:
    """The public ones of these events, which follow ``previous`` in the log, each naming the one before it."""
    announcements = []
    for recorded in events:
        message = announce(recorded.event, recorded.position)
        if message is not None:
            announcements.append(Announcement.of(service, recorded.position, previous, recorded.event, message))
            previous = recorded.position
    return announcements


class NotAnAnnouncement(ValueError):
    """A message without the attributes every announcement has."""


def announced(event: Record.Event, concerns: Iterable[UUID] = ()) -> act_pb2.Announced:
    """What every announcement says of its event; ``concerns`` are the other records it is about."""
    record_id = str(event.originator_id)
    others = sorted({str(other) for other in concerns} - {record_id})
    return act_pb2.Announced(
        act=act_message(event.act),
        sentence=event.sentence(),
        record_id=record_id,
        record_version=event.originator_version,
        concerns=[record_id, *others],
    )
