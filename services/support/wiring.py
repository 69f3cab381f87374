"""Builds support's processes: the only place that constructs what they are made of.

The doors are imported where they are built, because run_api must not load eventlet, nor run_bus grpc.
Settings not given are read from the environment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.shared import event_store
from services.shared.event_store import ViewFeeder
from services.support.application.late_facts import LateFacts
from services.support.application.log import SupportLog
from services.support.application.support import Support
from services.support.read_models.awards import AwardList
from services.support.read_models.budget_ledger import BudgetLedger
from services.support.read_models.budget_lines import BudgetLineList
from services.support.read_models.cases import CaseList
from services.support.read_models.certificates import CertificateList
from services.support.read_models.claims import ClaimList
from services.support.read_models.contracts import ContractList
from services.support.read_models.delegations import DelegationList
from services.support.read_models.documents import DocumentList
from services.support.read_models.grant_calls import GrantCallList
from services.support.read_models.inspections import InspectionList
from services.support.read_models.norms_versions import NormsList
from services.support.read_models.overlap_decisions import OverlapDecisionCounts
from services.support.read_models.participations import ParticipationList
from services.support.read_models.recoveries import RecoveryList
from services.support.read_models.tasks import TaskList
from services.support.read_models.track_records import TrackRecords
from services.support.read_models.waiting_steps import WaitingStepList
from services.support.read_models.year_estimates import YearEstimateList
from services.support.settings import SERVICE, ApiSettings, BusSettings, MigrationSettings, ProofSettings

if TYPE_CHECKING:
    from services.shared.bus.service import BusService
    from services.shared.grpc_server import Door

VIEWS = (
    BudgetLineList,
    BudgetLedger,
    TaskList,
    ParticipationList,
    NormsList,
    WaitingStepList,
    DocumentList,
    ContractList,
    InspectionList,
    RecoveryList,
    GrantCallList,
    CertificateList,
    DelegationList,
    YearEstimateList,
    CaseList,
    AwardList,
    ClaimList,
    OverlapDecisionCounts,
)


def migrate(settings: MigrationSettings | None = None) -> None:
    """Bring support's database to this release."""
    settings = settings or MigrationSettings.from_environment(SERVICE)
    event_store.migrate(settings.dsn_owner, SERVICE, settings.service_role, VIEWS, auditor_role=settings.auditor_role)


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
    """The gRPC server of support, started; it asks the registry under support's own identity."""
    from services.shared.grpc_server import Neighbour, ServiceToken, serve
    from services.shared.grpc_server.proof_servicer import ProofServicer
    from services.shared.grpc_server.watch_servicer import WatchServicer
    from services.support.api.award_servicer import AwardServicer
    from services.support.api.budget_servicer import BudgetServicer
    from services.support.api.case_servicer import CaseServicer
    from services.support.api.certificate_servicer import CertificateServicer
    from services.support.api.claim_servicer import ClaimServicer
    from services.support.api.clock_servicer import ClockServicer
    from services.support.api.contract_servicer import ContractServicer
    from services.support.api.council_servicer import CouncilServicer
    from services.support.api.document_servicer import DocumentServicer
    from services.support.api.grant_call_servicer import GrantCallServicer
    from services.support.api.host_servicer import HostServicer
    from services.support.api.inspection_servicer import InspectionServicer
    from services.support.api.messages import to_message
    from services.support.api.norms_servicer import NormsServicer
    from services.support.api.participation_servicer import ParticipationServicer
    from services.support.api.priority_servicer import PriorityServicer
    from services.support.api.product_servicer import ProductServicer
    from services.support.api.recovery_servicer import RecoveryServicer
    from services.support.api.registry_door import RegistryDoor
    from services.support.api.servicer import SupportServicer
    from services.support.bus.announcements import announce

    settings = settings or ApiSettings.from_environment(SERVICE)
    log = SupportLog(SERVICE, settings.postgres)
    token = ServiceToken.from_settings(SERVICE, settings.door)
    registry = Neighbour("registry", settings.registry_address, token, authority=settings.door.authority)
    support = Support.over(log, RegistryDoor(registry))
    servicers = [
        SupportServicer(
            support,
            budget_lines=BudgetLineList(log),
            tasks=TaskList(log),
            participations=ParticipationList(log),
        ),
        NormsServicer(support, NormsList(log)),
        CaseServicer(support, CaseList(log)),
        ClaimServicer(support, claims=ClaimList(log), overlap_decisions=OverlapDecisionCounts(log)),
        ClockServicer(support, WaitingStepList(log)),
        BudgetServicer(support, ledger=BudgetLedger(log), year_estimates=YearEstimateList(log)),
        DocumentServicer(support, documents=DocumentList(log), delegations=DelegationList(log)),
        CouncilServicer(support),
        ContractServicer(support, contracts=ContractList(log)),
        ParticipationServicer(support),
        InspectionServicer(support, inspections=InspectionList(log)),
        RecoveryServicer(support, recoveries=RecoveryList(log)),
        GrantCallServicer(support, grant_calls=GrantCallList(log)),
        CertificateServicer(support, CertificateList(log)),
        HostServicer(TrackRecords(log)),
        ProofServicer(log, settings.door.log),
        WatchServicer(log, announce),
        PriorityServicer(support),
        AwardServicer(support, AwardList(log)),
        ProductServicer(support),
    ]
    return serve(SERVICE, servicers, log=log, to_message=to_message, settings=settings.door)


def bus_service(settings: BusSettings | None = None) -> BusService:
    """What support's bus process runs: it announces its own events, follows them with its views, hears the registry."""
    from services.shared.bus.service import BusService
    from services.shared.transparency_log.signing import Signing
    from services.support.bus.announcements import announce
    from services.support.bus.consumers import RegistryListener
    from services.support.bus.programme_metrics import ProgrammeMetrics

    settings = settings or BusSettings.from_environment(SERVICE)
    log = SupportLog(SERVICE, settings.postgres)
    return BusService(
        service=SERVICE,
        log=log,
        announce=announce,
        consumers=(RegistryListener(LateFacts(log, ClaimList(log))),),
        feeder=ViewFeeder(log, [view(log) for view in VIEWS]),
        signing=Signing.by(settings.log),
        amqp_uri=settings.amqp_uri,
        http_address=settings.listen,
        collectors=(ProgrammeMetrics(BudgetLineList(log), WaitingStepList(log)),),
    )


def answer_parked(settings: BusSettings | None = None) -> int:
    """Do what the command line asks about streams that stand still; the exit status."""
    from services.shared.bus import parked

    settings = settings or BusSettings.from_environment(SERVICE)
    return parked.main({SERVICE: settings.postgres})
