"""The figures of the signed log: how soon an event is signed for, what that costs, and how fast a proof is made."""

from __future__ import annotations

from rich.console import Console

from bench.event_log.server import bench_server
from bench.figures import Figure
from bench.proof.integration import integration_figures
from bench.proof.proofs import proof_figures

__all__ = ["measure"]


def measure(console: Console, events: int) -> list[Figure]:
    """Every figure; ``events`` is the size of the tree that proofs are made over."""
    with bench_server() as server:
        return [*integration_figures(server), *proof_figures(server, events, console)]
