"""One good request for each thing that may be asked of calendars and deadlines, with every field it can have."""

from __future__ import annotations

from datetime import date
from typing import Any

from google.protobuf.message import Message
from nscl.support.v1 import clock_resources_pb2 as resources
from nscl.support.v1 import clock_service_pb2 as messages

from services.shared.wire import choice_number, date_message, filled
from tests.support.api.requests import bent
from tests.support.conftest import Counter
from tests.support.examples import ADMINISTRATOR, DAY, DEADLINES, LEAD, LEADER, OFFICER, YEAR_2024, Person

_CALENDAR: dict[str, Any] = {
    "year": 2024,
    "legal_basis": "Bộ luật Lao động, Điều 112",
    "sample": True,
    "rest_weekdays": [choice_number(resources.Weekday, day) for day in YEAR_2024.rest_weekdays],
    "holidays": [filled(resources.NamedDay, day) for day in YEAR_2024.holidays],
    "exchange_days": [filled(resources.NamedDay, day) for day in YEAR_2024.exchange_days],
}
_RULES = [filled(resources.DeadlineRule, rule) for rule in DEADLINES]


def adopt_working_calendar(**changes: Any) -> messages.AdoptWorkingCalendarRequest:
    return bent(messages.AdoptWorkingCalendarRequest, _CALENDAR, changes, "6150/TB-BLĐTBXH")


def supersede_working_calendar(**changes: Any) -> messages.SupersedeWorkingCalendarRequest:
    return bent(messages.SupersedeWorkingCalendarRequest, _CALENDAR, changes, "6151/TB-BLĐTBXH")


def adopt_deadline_rules(**changes: Any) -> messages.AdoptDeadlineRulesRequest:
    good = {"valid_from": date_message(date(2024, 1, 1)), "rules": _RULES}
    return bent(messages.AdoptDeadlineRulesRequest, good, changes, "40/QĐ-UBND")


def supersede_deadline_rules(**changes: Any) -> messages.SupersedeDeadlineRulesRequest:
    good = {"valid_from": date_message(date(2025, 1, 1)), "rules": _RULES[:1]}
    return bent(messages.SupersedeDeadlineRulesRequest, good, changes, "41/QĐ-UBND")


def steps_due(counter: Counter, subject_id: str, position: int) -> list[resources.DueStep]:
    """What is waited for on one record, once the list has heard of a position."""
    listing = list_due_steps(DAY, page_size=500, min_position=position)
    steps = counter.ask("ListDueSteps", listing, OFFICER).due_steps
    return [step for step in steps if step.subject_id == subject_id]


def list_due_steps(on: date, **changes: Any) -> messages.ListDueStepsRequest:
    return messages.ListDueStepsRequest(on_date=date_message(on), **changes)


COMMANDS: dict[str, tuple[Person, Message]] = {
    "AdoptWorkingCalendar": (ADMINISTRATOR, adopt_working_calendar()),
    "SupersedeWorkingCalendar": (ADMINISTRATOR, supersede_working_calendar()),
    "AdoptDeadlineRules": (LEADER, adopt_deadline_rules()),
    "SupersedeDeadlineRules": (LEAD, supersede_deadline_rules()),
}
GETS: dict[str, tuple[Person, Message]] = {
    "GetWorkingCalendar": (OFFICER, messages.GetWorkingCalendarRequest(year=2099)),
    "GetDeadlineRules": (OFFICER, messages.GetDeadlineRulesRequest()),
}
LISTS: dict[str, tuple[Person, Message]] = {
    "ListDueSteps": (OFFICER, list_due_steps(date(2024, 7, 1), body="SKHCN", late_only=True))
}
NEW_RECORDS = {"AdoptWorkingCalendar", "AdoptDeadlineRules"}
