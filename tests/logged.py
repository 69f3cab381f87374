"""What is logged while a test runs, as an installation would write it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from services.shared.logs import LogFormat, formatter


class Logged(logging.Handler):
    """Keeps the JSON lines of everything that is logged, by whatever library."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(formatter(LogFormat.JSON, "tested", "api"))
        self.written: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.written.append(self.format(record))

    def lines(self, logger: str = "nscl.access") -> list[dict[str, Any]]:
        """What one logger wrote."""
        return [line for line in map(json.loads, self.written) if line["logger"] == logger]


@contextmanager
def logging_kept() -> Iterator[Logged]:
    """Keep every line, however unimportant."""
    logged, root = Logged(), logging.getLogger()
    level = root.level
    root.addHandler(logged)
    root.setLevel(logging.DEBUG)
    try:
        yield logged
    finally:
        root.removeHandler(logged)
        root.setLevel(level)
