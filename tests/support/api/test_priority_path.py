"""Who comes first, who waits, and how waiting ends: through the doors, in both channels."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from grpc import StatusCode
from nscl.support.v1 import priority_service_pb2 as messages
from nscl.support.v1 import support_resources_pb2 as resources
from nscl.support.v1 import support_service_pb2 as support_messages

from tests.bad_input import told
from tests.support.api import contract_requests, requests
from tests.support.api import grant_call_requests as grants
from tests.support.api import priority_requests as asked
from tests.support.api.clerk import Clerk
from tests.support.city import City
from tests.support.examples import HOST, LEAD, LEADER, OFFICER, OWNER, SECOND_OFFICER, wanted

FAILED, INVALID = StatusCode.FAILED_PRECONDITION, StatusCode.INVALID_ARGUMENT


@pytest.fixture(scope="module")
def plan(city: City) -> tuple[str, str]:
    """The plan of the module's city, with rules of priority in force."""
    catalogue, norms = city.plan()
    return str(catalogue.id), str(norms.id)


@pytest.fixture(scope="module")
def _rules(clerk: Clerk, plan: tuple[str, str]) -> None:
    proposed = clerk.ask("ProposePriorityRules", asked.propose_priority_rules(plan[0]), OFFICER).priority_rules
    assert [version.document for version in proposed.versions] == [""]
    adopted = clerk.ask("AdoptPriorityRules", asked.adopt_priority_rules(plan[0]), LEADER).priority_rules
    read = messages.GetPriorityRulesRequest(catalogue_id=plan[0])
    assert clerk.counter.ask("GetPriorityRules", read, OFFICER).priority_rules == adopted


def refused(clerk: Clerk, method: str, request: Any, person: Any = LEADER) -> tuple[StatusCode, str]:
    answer = told(partial(clerk.counter.ask, method, request, person))
    assert "{" not in answer.sentence
    return answer.code, answer.reason


def status_of(clerk: Clerk, participation_id: str) -> Any:
    one = support_messages.GetParticipationRequest(participation_id=participation_id)
    return clerk.counter.ask("GetParticipation", one, OFFICER).participation.status


def claim_of(clerk: Clerk, participation_id: str) -> Any:
    one = support_messages.GetParticipationRequest(participation_id=participation_id)
    claim_id = clerk.counter.ask("GetParticipation", one, OFFICER).participation.claim_id
    return clerk.counter.ask("GetClaim", support_messages.GetClaimRequest(claim_id=claim_id), OFFICER).claim.status


