"""What councils that pass on condition want supplied: handed in, confirmed by two, or met about again."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.shared.refusals import Invalid
from services.support.application.clocks import due_day
from services.support.application.registry import Registry, must_represent
from services.support.domain.council import Council
from services.support.domain.council_supplement import CouncilSupplement, SuppliedPaper
from services.support.domain.council_terms import SupplementDemand
from services.support.domain.task import Task
from services.support.domain.waiting_steps import WaitingStep


class SupplementHasNoDeadline(Invalid):
    """While no rule says until when, no council passes on condition."""

    sentence = "Chưa có quy định thời hạn bổ sung theo kết luận hội đồng nên không kết luận đạt với điều kiện bổ sung."


class CouncilSupplements:
    """Acts on supplements; the task learns in the same append whether its council's pass counts."""

    def __init__(self, log: EventLog, registry: Registry) -> None:
        self._log = log
        self._registry = registry

    def supply_council_supplement(
        self, call: Call, *, council_supplement_id: UUID, papers: tuple[SuppliedPaper, ...], explanation: str
    ) -> Saved[CouncilSupplement]:
        supplement = self._log.load(CouncilSupplement, council_supplement_id, etag=call.etag)
        task = self._log.load(Task, supplement.task_id)
        task.must_be_host(call.act)
        supplement.supply(call.act, papers=papers, explanation=explanation)
        task.must_await_supplement()
        must_represent(self._registry, call.act, task.host_organisation_id)
        return self._log.save_for(call, supplement)

    def confirm_council_supplement(self, call: Call, *, council_supplement_id: UUID) -> Saved[CouncilSupplement]:
        """The chair's or the secretary's word; with both the task awaits its decision."""
        supplement = self._log.load(CouncilSupplement, council_supplement_id, etag=call.etag)
        supplement.attest(call.act, self._log.load(Council, supplement.council_id))
        task = self._log.load(Task, supplement.task_id)
        task.must_await_supplement()
        if not supplement.is_confirmed:
            return self._log.save_for(call, supplement)
        task.confirm_supplement(call.act)
        return self._log.save_for(call, supplement, task)

    def reconvene_council(self, call: Call, *, council_id: UUID, reason: str) -> Saved[Council]:
        """The council meets again instead of confirming what it wanted supplied."""
        council = self._log.load(Council, council_id, etag=call.etag)
        supplement_id = CouncilSupplement.create_id(council_id, council.meeting_number)
        council.reconvene(call.act, reason=reason)
        supplement = self._log.load(CouncilSupplement, supplement_id)
        supplement.overtake(call.act)
        task = self._log.load(Task, council.task_id)
        task.reconvene_council(call.act)
        return self._log.save_for(call, council, supplement, task)

    def get_council_supplement(self, council_supplement_id: UUID) -> CouncilSupplement:
        return self._log.load(CouncilSupplement, council_supplement_id)

    def get_own_council_supplement(
        self, council_supplement_id: UUID, *, person_id: UUID, body: str, on: date
    ) -> CouncilSupplement:
        """NotTheHost when another body applied, NotAuthorisedToRepresent for who may not act for it on a day."""
        supplement = self.get_council_supplement(council_supplement_id)
        task = self._log.load(Task, supplement.task_id)
        task.must_be_hosted_by(body)
        assert task.host_organisation_id is not None, "somebody applied"
        self._registry.representation(task.host_organisation_id, person_id).must_hold_on(on)
        return supplement


def demanded(log: EventLog, on: date, requirement: str | None) -> SupplementDemand | None:
    """What minutes of a day demand, with the last day that the rules give for it.

    Raises SupplementHasNoDeadline and DayOutsideCalendars.
    """
    if requirement is None:
        return None
    due_on = due_day(log, WaitingStep.COUNCIL_SUPPLEMENT, on)
    if due_on is None:
        raise SupplementHasNoDeadline("required_supplement")
    return SupplementDemand(requirement, due_on)
