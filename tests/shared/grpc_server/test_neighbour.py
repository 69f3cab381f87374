from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import grpc
import pytest

from deploy.local.tokens import Issuer
from services.shared.deadline import within
from services.shared.grpc_server import (
    Door,
    Neighbour,
    NeighbourRefused,
    NeighbourUnavailable,
    ServiceToken,
    serve,
)
from services.shared.settings import DoorSettings
from services.shared.traces import Traces
from tests.collector import Told
from tests.shared.grpc_server.notebooks import NotebookServicer, pb, pb_grpc, to_message


@pytest.fixture
def service_token(settings: DoorSettings, issuer: Issuer) -> ServiceToken:
    return ServiceToken.from_settings("support", replace(settings, service_key=issuer.service_key_path("support")))


@pytest.fixture
def neighbour(door: Door, service_token: ServiceToken) -> Iterator[Neighbour]:
    neighbour = Neighbour("notebooks", door.address, service_token)
    yield neighbour
    neighbour.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def provoke(neighbour: Neighbour, trouble: str = "none") -> Any:
    stub = pb_grpc.NotebookServiceStub(neighbour.channel)
    return neighbour.ask(stub.ProvokeTrouble, pb.ProvokeTroubleRequest(trouble=trouble))


def test_who_is_asked_goes_on_in_the_trace(neighbour: Neighbour, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told()
    monkeypatch.setattr(Traces, "present", told.traces)
    with told.traces.answering("asks", None, "", {}):
        provoke(neighbour)
    asked, asks = told.span("/notebook.v1.NotebookService/ProvokeTrouble"), told.span("asks")
    assert asked.parent.span_id == asks.context.span_id


def test_a_service_is_known_by_its_own_key(neighbour: Neighbour) -> None:
    assert provoke(neighbour).remaining_seconds > 0


def test_a_service_is_let_in_where_its_capacity_is_declared_only(neighbour: Neighbour) -> None:
    stub = pb_grpc.NotebookServiceStub(neighbour.channel)
    with pytest.raises(NeighbourRefused) as refused:
        neighbour.ask(stub.ListNotebooks, pb.ListNotebooksRequest())
    assert refused.value.code is grpc.StatusCode.PERMISSION_DENIED


def test_the_question_has_no_more_time_than_the_call_it_serves(neighbour: Neighbour) -> None:
    with within(1.5):
        assert provoke(neighbour).remaining_seconds < 2
    assert 2 < provoke(neighbour).remaining_seconds < 5.5


def test_a_refusal_is_told_with_its_reason(neighbour: Neighbour) -> None:
    with pytest.raises(NeighbourRefused, match="Dịch vụ notebooks từ chối: Không có") as refused:
        provoke(neighbour, "missing")
    assert (refused.value.code, refused.value.reason_given) == (grpc.StatusCode.NOT_FOUND, "SAMPLE_MISSING")


@pytest.mark.parametrize("trouble", ["database", "fault"])
def test_an_answer_that_is_none_is_unavailability(neighbour: Neighbour, trouble: str) -> None:
    with pytest.raises(NeighbourUnavailable):
        provoke(neighbour, trouble)


def test_nobody_at_home_is_unavailability_in_time(service_token: ServiceToken) -> None:
    neighbour = Neighbour("notebooks", f"127.0.0.1:{free_port()}", service_token)
    started = time.monotonic()
    with within(2), pytest.raises(NeighbourUnavailable):
        provoke(neighbour)
    assert time.monotonic() - started < 4.5


def test_unavailable_is_tried_again_and_nothing_else(service_token: ServiceToken) -> None:
    tries: list[str] = []
    answers = iter([grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.UNAVAILABLE, None, grpc.StatusCode.ABORTED])

    def answer(_request: bytes, context: grpc.ServicerContext) -> bytes:
        tries.append(threading.current_thread().name)
        code = next(answers)
        return b"" if code is None else context.abort(code, "")

    handler = grpc.unary_unary_rpc_method_handler(answer)
    server = grpc.server(ThreadPoolExecutor(1))
    service = grpc.method_handlers_generic_handler("notebook.v1.NotebookService", {"ProvokeTrouble": handler})
    server.add_generic_rpc_handlers((service,))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        neighbour = Neighbour("notebooks", f"127.0.0.1:{port}", service_token)
        provoke(neighbour)
        assert len(tries) == 3
        with pytest.raises(NeighbourRefused):
            provoke(neighbour)
        assert len(tries) == 4
    finally:
        server.stop(None).wait()


def test_a_door_that_opens_again_is_found(
    servicer: NotebookServicer, settings: DoorSettings, service_token: ServiceToken
) -> None:
    fixed = replace(settings, listen=f"127.0.0.1:{free_port()}")

    def open_door() -> Door:
        return serve("notebooks", [servicer], log=servicer.log, to_message=to_message, settings=fixed)

    neighbour = Neighbour("notebooks", fixed.listen, service_token)
    with open_door():
        provoke(neighbour)
    with pytest.raises(NeighbourUnavailable):
        provoke(neighbour)
    with open_door():
        deadline = time.monotonic() + 10
        while True:
            try:
                provoke(neighbour)
                break
            except NeighbourUnavailable:
                assert time.monotonic() < deadline


def test_a_service_without_a_key_of_its_own_is_told(settings: DoorSettings) -> None:
    with pytest.raises(OSError, match="SUPPORT_SERVICE_KEY"):
        ServiceToken.from_settings("support", settings)
