"""Reporting's gRPC door: plans are adopted and read, values and trails are listed."""

from __future__ import annotations

from heapq import merge
from typing import Any

from nscl.reporting.v1 import reporting_service_pb2 as messages
from nscl.reporting.v1 import reporting_service_pb2_grpc

from services.reporting.api.messages import (
    as_of_messages,
    entry_message,
    indicator_event_message,
    plan_message,
    progress_message,
)
from services.reporting.application.reporting import Reporting
from services.reporting.domain.heard import OWNERS
from services.reporting.domain.indicators import UNITS, IndicatorUnit
from services.reporting.domain.plan import (
    BodyRole,
    Indicator,
    Objective,
    ObjectiveKind,
    Plan,
    PlanTask,
    Qualifier,
    Target,
)
from services.reporting.domain.reported import REPORTED
from services.reporting.read_models.heard_events import HeardEvents
from services.reporting.read_models.indicators import Indicators, IndicatorValue, PlaceBehindValue
from services.reporting.read_models.own_events import OwnEvents
from services.reporting.read_models.plans import Plans
from services.reporting.read_models.trail import PlaceInStory, Trail
from services.shared.deadline import remaining_seconds
from services.shared.event_store import Call, Saved
from services.shared.grpc_server import ANY_CAPACITY, Caller, Form, Page, caught_up, command, query

BODY_CODE = r"[A-Z][A-Z0-9]{1,19}"
PLACE_IN_DOCUMENT = r"[IVX]+(\.[0-9a-zđ]{1,3}){0,3}"
LONGEST_LIST = 100
TIME_TO_ANSWER_SECONDS = 0.1
"""What is left of the caller's time when the door gives up waiting, so that the caller hears why."""


# Single events tell of council members' sheets and conflicts while a council sits, and of an enterprise's duties: hosts
# and enterprises do not read them.
TRAIL_READERS = (
    "programme_officer",
    "programme_lead",
    "finance_appraiser",
    "city_leader",
    "payment_officer",
    "training_officer",
    "reporting_officer",
    "auditor",
    "service",
    "administrator",
)


