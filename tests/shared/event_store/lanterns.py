"""A small domain for tests of the log: lanterns of a street festival."""
# ruff: noqa: ARG002 - the method that records an event takes every field of the event

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID, uuid4

from services.shared.event_store import Call
from services.shared.record import Act, Record, recorded_by


class Colour(StrEnum):
    RED = "red"
    GOLD = "gold"


@dataclass(frozen=True)
class Tassel:
    colour: Colour
    length_mm: int


class Lantern(Record):
    """One lantern."""

    TOPIC = "festival:Lantern"
    SNAPSHOT_EVERY = 10

    street: str
    candles: int
    tassels: tuple[Tassel, ...]
    lit_on: dict[date, int]
    lighters: frozenset[UUID]

    class Event(Record.Event):
        """Something that happened to a lantern (sự kiện)."""

    class Hung(Event, Record.Created):
        """A lantern was hung (treo đèn)."""

        TOPIC = "festival:Lantern.Hung"
        street: str

    Created = Hung

    class Lit(Event):
        """A lantern was lit (thắp đèn)."""

        TOPIC = "festival:Lantern.Lit"
        candles: int

    class Adorned(Event):
        """A lantern was adorned (trang trí)."""

        TOPIC = "festival:Lantern.Adorned"
        tassels: tuple[Tassel, ...]
        weight_kg: Decimal
        adorned_on: date
        blessed_at: datetime | None

    @recorded_by(Hung)
    def __init__(self, act: Act, street: str) -> None:
        self.street = street
        self.candles = 0
        self.tassels = ()
        self.lit_on = {}
        self.lighters = frozenset()

    @classmethod
    def hang(cls, act: Act, street: str) -> Lantern:
        return cls(act=act, street=street)

    def light(self, act: Act, candles: int) -> None:
        self._lit(act=act, candles=candles)

    @recorded_by(Lit)
    def _lit(self, act: Act, candles: int) -> None:
        self.candles += candles
        self.lit_on[act.effective_on] = self.lit_on.get(act.effective_on, 0) + candles
        self.lighters |= {act.person_id}

    def adorn(
        self, act: Act, tassels: tuple[Tassel, ...], weight_kg: Decimal, adorned_on: date, blessed_at: datetime | None
    ) -> None:
        self._adorned(act=act, tassels=tassels, weight_kg=weight_kg, adorned_on=adorned_on, blessed_at=blessed_at)

    @recorded_by(Adorned)
    def _adorned(
        self, act: Act, tassels: tuple[Tassel, ...], weight_kg: Decimal, adorned_on: date, blessed_at: datetime | None
    ) -> None:
        self.tassels = tassels


class Stage(Record):
    """One stage."""

    TOPIC = "festival:Stage"

    class Event(Record.Event):
        """Something that happened to a stage (sự kiện)."""

    class Built(Event, Record.Created):
        """A stage was built (dựng sân khấu)."""

        TOPIC = "festival:Stage.Built"

    Created = Built

    @recorded_by(Built)
    def __init__(self, act: Act) -> None:
        self.built_on = act.effective_on


def call(*, etag: str | None = None, digest: bytes = b"digest") -> Call:
    """A fresh call by some officer."""
    act = Act(
        person_id=uuid4(),
        body="SKHCN",
        capacity="programme_officer",
        effective_on=date(2025, 3, 1),
        recorded_at=datetime.now(UTC),
        request_id=uuid4(),
        document="134/KH-UBND",
    )
    return Call(act, digest, etag)
