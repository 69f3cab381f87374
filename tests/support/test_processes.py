"""Support's programs as they are run in earnest, the door twice: raced for money over sockets, heard by others."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, date, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import grpc
import pytest
from google.protobuf.message import Message as ProtobufMessage
from grpc import StatusCode
from kombu import Connection, Exchange, Producer, Queue
from kombu.message import Message
from nscl.registry.v1.registry_events_pb2 import OtherFundingRecorded
from nscl.support.v1 import support_resources_pb2 as resources
from nscl.support.v1.support_events_pb2 import BudgetLineReserved, TaskApproved
from nscl.support.v1.support_resources_pb2 import CouncilMember

from deploy.local.environment import door_environment, log_environment
from deploy.local.readiness import bus_is_ready, door_is_ready
from deploy.local.supervision import Program
from deploy.local.tokens import Issuer
from services.shared.bus.announcements import Announcement
from services.shared.wire import date_message
from services.support.domain.case import Case
from services.support.domain.claim_rules import ClaimRules
from services.support.domain.council_supplement import CouncilSupplement
from services.support.domain.task import Task
from tests.servers import Database, running
from tests.soak import Soak
from tests.support.api.contract_requests import hold_payments
from tests.support.api.council_requests import (
    confirm_council_supplement,
    replace_council_member,
    supply_council_supplement,
)
from tests.support.api.document_requests import issue_document, open_document_register
from tests.support.api.requests import (
    appoint_council,
    approve_task,
    cast_council_score,
    conclude_council,
    new_document,
    participation_line,
    pay_task,
    submit_task_application,
)
from tests.support.bus.test_late_facts import funding
from tests.support.city import City
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
    SECRETARY,
    Person,
    wanted,
)

READY_SECONDS = 30
ROUNDS = 200
TASKS, AFFORDABLE = 64, 10
GRANT_VND = 40_000_000
CLERKS = 8
FIRST_NUMBER = 900
FIRST_NEWS = 1_000
"""The position of what the registry tells, behind that of all its answers here."""


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def environment(module_database: Database, amqp_uri: str, registry_address: str, keys: Path) -> dict[str, str]:
    """What the platform gives support's processes."""
    return {
        **{f"SUPPORT_{name}": value for name, value in module_database.service_env.items()},
        "SUPPORT_BUS_LISTEN": _free_address(),
        "SUPPORT_SERVICE_KEY": str(keys / "support.pem"),
        "REGISTRY_GRPC_ADDRESS": registry_address,
        **door_environment(Issuer.in_directory(keys)),
        **log_environment("support", keys, keys),
        "AMQP_URI": amqp_uri,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }


@pytest.fixture(scope="module")
def doors(
    environment: dict[str, str], module_database: Database, keys: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Counter, Counter]]:
    """Two run_api and one run_bus at work on a migrated database, as callers meet them."""
    owner = {
        "SUPPORT_POSTGRES_OWNER_USER": module_database.owner.name,
        "SUPPORT_POSTGRES_OWNER_PASSWORD": module_database.owner.password,
    }
    for _ in range(2):  # the second run finds nothing to do
        migrate = [sys.executable, "-m", "services.support.run_migrate"]
        subprocess.run(migrate, env={**os.environ, **environment, **owner}, check=True, timeout=60)
    folder = tmp_path_factory.mktemp("log")
    addresses = [_free_address() for _ in range(2)]
    with ExitStack() as stack:
        for number, address in enumerate(addresses):
            command = [sys.executable, "-m", "services.support.run_api"]
            program = Program(f"support_api_{number}", command, {**environment, "SUPPORT_GRPC_LISTEN": address})
            stack.enter_context(running(program, folder))
        bus = Program("support_bus", [sys.executable, "-m", "services.support.run_bus"], environment)
        stack.enter_context(running(bus, folder))
        for address in addresses:
            _wait(partial(door_is_ready, address), folder)
        _wait(lambda: bus_is_ready(f"http://{environment['SUPPORT_BUS_LISTEN']}/ready"), folder)
        channels = [stack.enter_context(grpc.insecure_channel(address)) for address in addresses]
        issuer = Issuer.in_directory(keys)
        first, second = (Counter.at(channel, issuer) for channel in channels)
        yield first, second


