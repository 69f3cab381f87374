from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import grpc
import psycopg2
import pytest

from deploy.local.tokens import Issuer
from services.shared.event_store import EventLog, migrate
from services.shared.grpc_server import Door
from services.shared.grpc_server.methods import MOST_ATTEMPTS
from services.shared.record import Act
from services.shared.settings import DoorSettings
from tests.servers import Database
from tests.shared.grpc_server.conftest import PERSON_ID, Client, Refused
from tests.shared.grpc_server.notebooks import MOST_NOTES, Notebook, NotebookServicer, pb

EVENING = datetime(2024, 6, 27, 20, 30, tzinfo=UTC)  # already the 28th in Việt Nam


def test_the_answer_holds_the_resource_and_where_it_was_recorded(client: Client, log: EventLog) -> None:
    answer = client.open("Sổ giao ban")
    assert (answer.notebook.title, answer.notebook.etag) == ("Sổ giao ban", "1")
    assert (answer.recorded.service, answer.recorded.position) == ("notebooks", log.head())


def test_every_event_carries_who_in_which_capacity_on_which_document(
    opened: Callable[..., Door], servicer: NotebookServicer, token: str, log: EventLog
) -> None:
    client = Client(opened([servicer], clock=lambda: EVENING), token)
    request_id = str(uuid4())
    basis = {"document": " 134/KH-UBND ", "effective_on": {"year": 2024, "month": 6, "day": 28}, "cause": "registry:42"}
    answer = client.open(request_id=request_id, basis=basis)
    assert log.load(Notebook, UUID(answer.notebook.notebook_id)).opened_by == Act(
        person_id=PERSON_ID,
        body="SKHCN",
        capacity="clerk",
        effective_on=date(2024, 6, 28),
        recorded_at=EVENING,
        request_id=UUID(request_id),
        document="134/KH-UBND",
        cause="registry:42",
    )


def test_without_a_basis_an_act_counts_from_today_in_viet_nam(
    opened: Callable[..., Door], servicer: NotebookServicer, token: str, log: EventLog
) -> None:
    answer = Client(opened([servicer], clock=lambda: EVENING), token).open()
    act = log.load(Notebook, UUID(answer.notebook.notebook_id)).opened_by
    assert (act.effective_on, act.document, act.cause) == (date(2024, 6, 28), None, None)


@pytest.mark.parametrize(
    ("fields", "field", "reason"),
    [
        ({"request_id": ""}, "request_id", "FIELD_REQUIRED"),
        ({"request_id": "12"}, "request_id", "FIELD_MALFORMED"),
        ({"request_id": "6ba7b810-9dad-11d1-80b4-00c04fd430c8"}, "request_id", "FIELD_MALFORMED"),
        ({"basis": None}, "basis", "FIELD_REQUIRED"),
        ({"basis": {}}, "basis.document", "FIELD_REQUIRED"),
        ({"basis": {"document": "x" * 61}}, "basis.document", "FIELD_TOO_LONG"),
        ({"basis": {"document": "12\x07"}}, "basis.document", "FIELD_MALFORMED"),
        (
            {"basis": {"document": "1", "effective_on": {"year": 2199, "month": 1, "day": 1}}},
            "basis.effective_on",
            "FIELD_OUT_OF_RANGE",
        ),
        (
            {"basis": {"document": "1", "effective_on": {"year": 2024, "month": 2, "day": 30}}},
            "basis.effective_on",
            "FIELD_MALFORMED",
        ),
        ({"basis": {"document": "1", "cause": "registry"}}, "basis.cause", "FIELD_MALFORMED"),
        ({"basis": {"document": "1", "cause": "registry:0"}}, "basis.cause", "FIELD_MALFORMED"),
        ({"etag": "x" * 21}, "etag", "FIELD_TOO_LONG"),
        ({"notebook_id": "7"}, "notebook_id", "FIELD_MALFORMED"),
        ({"note": "公"}, "note", "FIELD_WRONG_SCRIPT"),
    ],
    ids=str,
)
def test_a_wrong_field_of_a_command_is_named(
    client: Client, fields: dict[str, object], field: str, reason: str
) -> None:
    correct = {
        "request_id": str(uuid4()),
        "basis": {"document": "12/BC"},
        "notebook_id": str(uuid4()),
        "note": "một",
    }
    with pytest.raises(Refused) as refused:
        client.call("WriteNote", pb.WriteNoteRequest(**(correct | fields)))
    assert refused.value.code is grpc.StatusCode.INVALID_ARGUMENT
    assert refused.value.info.reason == "FORM_INCORRECT"
    assert [(told.field, told.reason) for told in refused.value.violations] == [(field, reason)]


