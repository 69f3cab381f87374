"""Events as canonical JSON, written and read by the declared types of their fields.

The same event always has the same bytes, hence the same digest: keys are sorted, text is NFC, nothing is optional. What
cannot be read back to the byte is refused when it is written, not discovered years later.
"""

from __future__ import annotations

import dataclasses
import typing
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent
from eventsourcing.utils import get_topic, resolve_topic
from msgspec import inspect

from services.shared.event_store.errors import EventNotDecodable, EventNotEncodable
from services.shared.record import Record

_EXACT_TYPES = (
    inspect.StrType,
    inspect.IntType,
    inspect.BoolType,
    inspect.NoneType,
    inspect.UUIDType,
    inspect.DateType,
    inspect.DateTimeType,
    inspect.DecimalType,
    inspect.EnumType,
)
_ALWAYS_EXACT = {str, int, bool, type(None), UUID, date}
_ENCODER = msgspec.json.Encoder(order="sorted")
_STORED_BESIDE_THE_STATE = {"originator_id", "originator_version"}


class TypedMapper(Mapper[UUID]):
    """Maps domain events to stored events and back, by the types of their fields."""

    def __init__(self) -> None:
        super().__init__(JSONTranscoder())  # which is asked for by the library and used by nobody

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        """The event with its state as canonical JSON; raises EventNotEncodable, naming the field that does not fit."""
        codec = codec_of(type(domain_event))
        return StoredEvent(
            originator_id=domain_event.originator_id,
            originator_version=domain_event.originator_version,
            topic=get_topic(type(domain_event)),
            state=codec.encode(domain_event),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        """The event as it was; raises EventNotDecodable when its class does not know a field or version."""
        event_class = resolve_topic(stored_event.topic)
        state = codec_of(event_class).decode(stored_event.state)
        state["originator_id"] = stored_event.originator_id
        state["originator_version"] = stored_event.originator_version
        event: DomainEventProtocol[UUID] = object.__new__(event_class)
        object.__setattr__(event, "__dict__", state)
        return event


class Codec:
    """How the state of one event class is written and read."""

    def __init__(self, event_class: type[Any]) -> None:
        """Raises EventNotEncodable when a field is declared as something that has no one canonical form."""
        self._topic = get_topic(event_class)
        self._class = event_class
        self._version: int = getattr(event_class, "class_version", 1)
        self._takes_time_from_act = issubclass(event_class, Record.Event)
        types = typing.get_type_hints(event_class)
        fields = [(field.name, types[field.name]) for field in dataclasses.fields(event_class)]
        fields = [(name, kind) for name, kind in fields if name not in _STORED_BESIDE_THE_STATE]
        if self._takes_time_from_act:
            fields.remove(("timestamp", types["timestamp"]))
        if self._version > 1:
            fields.append(("class_version", int))
        try:
            self._state_class = msgspec.defstruct(event_class.__name__, fields, forbid_unknown_fields=True)
            self._decoder = msgspec.json.Decoder(self._state_class)
            _check_declared(msgspec.inspect.type_info(self._state_class))
        except TypeError as error:
            raise EventNotEncodable(f"{self._topic}: {error}") from error

    def encode(self, event: object) -> bytes:
        """The state as canonical JSON."""
        state = dict(vars(event))
        for name in _STORED_BESIDE_THE_STATE:
            del state[name]
        if self._takes_time_from_act and state.pop("timestamp") != state["act"].recorded_at:
            raise EventNotEncodable(f"{self._topic}: its timestamp is not the time of its act")
        if self._version > 1:
            state["class_version"] = self._version
        try:
            _check_exact(state.values())
            encoded = _in_nfc(_ENCODER.encode(state))
            read_again = _ENCODER.encode(self._decoder.decode(encoded))
        except (TypeError, ValueError, msgspec.MsgspecError) as error:
            raise EventNotEncodable(f"{self._topic}: {error}") from error
        if encoded != read_again:
            raise EventNotEncodable(f"{self._topic}: {encoded.decode()} would be read as {read_again.decode()}")
        return encoded

    def decode(self, stored: bytes) -> dict[str, Any]:
        """The state as the event's attributes; an older class version is brought up to date first."""
        try:
            fields = self._decoder.decode(stored) if self._version == 1 else self._upcast(stored)
        except (ValueError, msgspec.MsgspecError) as error:
            raise EventNotDecodable(f"{self._topic}: {error}") from error
        state = msgspec.structs.asdict(fields)
        state.pop("class_version", None)
        if self._takes_time_from_act:
            state["timestamp"] = state["act"].recorded_at
        return state

    def _upcast(self, stored: bytes) -> msgspec.Struct:
        """Apply ``upcast_v1_v2(state)`` and so on, which change the plain JSON object in place."""
        state = msgspec.json.decode(stored)
        found = state.get("class_version", 1)
        if found > self._version:
            raise EventNotDecodable(f"{self._topic} was stored in version {found}, this code knows {self._version}")
        for version in range(found, self._version):
            getattr(self._class, f"upcast_v{version}_v{version + 1}")(state)
        return msgspec.convert({**state, "class_version": self._version}, self._state_class)


@cache
def codec_of(event_class: type[Any]) -> Codec:
    """The codec of an event class, made once."""
    return Codec(event_class)


def _check_declared(declared: inspect.Type) -> None:
    """Raise TypeError unless values of this type are read again exactly as they were written."""
    match declared:
        case inspect.StructType(fields=fields) | inspect.DataclassType(fields=fields):
            for field in fields:
                _check_declared(field.type)
        case inspect.UnionType(types=types) | inspect.TupleType(item_types=types):
            for part in types:
                _check_declared(part)
        case inspect.VarTupleType(item_type=item_type):
            _check_declared(item_type)
        case _ if not isinstance(declared, _EXACT_TYPES):
            raise TypeError(f"a field is declared as {declared}")


def _check_exact(values: Iterable[object]) -> None:
    """Raise ValueError for a value that means nothing by itself: a time without a zone, a decimal that is no number."""
    for value in values:
        if type(value) in _ALWAYS_EXACT:
            continue
        if isinstance(value, datetime) and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        if isinstance(value, Decimal) and not value.is_finite():
            raise ValueError(f"{value} is not a number")
        if isinstance(value, tuple):
            _check_exact(value)
        elif dataclasses.is_dataclass(value):
            _check_exact(vars(value).values())


def _in_nfc(encoded: bytes) -> bytes:
    if encoded.isascii() or unicodedata.is_normalized("NFC", encoded.decode()):
        return encoded
    # Never the JSON text as a whole: a combining mark after an escaped character would merge with the escape.
    return _ENCODER.encode(_with_nfc_text(msgspec.json.decode(encoded)))


def _with_nfc_text(value: Any) -> Any:
    match value:
        case str():
            return unicodedata.normalize("NFC", value)
        case list():
            return [_with_nfc_text(item) for item in value]
        case dict():
            return {_with_nfc_text(key): _with_nfc_text(item) for key, item in value.items()}
        case _:
            return value
