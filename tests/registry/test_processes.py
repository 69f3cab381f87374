"""The registry's three programs as they are run in earnest: no word about a person leaves them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import grpc
import pytest
from kombu import Connection, Exchange, Queue
from kombu.message import Message
from nscl.registry.v1.registry_events_pb2 import EnterpriseRegistered
from nscl.registry.v1.registry_service_pb2 import LEGAL_FORM_HOUSEHOLD_BUSINESS, ListEnterprisesRequest
from nscl.registry.v1.registry_service_pb2_grpc import RegistryServiceStub

from deploy.local.environment import door_environment, log_environment
from deploy.local.ports import free_ports
from deploy.local.readiness import bus_is_ready, door_is_ready
from deploy.local.supervision import Program
from deploy.local.tokens import Issuer
from services.shared.grpc_server import ServiceToken
from services.shared.settings import DoorSettings
from tests.registry.api.requests import address, cantho_units, register_household
from tests.registry.conftest import IDENTIFIER_SECRET, Counter
from tests.servers import REQUEST_SECRET, Database, running

READY_SECONDS = 30


@pytest.fixture(scope="module")
def environment(module_database: Database, amqp_uri: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the platform gives the registry's processes."""
    keys = tmp_path_factory.mktemp("keys")
    secret = keys / "identifier_secret"
    secret.write_bytes(IDENTIFIER_SECRET)
    door, bus = (f"127.0.0.1:{port}" for port in list(free_ports().values())[:2])
    return {
        **{f"REGISTRY_{name}": value for name, value in module_database.service_env.items()},
        "REGISTRY_GRPC_LISTEN": door,
        "REGISTRY_BUS_LISTEN": bus,
        "REGISTRY_IDENTIFIER_SECRET_FILE": str(secret),
        **door_environment(Issuer.in_directory(keys)),
        **log_environment("registry", keys, keys),
        "AMQP_URI": amqp_uri,
        "NSCL_LOG_FORMAT": "json",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }


@pytest.fixture(scope="module")
def logs(
    environment: dict[str, str], module_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The folder of the logs that run_api and run_bus write, at work on the migrated database."""
    owner = {
        "REGISTRY_POSTGRES_OWNER_USER": module_database.owner.name,
        "REGISTRY_POSTGRES_OWNER_PASSWORD": module_database.owner.password,
    }
    for _ in range(2):  # the second run finds nothing to do
        migrate = [sys.executable, "-m", "services.registry.run_migrate"]
        subprocess.run(migrate, env={**os.environ, **environment, **owner}, check=True, timeout=60)
    folder = tmp_path_factory.mktemp("log")
    with ExitStack() as stack:
        for room in ("api", "bus"):
            command = [sys.executable, "-m", f"services.registry.run_{room}"]
            stack.enter_context(running(Program(f"registry_{room}", command, environment), folder))
        _wait(lambda: door_is_ready(environment["REGISTRY_GRPC_LISTEN"]), folder)
        _wait(lambda: bus_is_ready(f"http://{environment['REGISTRY_BUS_LISTEN']}/ready"), folder)
        yield folder


@pytest.fixture(scope="module")
def heard(amqp_uri: str) -> Iterator[Callable[[], Message]]:
    """A listener bound before anything is announced: ``heard()`` waits for the next announcement."""
    with Connection(amqp_uri) as connection:
        exchange = Exchange("registry.announcements", type="topic", durable=True)
        queue = Queue("listener", exchange, routing_key="#", exclusive=True)(connection.default_channel)
        queue.declare()

        def next_announcement() -> Message:
            give_up_at = time.monotonic() + READY_SECONDS
            while time.monotonic() < give_up_at:
                if message := queue.get(no_ack=True):
                    return message
                time.sleep(0.05)
            pytest.fail("nothing was announced")

        yield next_announcement


def test_a_household_business_is_registered_listed_and_announced_without_its_owner(
    environment: dict[str, str], logs: Path, heard: Callable[[], Message]
) -> None:
    issuer = Issuer.in_directory(Path(environment["NSCL_TOKEN_KEYS"]).parent)
    door = DoorSettings(
        environment["REGISTRY_GRPC_LISTEN"],
        issuer.jwks_path,
        REQUEST_SECRET,
        service_key=issuer.service_key_path("support"),
    )
    asked = register_household(
        display_name="Hộ kinh doanh Bà Sáu Mắm", address=address(unit_code="31117", street="Ấp Trời Xanh")
    )
    with grpc.insecure_channel(environment["REGISTRY_GRPC_LISTEN"]) as channel:
        counter = Counter((RegistryServiceStub(channel),), issuer, ServiceToken.from_settings("support", door))
        counter.ask("PublishUnits", cantho_units())
        registered = counter.ask("RegisterEnterprise", asked, capacity="programme_officer")
        listed = counter.ask(
            "ListEnterprises", ListEnterprisesRequest(min_position=registered.recorded.position), capacity="service"
        )
    assert [row.enterprise_id for row in listed.enterprises] == [registered.enterprise.enterprise_id]

    announcement = heard()
    assert announcement.delivery_info["routing_key"] == "enterprise_registered"
    # The units before it and the claims after it, as household and as owner, stay private, and are no gap.
    assert announcement.headers["cloudEvents_id"] == f"registry:{registered.recorded.position - 2}"
    assert announcement.headers["cloudEvents_previousposition"] == "0"
    told = EnterpriseRegistered.FromString(announcement.body)
    assert told.enterprise_id == registered.enterprise.enterprise_id
    assert (told.legal_form, told.display_name) == (LEGAL_FORM_HOUSEHOLD_BUSINESS, "")

    written = "".join(log.read_text(encoding="utf-8") for log in logs.glob("*.log"))
    lines = [json.loads(line) for line in written.splitlines()]
    assert {(line["service"], line["process"]) for line in lines} == {("registry", "api"), ("registry", "bus")}
    assert asked.request_id in {line.get("request_id") for line in lines}
    for secret in (environment["REGISTRY_POSTGRES_PASSWORD"], urlsplit(environment["AMQP_URI"]).password):
        assert f":{secret}@" not in written
    for clue in (asked.identifier.code, "Bà Sáu", "Trời Xanh"):
        assert clue not in written
        assert clue.encode() not in announcement.body
        assert clue not in str(announcement.headers)


def _wait(ready: Callable[[], bool], folder: Path) -> None:
    give_up_at = time.monotonic() + READY_SECONDS
    while not ready():
        if time.monotonic() > give_up_at:
            texts = (f"{log.name}:\n{log.read_text(encoding='utf-8')}" for log in sorted(folder.glob("*.log")))
            pytest.fail("not ready in time\n" + "\n".join(texts))
        time.sleep(0.1)
