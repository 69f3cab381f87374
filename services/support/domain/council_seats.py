"""Who sits in a council, who leads it, and who may act there."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from services.shared.record import Act, document_of
from services.support.domain.council_composition import must_be_composed
from services.support.domain.council_refusals import (
    AlreadyScored,
    CouncilAlreadyConcluded,
    HostSitsOnCouncil,
    MemberIsRecused,
    MemberNotSeated,
    MemberOfAnotherBody,
    NotAMember,
)
from services.support.domain.council_terms import (
    CouncilKind,
    CouncilMember,
    CouncilProcedure,
    CouncilRole,
    Recusal,
    ScoreSheet,
)

__all__ = ["Seats", "must_not_judge_their_own"]


class Seats:
    """The members of a council; the record that this is part of keeps what happened in these fields."""

    milestone_number: int | None
    procedure: CouncilProcedure | None
    members: dict[UUID, CouncilMember]
    recusals: dict[UUID, Recusal]
    score_sheets: dict[UUID, ScoreSheet]
    minutes: str | None
    _member_replaced: Callable[..., None]

    @property
    def kind(self) -> CouncilKind:
        """What the council is for."""
        return CouncilKind.SELECTION if self.milestone_number is None else CouncilKind.ACCEPTANCE

    @property
    def voters(self) -> frozenset[UUID]:
        """The members without a conflict."""
        return frozenset(self.members.keys() - self.recusals.keys())

    @property
    def leaders(self) -> frozenset[UUID]:
        """The secretary and who presides: the vice-chair where there is one and the chair has a conflict."""
        holder_of = {member.role: member.person_id for member in self.members.values()}
        chair_id = holder_of[CouncilRole.CHAIR]
        if chair_id in self.recusals:
            chair_id = holder_of.get(CouncilRole.VICE_CHAIR, chair_id)
        return frozenset({chair_id, holder_of[CouncilRole.SECRETARY]})

    def replace_member(
        self,
        act: Act,
        *,
        person_id: UUID,
        member: CouncilMember,
        submitters: frozenset[UUID],
        host_body: str | None,
    ) -> None:
        """Another member takes the seat of one who has not scored; who left stays in the history.

        Raises DocumentMissing, CouncilAlreadyConcluded, MemberNotSeated, AlreadyScored, MemberIsRecused,
        HostSitsOnCouncil and those of a composition.
        """
        document_of(act)
        self._must_not_be_concluded()
        if person_id not in self.members:
            raise MemberNotSeated
        if person_id in self.score_sheets:
            raise AlreadyScored
        if member.person_id in self.recusals:
            raise MemberIsRecused
        must_be_composed(
            (*(each for each in self.members.values() if each.person_id != person_id), member), self.procedure
        )
        must_not_judge_their_own((member,), submitters, host_body)
        self._member_replaced(act=act, person_id=person_id, member=member)

    def must_be_seated(self, act: Act) -> None:
        """Raises NotAMember and MemberOfAnotherBody."""
        if act.person_id not in self.members:
            raise NotAMember
        member = self.members[act.person_id]
        if act.body != member.body:
            raise MemberOfAnotherBody(body=member.body)

    def _must_be_free(self, act: Act) -> None:
        self._must_not_be_concluded()
        self.must_be_seated(act)
        if act.person_id in self.recusals:
            raise MemberIsRecused

    def _must_admit(self, act: Act) -> None:
        self._must_be_free(act)
        if act.person_id in self.score_sheets:
            raise AlreadyScored

    def _must_not_be_concluded(self) -> None:
        if self.minutes is not None:
            raise CouncilAlreadyConcluded


def must_not_judge_their_own(
    members: tuple[CouncilMember, ...], submitters: frozenset[UUID], host_body: str | None
) -> None:
    """Raises HostSitsOnCouncil."""
    if any(member.person_id in submitters or member.body == host_body for member in members):
        raise HostSitsOnCouncil
