"""Events as canonical JSON, written and read by the declared types of their fields.

The same event always has the same bytes, hence the same digest: keys are sorted, text is NFC, nothing is optional. What
cannot be read back to the byte is refused when it is written, not discovered years later.
"""

from __future__ import annotations

import dataclasses
import hashlib
import typing
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent
from eventsourcing.utils import TopicError, get_topic, resolve_topic
from msgspec import inspect

from services.shared.event_store.errors import EventNotDecodable, EventNotEncodable, EventOfLaterRelease
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
        """The event as it was.

        Raises EventNotDecodable when its class does not know a field, and EventOfLaterRelease for a class or version
        that this code does not know.
        """
        try:
            event_class = resolve_topic(stored_event.topic)
        except TopicError as error:
            raise EventOfLaterRelease(f"{stored_event.topic}: this code knows no such event") from error
        state = codec_of(event_class).decode(stored_event.state)
        state["originator_id"] = stored_event.originator_id
        state["originator_version"] = stored_event.originator_version
        event: DomainEventProtocol[UUID] = object.__new__(event_class)
        object.__setattr__(event, "__dict__", state)
        return event


class TypedJson:
    """Fields of declared types as one canonical JSON object: read again to the byte, or not written at all."""

    def __init__(self, topic: str, fields: Iterable[tuple[str, Any]], *, collections: bool = False) -> None:
        """``collections`` permits dicts and frozensets, which are written sorted.

        Raises EventNotEncodable when a field is declared as something that has no one canonical form.
        """
        self.topic = topic
        self._encode = _encoded_with_collections if collections else _ENCODER.encode
        try:
            self._struct = msgspec.defstruct("State", fields, forbid_unknown_fields=True)
            self._decoder = msgspec.json.Decoder(self._struct)
            self._declared = inspect.type_info(self._struct)
            _check_declared(self._declared, collections)
        except TypeError as error:
            raise EventNotEncodable(f"{topic}: {error}") from error

    @property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that change when a field, or a field within a field, is declared otherwise."""
        return hashlib.sha256(repr(self._declared).encode()).hexdigest()[:16]

    def schema(self) -> dict[str, Any]:
        """The fields as JSON Schema."""
        return msgspec.json.schema(self._struct)

    def encode(self, state: dict[str, Any]) -> bytes:
        """The values as canonical JSON; raises EventNotEncodable, naming the field that does not fit."""
        try:
            _check_exact(state.values())
            encoded = _in_nfc(self._encode(state))
            read_again = self._encode(self._decoder.decode(encoded))
        except (TypeError, ValueError, msgspec.MsgspecError) as error:
            raise EventNotEncodable(f"{self.topic}: {error}") from error
        if encoded != read_again:
            raise EventNotEncodable(f"{self.topic}: {encoded.decode()} would be read as {read_again.decode()}")
        return encoded

    def decode(self, stored: bytes, upcast: Callable[[Any], Any] | None = None) -> dict[str, Any]:
        """The values again; ``upcast`` brings the plain JSON object up to date before its types are looked at.

        Raises EventNotDecodable.
        """
        try:
            if upcast is None:
                fields = self._decoder.decode(stored)
            else:
                fields = msgspec.convert(upcast(msgspec.json.decode(stored, type=dict[str, Any])), self._struct)
        except (LookupError, ValueError, msgspec.MsgspecError) as error:
            raise EventNotDecodable(f"{self.topic}: {error!r}") from error
        return msgspec.structs.asdict(fields)


class Codec:
    """How the state of one event class is written and read."""

    def __init__(self, event_class: type[Any]) -> None:
        """Raises EventNotEncodable when a field is declared as something that has no one canonical form."""
        self._class = event_class
        self._version: int = getattr(event_class, "class_version", 1)
        self._takes_time_from_act = issubclass(event_class, Record.Event)
        types = typing.get_type_hints(event_class)
        left_out = {*_STORED_BESIDE_THE_STATE, "timestamp"} if self._takes_time_from_act else _STORED_BESIDE_THE_STATE
        names = [field.name for field in dataclasses.fields(event_class) if field.name not in left_out]
        fields = [(name, types[name]) for name in names]
        if self._version > 1:
            fields.append(("class_version", int))
        self._json = TypedJson(get_topic(event_class), fields)

    @property
    def topic(self) -> str:
        """The name under which events of this class are stored."""
        return self._json.topic

    def schema(self) -> dict[str, Any]:
        """What a stored state holds, as JSON Schema."""
        return self._json.schema()

    def encode(self, event: object) -> bytes:
        """The state as canonical JSON."""
        state = dict(vars(event))
        for name in _STORED_BESIDE_THE_STATE:
            del state[name]
        if self._takes_time_from_act and state.pop("timestamp") != state["act"].recorded_at:
            raise EventNotEncodable(f"{self._json.topic}: its timestamp is not the time of its act")
        if self._version > 1:
            state["class_version"] = self._version
        return self._json.encode(state)

    def decode(self, stored: bytes) -> dict[str, Any]:
        """The state as the event's attributes; an older class version is brought up to date first."""
        try:
            state = self._json.decode(stored, self._upcast if self._version > 1 else None)
        except EventNotDecodable as error:
            if (found := _version_of(stored)) > self._version:
                versions = f"stored in version {found}, this code knows {self._version}"
                raise EventOfLaterRelease(f"{self.topic}: {versions}") from error
            raise
        state.pop("class_version", None)
        if self._takes_time_from_act:
            state["timestamp"] = state["act"].recorded_at
        return state

    def _upcast(self, state: dict[str, Any]) -> dict[str, Any]:
        """Apply ``upcast_v1_v2(state)`` and so on, which change the plain JSON object in place."""
        found = state.get("class_version", 1)
        for version in range(found, self._version):
            getattr(self._class, f"upcast_v{version}_v{version + 1}")(state)
        return {**state, "class_version": self._version}