class ReportingServicer(reporting_service_pb2_grpc.ReportingServiceServicer):
    """Plans from the log; values and trails from what was heard of the other services, never by asking them."""

    def __init__(
        self,
        reporting: Reporting,
        *,
        plans: Plans,
        heard_events: HeardEvents,
        indicators: Indicators,
        trail: Trail,
        own_events: OwnEvents,
    ) -> None:
        self._reporting = reporting
        self._plans = plans
        self._heard_events = heard_events
        self._indicators = indicators
        self._trail = trail
        self._own_events = own_events

    @command("reporting_officer", "administrator", resource="plan")
    def AdoptPlan(self, request: messages.AdoptPlanRequest, call: Call) -> Saved[Plan]:
        form = Form(request)
        title = form.text("title", longest=500)
        issuer = form.text("issuer", pattern=BODY_CODE)
        issued_on = form.date("issued_on")
        legal_basis = form.optional_text("legal_basis", longest=500)
        objectives = form.each("objectives", _objective, least=1, most=LONGEST_LIST)
        tasks = form.each("tasks", _plan_task, least=1, most=LONGEST_LIST)
        indicators = form.each("indicators", _indicator, least=1, most=LONGEST_LIST)
        body_roles = form.each("body_roles", _body_role, most=LONGEST_LIST)
        form.check()
        return self._reporting.adopt_plan(
            call,
            title=title,
            issuer=issuer,
            issued_on=issued_on,
            legal_basis=legal_basis,
            objectives=objectives,
            tasks=tasks,
            indicators=indicators,
            body_roles=body_roles,
        )

    @query(ANY_CAPACITY)
    def GetPlan(self, request: messages.GetPlanRequest, caller: Caller) -> messages.GetPlanResponse:
        form = Form(request)
        plan_id = form.uuid("plan_id")
        form.optional_integer("min_position")
        form.check()
        return messages.GetPlanResponse(plan=plan_message(self._reporting.get_plan(plan_id)))

    @query(ANY_CAPACITY)
    def ListIndicators(
        self, request: messages.ListIndicatorsRequest, caller: Caller
    ) -> messages.ListIndicatorsResponse:
        page = Page.read(request, int)
        form = Form(request)
        plan_id = form.optional_uuid("plan_id")
        on_date = form.optional_date("on_date")
        as_of_position, as_of = self._as_of(form, request, self._plans)
        plan = self._reporting.get_plan(plan_id or self._plans.plan_in_force(on_date))
        first = page.after or 0
        asked = list(enumerate(plan.indicators, start=1))[first : first + page.size + 1]
        shown, next_page_token = page.cut(asked, key=lambda numbered: numbered[0])
        values = self._indicators.list_indicators(on_date=on_date)
        return messages.ListIndicatorsResponse(
            indicators=[
                progress_message(indicator, values.get(indicator.code, IndicatorValue())) for _, indicator in shown
            ],
            next_page_token=next_page_token,
            as_of_position=as_of_position,
            as_of=as_of_messages(as_of),
            plan_id=str(plan.id),
        )

    @query(*TRAIL_READERS)
    def ListIndicatorEvents(
        self, request: messages.ListIndicatorEventsRequest, caller: Caller
    ) -> messages.ListIndicatorEventsResponse:
        page = Page.read(request, PlaceBehindValue)
        form = Form(request)
        indicator_code = form.text("indicator_code", pattern="|".join((*UNITS, *REPORTED)))
        on_date = form.optional_date("on_date")
        as_of_position, as_of = self._as_of(form, request, self._plans)
        entries = self._indicators.list_indicator_events(
            indicator_code, on_date=on_date, after=page.after, limit=page.size + 1
        )
        shown, next_page_token = page.cut(entries, key=lambda entry: entry.place)
        return messages.ListIndicatorEventsResponse(
            events=map(indicator_event_message, shown),
            next_page_token=next_page_token,
            as_of_position=as_of_position,
            as_of=as_of_messages(as_of),
        )

    @query(*TRAIL_READERS)
    def ListTrail(self, request: messages.ListTrailRequest, caller: Caller) -> messages.ListTrailResponse:
        page = Page.read(request, PlaceInStory)
        form = Form(request)
        subject_id = form.uuid("subject_id")
        as_of_position, as_of = self._as_of(form, request, self._own_events)
        heard = self._trail.list_trail(subject_id, after=page.after, limit=page.size + 1)
        own = self._own_events.list_own_events(subject_id, after=page.after, limit=page.size + 1)
        shown, next_page_token = page.cut(list(merge(heard, own, key=PlaceInStory.of)), key=PlaceInStory.of)
        return messages.ListTrailResponse(
            entries=map(entry_message, shown),
            next_page_token=next_page_token,
            as_of_position=as_of_position,
            as_of=as_of_messages(as_of),
        )

    def _as_of(self, form: Form, request: Any, own: Plans | OwnEvents) -> tuple[int, dict[str, int]]:
        """Check the form, wait for what the caller has seen elsewhere, and say up to where everything is shown.

        Asked before the rows, so that an answer may show more than it says and never less.
        """
        at_least = form.each("at_least", position_elsewhere, most=LONGEST_LIST)
        form.check()
        caught_up(own, request.min_position)
        self._heard_events.wait_until_heard(dict(sorted(at_least)), remaining_seconds() - TIME_TO_ANSWER_SECONDS)
        return own.position(), self._heard_events.as_of()


def _objective(form: Form) -> Objective:
    return Objective(
        code=form.text("code", pattern=PLACE_IN_DOCUMENT),
        kind=form.choice("kind", ObjectiveKind),
        text=form.text("text", longest=2_000),
    )


def _plan_task(form: Form) -> PlanTask:
    return PlanTask(
        code=form.text("code", pattern=PLACE_IN_DOCUMENT),
        section=form.text("section", longest=500),
        text=form.text("text", longest=2_000),
    )


def _indicator(form: Form) -> Indicator:
    return Indicator(
        code=form.text("code", longest=10),
        name=form.text("name", longest=500),
        unit=form.choice("unit", IndicatorUnit),
        targets=form.each("targets", _target, least=1, most=10),
        counting_rule=form.text("counting_rule", longest=1_000),
        note=form.optional_text("note", longest=1_000),
    )


def _target(form: Form) -> Target:
    return Target(
        year=form.integer("year", least=2_000, most=2_200),
        qualifier=form.choice("qualifier", Qualifier),
        value=form.integer("value", least=1),
    )


def _body_role(form: Form) -> BodyRole:
    return BodyRole(body=form.text("body", pattern=BODY_CODE), role=form.text("role", longest=1_000))


def position_elsewhere(form: Form) -> tuple[str, int]:
    """What a caller was answered by another service, which this one is to have heard."""
    return form.text("service", pattern="|".join(OWNERS)), form.integer("position", least=1)
