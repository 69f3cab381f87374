"""A claim stands for one participation at a time, at every enterprise of an undertaking."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from re import fullmatch
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from services.shared.refusals import Refusal
from services.support.domain.claim import Claim, Claimed, ClaimStatus
from services.support.domain.claim_code import claim_code
from services.support.domain.claim_refusals import (
    ClaimExpired,
    ClaimHeldBySeveral,
    ClaimNotHeld,
    ClaimNotRenewable,
    ContentAlreadyClaimed,
    ContentClaimedInUndertaking,
    RenewalGainsNothing,
    UndertakingGrown,
)
from services.support.domain.claimed_units import UNIT_KEY, ClaimUnit, concern_the_same
from tests.given import Happened, act, given, happened
from tests.support.examples import LOTUS_MILL, MANGO_HOUSE

FIRST = {"task_id": UUID(int=1), "participation_id": UUID(int=11)}
SECOND = {"task_id": UUID(int=2), "participation_id": UUID(int=12)}
WHOSE = {"enterprise_id": LOTUS_MILL, "content_code": "TOOL-5S"}
ALONE = {
    "claimant_id": LOTUS_MILL,
    "member_ids": (LOTUS_MILL,),
    "registry_position": 41,
    "expires_on": None,
    "unit_keys": (),
}
TOGETHER = {
    "claimant_id": MANGO_HOUSE,
    "member_ids": (MANGO_HOUSE, LOTUS_MILL),
    "registry_position": 42,
    "expires_on": date(2024, 12, 31),
    "unit_keys": (),
}
MINE = FIRST["participation_id"]
THEIRS = SECOND["participation_id"]

LODGED = happened(Claim.Lodged, **WHOSE, **FIRST, **ALONE)
CONFIRMED = happened(
    Claim.Confirmed, **WHOSE, **FIRST, registry_position=43, overlap_decision_id=None, decision="900/QĐ-UBND"
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
        held = claim.last
        assert (held.status, held.decision, held.registry_position) == (ClaimStatus.CONFIRMED, "900/QĐ-UBND", 43)

    def test_it_keeps_by_what_a_possible_overlap_was_admitted(self) -> None:
        admitted = {"registry_position": 43, "overlap_decision_id": UUID(int=21)}
        claim = (
            given(LODGED)
            .when(lambda claim: claim.confirm(act(), participation_id=MINE, **admitted))
            .then(happened(Claim.Confirmed, **WHOSE, **FIRST, **admitted, decision=None))
        )
        assert claim.last.overlap_decision_id == UUID(int=21)

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
        claim.must_cover(MINE, (MANGO_HOUSE,))
        with pytest.raises(UndertakingGrown):
            claim.must_cover(MINE, (LOTUS_MILL, UUID(int=99)))


class TestConfirmed:
    def test_what_is_granted_is_not_claimed_again(self) -> None:
        again = Claimed(**SECOND, **ALONE)
        given(LODGED, CONFIRMED).when(lambda claim: claim.relodge(act(), again)).refused(ContentAlreadyClaimed)

    def test_a_claim_is_confirmed_once_and_widened_still(self) -> None:
        mine = {"participation_id": MINE, "registry_position": 44}
        given(LODGED, CONFIRMED).when(lambda claim: claim.confirm(act(), **mine)).refused(ClaimNotHeld)
        given(LODGED, CONFIRMED).when(lambda claim: claim.widen(act(), **mine, member_ids=(MANGO_HOUSE,))).then(
            happened(Claim.Widened, **WHOSE, **FIRST, **WIDENED)
        )

    def test_an_act_that_carries_a_decision_out_names_it(self) -> None:
        of = {"participation_id": MINE, "registry_position": 44, "decision": "900/QĐ-UBND"}
        claim = given(LODGED).when(lambda claim: claim.confirm(act(document="7/UNC"), **of)).record
        assert claim is not None
        assert claim.last.decision == "900/QĐ-UBND"


class TestOfLimitedTime:
    LAST_DAY = date(2024, 7, 31)
    LODGED = happened(Claim.Lodged, **WHOSE, **FIRST, **{**ALONE, "expires_on": LAST_DAY})
    ON_TIME, LATE = act(effective_on=LAST_DAY), act(effective_on=date(2024, 8, 1))
    DECISION: ClassVar = {"participation_id": MINE, "registry_position": 43}
    RENEWAL: ClassVar = {"participation_id": MINE, "expires_on": date(2024, 12, 1), "reason": "Chờ hội đồng"}
    RENEWED = happened(
        Claim.Renewed, **WHOSE, **FIRST, expires_on=date(2024, 12, 1), renewal_count=1, reason="Chờ hội đồng"
    )

    def test_it_is_confirmed_until_its_last_day(self) -> None:
        given(self.LODGED).when(lambda claim: claim.confirm(self.ON_TIME, **self.DECISION)).then(
            happened(Claim.Confirmed, **WHOSE, **FIRST, registry_position=43, overlap_decision_id=None, decision=None)
        )
        given(self.LODGED).when(lambda claim: claim.confirm(self.LATE, **self.DECISION)).refused(ClaimExpired)

    def test_it_is_renewed_with_a_reason_also_afterwards_and_that_is_counted(self) -> None:
        given(self.LODGED).when(lambda claim: claim.renew(self.LATE, **self.RENEWAL)).then(self.RENEWED)
        renewed = given(self.LODGED, self.RENEWED)
        assert not renewed.record().last.is_expired(date(2024, 12, 1))
        again = renewed.when(lambda claim: claim.renew(act(), **{**self.RENEWAL, "expires_on": date(2025, 1, 1)}))
        assert again.record is not None
        assert again.record.last.renewal_count == 2

    @pytest.mark.parametrize(
        ("history", "changes", "refusal"),
        [
            ((LODGED,), {"participation_id": THEIRS}, ClaimNotHeld),
            ((LODGED,), {"expires_on": LAST_DAY}, RenewalGainsNothing),
            ((LODGED,), {"expires_on": None}, ClaimNotRenewable),
            ((happened(Claim.Lodged, **WHOSE, **FIRST, **ALONE),), {}, ClaimNotRenewable),
            ((LODGED, CONFIRMED), {}, ClaimNotRenewable),
            ((LODGED, RELEASED), {}, ClaimNotHeld),
        ],
    )
    def test_only_what_its_holder_waits_for_is_renewed_and_to_a_later_day(
        self, history: tuple[Happened, ...], changes: dict[str, Any], refusal: type[Refusal]
    ) -> None:
        renewal = {**self.RENEWAL, **changes}
        given(*history).when(lambda claim: claim.renew(act(), **renewal)).refused(refusal)

    def test_another_ends_it_by_claiming_after_its_time(self) -> None:
        theirs = Claimed(**SECOND, **TOGETHER)
        claim = (
            given(self.LODGED, self.RENEWED)
            .when(lambda claim: claim.relodge(act(), theirs, lapsed=(MINE,)))
            .then(
                happened(Claim.Expired, **WHOSE, **FIRST),
                happened(Claim.Relodged, **WHOSE, **SECOND, **TOGETHER),
            )
        )
        assert (claim.is_held_by(THEIRS), claim.last.renewal_count) == (True, 0)
        assert claim.last.expires_on == TOGETHER["expires_on"]

    def test_no_decided_claim_expires(self) -> None:
        assert given(self.LODGED).record().last.is_expired(date(2024, 8, 1))
        assert not given(self.LODGED, CONFIRMED).record().last.is_expired(date(2024, 8, 1))

    def test_its_code_is_the_participations(self) -> None:
        claim = given(self.LODGED).record().last
        assert claim.code == claim_code(MINE) != claim_code(THEIRS)
        assert fullmatch(r"TL(-[0-9A-HJKMNP-TV-Z]{4}){3}", claim.code)


class TestReleased:
    def test_it_may_be_lodged_again(self) -> None:
        claim = (
            given(LODGED, RELEASED)
            .when(lambda claim: claim.relodge(act(), Claimed(**SECOND, **TOGETHER)))
            .then(happened(Claim.Relodged, **WHOSE, **SECOND, **TOGETHER))
        )
        assert claim.is_held_by(THEIRS)
        assert not claim.is_held_by(MINE)
        assert claim.last.claimant_id == MANGO_HOUSE

    def test_no_decision_rests_on_it(self) -> None:
        mine = {"participation_id": MINE, "registry_position": 44}
        given(LODGED, RELEASED).when(lambda claim: claim.confirm(act(), **mine)).refused(ClaimNotHeld)


def for_units(*unit_keys: str, whose: dict[str, UUID] = SECOND) -> Claimed:
    return Claimed(**whose, **{**ALONE, "unit_keys": unit_keys})


class TestForProductsOrSites:
    RICE, CAKE, MILL = "PRODUCT:8934588012345", "PRODUCT:TCCS-02", "SITE:31120"
    FOR_RICE = happened(Claim.Lodged, **WHOSE, **FIRST, **{**ALONE, "unit_keys": (RICE,)})
    FOR_CAKE = happened(Claim.Relodged, **WHOSE, **SECOND, **{**ALONE, "unit_keys": (CAKE,)})

    def test_another_product_is_claimed_beside_it(self) -> None:
        claim = (
            given(self.FOR_RICE)
            .when(lambda claim: claim.relodge(act(), for_units(self.CAKE), unit=ClaimUnit.PRODUCT))
            .then(self.FOR_CAKE)
        )
        assert {held.participation_id for held in claim.standing} == {MINE, THEIRS}

    @pytest.mark.parametrize(
        ("unit", "unit_keys"),
        [
            (ClaimUnit.PRODUCT, (RICE,)),
            (ClaimUnit.PRODUCT, (CAKE, RICE)),
            (ClaimUnit.ENTERPRISE, (CAKE,)),
            (ClaimUnit.SITE, (CAKE,)),
        ],
    )
    def test_the_same_is_not(self, unit: ClaimUnit, unit_keys: tuple[str, ...]) -> None:
        given(self.FOR_RICE).when(lambda claim: claim.relodge(act(), for_units(*unit_keys), unit=unit)).refused(
            ContentAlreadyClaimed
        )

    def test_what_names_nothing_is_left_to_a_person_beside_what_does(self) -> None:
        given(self.FOR_RICE).when(lambda claim: claim.relodge(act(), for_units(), unit=ClaimUnit.PRODUCT)).then(
            happened(Claim.Relodged, **WHOSE, **SECOND, **ALONE)
        )
        given(LODGED).when(lambda claim: claim.relodge(act(), for_units(), unit=ClaimUnit.PRODUCT)).refused(
            ContentAlreadyClaimed
        )

    def test_only_what_is_in_the_way_expires(self) -> None:
        third = for_units(self.RICE, whose={"task_id": UUID(int=3), "participation_id": UUID(int=13)})
        claim = given(self.FOR_RICE, self.FOR_CAKE).record()
        claim.relodge(act(), third, unit=ClaimUnit.PRODUCT, lapsed=(MINE, THEIRS))
        assert {held.participation_id for held in claim.standing} == {THEIRS, UUID(int=13)}

    def test_each_is_decided_and_released_by_itself(self) -> None:
        claim = given(self.FOR_RICE, self.FOR_CAKE).record()
        claim.confirm(act(document="900/QĐ-UBND"), participation_id=MINE, registry_position=43)
        assert claim.held_by(THEIRS).status is ClaimStatus.LODGED
        claim.release(act(), participation_id=THEIRS)
        assert [held.participation_id for held in claim.standing] == [MINE]
        with pytest.raises(ClaimNotHeld):
            claim.held_by(THEIRS)

    def test_who_renews_says_whose_where_several_hold_it(self) -> None:
        claim = given(self.FOR_RICE, self.FOR_CAKE).record()
        with pytest.raises(ClaimHeldBySeveral):
            claim.to_renew(None)
        assert claim.to_renew(THEIRS).participation_id == THEIRS
        assert given(self.FOR_RICE).record().to_renew(None).participation_id == MINE
        with pytest.raises(ClaimNotHeld):
            given(LODGED, RELEASED).record().to_renew(None)

    def test_a_tie_questions_what_may_be_for_the_same(self) -> None:
        here, there = given(self.FOR_RICE).record(), Claim.lodge(act(), **WHOSE, claimed=for_units(self.CAKE))
        assert here.questioned_by(there, ClaimUnit.PRODUCT) == ()
        assert here.questioned_by(there, ClaimUnit.ENTERPRISE) == here.standing
        untold = Claim.lodge(act(), **WHOSE, claimed=for_units())
        assert here.questioned_by(untold, ClaimUnit.PRODUCT) == here.standing


@given_any(
    unit=st.sampled_from(ClaimUnit),
    steps=st.lists(
        st.tuples(
            st.sampled_from(("lodge", "confirm", "release", "lapse")),
            st.integers(1, 4),
            st.sets(st.sampled_from(("PRODUCT:A", "PRODUCT:B", "SITE:31120", "SITE:31147"))),
        ),
        max_size=25,
    ),
)
def test_whatever_happens_nothing_is_held_twice(unit: ClaimUnit, steps: list[tuple[str, int, set[str]]]) -> None:
    """Judged from the events alone, whoever lodges, confirms, releases or comes after a claim's time."""
    claim = Claim.lodge(act(), **WHOSE, claimed=for_units())
    over: set[UUID] = set()
    for step, number, unit_keys in steps:
        whose = {"task_id": UUID(int=number), "participation_id": UUID(int=20 + number)}
        claimed = for_units(*sorted(unit_keys), whose=whose)
        with suppress(Refusal):
            if step == "confirm":
                claim.confirm(act(), participation_id=claimed.participation_id, registry_position=50)
            elif step == "release":
                claim.release(act(), participation_id=claimed.participation_id)
            elif not claim.is_held_by(claimed.participation_id):
                lapsed = {each.participation_id for each in claim.standing} if step == "lapse" else set()
                over |= lapsed
                claim.relodge(act(), claimed, unit=unit, lapsed=lapsed)
    held: dict[UUID, tuple[str, ...]] = {}
    for event in claim.collect_events():
        if isinstance(event, Claim.Lodged | Claim.Relodged):
            assert not any(concern_the_same(unit, event.unit_keys, keys) for keys in held.values())
            held[event.participation_id] = event.unit_keys
        elif isinstance(event, Claim.Released | Claim.Expired):
            assert isinstance(event, Claim.Released) or event.participation_id in over
            del held[event.participation_id]
    assert held == {each.participation_id: each.unit_keys for each in claim.standing}


@pytest.mark.parametrize(
    ("key", "is_one"),
    [
        ("PRODUCT:8934588012345", True),
        ("PRODUCT:TCCS-02/2021", True),
        ("SITE:31120", True),
        ("SITE:31120:XUONG-2", True),
        ("PRODUCT:", False),
        ("PRODUCT:gạo", False),
        ("SITE:3112", False),
        ("8934588012345", False),
    ],
)
def test_a_key_is_no_free_text(key: str, is_one: bool) -> None:
    assert (fullmatch(UNIT_KEY, key) is not None) is is_one
