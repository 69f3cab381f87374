"""A connection that is made wrong, closed under way, or to a door that is away."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from nscl.training.v1.training_service_pb2 import GetCourseRequest, ScheduleCourseRequest
from nscl.training.v1.training_service_pb2_grpc import TrainingServiceStub
from nscl_client import Connection, Unanswered

from deploy.local.ports import LOOPBACK
from tests.clients.conftest import AT_ONCE, Door
from tests.wire import Wire


def test_a_certificate_without_its_key_is_told_at_once(address: str, authority: Path) -> None:
    with pytest.raises(ValueError, match="key"):
        Connection(address, authority=authority, certificate=authority)
    with pytest.raises(ValueError, match="key"):
        Connection(address, authority=authority, key=authority)


def test_a_connection_is_closed_while_many_call(door: Door, address: str, authority: Path) -> None:
    def calls_until_it_is_closed() -> None:
        training = TrainingServiceStub(connection.channel)
        with suppress(Unanswered, ValueError):  # the call in hand is given up, or the next one has no connection
            while True:
                training.GetCourse(GetCourseRequest())
        with pytest.raises(ValueError, match="closed"):
            training.GetCourse(GetCourseRequest())

    connection = Connection(address, authority=authority, retries=AT_ONCE)
    with ThreadPoolExecutor(8) as callers:
        calling = [callers.submit(calls_until_it_is_closed) for _ in range(8)]
        while len(door.asked) < 100:
            time.sleep(0.01)
        connection.close()
        for each in calling:
            each.result(timeout=10)


def test_a_closed_connection_says_so(address: str, authority: Path) -> None:
    for _ in range(20):
        with Connection(address, authority=authority, retries=AT_ONCE) as connection:
            training = TrainingServiceStub(connection.channel)
        with pytest.raises(ValueError, match="closed"):
            training.GetCourse(GetCourseRequest())


def test_a_door_that_is_away_is_looked_for_as_often_as_calls_are_tried_again(authority: Path) -> None:
    knocks: list[object] = []

    def hang_up_on_everybody() -> None:
        with suppress(OSError):
            while True:
                caller, address = away.accept()
                caller.close()
                knocks.append(address)

    away = socket.create_server((LOOPBACK, 0))
    threading.Thread(target=hang_up_on_everybody, daemon=True).start()
    with Connection(f"{LOOPBACK}:{away.getsockname()[1]}", authority=authority, retries=AT_ONCE) as connection:
        training = TrainingServiceStub(connection.channel)
        with pytest.raises(Unanswered, match="UNAVAILABLE"):
            training.GetCourse(GetCourseRequest(), timeout=1.5)
    away.shutdown(socket.SHUT_RDWR)
    away.close()
    assert len(knocks) > 4, "gRPC by itself knocks twice in that time, and in the end every two minutes"


def test_a_connection_that_the_network_forgot_costs_a_call_time_and_nothing_else(
    door: Door, address: str, authority: Path
) -> None:
    with Wire(LOOPBACK, int(address.rpartition(":")[2])) as wire:
        with Connection(f"{LOOPBACK}:{wire.port}", authority=authority) as connection:
            training = TrainingServiceStub(connection.channel)
            training.GetCourse(GetCourseRequest())
            wire.forget()
            training.ScheduleCourse(ScheduleCourseRequest())
        assert len(door.asked) == 2
