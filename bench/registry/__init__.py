"""The figures of the registry, on a PostgreSQL server of its own: searches of enterprises, and lists taken in."""

from __future__ import annotations

from bench.event_log.server import bench_server
from bench.figures import Figure
from bench.registry.imports import import_figures
from bench.registry.registry import Registry
from bench.registry.searches import search_figures

__all__ = ["measure"]


def measure(enterprises: int) -> list[Figure]:
    """Every figure; ``enterprises`` are so many as are searched among."""
    with bench_server() as server:
        searched = search_figures(Registry.create(server, "bench_searches"), enterprises)
        return [*searched, *import_figures(Registry.create(server, "bench_imports"))]
