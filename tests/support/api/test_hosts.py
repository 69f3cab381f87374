"""A host that has ended or is stopped takes no task on, and what hosts have carried out is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from grpc import StatusCode
from nscl.support.v1 import host_service_pb2 as messages
from nscl.support.v1 import support_service_pb2 as tasks

from services.support.application.log import SupportLog
from services.support.domain.recovery import FindingReference
from tests.bad_input import Flaw, flaws, told
from tests.support.api import contract_requests as contracts
from tests.support.api import requests
from tests.support.city import City, call
from tests.support.conftest import Counter, StandInRegistry
from tests.support.examples import HOST, LEAD, LEADER, OFFICER, PAYER, STAR_CONSULTING, Person, wanted

GOOD = messages.GetTrackRecordRequest(host_organisation_id=str(STAR_CONSULTING))
DENIED = StatusCode.PERMISSION_DENIED


@pytest.fixture(scope="module")
def taken_on(city: City) -> dict[str, tuple[Person, Any]]:
    """One request for each act by which a host comes nearer to a contract, all of which would be granted."""
    norms_id = str(city.plan()[1].id)
    line = city.approved_line(2_000_000_000)
    returned = city.submitted_task(line_id=line)
    city.support.applications.return_task_application(
        call(OFFICER), task_id=returned.id, reason="Thiếu", resubmit_by=date(2024, 7, 10)
    )
    scored = city.scored_task(line_id=line)
    signed, short = (city.committed_task(line_id=line) for _ in range(2))
    [part] = map(str, signed.grants)
    wanted_line = [requests.participation_line(uuid4())]
    return {
        "SubmitTaskApplication": (
            HOST,
            requests.submit_task_application(str(city.open_task(line).id), participations=wanted_line),
        ),
        "ResubmitTaskApplication": (HOST, requests.resubmit_task_application(str(returned.id))),
        "ApproveTask": (LEADER, requests.approve_task(str(scored.id), norms_id)),
        "SignContract": (LEAD, contracts.sign_contract(str(signed.id), part)),
        "ContractTask": (LEAD, requests.contract_task(str(short.id))),
    }


@pytest.fixture(params=["HOST_ENDED", "HOST_FLAGGED"])
def reason(request: pytest.FixtureRequest, registry_door: StandInRegistry) -> Iterator[str]:
    """Why the host is refused, while it is so."""
    stopped = {"HOST_ENDED": registry_door.ended_hosts, "HOST_FLAGGED": registry_door.flagged_hosts}[request.param]
    stopped.add(STAR_CONSULTING)
    yield request.param
    stopped.clear()


def test_a_host_that_ended_or_is_stopped_takes_nothing_on(
    counter: Counter, taken_on: dict[str, tuple[Person, Any]], reason: str
) -> None:
    for method, (person, request) in taken_on.items():
        answer = told(partial(counter.ask, method, request, person))
        assert (method, answer.code, answer.reason) == (method, StatusCode.FAILED_PRECONDITION, reason)
        assert str(STAR_CONSULTING) in answer.sentence


def test_once_nothing_stops_it_the_same_acts_go_through(
    counter: Counter, taken_on: dict[str, tuple[Person, Any]]
) -> None:
    for method, (person, request) in taken_on.items():
        counter.ask(method, request, person)


def track_record(counter: Counter, log: SupportLog) -> messages.TrackRecord:
    """What the host has carried out so far, as of the last event."""
    request = messages.GetTrackRecordRequest(host_organisation_id=str(STAR_CONSULTING), min_position=log.head())
    return counter.ask("GetTrackRecord", request, OFFICER).track_record  # type: ignore[no-any-return]


def test_a_track_record_counts_what_was_carried_out_and_how_it_ended(
    counter: Counter, city: City, log: SupportLog
) -> None:
    before = track_record(counter, log)
    line = city.approved_line(2_000_000_000)
    settled = city.settled_task(wanted(uuid4()))
    concluded = city.concluded_inspection(settled.id, settled.participation_ids[0], 10_000_000)
    ended = city.signed_contract(line_id=line).task_id
    city.support.contracts.terminate_contract(call(LEAD, "70/QĐ"), task_id=ended, reason="Bỏ việc")
    under_way = city.contracted_task(line_id=line)
    city.submitted_task(line_id=line)
    order = {"debtor_id": STAR_CONSULTING, "due_on": date(2024, 9, 30), "reason": "Kết luận", "amount_vnd": 4_000_000}
    recoveries = city.support.recoveries
    owed = recoveries.order_recovery(
        call(LEAD, "66/QĐ-TH"), task_id=settled.id, finding=FindingReference(concluded.id, 1), **order
    ).record
    recoveries.receive_recovery_instalment(call(PAYER, "1/GNT"), recovery_id=owed.id, amount_vnd=3_000_000)
    recoveries.write_off_recovery(call(LEADER, "90/QĐ-UBND"), recovery_id=owed.id, reason="Phá sản")

    after = track_record(counter, log)
    grown = {
        field.name: getattr(after, field.name) - getattr(before, field.name)
        for field in after.DESCRIPTOR.fields
        if field.name != "host_organisation_id"
    }
    contracted = [
        settled.contracted_vnd,
        under_way.contracted_vnd,
        city.support.contracts.get_contract(ended).amount_vnd,
    ]
    assert grown == {
        "applied_count": 4,
        "approved_count": 3,
        "under_way_count": 1,
        "settled_count": 1,
        "terminated_count": 1,
        "contracted_vnd": sum(contracted),
        "paid_vnd": settled.paid_vnd,
        "inspection_count": 1,
        "recoverable_vnd": 10_000_000,
        "ordered_back_vnd": 4_000_000,
        "recovered_vnd": 3_000_000,
        "written_off_vnd": 1_000_000,
    }


def test_tasks_are_listed_by_their_host(counter: Counter, city: City, log: SupportLog) -> None:
    hosted = city.submitted_task()
    city.open_task()
    asked = tasks.ListTasksRequest(host_organisation_id=str(STAR_CONSULTING), min_position=log.head())
    listed = counter.ask("ListTasks", asked, OFFICER).tasks
    assert listed[0].task_id == str(hosted.id)
    assert {task.host_organisation_id for task in listed} == {str(STAR_CONSULTING)}


def test_who_never_applied_has_carried_nothing_out(counter: Counter) -> None:
    stranger = str(uuid4())
    answer = counter.ask("GetTrackRecord", messages.GetTrackRecordRequest(host_organisation_id=stranger), OFFICER)
    assert answer.track_record == messages.TrackRecord(host_organisation_id=stranger)


@pytest.mark.parametrize("flaw", list(flaws(GOOD)), ids=str)
def test_a_spoilt_field_is_refused_by_its_name(counter: Counter, flaw: Flaw) -> None:
    answer = told(lambda: counter.ask("GetTrackRecord", flaw.request, OFFICER))
    assert (answer.code, answer.fields) == (StatusCode.INVALID_ARGUMENT, {flaw.field})


@pytest.mark.parametrize(
    ("person", "code", "reason_told"),
    [
        (None, StatusCode.UNAUTHENTICATED, "TOKEN_MISSING"),
        (Person("owner", "DN", "enterprise_representative"), DENIED, "CAPACITY_NOT_PERMITTED"),
    ],
)
def test_not_everybody_asks(counter: Counter, person: Person | None, code: StatusCode, reason_told: str) -> None:
    answer = told(lambda: counter.ask("GetTrackRecord", GOOD, person))
    assert (answer.code, answer.reason) == (code, reason_told)
