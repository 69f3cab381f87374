"""Plain values as the protobuf messages of our doors and announcements write them."""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from nscl.common.v1 import act_pb2

from services.shared.record import Act

M = TypeVar("M", bound=Message)

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def date_message(day: date) -> Date:
    return Date(year=day.year, month=day.month, day=day.day)


def timestamp_message(moment: datetime) -> Timestamp:
    message = Timestamp()
    message.FromDatetime(moment)
    return message


def act_message(act: Act) -> act_pb2.Act:
    return act_pb2.Act(
        person_id=str(act.person_id),
        body=act.body,
        capacity=act.capacity,
        document=act.document or "",
        effective_on=date_message(act.effective_on),
        recorded_at=timestamp_message(act.recorded_at),
        request_id=str(act.request_id),
        cause=act.cause or "",
    )


@cache
def choice_prefix(enum: EnumDescriptor) -> str:
    """What precedes each value's own word: ``TARGET_GROUP_`` for the enum ``TargetGroup``."""
    return _WORD.sub("_", enum.name).upper() + "_"


def choice_number(enum: Any, member: StrEnum | None) -> Any:
    """The number that the protobuf enum gives a domain choice of the same name; unspecified (0) for None.

    ``enum`` is the generated enum class. ValueError when it has no value of that name: the two have drifted apart.
    """
    return 0 if member is None else _number(enum, member)


@cache
def _number(enum: Any, member: StrEnum) -> Any:
    return enum.Value(choice_prefix(enum.DESCRIPTOR) + member.name)


def filled(message_class: type[M], value: object, **given: Any) -> M:
    """A message whose fields hold what ``value`` calls by the same names, and ``given`` what it does not.

    Dates, moments, choices and lines within are written as messages write them; None stays absent. AttributeError when
    the message has a field that neither knows: the two have drifted apart.
    """
    message = message_class()
    for field in message_class.DESCRIPTOR.fields:
        held = given[field.name] if field.name in given else getattr(value, field.name)
        if held is None:
            continue
        if field.is_repeated:
            getattr(message, field.name).extend([_written(field, each) for each in held])
        elif field.message_type is not None:
            getattr(message, field.name).CopyFrom(_written(field, held))
        else:
            setattr(message, field.name, _written(field, held))
    return message


def _written(field: Any, held: Any) -> Any:
    """One value as the field's type has it."""
    if field.enum_type is not None:
        return field.enum_type.values_by_name[choice_prefix(field.enum_type) + str(held)].number
    if field.message_type is None:
        return str(held) if field.type == FieldDescriptor.TYPE_STRING else held
    if isinstance(held, Message):
        return held
    if isinstance(held, datetime):
        return timestamp_message(held)
    if isinstance(held, date):
        return date_message(held)
    return filled(GetMessageClass(field.message_type), held)