@pytest.fixture(scope="module")
def heard(amqp_uri: str) -> Iterator[Callable[[str, int], list[Message]]]:
    """A listener bound before anything is announced: ``heard(key, n)`` waits for n announcements of one kind."""
    with Connection(amqp_uri) as connection:
        exchange = Exchange("support.announcements", type="topic", durable=True)
        queue = Queue("listener", exchange, routing_key="#", exclusive=True)(connection.default_channel)
        queue.declare()

        def wait_for(routing_key: str, count: int) -> list[Message]:
            found: list[Message] = []
            give_up_at = time.monotonic() + READY_SECONDS
            while len(found) < count and time.monotonic() < give_up_at:
                message = queue.get(no_ack=True)
                if message is None:
                    time.sleep(0.05)
                elif message.delivery_info["routing_key"] == routing_key:
                    found.append(message)
            return found

        yield wait_for


@pytest.fixture(scope="module")
def tell(amqp_uri: str) -> Iterator[Callable[[ProtobufMessage], None]]:
    """The registry's voice: each message at the next position of its log."""
    with Connection(amqp_uri) as connection:
        producer = Producer(connection, Exchange("registry.announcements", type="topic", durable=True))
        told = [0]

        def tell(message: Any) -> None:
            position = max(told[-1] + 1, FIRST_NEWS)
            announcement = Announcement(
                service="registry",
                position=position,
                previous_position=told[-1],
                type=message.DESCRIPTOR.full_name,
                time=message.announced.act.recorded_at.ToDatetime(UTC).isoformat(),
                subject=message.announced.record_id,
                data=message.SerializeToString(),
            )
            headers, key = announcement.headers(), announcement.routing_key
            producer.publish(announcement.data, routing_key=key, headers=headers, delivery_mode=2)
            told.append(position)

        yield tell


@pytest.fixture(scope="module")
def register_id(doors: tuple[Counter, Counter]) -> UUID:
    """UBND's decisions of 2024, numbered from 900 on."""
    opened = doors[0].ask("OpenDocumentRegister", open_document_register(first_number=FIRST_NUMBER), LEADER)
    return UUID(opened.document_register.document_register_id)


@pytest.fixture(scope="module")
def claim_rules(city: City) -> ClaimRules:
    """Rules by which a claim stands for a time."""
    return city.claim_rules()


Asked = tuple[str, Any, Person]
"""A method, a request and who asks."""


def settled(counter: Counter, asked: Asked) -> Any:
    """The answer, or the status of a refusal; who is told that others were faster asks again."""
    while True:
        try:
            return counter.ask(*asked)
        except grpc.RpcError as error:
            if error.code() is not StatusCode.ABORTED:
                return error.code()


def at_once(doors: tuple[Counter, Counter], *asked: Asked) -> list[Any]:
    """What each is told, when all ask at the same moment, every other one at the second process."""
    barrier = threading.Barrier(len(asked))

    def ask(number: int) -> Any:
        barrier.wait()
        return settled(doors[number % 2], asked[number])

    with ThreadPoolExecutor(len(asked)) as threads:
        return list(threads.map(ask, range(len(asked))))


