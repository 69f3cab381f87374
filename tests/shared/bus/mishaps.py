"""Mishaps that can only be made inside a bus process, each when a file of its name stands in the process's folder."""

from __future__ import annotations

import os
import signal
import time
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Self

import amqp
import eventlet

from services.shared.bus import relay, stream

DIES_BEFORE_ACKNOWLEDGING = "dies before acknowledging"
CLOCK_MOVED_HOURS = "clock moved hours"
_LOOK_SECONDS = 0.2


def expect(folder: Path) -> None:
    """Let mishaps happen from now on."""
    _die_before_acknowledging(folder / DIES_BEFORE_ACKNOWLEDGING)
    _move_the_clock(folder / CLOCK_MOVED_HOURS)


def _die_before_acknowledging(order: Path) -> None:
    """Kill the process when the effects of a batch are committed and its messages are not acknowledged."""
    acknowledge = amqp.Channel.basic_ack

    def die_first(channel: amqp.Channel, delivery_tag: int, multiple: bool = False, **others: Any) -> Any:
        if multiple and order.exists():
            order.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return acknowledge(channel, delivery_tag, multiple, **others)

    amqp.Channel.basic_ack = die_first


def _move_the_clock(hours: Path) -> None:
    """Move what the process takes for the time of day by as many hours as the file says."""
    right_time = time.time

    class MovedClock(datetime):
        moved = timedelta()

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) + cls.moved

    def look() -> None:
        while True:
            if hours.exists() and (text := hours.read_text()):
                MovedClock.moved = timedelta(hours=float(text))
            eventlet.sleep(_LOOK_SECONDS)

    time.time = lambda: right_time() + MovedClock.moved.total_seconds()
    stream.datetime = relay.datetime = MovedClock  # type: ignore[attr-defined] # the modules that ask for the time
    eventlet.spawn(look)
