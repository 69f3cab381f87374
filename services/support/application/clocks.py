"""Working calendars, deadlines, and what is due by whom: told, never decided by silence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.shared.refusals import Taken
from services.support.domain.deadline_rules import HOST, DeadlineRule, DeadlineRules
from services.support.domain.task import Task
from services.support.domain.waiting_steps import WaitingStep
from services.support.domain.working_calendar import (
    CalendarYear,
    DayOutsideCalendars,
    WorkingCalendar,
    WorkingDays,
)
from services.support.read_models.waiting_steps import WaitingRow

YEARS_AHEAD = 2
"""The door lets no deadline be longer than 365 days: if of work, they end in the next year but one at the latest."""


class CalendarAlreadyAdopted(Taken):
    """A year has one calendar, which a later one may supersede."""

    sentence = "Lịch làm việc năm {year} đã có; hãy thay thế lịch đó."


class DeadlineRulesAlreadyAdopted(Taken):
    """The programme has its deadlines, which later ones may supersede."""

    sentence = "Quy định thời hạn đã có; hãy thay thế quy định đó."


@dataclass(frozen=True)
class DueStep:
    """A step that is waited for; without a due day where no rule or no calendar gives one, as ``note`` says.

    ``milestone_number`` is that of the contract's milestone which waits, 0 where it is the record itself;
    ``task_id`` is None for what belongs to no task: a product, an award.
    """

    subject_id: UUID
    milestone_number: int
    task_id: UUID | None
    step: WaitingStep
    since: date
    due_on: date | None
    late: bool
    body: str | None
    legal_basis: str | None
    sample: bool
    note: str | None

    @property
    def key(self) -> tuple[date, UUID, int]:
        """What lists go by: the earliest due first, what has no due day last."""
        return self.due_on or date.max, self.subject_id, self.milestone_number


class Clocks:
    """Acts on calendars and deadlines, and the question what is due."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def adopt_working_calendar(
        self, call: Call, *, legal_basis: str, sample: bool, days: CalendarYear
    ) -> Saved[WorkingCalendar]:
        if self._log.find(WorkingCalendar, WorkingCalendar.create_id(days.year)):
            raise CalendarAlreadyAdopted(year=days.year)
        calendar = WorkingCalendar.adopt(call.act, legal_basis=legal_basis, sample=sample, days=days)
        return self._log.save_for(call, calendar)

    def supersede_working_calendar(
        self, call: Call, *, legal_basis: str, sample: bool, days: CalendarYear
    ) -> Saved[WorkingCalendar]:
        calendar = self._log.load(WorkingCalendar, WorkingCalendar.create_id(days.year), etag=call.etag)
        calendar.supersede(call.act, legal_basis=legal_basis, sample=sample, days=days)
        return self._log.save_for(call, calendar)

    def get_working_calendar(self, year: int) -> WorkingCalendar:
        return self._log.load(WorkingCalendar, WorkingCalendar.create_id(year))

    def adopt_deadline_rules(
        self, call: Call, *, valid_from: date, rules: tuple[DeadlineRule, ...]
    ) -> Saved[DeadlineRules]:
        if self._log.find(DeadlineRules, DeadlineRules.create_id()):
            raise DeadlineRulesAlreadyAdopted
        return self._log.save_for(call, DeadlineRules.adopt(call.act, valid_from=valid_from, rules=rules))

    def supersede_deadline_rules(
        self, call: Call, *, valid_from: date, rules: tuple[DeadlineRule, ...]
    ) -> Saved[DeadlineRules]:
        adopted = self._log.load(DeadlineRules, DeadlineRules.create_id(), etag=call.etag)
        adopted.supersede(call.act, valid_from=valid_from, rules=rules)
        return self._log.save_for(call, adopted)

    def get_deadline_rules(self) -> DeadlineRules:
        return self._log.load(DeadlineRules, DeadlineRules.create_id())

    def list_due_steps(
        self,
        waiting: Sequence[WaitingRow],
        *,
        on_date: date,
        body: str | None,
        late_only: bool,
        after: tuple[date, UUID, int] | None,
        limit: int,
    ) -> Sequence[DueStep]:
        """The waiting steps as of a day, the earliest due first, behind ``after``; lateness alone changes nothing."""
        matching = [
            step
            for step in self._due(waiting, on_date)
            if (body is None or step.body == body)
            and (step.late or not late_only)
            and (after is None or step.key > after)
        ]
        return sorted(matching, key=lambda step: step.key)[:limit]

    def _due(self, waiting: Sequence[WaitingRow], on_date: date) -> Iterator[DueStep]:
        rules = self._log.find(DeadlineRules, DeadlineRules.create_id())
        calendar = known_calendar(self._log, {day.year for row in waiting for day in (row.since, row.named_on) if day})
        for row in waiting:
            step = WaitingStep(row.step)
            rule = rules.rule_of(step, row.since) if rules else None
            due_on, note = None, None if rule else "Chưa có quy định thời hạn cho bước này."
            if rule is not None:
                try:
                    due_on = rule.due_on(row.since, row.named_on, calendar)
                except DayOutsideCalendars as unknown:
                    note = str(unknown)
            yield DueStep(
                subject_id=row.subject_id,
                milestone_number=row.milestone_number,
                task_id=row.task_id,
                step=step,
                since=row.since,
                due_on=due_on,
                late=due_on is not None and due_on < on_date,
                body=(row.host_body if rule.body == HOST else rule.body) if rule else None,
                legal_basis=rule.legal_basis if rule else None,
                sample=rule.sample if rule else False,
                note=note,
            )


def due_day(log: EventLog, step: WaitingStep, since: date, named_on: date | None = None) -> date | None:
    """The last day for a step that begins on a day and may name another; None where no rule is in force.

    Raises DayOutsideCalendars.
    """
    rules = log.find(DeadlineRules, DeadlineRules.create_id())
    rule = rules.rule_of(step, since) if rules else None
    years = {day.year for day in (since, named_on) if day}
    return rule.due_on(since, named_on, known_calendar(log, years)) if rule else None


def supplement_due(log: EventLog, task: Task) -> date | None:
    """The last day by the rule in force for what a returned application lacks, from the day that its return names.

    None where there is no rule, or nothing was returned.
    """
    if task.resubmit_by is None:
        return None
    return due_day(log, WaitingStep.SUPPLEMENT, task.returned_on, task.resubmit_by)


def known_calendar(log: EventLog, years: set[int]) -> WorkingDays:
    """The known calendars of the years in which steps began, and of those that their deadlines may reach."""
    wanted = {year + ahead for year in years for ahead in range(YEARS_AHEAD + 1)}
    known = (log.find(WorkingCalendar, WorkingCalendar.create_id(year)) for year in wanted)
    return WorkingDays(calendar.days for calendar in known if calendar)