@pytest.mark.soak
@pytest.mark.timeout(7_200)
@pytest.mark.usefixtures("register_id")
def test_two_processes_approve_at_once_and_neither_money_nor_number_is_given_twice(
    doors: tuple[Counter, Counter],
    city: City,
    heard: Callable[[str, int], list[Message]],
    soak: Soak,
) -> None:
    _, norms = city.plan()
    rounds = soak.count(ROUNDS, 0.05)
    tasks, affordable = (TASKS, AFFORDABLE) if soak.is_full else (TASKS // 8, AFFORDABLE // 5)
    line_id = city.approved_line(GRANT_VND - 1)
    waiting: list[Task] = []
    decisions = []
    for number in range(1, rounds + 1):
        city.adjusted(None, line_id, affordable * GRANT_VND)
        waiting += [city.scored_task(wanted(uuid4()), line_id=line_id) for _ in range(tasks - len(waiting))]
        requests = [approve_task(str(task.id), str(norms.id), new_document=new_document()) for task in waiting]
        for request in requests:
            request.basis.document = ""
        answers = at_once(doors, *(("ApproveTask", request, LEADER) for request in requests))
        assert answers.count(StatusCode.FAILED_PRECONDITION) == tasks - affordable
        decisions += [answer.task.decision for answer in answers if not isinstance(answer, StatusCode)]
        waiting = [task for task, answer in zip(waiting, answers, strict=True) if isinstance(answer, StatusCode)]
        line = city.support.budget.get_budget_line(line_id)
        assert (line.reserved_vnd, line.available_vnd) == (number * affordable * GRANT_VND, GRANT_VND - 1)
    assert sorted(decisions, key=lambda decision: int(decision.split("/")[0])) == [
        f"{number}/QĐ-UBND" for number in range(FIRST_NUMBER, FIRST_NUMBER + rounds * affordable)
    ]

    approvals = heard("task_approved", affordable)
    approved = TaskApproved.FromString(approvals[0].body)
    assert approved.announced.sentence == (
        "Phê duyệt nhiệm vụ bằng quyết định 900/QĐ-UBND: hỗ trợ 40.000.000 đồng cho 1 suất tham gia."
    )
    assert approved.announced.act.capacity == "city_leader"
    [reserved] = heard("budget_line_reserved", 1)
    assert BudgetLineReserved.FromString(reserved.body).amount_vnd == 40_000_000


@pytest.mark.soak
def test_two_processes_give_out_numbers_at_once_without_a_gap_or_a_twin(
    doors: tuple[Counter, Counter], city: City, register_id: UUID, soak: Soak
) -> None:
    documents = city.support.documents
    first = documents.get_document_register(register_id).last_number + 1
    given_out = []
    for _ in range(soak.count(ROUNDS, 0.05)):
        answers = at_once(doors, *(("IssueDocument", issue_document(), LEADER) for _ in range(CLERKS)))
        given_out += [answer.document_register.last_number for answer in answers]
    assert sorted(given_out) == list(range(first, first + len(given_out)))
    assert documents.get_document_register(register_id).last_number == first + len(given_out) - 1


@pytest.mark.soak
def test_of_two_applications_for_the_same_content_one_is_received(
    doors: tuple[Counter, Counter], city: City, soak: Soak
) -> None:
    line_id = city.approved_line()
    for _ in range(soak.count(ROUNDS, 0.05)):
        mine = [participation_line(uuid4())]
        applications = [submit_task_application(str(city.open_task(line_id).id), participations=mine) for _ in range(2)]
        answers = at_once(doors, *(("SubmitTaskApplication", request, HOST) for request in applications))
        assert answers.count(StatusCode.FAILED_PRECONDITION) == 1


@pytest.mark.soak
def test_of_two_members_of_one_undertaking_one_is_received(
    doors: tuple[Counter, Counter], city: City, registry_door: StandInRegistry, soak: Soak
) -> None:
    line_id = city.approved_line()
    for _ in range(soak.count(ROUNDS, 0.05)):
        one, other = uuid4(), uuid4()
        registry_door.sisters = {one: (other,), other: (one,)}
        applications = [
            submit_task_application(str(city.open_task(line_id).id), participations=[participation_line(each)])
            for each in (one, other)
        ]
        answers = at_once(doors, *(("SubmitTaskApplication", request, HOST) for request in applications))
        assert answers.count(StatusCode.FAILED_PRECONDITION) == 1


@pytest.mark.soak
def test_an_approval_on_the_last_day_of_a_claim_against_an_application_on_the_next(
    doors: tuple[Counter, Counter], city: City, claim_rules: ClaimRules, soak: Soak
) -> None:
    _, norms = city.plan()
    last_day = claim_rules.last_day(DAY)
    for _ in range(soak.count(ROUNDS, 0.05)):
        scored = city.scored_task(wanted(enterprise_id := uuid4()))
        approve = approve_task(str(scored.id), str(norms.id))
        approve.basis.effective_on.CopyFrom(date_message(last_day))
        open_late = city.open_task(closes_on=date(2024, 12, 31))
        apply = submit_task_application(str(open_late.id), participations=[participation_line(enterprise_id)])
        apply.basis.effective_on.CopyFrom(date_message(last_day + timedelta(days=1)))
        answers = at_once(doors, ("ApproveTask", approve, LEADER), ("SubmitTaskApplication", apply, HOST))
        assert answers.count(StatusCode.FAILED_PRECONDITION) == 1


@pytest.mark.soak
def test_a_payment_against_the_application_of_who_has_joined_the_undertaking(
    doors: tuple[Counter, Counter], city: City, registry_door: StandInRegistry, soak: Soak
) -> None:
    for _ in range(soak.count(ROUNDS, 0.05)):
        task_id = str(city.accepted_task(wanted(paid := uuid4())).id)
        registry_door.sisters = {paid: (joined := uuid4(),)}  # the other one asks about a day before it joined
        apply = submit_task_application(str(city.open_task().id), participations=[participation_line(joined)])
        answers = at_once(doors, ("PayTask", pay_task(task_id), PAYER), ("SubmitTaskApplication", apply, HOST))
        assert answers.count(StatusCode.FAILED_PRECONDITION) == 1


@pytest.mark.soak
def test_a_council_is_appointed_once_and_a_member_scores_once(
    doors: tuple[Counter, Counter], city: City, soak: Soak
) -> None:
    line_id = city.approved_line()
    for _ in range(soak.count(ROUNDS, 0.05)):
        task = city.screened_task(wanted(uuid4()), line_id=line_id)
        answers = at_once(doors, *(("AppointCouncil", appoint_council(str(task.id)), LEAD) for _ in range(2)))
        refused = [answer for answer in answers if isinstance(answer, StatusCode)]
        [council] = [answer.council for answer in answers if not isinstance(answer, StatusCode)]
        scores = (("CastCouncilScore", cast_council_score(council.council_id), CHAIR) for _ in range(2))
        told = at_once(doors, *scores)
        assert (refused, told.count(StatusCode.FAILED_PRECONDITION)) == ([StatusCode.ALREADY_EXISTS], 1)


@pytest.mark.soak
def test_of_two_for_the_last_seat_of_a_council_one_gets_it(
    doors: tuple[Counter, Counter], city: City, soak: Soak
) -> None:
    line_id = city.approved_line()
    for _ in range(soak.count(ROUNDS, 0.05)):
        task_id = str(city.screened_task(wanted(uuid4()), line_id=line_id).id)
        council_id = settled(doors[0], ("AppointCouncil", appoint_council(task_id), LEAD)).council.council_id
        newcomers = [
            CouncilMember(person_id=str(uuid4()), body="SYT", role=resources.COUNCIL_ROLE_MEMBER) for _ in range(2)
        ]
        replacing = (
            ("ReplaceCouncilMember", replace_council_member(council_id, member=each), LEAD) for each in newcomers
        )
        answers = at_once(doors, *replacing)
        [council] = [answer.council for answer in answers if not isinstance(answer, StatusCode)]
        assert answers.count(StatusCode.FAILED_PRECONDITION) == 1
        assert len([member for member in council.members if member.body == "SYT"]) == 1


@pytest.mark.soak
def test_a_member_who_is_replaced_has_scored_or_has_no_seat(
    doors: tuple[Counter, Counter], city: City, soak: Soak
) -> None:
    line_id = city.approved_line()
    for _ in range(soak.count(ROUNDS, 0.05)):
        task_id = str(city.screened_task(wanted(uuid4()), line_id=line_id).id)
        council_id = settled(doors[0], ("AppointCouncil", appoint_council(task_id), LEAD)).council.council_id
        replaced, cast = at_once(
            doors,
            ("ReplaceCouncilMember", replace_council_member(council_id), LEAD),
            ("CastCouncilScore", cast_council_score(council_id), MEMBER),
        )
        council = city.support.councils.get_council(UUID(council_id))
        assert (MEMBER.id in council.score_sheets) == (MEMBER.id in council.members)
        if MEMBER.id in council.members:
            assert replaced is StatusCode.FAILED_PRECONDITION
        else:
            assert cast is StatusCode.PERMISSION_DENIED


@pytest.mark.soak
def test_minutes_are_written_once_and_two_confirm_a_supplement_at_once(
    doors: tuple[Counter, Counter], city: City, soak: Soak
) -> None:
    line_id = city.approved_line()
    city.calendar()
    city.deadlines()
    for _ in range(soak.count(ROUNDS, 0.05)):
        task_id = str(city.screened_task(wanted(uuid4()), line_id=line_id).id)
        council_id = settled(doors[0], ("AppointCouncil", appoint_council(task_id), LEAD)).council.council_id
        for person in (CHAIR, SECRETARY, REVIEWER):
            settled(doors[0], ("CastCouncilScore", cast_council_score(council_id), person))
        minutes = (
            ("ConcludeCouncil", conclude_council(council_id, required_supplement="Hai báo giá"), person)
            for person in (CHAIR, SECRETARY)
        )
        assert at_once(doors, *minutes).count(StatusCode.FAILED_PRECONDITION) == 1
        supplement_id = CouncilSupplement.create_id(UUID(council_id), 1)
        settled(doors[0], ("SupplyCouncilSupplement", supply_council_supplement(str(supplement_id)), HOST))
        confirm = (
            ("ConfirmCouncilSupplement", confirm_council_supplement(str(supplement_id)), person)
            for person in (CHAIR, SECRETARY)
        )
        at_once(doors, *confirm)
        assert city.support.council_supplements.get_council_supplement(supplement_id).is_confirmed
        assert city.support.applications.get_task(UUID(task_id)).supplement_by is None


@pytest.mark.soak
def test_a_payment_against_a_case_leaves_before_it_or_not_at_all(
    doors: tuple[Counter, Counter], city: City, soak: Soak
) -> None:
    for _ in range(soak.count(ROUNDS, 0.05)):
        task_id = str(city.accepted_task(wanted(uuid4())).id)
        paid, held = at_once(
            doors, ("PayTask", pay_task(task_id), PAYER), ("HoldPayments", hold_payments(task_id), OFFICER)
        )
        contract = city.support.contracts.get_contract(UUID(task_id))
        assert held.contract.holds[0].case_number == "VV-3"
        assert contract.paid_vnd == (0 if paid is StatusCode.FAILED_PRECONDITION else GRANT_VND)


@pytest.mark.soak
def test_a_payment_against_a_fact_that_comes_late_leaves_before_it_or_not_at_all(
    doors: tuple[Counter, Counter], city: City, tell: Callable[[ProtobufMessage], None], soak: Soak
) -> None:
    for _ in range(soak.count(ROUNDS, 0.05)):
        task = city.accepted_task(wanted(mill := uuid4()))
        with ThreadPoolExecutor(1) as threads:
            paying = threads.submit(settled, doors[0], ("PayTask", pay_task(str(task.id)), PAYER))
            tell(funding(OtherFundingRecorded, mill))
            paid = paying.result()
        case_id = Case.create_id(task.participation_ids[0])
        give_up_at = time.monotonic() + READY_SECONDS
        while (case := city.support.log.find(Case, case_id)) is None and time.monotonic() < give_up_at:
            time.sleep(0.02)
        assert case is not None
        contract = city.support.contracts.get_contract(task.id)
        refused = paid is StatusCode.FAILED_PRECONDITION
        assert contract.paid_vnd == case.paid_vnd == (0 if refused else GRANT_VND)
        assert case.number in contract.holds


@pytest.mark.usefixtures("doors")
@pytest.mark.parametrize(
    ("room", "build", "foreign"),
    [
        ("run_api", "open_door", ("eventlet", "nameko", "kombu")),
        ("run_bus", "bus_service", ("grpc", "services.support.api")),
    ],
)
def test_neither_process_loads_the_others_libraries(
    environment: dict[str, str], room: str, build: str, foreign: tuple[str, ...]
) -> None:
    program = f"""
import os, sys, services.support.{room} as process
process.{build}()
print(*(name for name in {foreign!r} if name in sys.modules))
os._exit(0)
"""
    command = [sys.executable, "-c", program]
    asked = {**os.environ, **environment}
    printed = subprocess.run(command, env=asked, capture_output=True, text=True, timeout=60, check=True).stdout
    assert printed.strip() == ""


def _wait(ready: Callable[[], bool], folder: Path) -> None:
    give_up_at = time.monotonic() + READY_SECONDS
    while not ready():
        if time.monotonic() > give_up_at:
            logs = (f"{log.name}:\n{log.read_text(encoding='utf-8')}" for log in sorted(folder.glob("*.log")))
            pytest.fail("not ready in time\n" + "\n".join(logs))
        time.sleep(0.1)


def _free_address() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"
