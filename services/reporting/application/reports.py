"""What people may do with reports: draft one of what was heard, publish it, read it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Protocol
from uuid import UUID

from services.reporting.domain.figures import figures_of
from services.reporting.domain.plan import Plan
from services.reporting.domain.report import LogCheckpoint, Report, ReportKind, reported_period
from services.reporting.domain.report_number import ReportNumber, ReportNumberTaken
from services.reporting.read_models.heard_events import HeardEvents
from services.reporting.read_models.indicators import Indicators
from services.shared.deadline import remaining_seconds
from services.shared.event_store import Call, EventLog, Saved

_SHARE_OF_DEADLINE = 0.8
"""Whoever waits for what is still to be heard is told that it took too long before the deadline, not by it."""


class Checkpoints(Protocol):
    """The other services, asked for the signed checkpoints of their logs."""

    def checkpoints(self, at_least: Mapping[str, int]) -> tuple[LogCheckpoint, ...]:
        """The last of each.

        Raises NeighbourUnavailable when one does not answer in time or has none yet, CheckpointLagged when it does not
        hold the position that is asked of it.
        """


class Reports:
    """One method per permitted act."""

    def __init__(self, log: EventLog, heard: HeardEvents, indicators: Indicators, checkpoints: Checkpoints) -> None:
        self._log = log
        self._heard = heard
        self._indicators = indicators
        self._checkpoints = checkpoints

    def draft_report(
        self, call: Call, *, plan_id: UUID, kind: ReportKind, cut_off_on: date, at_least: Mapping[str, int]
    ) -> Saved[Report]:
        """Freeze what the events up to the checkpoints of now come to; a draft that is there already gets it instead.

        Raises RecordNotFound, what ``reported_period`` and ``checkpoints`` raise, ReportAlreadyPublished, and
        ViewLagged when this service has not heard in time all that the checkpoints hold.
        """
        period = reported_period(call.act, self._log.load(Plan, plan_id), kind, cut_off_on)
        checkpoints = self._checkpoints.checkpoints(at_least)
        positions = {checkpoint.service: checkpoint.size for checkpoint in checkpoints}
        self._heard.wait_until_heard(positions, remaining_seconds() * _SHARE_OF_DEADLINE)
        figures = figures_of(self._indicators.entries(positions), period)
        report = self._log.find(Report, Report.create_id(plan_id, kind, period), etag=call.etag)
        if report is None:
            report = Report.draft(
                call.act, plan_id=plan_id, kind=kind, period=period, figures=figures, checkpoints=checkpoints
            )
        else:
            report.redraft(call.act, figures=figures, checkpoints=checkpoints)
        return self._log.save_for(call, report)

    def publish_report(self, call: Call, *, report_id: UUID) -> Saved[Report]:
        """Publish a draft under the number of the act's document.

        Raises RecordNotFound, RecordChanged, what Report.publish raises, and ReportNumberTaken.
        """
        report = self._log.load(Report, report_id, etag=call.etag)
        report.publish(call.act)
        if self._log.find(ReportNumber, ReportNumber.create_id(call.act)):
            raise ReportNumberTaken(document=call.act.document, year=call.act.effective_on.year)
        return self._log.save_for(call, report, ReportNumber.take(call.act, report.id))

    def get_report(self, report_id: UUID) -> Report:
        """The report of this id. Raises RecordNotFound."""
        return self._log.load(Report, report_id)
