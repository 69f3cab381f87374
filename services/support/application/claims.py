"""The claims one command touches: loaded once each, and saved with what they are claimed for."""

from __future__ import annotations

from uuid import UUID

from services.shared.event_store import Call, EventLog
from services.support.application.lookup import found
from services.support.domain.claim import Claim
from services.support.domain.participation import Participation


class Claims:
    """Claims of a command's participations; ``touched`` goes into the same append, where a race has one winner."""

    def __init__(self, log: EventLog, call: Call) -> None:
        self._log = log
        self._act = call.act
        self._claims: dict[UUID, Claim] = {}

    @property
    def touched(self) -> tuple[Claim, ...]:
        return tuple(self._claims.values())

    def lodge(self, participation: Participation) -> None:
        """ContentAlreadyClaimed when the content of the enterprise is spoken for."""
        claim = self._claims.get(participation.claim_id) or found(self._log, Claim, participation.claim_id)
        if claim is None:
            claim = Claim.lodge(
                self._act,
                enterprise_id=participation.enterprise_id,
                content_code=participation.content_code,
                task_id=participation.task_id,
                participation_id=participation.id,
            )
        else:
            claim.relodge(self._act, task_id=participation.task_id, participation_id=participation.id)
        self._claims[claim.id] = claim

    def confirm(self, participation: Participation) -> None:
        """ClaimNotHeld when the decision would rest on nothing."""
        self._claim(participation).confirm(self._act, participation_id=participation.id)

    def release(self, participation: Participation) -> None:
        self._claim(participation).release(self._act, participation_id=participation.id)

    def _claim(self, participation: Participation) -> Claim:
        claim_id = participation.claim_id
        if claim_id not in self._claims:
            self._claims[claim_id] = self._log.load(Claim, claim_id)
        return self._claims[claim_id]
