"""What councils are made up of and judge by: members, rules, procedure, score sheets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class CouncilKind(StrEnum):
    """What a council is for: to select who delivers a task, or to judge a milestone."""

    SELECTION = "SELECTION"
    ACCEPTANCE = "ACCEPTANCE"


COUNCIL_KIND_IN_WORDS = {CouncilKind.SELECTION: "xét chọn", CouncilKind.ACCEPTANCE: "nghiệm thu"}


class CouncilRole(StrEnum):
    """A member's role; chair and secretary are there once each, a vice-chair at most once."""

    CHAIR = "CHAIR"
    SECRETARY = "SECRETARY"
    REVIEWER = "REVIEWER"
    MEMBER = "MEMBER"
    VICE_CHAIR = "VICE_CHAIR"


class MemberKind(StrEnum):
    """On whose behalf a member sits: as an expert, for an agency, or for those whom the programme is for."""

    EXPERT = "EXPERT"
    AGENCY = "AGENCY"
    BENEFICIARY = "BENEFICIARY"


class ConflictKind(StrEnum):
    """The six kinds of conflict of interest."""

    EMPLOYER = "EMPLOYER"
    PROFESSIONAL = "PROFESSIONAL"
    PERSONAL = "PERSONAL"
    PERSONAL_FINANCIAL = "PERSONAL_FINANCIAL"
    FAMILY = "FAMILY"
    FAMILY_FINANCIAL = "FAMILY_FINANCIAL"


CONFLICT_KIND_IN_WORDS = {
    ConflictKind.EMPLOYER: "cơ quan công tác",
    ConflictKind.PROFESSIONAL: "quan hệ chuyên môn",
    ConflictKind.PERSONAL: "quan hệ cá nhân",
    ConflictKind.PERSONAL_FINANCIAL: "lợi ích tài chính cá nhân",
    ConflictKind.FAMILY: "quan hệ gia đình",
    ConflictKind.FAMILY_FINANCIAL: "lợi ích tài chính của gia đình",
}


class Vote(StrEnum):
    """How a member votes."""

    FOR = "FOR"
    AGAINST = "AGAINST"
    ABSTAIN = "ABSTAIN"


VOTE_IN_WORDS = {Vote.FOR: "tán thành", Vote.AGAINST: "không tán thành", Vote.ABSTAIN: "ý kiến khác"}


class PersonTie(StrEnum):
    """What ties a person to a party, as the registry names it."""

    OWNER = "OWNER"
    LEGAL_REPRESENTATIVE = "LEGAL_REPRESENTATIVE"
    AUTHORISED = "AUTHORISED"


PERSON_TIE_IN_WORDS = {
    PersonTie.OWNER: "chủ sở hữu",
    PersonTie.LEGAL_REPRESENTATIVE: "người đại diện theo pháp luật",
    PersonTie.AUTHORISED: "người được ủy quyền",
}
CONFLICT_OF_TIE = {
    PersonTie.OWNER: ConflictKind.PERSONAL_FINANCIAL,
    PersonTie.LEGAL_REPRESENTATIVE: ConflictKind.EMPLOYER,
    PersonTie.AUTHORISED: ConflictKind.EMPLOYER,
}


@dataclass(frozen=True)
class PersonMatch:
    """A member whom the registry found behind an applicant, an enterprise that is one with it, or the host."""

    person_id: UUID
    party_id: UUID
    tie: PersonTie


@dataclass(frozen=True)
class PersonMatches:
    """All that the registry found, as of a position of its log."""

    matches: tuple[PersonMatch, ...]
    registry_position: int


@dataclass(frozen=True)
class Recusal:
    """Why a member left the quorum: declared by them, or found by the registry."""

    conflict_kind: ConflictKind
    match: PersonMatch | None


@dataclass(frozen=True)
class Share:
    """A part of a whole, such as 2/3."""

    numerator: int
    denominator: int

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"

    @property
    def is_possible(self) -> bool:
        """Whether it is more than nothing and at most the whole."""
        return 0 < self.numerator <= self.denominator

    def of(self, whole: int) -> int:
        """The fewest of a number of people that are this share of them."""
        return -(-whole * self.numerator // self.denominator)


@dataclass(frozen=True)
class CouncilMember:
    """A person (by surrogate id) whom a body sends; ``kind`` is None where the council's rules do not ask for it."""

    person_id: UUID
    body: str
    role: CouncilRole
    kind: MemberKind | None = None


@dataclass(frozen=True)
class Criterion:
    """What a task is scored by, and the most points it can get there."""

    code: str
    name: str
    most_points: int


@dataclass(frozen=True)
class CouncilRules:
    """Quorum as a share of those who may vote, pass mark in points of 100, criteria; ``sample`` marks sample rules."""

    quorum_numerator: int
    quorum_denominator: int
    pass_mark_points: int
    criteria: tuple[Criterion, ...]
    sample: bool

    @property
    def quorum(self) -> Share:
        """The share of those who may vote without which nothing is concluded."""
        return Share(self.quorum_numerator, self.quorum_denominator)


@dataclass(frozen=True)
class CouncilProcedure:
    """How a council is made up and meets.

    ``least_expert_share`` is of all members; ``papers_working_days`` lie at least between the day on which the papers
    were sent and that of the meeting; members vote where ``least_share_for`` of the votes has to be in favour.
    """

    least_members: int
    most_members: int
    least_reviewers: int
    least_expert_share: Share | None
    papers_working_days: int
    least_share_for: Share | None


@dataclass(frozen=True)
class SupplementDemand:
    """What a council that passes on condition wants supplied, and until which day."""

    requirement: str
    due_on: date


@dataclass(frozen=True)
class Points:
    """Points one member gives to one criterion."""

    criterion_code: str
    points: int


@dataclass(frozen=True)
class ScoreSheet:
    """What one member handed in."""

    points: tuple[Points, ...]
    vote: Vote | None
    opinion: str | None

    @property
    def total_points(self) -> int:
        """All points together."""
        return total_points(self.points)


def total_points(points: Iterable[Points]) -> int:
    """All points that were given."""
    return sum(given.points for given in points)
