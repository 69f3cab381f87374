"""Claims whose procedure takes longer than they stand."""

from __future__ import annotations

from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.support.application.claims import Claims
from services.support.domain.claim import Claim
from services.support.domain.participation import Participation


class Renewals:
    """Acts on claims that are neither an application's nor a decision's."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def renew_claim(
        self, call: Call, *, claim_id: UUID, reason: str, participation_id: UUID | None = None
    ) -> Saved[Claim]:
        """The claim and those of the same participation at the other members of its undertaking stand for longer.

        It need not be named where only one holds the claim. Raises ClaimHeldBySeveral and what Claims.renew does.
        """
        claim = self._log.load(Claim, claim_id, etag=call.etag)
        claims = Claims(self._log, call)
        held = claim.to_renew(participation_id)
        claims.renew(self._log.load(Participation, held.participation_id), reason)
        renewed = {each.id: each for each in claims.touched}
        return self._log.save_for(call, renewed.pop(claim_id), *renewed.values())
