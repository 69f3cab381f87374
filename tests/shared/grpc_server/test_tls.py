from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from deploy.local.certificates import Certificates
from deploy.local.tokens import Issuer
from services.shared.channel import DoorUnprotected, is_on_this_machine, open_channel
from services.shared.grpc_server import Door, Neighbour, NeighbourUnavailable, ServiceToken
from services.shared.grpc_server.systems import system_person_id
from services.shared.settings import DoorSettings, TlsSettings
from tests.logged import Logged
from tests.shared.grpc_server.conftest import Refused
from tests.shared.grpc_server.notebooks import NotebookServicer, pb, pb_grpc

SYSTEM = "notes.skhcn.example"
HERE = ("127.0.0.1", "localhost")


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    return Certificates.in_directory(tmp_path)


@pytest.fixture
def protected(settings: DoorSettings, certificates: Certificates) -> DoorSettings:
    return replace(settings, tls=certificates.of_door("notebooks", *HERE), systems=certificates.at("127.0.0.1:0"))


@pytest.fixture
def door(opened: Callable[..., Door], servicer: NotebookServicer, protected: DoorSettings) -> Door:
    return opened([servicer], settings=protected)


def ask(channel: grpc.Channel, token: str | None = None, wait: bool = False) -> Any:
    """The answer to the smallest question at a door, or Refused."""
    metadata = (("authorization", f"Bearer {token}"),) if token else ()
    try:
        stub = pb_grpc.NotebookServiceStub(channel)
        return stub.ProvokeTrouble(
            pb.ProvokeTroubleRequest(trouble="none"), timeout=5, metadata=metadata, wait_for_ready=wait
        )
    except grpc.RpcError as error:
        raise Refused(error) from None


def channel_of(address: str | None, authority: Path, files: TlsSettings | None = None) -> closing[grpc.Channel]:
    """A channel that believes the authority, and shows a client's certificate where there is one."""
    shown = (files.key.read_bytes(), files.certificate.read_bytes()) if files else (None, None)
    return closing(grpc.secure_channel(str(address), grpc.ssl_channel_credentials(authority.read_bytes(), *shown)))


# Persons and services, at a door that shows a certificate


def test_a_person_is_let_in_over_tls(door: Door, certificates: Certificates, token: str) -> None:
    with channel_of(door.address, certificates.doors.certificate) as channel:
        assert ask(channel, token).remaining_seconds > 0


def test_in_the_clear_nobody_is_answered(door: Door, token: str) -> None:
    with closing(grpc.insecure_channel(door.address)) as channel, pytest.raises(Refused) as refused:
        ask(channel, token)
    assert refused.value.code is grpc.StatusCode.UNAVAILABLE


def test_a_door_that_another_authority_vouches_for_is_not_believed(door: Door, tmp_path: Path, token: str) -> None:
    stranger = Certificates.in_directory(tmp_path / "stranger").doors
    with channel_of(door.address, stranger.certificate) as channel, pytest.raises(Refused) as refused:
        ask(channel, token)
    assert refused.value.code is grpc.StatusCode.UNAVAILABLE


def test_a_neighbour_is_asked_over_tls(
    door: Door, certificates: Certificates, settings: DoorSettings, issuer: Issuer, tmp_path: Path
) -> None:
    own = ServiceToken.from_settings("support", replace(settings, service_key=issuer.service_key_path("support")))
    with closing(Neighbour("notebooks", door.address, own, authority=certificates.doors.certificate)) as neighbour:
        stub = pb_grpc.NotebookServiceStub(neighbour.channel)
        assert neighbour.ask(stub.ProvokeTrouble, pb.ProvokeTroubleRequest(trouble="none")).remaining_seconds > 0
    stranger = Certificates.in_directory(tmp_path / "stranger").doors.certificate
    with closing(Neighbour("notebooks", door.address, own, authority=stranger, most_seconds=2)) as neighbour:
        stub = pb_grpc.NotebookServiceStub(neighbour.channel)
        with pytest.raises(NeighbourUnavailable):
            neighbour.ask(stub.ProvokeTrouble, pb.ProvokeTroubleRequest(trouble="none"))


