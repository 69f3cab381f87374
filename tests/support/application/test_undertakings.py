"""Enterprises that count as one claim a content together: funded once, whichever of them asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random
from uuid import UUID, uuid4

import pytest

from services.shared.refusals import Refusal
from services.support.application.granting import ConditionUnmetAtDecision
from services.support.domain.claim import Claim, ClaimStatus, Holding
from services.support.domain.claim_refusals import ContentClaimedInUndertaking, UndertakingGrown
from services.support.domain.participation import ParticipationStatus
from services.support.domain.recovery import RecoveryUnpaid
from tests.soak import Soak
from tests.support.city import City, KnownEnterprises, call
from tests.support.examples import LEAD, LEADER, OFFICER, OTHER_FUNDING, PAYER, POOR_POINTS, wanted

CONTENT = "TOOL-5S"


@pytest.fixture(autouse=True)
def _nothing_told(known_enterprises: KnownEnterprises) -> Iterator[None]:
    yield
    known_enterprises.told.clear()


def count_as_one(known: KnownEnterprises, *members: UUID, position: int = 50) -> None:
    """From now on the registry says that these enterprises are one undertaking."""
    for member in members:
        others = tuple(each for each in members if each != member)
        known.told[member] = {"undertaking": (member, *others), "registry_position": position}


def claim_at(city: City, enterprise_id: UUID) -> Holding:
    return city.support.applications.get_claim(Claim.create_id(enterprise_id, CONTENT)).last


@pytest.fixture
def pair(known_enterprises: KnownEnterprises) -> tuple[UUID, UUID]:
    """Two enterprises that count as one."""
    members = uuid4(), uuid4()
    count_as_one(known_enterprises, *members)
    return members


class TestAnApplication:
    def test_claims_at_every_member_in_the_name_of_who_applied(self, city: City, pair: tuple[UUID, UUID]) -> None:
        asked, sister = pair
        task = city.submitted_task(wanted(asked))
        for claim in (claim_at(city, asked), claim_at(city, sister)):
            assert claim.stands
            assert claim.participation_id == task.participation_ids[0]
            assert (claim.claimant_id, claim.member_ids, claim.registry_position) == (asked, (asked, sister), 50)

    def test_is_refused_where_a_sister_has_applied(self, city: City, pair: tuple[UUID, UUID]) -> None:
        asked, sister = pair
        first = city.submitted_task(wanted(asked))
        second, head = city.open_task(), city.support.log.head()
        with pytest.raises(ContentClaimedInUndertaking) as refused:
            city.submitted_task(wanted(sister), task_id=second.id)
        assert (refused.value.facts["task_id"], refused.value.facts["claimant_id"]) == (first.id, asked)
        with pytest.raises(ContentClaimedInUndertaking):
            city.submitted_task(wanted(third := uuid4()), *map(wanted, (sister,)), task_id=second.id)
        assert city.support.log.head() == head, f"nothing is claimed for {third} either"

    def test_holds_each_content_once_for_two_sisters(self, city: City, pair: tuple[UUID, UUID]) -> None:
        with pytest.raises(ContentClaimedInUndertaking):
            city.submitted_task(*map(wanted, pair))
        city.submitted_task(wanted(pair[0]), wanted(pair[1], "SYS-ISO9001", 200_000_000))

    def test_that_comes_to_nothing_frees_every_member(self, city: City, pair: tuple[UUID, UUID]) -> None:
        asked, sister = pair
        rejected = city.submitted_task(wanted(asked))
        city.support.applications.reject_task_application(call(OFFICER), task_id=rejected.id, reason="Sai đối tượng")
        declined = city.scored_task(wanted(sister), points=POOR_POINTS)
        assert claim_at(city, asked).claimant_id == sister
        city.support.decisions.decline_task(call(LEADER, "901/QĐ-UBND"), task_id=declined.id, reason="Dưới mức đạt")
        assert {claim_at(city, member).status for member in pair} == {ClaimStatus.RELEASED}
        city.submitted_task(wanted(asked))


class TestADecision:
    def test_confirms_every_members_claim_as_of_a_new_answer(
        self, city: City, known_enterprises: KnownEnterprises, pair: tuple[UUID, UUID]
    ) -> None:
        task = city.scored_task(wanted(pair[0]))
        count_as_one(known_enterprises, *pair, position=77)
        city.approve(task)
        confirmed = {(claim.status, claim.registry_position) for claim in (claim_at(city, each) for each in pair)}
        assert confirmed == {(ClaimStatus.CONFIRMED, 77)}

    def test_waits_until_who_joined_since_is_claimed_for(self, city: City, known_enterprises: KnownEnterprises) -> None:
        asked, joined = uuid4(), uuid4()
        task = city.scored_task(wanted(asked))
        count_as_one(known_enterprises, asked, joined)
        with pytest.raises(UndertakingGrown) as refused:
            city.approve(task)
        assert refused.value.facts["enterprise_id"] == joined
        city.support.applications.screen_participation(call(OFFICER), participation_id=task.participation_ids[0])
        assert claim_at(city, asked).member_ids == (asked, joined)
        city.approve(task)
        assert claim_at(city, joined).status is ClaimStatus.CONFIRMED

    def test_falls_where_who_joined_has_a_claim_of_its_own(
        self, city: City, known_enterprises: KnownEnterprises
    ) -> None:
        asked, joined = uuid4(), uuid4()
        task, theirs = city.scored_task(wanted(asked)), city.submitted_task(wanted(joined))
        count_as_one(known_enterprises, asked, joined)
        [participation_id] = task.participation_ids
        screened = city.support.applications.screen_participation(call(OFFICER), participation_id=participation_id)
        assert screened.record.status is ParticipationStatus.INELIGIBLE
        assert "C3" in screened.record.unmet_reasons
        assert claim_at(city, joined).task_id == theirs.id

    def test_keeps_the_claim_at_a_member_who_left(self, city: City, known_enterprises: KnownEnterprises) -> None:
        asked, left = uuid4(), uuid4()
        count_as_one(known_enterprises, asked, left)
        task = city.scored_task(wanted(asked))
        known_enterprises.told.clear()
        city.approve(task)
        assert claim_at(city, left).status is ClaimStatus.CONFIRMED

    def test_is_not_made_on_facts_that_have_changed_since(
        self, city: City, known_enterprises: KnownEnterprises
    ) -> None:
        task = city.scored_task(wanted(asked := uuid4()))
        known_enterprises.told[asked] = {"other_fundings": (OTHER_FUNDING,)}
        with pytest.raises(ConditionUnmetAtDecision) as refused:
            city.approve(task)
        assert refused.value.facts["reasons"] == "C3: Cùng nội dung đã được hỗ trợ từ: Khuyến công."


@pytest.mark.soak
def test_no_undertaking_holds_a_content_twice_whatever_happens(
    city: City, known_enterprises: KnownEnterprises, soak: Soak
) -> None:
    """Applications, rejections, screenings and decisions at random, while enterprises join into undertakings."""
    for round_ in range(soak.count(200)):
        random = soak.random("undertakings", round_)
        enterprises = [uuid4() for _ in range(5)]
        waiting: list[UUID] = []
        granted: dict[UUID, frozenset[UUID]] = {}
        for step in range(12):
            _live_on(city, known_enterprises, random, enterprises, waiting, granted, step)
        for enterprise_id, undertaking in granted.items():
            assert undertaking & granted.keys() == {enterprise_id}, soak


def _live_on(
    city: City,
    known: KnownEnterprises,
    random: Random,
    enterprises: list[UUID],
    waiting: list[UUID],
    granted: dict[UUID, frozenset[UUID]],
    step: int,
) -> None:
    """One step of a random history; a decision notes the undertaking it was made for."""
    applications = city.support.applications
    match random.choice(["join", "apply", "apply", "reject", "decide", "decide"]):
        case "join":
            count_as_one(known, *random.sample(enterprises, 2), position=100 + step)
        case "apply":
            try:
                waiting.append(city.scored_task(wanted(random.choice(enterprises))).id)
            except Refusal:
                return
        case "reject" if waiting:
            task_id = waiting.pop(random.randrange(len(waiting)))
            city.support.decisions.decline_task(call(LEADER, "901/QĐ-UBND"), task_id=task_id, reason="Thôi")
        case "decide" if waiting:
            task_id = waiting.pop(random.randrange(len(waiting)))
            [participation_id] = applications.get_task(task_id).participation_ids
            screened = applications.screen_participation(call(OFFICER), participation_id=participation_id).record
            if screened.is_eligible:
                city.approve(applications.get_task(task_id))
                members = known.told.get(screened.enterprise_id, {}).get("undertaking", (screened.enterprise_id,))
                granted[screened.enterprise_id] = frozenset(members)


def test_who_owes_blocks_the_next_award_to_a_sister(city: City, pair: tuple[UUID, UUID]) -> None:
    debtor, sister = pair
    paid = city.settled_task(wanted(debtor))
    order = {"amount_vnd": 1_000_000, "due_on": date(2024, 9, 30), "reason": "Chi sai mục đích"}
    recoveries = city.support.recoveries
    whose = {"task_id": paid.id, "debtor_id": debtor, "finding": city.found(paid.id, 1_000_000)}
    ordered = recoveries.order_recovery(call(LEAD, "66/QĐ-TH"), **whose, **order).record
    scored = city.scored_task(wanted(sister, "CRT-FOOD"))
    with pytest.raises(RecoveryUnpaid) as refused:
        city.approve(scored)
    assert refused.value.facts["debtor_id"] == debtor
    part = {"recovery_id": ordered.id, "amount_vnd": 1_000_000}
    recoveries.receive_recovery_instalment(call(PAYER, "1/GNT"), **part)
    city.approve(scored)
