"""Norms take each other's place without a gap or an overlap, and a year's limits hold whoever decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.shared.event_store import EventLog
from services.support.application.support import Support
from services.support.domain.grant_tally import GrantTally, YearlyLimitReached
from services.support.domain.norm_refusals import (
    EnterpriseSizeUnknown,
    NormsNotInForce,
    NormsOverlap,
    SupersededNormsNotInForce,
)
from services.support.domain.norm_terms import LimitScope, Norm, NormKind, StepKind, YearlyLimit
from services.support.domain.norms import Norms
from services.support.domain.norms_register import NormsRegister
from services.support.domain.task_terms import TaskStatus
from tests.servers import Database
from tests.support.application.test_races import at_once
from tests.support.application.test_refusals import refused
from tests.support.city import City, KnownEnterprises, call
from tests.support.examples import (
    DAY,
    ENTERPRISE_CAP,
    LEAD,
    LEADER,
    NORMS,
    OFFICER,
    SETTLER,
    SIZE_TABLE,
    SMALL_IN_2023,
    wanted,
)

ROUNDS = 5
JULY = date(2024, 7, 1)
TOOLS_QUOTA = YearlyLimit("TOOLS", LimitScope.PROGRAMME, ("TOOL-5S",), 80_000_000, None)
HALF_OF_5S = (Norm("TOOL-5S", NormKind.PERCENTAGE, 50, 50_000_000, pays_after_certificate=False),)
THIRD_OF_5S = (Norm("TOOL-5S", NormKind.PERCENTAGE, 30, 50_000_000, pays_after_certificate=False),)


@pytest.fixture
def code() -> str:
    """A set of norms that no other test has."""
    return f"SET-{uuid4().hex[:8].upper()}"


def proposed(city: City, **changes: Any) -> Norms:
    catalogue, _ = city.plan()
    return city.support.reference.propose_norms(call(OFFICER), catalogue_id=catalogue.id, **{**NORMS, **changes}).record


def adopt(city: City, norms: Norms) -> Norms:
    return city.support.reference.adopt_norms(call(LEADER, "10/QĐ-UBND"), norms_id=norms.id).record


class TestVersions:
    def test_the_later_ends_the_earlier_and_decisions_take_the_one_of_their_day(self, city: City, code: str) -> None:
        first = city.adopted_norms(code=code, norms=HALF_OF_5S)
        decided = city.approve(city.scored_task(), norms=first)
        second = city.adopted_norms(
            code=code, norms_version=2, supersedes_version=1, valid_from=JULY, valid_until=None, norms=THIRD_OF_5S
        )
        first = city.support.reference.get_norms(first.id)
        assert (first.valid_until, first.superseded_by) == (date(2024, 6, 30), second.id)
        task = city.scored_task()
        refused(city, NormsNotInForce, lambda: city.approve(task, norms=second, on=DAY))
        refused(city, NormsNotInForce, lambda: city.approve(task, norms=first, on=JULY))
        assert city.approve(task, norms=second, on=JULY).decided_vnd == 24_000_000
        kept = city.support.applications.get_task(decided.id)
        assert (kept.norms_id, kept.decided_vnd) == (first.id, 40_000_000), "what was approved stays as approved"

    def test_an_overlap_that_is_not_named_is_refused(self, city: City, code: str) -> None:
        city.adopted_norms(code=code)
        second = proposed(city, code=code, norms_version=2, valid_from=JULY)
        refused(city, NormsOverlap, lambda: adopt(city, second))

    def test_what_was_never_adopted_is_not_superseded(self, city: City, code: str) -> None:
        proposed(city, code=code)
        second = proposed(city, code=code, norms_version=2, supersedes_version=1, valid_from=JULY)
        refused(city, SupersededNormsNotInForce, lambda: adopt(city, second))

    def test_an_early_end_leaves_the_days_after_it_to_another(self, city: City, code: str) -> None:
        first = city.adopted_norms(code=code)
        ended = call(LEADER, "15/QĐ-UBND")
        city.support.reference.end_norms(ended, norms_id=first.id, last_day=date(2024, 6, 30))
        second = city.adopted_norms(code=code, norms_version=2, valid_from=JULY)
        register = city.support.log.load(NormsRegister, NormsRegister.create_id(code))
        assert [span.valid_until for span in register.validities.values()] == [date(2024, 6, 30), second.valid_until]

    def test_what_was_adopted_before_there_were_registers_counts_too(self, city: City, code: str) -> None:
        first = proposed(city, code=code)
        first.adopt(call(LEADER, "9/QĐ-UBND").act)
        city.support.log.save_for(call(LEADER, "9/QĐ-UBND"), first)
        second = proposed(city, code=code, norms_version=2, valid_from=JULY)
        refused(city, NormsOverlap, lambda: adopt(city, second))


class TestSize:
    def test_a_table_by_size_goes_by_what_the_screening_kept(self, city: City, code: str) -> None:
        norms = city.adopted_norms(code=code, norms=(SIZE_TABLE,))
        task = city.scored_task(wanted(uuid4(), "SYS-ISO9001", 180_000_000))
        refused(city, EnterpriseSizeUnknown, lambda: city.approve(task, norms=norms))
        [participation_id] = task.participation_ids
        city.support.applications.screen_participation(
            call(OFFICER), participation_id=participation_id, size=SMALL_IN_2023
        )
        assert city.approve(task, norms=norms).decided_vnd == 90_000_000
        [participation] = city.participations(task)
        assert (participation.size, participation.norms_id) == (SMALL_IN_2023, norms.id)
        assert participation.steps[1].text == "50% chi phí cho quy mô nhỏ là 90.000.000 đồng"


class TestYearlyLimits:
    def test_an_enterprise_gets_no_more_than_its_years_cap_over_several_contents(self, city: City, code: str) -> None:
        norms = city.adopted_norms(code=code, limits=(ENTERPRISE_CAP,))
        enterprise_id = uuid4()
        lines = (wanted(enterprise_id, "SYS-ISO9001", 200_000_000), wanted(enterprise_id, "TOOL-5S", 90_000_000))
        task = city.approve(city.scored_task(*lines), norms=norms)
        assert [grant.amount_vnd for grant in task.grants.values()] == [65_000_000, 25_000_000]
        _, tool = city.participations(task)
        [step] = [step for step in tool.steps if "90.000.000 đồng trong năm" in step.text]
        assert (step.kind, step.figure_vnd) == (StepKind.ENTERPRISE_LIMIT, 25_000_000)

    def test_a_new_version_goes_on_from_what_the_earlier_granted(self, city: City, code: str) -> None:
        one_place = (YearlyLimit("TOOLS", LimitScope.PROGRAMME, ("TOOL-5S",), None, 1),)
        first = city.adopted_norms(code=code, limits=one_place)
        city.approve(city.scored_task(), norms=first)
        second = city.adopted_norms(code=code, norms_version=2, supersedes_version=1, valid_from=JULY, limits=one_place)
        task = city.scored_task()
        refusal = refused(city, YearlyLimitReached, lambda: city.approve(task, norms=second, on=JULY))
        assert str(refusal) == "Hạn mức TOOLS năm 2024 đã hết, không còn gì để hỗ trợ nội dung TOOL-5S."

    def test_who_leaves_the_contract_frees_a_place_of_the_quota(self, city: City, code: str) -> None:
        norms = city.adopted_norms(code=code, limits=(replace(TOOLS_QUOTA, most_vnd=None, most_grants=2),))
        contract = city.signed_contract(wanted(uuid4()), wanted(uuid4()), norms=norms)
        late = city.scored_task(wanted(uuid4()))
        refused(city, YearlyLimitReached, lambda: city.approve(late, norms=norms))
        _, leaving = contract.lines
        plan = [replace(each.plan, shares=each.shares[:1]) for each in contract.milestones.values()]
        city.support.contracts.amend_contract(
            call(LEAD, "2/PL-HĐ"),
            task_id=contract.task_id,
            reason="Cơ sở xin rút",
            ends_on=contract.ends_on,
            milestones=tuple(plan),
            withdrawn_ids=(leaving,),
        )
        assert city.approve(late, norms=norms).status is TaskStatus.APPROVED

    def test_a_terminated_contract_frees_what_it_has_not_paid(self, city: City, code: str) -> None:
        norms = city.adopted_norms(code=code, limits=(TOOLS_QUOTA,))
        contract = city.signed_contract(wanted(uuid4()), wanted(uuid4()), norms=norms)
        late = city.scored_task(wanted(uuid4()))
        refused(city, YearlyLimitReached, lambda: city.approve(late, norms=norms))
        city.paid_milestone(contract.task_id, 1)
        city.support.contracts.terminate_contract(call(LEAD, "70/QĐ"), task_id=contract.task_id, reason="Giải thể")
        assert city.approve(late, norms=norms).decided_vnd == 40_000_000

    def test_a_settled_contract_frees_what_the_actual_cost_left_over(self, city: City, code: str) -> None:
        norms = city.adopted_norms(code=code, limits=(TOOLS_QUOTA,))
        contract = city.signed_contract(wanted(uuid4()), wanted(uuid4()), norms=norms)
        for number in contract.milestones:
            city.paid_milestone(contract.task_id, number, actual_cost_vnd=30_000_000)
        late = city.scored_task(wanted(uuid4()))
        refused(city, YearlyLimitReached, lambda: city.approve(late, norms=norms))
        city.support.contracts.settle_contract(call(SETTLER, "3/QT-STC"), task_id=contract.task_id)
        assert city.approve(late, norms=norms).decided_vnd == 20_000_000

    def test_a_place_left_goes_to_whom_the_decision_does_not_leave_out(self, city: City, code: str) -> None:
        norms = city.adopted_norms(code=code, limits=(replace(ENTERPRISE_CAP, scope=LimitScope.PROGRAMME),))
        task = city.scored_task(wanted(uuid4(), cost_vnd=180_000_000), wanted(uuid4(), cost_vnd=90_000_000))
        approved = city.approve(task, norms=norms)
        assert [grant.amount_vnd for grant in approved.grants.values()] == [50_000_000, 40_000_000]
        later = city.scored_task()
        refused(city, YearlyLimitReached, lambda: city.approve(later, norms=norms))


@pytest.fixture(scope="module")
def other_city(support_database: Database, city: City) -> Any:
    """The same city seen by another process's log."""
    log = EventLog("support", support_database.service_env)
    other = City(Support.over(log, KnownEnterprises()))
    other._plan = city.plan()
    yield other
    log.close()


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_decisions_for_the_last_place_of_a_quota(city: City, other_city: City, code: str, _round: int) -> None:
    norms = city.adopted_norms(code=code, limits=(YearlyLimit("ONE", LimitScope.PROGRAMME, ("TOOL-5S",), None, 1),))
    first, second = city.scored_task(), city.scored_task()
    answers = at_once(lambda: city.approve(first, norms=norms), lambda: other_city.approve(second, norms=norms))
    assert sorted(type(answer).__name__ for answer in answers) == ["Task", "YearlyLimitReached"]


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_adoptions_for_the_same_days(city: City, other_city: City, code: str, _round: int) -> None:
    city.adopted_norms(code=code, valid_until=date(2024, 6, 30))
    drafts = [proposed(city, code=code, norms_version=number, valid_from=JULY) for number in (2, 3)]
    answers = at_once(lambda: adopt(city, drafts[0]), lambda: adopt(other_city, drafts[1]))
    assert sorted(type(answer).__name__ for answer in answers) == ["Norms", "NormsOverlap"]


def test_a_tally_is_found_again_by_limit_year_and_enterprise() -> None:
    ids = {
        GrantTally.create_id(code, limit, year, enterprise)
        for code in ("A", "B")
        for limit in ("X", "norm:X")
        for year in (2024, 2025)
        for enterprise in (None, UUID(int=1), UUID(int=2))
    }
    assert len(ids) == 24
