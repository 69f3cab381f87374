"""What possibly overlaps waits for a second person, whose word holds for the facts it was given on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from services.shared.record import ActedBefore
from services.support.application.granting import ConditionUnmetAtDecision
from services.support.domain.claim import Claim
from services.support.domain.claim_refusals import ClaimNotHeld
from services.support.domain.claim_rules import LinkKind
from services.support.domain.overlap import OverlapOutcome, UndertakingMember
from services.support.domain.overlap_decision import OverlapDecision, OverlapNotPossible
from services.support.domain.participation import Participation
from services.support.domain.participation_refusals import ParticipationNotScreened
from services.support.domain.task import Task
from tests.support.city import City, KnownEnterprises, call
from tests.support.examples import LEAD, OFFICER, Person, state_money, wanted


@pytest.fixture(scope="module", autouse=True)
def _rules(city: City) -> None:
    city.claim_rules()


@pytest.fixture
def asked(known_enterprises: KnownEnterprises) -> Iterator[UUID]:
    """An enterprise whose representative represents another one too, which another scheme has paid."""
    asked, other = uuid4(), uuid4()
    members = (UndertakingMember(asked), UndertakingMember(other, asked, LinkKind.COMMON_REPRESENTATIVE))
    known_enterprises.told[asked] = {"members": members, "undertaking_fundings": (state_money(other),)}
    yield asked
    known_enterprises.told.clear()


def screened(city: City, task: Task) -> Participation:
    [participation_id] = task.participation_ids
    return city.support.applications.screen_participation(call(OFFICER), participation_id=participation_id).record


def decided(
    city: City, task: Task, outcome: OverlapOutcome = OverlapOutcome.ADMITTED, who: Person = LEAD
) -> OverlapDecision:
    [participation_id] = task.participation_ids
    return city.support.overlap_decisions.decide_overlap(
        call(who), participation_id=participation_id, outcome=outcome, reason="Khác nhà máy"
    ).record


def test_it_is_not_eligible_until_a_second_person_admits_it(city: City, asked: UUID) -> None:
    with pytest.raises(ParticipationNotScreened):
        decided(city, city.submitted_task())
    task = city.screened_task(wanted(asked))
    assert "phải do một người khác với người xét quyết định" in screened(city, task).unmet_reasons
    with pytest.raises(ActedBefore):
        decided(city, task, who=OFFICER)
    decided(city, task)
    assert screened(city, task).is_eligible


def test_what_is_refused_stays_out(city: City, asked: UUID) -> None:
    task = city.screened_task(wanted(asked))
    decided(city, task, OverlapOutcome.REFUSED)
    assert "không được chấp nhận" in screened(city, task).unmet_reasons


def test_the_grants_claim_keeps_by_whom_it_was_admitted(
    city: City, known_enterprises: KnownEnterprises, asked: UUID
) -> None:
    task = city.scored_task(wanted(asked))
    decision = decided(city, task)
    assert screened(city, task).is_eligible
    told = known_enterprises.told[asked]
    corrected = replace(told["undertaking_fundings"][0], amount_vnd=50_000_000)
    known_enterprises.told[asked] = {**told, "undertaking_fundings": (corrected,)}
    with pytest.raises(ConditionUnmetAtDecision):
        city.approve(task)
    anew = decided(city, task)
    assert (anew.id, anew.version) == (decision.id, 2), "other facts, another decision"
    city.approve(task)
    claim = city.support.applications.get_claim(Claim.create_id(asked, "TOOL-5S"))
    assert claim.last.overlap_decision_id == decision.id


def test_nobody_decides_on_what_is_clear_or_no_longer_asked_for(
    city: City, known_enterprises: KnownEnterprises, asked: UUID
) -> None:
    task = city.screened_task(wanted(asked))
    told = known_enterprises.told.pop(asked)
    with pytest.raises(OverlapNotPossible):
        decided(city, task)
    known_enterprises.told[asked] = told
    city.support.applications.reject_task_application(call(OFFICER), task_id=task.id, reason="Sai đối tượng")
    with pytest.raises(ClaimNotHeld):
        decided(city, task)
