"""By what rules councils are made up, meet and judge: versioned data with its legal basis (134/KH-UBND, V.1.c)."""

from __future__ import annotations

from datetime import date
from typing import Self
from uuid import NAMESPACE_URL, UUID, uuid5

from services.shared.record import Act, Record, recorded_by
from services.support.domain.council_refusals import (
    CriteriaNotHundred,
    MemberCountsReversed,
    QuorumImpossible,
    RegulationAlreadyAdopted,
    RegulationEndsBeforeItStarts,
    ShareImpossible,
)
from services.support.domain.council_terms import (
    COUNCIL_KIND_IN_WORDS,
    CouncilKind,
    CouncilProcedure,
    CouncilRules,
)
from services.support.domain.versioned_rules import VersionedRules

__all__ = ["CouncilRegulation", "must_be_workable"]

ALL_POINTS = 100


class CouncilRegulation(VersionedRules, Record):
    """One version of the rules for councils of a kind (quy chế hội đồng), proposed and adopted by two persons.

    Of the versions of a kind in force on a day the highest counts. A council pins the one in force on the day it was
    appointed and keeps to it.
    """

    TOPIC = "support:CouncilRegulation"
    ALREADY_ADOPTED = RegulationAlreadyAdopted

    class Event(Record.Event):
        """Something that happened to rules for councils (sự kiện của quy chế hội đồng)."""

    class Proposed(Event, Record.Created):
        """Rules for councils were proposed (dự thảo quy chế hội đồng)."""

        TOPIC = "support:CouncilRegulation.Proposed"
        kind: CouncilKind
        rules_version: int
        legal_basis: str
        valid_from: date
        valid_until: date | None
        rules: CouncilRules
        procedure: CouncilProcedure

        def sentence(self) -> str:
            mark = " (dữ liệu mẫu)" if self.rules.sample else ""
            named = f"quy chế hội đồng {COUNCIL_KIND_IN_WORDS[self.kind]} phiên bản {self.rules_version}{mark}"
            return f"Dự thảo {named}, căn cứ {self.legal_basis}."

    Created = Proposed

    class Adopted(Event):
        """The rules came into force by another person's act (ban hành quy chế hội đồng)."""

        TOPIC = "support:CouncilRegulation.Adopted"

        def sentence(self) -> str:
            return f"Ban hành quy chế hội đồng bằng văn bản {self.act.document}."

    @staticmethod
    def create_id(kind: CouncilKind, rules_version: int) -> UUID:
        """One record per kind and version; versions are 1, 2, 3 … without a gap."""
        return uuid5(NAMESPACE_URL, f"nscl:support:council-regulation:{kind}:{rules_version}")

    @recorded_by(Proposed)
    def __init__(
        self,
        act: Act,
        kind: CouncilKind,
        rules_version: int,
        legal_basis: str,
        valid_from: date,
        valid_until: date | None,
        rules: CouncilRules,
        procedure: CouncilProcedure,
    ) -> None:
        self.proposed_by = act.person_id
        self.kind = kind
        self.rules_version = rules_version
        self.legal_basis = legal_basis
        self.valid_from = valid_from
        self.valid_until = valid_until
        self.rules = rules
        self.procedure = procedure
        self.document: str | None = None

    @classmethod
    def propose(
        cls,
        act: Act,
        *,
        kind: CouncilKind,
        rules_version: int,
        legal_basis: str,
        valid_from: date,
        valid_until: date | None,
        rules: CouncilRules,
        procedure: CouncilProcedure,
    ) -> Self:
        """A new version, which counts for nothing until somebody else adopts it.

        Raises RegulationEndsBeforeItStarts, QuorumImpossible, CriteriaNotHundred, MemberCountsReversed and
        ShareImpossible.
        """
        if valid_until is not None and valid_until < valid_from:
            raise RegulationEndsBeforeItStarts("valid_until")
        must_be_workable(rules)
        if procedure.most_members < max(procedure.least_members, procedure.least_reviewers):
            raise MemberCountsReversed("procedure.most_members")
        for field in ("least_expert_share", "least_share_for"):
            share = getattr(procedure, field)
            if share is not None and not share.is_possible:
                raise ShareImpossible(f"procedure.{field}", share=share)
        return cls(
            act=act,
            kind=kind,
            rules_version=rules_version,
            legal_basis=legal_basis,
            valid_from=valid_from,
            valid_until=valid_until,
            rules=rules,
            procedure=procedure,
        )

    @recorded_by(Adopted)
    def _adopted(self, act: Act) -> None:
        self.document = act.document


def must_be_workable(rules: CouncilRules) -> None:
    """Raises QuorumImpossible and CriteriaNotHundred."""
    if not rules.quorum.is_possible:
        raise QuorumImpossible("rules.quorum_numerator")
    codes = {criterion.code for criterion in rules.criteria}
    if len(codes) < len(rules.criteria) or sum(c.most_points for c in rules.criteria) != ALL_POINTS:
        raise CriteriaNotHundred("rules.criteria")
