"""What people may do with plans: adopt one, read one."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.reporting.domain.plan import BodyRole, Indicator, Objective, Plan, PlanAdoptedAlready, PlanTask
from services.shared.event_store import Call, EventLog, Saved


class Reporting:
    """One method per permitted act."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def adopt_plan(
        self,
        call: Call,
        *,
        title: str,
        issuer: str,
        issued_on: date,
        legal_basis: str | None,
        objectives: tuple[Objective, ...],
        tasks: tuple[PlanTask, ...],
        indicators: tuple[Indicator, ...],
        body_roles: tuple[BodyRole, ...],
    ) -> Saved[Plan]:
        """Record a plan under the number of the act's document.

        Raises PlanAdoptedAlready and what Plan.adopt raises.
        """
        plan = Plan.adopt(
            call.act,
            title=title,
            issuer=issuer,
            issued_on=issued_on,
            legal_basis=legal_basis,
            objectives=objectives,
            tasks=tasks,
            indicators=indicators,
            body_roles=body_roles,
        )
        if self._log.find(Plan, plan.id):
            raise PlanAdoptedAlready(number=plan.number)
        return self._log.save_for(call, plan)

    def get_plan(self, plan_id: UUID) -> Plan:
        """The plan of this id. Raises RecordNotFound."""
        return self._log.load(Plan, plan_id)
