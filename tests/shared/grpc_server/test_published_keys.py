from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jwt
import pytest

from deploy.local.tokens import Issuer
from services.shared.grpc_server import published_keys as module
from services.shared.grpc_server.identity import TokenKeys
from services.shared.grpc_server.published_keys import published_keys
from services.shared.grpc_server.refusals import TokenInvalid

CLERK = {"capacity": "clerk", "body": "SKHCN"}


class Publisher(ThreadingHTTPServer):
    """Publishes keys as an identity provider does; ``asked`` counts how often they were fetched."""

    def __init__(self, keys: str) -> None:
        self.keys, self.status, self.asked = keys, 200, 0
        super().__init__(("127.0.0.1", 0), _Answer)

    @property
    def address(self) -> str:
        return "http://{}:{}/jwks.json".format(*self.server_address[:2])


class _Answer(BaseHTTPRequestHandler):
    server: Publisher

    def do_GET(self) -> None:
        self.server.asked += 1
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.server.keys.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def publisher(issuer: Issuer) -> Iterator[Publisher]:
    publisher = Publisher(issuer.jwks_path.read_text())
    thread = threading.Thread(target=publisher.serve_forever, daemon=True)
    thread.start()
    yield publisher
    publisher.shutdown()
    publisher.server_close()
    thread.join()


def let_in(keys: TokenKeys, token: str) -> bool:
    try:
        keys.caller([("authorization", f"Bearer {token}")])
    except TokenInvalid:
        return False
    return True


def test_a_key_taken_out_of_the_file_lets_nobody_in_any_more(tmp_path: Path) -> None:
    issuer = Issuer.in_directory(tmp_path)
    keys = TokenKeys(published_keys(issuer.jwks_path), "nscl-development")
    token = issuer.issue(**CLERK)
    assert let_in(keys, token)
    published = json.loads(issuer.jwks_path.read_text())
    issuer.jwks_path.write_text('{"keys": [')
    assert let_in(keys, token), "half a file takes no key away"
    issuer.jwks_path.write_text(json.dumps({"keys": published["keys"][1:]}))
    assert not let_in(keys, token)


def test_keys_are_fetched_from_an_address_and_not_at_every_call(publisher: Publisher, issuer: Issuer) -> None:
    keys = TokenKeys(published_keys(publisher.address), "nscl-development")
    for _ in range(5):
        assert let_in(keys, issuer.issue(**CLERK))
    assert publisher.asked == 1


def test_a_new_key_at_the_address_is_looked_for_and_not_at_every_bad_token(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Issuer.in_directory(tmp_path)
    keys = TokenKeys(published_keys(publisher.address), "nscl-development")
    unknown = json.loads(other.jwks_path.read_text())
    unknown["keys"][0]["kid"] = "next"
    publisher.keys = json.dumps(unknown)
    token = jwt.encode(
        jwt.decode(other.issue(**CLERK), options={"verify_signature": False}),
        other.key,
        "EdDSA",
        headers={"kid": "next"},
    )
    for _ in range(5):
        assert not let_in(keys, token)
    assert publisher.asked == 1
    monkeypatch.setattr(module, "ASKED_AGAIN_AFTER_SECONDS", 0.0)
    assert let_in(keys, token)


@pytest.mark.parametrize(("status", "answer"), [(500, ""), (200, "<html>"), (200, '{"keys": "none"}')])
def test_while_the_address_gives_no_keys_those_known_hold(
    publisher: Publisher, issuer: Issuer, monkeypatch: pytest.MonkeyPatch, status: int, answer: str
) -> None:
    keys = TokenKeys(published_keys(publisher.address), "nscl-development")
    monkeypatch.setattr(module, "FRESH_SECONDS", 0.0)
    publisher.status, publisher.keys = status, answer
    assert let_in(keys, issuer.issue(**CLERK))
    assert publisher.asked > 1


@pytest.mark.parametrize("source", ["http://identity.example/jwks.json", "ftp://127.0.0.1/jwks.json"])
def test_keys_are_not_fetched_in_the_clear_from_elsewhere(source: str) -> None:
    with pytest.raises(ValueError, match="over https"):
        published_keys(source)
