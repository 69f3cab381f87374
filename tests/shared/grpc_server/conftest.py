from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any
from uuid import UUID, uuid4

import grpc
import pytest
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, LocalizedMessage, RetryInfo
from grpc_status import rpc_status

from deploy.local.tokens import Issuer
from services.shared.event_store import EventLog, migrate
from services.shared.grpc_server import Door, serve
from services.shared.settings import DoorSettings
from tests.logged import Logged, logging_kept
from tests.servers import REQUEST_SECRET, Database
from tests.shared.grpc_server.notebooks import NotebookServicer, pb, pb_grpc, to_message

PERSON_ID = UUID("0f1c6a52-7d5e-4a53-9f0e-2f4d6b1c8a01")


class Refused(Exception):
    """What a client learns from a call that was not carried out."""

    def __init__(self, error: Any) -> None:
        status = rpc_status.from_call(error)
        self.code: grpc.StatusCode = error.code()
        self.message: str = error.details()
        self.details = [detail.TypeName().rpartition(".")[2] for detail in status.details] if status else []
        self.info = self._detail(status, ErrorInfo)
        self.told = self._detail(status, LocalizedMessage)
        self.retry = self._detail(status, RetryInfo)
        self.violations = self._detail(status, BadRequest).field_violations
        super().__init__(f"{self.code.name} {self.info.reason} {self.message}")

    @staticmethod
    def _detail(status: Any, kind: Callable[[], Any]) -> Any:
        found = kind()
        for detail in status.details if status else ():
            detail.Unpack(found)
        return found


class Client:
    """A caller outside: real bytes over a real socket."""

    def __init__(self, door: Door, token: str | None) -> None:
        self.channel = grpc.insecure_channel(door.address)
        self.stub = pb_grpc.NotebookServiceStub(self.channel)
        self.token = token

    def call(self, method: str, request: Any, timeout: float | None = 10, token: str | None = None) -> Any:
        """The answer, or Refused."""
        token = token or self.token
        metadata = (("authorization", f"Bearer {token}"),) if token else ()
        try:
            return getattr(self.stub, method)(request, timeout=timeout, metadata=metadata)
        except grpc.RpcError as error:
            raise Refused(error) from None

    def open(self, title: str = "Sổ giao ban", request_id: str | None = None, **fields: Any) -> Any:
        request = pb.OpenNotebookRequest(request_id=request_id or str(uuid4()), title=title, **fields)
        return self.call("OpenNotebook", request)

    def write(self, notebook_id: str, note: str = "một", request_id: str | None = None, **fields: Any) -> Any:
        fields = {"basis": {"document": "12/BC-SKHCN"}, "note": note, "notebook_id": notebook_id, **fields}
        return self.call("WriteNote", pb.WriteNoteRequest(request_id=request_id or str(uuid4()), **fields))

    def notes(self, notebook_id: str) -> int:
        answer = self.call("GetNotebook", pb.GetNotebookRequest(notebook_id=notebook_id))
        return int(answer.notebook.notes)


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issuer]:
    folder = tmp_path_factory.mktemp("keys")
    yield Issuer.in_directory(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def migrated(module_database: Database) -> Database:
    migrate(module_database.dsn_owner, "notebooks", module_database.service.name)
    return module_database


@pytest.fixture(scope="module")
def log(migrated: Database) -> Iterator[EventLog]:
    with EventLog("notebooks", migrated.service_env) as log:
        yield log


@pytest.fixture
def servicer(log: EventLog) -> NotebookServicer:
    return NotebookServicer(log)


@pytest.fixture
def settings(issuer: Issuer) -> DoorSettings:
    return DoorSettings("127.0.0.1:0", issuer.jwks_path, REQUEST_SECRET, threads=4, grace_seconds=1)


@pytest.fixture
def opened(settings: DoorSettings) -> Iterator[Callable[..., Door]]:
    """Opens doors, all shut at the test's end."""
    with ExitStack() as doors:

        def open_door(servicers: Sequence[NotebookServicer], **changes: Any) -> Door:
            wanted = {"log": servicers[0].log, "to_message": to_message, "settings": settings} | changes
            return doors.enter_context(serve("notebooks", servicers, **wanted))

        yield open_door


@pytest.fixture
def door(opened: Callable[..., Door], servicer: NotebookServicer) -> Door:
    return opened([servicer])


@pytest.fixture
def logged() -> Iterator[Logged]:
    """What is logged during the test."""
    with logging_kept() as logged:
        yield logged


@pytest.fixture
def token(issuer: Issuer) -> str:
    return issuer.issue(capacity="clerk", body="SKHCN", person_id=PERSON_ID)


@pytest.fixture
def client(door: Door, token: str) -> Iterator[Client]:
    client = Client(door, token)
    yield client
    client.channel.close()
