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
from functools import partial
from pathlib import Path
from uuid import uuid4

import grpc
import pytest
from grpc import StatusCode
from kombu import Connection, Exchange, Queue
from kombu.message import Message
from nscl.support.v1.support_events_pb2 import BudgetLineReserved, TaskApproved

from deploy.local.readiness import bus_is_ready, door_is_ready
from deploy.local.supervision import Program
from deploy.local.tokens import Issuer
from tests.servers import Database, running
from tests.support.api.requests import approve_task
from tests.support.city import City
from tests.support.conftest import Counter
from tests.support.examples import LEADER, wanted

READY_SECONDS = 30
ROUNDS = 3
TASKS, AFFORDABLE = 6, 2


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
        "NSCL_TOKEN_KEYS": str(Issuer.in_directory(keys).jwks_path),
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


def test_two_processes_approve_at_once_and_nothing_is_overspent(
    doors: tuple[Counter, Counter], city: City, heard: Callable[[str, int], list[Message]]
) -> None:
    _, norms = city.plan()
    for _ in range(ROUNDS):
        line_id = city.approved_line(AFFORDABLE * 40_000_000 + 39_999_999)
        tasks = [city.scored_task(wanted(uuid4()), line_id=line_id) for _ in range(TASKS)]
        barrier = threading.Barrier(TASKS)

        def approve(number: int, tasks: list[str], barrier: threading.Barrier) -> StatusCode:
            request = approve_task(tasks[number], str(norms.id))
            barrier.wait()
            try:
                doors[number % 2].ask("ApproveTask", request, LEADER)
            except grpc.RpcError as error:
                code: StatusCode = error.code()
                return code
            return StatusCode.OK

        ids = [str(task.id) for task in tasks]
        with ThreadPoolExecutor(TASKS) as threads:
            codes = list(threads.map(approve, range(TASKS), [ids] * TASKS, [barrier] * TASKS))
        assert codes.count(StatusCode.OK) == AFFORDABLE
        assert codes.count(StatusCode.FAILED_PRECONDITION) == TASKS - AFFORDABLE
        line = city.support.budget.get_budget_line(line_id)
        assert (line.reserved_vnd, line.available_vnd) == (AFFORDABLE * 40_000_000, 39_999_999)

    approvals = heard("task_approved", ROUNDS * AFFORDABLE)
    approved = TaskApproved.FromString(approvals[0].body)
    assert approved.announced.sentence == (
        "Phê duyệt nhiệm vụ bằng quyết định 900/QĐ-UBND: hỗ trợ 40.000.000 đồng cho 1 suất tham gia."
    )
    assert approved.announced.act.capacity == "city_leader"
    [reserved] = heard("budget_line_reserved", 1)
    assert BudgetLineReserved.FromString(reserved.body).amount_vnd == 40_000_000


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