# What is reached from other machines is never in the clear


@pytest.mark.parametrize("listen", ["0.0.0.0:0", "[::]:0", "registry.example:443"])
def test_a_door_without_a_certificate_opens_on_this_machine_only(
    opened: Callable[..., Door], servicer: NotebookServicer, settings: DoorSettings, listen: str
) -> None:
    with pytest.raises(DoorUnprotected):
        opened([servicer], settings=replace(settings, listen=listen))


def test_systems_are_not_let_in_at_a_door_without_a_certificate(
    opened: Callable[..., Door], servicer: NotebookServicer, settings: DoorSettings, certificates: Certificates
) -> None:
    with pytest.raises(DoorUnprotected):
        opened([servicer], settings=replace(settings, systems=certificates.at("127.0.0.1:0")))


def test_another_machine_is_not_asked_in_the_clear() -> None:
    with pytest.raises(DoorUnprotected):
        open_channel("registry.nscl.svc:443", None)


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("127.0.0.1:5061", True),
        ("127.8.9.10", True),
        ("localhost:5061", True),
        ("[::1]:5061", True),
        ("::1", True),
        ("0.0.0.0:5061", False),
        ("[::]:5061", False),
        ("10.0.0.1:5061", False),
        ("localhost.example:5061", False),
        ("", False),
    ],
)
def test_this_machine_is_told_from_others(address: str, here: bool) -> None:
    assert is_on_this_machine(address) is here


# Probes


def test_a_probe_that_knows_no_tls_is_answered_and_nothing_else_is(
    opened: Callable[..., Door], servicer: NotebookServicer, protected: DoorSettings, token: str
) -> None:
    probes = "127.0.0.1:20999"
    opened([servicer], settings=replace(protected, health_listen=probes))
    with closing(grpc.insecure_channel(probes)) as channel:
        answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=5)
        assert answer.status == health_pb2.HealthCheckResponse.SERVING
        with pytest.raises(Refused) as refused:
            ask(channel, token)
    assert refused.value.code is grpc.StatusCode.UNIMPLEMENTED


# Renewal


def test_a_certificate_is_renewed_without_a_restart(
    door: Door, certificates: Certificates, token: str, tmp_path: Path
) -> None:
    successor = Certificates.in_directory(tmp_path / "successor")
    with channel_of(door.address, successor.doors.certificate) as channel, pytest.raises(Refused):
        ask(channel, token)
    renewed = successor.of_door("notebooks", *HERE)
    renewed.key.replace(tmp_path / "notebooks_tls.key")
    with channel_of(door.address, certificates.doors.certificate) as channel:
        assert ask(channel, token), "a key without its certificate was shown"
    renewed.certificate.replace(tmp_path / "notebooks_tls.pem")
    with channel_of(door.address, successor.doors.certificate) as channel:
        assert ask(channel, token)


def test_a_key_of_another_certificate_opens_no_door(
    opened: Callable[..., Door], servicer: NotebookServicer, settings: DoorSettings, certificates: Certificates
) -> None:
    one, other = certificates.of_door("one", *HERE), certificates.of_door("other", *HERE)
    with pytest.raises(ValueError, match="is not that of the certificate"):
        opened([servicer], settings=replace(settings, tls=TlsSettings(one.certificate, other.key)))


# Departments' systems


@pytest.fixture
def system(certificates: Certificates) -> TlsSettings:
    return certificates.register(SYSTEM, "SKHCN", "auditor")


@pytest.fixture
def to_systems(door: Door, certificates: Certificates, system: TlsSettings) -> Iterator[grpc.Channel]:
    with channel_of(door.systems_address, certificates.doors.certificate, system) as channel:
        yield channel


