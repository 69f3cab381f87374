"""The figures of the registry, on a PostgreSQL server of its own: searches of enterprises, checks of
double funding, and lists taken in."""

from __future__ import annotations

from bench.event_log.server import bench_server
from bench.figures import Figure
from bench.registry.checks import check_figures
from bench.registry.imports import import_figures
from bench.registry.registry import Registry
from bench.registry.searches import search_figures

__all__ = ["measure"]


def measure(enterprises: int) -> list[Figure]:
    """Every figure; ``enterprises`` are so many as are searched among, and asked about."""
    with bench_server() as server:
        searched = search_figures(Registry.create(server, "bench_searches"), enterprises)
        checked = check_figures(Registry.create(server, "bench_checks"), enterprises)
        return [*searched, *checked, *import_figures(Registry.create(server, "bench_imports"))]
