"""Plain values as protobuf messages, field by field of the same name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
from google.type.date_pb2 import Date
from nscl.registry.v1 import registry_service_pb2 as registry
from nscl.support.v1 import support_resources_pb2 as messages

from services.shared.wire import filled


class Role(StrEnum):
    CHAIR = "CHAIR"


@dataclass(frozen=True)
class Seat:
    person_id: UUID
    body: str
    role: Role | str
    kind: StrEnum | None = None


@dataclass(frozen=True)
class Room:
    document: str | None
    members: tuple[Seat, ...]


SEAT = Seat(UUID(int=7), "SKHCN", Role.CHAIR)
REST: dict[str, Any] = {
    field.name: () if field.is_repeated else None
    for field in messages.Council.DESCRIPTOR.fields
    if field.name not in {"document", "members"}
} | {"etag": 3}


def test_fields_of_the_same_name_are_filled() -> None:
    message = filled(messages.CouncilMember, SEAT)
    assert (message.person_id, message.body) == (str(UUID(int=7)), "SKHCN")
    assert message.role == messages.COUNCIL_ROLE_CHAIR


def test_a_choice_kept_as_text_is_the_same_choice() -> None:
    assert filled(messages.CouncilMember, Seat(UUID(int=7), "SKHCN", "CHAIR")).role == messages.COUNCIL_ROLE_CHAIR


def test_lines_within_are_filled_and_none_stays_absent() -> None:
    message = filled(messages.Council, Room(None, (SEAT,)), **REST)
    assert [member.body for member in message.members] == ["SKHCN"]
    assert (message.document, message.etag, message.HasField("rules")) == ("", "3", False)


def test_days_are_dates() -> None:
    days = {"valid_from": date(2024, 5, 1), "valid_until": None}
    message = filled(registry.BusinessLine, None, **days, scheme="VSIC2018", code="1020")
    assert message.valid_from == Date(year=2024, month=5, day=1)
    assert not message.HasField("valid_until")


def test_a_field_nobody_knows_is_an_error() -> None:
    with pytest.raises(AttributeError):
        filled(messages.Council, Room(None, (SEAT,)))
