"""An enterprise's way through the National Quality Award, by the real door."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from grpc import StatusCode
from nscl.support.v1 import award_service_pb2 as asking
from nscl.support.v1 import clock_resources_pb2 as clocks
from nscl.support.v1 import support_resources_pb2 as resources
from nscl.support.v1 import support_service_pb2 as messages

from tests.bad_input import told
from tests.support.api import award_requests, clock_requests, requests
from tests.support.api.clerk import Clerk
from tests.support.conftest import Counter, StandInRegistry
from tests.support.examples import LEAD, OFFICER


def nominated(counter: Counter, enterprise_id: UUID) -> str:
    award_id: str = counter.ask("NominateForAward", requests.nominate_for_award(enterprise_id), LEAD).award.award_id
    return award_id


def test_a_nominated_enterprise_comes_to_its_prize(clerk: Clerk) -> None:
    award_id = nominated(clerk.counter, uuid4())
    clerk.ask("ReceiveAwardDossier", award_requests.receive_award_dossier(award_id), OFFICER)
    early = told(lambda: clerk.counter.ask("DecideAward", award_requests.decide_award(award_id), OFFICER))
    assert (early.code, early.reason) == (StatusCode.FAILED_PRECONDITION, "AWARD_NOT_IN_STEP")
    assert "đang chờ hội đồng sơ tuyển" in early.sentence
    alone = award_requests.conclude_award_preliminary(award_id)
    answer = told(lambda: clerk.counter.ask("ConcludeAwardPreliminary", alone, OFFICER))
    assert (answer.code, answer.reason) == (StatusCode.PERMISSION_DENIED, "ACTED_BEFORE")
    clerk.ask("ConcludeAwardPreliminary", award_requests.conclude_award_preliminary(award_id), LEAD)
    clerk.ask("SubmitAward", award_requests.submit_award(award_id), LEAD)
    last = clerk.ask("DecideAward", award_requests.decide_award(award_id), OFFICER)
    decided = last.award
    assert (decided.status, decided.prize) == (resources.AWARD_STATUS_DECIDED, resources.AWARD_PRIZE_SILVER)
    assert (decided.preliminary_result, decided.summary) == (resources.PRELIMINARY_RESULT_RECOMMENDED, "820 điểm")
    asked = messages.GetAwardRequest(award_id=award_id)
    assert clerk.counter.ask("GetAward", asked, OFFICER).award == decided
    listing = asking.ListAwardsRequest(status=resources.AWARD_STATUS_DECIDED, min_position=last.recorded.position)
    [row] = [each for each in clerk.counter.ask("ListAwards", listing, OFFICER).awards if each.award_id == award_id]
    assert (row.prize, row.etag) == (resources.AWARD_PRIZE_SILVER, decided.etag)


def test_every_step_towards_the_prize_is_waited_for(counter: Counter) -> None:
    award_id = nominated(counter, uuid4())
    awaited = []
    for method, request, person in (
        ("ReceiveAwardDossier", award_requests.receive_award_dossier(award_id), OFFICER),
        ("ConcludeAwardPreliminary", award_requests.conclude_award_preliminary(award_id), LEAD),
        ("SubmitAward", award_requests.submit_award(award_id), LEAD),
        ("DecideAward", award_requests.decide_award(award_id), OFFICER),
    ):
        position = counter.ask(method, request, person).recorded.position
        awaited += [(step.step, step.task_id) for step in clock_requests.steps_due(counter, award_id, position)]
    assert awaited == [
        (clocks.WAITING_STEP_AWARD_PRELIMINARY, ""),
        (clocks.WAITING_STEP_AWARD_SUBMISSION, ""),
        (clocks.WAITING_STEP_AWARD_DECISION, ""),
    ]


def test_nothing_is_waited_for_after_a_dossier_that_was_not_recommended(counter: Counter) -> None:
    nominations = counter.ask("NominateForAward", requests.nominate_for_award(uuid4()), LEAD)
    award_id = nominations.award.award_id
    [dossier] = clock_requests.steps_due(counter, award_id, nominations.recorded.position)
    assert dossier.step == clocks.WAITING_STEP_AWARD_DOSSIER
    counter.ask("ReceiveAwardDossier", award_requests.receive_award_dossier(award_id), OFFICER)
    refused = award_requests.conclude_award_preliminary(award_id, result=resources.PRELIMINARY_RESULT_NOT_RECOMMENDED)
    position = counter.ask("ConcludeAwardPreliminary", refused, LEAD).recorded.position
    assert clock_requests.steps_due(counter, award_id, position) == []


def test_an_enterprise_withdraws(clerk: Clerk) -> None:
    award_id = nominated(clerk.counter, uuid4())
    award = clerk.ask("WithdrawAward", award_requests.withdraw_award(award_id), OFFICER).award
    assert (award.status, award.reason) == (resources.AWARD_STATUS_WITHDRAWN, "Chuyển nhà máy")


def test_the_dossier_of_an_enterprise_that_is_no_more_is_not_received(
    counter: Counter, registry_door: StandInRegistry
) -> None:
    award_id = nominated(counter, enterprise_id := uuid4())
    registry_door.ended.add(enterprise_id)
    received = award_requests.receive_award_dossier(award_id)
    answer = told(lambda: counter.ask("ReceiveAwardDossier", received, OFFICER))
    assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, "ENTERPRISE_ENDED")


def test_a_years_awards_are_listed_by_how_far_they_have_come(counter: Counter) -> None:
    year = 2031
    received, waiting = (
        counter.ask("NominateForAward", requests.nominate_for_award(uuid4(), year=year), LEAD).award for _ in range(2)
    )
    taken = counter.ask("ReceiveAwardDossier", award_requests.receive_award_dossier(received.award_id), OFFICER)

    def listed(**wanted: Any) -> list[Any]:
        asked = asking.ListAwardsRequest(year=year, min_position=taken.recorded.position, **wanted)
        return list(counter.ask("ListAwards", asked, OFFICER).awards)

    assert listed() == [waiting, taken.award]
    assert listed(status=resources.AWARD_STATUS_NOMINATED) == [waiting]
    assert listed(page_size=1) == [waiting]
