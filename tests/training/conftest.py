"""Training's own log, door and officers for its tests, on a real database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import grpc
import pytest
from nscl.training.v1.data_subject_service_pb2_grpc import DataSubjectServiceStub
from nscl.training.v1.training_service_pb2_grpc import TrainingServiceStub

from deploy.local.tokens import Issuer
from services.shared.event_store import EventLog, ViewFeeder
from services.shared.personal_data import SubjectKeys
from services.shared.settings import DoorSettings
from services.training.application.training import Training
from services.training.settings import ApiSettings, MigrationSettings
from services.training.wiring import VIEWS, migrate, open_door
from tests.servers import REQUEST_SECRET, Database


@pytest.fixture(scope="module")
def training_database(module_database: Database) -> Database:
    """A database migrated as run_migrate does it."""
    migrate(MigrationSettings(module_database.dsn_owner, module_database.service.name))
    return module_database


@pytest.fixture(scope="module")
def log(training_database: Database) -> Iterator[EventLog]:
    log = EventLog("training", training_database.service_env)
    yield log
    log.close()


@pytest.fixture(scope="module")
def subject_keys(log: EventLog) -> SubjectKeys:
    return SubjectKeys(log.pool)


@pytest.fixture(scope="module")
def training(log: EventLog, subject_keys: SubjectKeys) -> Training:
    return Training(log, subject_keys)


@pytest.fixture(scope="module")
def fed_views(log: EventLog) -> Iterator[ViewFeeder]:
    """The views following the log, as run_bus lets them."""
    feeder = ViewFeeder(log, [view(log) for view in VIEWS])
    thread = threading.Thread(target=feeder.run)
    thread.start()
    yield feeder
    feeder.stop()
    thread.join()


@dataclass(frozen=True)
class Counter:
    """Training's door as callers in different capacities meet it."""

    stubs: tuple[Any, ...]
    issuer: Issuer

    @classmethod
    def at(cls, channel: grpc.Channel, issuer: Issuer) -> Counter:
        """The doors at the other end of a channel."""
        return cls((TrainingServiceStub(channel), DataSubjectServiceStub(channel)), issuer)

    def ask(
        self, method: str, request: Any, *, capacity: str | None = "training_officer", person_id: UUID | None = None
    ) -> Any:
        """Call a method in a capacity; without a token when that is None."""
        token = self.issuer.issue(capacity=capacity, body="SKHCN", person_id=person_id) if capacity else None
        metadata = [("authorization", f"Bearer {token}")] if token else []
        return self.method(method)(request, timeout=10, metadata=metadata)

    def method(self, name: str) -> Any:
        """A method of whichever door has it."""
        return next(getattr(stub, name) for stub in self.stubs if hasattr(stub, name))


@pytest.fixture(scope="module")
def counter(
    training_database: Database,
    fed_views: ViewFeeder,  # noqa: ARG001 - lists show what the views have followed
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Counter]:
    issuer = Issuer.in_directory(tmp_path_factory.mktemp("keys"))
    door = DoorSettings(listen="127.0.0.1:0", token_keys=issuer.jwks_path, request_secret=REQUEST_SECRET, threads=8)
    with (
        open_door(ApiSettings(training_database.service_env, door)) as server,
        grpc.insecure_channel(server.address) as channel,
    ):
        yield Counter.at(channel, issuer)
