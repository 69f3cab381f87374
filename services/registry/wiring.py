"""Builds the registry's processes: the only place that constructs what they are made of.

The doors are imported where they are built, because run_api must not load eventlet, nor run_bus grpc.
Settings not given are read from the environment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.registry.application.addresses import Addresses
from services.registry.application.affiliations import Affiliations
from services.registry.application.branches import Branching
from services.registry.application.duplicates import Merging
from services.registry.application.erasures import Erasures
from services.registry.application.funding import Funding
from services.registry.application.organisations import Organisations
from services.registry.application.particulars import ChangingParticulars
from services.registry.application.person_matches import PersonMatches
from services.registry.application.registry import Registry
from services.registry.application.representatives import Representations
from services.registry.application.standing import Standings
from services.registry.application.stop_flags import StopFlags
from services.registry.application.successions import Successions
from services.registry.application.undertakings import Undertakings
from services.registry.read_models.bodies import Bodies
from services.registry.read_models.delivering_organisations import DeliveringOrganisations
from services.registry.read_models.enterprises import Enterprises
from services.registry.read_models.expiring_accreditations import ExpiringAccreditations
from services.registry.read_models.funding_imports import FundingImports
from services.registry.read_models.likely_duplicates import LikelyDuplicates
from services.registry.read_models.other_fundings import OtherFundings
from services.registry.read_models.units import Units
from services.registry.settings import SERVICE, ApiSettings, BusSettings, MigrationSettings, ProofSettings
from services.shared import event_store
from services.shared.erasure_requests import ErasureRequests
from services.shared.event_store import EventLog, View, ViewFeeder
from services.shared.personal_data import SubjectKeys

if TYPE_CHECKING:
    from services.shared.bus.service import BusService
    from services.shared.grpc_server import Door

VIEWS: tuple[type[View], ...] = (
    Bodies,
    Units,
    Enterprises,
    LikelyDuplicates,
    OtherFundings,
    DeliveringOrganisations,
    ExpiringAccreditations,
    FundingImports,
    ErasureRequests,
)


def migrate(settings: MigrationSettings | None = None) -> None:
    """Bring the registry's database to this release."""
    settings = settings or MigrationSettings.from_environment(SERVICE)
    event_store.migrate(
        settings.dsn_owner, SERVICE, settings.service_role, (*VIEWS, SubjectKeys), auditor_role=settings.auditor_role
    )


def rebuild(settings: MigrationSettings | None = None) -> int:
    """Make views anew beside the live ones, as the command line asks; the exit status."""
    from services.shared.event_store import rebuild_command
    from services.shared.event_store.rebuild import LogFeed

    settings = settings or MigrationSettings.from_environment(SERVICE)
    return rebuild_command.main(SERVICE, settings, lambda log: [LogFeed(view(log)) for view in VIEWS])


def prove() -> int:
    """Copy the published log, check it or make its tree anew, as the command line asks; the exit status."""
    from services.shared.transparency_log import command

    return command.main(SERVICE, ProofSettings.from_environment(SERVICE))


def open_door(settings: ApiSettings | None = None) -> Door:
    """The gRPC server of the registry, started."""
    from services.registry.api.branch_servicer import BranchServicer
    from services.registry.api.data_subject_servicer import DataSubjectServicer
    from services.registry.api.duplicate_servicer import DuplicateServicer
    from services.registry.api.enterprise_servicer import EnterpriseServicer
    from services.registry.api.funding_servicer import FundingServicer
    from services.registry.api.messages import to_message
    from services.registry.api.organisation_servicer import OrganisationServicer
    from services.registry.api.particulars_servicer import ParticularsServicer
    from services.registry.api.representative_servicer import RepresentativeServicer
    from services.registry.api.servicer import RegistryServicer
    from services.registry.api.standing_servicer import StandingServicer
    from services.registry.bus.announcements import announce
    from services.shared.grpc_server import serve
    from services.shared.grpc_server.proof_servicer import ProofServicer
    from services.shared.grpc_server.watch_servicer import WatchServicer

    settings = settings or ApiSettings.from_environment(SERVICE)
    log = EventLog(SERVICE, settings.postgres)
    units, subject_keys = Units(log), SubjectKeys(log.pool)
    addresses = Addresses(log, units)
    registry = Registry(log, addresses, subject_keys, settings.identifier_secret)
    affiliations = Affiliations(log, subject_keys, settings.identifier_secret)
    merging, erasures = Merging(log), Erasures(log, subject_keys)
    registry_servicer = RegistryServicer(
        registry,
        merging,
        bodies=Bodies(log),
        units=units,
        enterprises=Enterprises(log),
        other_fundings=OtherFundings(log),
        delivering_organisations=DeliveringOrganisations(log),
    )
    undertakings = Undertakings(log)
    enterprise_servicer = EnterpriseServicer(
        registry,
        affiliations=affiliations,
        erasures=erasures,
        undertakings=undertakings,
        matches=PersonMatches(log, undertakings),
        successions=Successions(log, registry, affiliations, subject_keys),
        stop_flags=StopFlags(log),
    )
    funding_servicer = FundingServicer(Funding(log, settings.identifier_secret), registry, FundingImports(log))
    standing_servicer = StandingServicer(Standings(log, registry))
    particulars_servicer = ParticularsServicer(registry, ChangingParticulars(log, registry, addresses, subject_keys))
    servicers = [
        registry_servicer,
        enterprise_servicer,
        BranchServicer(Branching(log, addresses, settings.identifier_secret), registry),
        DuplicateServicer(registry, merging, LikelyDuplicates(log)),
        funding_servicer,
        standing_servicer,
        particulars_servicer,
        OrganisationServicer(Organisations(log), registry, ExpiringAccreditations(log)),
        RepresentativeServicer(Representations(log), registry),
        DataSubjectServicer(erasures, registry, ErasureRequests(log)),
        ProofServicer(log, settings.door.log),
        WatchServicer(log, announce),
    ]
    return serve(SERVICE, servicers, log=log, to_message=to_message, settings=settings.door)


def bus_service(settings: BusSettings | None = None) -> BusService:
    """What the registry's bus process runs: it announces its own events, feeds its views and listens to nobody."""
    from services.registry.bus.announcements import announce
    from services.shared.bus.service import BusService
    from services.shared.transparency_log.signing import Signing

    settings = settings or BusSettings.from_environment(SERVICE)
    log = EventLog(SERVICE, settings.postgres)
    return BusService(
        service=SERVICE,
        log=log,
        announce=announce,
        consumers=(),
        feeder=ViewFeeder(log, [view(log) for view in VIEWS]),
        signing=Signing.by(settings.log),
        amqp_uri=settings.amqp_uri,
        http_address=settings.listen,
    )
