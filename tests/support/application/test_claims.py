"""A claim stands for its time: what nobody decides on in time, another may claim."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest

from services.support.application.granting import ConditionUnmetAtDecision
from services.support.domain.claim import Claim, ClaimStatus, Holding
from services.support.domain.claim_refusals import ClaimExpired, ContentAlreadyClaimed
from services.support.domain.overlap import OverlapVerdict
from tests.support.city import City, KnownEnterprises, call
from tests.support.examples import HOST, LEADER, OFFICER, STAR_CONSULTING, wanted

CONTENT = "TOOL-5S"
LAST_DAY = date(2024, 12, 25)
"""180 days after 28/6/2024."""
LATE = date(2024, 12, 26)


@pytest.fixture(scope="module", autouse=True)
def _rules(city: City) -> None:
    city.claim_rules()


def claim_at(city: City, enterprise_id: UUID) -> Holding:
    return city.support.applications.get_claim(Claim.create_id(enterprise_id, CONTENT)).last


def renew(city: City, enterprise_id: UUID, on: date) -> Holding:
    claim_id = Claim.create_id(enterprise_id, CONTENT)
    return city.support.renewals.renew_claim(call(OFFICER, on=on), claim_id=claim_id, reason="Chờ hội đồng").record.last


@pytest.fixture
def pair(known_enterprises: KnownEnterprises) -> tuple[UUID, UUID]:
    """Two enterprises of one undertaking."""
    one, other = uuid4(), uuid4()
    known_enterprises.told[one] = {"undertaking": (one, other)}
    known_enterprises.told[other] = {"undertaking": (other, one)}
    return one, other


def apply_late(city: City, enterprise_id: UUID) -> UUID:
    """The participation of an application on the day after the first one's claim has expired."""
    task = city.open_task(closes_on=date(2024, 12, 31))
    submitted = city.support.applications.submit_task_application(
        call(HOST, on=LATE),
        task_id=task.id,
        host_organisation_id=STAR_CONSULTING,
        participations=(wanted(enterprise_id),),
    )
    return submitted.record.participation_ids[0]


def test_it_is_lodged_for_as_long_as_the_rules_say(city: City, pair: tuple[UUID, UUID]) -> None:
    city.submitted_task(wanted(pair[0]))
    assert {claim_at(city, each).expires_on for each in pair} == {LAST_DAY}
    assert len({claim_at(city, each).code for each in pair}) == 1


def test_who_joins_later_is_claimed_for_until_the_same_day(city: City, known_enterprises: KnownEnterprises) -> None:
    asked, joined = uuid4(), uuid4()
    task = city.screened_task(wanted(asked))
    known_enterprises.told[asked] = {"undertaking": (asked, joined)}
    city.support.applications.screen_participation(
        call(OFFICER, on=date(2024, 8, 1)), participation_id=task.participation_ids[0]
    )
    assert claim_at(city, joined).expires_on == LAST_DAY


def test_a_decision_after_its_last_day_waits_for_its_renewal(city: City, pair: tuple[UUID, UUID]) -> None:
    norms = city.adopted_norms(code="LATE", norms_version=1, valid_until=date(2025, 12, 31))
    task = city.scored_task(wanted(pair[0]))
    with pytest.raises(ClaimExpired) as refused:
        city.approve(task, on=LATE, norms=norms)
    assert refused.value.facts["code"] == claim_at(city, pair[0]).code
    renewed = renew(city, pair[1], LATE)
    assert (renewed.renewal_count, renewed.expires_on) == (1, date(2025, 6, 24))
    city.approve(task, on=LATE, norms=norms)
    assert {claim_at(city, each).status for each in pair} == {ClaimStatus.CONFIRMED}


def test_another_wins_over_what_has_expired(city: City, pair: tuple[UUID, UUID]) -> None:
    one, other = pair
    task = city.scored_task(wanted(one))
    with pytest.raises(ContentAlreadyClaimed):
        city.submitted_task(wanted(one))
    seen = city.support.overlaps.check_overlap(one, CONTENT, LATE)
    assert (seen.verdict, len(seen.lines)) == (OverlapVerdict.CLEAR, 1)
    theirs = apply_late(city, other)
    assert all(claim_at(city, each).participation_id == theirs for each in pair)
    with pytest.raises(ConditionUnmetAtDecision):
        city.approve(task)
    city.support.decisions.decline_task(call(LEADER, "901/QĐ-UBND"), task_id=task.id, reason="Hết hạn")
    assert all(claim_at(city, each).participation_id == theirs for each in pair), "what is lost is not given back"


def test_a_grant_of_another_window_is_no_obstacle_once_its_task_is_over(city: City) -> None:
    asked = uuid4()
    settled = city.settled_task(wanted(asked))
    running = city.contracted_task(wanted(other := uuid4()))
    on = {2026: date(2026, 12, 31), 2027: date(2027, 1, 1)}
    verdicts = {
        (enterprise_id, year): city.support.overlaps.check_overlap(enterprise_id, CONTENT, day).verdict
        for enterprise_id in (asked, other)
        for year, day in on.items()
    }
    certain, clear = OverlapVerdict.CERTAIN, OverlapVerdict.CLEAR
    assert verdicts == {(asked, 2026): certain, (asked, 2027): clear, (other, 2026): certain, (other, 2027): certain}
    assert {settled.id, running.id} == {claim_at(city, each).task_id for each in (asked, other)}
