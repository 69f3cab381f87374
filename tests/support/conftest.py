"""Support's own log, city and door for its tests, on a real database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import grpc
import pytest
from google.type.date_pb2 import Date
from nscl.registry.v1 import enterprise_resources_pb2 as enterprises
from nscl.registry.v1 import enterprise_service_pb2 as enterprise_service
from nscl.registry.v1 import enterprise_service_pb2_grpc, registry_service_pb2_grpc, representative_service_pb2_grpc
from nscl.registry.v1 import particulars_resources_pb2 as particulars
from nscl.registry.v1 import registry_service_pb2 as registry
from nscl.registry.v1 import representative_service_pb2 as representatives
from nscl.support.v1.award_service_pb2_grpc import AwardServiceStub
from nscl.support.v1.budget_service_pb2_grpc import BudgetServiceStub
from nscl.support.v1.case_service_pb2_grpc import CaseServiceStub
from nscl.support.v1.certificate_service_pb2_grpc import CertificateServiceStub
from nscl.support.v1.claim_service_pb2_grpc import ClaimServiceStub
from nscl.support.v1.clock_service_pb2_grpc import ClockServiceStub
from nscl.support.v1.contract_service_pb2_grpc import ContractServiceStub
from nscl.support.v1.council_service_pb2_grpc import CouncilServiceStub
from nscl.support.v1.document_service_pb2_grpc import DocumentServiceStub
from nscl.support.v1.grant_call_service_pb2_grpc import GrantCallServiceStub
from nscl.support.v1.host_service_pb2_grpc import HostServiceStub
from nscl.support.v1.inspection_service_pb2_grpc import InspectionServiceStub
from nscl.support.v1.norms_service_pb2_grpc import NormsServiceStub
from nscl.support.v1.participation_service_pb2_grpc import ParticipationServiceStub
from nscl.support.v1.priority_service_pb2_grpc import PriorityServiceStub
from nscl.support.v1.product_service_pb2_grpc import ProductServiceStub
from nscl.support.v1.recovery_service_pb2_grpc import RecoveryServiceStub
from nscl.support.v1.support_service_pb2_grpc import SupportServiceStub

from deploy.local.tokens import Issuer
from services.shared.event_store import ViewFeeder
from services.shared.settings import DoorSettings
from services.shared.wire import date_message
from services.support.application.log import SupportLog
from services.support.application.support import Support
from services.support.settings import ApiSettings, MigrationSettings
from services.support.wiring import VIEWS, migrate, open_door
from tests.servers import REQUEST_SECRET, Database
from tests.support.city import City, KnownEnterprises
from tests.support.examples import HOST, OTHER_HOST, OTHER_OWNER, OWNER, Person


@pytest.fixture(scope="module")
def support_database(module_database: Database) -> Database:
    """A database migrated as run_migrate does it."""
    migrate(MigrationSettings(module_database.dsn_owner, module_database.service.name))
    return module_database


@pytest.fixture(scope="module")
def log(support_database: Database) -> Iterator[SupportLog]:
    log = SupportLog("support", support_database.service_env)
    yield log
    log.close()


@pytest.fixture(scope="module")
def known_enterprises() -> KnownEnterprises:
    return KnownEnterprises()


@pytest.fixture(scope="module")
def city(log: SupportLog, known_enterprises: KnownEnterprises) -> City:
    return City(Support.over(log, known_enterprises))


class StandInRegistry(
    registry_service_pb2_grpc.RegistryServiceServicer,
    representative_service_pb2_grpc.RepresentativeServiceServicer,
    enterprise_service_pb2_grpc.EnterpriseServiceServicer,
):
    """A registry's door that knows what a test told it, and everybody else as one who meets every duty.

    Everybody of the tests' people may act for every party but for whom ``authorised_until`` names a last day.
    """

    POSITION = 41

    def __init__(self) -> None:
        self.funded: set[UUID] = set()
        self.funded_units: dict[UUID, list[str]] = {}
        self.sisters: dict[UUID, tuple[UUID, ...]] = {}
        self.sisters_by: enterprises.LinkKind.ValueType = enterprises.LINK_KIND_PARENT
        self.unknown: set[UUID] = set()
        self.silent: set[UUID] = set()
        self.sized: set[UUID] = set()
        self.flagged: set[UUID] = set()
        self.ended: set[UUID] = set()
        self.unknown_hosts: set[UUID] = set()
        self.flagged_hosts: set[UUID] = set()
        self.ended_hosts: set[UUID] = set()
        self.owners: set[UUID] = set()
        self.accredited_until: date | None = None
        self.authorised_until: dict[UUID, date] = {}
        self.asked_by = ""
        self.asked_on: Date | None = None

    def GetEligibility(  # noqa: N802 - the rpc's name
        self, request: registry.GetEligibilityRequest, context: grpc.ServicerContext
    ) -> registry.GetEligibilityResponse:
        enterprise_id = UUID(request.enterprise_id)
        self.asked_by = str(dict(context.invocation_metadata()).get("authorization"))
        self.asked_on = request.on_date
        if enterprise_id in self.unknown:
            context.abort(grpc.StatusCode.NOT_FOUND, "no such enterprise")
        if enterprise_id in self.silent:
            context.abort(grpc.StatusCode.INTERNAL, "out of order")
        known = registry.Eligibility(
            business_lines=[registry.BusinessLine(scheme=registry.VSIC_SCHEME_VSIC2018, code="1061")],
            standings=[
                registry.Standing(
                    field=field, verdict=registry.STANDING_VERDICT_FULFILLED, body="CUCTHUE", document="17/XN-CT"
                )
                for field in registry.StandingField.values()
                if field
            ],
        )
        known.undertaking_members.add(enterprise_id=request.enterprise_id)
        for sister in self.sisters.get(enterprise_id, ()):
            link = enterprises.Link(kind=self.sisters_by)
            known.undertaking_members.add(
                enterprise_id=str(sister), through_enterprise_id=request.enterprise_id, link=link
            )
        for member in known.undertaking_members:
            if UUID(member.enterprise_id) in self.funded:
                known.undertaking_fundings.append(self._funding(member.enterprise_id))
        if enterprise_id in self.funded:
            known.other_fundings.append(self._funding(request.enterprise_id))
        if enterprise_id in self.sized:
            known.size.size = particulars.ENTERPRISE_SIZE_SMALL
            known.size.figures.year = 2023
            known.size.document = "12/BCTC-2023"
        if enterprise_id in self.flagged:
            known.stop_flags.add(
                enterprise_id=str(enterprise_id), body="CUCTHUE", document="88/TB-CT", reason="Nợ thuế quá hạn"
            )
        if enterprise_id in self.ended:
            known.ended_on.CopyFrom(request.on_date)
        return registry.GetEligibilityResponse(eligibility=known, as_of_position=self.POSITION)

    def _funding(self, enterprise_id: str) -> registry.OtherFunding:
        return registry.OtherFunding(
            enterprise_id=enterprise_id,
            scheme="Khuyến công",
            grantor="Sở Công Thương",
            amount_vnd=40_000_000,
            decided_on=date_message(date(2024, 3, 1)),
            period_from=date_message(date(2024, 3, 1)),
            period_to=date_message(date(2024, 12, 31)),
            legal_basis="55/QĐ-SCT",
            unit_keys=self.funded_units.get(UUID(enterprise_id), []),
        )

    def GetDeliveringOrganisation(  # noqa: N802 - the rpc's name
        self, request: registry.GetDeliveringOrganisationRequest, context: grpc.ServicerContext
    ) -> registry.GetDeliveringOrganisationResponse:
        organisation_id = UUID(request.delivering_organisation_id)
        if organisation_id in self.unknown_hosts:
            context.abort(grpc.StatusCode.NOT_FOUND, "no such organisation")
        known = registry.DeliveringOrganisation(
            accreditation_expires_on=date_message(self.accredited_until) if self.accredited_until else None
        )
        if organisation_id in self.flagged_hosts:
            since = date_message(date(2024, 1, 2))
            known.stop_flags.add(body="SKHCN", document="31/TB-SKHCN", reason="Chậm tiến độ", raised_on=since)
        if organisation_id in self.ended_hosts:
            known.ended_on.CopyFrom(date_message(date(2024, 1, 2)))
        return registry.GetDeliveringOrganisationResponse(delivering_organisation=known)

    def MatchPersons(  # noqa: N802 - the rpc's name
        self, request: enterprise_service.MatchPersonsRequest, _context: grpc.ServicerContext
    ) -> enterprise_service.MatchPersonsResponse:
        answer = enterprise_service.MatchPersonsResponse(as_of_position=self.POSITION)
        for person_id in request.person_ids:
            if UUID(person_id) in self.owners:
                tie = {"party_id": request.party_ids[0], "tie": enterprises.PERSON_TIE_OWNER}
                answer.matches.add(person_id=person_id, **tie)
        return answer

    def GetRepresentatives(  # noqa: N802 - the rpc's name
        self, request: representatives.GetRepresentativesRequest, _context: grpc.ServicerContext
    ) -> representatives.GetRepresentativesResponse:
        party = representatives.Representatives(party_id=request.party_id)
        for person in (HOST, OTHER_HOST, OWNER, OTHER_OWNER):
            last_day = self.authorised_until.get(person.id)
            party.authorisations.add(
                person_id=str(person.id),
                valid_from=date_message(date(2021, 1, 1)),
                valid_until=date_message(last_day) if last_day else None,
            )
        return representatives.GetRepresentativesResponse(representatives=party)


@pytest.fixture(scope="module")
def registry_door() -> StandInRegistry:
    return StandInRegistry()  # type: ignore[abstract]  # these questions are all that support asks


@pytest.fixture(scope="module")
def registry_address(registry_door: StandInRegistry) -> Iterator[str]:
    """Where the stand-in answers."""
    server = grpc.server(ThreadPoolExecutor(4))
    registry_service_pb2_grpc.add_RegistryServiceServicer_to_server(registry_door, server)
    enterprise_service_pb2_grpc.add_EnterpriseServiceServicer_to_server(registry_door, server)
    representative_service_pb2_grpc.add_RepresentativeServiceServicer_to_server(registry_door, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop(None)


@pytest.fixture(scope="module")
def fed_views(log: SupportLog) -> Iterator[ViewFeeder]:
    """The views following the log, as run_bus lets them."""
    feeder = ViewFeeder(log, [view(log) for view in VIEWS])
    thread = threading.Thread(target=feeder.run)
    thread.start()
    yield feeder
    feeder.stop()
    thread.join()


@dataclass(frozen=True)
class Counter:
    """Support's door, with all its services, as people in different capacities meet it."""

    stubs: tuple[Any, ...]
    issuer: Issuer

    @classmethod
    def at(cls, channel: grpc.Channel, issuer: Issuer) -> Counter:
        """All the doors of support behind one address."""
        doors = (
            SupportServiceStub,
            NormsServiceStub,
            ClaimServiceStub,
            ClockServiceStub,
            CouncilServiceStub,
            BudgetServiceStub,
            DocumentServiceStub,
            ContractServiceStub,
            ParticipationServiceStub,
            InspectionServiceStub,
            RecoveryServiceStub,
            GrantCallServiceStub,
            CertificateServiceStub,
            HostServiceStub,
            CaseServiceStub,
            PriorityServiceStub,
            AwardServiceStub,
            ProductServiceStub,
        )
        return cls(tuple(door(channel) for door in doors), issuer)

    def ask(self, method: str, request: Any, person: Person | None) -> Any:
        """Call a method as a person; without a token when that is None."""
        metadata = []
        if person is not None:
            token = self.issuer.issue(capacity=person.capacity, body=person.body, person_id=person.id)
            metadata.append(("authorization", f"Bearer {token}"))
        [asked] = (getattr(stub, method) for stub in self.stubs if hasattr(stub, method))
        return asked(request, timeout=10, metadata=metadata)


@pytest.fixture(scope="module")
def counter(
    support_database: Database,
    registry_address: str,
    fed_views: ViewFeeder,  # noqa: ARG001 - lists show what the views have followed
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Counter]:
    keys = tmp_path_factory.mktemp("keys")
    issuer = Issuer.in_directory(keys)
    door = DoorSettings("127.0.0.1:0", issuer.jwks_path, REQUEST_SECRET, service_key=keys / "support.pem", threads=8)
    settings = ApiSettings(support_database.service_env, door, registry_address)
    with open_door(settings) as server, grpc.insecure_channel(server.address) as channel:
        yield Counter.at(channel, issuer)
