"""A claim stands for one participation at a time, at every enterprise of an undertaking."""

from __future__ import annotations

from uuid import UUID

import pytest

from services.support.domain.claim import (
    Claim,
    Claimed,
    ClaimNotHeld,
    ClaimStatus,
    ContentAlreadyClaimed,
    ContentClaimedInUndertaking,
    UndertakingGrown,
)
from tests.given import act, given, happened
from tests.support.examples import LOTUS_MILL, MANGO_HOUSE

FIRST = {"task_id": UUID(int=1), "participation_id": UUID(int=11)}
SECOND = {"task_id": UUID(int=2), "participation_id": UUID(int=12)}
WHOSE = {"enterprise_id": LOTUS_MILL, "content_code": "TOOL-5S"}
ALONE = {"claimant_id": LOTUS_MILL, "member_ids": (LOTUS_MILL,), "registry_position": 41}
TOGETHER = {"claimant_id": MANGO_HOUSE, "member_ids": (MANGO_HOUSE, LOTUS_MILL), "registry_position": 42}
MINE = FIRST["participation_id"]
THEIRS = SECOND["participation_id"]

LODGED = happened(Claim.Lodged, **WHOSE, **FIRST, **ALONE)
CONFIRMED = happened(
    Claim.Confirmed, **WHOSE, **FIRST, registry_position=43, overlap_decision_id=None, act=act(document="900/QĐ-UBND")
)
RELEASED = happened(Claim.Released, **WHOSE, **FIRST)
WIDENED = {"member_ids": (LOTUS_MILL, MANGO_HOUSE), "registry_position": 44}


def test_a_claim_is_found_again_by_whose_it_is() -> None:
    assert given(LODGED).record().id == Claim.create_id(LOTUS_MILL, "TOOL-5S")


class TestLodged:
    def test_a_claim_is_lodged(self) -> None:
        given().when(lambda: Claim.lodge(act(), **WHOSE, claimed=Claimed(**FIRST, **ALONE))).then(LODGED)

    def test_the_same_content_is_not_claimed_twice(self) -> None:
        again = Claimed(**SECOND, **ALONE)
        refusal = given(LODGED).when(lambda claim: claim.relodge(act(), again)).refused(ContentAlreadyClaimed)
        assert refusal.facts["task_id"] == FIRST["task_id"]

    def test_the_same_content_is_not_claimed_by_another_of_the_undertaking(self) -> None:
        theirs = Claimed(**SECOND, **TOGETHER)
        refusal = given(LODGED).when(lambda claim: claim.relodge(act(), theirs)).refused(ContentClaimedInUndertaking)
        assert (refusal.facts["claimant_id"], refusal.facts["enterprise_id"]) == (LOTUS_MILL, MANGO_HOUSE)

    def test_a_decision_confirms_it(self) -> None:
        claim = (
            given(LODGED)
            .when(lambda claim: claim.confirm(act(document="900/QĐ-UBND"), participation_id=MINE, registry_position=43))
            .then(CONFIRMED)
        )
        assert (claim.status, claim.decision, claim.registry_position) == (ClaimStatus.CONFIRMED, "900/QĐ-UBND", 43)

    def test_it_keeps_by_what_a_possible_overlap_was_admitted(self) -> None:
        admitted = {"registry_position": 43, "overlap_decision_id": UUID(int=21)}
        claim = (
            given(LODGED)
            .when(lambda claim: claim.confirm(act(), participation_id=MINE, **admitted))
            .then(happened(Claim.Confirmed, **WHOSE, **FIRST, **admitted))
        )
        assert claim.overlap_decision_id == UUID(int=21)

    def test_only_its_holder_widens_confirms_or_releases(self) -> None:
        at = {"participation_id": THEIRS, "registry_position": 43}
        given(LODGED).when(lambda claim: claim.confirm(act(), **at)).refused(ClaimNotHeld)
        given(LODGED).when(lambda claim: claim.widen(act(), **at, member_ids=())).refused(ClaimNotHeld)
        given(LODGED).when(lambda claim: claim.release(act(), participation_id=THEIRS)).refused(ClaimNotHeld)

    def test_a_refusal_releases_it(self) -> None:
        given(LODGED).when(lambda claim: claim.release(act(), participation_id=MINE)).then(RELEASED)

    def test_it_is_widened_to_who_joins_and_nobody_leaves_it(self) -> None:
        joined = {"member_ids": (MANGO_HOUSE,), "registry_position": 44}
        claim = (
            given(LODGED)
            .when(lambda claim: claim.widen(act(), participation_id=MINE, **joined))
            .then(happened(Claim.Widened, **WHOSE, **FIRST, **WIDENED))
        )
        claim.must_cover((MANGO_HOUSE,))
        with pytest.raises(UndertakingGrown):
            claim.must_cover((LOTUS_MILL, UUID(int=99)))


class TestConfirmed:
    def test_what_is_granted_is_not_claimed_again(self) -> None:
        again = Claimed(**SECOND, **ALONE)
        given(LODGED, CONFIRMED).when(lambda claim: claim.relodge(act(), again)).refused(ContentAlreadyClaimed)

    def test_a_claim_is_confirmed_once_and_no_longer_widened(self) -> None:
        mine = {"participation_id": MINE, "registry_position": 44}
        given(LODGED, CONFIRMED).when(lambda claim: claim.confirm(act(), **mine)).refused(ClaimNotHeld)
        given(LODGED, CONFIRMED).when(lambda claim: claim.widen(act(), **mine, member_ids=())).refused(ClaimNotHeld)


class TestReleased:
    def test_it_may_be_lodged_again(self) -> None:
        claim = (
            given(LODGED, RELEASED)
            .when(lambda claim: claim.relodge(act(), Claimed(**SECOND, **TOGETHER)))
            .then(happened(Claim.Relodged, **WHOSE, **SECOND, **TOGETHER))
        )
        assert claim.is_held_by(THEIRS)
        assert not claim.is_held_by(MINE)
        assert claim.claimant_id == MANGO_HOUSE

    def test_no_decision_rests_on_it(self) -> None:
        mine = {"participation_id": MINE, "registry_position": 44}
        given(LODGED, RELEASED).when(lambda claim: claim.confirm(act(), **mine)).refused(ClaimNotHeld)
