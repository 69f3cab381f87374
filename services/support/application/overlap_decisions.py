"""What a second person decides where the rules find that a content is possibly funded twice."""

from __future__ import annotations

from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.support.application.overlaps import overlap_of
from services.support.application.registry import Registry
from services.support.domain.claim import Claim
from services.support.domain.overlap import OverlapOutcome
from services.support.domain.overlap_decision import OverlapDecision
from services.support.domain.participation import Participation


class OverlapDecisions:
    """Acts on possible overlaps; the registry is asked again, so that nobody decides on what was."""

    def __init__(self, log: EventLog, registry: Registry) -> None:
        self._log = log
        self._registry = registry

    def decide_overlap(
        self, call: Call, *, participation_id: UUID, outcome: OverlapOutcome, reason: str
    ) -> Saved[OverlapDecision]:
        """Also after the grant, while the participation holds its claim: a payment asks for it when facts changed.

        Raises ParticipationNotScreened, ClaimNotHeld and what OverlapDecision does.
        """
        participation = self._log.load(Participation, participation_id)
        participation.must_be_screened()
        self._log.load(Claim, participation.claim_id).held_by(participation_id)
        eligibility = self._registry.eligibility(
            participation.enterprise_id, participation.content_code, call.act.effective_on
        )
        overlap = overlap_of(self._log, eligibility, participation)
        decision = self._log.find(OverlapDecision, OverlapDecision.create_id(participation_id))
        if decision is None:
            decision = OverlapDecision.make(call.act, participation, overlap, outcome=outcome, reason=reason)
        else:
            decision.make_anew(call.act, participation, overlap, outcome=outcome, reason=reason)
        return self._log.save_for(call, decision)

    def get_overlap_decision(self, participation_id: UUID) -> OverlapDecision:
        return self._log.load(OverlapDecision, OverlapDecision.create_id(participation_id))
