"""The figures of the bus, taken on a PostgreSQL server and a RabbitMQ node of its own, with real bus processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from bench.figures import Figure

__all__ = ["measure"]


def measure(console: Console, events: int) -> list[Figure]:
    """Every figure; ``events`` is how far an empty consumer has to catch up."""
    # Not at the top: a bus process, which is a module of this package, may load nothing before eventlet.
    from bench.bus.figures import catch_up_figures, latency_figures, rate_figures, resume_figures
    from bench.bus.rig import rig

    with rig() as running:
        with console.status(f"catching up over {events:,} events"):
            figures = catch_up_figures(running, events)
        return [*figures, *latency_figures(running), *rate_figures(running), *resume_figures(running)]
