"""What one decision grants: computed by the norms and the registry's present word, then bound to debtors and claims."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from services.shared.event_store import Call, EventLog
from services.shared.record import Record
from services.shared.refusals import Refusal
from services.support.application.claims import Claims
from services.support.application.grant_tallies import GrantTallies
from services.support.application.overlaps import overlap_of
from services.support.application.recoveries import awards_permitted
from services.support.application.registry import Registry, host_must_be_free
from services.support.domain.catalogue import Catalogue
from services.support.domain.conditions import Eligibility, unmet_reasons
from services.support.domain.norm_terms import Amount
from services.support.domain.norms import Norms
from services.support.domain.overlap import Overlap
from services.support.domain.participation import Participation
from services.support.domain.task import Task
from services.support.domain.task_terms import Grant


class ConditionUnmetAtDecision(Refusal):
    """What made the participation eligible no longer holds on the day of the decision: it is to be screened again."""

    sentence = "Hồ sơ tham gia {participation_id} không còn đủ điều kiện vào ngày quyết định: {reasons}"


class Granting:
    """The grants of a decision on a task to the participations it selects.

    Raises what host_must_be_free, Norms.must_be_in_force, GrantTallies.grant and Eligibility.must_not_be_stopped do,
    and ConditionUnmetAtDecision.
    """

    def __init__(
        self,
        log: EventLog,
        registry: Registry,
        call: Call,
        task: Task,
        norms_id: UUID,
        selected: list[Participation],
        claims: Claims,
    ) -> None:
        host_must_be_free(registry, call.act, task)
        self._log = log
        self._call = call
        self._task = task
        self._norms = log.load(Norms, norms_id)
        self._norms.must_be_of(task.catalogue_id)
        self._norms.must_be_in_force(call.act.effective_on)
        self._selected = selected
        self._claims = claims
        for each in selected:
            claims.look_up(each)
        catalogue = log.load(Catalogue, task.catalogue_id)
        self._known: Mapping[UUID, tuple[Eligibility, Overlap]] = {
            each.id: _still_eligible(log, registry, call, catalogue, each) for each in selected
        }
        self._tallies = GrantTallies(log, call, self._norms)
        self._amounts: Mapping[UUID, Amount] = {each.id: self._tallies.grant(each) for each in selected}
        self.participation_ids = tuple(each.id for each in selected)
        self.grants = tuple(_grant(each, self._amounts[each.id]) for each in selected)

    def bind(self) -> tuple[Record, ...]:
        """Select every participation and confirm its claim; what else is to be saved with that.

        Raises RecoveryUnpaid, ClaimNotHeld and UndertakingGrown.
        """
        accounts = awards_permitted(
            self._log,
            self._call,
            self._task.id,
            host_organisation_id=self._task.host_organisation_id,
            enterprise_ids=(member for known, _ in self._known.values() for member in known.undertaking),
        )
        for participation in self._selected:
            participation.select(self._call.act, self._amounts[participation.id], norms_id=self._norms.id)
            self._claims.confirm(participation, *self._known[participation.id])
        return (*self._tallies.touched, *accounts)


def _still_eligible(
    log: EventLog, registry: Registry, call: Call, catalogue: Catalogue, participation: Participation
) -> tuple[Eligibility, Overlap]:
    """What the registry knows now of a participation found eligible before, and what that says of double funding."""
    eligibility = registry.eligibility(participation.enterprise_id, participation.content_code, call.act.effective_on)
    eligibility.must_not_be_stopped()
    overlap = overlap_of(log, eligibility, participation)
    verdicts = catalogue.judge(eligibility, overlap, holds_claim=True)  # as the confirmation of the claim shows
    if reasons := unmet_reasons(verdicts):
        raise ConditionUnmetAtDecision(participation_id=participation.id, reasons=reasons)
    return eligibility, overlap


def _grant(participation: Participation, amount: Amount) -> Grant:
    return Grant(
        participation_id=participation.id,
        enterprise_id=participation.enterprise_id,
        content_code=participation.content_code,
        amount_vnd=amount.amount_vnd,
        rate_percent=amount.rate_percent,
        pays_after_certificate=amount.pays_after_certificate,
        explanation=amount.explanation,
    )
