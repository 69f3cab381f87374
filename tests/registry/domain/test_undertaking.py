"""Who counts as one: which links join, on which day, by which rule."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as supposing
from hypothesis import strategies as any_of

from services.registry.domain.affiliation import Affiliation, Link, LinkKind
from services.registry.domain.undertaking import (
    LinkKindRepeated,
    Member,
    UndertakingRule,
    UndertakingRuleAlreadyAdopted,
    UndertakingRules,
    members_of,
)
from services.shared.record import DocumentMissing
from tests.given import act, given, happened
from tests.registry.domain.test_affiliation import LADY_BAY, MOON_MILL, SUN_FISH, owner, parent

RIVER_RICE, FAR_FARM = UUID(int=14), UUID(int=15)
DAY = date(2024, 6, 28)
RULE = UndertakingRule(
    valid_from=date(2021, 1, 1),
    legal_basis="59/2020/QH14",
    least_share_basis_points=5_000,
    joining_kinds=(LinkKind.OWNER, LinkKind.PARENT, LinkKind.BRANCH),
    sample=True,
)
VALUES: dict[str, Any] = {
    "valid_from": RULE.valid_from,
    "least_share_basis_points": 5_000,
    "joining_kinds": RULE.joining_kinds,
    "sample": True,
}


def members(*links: Link, of: UUID = SUN_FISH, rule: UndertakingRule | None = RULE, day: date = DAY) -> list[Member]:
    """The undertaking that these links make."""
    affiliations: dict[UUID, Affiliation] = {}
    by_party: dict[UUID, list[Link]] = defaultdict(list)
    for link in links:
        by_party[link.from_id].append(link)
        by_party[link.to_id].append(link)
    for party_id, theirs in by_party.items():
        affiliations[party_id] = Affiliation.open(act(), party_id)
        affiliations[party_id].links = tuple(theirs)
    return list(members_of(of, day, rule, affiliations.get, {}.get))


def ids(*links: Link, **asked: Any) -> set[UUID]:
    return {member.enterprise_id for member in members(*links, **asked)}


class TestMembers:
    def test_an_enterprise_without_links_is_alone(self) -> None:
        assert members() == [Member(SUN_FISH)]
        assert Member(SUN_FISH).sentence == "Là cơ sở được hỏi."

    @pytest.mark.parametrize("of", [SUN_FISH, MOON_MILL])
    def test_a_controlling_parent_and_its_daughter_are_one(self, of: UUID) -> None:
        assert ids(parent(), of=of) == {SUN_FISH, MOON_MILL}

    @pytest.mark.parametrize(("share", "joined"), [(4_999, False), (5_000, True)])
    def test_a_parent_joins_from_the_rules_share_on(self, share: int, joined: bool) -> None:
        assert (MOON_MILL in ids(parent(share_basis_points=share))) is joined

    def test_a_kind_the_rule_does_not_name_does_not_join(self) -> None:
        assert ids(parent(kind=LinkKind.CONTRACTUAL_CONTROL, share_basis_points=None)) == {SUN_FISH}

    def test_a_successor_joins_under_every_rule(self) -> None:
        assert ids(parent(kind=LinkKind.SUCCESSION, share_basis_points=None)) == {SUN_FISH, MOON_MILL}

    def test_every_link_joins_while_no_rule_is_in_force(self) -> None:
        contract = parent(kind=LinkKind.CONTRACTUAL_CONTROL, share_basis_points=None)
        assert ids(contract, rule=None) == {SUN_FISH, MOON_MILL}

    @pytest.mark.parametrize(
        ("day", "joined"),
        [(date(2021, 12, 31), False), (date(2022, 1, 1), True), (date(2023, 1, 1), True), (date(2023, 1, 2), False)],
    )
    def test_a_link_joins_on_the_days_it_is_in_force(self, day: date, joined: bool) -> None:
        assert (MOON_MILL in ids(parent(valid_until=date(2023, 1, 1)), day=day)) is joined

    def test_what_is_joined_to_a_member_is_joined(self) -> None:
        chain = parent(), parent(from_id=RIVER_RICE, to_id=MOON_MILL), parent(from_id=RIVER_RICE, to_id=FAR_FARM)
        assert ids(*chain) == {SUN_FISH, MOON_MILL, RIVER_RICE, FAR_FARM}

    def test_each_member_tells_by_which_link_it_belongs(self) -> None:
        above = parent(from_id=RIVER_RICE, to_id=MOON_MILL)
        nearest, farthest = members(parent(), above)[1:]
        assert nearest == Member(MOON_MILL, SUN_FISH, None, parent())
        assert farthest == Member(RIVER_RICE, MOON_MILL, None, above)
        assert nearest.sentence == (
            "Được coi là một với cơ sở nêu kèm vì có quan hệ công ty mẹ - công ty con (60% vốn), "
            "theo 8/GCN-ĐKKD, từ ngày 01/01/2022."
        )


class TestCommonPersons:
    hers, hers_too = owner(share_basis_points=7_000), owner(share_basis_points=5_100, to_id=RIVER_RICE)

    def test_enterprises_of_one_controlling_owner_are_one(self) -> None:
        assert members(self.hers, self.hers_too)[1] == Member(RIVER_RICE, SUN_FISH, LADY_BAY, self.hers_too)
        assert "vì có chung chủ sở hữu (51% vốn)" in members(self.hers, self.hers_too)[1].sentence

    def test_who_controls_only_one_of_them_joins_nothing(self) -> None:
        assert ids(self.hers, owner(share_basis_points=4_999, to_id=RIVER_RICE)) == {SUN_FISH}
        assert ids(owner(share_basis_points=4_999), self.hers_too) == {SUN_FISH}

    def test_who_owns_one_and_represents_the_other_joins_nothing(self) -> None:
        represents = owner(kind=LinkKind.LEGAL_REPRESENTATIVE, share_basis_points=None, to_id=RIVER_RICE)
        assert ids(self.hers, represents, rule=None) == {SUN_FISH}

    def test_a_common_representative_joins_where_the_rule_names_the_kind(self) -> None:
        kind = {"kind": LinkKind.LEGAL_REPRESENTATIVE, "share_basis_points": None}
        both = owner(**kind), owner(**kind, to_id=RIVER_RICE)
        assert ids(*both) == {SUN_FISH}
        assert ids(*both, rule=None) == {SUN_FISH, RIVER_RICE}


PARTIES = any_of.integers(1, 8).map(lambda number: UUID(int=number))


@supposing(any_of.lists(any_of.tuples(PARTIES, PARTIES, any_of.sampled_from([4_000, 5_000, 9_000])), max_size=14))
def test_an_undertaking_is_the_same_whichever_member_is_asked_about(told: list[tuple[UUID, UUID, int]]) -> None:
    links = [
        parent(link_id=UUID(int=number), from_id=from_id, to_id=to_id, share_basis_points=share)
        for number, (from_id, to_id, share) in enumerate(told)
        if from_id != to_id
    ]
    undertaking = ids(*links, of=UUID(int=1))
    assert all(ids(*links, of=member) == undertaking for member in undertaking)
    joined = {party for link in links if RULE.joins(link) for party in (link.from_id, link.to_id)}
    assert undertaking <= joined | {UUID(int=1)}
    for link in filter(RULE.joins, links):
        assert (link.from_id in undertaking) is (link.to_id in undertaking)


class TestRules:
    OPENED = happened(UndertakingRules.Opened)

    def test_a_rule_is_adopted_by_a_document(self) -> None:
        given(self.OPENED).when(lambda rules: rules.adopt(act(document="59/2020/QH14"), **VALUES)).then(
            happened(UndertakingRules.RuleAdopted, rule=RULE)
        )

    def test_without_a_document_there_is_no_rule(self) -> None:
        given(self.OPENED).when(lambda rules: rules.adopt(act(), **VALUES)).refused(DocumentMissing)

    def test_a_kind_is_named_once(self) -> None:
        twice = VALUES | {"joining_kinds": (LinkKind.OWNER, LinkKind.OWNER)}
        given(self.OPENED).when(lambda rules: rules.adopt(act(document="1/QĐ"), **twice)).refused(
            LinkKindRepeated, field="joining_kinds[1]"
        )

    def test_one_rule_begins_on_a_day(self) -> None:
        given(self.OPENED, happened(UndertakingRules.RuleAdopted, rule=RULE)).when(
            lambda rules: rules.adopt(act(document="2/QĐ"), **VALUES)
        ).refused(UndertakingRuleAlreadyAdopted)

    @pytest.mark.parametrize(
        ("day", "share"), [(date(2020, 12, 31), None), (date(2021, 1, 1), 5_000), (date(2025, 1, 1), 2_500)]
    )
    def test_a_day_has_the_rule_that_began_last(self, day: date, share: int | None) -> None:
        rules = UndertakingRules.open(act())
        later = VALUES | {"valid_from": date(2025, 1, 1), "least_share_basis_points": 2_500}
        rules.adopt(act(document="2/QĐ"), **later)
        rules.adopt(act(document="1/QĐ"), **VALUES)
        rule = rules.rule_on(day)
        assert (rule.least_share_basis_points if rule else None) == share
