"""Reporting's own log, inboxes and door for its tests, on a real database."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import grpc
import pytest
from nscl.reporting.v1.report_service_pb2_grpc import ReportServiceStub
from nscl.reporting.v1.reporting_service_pb2_grpc import ReportingServiceStub

from deploy.local.tokens import Issuer
from services.reporting.domain.heard import OWNERS
from services.reporting.read_models.heard_events import HeardEvents
from services.reporting.settings import ApiSettings, MigrationSettings
from services.reporting.wiring import FOLLOWING, migrate, open_door
from services.shared.event_store import EventLog, ViewFeeder
from services.shared.settings import DoorSettings
from tests.reporting.announcing import Ears
from tests.reporting.checkpoints import StandInLog
from tests.servers import REQUEST_SECRET, Database

OFFICER = UUID("5a6f0d3c-2b41-4a7e-9d55-0c1e8f7a6b02")


@pytest.fixture(scope="module")
def reporting_database(module_database: Database) -> Database:
    """A database migrated as run_migrate does it."""
    migrate(MigrationSettings(module_database.dsn_owner, module_database.service.name))
    return module_database


@pytest.fixture(scope="module")
def log(reporting_database: Database) -> Iterator[EventLog]:
    log = EventLog("reporting", reporting_database.service_env)
    yield log
    log.close()


@pytest.fixture
def heard_events(log: EventLog) -> HeardEvents:
    """Nothing heard so far."""
    heard_events = HeardEvents(log)
    forget(heard_events)
    return heard_events


def forget(heard_events: HeardEvents) -> None:
    """Forget everything that was heard, and that it was; trails and values go with their events."""
    with heard_events.log.transaction() as cursor:
        cursor.execute(
            "UPDATE reporting_tracking SET notification_id = 0 WHERE application_name LIKE 'reporting.from.%'"
        )
        cursor.execute("DELETE FROM heard_events")
        cursor.execute("DELETE FROM budget_line_sources")


@pytest.fixture
def ears(log: EventLog, heard_events: HeardEvents) -> Ears:  # noqa: ARG001 - ears that have heard nothing
    return Ears(log)


@pytest.fixture(scope="module")
def fed_views(log: EventLog) -> Iterator[None]:
    """The views of reporting's own log following it, as run_bus lets them."""
    feeder = ViewFeeder(log, [view(log) for view in FOLLOWING])
    thread = threading.Thread(target=feeder.run)
    thread.start()
    yield
    feeder.stop()
    thread.join()


@dataclass(frozen=True)
class Counter:
    """Reporting's door as callers in different capacities meet it."""

    channel: grpc.Channel
    issuer: Issuer

    def ask(
        self,
        method: str,
        request: Any,
        *,
        capacity: str | None = "reporting_officer",
        person_id: UUID = OFFICER,
        timeout: float = 10,
    ) -> Any:
        """Call a method in a capacity; without a token when that is None."""
        token = self.issuer.issue(capacity=capacity, body="SKHCN", person_id=person_id) if capacity else None
        metadata = [("authorization", f"Bearer {token}")] if token else []
        stubs = ReportingServiceStub(self.channel), ReportServiceStub(self.channel)
        (stub,) = (stub for stub in stubs if hasattr(stub, method))
        return getattr(stub, method)(request, timeout=timeout, metadata=metadata)


@pytest.fixture(scope="module")
def logs() -> Iterator[Mapping[str, StandInLog]]:
    """The other services' doors, which show the checkpoints of as many events as the test says."""
    logs = {owner: StandInLog(owner) for owner in OWNERS}  # type: ignore[abstract]  # all that reporting asks
    yield logs
    for log in logs.values():
        log.stop()


@pytest.fixture(scope="module")
def counter(
    reporting_database: Database,
    fed_views: None,  # noqa: ARG001 - lists show what the views have followed
    logs: Mapping[str, StandInLog],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Counter]:
    issuer = Issuer.in_directory(tmp_path_factory.mktemp("keys"))
    service_key = issuer.service_key_path("reporting")
    door = DoorSettings("127.0.0.1:0", issuer.jwks_path, REQUEST_SECRET, service_key=service_key, threads=8)
    addresses = {owner: log.address for owner, log in logs.items()}
    with (
        open_door(ApiSettings(reporting_database.service_env, door, addresses)) as server,
        grpc.insecure_channel(server.address) as channel,
    ):
        yield Counter(channel, issuer)
