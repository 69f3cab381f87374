"""The figures of the event log, taken at its recorder on a PostgreSQL server of its own."""

from __future__ import annotations

from rich.console import Console

from bench.event_log.appends import append_figures
from bench.event_log.server import bench_server
from bench.event_log.size import size_figures
from bench.figures import Figure

__all__ = ["measure"]


def measure(console: Console, events: int) -> list[Figure]:
    """Every figure; ``events`` is the size of the large log."""
    with bench_server() as server:
        return [*append_figures(server), *size_figures(server, events, console)]
