"""The gRPC door to calendars, deadlines and what is due."""

from __future__ import annotations

import datetime
from typing import Any
from uuid import UUID

from nscl.support.v1 import clock_service_pb2 as messages
from nscl.support.v1 import clock_service_pb2_grpc

from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Caller, Form, Page, caught_up, command, query
from services.support.api import forms
from services.support.api.asked import READERS
from services.support.api.hidden_files import of_files
from services.support.api.messages import deadline_rules_message, due_step_message, working_calendar_message
from services.support.application.support import Support
from services.support.domain.deadline_rules import CountedFrom, DayKind, DeadlineRule, DeadlineRules
from services.support.domain.waiting_steps import WaitingStep
from services.support.domain.working_calendar import CalendarYear, NamedDay, Weekday, WorkingCalendar
from services.support.read_models.waiting_steps import WaitingStepList

LONGEST_DEADLINE_DAYS = 365


class ClockServicer(clock_service_pb2_grpc.ClockServiceServicer):
    """What others may ask of calendars and deadlines, and in which capacity."""

    def __init__(self, support: Support, waiting_steps: WaitingStepList) -> None:
        self._support = support
        self._clocks = support.clocks
        self._waiting_steps = waiting_steps

    @command("administrator", resource="working_calendar")
    def AdoptWorkingCalendar(self, request: messages.AdoptWorkingCalendarRequest, call: Call) -> Saved[WorkingCalendar]:
        return self._clocks.adopt_working_calendar(call, **_calendar(request))

    @command("administrator", resource="working_calendar")
    def SupersedeWorkingCalendar(
        self, request: messages.SupersedeWorkingCalendarRequest, call: Call
    ) -> Saved[WorkingCalendar]:
        return self._clocks.supersede_working_calendar(call, **_calendar(request))

    @query(*READERS)
    def GetWorkingCalendar(
        self, request: messages.GetWorkingCalendarRequest, caller: Caller
    ) -> messages.GetWorkingCalendarResponse:
        form = Form(request)
        year = forms.year(form)
        form.check()
        caught_up(self._support, request.min_position)
        calendar = self._clocks.get_working_calendar(year)
        return messages.GetWorkingCalendarResponse(working_calendar=working_calendar_message(calendar))

    @command("city_leader", "programme_lead", resource="deadline_rules")
    def AdoptDeadlineRules(self, request: messages.AdoptDeadlineRulesRequest, call: Call) -> Saved[DeadlineRules]:
        return self._clocks.adopt_deadline_rules(call, **_rules(request))

    @command("city_leader", "programme_lead", resource="deadline_rules")
    def SupersedeDeadlineRules(
        self, request: messages.SupersedeDeadlineRulesRequest, call: Call
    ) -> Saved[DeadlineRules]:
        return self._clocks.supersede_deadline_rules(call, **_rules(request))

    @query(*READERS)
    def GetDeadlineRules(
        self, request: messages.GetDeadlineRulesRequest, caller: Caller
    ) -> messages.GetDeadlineRulesResponse:
        caught_up(self._support, request.min_position)
        rules = deadline_rules_message(self._clocks.get_deadline_rules())
        return messages.GetDeadlineRulesResponse(deadline_rules=rules)

    @query(*READERS)
    @of_files("due_steps")
    def ListDueSteps(self, request: messages.ListDueStepsRequest, caller: Caller) -> messages.ListDueStepsResponse:
        form = Form(request)
        on_date = form.date("on_date")
        body = form.optional_text("body", pattern=forms.BODY_CODE)
        late_only = form.boolean("late_only")
        form.check()
        page = Page.read(request, tuple[datetime.date, UUID, int])
        caught_up(self._waiting_steps, request.min_position)
        as_of_position = self._waiting_steps.position()
        steps = self._clocks.list_due_steps(
            self._waiting_steps.open_steps(),
            on_date=on_date,
            body=body,
            late_only=late_only,
            after=page.after,
            limit=page.size + 1,
        )
        shown, next_page_token = page.cut(steps, key=lambda step: step.key)
        return messages.ListDueStepsResponse(
            due_steps=map(due_step_message, shown), next_page_token=next_page_token, as_of_position=as_of_position
        )


def _calendar(request: Any) -> dict[str, Any]:
    """A year's calendar, as both of its methods take it."""
    form = Form(request)
    days = CalendarYear(
        year=forms.year(form),
        rest_weekdays=form.choices("rest_weekdays", Weekday, most=7),
        holidays=form.each("holidays", _named_day, most=366),
        exchange_days=form.each("exchange_days", _named_day, most=366),
    )
    asked = {"legal_basis": form.text("legal_basis", longest=500), "sample": form.boolean("sample"), "days": days}
    form.check()
    return asked


def _named_day(line: Form) -> NamedDay:
    return NamedDay(day=line.date("day"), name=line.text("name", longest=100))


def _rules(request: Any) -> dict[str, Any]:
    """Deadlines, as both of their methods take them."""
    form = Form(request)
    asked = {"valid_from": form.date("valid_from"), "rules": form.each("rules", _rule, least=1, most=100)}
    form.check()
    return asked


def _rule(line: Form) -> DeadlineRule:
    return DeadlineRule(
        step=line.choice("step", WaitingStep),
        days=line.optional_integer("days", most=LONGEST_DEADLINE_DAYS) or 0,
        day_kind=line.choice("day_kind", DayKind),
        counted_from=line.choice("counted_from", CountedFrom),
        body=line.text("body", pattern=forms.BODY_CODE),
        legal_basis=line.text("legal_basis", longest=500),
        sample=line.boolean("sample"),
    )