def test_a_system_acts_by_its_certificate(to_systems: grpc.Channel, logged: Logged) -> None:
    ask(to_systems)
    (line,) = logged.lines()
    assert line["person"] == str(system_person_id(SYSTEM))
    assert (line["body"], line["capacity"]) == ("SKHCN", "auditor")


def test_a_system_may_do_what_its_capacity_may(to_systems: grpc.Channel) -> None:
    stub = pb_grpc.NotebookServiceStub(to_systems)
    with pytest.raises(grpc.RpcError) as refused:
        stub.OpenNotebook(pb.OpenNotebookRequest(request_id="b0b5b2f6-6f0b-4b44-8f4e-0d8b54a4a8a1", title="Sổ"))
    assert Refused(refused.value).info.reason == "CAPACITY_NOT_PERMITTED"


def test_a_person_of_its_body_may_come_with_a_system(to_systems: grpc.Channel, issuer: Issuer) -> None:
    ask(to_systems, issuer.issue(capacity="clerk", body="SKHCN"))
    with pytest.raises(Refused) as refused:
        ask(to_systems, issuer.issue(capacity="clerk", body="STC"))
    assert (refused.value.code, refused.value.info.reason) == (
        grpc.StatusCode.PERMISSION_DENIED,
        "SYSTEM_OF_ANOTHER_BODY",
    )
    with pytest.raises(Refused, match="TOKEN_EXPIRED"):
        ask(to_systems, issuer.issue(capacity="clerk", body="SKHCN", hours=-1))


def test_who_shows_no_certificate_or_another_authoritys_is_not_let_in(
    door: Door, certificates: Certificates, token: str, tmp_path: Path
) -> None:
    forged = Certificates.in_directory(tmp_path / "forged").register(SYSTEM, "SKHCN", "auditor")
    for shown in (None, forged):
        with (
            channel_of(door.systems_address, certificates.doors.certificate, shown) as channel,
            pytest.raises(Refused) as refused,
        ):
            ask(channel, token)
        assert refused.value.code is grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize("name", ["unlisted.example", "127.0.0.1"])
def test_a_system_that_is_not_listed_or_has_no_name_is_unknown_also_with_a_token(
    door: Door, certificates: Certificates, token: str, name: str
) -> None:
    unlisted = certificates.systems.issue("unlisted", name)
    with (
        channel_of(door.systems_address, certificates.doors.certificate, unlisted) as channel,
        pytest.raises(Refused) as refused,
    ):
        ask(channel, token)
    assert (refused.value.code, refused.value.info.reason) == (grpc.StatusCode.UNAUTHENTICATED, "SYSTEM_UNKNOWN")


def test_a_system_taken_off_the_list_is_let_in_no_more(to_systems: grpc.Channel, certificates: Certificates) -> None:
    ask(to_systems)
    certificates.known_systems.write_text("[")
    ask(to_systems)  # half a list is none: what was read before holds
    certificates.known_systems.write_text("[]")
    with pytest.raises(Refused, match="SYSTEM_UNKNOWN"):
        ask(to_systems)


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        ("{}", "no list"),
        ('[{"name": "a.example", "body": "STC"}]', "a capacity"),
        ('[{"name": "", "body": "STC", "capacity": "auditor"}]', "no DNS name"),
        ('[{"name": "a.example", "body": "", "capacity": "auditor"}]', "no code of a body"),
        ('[{"name": "a.example", "body": "UBND", "capacity": "city_leader"}]', "among what a system may be"),
        ('[{"name": "a.example", "body": "NSCL", "capacity": "service"}]', "among what a system may be"),
    ],
)
def test_a_list_that_gives_a_system_too_much_opens_no_door(
    opened: Callable[..., Door],
    servicer: NotebookServicer,
    protected: DoorSettings,
    certificates: Certificates,
    listed: str,
    told: str,
) -> None:
    certificates.known_systems.write_text(listed)
    with pytest.raises(ValueError, match=told):
        opened([servicer], settings=protected)
