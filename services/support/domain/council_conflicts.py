"""Conflicts of interest in a council: declared by its members, matched by the registry; what they hide."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from services.shared.record import Act
from services.support.domain.council_refusals import ConflictsNotDeclared, ConflictsNotMatched, FileHidden
from services.support.domain.council_seats import Seats
from services.support.domain.council_terms import CONFLICT_OF_TIE, ConflictKind, PersonMatches

__all__ = ["Conflicts"]


class Conflicts(Seats):
    """What is known of the members' conflicts; the record that this is part of keeps what happened."""

    declarations: dict[UUID, tuple[ConflictKind, ...]]
    _conflicts_declared: Callable[..., None]
    _member_recused: Callable[..., None]
    _conflicts_matched: Callable[..., None]

    def declare_conflicts(self, act: Act, *, conflict_kinds: tuple[ConflictKind, ...]) -> None:
        """The acting member says which conflicts they have; whoever has one is recused by it.

        Raises CouncilAlreadyConcluded, NotAMember, MemberOfAnotherBody, MemberIsRecused and AlreadyScored.
        """
        self._must_admit(act)
        self._conflicts_declared(act=act, person_id=act.person_id, conflict_kinds=conflict_kinds)
        if conflict_kinds:
            self._member_recused(act=act, person_id=act.person_id, conflict_kind=conflict_kinds[0], match=None)

    def recuse_member(self, act: Act, *, conflict_kind: ConflictKind) -> None:
        """The acting member declares a conflict: out of the quorum, no score.

        Raises CouncilAlreadyConcluded, NotAMember, MemberOfAnotherBody, MemberIsRecused and AlreadyScored.
        """
        self._must_admit(act)
        self._member_recused(act=act, person_id=act.person_id, conflict_kind=conflict_kind, match=None)

    def match_conflicts(self, act: Act, found: PersonMatches) -> None:
        """Whoever the registry found leaves the quorum, and a sheet of theirs the count.

        Raises CouncilAlreadyConcluded.
        """
        self._must_not_be_concluded()
        self._conflicts_matched(act=act, matches=found.matches, registry_position=found.registry_position)
        for match in found.matches:
            if match.person_id in self.voters:
                kind = CONFLICT_OF_TIE[match.tie]
                self._member_recused(act=act, person_id=match.person_id, conflict_kind=kind, match=match)

    def must_have_recorded(self, found: PersonMatches) -> None:
        """Raises ConflictsNotMatched."""
        unrecorded = {match.person_id for match in found.matches} & self.voters
        if unrecorded:
            raise ConflictsNotMatched(count=len(unrecorded))

    def must_show_file_to(self, person_id: UUID) -> None:
        """Raises FileHidden for who has a conflict, and ConflictsNotDeclared for a member who has not yet said."""
        if person_id in self.recusals:
            raise FileHidden
        if self.procedure and person_id in self.members and person_id not in self.declarations:
            raise ConflictsNotDeclared
