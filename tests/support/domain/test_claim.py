"""A claim stands for one participation at a time."""

from __future__ import annotations

from uuid import UUID

from services.support.domain.claim import Claim, ClaimNotHeld, ClaimStatus, ContentAlreadyClaimed
from tests.given import act, given, happened
from tests.support.examples import LOTUS_MILL

FIRST = {"task_id": UUID(int=1), "participation_id": UUID(int=11)}
SECOND = {"task_id": UUID(int=2), "participation_id": UUID(int=12)}
WHOSE = {"enterprise_id": LOTUS_MILL, "content_code": "TOOL-5S"}

LODGED = happened(Claim.Lodged, **WHOSE, **FIRST)
CONFIRMED = happened(Claim.Confirmed, **WHOSE, **FIRST, act=act(document="900/QĐ-UBND"))
RELEASED = happened(Claim.Released, **WHOSE, **FIRST)


def test_a_claim_is_found_again_by_whose_it_is() -> None:
    assert given(LODGED).record().id == Claim.create_id(LOTUS_MILL, "TOOL-5S")


class TestLodged:
    def test_a_claim_is_lodged(self) -> None:
        given().when(lambda: Claim.lodge(act(), **WHOSE, **FIRST)).then(LODGED)

    def test_the_same_content_is_not_claimed_twice(self) -> None:
        refusal = given(LODGED).when(lambda claim: claim.relodge(act(), **SECOND)).refused(ContentAlreadyClaimed)
        assert refusal.facts["task_id"] == FIRST["task_id"]

    def test_a_decision_confirms_it(self) -> None:
        claim = (
            given(LODGED)
            .when(lambda claim: claim.confirm(act(document="900/QĐ-UBND"), participation_id=FIRST["participation_id"]))
            .then(CONFIRMED)
        )
        assert (claim.status, claim.decision) == (ClaimStatus.CONFIRMED, "900/QĐ-UBND")

    def test_only_its_holder_confirms_or_releases(self) -> None:
        theirs = SECOND["participation_id"]
        given(LODGED).when(lambda claim: claim.confirm(act(), participation_id=theirs)).refused(ClaimNotHeld)
        given(LODGED).when(lambda claim: claim.release(act(), participation_id=theirs)).refused(ClaimNotHeld)

    def test_a_refusal_releases_it(self) -> None:
        given(LODGED).when(lambda claim: claim.release(act(), participation_id=FIRST["participation_id"])).then(
            RELEASED
        )


class TestConfirmed:
    def test_what_is_granted_is_not_claimed_again(self) -> None:
        given(LODGED, CONFIRMED).when(lambda claim: claim.relodge(act(), **SECOND)).refused(ContentAlreadyClaimed)

    def test_a_claim_is_confirmed_once(self) -> None:
        mine = FIRST["participation_id"]
        given(LODGED, CONFIRMED).when(lambda claim: claim.confirm(act(), participation_id=mine)).refused(ClaimNotHeld)


class TestReleased:
    def test_it_may_be_lodged_again(self) -> None:
        claim = (
            given(LODGED, RELEASED)
            .when(lambda claim: claim.relodge(act(), **SECOND))
            .then(happened(Claim.Relodged, **WHOSE, **SECOND))
        )
        assert claim.is_held_by(SECOND["participation_id"])
        assert not claim.is_held_by(FIRST["participation_id"])

    def test_no_decision_rests_on_it(self) -> None:
        mine = FIRST["participation_id"]
        given(LODGED, RELEASED).when(lambda claim: claim.confirm(act(), participation_id=mine)).refused(ClaimNotHeld)
