"""Plans, values and trails as the messages reporting's door answers with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch

from google.protobuf.message import Message
from nscl.common.v1.act_pb2 import Recorded
from nscl.reporting.v1 import report_service_pb2
from nscl.reporting.v1 import reporting_service_pb2 as messages

from services.reporting.domain.heard import Heard
from services.reporting.domain.plan import Indicator, Plan
from services.reporting.domain.report import Report
from services.reporting.read_models.indicators import IndicatorEntry, IndicatorValue
from services.shared.wire import act_message, filled


@singledispatch
def to_message(record: object) -> Message:
    """The resource a record is shown as."""
    raise TypeError(f"{type(record).__name__} is no resource of reporting")


@to_message.register
def plan_message(plan: Plan) -> messages.Plan:
    return filled(messages.Plan, plan, plan_id=plan.id, etag=str(plan.version))


@to_message.register
def report_message(report: Report) -> report_service_pb2.Report:
    period, etag = vars(report.period), str(report.version)
    return filled(report_service_pb2.Report, report, report_id=report.id, etag=etag, **period)


def progress_message(indicator: Indicator, value: IndicatorValue) -> messages.IndicatorProgress:
    return filled(messages.IndicatorProgress, value, indicator=indicator)


def indicator_event_message(entry: IndicatorEntry) -> messages.IndicatorEvent:
    return messages.IndicatorEvent(
        indicator_code=entry.counted.indicator_code,
        counted_key=entry.counted.key,
        part=entry.counted.part,
        amount=entry.counted.amount,
        adds=entry.adds,
        entry=entry_message(entry.event),
    )


def entry_message(event: Heard) -> messages.TrailEntry:
    recorded = Recorded(service=event.service, position=event.position)
    return filled(messages.TrailEntry, event, recorded=recorded, act=act_message(event.act))


def as_of_messages(as_of: Mapping[str, int]) -> list[Recorded]:
    """Up to where each service has been heard, for every list."""
    return [Recorded(service=service, position=position) for service, position in as_of.items()]
