"""Every way to spoil a good request, one field at a time, and what a caller is then told.

A door's test hands in one good request for each method; ``flaws`` finds the fields by themselves, so that a field added
later is tried too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import grpc
import pytest
from google.api.field_behavior_pb2 import FieldBehavior, field_behavior
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, LocalizedMessage
from google.type.date_pb2 import Date
from grpc_status import rpc_status

TOO_LONG = "a" * 5_000
BAD_TEXTS = {"too long": TOO_LONG, "wrong script": "Привет", "hidden sign": "an\u200btoàn", "control": "an\x00toàn"}
BAD_DATES = {
    "impossible": Date(year=2024, month=2, day=30),
    "partial": Date(year=2024, month=2),
    "distant": Date(year=9999, month=1, day=1),
}
MOST_ENTRIES = 1_000
UNKNOWN_CHOICE = 99
OPEN_ENDED = frozenset({"page_size", "min_position"})
"""Whole numbers that may be as large as they like: the one is brought down, the other waited for."""


@dataclass(frozen=True)
class Flaw:
    """A request with one field spoilt; ``field`` is the path by which the answer has to name it."""

    kind: str
    field: str
    request: Message

    def __str__(self) -> str:
        return f"{type(self.request).__name__.removesuffix('Request')}-{self.field}-{self.kind}"


@dataclass(frozen=True)
class Told:
    """What a refused caller was told."""

    code: grpc.StatusCode
    reason: str
    fields: set[str]
    sentence: str


def told(ask: Callable[[], Any]) -> Told:
    """The refusal of a call that must not succeed: one ErrorInfo, one sentence, and the fields at fault."""
    with pytest.raises(grpc.RpcError) as raised:
        ask()
    status = rpc_status.from_call(raised.value)
    assert status is not None, raised.value
    info, sentence, bad_request = (_only(status, kind) for kind in (ErrorInfo, LocalizedMessage, BadRequest))
    assert info.domain == "nscl"
    assert (sentence.locale, bool(sentence.message)) == ("vi", True)
    fields = {violation.field for violation in bad_request.field_violations}
    return Told(raised.value.code(), info.reason, fields, sentence.message)


def flaws(good: Message) -> Iterator[Flaw]:
    """Each field of a good request missing where it is required, and wrong in every way its type knows."""
    for field in good.DESCRIPTOR.fields:
        if FieldBehavior.REQUIRED in field.GetOptions().Extensions[field_behavior]:
            yield _spoilt(good, field, "missing", lambda bent, name: bent.ClearField(name))
        if field.is_repeated:
            yield from _spoilt_entries(good, field)
        elif field.message_type is None or field.message_type is Date.DESCRIPTOR:
            for kind, value in _bad_values(field):
                yield _spoilt(good, field, kind, partial(_put, value=value))
        elif good.HasField(field.name):
            yield from _spoilt_within(good, field)


def _spoilt(good: Message, field: FieldDescriptor, kind: str, spoil: Callable[[Any, str], object]) -> Flaw:
    bent = _copy(good)
    spoil(bent, field.name)
    return Flaw(kind, field.name, bent)


def _spoilt_entries(good: Message, field: FieldDescriptor) -> Iterator[Flaw]:
    """The first entry of a repeated field spoilt, and too many of them."""
    entries = list(getattr(good, field.name))
    if field.message_type is None:
        bad = [*_bad_values(field), *([("empty", "")] if field.type == field.TYPE_STRING else [])]
        for kind, value in bad:
            bent = _copy(good)
            getattr(bent, field.name)[:] = [value, *entries[1:]]
            yield Flaw(kind, f"{field.name}[0]", bent)
    elif entries:
        for flaw in flaws(entries[0]):
            bent = _copy(good)
            getattr(bent, field.name)[0].CopyFrom(flaw.request)
            yield Flaw(flaw.kind, f"{field.name}[0].{flaw.field}", bent)
    if entries:
        bent = _copy(good)
        getattr(bent, field.name).extend([entries[0]] * MOST_ENTRIES)
        yield Flaw("too many", field.name, bent)


def _spoilt_within(good: Message, field: FieldDescriptor) -> Iterator[Flaw]:
    for flaw in flaws(getattr(good, field.name)):
        bent = _copy(good)
        getattr(bent, field.name).CopyFrom(flaw.request)
        yield Flaw(flaw.kind, f"{field.name}.{flaw.field}", bent)


def _bad_values(field: FieldDescriptor) -> list[tuple[str, Any]]:
    if field.message_type is Date.DESCRIPTOR:
        return list(BAD_DATES.items())
    if field.enum_type is not None:
        return [("unknown choice", UNKNOWN_CHOICE)]
    if field.type == field.TYPE_STRING:
        malformed = {"malformed": "not-an-id"} if field.name.endswith(("_id", "_ids")) else {}
        return [*BAD_TEXTS.items(), *malformed.items()]
    if field.type in (field.TYPE_INT32, field.TYPE_INT64):
        most = 2**31 - 1 if field.type == field.TYPE_INT32 else 2**63 - 1
        overflow = [] if field.name in OPEN_ENDED else [("too large", most)]
        return [("negative", -1), *overflow]
    return []


def _put(message: Any, name: str, value: Any) -> None:
    if isinstance(value, Message):
        getattr(message, name).CopyFrom(value)
    else:
        setattr(message, name, value)


def _copy(message: Message) -> Message:
    copy = type(message)()
    copy.CopyFrom(message)
    return copy


def _only(status: Any, kind: type[Any]) -> Any:
    """The one detail of this kind, or an empty one; AIP-193 permits each kind once."""
    found = [detail for detail in status.details if detail.Is(kind.DESCRIPTOR)]
    assert len(found) <= 1
    message = kind()
    if found:
        found[0].Unpack(message)
    return message
