"""A connection that is made wrong, closed under way, or to a door that was away."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from nscl.training.v1.training_service_pb2 import GetCourseRequest
from nscl.training.v1.training_service_pb2_grpc import TrainingServiceStub
from nscl_client import Connection, Unanswered

from deploy.local.certificates import Certificates
from tests.clients.conftest import AT_ONCE, Door, opened


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


def test_a_door_that_is_back_is_found_soon(door: Door, certificates: Certificates, authority: Path) -> None:
    with opened(door, certificates) as address:
        pass
    with Connection(address, authority=authority, retries=AT_ONCE) as connection:
        training = TrainingServiceStub(connection.channel)
        with pytest.raises(Unanswered, match="UNAVAILABLE"):
            training.GetCourse(
                GetCourseRequest(), timeout=1.3
            )  # gRPC by itself would look again after 2 s at the soonest
        with opened(door, certificates, int(address.rpartition(":")[2])):
            training.GetCourse(GetCourseRequest(), timeout=0.5)
