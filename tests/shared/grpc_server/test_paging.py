from __future__ import annotations

import base64
from typing import Any
from uuid import UUID, uuid4

import grpc
import pytest

from tests.shared.grpc_server.conftest import Client, Refused
from tests.shared.grpc_server.notebooks import NotebookServicer, pb

TITLES = [("Ánh", uuid4()), ("An", uuid4()), ("An", uuid4()), ("Bình", uuid4()), ("An Hải", uuid4())]


@pytest.fixture(autouse=True)
def _titles(servicer: NotebookServicer) -> None:
    servicer.titles = TITLES


def listed(client: Client, **fields: Any) -> Any:
    return client.call("ListNotebooks", pb.ListNotebooksRequest(**fields))


@pytest.mark.parametrize("size", [0, 1, 2, 3, 1000])
def test_page_after_page_shows_every_row_once_and_in_order(client: Client, size: int) -> None:
    shown: list[tuple[str, UUID]] = []
    page_token = ""
    while True:
        page = listed(client, page_size=size, page_token=page_token)
        assert len(page.notebooks) <= (size or 2)
        shown += [(row.title, UUID(row.notebook_id)) for row in page.notebooks]
        page_token = page.next_page_token
        if not page_token:
            break
    assert shown == sorted(TITLES)


def test_too_large_a_page_is_brought_down(client: Client) -> None:
    assert len(listed(client, page_size=2**31 - 1).notebooks) == 3


def test_a_last_page_that_is_just_full_has_no_token(client: Client) -> None:
    assert listed(client, page_size=3, title_begins_with="An").next_page_token == ""


def test_a_page_may_be_read_on_in_another_size(client: Client) -> None:
    first = listed(client, page_size=1)
    assert len(listed(client, page_size=3, page_token=first.next_page_token).notebooks) == 3


@pytest.mark.parametrize("field", ["page_size", "min_position"])
def test_a_negative_number_is_refused(client: Client, field: str) -> None:
    with pytest.raises(Refused) as refused:
        listed(client, **{field: -1})
    assert refused.value.code is grpc.StatusCode.INVALID_ARGUMENT
    told = [(told.field, told.reason) for told in refused.value.violations]
    assert told == [(field, "FIELD_OUT_OF_RANGE")]


def altered(token: str) -> str:
    return ("A" if token[0] != "A" else "B") + token[1:]


def grown(token: str) -> str:
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    return base64.urlsafe_b64encode(raw[:-1] + b',"1"]').decode().rstrip("=")


@pytest.mark.parametrize(
    "spoil", [altered, grown, lambda token: token[:-3], lambda _: "!", lambda _: "QQ", lambda _: "é"]
)
def test_a_spoilt_token_is_refused(client: Client, spoil: Any) -> None:
    page_token = spoil(listed(client).next_page_token)
    with pytest.raises(Refused, match="INVALID_ARGUMENT PAGE_TOKEN_INVALID") as refused:
        listed(client, page_token=page_token)
    assert [told.field for told in refused.value.violations] == ["page_token"]


def test_a_token_does_not_serve_another_question(client: Client) -> None:
    page_token = listed(client, title_begins_with="A").next_page_token
    with pytest.raises(Refused, match="PAGE_TOKEN_INVALID"):
        listed(client, title_begins_with="B", page_token=page_token)


def test_a_reader_waits_for_their_own_write_within_the_deadline(client: Client, servicer: NotebookServicer) -> None:
    client.call("ListNotebooks", pb.ListNotebooksRequest(min_position=7), timeout=5)
    ((position, seconds),) = servicer.waited
    assert position == 7
    assert 0 < seconds < 4.5
    listed(client)
    assert len(servicer.waited) == 1