def test_a_repeat_is_answered_with_the_first_success(client: Client, log: EventLog) -> None:
    request_id = str(uuid4())
    first = client.open(request_id=request_id)
    head = log.head()
    assert client.open(request_id=request_id) == first
    assert log.head() == head


def test_a_repeat_is_answered_as_it_was_then(client: Client) -> None:
    notebook_id, request_id = client.open().notebook.notebook_id, str(uuid4())
    first = client.write(notebook_id, request_id=request_id, etag="1")
    client.write(notebook_id)
    assert client.write(notebook_id, request_id=request_id, etag="1") == first
    assert client.notes(notebook_id) == 2


def test_a_repeat_is_answered_also_when_the_state_now_refuses(client: Client) -> None:
    notebook_id = client.open().notebook.notebook_id
    request_ids = [str(uuid4()) for _ in range(MOST_NOTES)]
    answers = [client.write(notebook_id, request_id=request_id) for request_id in request_ids]
    with pytest.raises(Refused, match="FAILED_PRECONDITION NOTEBOOK_FULL"):
        client.write(notebook_id)
    assert [client.write(notebook_id, request_id=request_id) for request_id in request_ids] == answers


def test_a_repeat_is_answered_after_a_restart(
    opened: Callable[..., Door], client: Client, token: str, migrated: Database
) -> None:
    request_id = str(uuid4())
    first = client.open(request_id=request_id)
    with EventLog("notebooks", migrated.service_env) as other_log:
        restarted = Client(opened([NotebookServicer(other_log)]), token)
        assert restarted.open(request_id=request_id) == first
        restarted.channel.close()


def test_a_request_id_serves_one_request_only(client: Client, issuer: Issuer, log: EventLog) -> None:
    notebook_id, request_id = client.open().notebook.notebook_id, str(uuid4())
    client.write(notebook_id, "một", request_id)
    head, token = log.head(), client.token
    somebody_else = issuer.issue(capacity="clerk", body="SKHCN", person_id=uuid4())
    in_another_capacity = issuer.issue(capacity="head_clerk", body="SKHCN", person_id=PERSON_ID)
    others: list[tuple[str | None, Callable[[], object]]] = [
        (token, lambda: client.write(notebook_id, "hai", request_id)),
        (token, lambda: client.open(request_id=request_id)),
        (somebody_else, lambda: client.write(notebook_id, "một", request_id)),
        (in_another_capacity, lambda: client.write(notebook_id, "một", request_id)),
    ]
    for client.token, another_request in others:
        with pytest.raises(Refused, match="INVALID_ARGUMENT REQUEST_ID_REUSED") as refused:
            another_request()
        assert [told.field for told in refused.value.violations] == ["request_id"]
    assert log.head() == head


def test_what_is_kept_of_a_request_cannot_be_compared_without_the_secret(
    opened: Callable[..., Door], servicer: NotebookServicer, settings: DoorSettings, client: Client
) -> None:
    request_id = str(uuid4())
    client.open(request_id=request_id)
    elsewhere = opened([servicer], settings=replace(settings, request_secret=b"the secret of another service"))
    without_the_secret = Client(elsewhere, client.token)
    with pytest.raises(Refused, match="REQUEST_ID_REUSED"):
        without_the_secret.open(request_id=request_id)
    without_the_secret.channel.close()


def test_a_reused_id_is_told_even_when_the_form_is_wrong_too(client: Client) -> None:
    request_id = str(uuid4())
    client.open(request_id=request_id)
    with pytest.raises(Refused, match="REQUEST_ID_REUSED"):
        client.open(title="", request_id=request_id)


def test_a_stale_etag_is_aborted_and_the_present_one_permitted(client: Client) -> None:
    notebook_id = client.open().notebook.notebook_id
    client.write(notebook_id)
    with pytest.raises(Refused) as refused:
        client.write(notebook_id, etag="1")
    assert (refused.value.code, refused.value.info.reason) == (grpc.StatusCode.ABORTED, "RECORD_CHANGED")
    assert client.write(notebook_id, etag="2").notebook.etag == "3"


