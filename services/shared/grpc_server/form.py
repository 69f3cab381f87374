"""Reading a request as a clerk reads a form: every field looked at, everything wrong with it told at once."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from google.api.field_behavior_pb2 import FieldBehavior, field_behavior
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message

from services.shared.grpc_server.refusals import FormIncorrect, Violation
from services.shared.grpc_server.text import foreign_sign, has_controls, tidied
from services.shared.wire import choice_prefix

T = TypeVar("T")
C = TypeVar("C", bound=StrEnum)

MOST_VND = 10**15
MOST_ENTRIES = 1_000
MOST_INTEGER = 2**63 - 1
_EARLIEST, _LATEST = datetime.date(1900, 1, 1), datetime.date(2200, 12, 31)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NO_ID, _NO_DAY, _NO_MOMENT = UUID(int=0), datetime.date.min, datetime.datetime.min.replace(tzinfo=datetime.UTC)


class Form:
    """The fields of a protobuf message as plain values.

    A required field is read by ``text``, ``uuid``, ``date`` …, one that may be absent by ``optional_text`` … (absent is
    None). A field that cannot be accepted is noted and reads as a neutral placeholder; ``check`` then raises
    FormIncorrect once, with all of them. Ask for no decision before ``check``.

    TypeError where a field's ``google.api.field_behavior`` contradicts the way it is read: the published contract and
    the code have drifted apart.
    """

    def __init__(self, message: Message) -> None:
        self._message = message
        self._path = ""
        self._violations: list[Violation] = []

    def check(self) -> None:
        """FormIncorrect when any field read so far cannot be accepted."""
        if self._violations:
            raise FormIncorrect(self._violations)

    @property
    def violations(self) -> tuple[Violation, ...]:
        """What cannot be accepted of what was read so far, for whoever goes on without what is wrong."""
        return tuple(self._violations)

    def refuse(self, field: str, reason: str, sentence: str) -> None:
        """Note a violation that only the service can know of, such as two fields that contradict each other."""
        self._violations.append(Violation(self._path + field, reason, sentence))

    # Text

    def text(
        self, field: str, *, longest: int = 200, shortest: int = 1, pattern: str | None = None, lines: bool = False
    ) -> str:
        """A text in NFC, trimmed, in Latin script and without invisible signs; ``lines`` permits line breaks."""
        value = self._value(field, required=True)
        return self._text(field, value, longest, shortest, pattern, lines) if value else self._absent(field, "")

    def optional_text(
        self, field: str, *, longest: int = 200, shortest: int = 1, pattern: str | None = None, lines: bool = False
    ) -> str | None:
        value = self._value(field, required=False)
        return self._text(field, value, longest, shortest, pattern, lines) if value else None

    def texts(
        self, field: str, *, longest: int = 200, pattern: str | None = None, least: int = 0, most: int = MOST_ENTRIES
    ) -> tuple[str, ...]:
        return tuple(
            self._text(place, value, longest, 1, pattern, False) if value else self._absent(place, "")
            for place, value in self._entries(field, least, most)
        )

    # Ids

    def uuid(self, field: str, *, version: int | None = None) -> UUID:
        value = self._value(field, required=True)
        return self._uuid(field, value, version) if value else self._absent(field, _NO_ID)

    def optional_uuid(self, field: str) -> UUID | None:
        value = self._value(field, required=False)
        return self._uuid(field, value, None) if value else None

    def uuids(self, field: str, *, least: int = 0, most: int = MOST_ENTRIES) -> tuple[UUID, ...]:
        return tuple(
            self._uuid(place, value, None) if value else self._absent(place, _NO_ID)
            for place, value in self._entries(field, least, most)
        )

    # Time

    def date(
        self, field: str, *, earliest: datetime.date | None = None, latest: datetime.date | None = None
    ) -> datetime.date:
        """A full date; by itself between 1900 and 2200."""
        value = self._value(field, required=True)
        return self._absent(field, _NO_DAY) if value is None else self._date(field, value, earliest, latest)

    def optional_date(
        self, field: str, *, earliest: datetime.date | None = None, latest: datetime.date | None = None
    ) -> datetime.date | None:
        value = self._value(field, required=False)
        return None if value is None else self._date(field, value, earliest, latest)

    def timestamp(self, field: str) -> datetime.datetime:
        """A moment, in UTC."""
        value = self._value(field, required=True)
        return self._absent(field, _NO_MOMENT) if value is None else self._timestamp(field, value)

    def optional_timestamp(self, field: str) -> datetime.datetime | None:
        value = self._value(field, required=False)
        return None if value is None else self._timestamp(field, value)

    # Numbers and choices

    def integer(self, field: str, *, least: int = 0, most: int = MOST_INTEGER) -> int:
        """A whole number within bounds; zero is refused as absent where the bounds exclude it."""
        value = self._value(field, required=True)
        if value is None or value == 0 < least:
            return self._absent(field, least)
        return self._integer(field, value, least, most)

    def optional_integer(self, field: str, *, least: int = 0, most: int = MOST_INTEGER) -> int | None:
        """None where absent: unset when the proto field is ``optional``, otherwise zero."""
        value = self._value(field, required=False)
        if value is None or (value == 0 and not _field(self._message.DESCRIPTOR, field).has_presence):
            return None
        return self._integer(field, value, least, most)

    def amount_vnd(self, field: str, *, most: int = MOST_VND) -> int:
        """An amount of money in whole đồng, more than nothing."""
        return self.integer(field, least=1, most=most)

    def optional_amount_vnd(self, field: str, *, most: int = MOST_VND) -> int | None:
        return self.optional_integer(field, least=1, most=most)

    def boolean(self, field: str) -> bool:
        """A yes or no; where the proto field is ``optional``, it has to be said, otherwise silence is no."""
        if not _field(self._message.DESCRIPTOR, field).has_presence:
            return bool(getattr(self._message, field))
        value = self._value(field, required=True)
        return self._absent(field, False) if value is None else bool(value)

    def optional_boolean(self, field: str) -> bool | None:
        value = self._value(field, required=False)
        return None if value is None else bool(value)

    def choice(self, field: str, choices: type[C]) -> C:
        """The member of ``choices`` with the name of the enum value (without the enum's prefix)."""
        value = self._value(field, required=True)
        return self._choice(field, field, value, choices) if value else self._absent(field, next(iter(choices)))

    def optional_choice(self, field: str, choices: type[C]) -> C | None:
        value = self._value(field, required=False)
        return self._choice(field, field, value, choices) if value else None

    def choices(self, field: str, choices: type[C], *, least: int = 0, most: int = MOST_ENTRIES) -> tuple[C, ...]:
        return tuple(
            self._choice(field, place, value, choices) if value else self._absent(place, next(iter(choices)))
            for place, value in self._entries(field, least, most)
        )

    # Messages within the message

    def nested(self, field: str, read: Callable[[Form], T]) -> T:
        """A message field, read by ``read`` from a form of its own; an absent one is read as empty."""
        if self._value(field, required=True) is None:
            self._absent(field, None)
            return read(self._inner(f"{field}.", getattr(self._message, field), heard=False))
        return read(self._inner(f"{field}.", getattr(self._message, field)))

    def optional_nested(self, field: str, read: Callable[[Form], T]) -> T | None:
        value = self._value(field, required=False)
        return None if value is None else read(self._inner(f"{field}.", value))

    def each(self, field: str, read: Callable[[Form], T], *, least: int = 0, most: int = MOST_ENTRIES) -> tuple[T, ...]:
        """Every entry of a repeated message field, read by ``read`` from a form of its own."""
        return tuple(read(self._inner(f"{place}.", value)) for place, value in self._entries(field, least, most))

    # How each kind of value is looked at

    def _text(self, field: str, value: str, longest: int, shortest: int, pattern: str | None, lines: bool) -> str:
        text = tidied(value)
        if not text:
            return self._absent(field, "")
        if has_controls(text, lines=lines):
            self.refuse(field, "FIELD_MALFORMED", f"Trường {self._path}{field} chứa ký tự điều khiển hoặc ký tự ẩn.")
        elif foreign_sign(text) is not None:
            self.refuse(
                field, "FIELD_WRONG_SCRIPT", f"Trường {self._path}{field} chỉ được dùng chữ tiếng Việt hoặc chữ Latinh."
            )
        elif len(text) > longest:
            self.refuse(field, "FIELD_TOO_LONG", f"Trường {self._path}{field} dài quá {longest} ký tự.")
        elif len(text) < shortest:
            self.refuse(field, "FIELD_TOO_SHORT", f"Trường {self._path}{field} ngắn hơn {shortest} ký tự.")
        elif pattern is not None and not re.fullmatch(pattern, text):
            self.refuse(field, "FIELD_MALFORMED", f"Trường {self._path}{field} không đúng định dạng quy định.")
        else:
            return text
        return ""

    def _uuid(self, field: str, value: str, version: int | None) -> UUID:
        if _UUID.fullmatch(value.lower()):
            found = UUID(value)
            if version is None or found.version == version:
                return found
        kind = "UUID" if version is None else f"UUID phiên bản {version}"
        self.refuse(field, "FIELD_MALFORMED", f"Trường {self._path}{field} không phải là một mã {kind} hợp lệ.")
        return _NO_ID

    def _date(
        self, field: str, value: Any, earliest: datetime.date | None, latest: datetime.date | None
    ) -> datetime.date:
        try:
            day = datetime.date(value.year, value.month, value.day)
        except (ValueError, OverflowError):
            self.refuse(field, "FIELD_MALFORMED", f"Trường {self._path}{field} không phải là một ngày đầy đủ, có thật.")
            return _NO_DAY
        first, last = earliest or _EARLIEST, latest or _LATEST
        if not first <= day <= last:
            bounds = f"{first:%d/%m/%Y} đến {last:%d/%m/%Y}"
            self.refuse(field, "FIELD_OUT_OF_RANGE", f"Trường {self._path}{field} phải từ ngày {bounds}.")
        return day

    def _timestamp(self, field: str, value: Any) -> datetime.datetime:
        try:
            moment: datetime.datetime = value.ToDatetime(tzinfo=datetime.UTC)
        except (ValueError, OverflowError):
            self.refuse(field, "FIELD_MALFORMED", f"Trường {self._path}{field} không phải là một thời điểm hợp lệ.")
            return _NO_MOMENT
        return moment

    def _integer(self, field: str, value: int, least: int, most: int) -> int:
        if least <= value <= most:
            return value
        bounds = f"từ {least} đến {most}" if most < MOST_INTEGER else f"từ {least} trở lên"
        self.refuse(field, "FIELD_OUT_OF_RANGE", f"Trường {self._path}{field} phải là số nguyên {bounds}.")
        return least

    def _choice(self, field: str, place: str, number: int, choices: type[C]) -> C:
        enum: EnumDescriptor = _field(self._message.DESCRIPTOR, field).enum_type  # type: ignore[assignment]  # not None
        chosen: C | None = _choices_by_number(enum, choices).get(number)
        if chosen is not None:
            return chosen
        self.refuse(
            place, "FIELD_UNKNOWN_CHOICE", f"Trường {self._path}{place} không thuộc các lựa chọn được chấp nhận."
        )
        return next(iter(choices))

    # Where values come from

    def _value(self, field: str, *, required: bool) -> Any:
        """What stands in a field; None where it can be told that nothing was put there."""
        if _tells_presence(self._message.DESCRIPTOR, field, required) and not self._message.HasField(field):
            return None
        return getattr(self._message, field)

    def _entries(self, field: str, least: int, most: int) -> list[tuple[str, Any]]:
        _tells_presence(self._message.DESCRIPTOR, field, least > 0)
        values = getattr(self._message, field)
        if len(values) > most:
            self.refuse(field, "FIELD_TOO_MANY", f"Trường {self._path}{field} có quá {most} mục.")
        elif len(values) < least:
            reason = "FIELD_TOO_FEW" if values else "FIELD_REQUIRED"
            self.refuse(field, reason, f"Trường {self._path}{field} cần ít nhất {least} mục.")
        return [(f"{field}[{index}]", value) for index, value in enumerate(values[:most])]

    def _inner(self, path: str, message: Message, *, heard: bool = True) -> Form:
        """A form of a message within this one; an unheard one notes nothing, because its absence is noted already."""
        inner = Form(message)
        inner._path = self._path + path
        if heard:
            inner._violations = self._violations
        return inner

    def _absent(self, field: str, placeholder: T) -> T:
        self.refuse(field, "FIELD_REQUIRED", f"Trường {self._path}{field} là bắt buộc.")
        return placeholder


@lru_cache(maxsize=4096)
def _field(message: Descriptor, name: str) -> FieldDescriptor:
    return message.fields_by_name[name]


@lru_cache(maxsize=4096)
def _choices_by_number(enum: EnumDescriptor, choices: type[C]) -> dict[int, C]:
    words = {value.number: value.name.removeprefix(choice_prefix(enum)) for value in enum.values}
    return {number: choices[word] for number, word in words.items() if word in choices.__members__}


@lru_cache(maxsize=4096)
def is_declared_required(message: Descriptor, field: str) -> bool:
    """Whether the proto declares the field REQUIRED (``google.api.field_behavior``)."""
    return FieldBehavior.REQUIRED in _field(message, field).GetOptions().Extensions[field_behavior]


@lru_cache(maxsize=4096)
def _tells_presence(message: Descriptor, field: str, required: bool) -> bool:
    """Whether the message can tell an absent field from an empty one; TypeError when it is read against its proto."""
    declared = _field(message, field).GetOptions().Extensions[field_behavior]
    contradiction = FieldBehavior.OPTIONAL if required else FieldBehavior.REQUIRED
    if contradiction in declared:
        said = FieldBehavior.Name(contradiction)
        raise TypeError(f"{message.full_name}.{field} is {said} in the proto, but read otherwise")
    return _field(message, field).has_presence