@pytest.mark.usefixtures("_rules")
class TestHostedTask:
    def test_leaves_the_last_waiting_and_selects_them_from_what_becomes_free(
        self, clerk: Clerk, city: City, plan: tuple[str, str]
    ) -> None:
        task = city.submitted_task(*(wanted(uuid4()) for _ in range(3)), line_id=city.approved_line(90_000_000))
        task_id, (first, second, third) = str(task.id), map(str, task.participation_ids)
        for participation_id in (first, second):
            clerk.ask("DeclarePriorities", asked.declare_priorities(participation_id), HOST)
        for participation_id, met in ((first, True), (second, False)):
            findings = [asked.finding(met=met)]
            verified = clerk.ask(
                "VerifyPriorities", asked.verify_priorities(participation_id, findings=findings), OFFICER
            )
            assert verified.priority_file.points == (3 if met else 0)
            read = messages.GetPriorityFileRequest(participation_id=participation_id)
            assert clerk.counter.ask("GetPriorityFile", read, LEAD).priority_file == verified.priority_file
        self.judged(clerk, city, task.id)
        ranking = clerk.counter.ask("GetTaskRanking", asked.task_ranking(task_id), LEAD).ranking
        assert (ranking.rules_version, [place.rank for place in ranking.places]) == (1, [1, 2, 2])
        assert ranking.places[0].participation_id == first

        approve = partial(requests.approve_task, task_id, plan[1])
        assert refused(clerk, "ApproveTask", approve()) == (FAILED, "BUDGET_LINE_OVERDRAWN")
        skipping = approve(waiting=[requests.waiting(first)])
        assert refused(clerk, "ApproveTask", skipping) == (INVALID, "SKIPPED_WITHOUT_REASON")
        approved = clerk.ask("ApproveTask", approve(waiting=[requests.waiting(third)]), LEADER)
        assert status_of(clerk, third) == resources.PARTICIPATION_STATUS_WAITLISTED
        assert claim_of(clerk, third) == resources.CLAIM_STATUS_LODGED
        listing = support_messages.ListParticipationsRequest(
            task_id=task_id,
            status=resources.PARTICIPATION_STATUS_WAITLISTED,
            min_position=approved.recorded.position,
        )
        [row] = clerk.counter.ask("ListParticipations", listing, OFFICER).participations
        assert row.participation_id == third
        waiting = clerk.counter.ask("GetWaitlist", messages.GetWaitlistRequest(task_id=task_id), OFFICER).waitlist
        assert waiting.waiting_ids == [third]

        for participation_id in (first, second):
            clerk.ask("CommitParticipation", contract_requests.commit_participation(participation_id), HOST)
        sign = contract_requests.sign_contract(task_id, first, advance=None)
        assert refused(clerk, "SignContract", sign, LEAD) == (FAILED, "WAITLIST_OPEN")
        select = partial(asked.select_from_waitlist, task_id, third, plan[1])
        assert refused(clerk, "SelectFromWaitlist", select()) == (FAILED, "BUDGET_LINE_OVERDRAWN")
        clerk.ask("WithdrawParticipation", grants.withdraw_participation(second), HOST)
        selected = clerk.ask("SelectFromWaitlist", select(), LEADER)
        assert {grant.participation_id for grant in selected.task.grants} == {first, second, third}
        assert claim_of(clerk, third) == resources.CLAIM_STATUS_CONFIRMED
        tasks = support_messages.ListTasksRequest(min_position=selected.recorded.position)
        [listed] = [each for each in clerk.counter.ask("ListTasks", tasks, OFFICER).tasks if each.task_id == task_id]
        assert (listed.decided_vnd, listed.etag) == (120_000_000, selected.task.etag)
        assert refused(clerk, "SelectFromWaitlist", select()) == (FAILED, "NOT_WAITING")
        clerk.ask("CommitParticipation", contract_requests.commit_participation(third), HOST)
        clerk.ask("ContractTask", requests.contract_task(task_id), LEAD)

    def test_refuses_who_waited_with_a_reason(self, clerk: Clerk, city: City, plan: tuple[str, str]) -> None:
        task = city.submitted_task(*(wanted(uuid4()) for _ in range(3)))
        self.judged(clerk, city, task.id)
        task_id, (first, second, third) = str(task.id), map(str, task.participation_ids)
        both = [requests.waiting(second, reason="Chờ vốn"), requests.waiting(third, reason="Chờ vốn")]
        twice = requests.approve_task(task_id, plan[1], waiting=[both[0]], refusals=[requests.refusal(second)])
        assert refused(clerk, "ApproveTask", twice) == (FAILED, "REFUSAL_OF_NO_CANDIDATE")
        clerk.ask("ApproveTask", requests.approve_task(task_id, plan[1], waiting=both), LEADER)
        clerk.ask("RefuseWaitlisted", asked.refuse_waitlisted(task_id, second), LEADER)
        assert status_of(clerk, second) == resources.PARTICIPATION_STATUS_REFUSED
        assert claim_of(clerk, second) == resources.CLAIM_STATUS_RELEASED
        clerk.ask("WithdrawParticipation", grants.withdraw_participation(third), HOST)
        assert status_of(clerk, third) == resources.PARTICIPATION_STATUS_WITHDRAWN
        again = asked.refuse_waitlisted(task_id, third)
        assert refused(clerk, "RefuseWaitlisted", again) == (FAILED, "NOT_WAITING")
        clerk.ask("CommitParticipation", contract_requests.commit_participation(first), HOST)
        clerk.ask("ContractTask", requests.contract_task(task_id), LEAD)

    def judged(self, clerk: Clerk, city: City, task_id: UUID) -> None:
        """Complete, screened, and scored by the council."""
        clerk.ask("ValidateTaskApplication", requests.validate_task_application(str(task_id)), SECOND_OFFICER)
        for participation_id in city.support.applications.get_task(task_id).participation_ids:
            clerk.ask("ScreenParticipation", requests.screen_participation(str(participation_id)), OFFICER)
        city.concluded(task_id)


