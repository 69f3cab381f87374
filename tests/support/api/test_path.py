"""The way through support's door: every step answered, repeated, and refused to who saw an older state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from grpc import StatusCode
from nscl.support.v1 import norm_resources_pb2 as norm_resources
from nscl.support.v1 import support_resources_pb2 as resources
from nscl.support.v1 import support_service_pb2 as messages

from services.shared.wire import date_message
from services.support.domain.claim import Claim
from tests.bad_input import told
from tests.support.api import contract_requests, participation_requests, requests
from tests.support.api.clerk import Clerk, open_task
from tests.support.api.norms_requests import SIZE
from tests.support.conftest import Counter, StandInRegistry
from tests.support.examples import (
    CHAIR,
    DAY,
    HOST,
    LEAD,
    LEADER,
    MEMBER,
    OFFICER,
    PAYER,
    REVIEWER,
    SECOND_OFFICER,
    SECRETARY,
    SETTLER,
)


def scored_task(clerk: Clerk, task_id: str) -> messages.ConcludeCouncilResponse:
    """The application submitted, returned, corrected, found complete, screened and scored by three of four members."""
    clerk.ask("SubmitTaskApplication", requests.submit_task_application(task_id), HOST)
    clerk.ask("ReturnTaskApplication", requests.return_task_application(task_id), OFFICER)
    [kept] = clerk.counter.ask("GetTask", messages.GetTaskRequest(task_id=task_id), OFFICER).task.participation_ids
    again = clerk.ask("ResubmitTaskApplication", requests.resubmit_task_application(task_id), HOST)
    assert again.task.participation_ids == [kept]
    clerk.ask("ValidateTaskApplication", requests.validate_task_application(task_id), SECOND_OFFICER)
    screened = clerk.ask("ScreenParticipation", requests.screen_participation(kept), OFFICER).participation
    assert [verdict.met for verdict in screened.verdicts] == [True] * 4
    council_id = clerk.ask("AppointCouncil", requests.appoint_council(task_id), LEAD).council.council_id
    clerk.ask("RecuseCouncilMember", requests.recuse_council_member(council_id), MEMBER)
    for person in (CHAIR, SECRETARY, REVIEWER):
        clerk.ask("CastCouncilScore", requests.cast_council_score(council_id), person)
    concluded: messages.ConcludeCouncilResponse = clerk.ask(
        "ConcludeCouncil", requests.conclude_council(council_id), SECRETARY
    )
    return concluded


def test_a_task_travels_from_proposal_to_settlement(clerk: Clerk, plan: tuple[str, str], line_id: str) -> None:
    task_id = open_task(clerk, plan, line_id)
    concluded = scored_task(clerk, task_id)
    assert (concluded.council.average_hundredths, concluded.council.passed) == (8200, True)
    approved = clerk.ask("ApproveTask", requests.approve_task(task_id, plan[1]), LEADER).task
    [grant] = approved.grants
    assert (grant.amount_vnd, approved.decision, approved.norms_id) == (40_000_000, "900/QĐ-UBND", plan[1])
    participation_id = grant.participation_id
    clerk.ask("CommitParticipation", contract_requests.commit_participation(participation_id), HOST)
    lines = [requests.contract_line(participation_id)]
    clerk.ask("ContractTask", requests.contract_task(task_id, lines=lines), LEAD)
    clerk.ask("ReportTaskProgress", requests.report_task_progress(task_id), HOST)
    clerk.ask("ImplementParticipation", requests.implement_participation(participation_id), HOST)
    clerk.ask("CertifyParticipation", requests.certify_participation(participation_id), OFFICER)
    clerk.ask("RequestTaskAcceptance", requests.request_task_acceptance(task_id), HOST)
    clerk.ask("AcceptTask", requests.accept_task(task_id, participation_id), LEAD)
    clerk.ask("ClaimParticipationPayment", participation_requests.claim_participation_payment(participation_id), HOST)
    paid = clerk.ask("PayTask", requests.pay_task(task_id), PAYER)
    assert [payment.amount_vnd for payment in paid.task.payments] == [30_000_000]
    settled = clerk.ask("SettleTask", requests.settle_task(task_id), SETTLER)
    assert settled.task.status == resources.TASK_STATUS_SETTLED

    position = settled.recorded.position
    listed = clerk.counter.ask("ListTasks", messages.ListTasksRequest(min_position=position), OFFICER)
    [row] = [task for task in listed.tasks if task.task_id == task_id]
    assert (row.status, row.paid_vnd, row.etag) == (settled.task.status, 30_000_000, settled.task.etag)
    assert listed.as_of_position >= position
    asked = messages.GetBudgetLineRequest(budget_line_id=line_id, min_position=position)
    line = clerk.counter.ask("GetBudgetLine", asked, OFFICER).budget_line
    assert (line.reserved_vnd, line.committed_vnd, line.paid_vnd) == (0, 0, 30_000_000)
    lines = clerk.counter.ask("ListBudgetLines", messages.ListBudgetLinesRequest(year=2024), OFFICER).budget_lines
    assert line in lines
    mine = messages.ListParticipationsRequest(task_id=task_id)
    [participation] = clerk.counter.ask("ListParticipations", mine, OFFICER).participations
    assert participation.status == resources.PARTICIPATION_STATUS_PAID
    assert participation.issued_on == date_message(DAY)
    one = messages.GetParticipationRequest(participation_id=participation_id)
    assert clerk.counter.ask("GetParticipation", one, OFFICER).participation.issued_on == participation.issued_on
    claim = clerk.counter.ask("GetClaim", messages.GetClaimRequest(claim_id=participation.claim_id), OFFICER).claim
    assert (claim.status, claim.decision) == (resources.CLAIM_STATUS_CONFIRMED, "900/QĐ-UBND")
    council = clerk.counter.ask("GetCouncil", messages.GetCouncilRequest(council_id=row.council_id), OFFICER).council
    assert council == concluded.council
    assert [recusal.person_id for recusal in council.recusals] == [str(MEMBER.id)]


def test_the_same_content_is_refused_and_a_task_can_be_rejected_or_declined(
    clerk: Clerk, plan: tuple[str, str], line_id: str
) -> None:
    mine = [requests.participation_line(enterprise_id := uuid4())]
    first = open_task(clerk, plan, line_id)
    clerk.ask("SubmitTaskApplication", requests.submit_task_application(first, participations=mine), HOST)
    second = open_task(clerk, plan, line_id)
    twice = requests.submit_task_application(second, participations=mine)
    answer = told(lambda: clerk.counter.ask("SubmitTaskApplication", twice, HOST))
    assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, "CONTENT_ALREADY_CLAIMED")
    assert str(enterprise_id) in answer.sentence
    clerk.ask("RejectTaskApplication", requests.reject_task_application(first), OFFICER)
    clerk.counter.ask("SubmitTaskApplication", twice, HOST)


def test_the_same_content_is_refused_for_another_of_the_undertaking(
    clerk: Clerk, plan: tuple[str, str], line_id: str, registry_door: StandInRegistry
) -> None:
    asked, sister = uuid4(), uuid4()
    registry_door.sisters = {asked: (sister,), sister: (asked,)}
    first, second = (open_task(clerk, plan, line_id) for _ in range(2))
    mine = [requests.participation_line(asked)]
    clerk.ask("SubmitTaskApplication", requests.submit_task_application(first, participations=mine), HOST)
    claim_id = str(Claim.create_id(sister, "TOOL-5S"))
    claim = clerk.counter.ask("GetClaim", messages.GetClaimRequest(claim_id=claim_id), OFFICER).claim
    assert (claim.enterprise_id, claim.claimant_id) == (str(sister), str(asked))
    assert (list(claim.member_ids), claim.registry_position) == ([str(asked), str(sister)], StandInRegistry.POSITION)
    theirs = requests.submit_task_application(second, participations=[requests.participation_line(sister)])
    answer = told(lambda: clerk.counter.ask("SubmitTaskApplication", theirs, HOST))
    assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, "CONTENT_CLAIMED_IN_UNDERTAKING")
    assert f"cho cơ sở {asked}, được tính cùng một chủ thể với cơ sở {sister}" in answer.sentence


def test_a_declined_task_refuses_its_participations(clerk: Clerk, plan: tuple[str, str], line_id: str) -> None:
    mine = [requests.participation_line(uuid4())]
    task_id = open_task(clerk, plan, line_id)
    submitted = requests.submit_task_application(task_id, participations=mine)
    [participation_id] = clerk.ask("SubmitTaskApplication", submitted, HOST).task.participation_ids
    clerk.ask("ValidateTaskApplication", requests.validate_task_application(task_id), OFFICER)
    clerk.ask("ScreenParticipation", requests.screen_participation(participation_id), OFFICER)
    council_id = clerk.ask("AppointCouncil", requests.appoint_council(task_id), LEAD).council.council_id
    for person in (CHAIR, SECRETARY, REVIEWER):
        clerk.ask("CastCouncilScore", requests.cast_council_score(council_id), person)
    clerk.ask("ConcludeCouncil", requests.conclude_council(council_id), CHAIR)
    declined = clerk.ask("DeclineTask", requests.decline_task(task_id), LEADER).task
    assert (declined.status, declined.reason) == (resources.TASK_STATUS_DECLINED, "Dưới mức đạt")
    asked = messages.GetParticipationRequest(participation_id=participation_id)
    refused = clerk.counter.ask("GetParticipation", asked, OFFICER).participation
    assert (refused.status, refused.reason) == (resources.PARTICIPATION_STATUS_REFUSED, "Dưới mức đạt")


def test_results_are_recorded_and_found_again(clerk: Clerk) -> None:
    product = clerk.ask("CertifyProduct", requests.certify_product(), OFFICER).product
    asked = messages.GetProductRequest(product_id=product.product_id)
    assert clerk.counter.ask("GetProduct", asked, OFFICER).product == product
    award = clerk.ask("NominateForAward", requests.nominate_for_award(), OFFICER).award
    assert clerk.counter.ask("GetAward", messages.GetAwardRequest(award_id=award.award_id), OFFICER).award == award


RESULTS = (("CertifyProduct", requests.certify_product), ("NominateForAward", requests.nominate_for_award))


@pytest.mark.parametrize(("method", "request_of"), RESULTS)
def test_a_result_is_an_enterprises_that_the_registry_knows_and_that_goes_on(
    counter: Counter, registry_door: StandInRegistry, method: str, request_of: Callable[[UUID], Any]
) -> None:
    registry_door.unknown.add(unknown := uuid4())
    answer = told(lambda: counter.ask(method, request_of(unknown), OFFICER))
    assert (answer.code, answer.reason) == (StatusCode.NOT_FOUND, "ENTERPRISE_UNKNOWN")
    registry_door.ended.add(ended := uuid4())
    answer = told(lambda: counter.ask(method, request_of(ended), OFFICER))
    assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, "ENTERPRISE_ENDED")
    registry_door.flagged.add(flagged := uuid4())
    counter.ask(method, request_of(flagged), OFFICER)


class TestTheRegistryIsAskedAtTheScreening:
    def test_what_it_knows_decides(
        self, clerk: Clerk, plan: tuple[str, str], line_id: str, registry_door: StandInRegistry
    ) -> None:
        registry_door.funded.add(enterprise_id := uuid4())
        participation = self._screened(clerk, plan, line_id, enterprise_id)
        assert participation.status == resources.PARTICIPATION_STATUS_INELIGIBLE
        assert participation.registry_position == StandInRegistry.POSITION
        assert [verdict.condition_code for verdict in participation.verdicts if not verdict.met] == ["C3"]
        assert registry_door.asked_by.startswith("Bearer ")
        assert registry_door.asked_on == date_message(DAY)

    def test_who_is_not_registered_is_not_found(
        self, clerk: Clerk, plan: tuple[str, str], line_id: str, registry_door: StandInRegistry
    ) -> None:
        registry_door.unknown.add(enterprise_id := uuid4())
        answer = told(lambda: self._screened(clerk, plan, line_id, enterprise_id))
        assert (answer.code, answer.reason) == (StatusCode.NOT_FOUND, "ENTERPRISE_UNKNOWN")

    @pytest.mark.parametrize(
        ("stopped", "reason", "sentence"),
        [
            ("flagged", "ENTERPRISE_FLAGGED", "CUCTHUE cảnh báo tạm dừng theo 88/TB-CT: Nợ thuế quá hạn"),
            ("ended", "ENTERPRISE_ENDED", "đã chấm dứt tồn tại từ ngày"),
        ],
    )
    def test_who_is_stopped_is_not_screened(
        self,
        clerk: Clerk,
        plan: tuple[str, str],
        line_id: str,
        registry_door: StandInRegistry,
        stopped: str,
        reason: str,
        sentence: str,
    ) -> None:
        getattr(registry_door, stopped).add(enterprise_id := uuid4())
        answer = told(lambda: self._screened(clerk, plan, line_id, enterprise_id))
        assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, reason)
        assert sentence in answer.sentence

    def test_without_an_answer_nothing_is_screened(
        self, clerk: Clerk, plan: tuple[str, str], line_id: str, registry_door: StandInRegistry
    ) -> None:
        registry_door.silent.add(enterprise_id := uuid4())
        answer = told(lambda: self._screened(clerk, plan, line_id, enterprise_id))
        assert (answer.code, answer.reason) == (StatusCode.UNAVAILABLE, "NEIGHBOUR_UNAVAILABLE")

    def test_its_word_on_the_size_comes_before_the_caller_s(
        self, clerk: Clerk, plan: tuple[str, str], line_id: str, registry_door: StandInRegistry
    ) -> None:
        registry_door.sized.add(enterprise_id := uuid4())
        size = self._screened(clerk, plan, line_id, enterprise_id, size=SIZE).size
        assert (size.size, size.year, size.source) == (norm_resources.ENTERPRISE_SIZE_SMALL, 2023, "12/BCTC-2023")
        said = self._screened(clerk, plan, line_id, uuid4(), size=SIZE).size
        assert said == SIZE

    def _screened(
        self, clerk: Clerk, plan: tuple[str, str], line_id: str, enterprise_id: UUID, **changes: Any
    ) -> resources.Participation:
        task_id = open_task(clerk, plan, line_id)
        mine = [requests.participation_line(enterprise_id)]
        submitted = requests.submit_task_application(task_id, participations=mine)
        [participation_id] = clerk.ask("SubmitTaskApplication", submitted, HOST).task.participation_ids
        clerk.ask("ValidateTaskApplication", requests.validate_task_application(task_id), OFFICER)
        asked = requests.screen_participation(participation_id, **changes)
        screened = clerk.counter.ask("ScreenParticipation", asked, OFFICER)
        participation: resources.Participation = screened.participation
        return participation


class TestLists:
    def test_every_row_is_shown_once_page_by_page(self, clerk: Clerk, plan: tuple[str, str], line_id: str) -> None:
        proposed = [clerk.ask("ProposeTask", requests.propose_task(line_id, plan[0]), OFFICER) for _ in range(3)]
        position = proposed[-1].recorded.position
        shown, token = [], ""
        while True:
            asked = messages.ListTasksRequest(page_size=2, page_token=token, min_position=position)
            page = clerk.counter.ask("ListTasks", asked, OFFICER)
            shown += [task.task_id for task in page.tasks]
            token = page.next_page_token
            if not token:
                break
        assert len(shown) == len(set(shown))
        assert shown[:3] == [answer.task.task_id for answer in reversed(proposed)]

    def test_a_page_token_belongs_to_its_question(self, clerk: Clerk, plan: tuple[str, str], line_id: str) -> None:
        for _ in range(2):
            last = clerk.ask("ProposeTask", requests.propose_task(line_id, plan[0]), OFFICER)
        asked = messages.ListTasksRequest(page_size=1, min_position=last.recorded.position)
        token = clerk.counter.ask("ListTasks", asked, OFFICER).next_page_token
        other = messages.ListTasksRequest(page_size=1, page_token=token, year=2024)
        answer = told(lambda: clerk.counter.ask("ListTasks", other, OFFICER))
        assert (answer.code, answer.reason) == (StatusCode.INVALID_ARGUMENT, "PAGE_TOKEN_INVALID")

    def test_filters_narrow_a_list(self, clerk: Clerk, plan: tuple[str, str], line_id: str) -> None:
        proposed = clerk.ask("ProposeTask", requests.propose_task(line_id, plan[0]), OFFICER)
        narrow = messages.ListTasksRequest(
            year=2024,
            status=resources.TASK_STATUS_PROPOSED,
            budget_line_id=line_id,
            min_position=proposed.recorded.position,
        )
        tasks = clerk.counter.ask("ListTasks", narrow, OFFICER).tasks
        assert {task.status for task in tasks} == {resources.TASK_STATUS_PROPOSED}
        assert proposed.task.task_id in [task.task_id for task in tasks]
        elsewhere = messages.ListTasksRequest(budget_line_id=str(uuid4()))
        assert not clerk.counter.ask("ListTasks", elsewhere, OFFICER).tasks
        nobody = messages.ListParticipationsRequest(enterprise_id=str(uuid4()))
        assert not clerk.counter.ask("ListParticipations", nobody, OFFICER).participations
        assert not clerk.counter.ask(
            "ListBudgetLines", messages.ListBudgetLinesRequest(year=2099), OFFICER
        ).budget_lines


@pytest.mark.parametrize("day", [date(2024, 5, 31), date(2024, 7, 1)])
def test_an_application_outside_the_window_is_refused(
    clerk: Clerk, plan: tuple[str, str], line_id: str, day: date
) -> None:
    task_id = open_task(clerk, plan, line_id)
    late = requests.submit_task_application(task_id)
    late.basis.effective_on.CopyFrom(date_message(day))
    answer = told(lambda: clerk.counter.ask("SubmitTaskApplication", late, HOST))
    assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, "OUTSIDE_CALL_WINDOW")
