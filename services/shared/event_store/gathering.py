"""A cursor for effects: it keeps statements back and sends many of them in one round trip."""

from __future__ import annotations

from typing import Any

from services.shared.event_store.time_limits import LimitedCursor

# Enough to make the round trip cheap for each statement, and little enough to send while the next ones are thought of.
_MOST_STATEMENTS = 250
_MOST_BYTES = 256 * 1024


class GatheringCursor(LimitedCursor):
    """Statements go to the server in their order, together: when many are there, or when a result is asked for.

    A failure therefore shows at a later statement than the one that caused it; whoever must know which it was runs them
    again on a plain cursor. What is kept must be sent before the commit.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept: list[bytes] = []
        self._kept_bytes = 0

    def execute(self, query: Any, vars: Any = None) -> None:  # noqa: A002 - psycopg2's name
        """Keep the statement for later."""
        statement = self.mogrify(query, vars)
        self._kept.append(statement)
        self._kept_bytes += len(statement)
        if len(self._kept) >= _MOST_STATEMENTS or self._kept_bytes >= _MOST_BYTES:
            self.send()

    def send(self) -> None:
        """Send what is kept; what can be asked for afterwards is the result of the last statement."""
        if self._kept:
            statements = b";\n".join(self._kept)
            self._kept.clear()
            self._kept_bytes = 0
            super().execute(statements)

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row of the last statement."""
        self.send()
        return super().fetchone()

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        """The next rows of the last statement."""
        self.send()
        return super().fetchmany(self.arraysize if size is None else size)

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All remaining rows of the last statement."""
        self.send()
        return super().fetchall()

    def __next__(self) -> tuple[Any, ...]:
        self.send()
        return super().__next__()

    @property
    def rowcount(self) -> int:
        """How many rows the last statement touched."""
        self.send()
        return super().rowcount
