"""What the size of the log costs: appends, loads, reading from end to end, and the memory that takes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

from rich.console import Console

from bench.event_log.appends import appending
from bench.event_log.rounds import alternate
from bench.event_log.server import Log
from bench.event_log.worker import reader, writer
from bench.figures import Figure, median
from deploy.local.postgres import PostgresServer
from deploy.local.trouble import Trouble

__all__ = ["size_figures"]

SMALL_EVENTS = 10_000
IN_FLIGHT = 64
ROUNDS = 7
APPEND_SECONDS = 0.5
# The first change of a page after a checkpoint writes the whole page to the WAL. A log in use is past that; in a large
# one it takes as many appends to get there as its index has pages.
WARM_UP_SECONDS = 20
LOADED_AGGREGATES = 1000
READ_EVENTS = 300_000
BYTES_PER_EVENT = 1500


def size_figures(server: PostgresServer, events: int, console: Console) -> list[Figure]:
    """Each figure at ``events`` beside the same at 10,000 events, or beside COPY."""
    require_room(events)
    small, large = Log.create(server, "small"), Log.create(server, "large")
    small.fill(SMALL_EVENTS)
    with console.status(f"filling a log with {events:,} events"):
        large.fill(events)
    return [
        *reading_figures(large, events),
        memory_figure(small, large, events),
        load_figure(small, large, events),
        append_figure(small, large, events),
    ]


def require_room(events: int) -> None:
    """Raise Trouble unless the disk has room for so many events, their indexes and what is written ahead of them."""
    free_bytes, needed_bytes = shutil.disk_usage(tempfile.gettempdir()).free, events * BYTES_PER_EVENT
    if free_bytes < needed_bytes:
        raise Trouble(
            f"A log of {events:,} events needs {needed_bytes >> 20:,} MiB in {tempfile.gettempdir()}, which has"
            f" {free_bytes >> 20:,} MiB free: give a smaller number with --events."
        )


def reading_figures(log: Log, events: int) -> list[Figure]:
    """The rate of pages and of the bulk reader beside the rate at which COPY sends the same rows."""
    up_to = min(READ_EVENTS, events)
    with reader(log.environment()) as process:
        ways = ("copy", "pages", "all")
        rates = turns({way: partial(process.do, way, up_to=up_to) for way in ways})
    return [
        Figure("reading the log in pages", rates["pages"], "events/s", "COPY", rates["copy"], at_least=0.3),
        Figure("reading the log by the bulk reader", rates["all"], "events/s", "COPY", rates["copy"], at_least=0.6),
    ]


def memory_figure(small: Log, large: Log, events: int) -> Figure:
    """The peak of a process that reads the whole of a log."""
    peaks = []
    for log, up_to in ((large, events), (small, SMALL_EVENTS)):
        with reader(log.environment()) as process:
            process.do("all", up_to=up_to)
            peaks.append(process.do("memory"))
    return Figure(f"memory, reading {events:,} events", peaks[0], "MiB", f"{SMALL_EVENTS:,}", peaks[1], at_most=1.1)


def load_figure(small: Log, large: Log, events: int) -> Figure:
    """The time to load a random aggregate of ten events."""
    with ExitStack() as stack:
        readers = {
            of_events: stack.enter_context(reader(log.environment()))
            for log, of_events in ((small, SMALL_EVENTS), (large, events))
        }
        rates = turns(
            {
                str(of_events): partial(process.do, "load", of_events=of_events, aggregates=LOADED_AGGREGATES)
                for of_events, process in readers.items()
            }
        )
    times_us = [1e6 / rates[str(of_events)] for of_events in (events, SMALL_EVENTS)]
    return Figure(f"a load at {events:,} events", times_us[0], "µs", f"{SMALL_EVENTS:,}", times_us[1], at_most=1.2)


def append_figure(small: Log, large: Log, events: int) -> Figure:
    """The time of an append at 64 in flight, from the rates of both logs in turns."""
    with ExitStack() as stack:
        writers = {log.database: stack.enter_context(writer(log.environment())) for log in (small, large)}
        appending([writers["large"]], IN_FLIGHT, WARM_UP_SECONDS)()
        before = {log: log.head() for log in (small, large)}
        sides = {name: appending([process], IN_FLIGHT, APPEND_SECONDS) for name, process in writers.items()}
        rounds = alternate(sides, ROUNDS)
    for log in (small, large):
        log.check_growth(before[log], rounds[log.database].appended)
    times_us = [1e6 / rounds[name].per_second for name in ("large", "small")]
    return Figure(f"an append at {events:,} events", times_us[0], "µs", f"{SMALL_EVENTS:,}", times_us[1], at_most=1.2)


def turns(sides: dict[str, Callable[[], float]]) -> dict[str, float]:
    """The median rate of each side, after a first round that only warms up."""
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(1 + ROUNDS):
        for name, side in sides.items():
            rates[name].append(side())
    return {name: median(taken[1:]) for name, taken in rates.items()}
