"""What the city refuses, and that a refusal leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from services.shared.event_store import RecordChanged, RecordNotFound
from services.shared.refusals import Refusal
from services.support.application.applications import TaskHasCouncil
from services.support.application.awards import AwardAlreadyNominated
from services.support.application.council_supplements import SupplementHasNoDeadline
from services.support.application.councils import CouncilAlreadyAppointed
from services.support.application.decisions import RefusalOfNoCandidate
from services.support.application.products import ProductAlreadyCertified
from services.support.application.reference import CatalogueAlreadyAdopted, NormsAlreadyProposed
from services.support.domain.budget_refusals import BudgetLineOverdrawn
from services.support.domain.claim import ClaimStatus
from services.support.domain.claim_refusals import ContentAlreadyClaimed
from services.support.domain.council_refusals import HostSitsOnCouncil
from services.support.domain.norm_refusals import NormsNotInForce, NormsOfAnotherCatalogue
from services.support.domain.participation import ParticipationStatus
from services.support.domain.participation_refusals import (
    ParticipationLacksEvidence,
    ParticipationNotScreened,
    ParticipationOfAnother,
)
from services.support.domain.task_refusals import NotTheHost, TaskBelowPassMark, TaskNotInStep
from services.support.domain.task_terms import ActualCost, TaskStatus
from tests.support.city import City, KnownEnterprises, call
from tests.support.domain.test_product import PRODUCT
from tests.support.examples import (
    CATALOGUE,
    CHAIR,
    DAY,
    GOOD_POINTS,
    HOST,
    LEAD,
    LEADER,
    LOTUS_MILL,
    MEMBERS,
    NORMS,
    OFFICER,
    OTHER_FUNDING,
    OTHER_HOST,
    POOR_POINTS,
    REVIEWER,
    RULES,
    SECRETARY,
    wanted,
)


def refused(city: City, refusal: type[Refusal], ask: Callable[[], Any]) -> Refusal:
    """The act is refused for this reason and the log stays as it was."""
    head = city.support.log.head()
    with pytest.raises(refusal) as raised:
        ask()
    assert type(raised.value) is refusal
    assert city.support.log.head() == head
    return raised.value


class TestTheSameContentForTheSameEnterprise:
    def test_is_not_asked_for_twice(self, city: City) -> None:
        first = city.submitted_task(wanted(enterprise_id := uuid4()))
        second = city.open_task()
        refusal = refused(
            city, ContentAlreadyClaimed, lambda: city.submitted_task(wanted(enterprise_id), task_id=second.id)
        )
        assert refusal.facts["task_id"] == first.id

    def test_is_not_granted_twice(self, city: City) -> None:
        city.contracted_task(wanted(enterprise_id := uuid4()))
        second = city.open_task()
        refused(city, ContentAlreadyClaimed, lambda: city.submitted_task(wanted(enterprise_id), task_id=second.id))

    def test_may_be_asked_for_again_after_a_rejection(self, city: City) -> None:
        first = city.submitted_task(wanted(enterprise_id := uuid4()))
        city.support.applications.reject_task_application(call(OFFICER), task_id=first.id, reason="Sai đối tượng")
        [participation] = city.participations(first)
        assert (participation.status, participation.reason) == (ParticipationStatus.REFUSED, "Sai đối tượng")
        second = city.submitted_task(wanted(enterprise_id))
        claim = city.support.applications.get_claim(participation.claim_id)
        assert (claim.last.status, claim.last.task_id) == (ClaimStatus.LODGED, second.id)

    def test_may_be_asked_for_again_when_a_valid_application_is_rejected(self, city: City) -> None:
        first = city.screened_task(wanted(enterprise_id := uuid4()))
        city.support.applications.reject_task_application(call(OFFICER), task_id=first.id, reason="Hội đồng khuyết")
        [participation] = city.participations(first)
        assert participation.status is ParticipationStatus.REFUSED
        city.submitted_task(wanted(enterprise_id))

    def test_may_be_asked_for_again_after_a_decline(self, city: City) -> None:
        first = city.scored_task(wanted(enterprise_id := uuid4()), points=POOR_POINTS)
        city.support.decisions.decline_task(call(LEADER, "901/QĐ-UBND"), task_id=first.id, reason="Dưới mức đạt")
        city.submitted_task(wanted(enterprise_id))

    def test_is_refused_when_another_scheme_pays_for_it(self, city: City, known_enterprises: KnownEnterprises) -> None:
        known_enterprises.told[enterprise_id := uuid4()] = {"other_fundings": (OTHER_FUNDING,), "registry_position": 99}
        task = city.scored_task(wanted(enterprise_id), wanted(uuid4()))
        ineligible, eligible = city.participations(task)
        assert (ineligible.status, ineligible.registry_position) == (ParticipationStatus.INELIGIBLE, 99)
        city.approve(task)
        ineligible, eligible = city.participations(task)
        assert ineligible.reason == "C3: Cùng nội dung đã được hỗ trợ từ: Khuyến công."
        assert city.support.applications.get_claim(ineligible.claim_id).last.status is ClaimStatus.RELEASED
        assert city.support.applications.get_claim(eligible.claim_id).last.status is ClaimStatus.CONFIRMED


class TestAReturnedApplication:
    def test_keeps_what_stands_and_gives_back_what_is_gone(self, city: City) -> None:
        kept, altered, gone, new = (wanted(uuid4()) for _ in range(4))
        task = city.submitted_task(kept, altered, gone)
        applications = city.support.applications
        applications.return_task_application(
            call(OFFICER), task_id=task.id, reason="Thiếu dự toán", resubmit_by=DAY.replace(month=7)
        )
        dearer = wanted(altered.enterprise_id, cost_vnd=90_000_000)
        again = applications.resubmit_task_application(
            call(HOST), task_id=task.id, participations=(kept, dearer, new)
        ).record
        assert again.participation_ids[0] == task.participation_ids[0]
        statuses = [participation.status for participation in city.participations(task)]
        withdrawn = ParticipationStatus.WITHDRAWN
        assert statuses == [ParticipationStatus.REGISTERED, withdrawn, withdrawn]
        claims = [applications.get_claim(participation.claim_id) for participation in city.participations(again)]
        assert all(claim.is_held_by(each) for claim, each in zip(claims, again.participation_ids, strict=True))
        city.submitted_task(gone)

    def test_is_its_hosts(self, city: City) -> None:
        task = city.submitted_task(line := wanted(uuid4()))
        applications = city.support.applications
        applications.return_task_application(
            call(OFFICER), task_id=task.id, reason="Thiếu dự toán", resubmit_by=DAY.replace(month=7)
        )
        refused(
            city,
            NotTheHost,
            lambda: applications.resubmit_task_application(call(OTHER_HOST), task_id=task.id, participations=(line,)),
        )


class TestADecision:
    def test_does_not_overdraw_the_line(self, city: City) -> None:
        task = city.scored_task(wanted(uuid4()), line_id=city.approved_line(39_999_999))
        refused(city, BudgetLineOverdrawn, lambda: city.approve(task))
        [participation] = city.participations(task)
        assert participation.is_eligible

    def test_takes_the_last_dong(self, city: City) -> None:
        task = city.scored_task(wanted(uuid4()), line_id=city.approved_line(40_000_000))
        assert city.support.budget.get_budget_line(city.approve(task).budget_line_id).available_vnd == 0

    def test_leaves_out_who_is_refused_with_a_reason(self, city: City) -> None:
        task = city.scored_task(wanted(uuid4()), wanted(uuid4()))
        left_out = task.participation_ids[1]
        approved = city.approve(task, refusals={left_out: "Ưu tiên cơ sở khác"})
        assert list(approved.grants) == [task.participation_ids[0]]
        assert city.support.applications.get_participation(left_out).reason == "Ưu tiên cơ sở khác"

    def test_refuses_only_who_was_eligible(self, city: City) -> None:
        task = city.scored_task(wanted(uuid4()))
        refused(city, RefusalOfNoCandidate, lambda: city.approve(task, refusals={uuid4(): "Không rõ"}))

    def test_rests_on_norms_in_force(self, city: City) -> None:
        task = city.scored_task(wanted(uuid4()))
        catalogue, _ = city.plan()
        expired = {**NORMS, "code": "EXPIRED", "valid_until": DAY.replace(day=27)}
        reference = city.support.reference
        proposed = reference.propose_norms(call(OFFICER), catalogue_id=catalogue.id, **expired).record
        norms = reference.adopt_norms(call(LEADER, "9/QĐ-UBND"), norms_id=proposed.id).record
        refused(
            city,
            NormsNotInForce,
            lambda: city.support.decisions.approve_task(
                call(LEADER, "900/QĐ-UBND"), task_id=task.id, norms_id=norms.id, refusals={}
            ),
        )

    def test_rests_on_norms_of_its_own_plan(self, city: City) -> None:
        task = city.scored_task(wanted(uuid4()))
        reference = city.support.reference
        other = reference.adopt_catalogue(call(LEADER, "200/KH-UBND"), **CATALOGUE).record
        foreign = {**NORMS, "code": "FOREIGN"}
        proposed = reference.propose_norms(call(OFFICER), catalogue_id=other.id, **foreign).record
        norms = reference.adopt_norms(call(LEADER, "9/QĐ-UBND"), norms_id=proposed.id).record
        refused(
            city,
            NormsOfAnotherCatalogue,
            lambda: city.support.decisions.approve_task(
                call(LEADER, "900/QĐ-UBND"), task_id=task.id, norms_id=norms.id, refusals={}
            ),
        )

    def test_rests_on_the_newest_screening(self, city: City, known_enterprises: KnownEnterprises) -> None:
        task = city.scored_task(wanted(enterprise_id := uuid4()), wanted(uuid4()))
        known_enterprises.told[enterprise_id] = {"other_fundings": (OTHER_FUNDING,)}
        screen = city.support.applications.screen_participation
        screen(call(OFFICER), participation_id=task.participation_ids[0])
        approved = city.approve(task)
        assert list(approved.grants) == [task.participation_ids[1]]
        refused(city, TaskNotInStep, lambda: screen(call(OFFICER), participation_id=task.participation_ids[1]))

    def test_follows_the_council(self, city: City) -> None:
        below = city.scored_task(points=POOR_POINTS)
        refused(city, TaskBelowPassMark, lambda: city.approve(below))
        unscored = city.screened_task()
        refused(city, TaskNotInStep, lambda: city.approve(unscored))


class TestTheCouncil:
    def test_judges_what_is_screened(self, city: City) -> None:
        task = city.submitted_task()
        city.support.applications.validate_task_application(call(OFFICER), task_id=task.id)
        appoint = {"task_id": task.id, "members": MEMBERS, "rules": RULES}
        refused(
            city,
            ParticipationNotScreened,
            lambda: city.support.councils.appoint_council(call(LEAD, "30/QĐ-SKHCN"), **appoint),
        )

    @pytest.mark.parametrize("theirs", [{"person_id": HOST.id}, {"body": HOST.body}], ids=["person", "body"])
    def test_is_not_its_hosts(self, city: City, theirs: dict[str, Any]) -> None:
        task = city.screened_task()
        members = (*MEMBERS[:3], replace(MEMBERS[3], **theirs))
        refused(
            city,
            HostSitsOnCouncil,
            lambda: city.support.councils.appoint_council(
                call(LEAD, "30/QĐ-SKHCN"), task_id=task.id, members=members, rules=RULES
            ),
        )

    def test_is_appointed_once(self, city: City) -> None:
        task = city.screened_task()
        appoint = {"task_id": task.id, "members": MEMBERS, "rules": RULES}
        city.support.councils.appoint_council(call(LEAD, "30/QĐ-SKHCN"), **appoint)
        refused(
            city,
            CouncilAlreadyAppointed,
            lambda: city.support.councils.appoint_council(call(LEAD, "31/QĐ-SKHCN"), **appoint),
        )

    def test_judges_one_application(self, city: City) -> None:
        task = city.screened_task()
        appoint = {"task_id": task.id, "members": MEMBERS, "rules": RULES}
        city.support.councils.appoint_council(call(LEAD, "30/QĐ-SKHCN"), **appoint)
        applications = city.support.applications
        applications.reject_task_application(call(OFFICER), task_id=task.id, reason="Hội đồng khuyết chủ tịch")
        window = {"opens_on": DAY, "closes_on": DAY, "quota": 1}
        refused(
            city,
            TaskHasCouncil,
            lambda: applications.open_task_call(call(OFFICER, "21/TB-SKHCN"), task_id=task.id, **window),
        )


class TestDelivery:
    def test_nothing_is_accepted_without_its_certificate_where_the_norm_asks_for_one(self, city: City) -> None:
        task = city.contracted_task(wanted(uuid4(), "SYS-ISO9001"))
        [participation_id] = task.participation_ids
        delivery = city.support.delivery
        delivery.implement_participation(call(HOST), participation_id=participation_id, summary="Đã áp dụng")
        delivery.request_task_acceptance(call(HOST), task_id=task.id, summary="Hoàn thành")
        costs = (ActualCost(participation_id, 80_000_000),)
        refused(
            city,
            ParticipationLacksEvidence,
            lambda: delivery.accept_task(call(LEAD, "8/BB-NT"), task_id=task.id, actual_costs=costs),
        )

    def test_what_is_not_used_returns_to_the_line(self, city: City) -> None:
        task = city.settled_task(wanted(uuid4()), actual_cost_vnd=60_000_000)
        assert (task.status, task.paid_vnd) == (TaskStatus.SETTLED, 30_000_000)
        line = city.support.budget.get_budget_line(task.budget_line_id)
        assert (line.committed_vnd, line.available_vnd) == (0, 470_000_000)

    def test_only_its_host_implements(self, city: City) -> None:
        [participation_id] = city.contracted_task().participation_ids
        refused(
            city,
            NotTheHost,
            lambda: city.support.delivery.implement_participation(
                call(OTHER_HOST), participation_id=participation_id, summary="Đã áp dụng"
            ),
        )


class TestWhatIsThereAlready:
    def test_a_plan_has_one_catalogue(self, city: City) -> None:
        city.plan()
        refused(
            city,
            CatalogueAlreadyAdopted,
            lambda: city.support.reference.adopt_catalogue(call(LEADER, "134/KH-UBND"), **CATALOGUE),
        )

    def test_a_version_of_norms_is_written_once(self, city: City) -> None:
        catalogue, _ = city.plan()
        refused(
            city,
            NormsAlreadyProposed,
            lambda: city.support.reference.propose_norms(call(OFFICER), catalogue_id=catalogue.id, **NORMS),
        )

    def test_a_certificate_counts_once(self, city: City) -> None:
        city.support.products.certify_product(call(OFFICER), **PRODUCT)
        refused(city, ProductAlreadyCertified, lambda: city.support.products.certify_product(call(OFFICER), **PRODUCT))

    def test_an_enterprise_is_nominated_once_a_year(self, city: City) -> None:
        nomination = {"enterprise_id": LOTUS_MILL, "year": 2024}
        city.support.awards.nominate_for_award(call(OFFICER, "88/GT-SKHCN"), **nomination)
        refused(
            city,
            AwardAlreadyNominated,
            lambda: city.support.awards.nominate_for_award(call(OFFICER, "89/GT-SKHCN"), **nomination),
        )

    def test_a_product_is_supported_by_its_own_enterprises_participation(self, city: City) -> None:
        [participation_id] = city.submitted_task().participation_ids
        theirs = {**PRODUCT, "participation_id": participation_id}
        refused(city, ParticipationOfAnother, lambda: city.support.products.certify_product(call(OFFICER), **theirs))


def test_nobody_acts_on_what_is_not_there_or_has_changed(city: City) -> None:
    applications = city.support.applications
    refused(city, RecordNotFound, lambda: applications.enlist_task(call(LEAD, "1/TTr-SKHCN"), task_id=uuid4()))
    task = city.submitted_task()
    refused(
        city,
        RecordChanged,
        lambda: applications.validate_task_application(call(OFFICER, etag="1"), task_id=task.id),
    )


def test_while_no_rule_says_until_when_no_council_passes_on_condition(city: City) -> None:
    task = city.screened_task()
    council = city.support.councils.appoint_council(
        call(LEAD, "30/QĐ-SKHCN"), task_id=task.id, members=MEMBERS, rules=RULES
    ).record
    for person in (CHAIR, SECRETARY, REVIEWER):
        city.support.councils.cast_council_score(call(person), council_id=council.id, points=GOOD_POINTS)
    said = {"council_id": council.id, "required_supplement": "Hai báo giá"}
    refused(
        city,
        SupplementHasNoDeadline,
        lambda: city.support.councils.conclude_council(call(SECRETARY, "5/BB-HĐ"), **said),
    )
