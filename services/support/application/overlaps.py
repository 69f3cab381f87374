"""Double funding as the registry's answer and our own claims show it, judged by the rules in force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.shared.refusals import Stale
from services.support.application.registry import Registry
from services.support.application.versions import highest_in_force, versions_of
from services.support.domain.claim import Claim, ClaimStatus, Holding
from services.support.domain.claim_rules import ClaimRules, ClaimScope, LinkKind
from services.support.domain.conditions import Eligibility
from services.support.domain.overlap import Overlap, OverlapVerdict, StateMoney, judge_overlap
from services.support.domain.overlap_decision import OverlapDecision
from services.support.domain.participation import Participation
from services.support.domain.task import Task

OWN_SCHEME = "Chương trình năng suất chất lượng"


class ClaimRulesVersionTaken(Stale):
    """Versions of rules follow one another without a gap."""

    sentence = "Phiên bản tiếp theo của quy tắc chống trùng lắp là {rules_version}."


class Overlaps:
    """Acts on the rules against double funding, and the question what they say of an enterprise and a content."""

    def __init__(self, log: EventLog, registry: Registry) -> None:
        self._log = log
        self._registry = registry

    def propose_claim_rules(
        self,
        call: Call,
        *,
        rules_version: int,
        legal_basis: str,
        valid_from: date,
        valid_until: date | None,
        sample: bool,
        scopes: tuple[ClaimScope, ...],
        possible_links: tuple[LinkKind, ...],
        valid_days: int,
    ) -> Saved[ClaimRules]:
        next_version = 1 + sum(1 for _ in _versions(self._log))
        if rules_version != next_version:
            raise ClaimRulesVersionTaken(rules_version=next_version)
        rules = ClaimRules.propose(
            call.act,
            rules_version=rules_version,
            legal_basis=legal_basis,
            valid_from=valid_from,
            valid_until=valid_until,
            sample=sample,
            scopes=scopes,
            possible_links=possible_links,
            valid_days=valid_days,
        )
        return self._log.save_for(call, rules)

    def adopt_claim_rules(self, call: Call, *, claim_rules_id: UUID) -> Saved[ClaimRules]:
        rules = self._log.load(ClaimRules, claim_rules_id, etag=call.etag)
        rules.adopt(call.act)
        return self._log.save_for(call, rules)

    def get_claim_rules(self, claim_rules_id: UUID) -> ClaimRules:
        return self._log.load(ClaimRules, claim_rules_id)

    def check_overlap(
        self, enterprise_id: UUID, content_code: str, on_date: date, unit_keys: tuple[str, ...] = ()
    ) -> Overlap:
        """What an application for the content would be told on a day; nothing is claimed or recorded by it.

        Raises EnterpriseUnknown.
        """
        return _judged(self._log, self._registry.eligibility(enterprise_id, content_code, on_date), unit_keys)


def overlap_of(log: EventLog, eligibility: Eligibility, participation: Participation) -> Overlap:
    """The verdict on what the registry told and on our own claims but those of the participation that asks.

    It bears the ruling that a person made on that participation, if it was made on the same possible lines.
    """
    overlap = _judged(log, eligibility, participation.unit_keys, participation.id)
    if overlap.verdict is not OverlapVerdict.POSSIBLE:
        return overlap
    decision = log.find(OverlapDecision, OverlapDecision.create_id(participation.id))
    return replace(overlap, ruling=decision.ruling) if decision and decision.covers(overlap) else overlap


def _judged(
    log: EventLog, eligibility: Eligibility, unit_keys: tuple[str, ...], participation_id: UUID | None = None
) -> Overlap:
    support_position = log.head()
    rules = claim_rules_in_force(log, eligibility.on_date)
    content_code = eligibility.content_code
    own = (
        _claimed(log, held, lapsed=has_lapsed(log, content_code, held, rules, eligibility.on_date))
        for held in _own_claims(log, eligibility, participation_id)
    )
    return judge_overlap(
        eligibility.members,
        (*eligibility.undertaking_fundings, *own),
        rules,
        content_code=content_code,
        on_date=eligibility.on_date,
        registry_position=eligibility.registry_position,
        support_position=support_position,
        unit_keys=unit_keys,
    )


def claim_rules_in_force(log: EventLog, on: date) -> ClaimRules | None:
    """Of the versions in force on a day the highest, if there is any."""
    return highest_in_force(_versions(log), on)


def _versions(log: EventLog) -> Iterator[ClaimRules]:
    return versions_of(log, ClaimRules, ClaimRules.create_id)


def _own_claims(log: EventLog, eligibility: Eligibility, participation_id: UUID | None) -> Iterator[Holding]:
    """What stands of claims to the content at any member, once of each other participation."""
    seen = {participation_id}
    for member_id in eligibility.undertaking:
        claim = log.find(Claim, Claim.create_id(member_id, eligibility.content_code))
        for held in claim.standing if claim else ():
            if held.participation_id not in seen:
                seen.add(held.participation_id)
                yield held


def has_lapsed(log: EventLog, content_code: str, held: Holding, rules: ClaimRules | None, on: date) -> bool:
    """Whether another may claim, although it stands.

    So it is when nobody confirmed it by its last day, or when its grant lies before the window and its task is over.
    """
    if held.status is ClaimStatus.LODGED:
        return held.is_expired(on)
    scope = rules.scope_of(content_code) if rules else None
    return scope is not None and held.since < scope.window_start(on) and log.load(Task, held.task_id).is_over


def _claimed(log: EventLog, held: Holding, *, lapsed: bool) -> StateMoney:
    return StateMoney(
        scheme=OWN_SCHEME,
        grantor=held.body,
        amount_vnd=log.load(Participation, held.participation_id).amount_vnd,
        decided_on=held.since,
        legal_basis=held.decision or "",
        enterprise_id=held.claimant_id,
        task_id=held.task_id,
        lapsed=lapsed,
        unit_keys=held.unit_keys,
    )
