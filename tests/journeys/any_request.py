"""Requests nobody means: good ones, good ones bent, made-up ones and garbled bytes, for any method, out of one seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import inf, nan
from random import Random
from typing import Any
from uuid import UUID

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

TEXTS = (
    *("", " ", "a", "a" * 300, "ộ" * 5_000, "-1", "1e9", "2024-02-30", "not-an-id", "null", "../../etc/passwd"),
    *("Nguyễn Thị Ánh", "Nguye\u0302\u0303n", "Привет", "٩٢", "🐟", "%s {0} ' OR 1=1 --", "<b>&amp;"),
    *("an\x00toàn", "an\u200btoàn", "\u202enàot", "\ufeff", "\ud7ff\ue000\uffff", "\U0010ffff", "dòng\nmới\t"),
)
FRACTIONS = (0.0, -0.0, 1.5, -1e308, 5e-324, nan, inf, -inf)
BITS = {FieldDescriptor.CPPTYPE_INT32: 31, FieldDescriptor.CPPTYPE_INT64: 63}
UNKNOWN_FIELD = b"\xfa\xff\x03\x05oddly"
"""A field with a number that no message of ours has."""
WAITED_FOR = frozenset({"min_position", "at_least"})
"""Fields by which a caller waits for what is not there yet; they are left out, lest every other call takes seconds."""
DEEPEST = 6

Good = Mapping[type[Message], Sequence[Message]]


class Requests:
    """Draws requests; ``good`` are some that were granted, whose words turn up in all others."""

    def __init__(self, chance: Random, good: Good) -> None:
        self._chance = chance
        self._good = good
        self._words: dict[tuple[str, int], list[Any]] = {}
        for request in (request for requests in good.values() for request in requests):
            for field, value in _words(request):
                self._words.setdefault((field.name, field.cpp_type), []).append(value)

    def draw(self, kind: type[Message]) -> bytes:
        """One request of this kind, as it is sent."""
        draw = self._chance.choice((self._well_meant, self._bent, self._made_up))
        sent = draw(kind).SerializeToString()
        return self._garbled(sent) if self._chance.random() < 0.1 else sent

    def _well_meant(self, kind: type[Message]) -> Message:
        """A good request under an id of its own, where there is one to take."""
        if kind not in self._good:
            return self._made_up(kind)
        request = kind()
        request.CopyFrom(self._chance.choice(self._good[kind]))
        if "request_id" in kind.DESCRIPTOR.fields_by_name:
            request.request_id = self._id()  # type: ignore[attr-defined]  # the descriptor has it
        return request

    def _bent(self, kind: type[Message]) -> Message:
        request = self._well_meant(kind)
        for _ in range(self._chance.randint(1, 3)):
            self._bend(request)
        return request

    def _made_up(self, kind: type[Message]) -> Message:
        request = kind()
        self._fill(request)
        return request

    def _bend(self, message: Message) -> None:
        """Exchange or empty one field of the message, or of one within it."""
        within = [each for field, value in message.ListFields() if field.message_type for each in _each(field, value)]
        if within and self._chance.random() < 0.6:
            self._bend(self._chance.choice(within))
        elif fields := [field for field in message.DESCRIPTOR.fields if field.name not in WAITED_FOR]:
            field = self._chance.choice(fields)
            message.ClearField(field.name)
            if self._chance.random() < 0.8:
                self._put(message, field)

    def _fill(self, message: Message, depth: int = 0) -> None:
        message.SetInParent()
        for field in message.DESCRIPTOR.fields:
            if field.name not in WAITED_FOR and self._chance.random() < 0.9:
                self._put(message, field, depth)

    def _put(self, message: Message, field: FieldDescriptor, depth: int = 0) -> None:
        if field.is_repeated:
            for _ in range(self._chance.choice((1, 1, 2, 3) if depth else (0, 1, 2, 3, 70))):
                self._add(getattr(message, field.name), field, depth)
        elif field.message_type is None:
            setattr(message, field.name, self._value(field))
        elif depth < DEEPEST:
            self._fill(getattr(message, field.name), depth + 1)

    def _add(self, entries: Any, field: FieldDescriptor, depth: int) -> None:
        if field.message_type is None:
            entries.append(self._value(field))
        elif depth < DEEPEST:
            self._fill(entries.add(), depth + 1)

    def _value(self, field: FieldDescriptor) -> Any:
        """A word that stood in such a field of a good request, or one that its type just about allows."""
        words = self._words.get((field.name, field.cpp_type))
        if words and self._chance.random() < 0.7:
            return self._chance.choice(words)
        return self._odd_value(field)

    def _odd_value(self, field: FieldDescriptor) -> Any:
        match field.cpp_type:
            case FieldDescriptor.CPPTYPE_STRING if field.type == field.TYPE_BYTES:
                return self._chance.randbytes(self._chance.choice((0, 1, 100, 10_000)))
            case FieldDescriptor.CPPTYPE_STRING:
                return self._chance.choice((*TEXTS, self._id()))
            case FieldDescriptor.CPPTYPE_BOOL:
                return self._chance.random() < 0.5
            case FieldDescriptor.CPPTYPE_ENUM if field.enum_type:
                return self._chance.choice((*field.enum_type.values_by_number, 99, -1, 2**31 - 1))
            case FieldDescriptor.CPPTYPE_DOUBLE | FieldDescriptor.CPPTYPE_FLOAT:
                return self._chance.choice(FRACTIONS)
        most = 2 ** BITS[field.cpp_type]
        return self._chance.choice((0, 1, -1, 12, 2024, 1_000_000, most - 1, -most, self._chance.randrange(most)))

    def _garbled(self, sent: bytes) -> bytes:
        """The bytes cut short, with one changed, with chance ones put in, or with a field that nobody knows."""
        place = self._chance.randrange(len(sent) + 1)
        odd = (b"", self._chance.randbytes(1) + sent[place + 1 :], self._chance.randbytes(8) + sent[place:])
        return self._chance.choice((*(sent[:place] + end for end in odd), sent + UNKNOWN_FIELD))

    def _id(self) -> str:
        return str(UUID(int=self._chance.getrandbits(128), version=4))


def _words(message: Message) -> Iterator[tuple[FieldDescriptor, Any]]:
    """Every value in the message and in those within it, with its field."""
    for field, value in message.ListFields():
        for each in _each(field, value):
            if field.message_type is None:
                yield field, each
            else:
                yield from _words(each)


def _each(field: FieldDescriptor, value: Any) -> list[Any]:
    return list(value) if field.is_repeated else [value]
