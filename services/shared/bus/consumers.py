"""What a service does when another one announces something: one class per owner listened to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, ClassVar, get_type_hints

from google.protobuf.message import DecodeError, Message

from services.shared.bus.announcements import Announcement, snake_case
from services.shared.event_store.pool import Cursor

_Handler = tuple[type[Message], Callable[[Message, int, Cursor], None]]


class Consumer:
    """Base of a service's consumers: what it hears of ``owner``, and what that changes here.

    A subclass has one method per announcement it acts on, named by the same verb and typed by its message::

        def on_task_paid(self, announcement: TaskPaid, position: int, cursor: Cursor) -> None

    Its effects go through ``cursor`` and commit together with the note that this announcement was heard, so they need
    no guard against repeats. Effects must stay inside that transaction: whatever they did outside would be done again.
    ``ignored`` holds the full names of the announcements it has no use for; any other one stops the stream.
    """

    owner: ClassVar[str]
    ignored: ClassVar[frozenset[str]] = frozenset()

    def receive(self, announcement: Announcement, cursor: Cursor) -> None:
        """Act on one announcement; UnknownAnnouncement when this release can neither act on it nor ignore it."""
        if announcement.type in self.ignored:
            return
        try:
            message_class, handler = self.handlers[announcement.type]
            message = message_class.FromString(announcement.data)
        except (KeyError, DecodeError) as error:
            raise UnknownAnnouncement(announcement) from error
        handler(message, announcement.position, cursor)

    @cached_property
    def handlers(self) -> Mapping[str, _Handler]:
        """Message and method by the announcement's full name; TypeError when a method and its message disagree."""
        names = [name for name in dir(type(self)) if name.startswith("on_")]
        found = {}
        for name in names:
            message_class = self._message_class(name)
            found[message_class.DESCRIPTOR.full_name] = (message_class, getattr(self, name))
        if both := found.keys() & self.ignored:
            raise TypeError(f"{type(self).__name__} both handles and ignores {sorted(both)}")
        return found

    def _message_class(self, method_name: str) -> type[Any]:
        message_class = get_type_hints(getattr(type(self), method_name))["announcement"]
        expected = f"on_{snake_case(message_class.DESCRIPTOR.name)}"
        if method_name != expected or not message_class.DESCRIPTOR.full_name.startswith(f"nscl.{self.owner}."):
            raise TypeError(f"{type(self).__name__}.{method_name} takes {message_class.DESCRIPTOR.full_name}")
        return message_class  # type: ignore[no-any-return]


class UnknownAnnouncement(Exception):
    """A type, or a version of one, that this release does not know: stop rather than skip it."""

    def __init__(self, announcement: Announcement) -> None:
        super().__init__(f"{announcement.id} is of type {announcement.type}, which this release does not know")
