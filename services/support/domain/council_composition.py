"""Who may sit together in a council."""

from __future__ import annotations

from collections import Counter

from services.support.domain.council_refusals import (
    CouncilTooLarge,
    CouncilTooSmall,
    ExpertsTooFew,
    MemberKindMissing,
    MemberNamedTwice,
    ReviewersTooFew,
    RoleNotFilledOnce,
)
from services.support.domain.council_terms import CouncilMember, CouncilProcedure, CouncilRole, MemberKind

__all__ = ["must_be_composed"]

FEWEST_MEMBERS = 3
"""A chair, a secretary and one more: without them there is no council, whatever its rules."""


def must_be_composed(members: tuple[CouncilMember, ...], procedure: CouncilProcedure | None) -> None:
    """Raises CouncilTooSmall, CouncilTooLarge, MemberNamedTwice, RoleNotFilledOnce and what the procedure asks for."""
    least_members = procedure.least_members if procedure else FEWEST_MEMBERS
    if len(members) < least_members:
        raise CouncilTooSmall("members", fewest=least_members)
    if len({member.person_id for member in members}) < len(members):
        raise MemberNamedTwice("members")
    roles = Counter(member.role for member in members)
    if roles[CouncilRole.CHAIR] != 1 or roles[CouncilRole.SECRETARY] != 1 or roles[CouncilRole.VICE_CHAIR] > 1:
        raise RoleNotFilledOnce("members")
    if procedure is not None:
        _must_follow(procedure, members, roles)


def _must_follow(procedure: CouncilProcedure, members: tuple[CouncilMember, ...], roles: Counter[CouncilRole]) -> None:
    """Raises CouncilTooLarge, ReviewersTooFew, MemberKindMissing and ExpertsTooFew."""
    if len(members) > procedure.most_members:
        raise CouncilTooLarge("members", most=procedure.most_members)
    if roles[CouncilRole.REVIEWER] < procedure.least_reviewers:
        raise ReviewersTooFew("members", fewest=procedure.least_reviewers)
    if procedure.least_expert_share is None:
        return
    for index, member in enumerate(members):
        if member.kind is None:
            raise MemberKindMissing(f"members[{index}].kind")
    experts = sum(member.kind is MemberKind.EXPERT for member in members)
    if experts < procedure.least_expert_share.of(len(members)):
        raise ExpertsTooFew("members", share=procedure.least_expert_share)
