"""From which source is a budget line's money?"""

from __future__ import annotations

from uuid import UUID

from services.shared.event_store import Cursor, View


class BudgetLineSources(View):
    """The source of each budget line, as its draft named it; asked when money leaves the line or comes back."""

    name = "budget_line_sources"
    table = """
        CREATE TABLE IF NOT EXISTS budget_line_sources (
            budget_line_id uuid PRIMARY KEY,
            source_code text NOT NULL
        );
    """

    def keep(self, budget_line_id: UUID, source_code: str, cursor: Cursor) -> None:
        """Keep the source that a line was drafted with."""
        cursor.execute(
            "INSERT INTO budget_line_sources (budget_line_id, source_code) VALUES (%s, %s)",
            (budget_line_id, source_code),
        )

    def source_of(self, budget_line_id: UUID, cursor: Cursor) -> str:
        """The source of a line; empty where the announcement of its draft was skipped."""
        cursor.execute("SELECT source_code FROM budget_line_sources WHERE budget_line_id = %s", (budget_line_id,))
        row = cursor.fetchone()
        return "" if row is None else str(row[0])
