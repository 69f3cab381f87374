"""The registry's own log, door and callers for its tests, on a real database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import grpc
import pytest
from nscl.registry.v1.branch_service_pb2_grpc import BranchServiceStub
from nscl.registry.v1.data_subject_service_pb2_grpc import DataSubjectServiceStub
from nscl.registry.v1.duplicate_service_pb2_grpc import DuplicateServiceStub
from nscl.registry.v1.enterprise_service_pb2_grpc import EnterpriseServiceStub
from nscl.registry.v1.funding_service_pb2_grpc import FundingServiceStub
from nscl.registry.v1.organisation_service_pb2_grpc import OrganisationServiceStub
from nscl.registry.v1.particulars_service_pb2_grpc import ParticularsServiceStub
from nscl.registry.v1.registry_service_pb2_grpc import RegistryServiceStub
from nscl.registry.v1.representative_service_pb2_grpc import RepresentativeServiceStub
from nscl.registry.v1.standing_service_pb2_grpc import StandingServiceStub

from deploy.local.tokens import Issuer
from services.registry.application.addresses import Addresses
from services.registry.application.registry import Registry
from services.registry.read_models.units import Units
from services.registry.settings import ApiSettings, MigrationSettings
from services.registry.wiring import VIEWS, migrate, open_door
from services.shared.event_store import EventLog, ViewFeeder
from services.shared.grpc_server import ServiceToken
from services.shared.personal_data import SubjectKeys
from services.shared.settings import DoorSettings
from tests.servers import REQUEST_SECRET, Database

STUBS = (
    RegistryServiceStub,
    EnterpriseServiceStub,
    BranchServiceStub,
    DuplicateServiceStub,
    DataSubjectServiceStub,
    FundingServiceStub,
    StandingServiceStub,
    OrganisationServiceStub,
    ParticularsServiceStub,
    RepresentativeServiceStub,
)
IDENTIFIER_SECRET = b"only the tests of the registry use this secret"


@pytest.fixture(scope="module")
def registry_database(module_database: Database) -> Database:
    """A database migrated as run_migrate does it."""
    migrate(MigrationSettings(module_database.dsn_owner, module_database.service.name))
    return module_database


@pytest.fixture(scope="module")
def log(registry_database: Database) -> Iterator[EventLog]:
    log = EventLog("registry", registry_database.service_env)
    yield log
    log.close()


@pytest.fixture(scope="module")
def fed_views(log: EventLog) -> Iterator[ViewFeeder]:
    """The views following the log, as run_bus lets them."""
    feeder = ViewFeeder(log, [view(log) for view in VIEWS])
    thread = threading.Thread(target=feeder.run)
    thread.start()
    yield feeder
    feeder.stop()
    thread.join()


@pytest.fixture(scope="module")
def subject_keys(log: EventLog) -> SubjectKeys:
    return SubjectKeys(log.pool)


@pytest.fixture(scope="module")
def registry(log: EventLog, subject_keys: SubjectKeys, fed_views: ViewFeeder) -> Registry:  # noqa: ARG001 - units are looked up in a view
    return Registry(log, Addresses(log, Units(log)), subject_keys, IDENTIFIER_SECRET)


@dataclass(frozen=True)
class Counter:
    """The registry's doors as callers of different bodies and capacities meet it."""

    stubs: tuple[Any, ...]
    issuer: Issuer
    support: ServiceToken

    @classmethod
    def at(cls, channel: grpc.Channel, issuer: Issuer, support: ServiceToken) -> Counter:
        """The doors at the other end of a channel."""
        return cls(tuple(stub(channel) for stub in STUBS), issuer, support)

    def ask(
        self,
        method: str,
        request: Any,
        *,
        capacity: str | None = "administrator",
        body: str = "SKHCN",
        person_id: UUID | None = None,
        timeout: float = 10,
    ) -> Any:
        """Call a method in a capacity (that of a service: as support); without a token when it is None."""
        metadata = [("authorization", f"Bearer {self._token(capacity, body, person_id)}")] if capacity else []
        stub = next(stub for stub in self.stubs if hasattr(stub, method))
        return getattr(stub, method)(request, timeout=timeout, metadata=metadata)

    def _token(self, capacity: str, body: str, person_id: UUID | None) -> str:
        if capacity == "service":
            return self.support()
        return self.issuer.issue(capacity=capacity, body=body, person_id=person_id)


@pytest.fixture(scope="module")
def counter(
    registry_database: Database,
    fed_views: ViewFeeder,  # noqa: ARG001 - lists show what the views have followed
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Counter]:
    issuer = Issuer.in_directory(tmp_path_factory.mktemp("keys"))
    door = DoorSettings(listen="127.0.0.1:0", token_keys=issuer.jwks_path, request_secret=REQUEST_SECRET, threads=8)
    support = ServiceToken.from_settings("support", replace(door, service_key=issuer.service_key_path("support")))
    settings = ApiSettings(registry_database.service_env, door, IDENTIFIER_SECRET)
    with open_door(settings) as server, grpc.insecure_channel(server.address) as channel:
        yield Counter.at(channel, issuer, support)
