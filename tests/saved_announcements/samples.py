"""Announcements as they once travelled, one per file: whoever listens must understand them for ever.

``<service>/<version>/<Message>-<number>.json`` holds the announcement as ``Announcement.to_json`` gives it and, for
whoever reviews it, its message in words. Files are only ever added, by ``python -m tests.saved_announcements.save``;
``SHA256SUMS`` holds the digest of each, so that ``sha256sum --check`` and the rules see when one was altered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, Self

from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message

from services.shared.bus.announcements import Announcement

FOLDER = Path(__file__).parent
DIGESTS = FOLDER / "SHA256SUMS"
PROTO = FOLDER.parents[1] / "proto"


@dataclass(frozen=True)
class Sample:
    """A saved announcement: ``name`` is its path without the ending, ``in_words`` what was read in it when saved."""

    name: str
    announcement: Announcement
    in_words: Mapping[str, Any]

    @classmethod
    def of(cls, path: Path) -> Self:
        saved = json.loads(path.read_text(encoding="utf-8"))
        name = path.relative_to(FOLDER).with_suffix("").as_posix()
        return cls(name, Announcement.from_json(saved), saved["message"])

    @cached_property
    def message(self) -> Message:
        """What this release reads in it."""
        return message_of(self.announcement)


def paths() -> list[Path]:
    """Where the samples lie."""
    return sorted(FOLDER.glob("*/v*/*.json"))


def samples() -> list[Sample]:
    """Every saved announcement."""
    return [Sample.of(path) for path in paths()]


def digest_line(path: Path) -> str:
    """A file's digest and name, as sha256sum writes them."""
    return f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(FOLDER).as_posix()}\n"


@cache
def announcement_classes() -> Mapping[str, type[Message]]:
    """Every message of this release by which a service announces something, by its full name."""
    sources = sorted(PROTO.glob("nscl/*/v*/*_events.proto"))
    modules = [".".join(source.relative_to(PROTO).with_suffix("").parts) for source in sources]
    return {
        message_class.DESCRIPTOR.full_name: message_class
        for module in modules
        for message_class in vars(import_module(f"{module}_pb2")).values()
        if _announces(message_class)
    }


def _announces(thing: Any) -> bool:
    return isinstance(thing, type) and issubclass(thing, Message) and "announced" in thing.DESCRIPTOR.fields_by_name


def message_of(announcement: Announcement) -> Message:
    """What this release reads in an announcement; KeyError for a type it does not know."""
    return announcement_classes()[announcement.type].FromString(announcement.data)


def in_words(message: Message) -> dict[str, Any]:
    """A message as JSON, by the names its file gives; what is absent or zero does not appear."""
    return json_format.MessageToDict(message, preserving_proto_field_name=True)


def fields_of(message: Descriptor) -> set[str]:
    """The full names of all that messages of a type can say, down to the last field."""
    inner = (fields_of(field.message_type) for field in message.fields if field.message_type)
    return {field.full_name for field in message.fields}.union(*inner)


def fields_said(message: Message) -> set[str]:
    """The full names of what a message does say."""
    said = set()
    for field, value in message.ListFields():
        said.add(field.full_name)
        if field.message_type:
            said.update(*map(fields_said, [value] if isinstance(value, Message) else value))
    return said
