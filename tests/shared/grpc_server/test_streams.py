"""Requests and answers in many messages: they pass the same door, under one admission."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import grpc
import pytest

from deploy.local.tokens import Issuer
from services.shared.grpc_server import Door
from services.shared.settings import DoorSettings
from tests.logged import Logged
from tests.shared.grpc_server.conftest import Client, Refused
from tests.shared.grpc_server.notebooks import NotebookServicer, pb

STREAMS = {"WriteNotes": pb.WriteNotesRequest, "CopyNotes": pb.CopyNotesRequest}


def messages(method: str, notebook_id: str, *notes: str) -> Iterator[Any]:
    request = STREAMS[method]
    yield request(request_id=str(uuid4()), basis={"document": "12/BC-SKHCN"}, notebook_id=notebook_id)
    for note in notes:
        yield request(note=note)


def answers(client: Client, method: str, requests: Iterator[Any], **how: Any) -> list[Any]:
    """All that is answered, or Refused."""
    try:
        answered = client.call(method, requests, **how)
        return [answered] if method == "WriteNotes" else list(answered)
    except grpc.RpcError as error:
        raise Refused(error) from None


@pytest.fixture
def notebook_id(client: Client) -> str:
    return str(client.open().notebook.notebook_id)


def test_many_messages_are_answered_by_one(client: Client, notebook_id: str) -> None:
    [answer] = answers(client, "WriteNotes", messages("WriteNotes", notebook_id, "một", "hai", "ba"))
    assert (answer.notebook.notes, client.notes(notebook_id)) == (3, 3)


def test_many_messages_are_answered_by_many(client: Client, notebook_id: str) -> None:
    told = answers(client, "CopyNotes", messages("CopyNotes", notebook_id, "một", "hai"))
    assert [answer.notebook.notes for answer in told] == [1, 2]


@pytest.mark.parametrize("method", STREAMS)
def test_the_first_message_is_looked_at_as_a_commands_request(client: Client, notebook_id: str, method: str) -> None:
    with pytest.raises(Refused) as refused:
        answers(client, method, iter([STREAMS[method](notebook_id=notebook_id)]))
    fields = {violation.field for violation in refused.value.violations}
    assert (refused.value.code, fields) == (grpc.StatusCode.INVALID_ARGUMENT, {"request_id", "basis"})


@pytest.mark.parametrize("method", STREAMS)
def test_without_any_message_nothing_is_done(client: Client, method: str) -> None:
    with pytest.raises(Refused, match="REQUEST_EMPTY"):
        answers(client, method, iter([]))


@pytest.mark.parametrize("method", STREAMS)
def test_nobody_streams_without_a_token_or_in_another_capacity(
    door: Door, issuer: Issuer, notebook_id: str, method: str
) -> None:
    with pytest.raises(Refused, match="TOKEN_MISSING"):
        answers(Client(door, None), method, messages(method, notebook_id, "một"))
    guest = Client(door, issuer.issue(capacity="guest", body="SKHCN"))
    with pytest.raises(Refused, match="CAPACITY_NOT_PERMITTED"):
        answers(guest, method, messages(method, notebook_id, "một"))


@pytest.mark.parametrize("method", STREAMS)
def test_a_refusal_half_way_leaves_what_was_recorded(client: Client, notebook_id: str, method: str) -> None:
    with pytest.raises(Refused, match="NOTEBOOK_FULL"):
        answers(client, method, messages(method, notebook_id, *map(str, range(11))))
    assert client.notes(notebook_id) == 10


@pytest.mark.parametrize("method", STREAMS)
def test_a_call_asked_in_many_messages_has_its_line_in_the_access_log(
    client: Client, notebook_id: str, method: str, logged: Logged
) -> None:
    requests = list(messages(method, notebook_id, "một"))
    answers(client, method, iter(requests))
    [line] = [line for line in logged.lines() if line["method"].endswith(method)]
    assert (line["code"], line["request_id"]) == ("OK", requests[0].request_id)


@pytest.mark.parametrize("method", STREAMS)
def test_a_caller_who_leaves_while_sending_ends_the_call(
    client: Client, notebook_id: str, method: str, logged: Logged
) -> None:
    """Told as cancelled, or, where grpcio tells of no more than an end, carried out as far as it was sent."""
    left = threading.Event()

    def slowly() -> Iterator[Any]:
        yield from messages(method, notebook_id, "một")
        left.wait(10)

    with pytest.raises(Refused, match="DEADLINE_EXCEEDED"):
        answers(client, method, slowly(), timeout=0.3)
    _until(lambda: any(line["method"].endswith(method) for line in logged.lines()))
    left.set()
    assert client.notes(notebook_id) == 1


def test_streams_leave_threads_for_other_calls(
    opened: Callable[..., Door], servicer: NotebookServicer, settings: DoorSettings, token: str
) -> None:
    client = Client(opened([servicer], settings=replace(settings, threads=4)), token)
    notebook_id, done = client.open().notebook.notebook_id, threading.Event()

    def held() -> Iterator[Any]:
        yield from messages("CopyNotes", notebook_id, "một")
        done.wait(10)

    first = client.call("CopyNotes", held())
    next(first)
    with pytest.raises(Refused, match="DOOR_BUSY"):
        answers(client, "CopyNotes", messages("CopyNotes", notebook_id, "hai"))
    assert client.notes(notebook_id) == 1
    done.set()
    assert list(first) == []
    answers(client, "CopyNotes", messages("CopyNotes", notebook_id, "hai"))


def _until(happened: Callable[[], bool]) -> None:
    for _ in range(100):
        if happened():
            return
        threading.Event().wait(0.05)
    raise AssertionError("it never happened")