def test_an_unknown_record_is_not_found(client: Client) -> None:
    with pytest.raises(Refused, match="NOT_FOUND RECORD_NOT_FOUND"):
        client.write(str(uuid4()))


def test_whoever_comes_second_decides_again_on_what_the_first_left(client: Client, servicer: NotebookServicer) -> None:
    notebook_id = client.open().notebook.notebook_id
    interrupted = threading.Event()

    def somebody_is_faster() -> None:
        if not interrupted.is_set():
            interrupted.set()
            client.write(notebook_id, "nhanh hơn")

    servicer.before_saving = somebody_is_faster
    assert client.write(notebook_id, "chậm hơn").notebook.notes == 2


def test_with_an_etag_whoever_comes_second_is_told(client: Client, servicer: NotebookServicer) -> None:
    notebook_id = client.open().notebook.notebook_id
    interrupted = threading.Event()

    def somebody_is_faster() -> None:
        if not interrupted.is_set():
            interrupted.set()
            client.write(notebook_id)

    servicer.before_saving = somebody_is_faster
    with pytest.raises(Refused) as refused:
        client.write(notebook_id, etag="1")
    assert (refused.value.code, refused.value.info.reason) == (grpc.StatusCode.ABORTED, "CONCURRENT_CHANGE")
    assert client.notes(notebook_id) == 1


def test_who_never_comes_first_is_told_in_the_end(client: Client, servicer: NotebookServicer, log: EventLog) -> None:
    notebook_id = client.open().notebook.notebook_id

    def somebody_is_always_faster() -> None:
        other = log.load(Notebook, UUID(notebook_id))
        other.write(other.opened_by, "nhanh hơn")
        log.save(other)

    servicer.before_saving = somebody_is_always_faster
    with pytest.raises(Refused) as refused:
        client.write(notebook_id)
    assert (refused.value.code, refused.value.info.reason) == (grpc.StatusCode.ABORTED, "CONCURRENT_CHANGE")
    assert client.notes(notebook_id) == MOST_ATTEMPTS


def test_of_many_at_once_no_more_than_the_rule_permits_succeed(client: Client) -> None:
    notebook_id = client.open().notebook.notebook_id

    def attempt(number: int) -> str:
        while True:
            try:
                client.write(notebook_id, f"ghi {number}")
            except Refused as refused:
                if refused.code is not grpc.StatusCode.ABORTED:
                    return str(refused.info.reason)
            else:
                return "OK"

    with ThreadPoolExecutor(8) as callers:
        outcomes = list(callers.map(attempt, range(MOST_NOTES + 6)))
    assert outcomes.count("OK") == MOST_NOTES == client.notes(notebook_id)
    assert outcomes.count("NOTEBOOK_FULL") == 6


def test_the_same_request_sent_twice_at_once_happens_once(client: Client) -> None:
    notebook_id, request_id = client.open().notebook.notebook_id, str(uuid4())
    with ThreadPoolExecutor(4) as callers:
        answers = list(callers.map(lambda _: client.write(notebook_id, request_id=request_id), range(4)))
    assert all(answer == answers[0] for answer in answers)
    assert client.notes(notebook_id) == 1


def test_a_database_that_goes_and_comes_back_is_told_and_found_again(
    opened: Callable[..., Door], token: str, database: Database
) -> None:
    def connections(permitted: bool) -> None:
        with closing(psycopg2.connect(database.server.dsn())) as superuser, superuser.cursor() as cursor:
            superuser.autocommit = True
            cursor.execute(f"ALTER DATABASE {database.name} ALLOW_CONNECTIONS {str(permitted).lower()}")
            if not permitted:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (database.name,)
                )

    migrate(database.dsn_owner, "notebooks", database.service.name)
    with EventLog("notebooks", database.service_env) as log:
        client = Client(opened([NotebookServicer(log)]), token)
        notebook_id, request_id = client.open().notebook.notebook_id, str(uuid4())
        connections(permitted=False)
        for call in (lambda: client.write(notebook_id, request_id=request_id), lambda: client.notes(notebook_id)):
            with pytest.raises(Refused) as refused:
                call()
            assert refused.value.code is grpc.StatusCode.UNAVAILABLE
            assert refused.value.info.reason == "DATABASE_UNAVAILABLE"
        connections(permitted=True)
        assert client.write(notebook_id, request_id=request_id).notebook.notes == 1
        assert client.notes(notebook_id) == 1
