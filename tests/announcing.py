"""Announcements as another service would send them, and inboxes taking them in without a broker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from uuid import UUID, uuid4

from google.protobuf.message import Message
from nscl.common.v1.act_pb2 import Announced

from services.shared.bus.announcements import Announcement
from services.shared.bus.stream import Page, Stream
from services.shared.record import Act
from services.shared.wire import act_message
from tests.given import act

M = TypeVar("M", bound=Message)


def told(
    message_class: type[M],
    record_id: UUID | None = None,
    concerns: Iterable[UUID] = (),
    by: Act | None = None,
    sentence: str = "Một việc đã xảy ra.",
    **fields: Any,
) -> M:
    """An announcement with fields of its own; ids it has and the test does not name are made up."""
    record_id = record_id or uuid4()
    announced = Announced(
        act=act_message(by or act()),
        sentence=sentence,
        record_id=str(record_id),
        record_version=1,
        concerns=[str(record_id), *map(str, concerns)],
    )
    made_up = {
        field.name: str(uuid4())
        for field in message_class.DESCRIPTOR.fields
        if field.name.endswith("_id") and field.name not in fields
    }
    return message_class(announced=announced, **made_up, **fields)


class Messenger:
    """Brings announcements to a service's inboxes, one for each owner, as its bus process holds them."""

    def __init__(self, streams: Mapping[str, Stream]) -> None:
        self._streams = streams
        for stream in streams.values():
            stream.start()

    def hear(self, *messages: Message) -> list[Announcement]:
        """Take in announcements, each at the next position of its owner's log."""
        return [self._hear(message) for message in messages]

    def hear_again(self, *announcements: Announcement) -> None:
        """Take in what may have been taken in before, as a broker that delivers twice makes it come."""
        for announcement in announcements:
            self._streams[announcement.service].take_in([announcement], _nothing_missing)

    def _hear(self, message: Message) -> Announcement:
        owner = message.DESCRIPTOR.full_name.split(".")[1]
        before = self._streams[owner].place
        told: Any = message
        announcement = Announcement(
            service=owner,
            position=before + 1,
            previous_position=before,
            type=message.DESCRIPTOR.full_name,
            time=told.announced.act.recorded_at.ToJsonString(),
            subject=told.announced.record_id,
            data=message.SerializeToString(),
        )
        self.hear_again(announcement)
        return announcement


def _nothing_missing(position: int) -> Page:
    raise AssertionError(f"nobody asks for what comes behind {position}")
