"""Which plan is in force on a day?"""

from __future__ import annotations

from datetime import date
from functools import singledispatchmethod
from uuid import UUID

from services.reporting.domain.plan import Plan
from services.shared.event_store import Cursor, View
from services.shared.record import Record
from services.shared.refusals import Missing


class NoPlanInForce(Missing):
    """No plan had come into force on that day."""

    sentence = "Chưa có kế hoạch nào có hiệu lực."


class Plans(View):
    """Plans by the day from which they hold."""

    name = "plans"
    table = """
        CREATE TABLE IF NOT EXISTS plans (
            id uuid PRIMARY KEY,
            effective_on date NOT NULL,
            position bigint NOT NULL
        );
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: Plan.Adopted, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "INSERT INTO plans (id, effective_on, position) VALUES (%s, %s, %s)",
            (event.originator_id, event.act.effective_on, position),
        )

    def plan_in_force(self, day: date | None) -> UUID:
        """The plan that came into force last, up to that day or at all. Raises NoPlanInForce."""
        with self.reading() as cursor:
            cursor.execute(
                "SELECT id FROM plans WHERE effective_on <= coalesce(%s, 'infinity'::date)"
                " ORDER BY effective_on DESC, position DESC LIMIT 1",
                (day,),
            )
            row = cursor.fetchone()
        if row is None:
            raise NoPlanInForce
        return UUID(str(row[0]))
