from __future__ import annotations

import json
import logging
import time
import urllib.request
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import grpc
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from deploy.local.tokens import Issuer
from services.shared.grpc_server import Door, serve
from services.shared.grpc_server.door import UndeclaredMethod
from services.shared.settings import DoorSettings
from tests.logged import Logged
from tests.shared.grpc_server.conftest import PERSON_ID, Client, Refused
from tests.shared.grpc_server.notebooks import NotebookServicer, pb, pb_grpc, to_message

SERVICE = "notebook.v1.NotebookService"
CLERK = {"capacity": "clerk", "body": "SKHCN"}


def provoke(client: Client, trouble: str = "none", **how: Any) -> Any:
    return client.call("ProvokeTrouble", pb.ProvokeTroubleRequest(trouble=trouble), **how)


# Who calls


def test_without_a_token_nobody_is_let_in(door: Door) -> None:
    with pytest.raises(Refused) as refused:
        provoke(Client(door, None))
    assert (refused.value.code, refused.value.info.reason) == (grpc.StatusCode.UNAUTHENTICATED, "TOKEN_MISSING")
    assert refused.value.told.locale == "vi"


def unsigned(claims: dict[str, Any]) -> str:
    parts = [{"alg": "none", "typ": "JWT", "kid": "issuer"}, claims]
    return ".".join(urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."


def claims_of(issuer: Issuer, **changes: Any) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(issuer.issue(**CLERK), options={"verify_signature": False})
    return claims | changes


BAD_TOKENS: dict[str, tuple[Callable[[Issuer], str], str]] = {
    "expired": (lambda issuer: issuer.issue(**CLERK, hours=-1), "TOKEN_EXPIRED"),
    "not yet issued": (lambda issuer: issuer.issue(**CLERK, iat=int(time.time()) + 600), "TOKEN_INVALID"),
    "another audience": (lambda issuer: issuer.issue(**CLERK, aud="bank"), "TOKEN_INVALID"),
    "another issuer": (lambda issuer: issuer.issue(**CLERK, iss="elsewhere"), "TOKEN_INVALID"),
    "another key": (
        lambda issuer: replace(issuer, key=Ed25519PrivateKey.generate()).issue(**CLERK),
        "TOKEN_INVALID",
    ),
    "an unknown key": (
        lambda issuer: jwt.encode(claims_of(issuer), issuer.key, "EdDSA", headers={"kid": "unknown"}),
        "TOKEN_INVALID",
    ),
    "no key named": (lambda issuer: jwt.encode(claims_of(issuer), issuer.key, "EdDSA"), "TOKEN_INVALID"),
    "alg none": (lambda issuer: unsigned(claims_of(issuer)), "TOKEN_INVALID"),
    "the public key as a shared secret": (
        lambda issuer: jwt.encode(
            claims_of(issuer), issuer.jwks_path.read_text() * 2, "HS256", headers={"kid": "issuer"}
        ),
        "TOKEN_INVALID",
    ),
    "a person without an id": (lambda issuer: issuer.issue(**CLERK, sub="Nguyễn Văn A"), "TOKEN_INVALID"),
    "no body": (lambda issuer: issuer.issue(capacity="clerk", body=""), "TOKEN_INVALID"),
    "two capacities": (lambda issuer: issuer.issue(body="SKHCN", capacity="clerk,auditor"), "TOKEN_INVALID"),
    "a capacity that is no text": (lambda issuer: issuer.issue(**CLERK | {"capacity": ["clerk"]}), "TOKEN_INVALID"),
    "a person who says to be a service": (
        lambda issuer: issuer.issue(body="SKHCN", capacity="service"),
        "TOKEN_INVALID",
    ),
    "a service that says to be a person": (
        lambda issuer: jwt.encode(
            claims_of(issuer), issuer.service_key_path("registry").read_text(), "EdDSA", {"kid": "service:registry"}
        ),
        "TOKEN_INVALID",
    ),
    "no token at all": (lambda _: "hello", "TOKEN_INVALID"),
}


@pytest.mark.parametrize("bad", BAD_TOKENS)
def test_a_bad_token_lets_nobody_in(door: Door, issuer: Issuer, bad: str) -> None:
    make, reason = BAD_TOKENS[bad]
    with pytest.raises(Refused) as refused:
        provoke(Client(door, make(issuer)))
    assert (refused.value.code, refused.value.info.reason) == (grpc.StatusCode.UNAUTHENTICATED, reason)


def test_a_token_seen_before_still_expires(door: Door, issuer: Issuer) -> None:
    almost = issuer.issue(**CLERK, hours=-3 / 3600)
    client = Client(door, almost)
    provoke(client)
    time.sleep(2.5)
    with pytest.raises(Refused, match="TOKEN_EXPIRED"):
        provoke(client)


def test_another_scheme_than_bearer_is_refused(door: Door, token: str) -> None:
    stub = pb_grpc.NotebookServiceStub(grpc.insecure_channel(door.address))
    with pytest.raises(grpc.RpcError) as refused:
        stub.ProvokeTrouble(pb.ProvokeTroubleRequest(), metadata=(("authorization", f"Basic {token}"),))
    assert Refused(refused.value).info.reason == "TOKEN_INVALID"
    stub.ProvokeTrouble(pb.ProvokeTroubleRequest(), metadata=(("authorization", f"bearer {token}"),))


def test_a_key_added_while_serving_is_known(
    opened: Callable[..., Door], servicer: NotebookServicer, settings: DoorSettings, tmp_path: Any
) -> None:
    old, new = Issuer.in_directory(tmp_path / "old"), Issuer.in_directory(tmp_path / "new")
    door = opened([servicer], settings=replace(settings, token_keys=old.jwks_path))
    jwks = json.loads(new.jwks_path.read_text())
    jwks["keys"][0]["kid"] = "next"
    fresh = jwt.encode(claims_of(new), new.key, "EdDSA", headers={"kid": "next"})
    with pytest.raises(Refused, match="TOKEN_INVALID"):
        provoke(Client(door, fresh))
    old.jwks_path.write_text(json.dumps(jwks))
    provoke(Client(door, fresh))


def test_a_capacity_that_is_not_declared_is_refused(door: Door, issuer: Issuer) -> None:
    client = Client(door, issuer.issue(capacity="auditor", body="STC"))
    with pytest.raises(Refused) as refused:
        client.open()
    assert (refused.value.code, refused.value.info.reason) == (
        grpc.StatusCode.PERMISSION_DENIED,
        "CAPACITY_NOT_PERMITTED",
    )
    assert refused.value.info.metadata == {"capacity": "auditor", "method": f"/{SERVICE}/OpenNotebook"}
    with pytest.raises(Refused, match="NOT_FOUND"):
        client.notes(str(uuid4()))  # any capacity may ask


# What is let through without a token


def test_health_answers_without_a_token(door: Door) -> None:
    stub = health_pb2_grpc.HealthStub(grpc.insecure_channel(door.address))
    for name in ("", SERVICE):
        answer = stub.Check(health_pb2.HealthCheckRequest(service=name))
        assert answer.status == health_pb2.HealthCheckResponse.SERVING


def test_reflection_answers_without_a_token(door: Door) -> None:
    stub = reflection_pb2_grpc.ServerReflectionStub(grpc.insecure_channel(door.address))
    asked = reflection_pb2.ServerReflectionRequest(list_services="")
    answer = next(stub.ServerReflectionInfo(iter([asked])))
    assert SERVICE in {service.name for service in answer.list_services_response.service}


def test_watching_health_takes_no_thread_from_the_calls(door: Door, client: Client) -> None:
    stub = health_pb2_grpc.HealthStub(grpc.insecure_channel(door.address))
    watches = [stub.Watch(health_pb2.HealthCheckRequest()) for _ in range(8)]
    assert next(watches[0]).status == health_pb2.HealthCheckResponse.SERVING
    provoke(client)
    for watch in watches:
        watch.cancel()


# What a refusal looks like


@pytest.mark.parametrize(
    ("trouble", "code", "reason"),
    [
        ("refusal", "FAILED_PRECONDITION", "SAMPLE"),
        ("invalid", "INVALID_ARGUMENT", "SAMPLE_INVALID"),
        ("missing", "NOT_FOUND", "SAMPLE_MISSING"),
        ("taken", "ALREADY_EXISTS", "SAMPLE_TAKEN"),
        ("stale", "ABORTED", "SAMPLE_STALE"),
        ("forbidden", "PERMISSION_DENIED", "SAMPLE_FORBIDDEN"),
        ("conflict", "ABORTED", "CONCURRENT_CHANGE"),
        ("database", "UNAVAILABLE", "DATABASE_UNAVAILABLE"),
        ("fault", "INTERNAL", "UNEXPECTED"),
    ],
)
def test_every_family_has_its_status(client: Client, trouble: str, code: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        provoke(client, trouble)
    assert (refused.value.code.name, refused.value.info.reason) == (code, reason)
    assert refused.value.info.domain == "nscl"
    assert refused.value.details.count("ErrorInfo") == 1
    assert len(set(refused.value.details)) == len(refused.value.details)
    assert (refused.value.told.locale, bool(refused.value.told.message)) == ("vi", True)
    assert ("BadRequest" in refused.value.details) == (trouble == "invalid")


def test_facts_are_told_shortened(client: Client) -> None:
    with pytest.raises(Refused) as refused:
        provoke(client, "refusal")
    assert refused.value.info.metadata == {"why": "x" * 200}


def test_an_invalid_field_of_the_domain_is_named(client: Client) -> None:
    with pytest.raises(Refused) as refused:
        provoke(client, "invalid")
    told = refused.value.violations[0]
    assert (told.field, told.reason, told.description) == ("lines[2].code", "SAMPLE_INVALID", "Trường code sai.")


def test_a_fault_shows_a_reference_and_nothing_else(client: Client, logged: Logged) -> None:
    with pytest.raises(Refused) as refused:
        provoke(client, "fault")
    reference = refused.value.info.metadata["reference"]
    (line,) = logged.lines("nscl.errors")
    assert (line["reference"], line["method"]) == (reference, f"/{SERVICE}/ProvokeTrouble")
    assert line["exception"].startswith("builtins.RuntimeError\n  File ")
    assert "Nguyễn" not in f"{refused.value} {refused.value.told.message} {logged.written}"


def test_a_database_that_is_down_is_not_described(client: Client) -> None:
    with pytest.raises(Refused) as refused:
        provoke(client, "database")
    assert "10.0.0.7" not in str(refused.value) + refused.value.told.message


def test_bytes_that_are_no_request_are_refused(door: Door, token: str) -> None:
    method = grpc.insecure_channel(door.address).unary_unary(f"/{SERVICE}/OpenNotebook")
    with pytest.raises(grpc.RpcError) as refused:
        method(b"\x0a\xff\xff", metadata=(("authorization", f"Bearer {token}"),))
    told = Refused(refused.value)
    assert (told.code, told.info.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "REQUEST_MALFORMED")


def test_more_violations_than_an_answer_holds_still_arrive(client: Client) -> None:
    with pytest.raises(Refused) as refused:
        client.write("x", note="公", request_id="y", etag="z" * 30, basis={"document": "d" * 100, "cause": "c" * 100})
    assert refused.value.info.metadata["count"] == str(len(refused.value.violations))


def test_an_unknown_method_is_unimplemented(door: Door, token: str) -> None:
    method = grpc.insecure_channel(door.address).unary_unary(f"/{SERVICE}/BurnNotebook")
    with pytest.raises(grpc.RpcError) as refused:
        method(b"", metadata=(("authorization", f"Bearer {token}"),))
    assert refused.value.code() is grpc.StatusCode.UNIMPLEMENTED


# Deadlines


def test_the_callers_deadline_is_passed_on(client: Client) -> None:
    assert 0 < provoke(client, timeout=3).remaining_seconds < 3.5


def test_without_a_deadline_the_door_sets_one(client: Client) -> None:
    assert 10 < provoke(client, timeout=None).remaining_seconds < 15.5


def test_a_call_that_comes_too_late_is_not_begun(
    opened: Callable[..., Door], servicer: NotebookServicer, settings: DoorSettings, token: str
) -> None:
    door = opened([servicer], settings=replace(settings, threads=1))
    client = Client(door, token)
    notebook_id = client.open().notebook.notebook_id
    servicer.before_saving = lambda: time.sleep(0.5)
    slow = client.stub.WriteNote.future(
        pb.WriteNoteRequest(request_id=str(uuid4()), basis={"document": "1"}, notebook_id=notebook_id, note="chậm"),
        metadata=(("authorization", f"Bearer {token}"),),
    )
    time.sleep(0.1)
    with pytest.raises(Refused) as refused:
        client.call("OpenNotebook", pb.OpenNotebookRequest(request_id=str(uuid4()), title="muộn"), timeout=0.1)
    assert refused.value.code is grpc.StatusCode.DEADLINE_EXCEEDED
    head = slow.result().recorded.position
    servicer.before_saving = lambda: None
    assert client.open().recorded.position == head + 1


# What is written down


def test_the_access_log_says_who_did_what_and_no_more(client: Client, token: str, logged: Logged) -> None:
    request_id = str(uuid4())
    client.open("Bí mật", request_id=request_id)
    with pytest.raises(Refused):
        client.open(request_id="\nforged line")
    who = {"body": "SKHCN", "capacity": "clerk", "person": str(PERSON_ID)}
    done, refused = logged.lines()
    assert done.items() >= {**who, "method": f"/{SERVICE}/OpenNotebook", "code": "OK", "request_id": request_id}.items()
    assert refused.items() >= {**who, "code": "INVALID_ARGUMENT", "reason": "FORM_INCORRECT"}.items()
    assert "request_id" not in refused
    assert not any(token in line or "Bí mật" in line or "\n" in line for line in logged.written)


def test_refusals_at_the_door_are_in_the_access_log(door: Door, issuer: Issuer, logged: Logged) -> None:
    for token in (None, issuer.issue(capacity="auditor", body="STC")):
        with pytest.raises(Refused):
            Client(door, token).open()
    nobody, auditor = logged.lines()
    assert nobody.items() >= {"code": "UNAUTHENTICATED", "reason": "TOKEN_MISSING"}.items()
    assert not nobody.keys() & {"body", "capacity", "person"}
    assert auditor.items() >= {"reason": "CAPACITY_NOT_PERMITTED", "body": "STC", "capacity": "auditor"}.items()


def test_every_line_of_a_call_names_it_and_its_cause_but_not_who_asks(
    client: Client, servicer: NotebookServicer, logged: Logged
) -> None:
    servicer.before_saving = lambda: logging.getLogger("some.library").warning("slow")
    asked = {"request_id": str(uuid4()), "notebook_id": client.open().notebook.notebook_id}
    client.write(**asked, basis={"document": "1", "cause": "registry:7"})
    (line,) = logged.lines("some.library")
    told = {"method": f"/{SERVICE}/WriteNote", "request_id": asked["request_id"], "cause": "registry:7"}
    assert line.items() >= {**told, "body": "SKHCN", "capacity": "clerk", "level": "warning"}.items()
    assert "person" not in line


def test_a_call_is_not_written_down_under_the_one_before_it(
    opened: Callable[..., Door], servicer: NotebookServicer, settings: DoorSettings, token: str, logged: Logged
) -> None:
    door = opened([servicer], settings=replace(settings, threads=1))
    Client(door, token).open(basis={"cause": "registry:7"})
    with pytest.raises(Refused):
        Client(door, None).notes(str(uuid4()))
    before, after = logged.lines()
    assert before.keys() > {"request_id", "cause", "body"}
    assert not after.keys() & {"request_id", "cause", "body"}


def test_calls_are_counted_on_the_metrics_port(
    opened: Callable[..., Door], servicer: NotebookServicer, settings: DoorSettings, token: str
) -> None:
    door = opened([servicer], settings=replace(settings, metrics_listen="127.0.0.1:0"))
    client = Client(door, token)
    position = client.open().recorded.position
    with pytest.raises(Refused):
        provoke(client, "taken")
    with urllib.request.urlopen(f"http://{door.metrics_address}/metrics") as answer:
        page = answer.read().decode()
    assert f'nscl_calls_total{{code="OK",method="/{SERVICE}/OpenNotebook"}}' in page
    assert f'nscl_calls_total{{code="ALREADY_EXISTS",method="/{SERVICE}/ProvokeTrouble"}}' in page
    assert f'nscl_call_seconds_count{{method="/{SERVICE}/OpenNotebook"}}' in page
    assert "nscl_calls_in_flight 0.0" in page
    assert f'nscl_log_position{{service="notebooks"}} {float(position)}' in page


# Starting and stopping


def test_a_method_without_a_declaration_keeps_the_door_shut(servicer: NotebookServicer, settings: DoorSettings) -> None:
    class Careless(NotebookServicer):
        def ListNotebooks(self, request: Any, context: Any) -> Any: ...  # noqa: N802 - the name of its rpc

    with pytest.raises(UndeclaredMethod, match="ListNotebooks has neither command nor query"):
        serve("notebooks", [Careless(servicer.log)], log=servicer.log, to_message=to_message, settings=settings)


def test_a_declaration_that_does_not_fit_the_proto_keeps_the_door_shut(
    servicer: NotebookServicer, settings: DoorSettings
) -> None:
    class Mistaken(NotebookServicer):
        GetNotebook = NotebookServicer.OpenNotebook

    with pytest.raises(UndeclaredMethod, match="GetNotebook is a command without -> recorded, basis, request_id"):
        serve("notebooks", [Mistaken(servicer.log)], log=servicer.log, to_message=to_message, settings=settings)


def test_a_command_asked_in_many_messages_says_so(servicer: NotebookServicer, settings: DoorSettings) -> None:
    class Undeclared(NotebookServicer):
        WriteNotes = NotebookServicer.WriteNote

    with pytest.raises(UndeclaredMethod, match="WriteNotes is asked in many messages, or not"):
        serve("notebooks", [Undeclared(servicer.log)], log=servicer.log, to_message=to_message, settings=settings)


def test_a_taken_port_is_told(door: Door, servicer: NotebookServicer, settings: DoorSettings) -> None:
    with pytest.raises(OSError, match=f"cannot listen on {door.address}"):
        serve(
            "notebooks",
            [servicer],
            log=servicer.log,
            to_message=to_message,
            settings=replace(settings, listen=door.address),
        )


def test_a_stopping_server_finishes_what_it_has_in_hand(
    servicer: NotebookServicer, settings: DoorSettings, token: str
) -> None:
    door = serve("notebooks", [servicer], log=servicer.log, to_message=to_message, settings=settings)
    client = Client(door, token)
    notebook_id = client.open().notebook.notebook_id
    servicer.before_saving = lambda: time.sleep(0.3)
    in_hand = client.stub.WriteNote.future(
        pb.WriteNoteRequest(request_id=str(uuid4()), basis={"document": "1"}, notebook_id=notebook_id, note="dở"),
        metadata=(("authorization", f"Bearer {token}"),),
    )
    time.sleep(0.1)
    door.stop()
    assert in_hand.result().notebook.notes == 1
    with pytest.raises(Refused, match="UNAVAILABLE"):
        client.open()
