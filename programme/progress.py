"""A progress bar per chapter on a terminal, one plain line per chapter elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bars

Item = TypeVar("Item")


class Progress:
    """Shows how far the play has come."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def track(self, items: Sequence[Item], chapter: str) -> Iterator[Item]:
        """The items one by one, while the chapter's bar fills."""
        columns = (TextColumn("  {task.description:<38}"), BarColumn(40), MofNCompleteColumn())
        with Bars(*columns, console=self._console, disable=not self._console.is_terminal) as bars:
            yield from bars.track(items, description=chapter)
        if not self._console.is_terminal:
            self._console.print(f"  {chapter}: {len(items)}")
