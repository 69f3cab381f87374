"""Builds reporting's processes: the only place that constructs what they are made of.

The doors are imported where they are built, because run_api must not load eventlet, nor run_bus grpc.
Settings not given are read from the environment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.reporting.application.reporting import Reporting
from services.reporting.application.reports import Reports
from services.reporting.read_models.budget_line_sources import BudgetLineSources
from services.reporting.read_models.heard_events import HeardEvents
from services.reporting.read_models.indicators import Indicators
from services.reporting.read_models.own_events import OwnEvents
from services.reporting.read_models.plans import Plans
from services.reporting.read_models.reports import ReportList
from services.reporting.read_models.trail import Trail
from services.reporting.settings import (
    SERVICE,
    ApiSettings,
    BusSettings,
    MigrationSettings,
    ProofSettings,
    broker_address,
)
from services.shared import event_store
from services.shared.event_store import EventLog, ViewFeeder

if TYPE_CHECKING:
    from services.shared.bus.consumers import Consumer
    from services.shared.bus.service import BusService
    from services.shared.grpc_server import Door

FOLLOWING = (Plans, ReportList, OwnEvents)
"""The views that follow reporting's own log."""
VIEWS = (*FOLLOWING, HeardEvents, Trail, Indicators, BudgetLineSources)


def migrate(settings: MigrationSettings | None = None) -> None:
    """Bring reporting's database to this release."""
    settings = settings or MigrationSettings.from_environment(SERVICE)
    event_store.migrate(settings.dsn_owner, SERVICE, settings.service_role, VIEWS, auditor_role=settings.auditor_role)


def prove() -> int:
    """Copy the published log, check it or make its tree anew, as the command line asks; the exit status."""
    from services.shared.transparency_log import command

    return command.main(SERVICE, ProofSettings.from_environment(SERVICE))


def open_door(settings: ApiSettings | None = None) -> Door:
    """The gRPC server of reporting, started; it asks for checkpoints under reporting's own identity."""
    from services.reporting.api.checkpoint_doors import CheckpointDoors
    from services.reporting.api.messages import to_message
    from services.reporting.api.report_servicer import ReportServicer
    from services.reporting.api.servicer import ReportingServicer
    from services.shared.grpc_server import Neighbour, ServiceToken, serve
    from services.shared.grpc_server.proof_servicer import ProofServicer

    settings = settings or ApiSettings.from_environment(SERVICE)
    log = EventLog(SERVICE, settings.postgres)
    token = ServiceToken.from_settings(SERVICE, settings.door)
    neighbours = {
        service: Neighbour(service, address, token, authority=settings.door.authority)
        for service, address in settings.addresses.items()
    }
    heard, indicators = HeardEvents(log), Indicators(log)
    servicers = [
        ReportingServicer(
            Reporting(log),
            plans=Plans(log),
            heard_events=heard,
            indicators=indicators,
            trail=Trail(log),
            own_events=OwnEvents(log),
        ),
        ReportServicer(Reports(log, heard, indicators, CheckpointDoors(neighbours)), ReportList(log)),
        ProofServicer(log, settings.door.log),
    ]
    return serve(SERVICE, servicers, log=log, to_message=to_message, settings=settings.door)


def bus_service(settings: BusSettings | None = None) -> BusService:
    """What reporting's bus process runs: it listens to the three other services, and announces nothing."""
    from services.shared.bus.service import BusService
    from services.shared.transparency_log.signing import Signing

    settings = settings or BusSettings.from_environment(SERVICE)
    log = EventLog(SERVICE, settings.postgres)
    return BusService(
        service=SERVICE,
        log=log,
        announce=None,
        consumers=_listeners(log),
        feeder=ViewFeeder(log, [view(log) for view in FOLLOWING]),
        signing=Signing.by(settings.log),
        amqp_uri=settings.amqp_uri,
        http_address=settings.listen,
    )


def _heard(log: EventLog) -> tuple[HeardEvents, Trail, Indicators, BudgetLineSources]:
    """The views that announcements feed."""
    return HeardEvents(log), Trail(log), Indicators(log), BudgetLineSources(log)


def _listeners(log: EventLog) -> tuple[Consumer, ...]:
    """A consumer for each owner; all of them feed the same views."""
    from services.reporting.bus.consumers import RegistryListener, SupportListener, TrainingListener

    listeners = RegistryListener, SupportListener, TrainingListener
    return tuple(listener(*_heard(log)) for listener in listeners)


def rebuild(settings: MigrationSettings | None = None, amqp_uri: str | None = None) -> int:
    """Make views anew beside the live ones, as the command line asks; the exit status."""
    from services.shared.bus.replay import Replay
    from services.shared.event_store import rebuild_command
    from services.shared.event_store.rebuild import Feed, LogFeed

    uri = amqp_uri or broker_address()

    def feeds(log: EventLog) -> list[Feed]:
        heard = Replay(SERVICE, log, _heard(log), _listeners(log), uri)
        return [*(LogFeed(view(log)) for view in FOLLOWING), heard]

    return rebuild_command.main(SERVICE, settings or MigrationSettings.from_environment(SERVICE), feeds)


def answer_parked(settings: BusSettings | None = None) -> int:
    """Do what the command line asks about streams that stand still; the exit status."""
    from services.shared.bus import parked

    settings = settings or BusSettings.from_environment(SERVICE)
    return parked.main({SERVICE: settings.postgres})
