"""Double funding at the door: the rules, and what they say of an enterprise before and after it applies."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from grpc import StatusCode
from nscl.registry.v1 import enterprise_resources_pb2 as enterprises
from nscl.support.v1 import claim_resources_pb2 as resources
from nscl.support.v1 import claim_service_pb2 as messages
from nscl.support.v1 import support_resources_pb2 as support_resources
from nscl.support.v1 import support_service_pb2 as support_messages

from services.shared.wire import date_message
from tests.bad_input import told
from tests.support.api import claim_requests, requests
from tests.support.api.clerk import Clerk, open_task
from tests.support.conftest import StandInRegistry
from tests.support.examples import HOST, LEAD, LEADER, OFFICER


@pytest.fixture(scope="module")
def rules_id(clerk: Clerk) -> str:
    """Rules against double funding in force."""
    proposed = clerk.ask("ProposeClaimRules", claim_requests.propose_claim_rules(), OFFICER).claim_rules
    own = claim_requests.adopt_claim_rules(proposed.claim_rules_id)
    answer = told(lambda: clerk.counter.ask("AdoptClaimRules", own, OFFICER))
    assert (answer.code, answer.reason) == (StatusCode.PERMISSION_DENIED, "CAPACITY_NOT_PERMITTED")
    adopted = clerk.ask("AdoptClaimRules", claim_requests.adopt_claim_rules(proposed.claim_rules_id), LEADER)
    rules_id: str = adopted.claim_rules.claim_rules_id
    return rules_id


@pytest.fixture
def pair(registry_door: StandInRegistry) -> tuple[UUID, UUID]:
    """Two enterprises of one undertaking."""
    asked, sister = uuid4(), uuid4()
    registry_door.sisters = {asked: (sister,), sister: (asked,)}
    return asked, sister


def checked(clerk: Clerk, enterprise_id: UUID, **changes: Any) -> resources.Overlap:
    answer: Any = clerk.counter.ask(
        "CheckOverlap", claim_requests.check_overlap(str(enterprise_id), **changes), OFFICER
    )
    overlap: resources.Overlap = answer.overlap
    return overlap


def test_rules_are_shown_as_they_were_adopted_and_follow_one_another(clerk: Clerk, rules_id: str) -> None:
    asked = messages.GetClaimRulesRequest(claim_rules_id=rules_id)
    rules = clerk.counter.ask("GetClaimRules", asked, OFFICER).claim_rules
    wanted = claim_requests.propose_claim_rules()
    assert (list(rules.scopes), list(rules.possible_links)) == (list(wanted.scopes), list(wanted.possible_links))
    assert (rules.document, rules.valid_days, rules.sample) == ("11/QĐ-UBND", 180, True)
    again = claim_requests.propose_claim_rules(rules_version=3, request_id=str(uuid4()))
    answer = told(lambda: clerk.counter.ask("ProposeClaimRules", again, OFFICER))
    assert (answer.code, answer.reason) == (StatusCode.ABORTED, "CLAIM_RULES_VERSION_TAKEN")


def test_nothing_found_is_clear_as_of_a_position(clerk: Clerk, rules_id: str) -> None:
    overlap = checked(clerk, asked := uuid4())
    assert (overlap.enterprise_id, overlap.verdict) == (str(asked), resources.OVERLAP_VERDICT_CLEAR)
    assert (overlap.rules_version, overlap.registry_position) == (1, StandInRegistry.POSITION), rules_id
    assert (overlap.window_start.year, overlap.support_position > 0) == (2022, True)


@pytest.mark.usefixtures("rules_id")
@pytest.mark.parametrize(
    ("kind", "verdict"),
    [
        (enterprises.LINK_KIND_PARENT, resources.OVERLAP_VERDICT_CERTAIN),
        (enterprises.LINK_KIND_COMMON_REPRESENTATIVE, resources.OVERLAP_VERDICT_POSSIBLE),
    ],
)
def test_what_a_sister_has_overlaps_as_surely_as_it_is_a_sister(
    clerk: Clerk,
    registry_door: StandInRegistry,
    pair: tuple[UUID, UUID],
    kind: enterprises.LinkKind.ValueType,
    verdict: resources.OverlapVerdict.ValueType,
) -> None:
    asked, sister = pair
    registry_door.sisters_by = kind
    registry_door.funded.add(sister)
    overlap = checked(clerk, asked)
    [line] = overlap.lines
    assert (overlap.verdict, line.verdict, line.enterprise_id) == (verdict, verdict, str(sister))
    assert (line.scheme, line.grantor, line.amount_vnd) == ("Khuyến công", "Sở Công Thương", 40_000_000)
    assert (line.legal_basis, line.period_to.year, line.task_id) == ("55/QĐ-SCT", 2024, "")
    assert line.reason


@pytest.mark.usefixtures("rules_id")
def test_an_application_is_seen_once_for_the_whole_undertaking(
    clerk: Clerk, plan: tuple[str, str], line_id: str, pair: tuple[UUID, UUID]
) -> None:
    asked, sister = pair
    task_id = open_task(clerk, plan, line_id)
    mine = requests.submit_task_application(task_id, participations=[requests.participation_line(asked)])
    clerk.ask("SubmitTaskApplication", mine, HOST)
    overlap = checked(clerk, sister)
    [line] = overlap.lines
    assert (line.verdict, line.task_id) == (resources.OVERLAP_VERDICT_CERTAIN, task_id)
    assert (line.enterprise_id, line.amount_vnd, line.legal_basis) == (str(asked), 0, "")


@pytest.mark.usefixtures("rules_id", "fed_views")
def test_a_second_person_decides_on_what_is_possible_and_it_is_counted(
    clerk: Clerk,
    plan: tuple[str, str],
    line_id: str,
    registry_door: StandInRegistry,
    pair: tuple[UUID, UUID],
) -> None:
    asked, sister = pair
    registry_door.sisters_by = enterprises.LINK_KIND_COMMON_REPRESENTATIVE
    registry_door.funded.add(sister)
    task_id = open_task(clerk, plan, line_id)
    mine = requests.submit_task_application(task_id, participations=[requests.participation_line(asked)])
    [participation_id] = clerk.ask("SubmitTaskApplication", mine, HOST).task.participation_ids
    clerk.ask("ValidateTaskApplication", requests.validate_task_application(task_id), OFFICER)
    screen = requests.screen_participation(participation_id)
    screened = clerk.ask("ScreenParticipation", screen, OFFICER).participation
    assert screened.status == support_resources.PARTICIPATION_STATUS_INELIGIBLE
    own = told(lambda: clerk.counter.ask("DecideOverlap", claim_requests.decide_overlap(participation_id), OFFICER))
    assert (own.code, own.reason) == (StatusCode.PERMISSION_DENIED, "ACTED_BEFORE")

    answer = clerk.ask("DecideOverlap", claim_requests.decide_overlap(participation_id), LEAD)
    get = messages.GetOverlapDecisionRequest(participation_id=participation_id)
    assert clerk.counter.ask("GetOverlapDecision", get, OFFICER).overlap_decision == answer.overlap_decision
    [line] = answer.overlap_decision.lines
    assert line.startswith("Có khả năng trùng lắp: Khuyến công: 40.000.000 đồng do Sở Công Thương quyết định")
    twice = claim_requests.decide_overlap(participation_id, request_id=str(uuid4()))
    again = told(lambda: clerk.counter.ask("DecideOverlap", twice, LEAD))
    assert (again.code, again.reason) == (StatusCode.FAILED_PRECONDITION, "OVERLAP_ALREADY_DECIDED")

    later = clerk.ask("ScreenParticipation", requests.screen_participation(participation_id), OFFICER).participation
    assert later.status == support_resources.PARTICIPATION_STATUS_ELIGIBLE
    count = messages.CountOverlapDecisionsRequest(min_position=answer.recorded.position)
    [year] = clerk.counter.ask("CountOverlapDecisions", count, OFFICER).counts
    assert (year.year, year.admitted_count, year.refused_count) == (2024, 1, 0)


@pytest.mark.usefixtures("rules_id", "fed_views")
def test_a_claim_has_a_code_and_a_last_day_that_is_put_off_with_a_reason(
    clerk: Clerk, plan: tuple[str, str], line_id: str, pair: tuple[UUID, UUID]
) -> None:
    asked, sister = pair
    task_id = open_task(clerk, plan, line_id)
    mine = requests.submit_task_application(task_id, participations=[requests.participation_line(asked)])
    position = clerk.ask("SubmitTaskApplication", mine, HOST).recorded.position

    def listed(**asked_for: Any) -> list[support_resources.Claim]:
        found = clerk.counter.ask("ListClaims", claim_requests.list_claims(min_position=position, **asked_for), OFFICER)
        return list(found.claims)

    [claim] = listed(enterprise_id=str(sister), status=support_resources.CLAIM_STATUS_LODGED)
    assert (claim.claimant_id, claim.task_id, claim.renewal_count) == (str(asked), task_id, 0)
    assert {each.enterprise_id for each in listed(code=claim.code)} == {str(asked), str(sister)}
    expires_on = date(claim.expires_on.year, claim.expires_on.month, claim.expires_on.day)
    assert claim in listed(expires_by=claim.expires_on)
    assert claim not in listed(expires_by=date_message(expires_on - timedelta(days=1)))

    early = claim_requests.renew_claim(claim.claim_id, request_id=str(uuid4()))
    answer = told(lambda: clerk.counter.ask("RenewClaim", early, OFFICER))
    assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, "RENEWAL_GAINS_NOTHING")
    late = claim_requests.renew_claim(claim.claim_id)
    late.basis.effective_on.CopyFrom(date_message(date(2024, 9, 1)))
    renewed = clerk.ask("RenewClaim", late, OFFICER)
    position = renewed.recorded.position
    assert renewed.claim.enterprise_id == str(sister)
    assert {(each.renewal_count, each.expires_on.year) for each in listed(code=claim.code)} == {(1, 2025)}


@pytest.mark.usefixtures("rules_id", "fed_views")
def test_each_product_of_an_undertaking_is_helped_once(
    clerk: Clerk, plan: tuple[str, str], line_id: str, pair: tuple[UUID, UUID]
) -> None:
    asked, sister = pair
    rice, cake = ["PRODUCT:8934588012345"], ["PRODUCT:TCCS-02"]

    def apply(enterprise_id: UUID, *unit_keys: str) -> Any:
        task_id = open_task(clerk, plan, line_id, content_codes=["PRD-HOPQUY"])
        mine = [requests.participation_line(enterprise_id, "PRD-HOPQUY", unit_keys=unit_keys)]
        request = requests.submit_task_application(task_id, participations=mine)
        return clerk.ask("SubmitTaskApplication", request, HOST)

    apply(asked, *rice)
    verdicts = {
        unit_keys: checked(clerk, sister, content_code="PRD-HOPQUY", unit_keys=unit_keys).verdict
        for unit_keys in (tuple(rice), tuple(cake), ())
    }
    assert list(verdicts.values()) == [
        resources.OVERLAP_VERDICT_CERTAIN,
        resources.OVERLAP_VERDICT_CLEAR,
        resources.OVERLAP_VERDICT_POSSIBLE,
    ]
    answer = told(lambda: apply(sister, *rice))
    assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, "CONTENT_CLAIMED_IN_UNDERTAKING")

    applied = apply(sister, *cake)
    [participation_id] = applied.task.participation_ids
    known = clerk.counter.ask(
        "GetParticipation", support_messages.GetParticipationRequest(participation_id=participation_id), OFFICER
    ).participation
    assert list(known.unit_keys) == cake
    listing = claim_requests.list_claims(enterprise_id=str(asked), min_position=applied.recorded.position)
    claims = clerk.counter.ask("ListClaims", listing, OFFICER).claims
    assert [list(claim.unit_keys) for claim in claims] == [cake, rice]
    assert len({(claim.claim_id, claim.etag) for claim in claims}) == 1

    unsaid = claim_requests.renew_claim(known.claim_id, request_id=str(uuid4()))
    answer = told(lambda: clerk.counter.ask("RenewClaim", unsaid, OFFICER))
    assert (answer.reason, answer.fields) == ("CLAIM_HELD_BY_SEVERAL", {"participation_id"})
    said = claim_requests.renew_claim(known.claim_id, participation_id=participation_id)
    said.basis.effective_on.CopyFrom(date_message(date(2024, 9, 1)))
    assert list(clerk.ask("RenewClaim", said, OFFICER).claim.unit_keys) == cake


@pytest.mark.usefixtures("rules_id")
def test_money_of_another_scheme_tells_for_which_product_it_is(clerk: Clerk, registry_door: StandInRegistry) -> None:
    registry_door.funded.add(mill := uuid4())
    registry_door.funded_units[mill] = ["PRODUCT:8934588012345"]

    def verdict(*unit_keys: str) -> int:
        return checked(clerk, mill, content_code="PRD-HOPQUY", unit_keys=unit_keys).verdict

    assert verdict("PRODUCT:8934588012345") == resources.OVERLAP_VERDICT_CERTAIN
    assert verdict("PRODUCT:TCCS-02") == resources.OVERLAP_VERDICT_CLEAR
    assert verdict() == resources.OVERLAP_VERDICT_POSSIBLE


def test_an_unknown_enterprise_is_not_found(clerk: Clerk, registry_door: StandInRegistry) -> None:
    registry_door.unknown.add(stranger := uuid4())
    answer = told(lambda: checked(clerk, stranger))
    assert (answer.code, answer.reason) == (StatusCode.NOT_FOUND, "ENTERPRISE_UNKNOWN")
