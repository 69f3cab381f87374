"""Who may do what, tried on a platform that runs: every method of every door, whoever calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
from grpc import StatusCode
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

from deploy.access import methods, permits
from deploy.local.certificates import Certificates
from deploy.local.ports import SERVICES
from deploy.local.tokens import ISSUER, Issuer
from programme.capacities import CAPACITIES
from services.shared.grpc_server import ServiceToken
from services.shared.grpc_server.door import Method
from services.shared.grpc_server.neighbour import read_key
from services.shared.record import SERVICE_CAPACITY
from tests.any_method import Told, call
from tests.servers import RunningPlatform

ASKED_NOTHING = b""
SYSTEM_CAPACITY = "scheme_officer"
NOT_LET_IN = {StatusCode.UNAUTHENTICATED, StatusCode.PERMISSION_DENIED}
FAULTS = {StatusCode.UNIMPLEMENTED, StatusCode.INTERNAL, StatusCode.UNKNOWN}
STANDARD_SERVICES = {"grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection"}


@pytest.fixture(scope="module")
def keys(platform: RunningPlatform) -> Path:
    return Path(platform.endpoints["keys"])


@contextmanager
def door(platform: RunningPlatform, service: str) -> Iterator[grpc.Channel]:
    """The service's door for people and services."""
    authority = Path(platform.endpoints["authority"]).read_bytes()
    address = platform.endpoints["services"][service]["grpc"]
    with grpc.secure_channel(address, grpc.ssl_channel_credentials(authority)) as channel:
        yield channel


@contextmanager
def systems_door(platform: RunningPlatform, service: str, keys: Path) -> Iterator[grpc.Channel]:
    """The service's door for systems, as one of SCT's meets it."""
    certificates = Certificates.in_directory(keys)
    shown = certificates.register("import.sct.example", "SCT", SYSTEM_CAPACITY)
    credentials = grpc.ssl_channel_credentials(
        certificates.doors.certificate.read_bytes(), shown.key.read_bytes(), shown.certificate.read_bytes()
    )
    address = platform.endpoints["services"][service]["systems"]
    with grpc.secure_channel(address, credentials) as channel:
        yield channel


def answers(channel: grpc.Channel, service: str, token: str | None) -> dict[Method, Told]:
    """What each method of a service tells a caller with this token who asks for nothing in particular."""
    return {method: call(channel, method, ASKED_NOTHING, token=token) for method in methods(service).values()}


def let_in(answered: dict[Method, Told]) -> set[str]:
    """The methods that let the caller in; none of them may fail of itself."""
    assert [method.path for method, told in answered.items() if told.code in FAULTS] == []
    return {method.path for method, told in answered.items() if told.code not in NOT_LET_IN}


def permitted(service: str, capacity: str) -> set[str]:
    return {path for path, method in methods(service).items() if permits(method, capacity)}


@pytest.mark.parametrize("service", SERVICES)
def test_a_door_has_no_other_services_than_those_of_the_page(platform: RunningPlatform, service: str) -> None:
    with door(platform, service) as channel:
        served = set(ProtoReflectionDescriptorDatabase(channel).get_services())
    assert served - STANDARD_SERVICES == {path.split("/")[1] for path in methods(service)}


@pytest.mark.parametrize("service", SERVICES)
def test_every_method_lets_in_whom_the_page_names(platform: RunningPlatform, service: str, keys: Path) -> None:
    issuer = Issuer.in_directory(keys)
    tokens = {capacity: issuer.issue(capacity=capacity, body="SKHCN") for capacity in CAPACITIES}
    tokens[SERVICE_CAPACITY] = ServiceToken("support", ISSUER, read_key(issuer.service_key_path("support")))()
    with door(platform, service) as channel:
        found = {capacity: let_in(answers(channel, service, token)) for capacity, token in tokens.items()}
    assert found == {capacity: permitted(service, capacity) for capacity in CAPACITIES}


@pytest.mark.parametrize("service", SERVICES)
def test_no_method_lets_in_whom_nobody_vouches_for(
    platform: RunningPlatform, service: str, keys: Path, tmp_path: Path
) -> None:
    strangers = {
        "TOKEN_MISSING": None,
        "TOKEN_EXPIRED": Issuer.in_directory(keys).issue(capacity="auditor", body="TTTP", hours=-1),
        "TOKEN_INVALID": Issuer.in_directory(tmp_path).issue(capacity="auditor", body="TTTP"),
    }
    with door(platform, service) as channel:
        for reason, token in strangers.items():
            told = set(answers(channel, service, token).values())
            assert told == {Told(StatusCode.UNAUTHENTICATED, reason)}


@pytest.mark.parametrize("service", SERVICES)
def test_every_method_lets_in_a_system_as_the_page_says_and_nobody_of_another_body_through_it(
    platform: RunningPlatform, service: str, keys: Path
) -> None:
    of_another_body = Issuer.in_directory(keys).issue(capacity="programme_officer", body="SKHCN")
    with systems_door(platform, service, keys) as channel:
        assert let_in(answers(channel, service, None)) == permitted(service, SYSTEM_CAPACITY)
        told = set(answers(channel, service, of_another_body).values())
    assert told == {Told(StatusCode.PERMISSION_DENIED, "SYSTEM_OF_ANOTHER_BODY")}
