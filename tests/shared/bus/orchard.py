"""Two small services for tests of the bus: an orchard that announces its baskets, and a market that listens to it."""
# ruff: noqa: ARG001, ARG002 - an event method takes the act, and announce the position, whether it needs them or not

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from functools import singledispatch
from typing import Any, ClassVar
from uuid import UUID, uuid4

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import Message

from services.shared.bus.announcements import announced
from services.shared.bus.consumers import Consumer
from services.shared.event_store import Call, Cursor
from services.shared.record import Act, Record, recorded_by

_FIELD = descriptor_pb2.FieldDescriptorProto


def _message_classes(version: int) -> dict[str, type[Message]]:
    """The orchard's announcements, as a file of ``proto/`` would define them."""
    file = descriptor_pb2.FileDescriptorProto(
        name=f"nscl/orchard/v{version}/orchard_events.proto",
        package=f"nscl.orchard.v{version}",
        syntax="proto3",
        dependency=["nscl/common/v1/act.proto"],
    )
    for name in ("BasketFilled", "BasketWeighed", "BasketSold"):
        message = file.message_type.add(name=name)
        for number, (field, kind) in enumerate(
            [("announced", _FIELD.TYPE_MESSAGE), ("row", _FIELD.TYPE_STRING), ("weight_kg", _FIELD.TYPE_INT64)], 1
        ):
            type_name = ".nscl.common.v1.Announced" if kind == _FIELD.TYPE_MESSAGE else None
            message.field.add(name=field, number=number, type=kind, label=_FIELD.LABEL_OPTIONAL, type_name=type_name)
    descriptor_pool.Default().Add(file)
    names = [message.name for message in file.message_type]
    find = descriptor_pool.Default().FindMessageTypeByName
    return {name: message_factory.GetMessageClass(find(f"{file.package}.{name}")) for name in names}


_v1 = _message_classes(1)
BasketFilled: Any = _v1["BasketFilled"]
BasketWeighed: Any = _v1["BasketWeighed"]
BasketSold: Any = _v1["BasketSold"]


class Basket(Record):
    """A basket of the orchard."""

    TOPIC = "orchard:Basket"

    class Event(Record.Event):
        """Something that happened to a basket (sự kiện)."""

        def sentence(self) -> str:
            return f"Giỏ {self.originator_id} đổi trạng thái."

    class Filled(Event, Record.Created):
        """A basket was filled (đầy giỏ)."""

        TOPIC = "orchard:Basket.Filled"
        row: str

    Created = Filled

    class Weighed(Event):
        """A basket was weighed (cân)."""

        TOPIC = "orchard:Basket.Weighed"
        weight_kg: int

    class Inspected(Event):
        """A basket was looked at, which the orchard keeps to itself (xem xét)."""

        TOPIC = "orchard:Basket.Inspected"

    class Sold(Event):
        """A basket was sold (bán)."""

        TOPIC = "orchard:Basket.Sold"

    @recorded_by(Filled)
    def __init__(self, act: Act, row: str) -> None:
        self.row = row

    @recorded_by(Weighed)
    def weigh(self, act: Act, weight_kg: int) -> None:
        self.weight_kg = weight_kg

    @recorded_by(Inspected)
    def inspect(self, act: Act) -> None:
        self.inspected = True

    @recorded_by(Sold)
    def sell(self, act: Act) -> None:
        self.sold = True


@singledispatch
def announce(event: Record.Event, position: int) -> Message | None:
    return None


@announce.register
def _(event: Basket.Filled, position: int) -> Message:
    filled: Message = BasketFilled(announced=announced(event), row=event.row)
    return filled


@announce.register
def _(event: Basket.Weighed, position: int) -> Message:
    weighed: Message = BasketWeighed(announced=announced(event), weight_kg=event.weight_kg)
    return weighed


@announce.register
def _(event: Basket.Sold, position: int) -> Message:
    sold: Message = BasketSold(announced=announced(event))
    return sold


class Ledger:
    """The market's table: what it heard, in the order in which it heard it, and what it is to choke on.

    Over poison with a time to sleep the market only falls asleep.
    """

    table = """
        CREATE TABLE IF NOT EXISTS heard (n bigint GENERATED ALWAYS AS IDENTITY, position bigint, weight_kg bigint);
        CREATE TABLE IF NOT EXISTS poison (position bigint, sleep_seconds double precision);
    """


class OrchardConsumer(Consumer):
    """What the market does when the orchard announces something: an effect that is different when done twice."""

    owner: ClassVar[str] = "orchard"
    ignored: ClassVar[frozenset[str]] = frozenset({"nscl.orchard.v1.BasketFilled"})

    def on_basket_weighed(self, announcement: BasketWeighed, position: int, cursor: Cursor) -> None:
        cursor.execute("INSERT INTO heard (position, weight_kg) VALUES (%s, %s)", (position, announcement.weight_kg))
        cursor.execute("SELECT sleep_seconds FROM poison WHERE position = %s", (position,))
        match cursor.fetchone():
            case (None,):
                raise BasketRotten(position)
            case (seconds,):
                time.sleep(seconds)


class BasketRotten(Exception):
    """The market cannot take this basket."""


def some_act() -> Act:
    return Act(
        person_id=UUID(int=7),
        body="SKHCN",
        capacity="programme_officer",
        effective_on=date(2025, 3, 1),
        recorded_at=datetime.now(UTC),
        request_id=uuid4(),
        document="134/KH-UBND",
    )


def some_call() -> Call:
    return Call(some_act(), b"digest")
