"""All that may be done in support, by subject: the table of contents of the service."""

from __future__ import annotations

from dataclasses import dataclass

from services.shared.event_store import EventLog
from services.shared.refusals import Invalid
from services.support.application.applications import Applications
from services.support.application.budget import Budget
from services.support.application.clocks import Clocks
from services.support.application.contracts import Contracts
from services.support.application.councils import Councils
from services.support.application.decisions import Decisions
from services.support.application.delivery import Delivery
from services.support.application.recoveries import Recoveries
from services.support.application.reference import Reference
from services.support.application.registry import Registry
from services.support.application.results import Results


class PositionNotReached(Invalid):
    """A caller can only wait for what has been recorded."""

    sentence = "Nhật ký chưa có vị trí {position}."


@dataclass(frozen=True)
class Support:
    """Support's acts on one log, which asks one registry."""

    log: EventLog
    reference: Reference
    budget: Budget
    applications: Applications
    councils: Councils
    decisions: Decisions
    contracts: Contracts
    delivery: Delivery
    recoveries: Recoveries
    results: Results
    clocks: Clocks

    @classmethod
    def over(cls, log: EventLog, registry: Registry) -> Support:
        return cls(
            log=log,
            reference=Reference(log),
            budget=Budget(log),
            applications=Applications(log, registry),
            councils=Councils(log),
            decisions=Decisions(log),
            contracts=Contracts(log, registry),
            delivery=Delivery(log, registry),
            recoveries=Recoveries(log),
            results=Results(log),
            clocks=Clocks(log),
        )

    def wait_for(self, position: int, timeout: float) -> None:  # noqa: ARG002 - the log itself never lags
        """What is read from the log shows every recorded event at once; PositionNotReached for a later one."""
        if position > self.log.head():
            raise PositionNotReached("min_position", position=position)
