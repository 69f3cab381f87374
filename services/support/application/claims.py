"""The claims one command touches: loaded once each, and saved with what they are claimed for."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from uuid import UUID

from services.shared.event_store import Call, EventLog
from services.support.application.overlaps import claim_rules_in_force, has_lapsed
from services.support.domain.claim import Claim, Claimed, ClaimStatus, Holding
from services.support.domain.claim_rules import ClaimRules, unit_of
from services.support.domain.conditions import Eligibility
from services.support.domain.overlap import Overlap
from services.support.domain.participation import Participation


class Claims:
    """Claims of a command's participations; ``touched`` goes into the same append, where a race has one winner.

    A participation claims its content at every enterprise that the registry counts as one with its own.
    """

    def __init__(self, log: EventLog, call: Call) -> None:
        self._log = log
        self._act = call.act
        self._claims: dict[UUID, Claim] = {}

    @cached_property
    def _rules(self) -> ClaimRules | None:
        return claim_rules_in_force(self._log, self._act.effective_on)

    @property
    def _expires_on(self) -> date | None:
        """The last day of what is lodged or renewed now; None while no rules are in force."""
        return self._rules.last_day(self._act.effective_on) if self._rules else None

    @property
    def touched(self) -> tuple[Claim, ...]:
        return tuple(self._claims.values())

    def lodge(self, participation: Participation, eligibility: Eligibility) -> None:
        """ContentAlreadyClaimed or ContentClaimedInUndertaking when the content is spoken for at any member."""
        for enterprise_id in eligibility.undertaking:
            found = self._found(enterprise_id, participation)
            self._lodge_at(enterprise_id, found, participation, eligibility, self._expires_on)

    def cover(self, participation: Participation, eligibility: Eligibility) -> bool:
        """Claim where the content is not claimed yet; whether it is this participation's at every member then.

        What is claimed after the decision is confirmed by that decision at once.
        """
        own = self._claim(participation.claim_id)
        if not own.is_held_by(participation.id):
            return False
        held = own.held_by(participation.id)
        found = ((member, self._found(member, participation)) for member in eligibility.undertaking)
        missing = {member: claim for member, claim in found if not (claim and claim.is_held_by(participation.id))}
        if any(claim is not None and self._in_the_way(claim, participation) for claim in missing.values()):
            return False
        decided = held.status is ClaimStatus.CONFIRMED
        for enterprise_id, other in missing.items():
            expires_on = None if decided else held.expires_on
            claim = self._lodge_at(enterprise_id, other, participation, eligibility, expires_on)
            if decided:
                claim.confirm(
                    self._act,
                    participation_id=participation.id,
                    registry_position=eligibility.registry_position,
                    overlap_decision_id=held.overlap_decision_id,
                    decision=held.decision,
                )
        if missing:
            own.widen(
                self._act,
                participation_id=participation.id,
                member_ids=eligibility.undertaking,
                registry_position=eligibility.registry_position,
            )
        return True

    def look_up(self, participation: Participation) -> None:
        """Load its claims before the registry is asked: what is heard while it answers then meets this command."""
        self._all_of(participation)

    def confirm(self, participation: Participation, eligibility: Eligibility, overlap: Overlap) -> None:
        """The decision rests on the claim of every member of the undertaking as of its day, and on what was admitted.

        Raises ClaimNotHeld when the decision would rest on nothing, UndertakingGrown and ClaimExpired.
        """
        own = self._claim(participation.claim_id)
        own.must_cover(participation.id, eligibility.undertaking)
        for claim in self._all_of(participation):
            claim.confirm(
                self._act,
                participation_id=participation.id,
                registry_position=eligibility.registry_position,
                overlap_decision_id=overlap.ruling.decision_id if overlap.ruling else None,
            )

    def release(self, participation: Participation) -> None:
        """The content is free again at every member it was claimed for, but where another has claimed it since."""
        for claim in self._all_of(participation):
            if claim.is_held_by(participation.id):
                claim.release(self._act, participation_id=participation.id)

    def renew(self, participation: Participation, reason: str) -> None:
        """The claims at all members stand for as long as one that is lodged today.

        Raises ClaimNotHeld, ClaimNotRenewable and RenewalGainsNothing.
        """
        for claim in self._all_of(participation):
            claim.renew(self._act, participation_id=participation.id, expires_on=self._expires_on, reason=reason)

    def _lodge_at(
        self,
        enterprise_id: UUID,
        claim: Claim | None,
        participation: Participation,
        eligibility: Eligibility,
        expires_on: date | None,
    ) -> Claim:
        """Claim at an enterprise whose claim to the content is as it was found."""
        claimed = Claimed(
            task_id=participation.task_id,
            participation_id=participation.id,
            claimant_id=participation.enterprise_id,
            member_ids=eligibility.undertaking,
            registry_position=eligibility.registry_position,
            expires_on=expires_on,
            unit_keys=participation.unit_keys,
        )
        content_code = participation.content_code
        if claim is None:
            claim = Claim.lodge(self._act, enterprise_id=enterprise_id, content_code=content_code, claimed=claimed)
        else:
            unit = unit_of(self._rules, content_code)
            claim.relodge(self._act, claimed, unit=unit, lapsed=self._lapsed(claim))
        self._claims[claim.id] = claim
        return claim

    def _in_the_way(self, claim: Claim, participation: Participation) -> tuple[Holding, ...]:
        unit = unit_of(self._rules, participation.content_code)
        return claim.in_the_way(unit, participation.unit_keys, self._lapsed(claim))

    def _lapsed(self, claim: Claim) -> frozenset[UUID]:
        """The participations that hold it beyond their time."""
        on = self._act.effective_on
        return frozenset(
            held.participation_id
            for held in claim.standing
            if has_lapsed(self._log, claim.content_code, held, self._rules, on)
        )

    def _all_of(self, participation: Participation) -> list[Claim]:
        """Its claims at every member; one that it holds no more tells where it was last."""
        held = self._claim(participation.claim_id).holdings.get(participation.id)
        members = held.member_ids if held else ()
        return [self._claim(Claim.create_id(member_id, participation.content_code)) for member_id in members]

    def _found(self, enterprise_id: UUID, participation: Participation) -> Claim | None:
        claim_id = Claim.create_id(enterprise_id, participation.content_code)
        return self._claims.get(claim_id) or self._log.find(Claim, claim_id)

    def _claim(self, claim_id: UUID) -> Claim:
        if claim_id not in self._claims:
            self._claims[claim_id] = self._log.load(Claim, claim_id)
        return self._claims[claim_id]
