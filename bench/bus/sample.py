"""What is announced and heard here: the registry's bodies, by a service that only notes where each stood."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import ClassVar
from uuid import UUID, uuid4

from nscl.registry.v1.registry_events_pb2 import BodyEstablished

from services.registry.domain.body import Body
from services.shared.bus.consumers import Consumer
from services.shared.event_store import Call, Cursor
from services.shared.record import Act

__all__ = ["LISTENER", "OWNER", "Effects", "Listener", "some_body", "some_call"]

OWNER = "registry"
LISTENER = "bench"

_numbers = count()


class Effects:
    """The listener's table: what it heard, in the order in which it did."""

    table = "CREATE TABLE effects (n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, position bigint NOT NULL)"


class Listener(Consumer):
    """One small effect for each announcement, different when it is done twice."""

    owner: ClassVar[str] = OWNER

    def on_body_established(self, announcement: BodyEstablished, position: int, cursor: Cursor) -> None:  # noqa: ARG002 - the effect is that it came
        cursor.execute("INSERT INTO effects (position) VALUES (%s)", (position,))


def some_body() -> Body:
    """A body nobody has heard of."""
    number = next(_numbers)
    return Body.establish(some_act(), f"MAU-{uuid4().hex[:8]}", f"Cơ quan mẫu {number}", date(2025, 3, 1))


def some_call() -> Call:
    """A request of its own."""
    return Call(some_act(), b"digest")


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
