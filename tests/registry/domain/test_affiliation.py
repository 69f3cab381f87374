"""Rules of links: what may tie whom, for how long, and that nobody owns more than everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as supposing
from hypothesis import strategies as any_of

from services.registry.domain.affiliation import (
    WHOLE_BASIS_POINTS,
    Affiliation,
    Link,
    LinkAlreadyEnded,
    LinkAlreadyRecorded,
    LinkBeginsInFuture,
    LinkKind,
    LinkLacksShare,
    LinkShareUnexpected,
    LinkUnknown,
    LinkWithItself,
    OwnersExceedWhole,
    SuccessionEndless,
    percent,
)
from services.registry.domain.enterprise import PeriodEndsBeforeItBegins
from services.shared.refusals import Refusal
from tests.given import Happened, act, given, happened, sentences

SUN_FISH, MOON_MILL, LADY_BAY = UUID(int=11), UUID(int=12), UUID(int=13)
"""Two enterprises and a person."""


def parent(**changes: Any) -> Link:
    """Moon Mill holds 60 percent of Sun Fish since 2022."""
    told: dict[str, Any] = {
        "link_id": UUID(int=21),
        "kind": LinkKind.PARENT,
        "from_id": MOON_MILL,
        "to_id": SUN_FISH,
        "share_basis_points": 6_000,
        "document": "8/GCN-ĐKKD",
        "valid_from": date(2022, 1, 1),
        "valid_until": None,
    }
    return Link(**(told | changes))


def owner(**changes: Any) -> Link:
    """Lady Bay holds 40 percent of Sun Fish since 2022."""
    return parent(**({"kind": LinkKind.OWNER, "from_id": LADY_BAY, "share_basis_points": 4_000} | changes))


OPENED = happened(Affiliation.Opened, party_id=SUN_FISH)
PARENT_KNOWN = (OPENED, happened(Affiliation.Linked, link=parent()))


def linked(link: Link) -> Happened:
    return happened(Affiliation.Linked, link=link)


def test_a_link_is_recorded_with_its_document_and_days() -> None:
    given(OPENED).when(lambda links: links.link(act(), parent())).then(linked(parent()))


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"from_id": SUN_FISH}, LinkWithItself, "from_enterprise_id"),
        ({"share_basis_points": None}, LinkLacksShare, "share_basis_points"),
        ({"kind": LinkKind.BRANCH}, LinkShareUnexpected, "share_basis_points"),
        ({"kind": LinkKind.LEGAL_REPRESENTATIVE}, LinkShareUnexpected, "share_basis_points"),
        ({"valid_from": date(2024, 6, 29)}, LinkBeginsInFuture, "valid_from"),
        ({"valid_until": date(2021, 12, 31)}, PeriodEndsBeforeItBegins, "valid_until"),
    ],
)
def test_a_link_that_can_be_none_is_refused(changes: dict[str, Any], refusal: type[Refusal], field: str) -> None:
    given(OPENED).when(lambda links: links.link(act(), parent(**changes))).refused(refusal, field=field)


def test_a_link_may_begin_on_the_day_it_is_recorded() -> None:
    today = parent(valid_from=date(2024, 6, 28))
    given(OPENED).when(lambda links: links.link(act(), today)).then(linked(today))


@pytest.mark.parametrize("valid_from", [date(2021, 1, 1), date(2022, 1, 1), date(2023, 5, 5)])
def test_two_parties_have_one_link_of_a_kind_at_a_time(valid_from: date) -> None:
    again = parent(link_id=UUID(int=22), share_basis_points=100, valid_from=valid_from)
    given(*PARENT_KNOWN).when(lambda links: links.link(act(), again)).refused(LinkAlreadyRecorded)


def test_a_link_that_has_ended_may_begin_again() -> None:
    ended = parent(valid_until=date(2022, 12, 31))
    again = parent(link_id=UUID(int=22), valid_from=date(2023, 1, 1))
    given(OPENED, linked(ended)).when(lambda links: links.link(act(), again)).then(linked(again))


def test_another_kind_between_the_same_two_is_another_link() -> None:
    control = parent(link_id=UUID(int=22), kind=LinkKind.CONTRACTUAL_CONTROL, share_basis_points=None)
    given(*PARENT_KNOWN).when(lambda links: links.link(act(), control)).then(linked(control))


class TestShares:
    def test_owners_may_hold_everything(self) -> None:
        given(*PARENT_KNOWN).when(lambda links: links.link(act(), owner())).then(linked(owner()))

    def test_owners_cannot_hold_more_than_everything(self) -> None:
        more = owner(share_basis_points=4_001)
        refusal = given(*PARENT_KNOWN).when(lambda links: links.link(act(), more)).refused(OwnersExceedWhole)
        assert refusal.facts == {"day": date(2022, 1, 1)}

    def test_a_later_owner_counts_from_the_day_on_which_both_hold(self) -> None:
        later = owner(share_basis_points=4_001, valid_from=date(2020, 1, 1))
        refusal = given(*PARENT_KNOWN).when(lambda links: links.link(act(), later)).refused(OwnersExceedWhole)
        assert refusal.facts == {"day": date(2022, 1, 1)}

    def test_what_was_held_before_does_not_count(self) -> None:
        past = owner(share_basis_points=9_000, valid_from=date(2020, 1, 1), valid_until=date(2021, 12, 31))
        given(*PARENT_KNOWN).when(lambda links: links.link(act(), past)).then(linked(past))

    def test_what_a_party_holds_of_others_is_not_held_of_it(self) -> None:
        daughter = parent(
            link_id=UUID(int=22), from_id=SUN_FISH, to_id=MOON_MILL, share_basis_points=WHOLE_BASIS_POINTS
        )
        given(*PARENT_KNOWN).when(lambda links: links.link(act(), daughter)).then(linked(daughter))

    @supposing(
        any_of.lists(
            any_of.tuples(
                any_of.integers(1, WHOLE_BASIS_POINTS),
                any_of.dates(date(2020, 1, 1), date(2020, 2, 1)),
                any_of.none() | any_of.dates(date(2020, 1, 1), date(2020, 2, 1)),
            ),
            max_size=12,
        )
    )
    def test_on_no_day_is_more_than_everything_held(self, told: list[tuple[int, date, date | None]]) -> None:
        links = Affiliation.open(act(), SUN_FISH)
        for number, (share, valid_from, valid_until) in enumerate(told):
            ids = {"link_id": UUID(int=number), "from_id": UUID(int=100 + number)}
            link = owner(**ids, share_basis_points=share, valid_from=valid_from, valid_until=valid_until)
            try:
                links.link(act(), link)
            except Refusal:
                assert link not in links.links
        for day in (date(2020, 1, number) for number in range(1, 32)):
            assert sum(link.share_basis_points or 0 for link in links.links_on(day)) <= WHOLE_BASIS_POINTS


class TestEnding:
    def test_a_link_ends_on_its_last_day(self) -> None:
        ended = parent(valid_until=date(2024, 5, 31))
        links = (
            given(*PARENT_KNOWN)
            .when(lambda links: links.end_link(act(), parent().link_id, date(2024, 5, 31)))
            .then(happened(Affiliation.LinkEnded, link=ended))
        )
        assert list(links.links_on(date(2024, 5, 31))) == [ended]
        assert not list(links.links_on(date(2024, 6, 1)))

    def test_an_unknown_link_is_not_ended(self) -> None:
        given(*PARENT_KNOWN).when(lambda links: links.end_link(act(), UUID(int=99), date(2024, 5, 31))).refused(
            LinkUnknown
        )

    def test_a_succession_never_ends(self) -> None:
        succession = parent(kind=LinkKind.SUCCESSION, share_basis_points=None)
        given(OPENED, linked(succession)).when(
            lambda links: links.end_link(act(), succession.link_id, date(2024, 5, 31))
        ).refused(SuccessionEndless)

    def test_a_link_ends_once(self) -> None:
        given(OPENED, linked(parent(valid_until=date(2023, 1, 1)))).when(
            lambda links: links.end_link(act(), parent().link_id, date(2024, 5, 31))
        ).refused(LinkAlreadyEnded)

    def test_a_link_does_not_end_before_it_begins(self) -> None:
        given(*PARENT_KNOWN).when(lambda links: links.end_link(act(), parent().link_id, date(2021, 12, 31))).refused(
            PeriodEndsBeforeItBegins, field="last_day"
        )


@pytest.mark.parametrize(("basis_points", "told"), [(6_000, "60%"), (3_333, "33,33%"), (5, "0,05%"), (10_000, "100%")])
def test_a_share_is_told_in_percent(basis_points: int, told: str) -> None:
    assert percent(basis_points) == told


def test_a_link_is_told_with_its_share_and_days() -> None:
    links = Affiliation.open(act(), SUN_FISH)
    links.link(act(), replace(parent(), valid_until=date(2024, 5, 31)))
    assert sentences(links)[-1] == (
        "Ghi nhận quan hệ công ty mẹ - công ty con (60% vốn) từ ngày 01/01/2022 đến ngày 31/05/2024."
    )
