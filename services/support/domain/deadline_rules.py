"""Deadlines: how long each waiting step may take, from what, and whose it is; data with its legal basis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self
from uuid import NAMESPACE_URL, UUID, uuid5

from services.shared.record import Act, Record, document_of, recorded_by
from services.shared.refusals import Invalid
from services.support.domain.waiting_steps import STEP_IN_WORDS, WaitingStep
from services.support.domain.working_calendar import WorkingDays

__all__ = ["HOST", "CountedFrom", "DayKind", "DeadlineRule", "DeadlineRules", "DeadlineVersion"]

HOST = "HOST"
"""Stands for the host's body in a rule, whichever that is."""


class DayKind(StrEnum):
    """Which days a deadline counts."""

    WORKING = "WORKING"
    CALENDAR = "CALENDAR"


class CountedFrom(StrEnum):
    """The day before a deadline's first: on which the step began, or the later one it names (a call's close, say)."""

    STEP_START = "STEP_START"
    NAMED_DAY = "NAMED_DAY"


@dataclass(frozen=True)
class DeadlineRule:
    """The deadline of one step: so many days after a day, and the body that has to act by then."""

    step: WaitingStep
    days: int
    day_kind: DayKind
    counted_from: CountedFrom
    body: str
    legal_basis: str
    sample: bool

    def due_on(self, since: date, named_on: date | None, calendar: WorkingDays) -> date:
        """The last day on which the step is in time.

        Raises DayOutsideCalendars.
        """
        start = since if self.counted_from is CountedFrom.STEP_START else max(since, named_on or since)
        if self.day_kind is DayKind.CALENDAR:
            return start + timedelta(days=self.days)
        return calendar.add_working_days(start, self.days)


@dataclass(frozen=True)
class DeadlineVersion:
    """The rules of steps that begin on a day or later, until the next version's first day."""

    valid_from: date
    rules: tuple[DeadlineRule, ...]


class StepNamedTwice(Invalid):
    """A step has one deadline at a time."""

    sentence = "Bước {step} có hai thời hạn."


class RulesStartTooEarly(Invalid):
    """A later version holds for steps that begin later; what began before keeps its deadline."""

    sentence = "Thời hạn mới phải có hiệu lực sau ngày {valid_from:%d/%m/%Y} của phiên bản trước."


class DeadlineRules(Record):
    """The deadlines of the programme (quy định thời hạn), in all versions; nothing is decided by their passing."""

    TOPIC = "support:DeadlineRules"

    class Event(Record.Event):
        """Something that happened to the deadlines (sự kiện của quy định thời hạn)."""

    class Adopted(Event, Record.Created):
        """The first deadlines were adopted (ban hành quy định thời hạn)."""

        TOPIC = "support:DeadlineRules.Adopted"
        valid_from: date
        rules: tuple[DeadlineRule, ...]

        def sentence(self) -> str:
            return f"Ban hành thời hạn cho {len(self.rules)} bước, có hiệu lực từ {self.valid_from:%d/%m/%Y}."

    Created = Adopted

    class Superseded(Event):
        """Other deadlines hold from a day on (thay thế quy định thời hạn)."""

        TOPIC = "support:DeadlineRules.Superseded"
        valid_from: date
        rules: tuple[DeadlineRule, ...]

        def sentence(self) -> str:
            return (
                f"Thay thế quy định thời hạn theo {self.act.document}: {len(self.rules)} bước, "
                f"có hiệu lực từ {self.valid_from:%d/%m/%Y}."
            )

    @staticmethod
    def create_id() -> UUID:
        """The programme has one such record."""
        return uuid5(NAMESPACE_URL, "nscl:support:deadline-rules")

    @recorded_by(Adopted)
    def __init__(self, act: Act, valid_from: date, rules: tuple[DeadlineRule, ...]) -> None:
        self.versions: tuple[DeadlineVersion, ...] = (DeadlineVersion(valid_from, rules),)
        self.document = act.document

    @classmethod
    def adopt(cls, act: Act, *, valid_from: date, rules: tuple[DeadlineRule, ...]) -> Self:
        """The first version.

        Raises DocumentMissing and StepNamedTwice.
        """
        document_of(act)
        _each_step_once(rules)
        return cls(act=act, valid_from=valid_from, rules=rules)

    def supersede(self, act: Act, *, valid_from: date, rules: tuple[DeadlineRule, ...]) -> None:
        """A later version, whole.

        Raises DocumentMissing, StepNamedTwice and RulesStartTooEarly.
        """
        document_of(act)
        _each_step_once(rules)
        latest = self.versions[-1].valid_from
        if valid_from <= latest:
            raise RulesStartTooEarly("valid_from", valid_from=latest)
        self._superseded(act=act, valid_from=valid_from, rules=rules)

    @recorded_by(Superseded)
    def _superseded(self, act: Act, valid_from: date, rules: tuple[DeadlineRule, ...]) -> None:
        self.versions = (*self.versions, DeadlineVersion(valid_from, rules))
        self.document = act.document

    def rule_of(self, step: WaitingStep, since: date) -> DeadlineRule | None:
        """The rule in force when the step began; None where there was none."""
        for version in reversed(self.versions):
            if version.valid_from <= since:
                return next((rule for rule in version.rules if rule.step is step), None)
        return None


def _each_step_once(rules: tuple[DeadlineRule, ...]) -> None:
    seen: set[WaitingStep] = set()
    for index, rule in enumerate(rules):
        if rule.step in seen:
            raise StepNamedTwice(f"rules[{index}].step", step=STEP_IN_WORDS[rule.step])
        seen.add(rule.step)