@pytest.mark.usefixtures("_rules")
class TestGrantCall:
    def test_grants_its_places_in_order_or_for_a_reason(self, clerk: Clerk, city: City, plan: tuple[str, str]) -> None:
        call = city.published_call()
        tasks = [city.direct_task(call.id, uuid4()) for _ in range(3)]
        first, second, third = (str(task.id) for task in tasks)
        for task, met in zip(tasks, (True, False, False), strict=True):
            city.verified(task.participation_ids[0], met=met)
            city.judged(task.id)
        ranking = clerk.counter.ask("GetGrantCallRanking", asked.grant_call_ranking(str(call.id)), LEAD).ranking
        assert [place.task_id for place in ranking.places] == [first, second, third]
        approve = partial(requests.approve_task, norms_id=plan[1])
        assert refused(clerk, "ApproveTask", approve(second)) == (INVALID, "CALL_ORDER_SKIPPED_WITHOUT_REASON")
        clerk.ask("ApproveTask", approve(second, skip_reason="Cơ sở thứ nhất xin lùi"), LEADER)
        assert refused(clerk, "ApproveTask", approve(first)) == (FAILED, "GRANT_QUOTA_USED_UP")

        waiting = clerk.ask("WaitlistTask", asked.waitlist_task(first), LEADER).task
        assert waiting.status == resources.TASK_STATUS_WAITLISTED
        assert refused(clerk, "WaitlistTask", asked.waitlist_task(first)) == (FAILED, "TASK_NOT_IN_STEP")
        clerk.ask("WithdrawApplication", grants.withdraw_application(second), OWNER)
        approved = clerk.ask("ApproveTask", approve(first), LEADER).task
        assert approved.status == resources.TASK_STATUS_APPROVED
        clerk.ask("WaitlistTask", asked.waitlist_task(third), LEADER)
        clerk.ask("DeclineTask", requests.decline_task(third), LEADER)
        [participation_id] = city.support.applications.get_task(tasks[2].id).participation_ids
        assert claim_of(clerk, str(participation_id)) == resources.CLAIM_STATUS_RELEASED
        waitlist = clerk.counter.ask("GetWaitlist", messages.GetWaitlistRequest(task_id=third), OFFICER).waitlist
        assert not waitlist.waiting_ids

    def test_keeps_the_place_of_a_content_that_waits(self, clerk: Clerk, city: City, plan: tuple[str, str]) -> None:
        call = city.published_call()
        task = city.judged(city.direct_task(call.id, uuid4(), codes=("TOOL-5S", "SYS-ISO9001")).id)
        five_s, iso = map(str, task.participation_ids)
        left = [requests.waiting(five_s, reason="Chờ kết quả ISO")]
        clerk.ask("ApproveTask", requests.approve_task(str(task.id), plan[1], waiting=left), LEADER)
        select = asked.select_from_waitlist(str(task.id), five_s, plan[1])
        granted = clerk.ask("SelectFromWaitlist", select, LEADER).task
        assert [grant.participation_id for grant in granted.grants] == [iso, five_s]
        known = city.support.grant_calls.get_grant_call(call.id)
        assert {code: len(granted) for code, granted in known.granted_vnd_of.items()} == {
            "TOOL-5S": 1,
            "SYS-ISO9001": 1,
        }


def test_what_cannot_be_is_refused_with_its_reason(clerk: Clerk, city: City, plan: tuple[str, str]) -> None:
    """Before rules are in force in another catalogue, and after the decision."""
    task = city.submitted_task()
    task_id, [participation_id] = str(task.id), map(str, task.participation_ids)
    twice = asked.declare_priorities(participation_id, statements=[asked.EVIDENCE] * 2)
    assert refused(clerk, "DeclarePriorities", twice, HOST) == (INVALID, "PRIORITY_NOT_CLAIMED")
    assert refused(clerk, "WaitlistTask", asked.waitlist_task(task_id)) == (FAILED, "TASK_NOT_IN_STEP")
    adopt = asked.adopt_priority_rules(plan[0], rules_version=9)
    assert refused(clerk, "AdoptPriorityRules", adopt) == (StatusCode.NOT_FOUND, "PRIORITY_RULES_VERSION_UNKNOWN")
    weights = [messages.PriorityWeight(priority_code="P1", points=1)] * 2
    weighed = asked.propose_priority_rules(plan[0], weights=weights)
    assert refused(clerk, "ProposePriorityRules", weighed, OFFICER) == (INVALID, "PRIORITY_WEIGHED_TWICE")
    ordered = asked.propose_priority_rules(plan[0], order=[messages.ORDER_KEY_COUNCIL_POINTS] * 2)
    assert refused(clerk, "ProposePriorityRules", ordered, OFFICER) == (INVALID, "ORDER_KEY_NAMED_TWICE")
