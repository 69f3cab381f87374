"""A door that answers as a test wants, and a connection of the client package to it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.any_pb2 import Any as Packed
from google.protobuf.message import Message
from google.rpc.status_pb2 import Status
from grpc_status.rpc_status import to_status
from nscl.common.v1 import watch_service_pb2 as watching
from nscl.common.v1.act_pb2 import Recorded
from nscl.common.v1.watch_service_pb2_grpc import WatchServiceServicer, add_WatchServiceServicer_to_server
from nscl.training.v1 import training_service_pb2 as messages
from nscl.training.v1.training_events_pb2 import CourseHeld
from nscl.training.v1.training_service_pb2_grpc import TrainingServiceServicer, add_TrainingServiceServicer_to_server
from nscl_client import Connection, Retries

from deploy.local.certificates import Certificates
from deploy.local.ports import LOOPBACK

AT_ONCE = Retries(first_seconds=0.01, longest_seconds=0.02)


class Door(TrainingServiceServicer, WatchServiceServicer):
    """A door that answers as a test wants: each failure once, in their order, and then well."""

    def __init__(self) -> None:
        self.failures: list[grpc.StatusCode | Status] = []
        self.announces: Packed | None = None
        self.asked: list[Any] = []
        self.bearers: list[Any] = []
        self.seconds_left: list[float] = []
        self.holds_streams = False
        self.streams_in_hand = 0

    def ScheduleCourse(self, request: Any, context: grpc.ServicerContext) -> messages.ScheduleCourseResponse:  # noqa: N802 - the rpc's name
        self._met(request, context)
        return messages.ScheduleCourseResponse(recorded=Recorded(position=7))

    def GetCourse(self, request: Any, context: grpc.ServicerContext) -> messages.GetCourseResponse:  # noqa: N802 - as above
        self._met(request, context)
        return messages.GetCourseResponse()

    def Watch(self, request: Any, context: grpc.ServicerContext) -> Iterator[watching.WatchResponse]:  # noqa: N802 - as above
        """Three events in a stream, of which the middle one is not wanted; then it ends, or breaks."""
        self.asked.append(request)
        self.streams_in_hand += 1
        context.add_callback(self._stream_ended)
        after = request.after_position
        for position in (after + 1, after + 3):
            announcement = watching.WatchedAnnouncement(position=position, announcement=self.announces)
            if self.announces is None:
                announcement.announcement.Pack(CourseHeld(attendances=position))
            yield watching.WatchResponse(announcements=[announcement], read_to_position=position)
        if self.failures:
            self._met(request, context)
        while self.holds_streams and context.is_active():
            time.sleep(0.01)

    def _stream_ended(self) -> None:
        self.streams_in_hand -= 1

    def _met(self, request: Any, context: grpc.ServicerContext) -> None:
        self.asked.append(request)
        self.bearers.append(dict(context.invocation_metadata()).get("authorization"))
        self.seconds_left.append(context.time_remaining())
        if self.failures:
            failure = self.failures.pop(0)
            if isinstance(failure, Status):
                context.abort_with_status(to_status(failure))
            context.abort(failure, "as the test wants")


def told(code: grpc.StatusCode, *details: Message) -> Status:
    status = Status(code=code.value[0])
    for detail in details:
        status.details.add().Pack(detail)
    return status


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates.in_directory(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def door() -> Door:
    return Door()  # type: ignore[abstract]  # it has the methods that are called


@contextmanager
def opened(door: Door, certificates: Certificates, port: int = 0) -> Iterator[str]:
    """The address at which the door answers within, at a port of its own where none is named."""
    server = grpc.server(ThreadPoolExecutor(4), options=[("grpc.so_reuseport", 0)])
    add_TrainingServiceServicer_to_server(door, server)
    add_WatchServiceServicer_to_server(door, server)
    shown = certificates.of_door("training", LOOPBACK)
    pair = (shown.key.read_bytes(), shown.certificate.read_bytes())
    port = server.add_secure_port(f"{LOOPBACK}:{port}", grpc.ssl_server_credentials([pair]))
    server.start()
    try:
        yield f"{LOOPBACK}:{port}"
    finally:
        server.stop(None).wait()


@pytest.fixture
def address(door: Door, certificates: Certificates) -> Iterator[str]:
    with opened(door, certificates) as address:
        yield address


@pytest.fixture
def authority(certificates: Certificates) -> Path:
    return certificates.doors.certificate


@pytest.fixture
def connection(address: str, authority: Path) -> Iterator[Connection]:
    with Connection(address, authority=authority, retries=AT_ONCE) as connection:
        yield connection
