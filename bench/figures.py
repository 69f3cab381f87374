"""What a measurement came to: a figure, the peer it was taken against in the same run, and what is expected of both."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

__all__ = ["Figure", "median", "percentile", "save", "show"]

median = statistics.median


def percentile(values: Sequence[float], percent: int) -> float:
    """The value below which so many percent of the values lie."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


@dataclass(frozen=True)
class Figure:
    """One row of a table: ``measured`` beside ``against``, which ``peer`` reached, both in ``unit``.

    ``at_least`` and ``at_most`` bound the ratio; a figure without a bound is only reported. Where ``measured`` has
    two numbers they are what the name says, such as p50 and p99.
    """

    name: str
    measured: float | tuple[float, ...]
    unit: str
    peer: str = ""
    against: float | None = None
    at_least: float | None = None
    at_most: float | None = None

    @property
    def ratio(self) -> float | None:
        """Measured by against; None where there is nothing to hold it against."""
        return self.measured / self.against if self.against and isinstance(self.measured, int | float) else None

    @property
    def expected(self) -> str:
        """The bound of the ratio in words."""
        bounds = (("at least", self.at_least), ("at most", self.at_most))
        return " and ".join(f"{word} {bound:g}" for word, bound in bounds if bound is not None)

    @property
    def is_as_expected(self) -> bool:
        """Whether the ratio keeps its bounds."""
        ratio = self.ratio
        if ratio is None:
            return True
        return (self.at_least is None or ratio >= self.at_least) and (self.at_most is None or ratio <= self.at_most)


def save(file: Path, part: str, figures: Iterable[Figure]) -> None:
    """Put a part's figures beside those of the other parts, in place of its earlier ones."""
    parts: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    kept = {name: rows for name, rows in parts.items() if isinstance(rows, list)}
    kept[part] = [asdict(figure) | {"ratio": figure.ratio} for figure in figures]
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n")


def show(console: Console, title: str, figures: Iterable[Figure]) -> None:
    """The figures as a table; a ratio that misses its bound stands in red."""
    table = Table(title=title, title_justify="left")
    table.add_column("figure")
    for column in ("measured", "against", "ratio"):
        table.add_column(column, justify="right")
    table.add_column("expected")
    for figure in figures:
        against = "" if figure.against is None else f"{_written(figure.against, figure.unit)} {figure.peer}"
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        style = "" if figure.is_as_expected else "[bold red]"
        table.add_row(figure.name, _written(figure.measured, figure.unit), against, style + ratio, figure.expected)
    console.print(table)


def _written(value: float | tuple[float, ...], unit: str) -> str:
    numbers = value if isinstance(value, tuple) else (value,)
    return " / ".join(f"{number:,.0f}" if number >= 100 else f"{number:,.2f}" for number in numbers) + f" {unit}"