class _Versioned(msgspec.Struct):
    """Of a stored state, its version alone."""

    class_version: int = 1


def _version_of(stored: bytes) -> int:
    """The class version in which a state was stored; 1 where it says none that makes sense."""
    try:
        return msgspec.json.decode(stored, type=_Versioned).class_version
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return 1


@cache
def codec_of(event_class: type[Any]) -> Codec:
    """The codec of an event class, made once."""
    return Codec(event_class)


def _check_declared(declared: inspect.Type, collections: bool) -> None:
    """Raise TypeError unless values of this type are read again exactly as they were written."""
    match declared:
        case inspect.StructType(fields=fields) | inspect.DataclassType(fields=fields):
            parts = [field.type for field in fields]
        case inspect.UnionType(types=types) | inspect.TupleType(item_types=types):
            parts = list(types)
        case inspect.VarTupleType(item_type=item_type):
            parts = [item_type]
        case inspect.FrozenSetType(item_type=item_type) if collections:
            parts = [item_type]
        case inspect.DictType(key_type=key_type, value_type=value_type) if collections:
            parts = [key_type, value_type]
        case _ if isinstance(declared, _EXACT_TYPES):
            parts = []
        case _:
            raise TypeError(f"a field is declared as {declared}")
    for part in parts:
        _check_declared(part, collections)


def _check_exact(values: Iterable[object]) -> None:
    """Raise ValueError for a value that means nothing by itself: a time without a zone, a decimal that is no number."""
    for value in values:
        if type(value) in _ALWAYS_EXACT:
            continue
        if isinstance(value, datetime) and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        if isinstance(value, Decimal) and not value.is_finite():
            raise ValueError(f"{value} is not a number")
        if isinstance(value, dict | set) and type(value) is not dict:
            raise ValueError(f"a {type(value).__name__} would be read as a dict or frozenset")
        if isinstance(value, tuple | frozenset):
            _check_exact(value)
        elif isinstance(value, dict):
            _check_exact((*value.keys(), *value.values()))
        elif dataclasses.is_dataclass(value):
            _check_exact(vars(value).values())


def _encoded_with_collections(state: object) -> bytes:
    """The encoder by itself sorts no dict whose keys are not text."""
    return _ENCODER.encode(msgspec.to_builtins(state, str_keys=True, order="sorted"))


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
