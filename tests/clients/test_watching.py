"""Announcements are followed over whatever happens to the streams in which they come."""

from __future__ import annotations

import threading
import time
from itertools import islice

import grpc
import pytest
from google.protobuf.any_pb2 import Any as Packed
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status
from nscl.training.v1.training_events_pb2 import CourseHeld
from nscl_client import Connection, Refused, Unanswered, Watched

from tests.clients.conftest import Door, told

FULL = told(
    grpc.StatusCode.RESOURCE_EXHAUSTED,
    ErrorInfo(reason="CALLS_AT_ONCE_TOO_MANY"),
    RetryInfo(retry_delay=Duration(nanos=50_000_000)),
)


@pytest.mark.parametrize(
    "break_",
    [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED, FULL],
    ids=["door away", "reader slow", "server stopped", "old stream still in its place"],
)
def test_announcements_go_on_behind_the_last_one_over_streams_that_end_and_break(
    door: Door, connection: Connection, break_: grpc.StatusCode | Status
) -> None:
    door.failures = [break_]
    heard = list(islice(connection.watch(10, types=["nscl.training.v1.CourseHeld"], concerning="it"), 6))
    assert heard == [Watched(position, CourseHeld(attendances=position)) for position in (11, 13, 14, 16, 17, 19)]
    assert {(*asked.types, asked.concerning) for asked in door.asked} == {("nscl.training.v1.CourseHeld", "it")}


def test_announcements_that_are_refused_are_not_asked_for_again(door: Door, connection: Connection) -> None:
    denied = grpc.StatusCode.PERMISSION_DENIED
    door.failures = [told(denied, ErrorInfo(reason="CAPACITY_NOT_PERMITTED"))]
    with pytest.raises(Refused, match="CAPACITY_NOT_PERMITTED"):
        list(islice(connection.watch(), 3))


def test_an_announcement_that_the_package_does_not_know_stays_packed(door: Door, connection: Connection) -> None:
    door.announces = Packed(type_url="type.googleapis.com/nscl.training.v1.CourseFilmed", value=b"")
    assert next(connection.watch()).announcement == door.announces


def test_a_stream_that_ends_for_no_known_reason_is_told(door: Door, connection: Connection) -> None:
    door.failures = [grpc.StatusCode.INTERNAL]
    with pytest.raises(Unanswered, match="INTERNAL"):
        list(islice(connection.watch(), 3))


def test_whoever_stops_to_listen_gives_their_place_back(door: Door, connection: Connection) -> None:
    door.holds_streams = True
    heard = connection.watch()
    next(heard)
    assert door.streams_in_hand == 1
    heard.close()
    until = time.monotonic() + 5
    while door.streams_in_hand and time.monotonic() < until:
        time.sleep(0.01)
    assert door.streams_in_hand == 0


@pytest.mark.parametrize("is_away", [False, True])
def test_announcements_end_when_the_connection_is_closed(door: Door, connection: Connection, is_away: bool) -> None:
    door.failures = [grpc.StatusCode.UNAVAILABLE] * 10_000 * is_away
    door.holds_streams = not is_away
    heard = connection.watch()
    next(heard)
    closing = threading.Timer(0.2, connection.close)
    closing.start()
    assert all(each.position for each in heard)
    closing.join()


def test_one_type_that_is_not_in_a_list_is_not_waited_for_without_end(connection: Connection) -> None:
    with pytest.raises(TypeError, match="list"):
        connection.watch(types="nscl.training.v1.CourseHeld")
