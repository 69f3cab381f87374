"""Builds training's processes: the only place that constructs what they are made of.

Each takes its settings from the environment where none are given. The doors are imported where they are built, because
the process of the one must not load the libraries of the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.shared import event_store
from services.shared.erasure_requests import ErasureRequests
from services.shared.event_store import EventLog, ViewFeeder
from services.shared.personal_data import SubjectKeys
from services.training.application.erasures import Erasures
from services.training.application.training import Training
from services.training.read_models.attendances import AttendanceList
from services.training.read_models.courses import CourseList
from services.training.read_models.disseminations import DisseminationList
from services.training.read_models.experts import ExpertList
from services.training.settings import SERVICE, ApiSettings, BusSettings, MigrationSettings, ProofSettings

if TYPE_CHECKING:
    from services.shared.bus.service import BusService
    from services.shared.grpc_server import Door

VIEWS = (CourseList, AttendanceList, DisseminationList, ExpertList, ErasureRequests)


def migrate(settings: MigrationSettings | None = None) -> None:
    """Bring training's database to this release."""
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
    """The gRPC server of training, started."""
    from services.shared.grpc_server import serve
    from services.shared.grpc_server.proof_servicer import ProofServicer
    from services.shared.grpc_server.watch_servicer import WatchServicer
    from services.training.api.data_subject_servicer import DataSubjectServicer
    from services.training.api.messages import to_message
    from services.training.api.servicer import TrainingServicer
    from services.training.bus.announcements import announce

    settings = settings or ApiSettings.from_environment(SERVICE)
    log = EventLog(SERVICE, settings.postgres)
    subject_keys, attendances = SubjectKeys(log.pool), AttendanceList(log)
    servicer = TrainingServicer(
        Training(log, subject_keys),
        subject_keys,
        courses=CourseList(log),
        attendances=attendances,
        disseminations=DisseminationList(log),
        experts=ExpertList(log),
    )
    servicers = [
        servicer,
        DataSubjectServicer(Erasures(log, subject_keys, attendances), ErasureRequests(log)),
        ProofServicer(log, settings.door.log),
        WatchServicer(log, announce),
    ]
    return serve(SERVICE, servicers, log=log, to_message=to_message, settings=settings.door)


def bus_service(settings: BusSettings | None = None) -> BusService:
    """What training's bus process runs: it announces its own events, follows them with its views, listens to nobody."""
    from services.shared.bus.service import BusService
    from services.shared.transparency_log.signing import Signing
    from services.training.bus.announcements import announce

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
