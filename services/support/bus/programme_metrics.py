"""What operators and the programme's leaders watch of the programme itself: its money, and what waits for somebody."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from eventsourcing.persistence import PersistenceError
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from services.shared.record import LOCAL_TIME
from services.support.read_models.budget_lines import BudgetLineList
from services.support.read_models.waiting_steps import WaitingStepList

_log = logging.getLogger(__name__)


class ProgrammeMetrics(Collector):
    """Read from the views whenever somebody looks; nothing is told while the database does not answer."""

    def __init__(
        self,
        budget_lines: BudgetLineList,
        waiting_steps: WaitingStepList,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._budget_lines = budget_lines
        self._waiting_steps = waiting_steps
        self._clock = clock

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The families ``nscl_budget_vnd``, ``nscl_waiting_steps`` and ``nscl_oldest_waiting_step_days``."""
        try:
            money = self._budget_lines.money_by_stage()
            waiting = self._waiting_steps.waiting()
        except PersistenceError as problem:
            _log.warning("the programme's figures cannot be read: %s", problem)
            return
        budget = GaugeMetricFamily(
            "nscl_budget_vnd",
            "Money of the budget lines, in dong.",
            labels=["year", "source", "stage"],
        )
        for year, source_code, stage, amount_vnd in money:
            budget.add_metric([str(year), source_code, stage], amount_vnd)
        yield budget
        steps = GaugeMetricFamily("nscl_waiting_steps", "Steps of the procedure that are waited for.", labels=["step"])
        oldest = GaugeMetricFamily(
            "nscl_oldest_waiting_step_days", "Days since the step that has been waited for longest.", labels=["step"]
        )
        today = self._clock().astimezone(LOCAL_TIME).date()
        for step, count, since in waiting:
            steps.add_metric([step], count)
            oldest.add_metric([step], (today - since).days)
        yield steps
        yield oldest
