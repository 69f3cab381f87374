"""What does each task, participation, council, inspection, product and award wait for, and since when?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import singledispatchmethod
from typing import Any
from uuid import UUID

from services.shared.event_store import Cursor, View
from services.shared.record import Record
from services.support.domain.task import Task
from services.support.domain.waiting_steps import UNTIL_JUDGED, WAITING, Waiting


@dataclass(frozen=True)
class WaitingRow:
    """The open step of a record or a contract's milestone; its fields are the columns of the table, in their order.

    ``task_id`` is None for what belongs to no task: a product, an award.
    """

    subject_id: UUID
    milestone_number: int
    task_id: UUID | None
    step: str
    since: date
    named_on: date | None
    host_body: str | None


COLUMNS = ", ".join(field.name for field in fields(WaitingRow))


class WaitingStepList(View):
    """The open step of everything that waits for one."""

    name = "waiting_steps"
    table = """
        CREATE TABLE IF NOT EXISTS waiting_steps (
            subject_id uuid NOT NULL,
            milestone_number integer NOT NULL,
            task_id uuid,
            step text,
            since date NOT NULL,
            named_on date,
            host_body text,
            PRIMARY KEY (subject_id, milestone_number)
        );
        CREATE INDEX IF NOT EXISTS waiting_steps_open ON waiting_steps (subject_id) WHERE step IS NOT NULL;
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """The table in the domain says what each event leaves to be done."""
        waiting = WAITING.get(type(event))
        if waiting is None:
            return
        if waiting.plans_milestones:
            self._forget_plan(event, cursor)
        for milestone_number, named_on in _parts(event, waiting):
            self._wait(event, waiting, milestone_number, named_on, cursor)
        if waiting.ends:
            cursor.execute(
                "UPDATE waiting_steps SET step = NULL WHERE task_id = %s AND step = ANY(%s)",
                (event.originator_id, list(waiting.ends)),
            )

    def _wait(
        self, event: Record.Event, waiting: Waiting, milestone_number: int, named_on: date | None, cursor: Cursor
    ) -> None:
        cursor.execute(
            """
            INSERT INTO waiting_steps AS known
                (subject_id, milestone_number, task_id, step, since, named_on, host_body)
            VALUES (%(subject_id)s, %(milestone_number)s, %(task_id)s, %(step)s, %(since)s, %(named_on)s,
                coalesce(%(host_body)s, (SELECT max(host_body) FROM waiting_steps WHERE subject_id = %(subject_id)s)))
            ON CONFLICT (subject_id, milestone_number) DO UPDATE SET
                task_id = CASE WHEN %(names_task)s THEN excluded.task_id ELSE known.task_id END,
                step = excluded.step,
                since = excluded.since,
                named_on = CASE WHEN %(keeps_named)s THEN known.named_on ELSE excluded.named_on END,
                host_body = excluded.host_body
            """,
            {
                "subject_id": event.originator_id,
                "milestone_number": milestone_number,
                "task_id": event.originator_id if isinstance(event, Task.Event) else getattr(event, "task_id", None),
                "names_task": hasattr(event, "task_id"),
                "step": waiting.step_after(event),
                "since": event.act.effective_on,
                "named_on": named_on,
                "keeps_named": waiting.keeps_named,
                "host_body": event.act.body if waiting.by_host else getattr(event, "party_body", None),
            },
        )

    def _forget_plan(self, event: Record.Event, cursor: Cursor) -> None:
        """Milestones that nobody has judged are planned anew, or are no more."""
        cursor.execute(
            "UPDATE waiting_steps SET step = NULL WHERE subject_id = %s AND step = ANY(%s)",
            (event.originator_id, list(UNTIL_JUDGED)),
        )

    def open_steps(self) -> Sequence[WaitingRow]:
        """Every step that is waited for."""
        with self.reading() as cursor:
            cursor.execute(f"SELECT {COLUMNS} FROM waiting_steps WHERE step IS NOT NULL")
            return [WaitingRow(*row) for row in cursor.fetchall()]

    def waiting(self) -> Sequence[tuple[str, int, date]]:
        """Each step that is waited for: how often, and since when at the longest."""
        with self.reading() as cursor:
            cursor.execute("SELECT step, count(*), min(since) FROM waiting_steps WHERE step IS NOT NULL GROUP BY step")
            return cursor.fetchall()


def _parts(event: Any, waiting: Waiting) -> Iterator[tuple[int, date | None]]:
    """The milestones that wait, each with the day named for it; 0 is the record itself."""
    if waiting.plans_milestones:
        yield from ((milestone.number, milestone.due_on) for milestone in event.milestones)
    else:
        named_on = getattr(event, waiting.names) if waiting.names else None
        yield event.milestone_number if waiting.of_milestone else 0, named_on
