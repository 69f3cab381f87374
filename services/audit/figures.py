"""What events count for: which indicator, and which payment. Written apart from what reporting hears on the bus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import singledispatch
from typing import NamedTuple
from uuid import UUID

from services.reporting.domain import indicators, reported
from services.reporting.domain.indicators import Counted
from services.shared.record import Record
from services.support.domain.award import Award
from services.support.domain.budget_line import BudgetLine
from services.support.domain.participation import Participation
from services.support.domain.product import Product
from services.training.domain.course import Course
from services.training.domain.dissemination import Dissemination
from services.training.domain.expert import Expert


class Payment(NamedTuple):
    """Money that left a budget line for a task: an advance, a payment, or back again as less than nothing; in dong."""

    position: int
    effective_on: date
    kind: str
    budget_line_id: UUID
    task_id: UUID
    amount_vnd: int
    document: str | None


@singledispatch
def counted_by(_event: Record.Event, _record: Record, _event_id: str) -> Sequence[Counted]:
    """What an event of a record counts, by its id ``<service>:<position>``; most count nothing."""
    return ()


@counted_by.register
def _(event: Participation.Selected, record: Participation, _event_id: str) -> Sequence[Counted]:
    return indicators.participation_selected(enterprise_id=record.enterprise_id, content_kind=event.content_kind)


@counted_by.register
def _(event: Product.Certified, _record: Product, _event_id: str) -> Sequence[Counted]:
    return indicators.product_certified(event.product_group_code)


@counted_by.register
def _(event: Award.Nominated, _record: Award, _event_id: str) -> Sequence[Counted]:
    return indicators.award_nominated(event.enterprise_id)


@counted_by.register
def _(event: Course.AttendanceRecorded, _record: Course, event_id: str) -> Sequence[Counted]:
    return indicators.attendance_recorded(event_id, audience=event.audience, enterprise_id=event.enterprise_id)


@counted_by.register
def _(event: Dissemination.Held, _record: Dissemination, _event_id: str) -> Sequence[Counted]:
    return indicators.dissemination_held(event.enterprise_ids)


@counted_by.register
def _(_event: Expert.Certified, record: Expert, _event_id: str) -> Sequence[Counted]:
    return indicators.expert_certified(record.id)


def reported_by(event: Record.Event, record: Record, event_id: str) -> Iterator[Counted]:
    """What an event of a record counts in a report: for the indicators, as an act, and for money."""
    yield from counted_by(event, record, event_id)
    yield from reported.act_done(f"{type(record).__name__}{type(event).__name__}", record.id)
    yield from _money(event, record, event_id)


@singledispatch
def _money(_event: Record.Event, _record: Record, _event_id: str) -> Sequence[Counted]:
    return ()


@_money.register
def _(event: Participation.Selected, record: Participation, event_id: str) -> Sequence[Counted]:
    return reported.granted(event_id, content_code=record.content_code, amount_vnd=event.amount_vnd)


@_money.register(BudgetLine.Paid)
@_money.register(BudgetLine.Advanced)
def _(event: BudgetLine.Paid | BudgetLine.Advanced, record: BudgetLine, event_id: str) -> Sequence[Counted]:
    return reported.spent(event_id, source_code=record.source_code, amount_vnd=event.amount_vnd)


@_money.register
def _(event: BudgetLine.Recovered, record: BudgetLine, event_id: str) -> Sequence[Counted]:
    return reported.recovered(event_id, source_code=record.source_code, amount_vnd=event.amount_vnd)


@singledispatch
def payment_of(_event: Record.Event, _position: int) -> Payment | None:
    """The payment that an event of a budget line is; None for any other."""
    return None


@payment_of.register
def _(event: BudgetLine.Paid, position: int) -> Payment:
    return _payment(event, position, "PAID", event.task_id, event.amount_vnd)


@payment_of.register
def _(event: BudgetLine.Advanced, position: int) -> Payment:
    return _payment(event, position, "ADVANCED", event.task_id, event.amount_vnd)


@payment_of.register
def _(event: BudgetLine.Recovered, position: int) -> Payment:
    return _payment(event, position, "RECOVERED", event.task_id, -event.amount_vnd)


def _payment(event: BudgetLine.Event, position: int, kind: str, task_id: UUID, amount_vnd: int) -> Payment:
    act = event.act
    return Payment(position, act.effective_on, kind, event.originator_id, task_id, amount_vnd, act.document)
