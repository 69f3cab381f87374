"""The broker over TLS: a real one, behind something that ends TLS before it."""

from __future__ import annotations

import selectors
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from deploy.local.certificates import Certificates
from services.shared.bus.broker import BROKER_ERRORS, connect, encryption_of
from services.shared.bus.run import nameko_settings
from services.shared.settings import TlsSettings


class TlsInFront:
    """Listens with a certificate, and passes what is said on to the broker at an address."""

    def __init__(self, certificate: TlsSettings, broker: tuple[str, int]) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate.certificate, certificate.key)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._broker = broker
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                plain, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(plain,), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        with (
            suppress(OSError),
            closing(plain),
            self._context.wrap_socket(plain, server_side=True) as caller,
            socket.create_connection(self._broker) as broker,
        ):
            self._pass_on(caller, broker)

    @staticmethod
    def _pass_on(caller: ssl.SSLSocket, broker: socket.socket) -> None:
        with selectors.DefaultSelector() as ready:
            ready.register(caller, selectors.EVENT_READ, broker)
            ready.register(broker, selectors.EVENT_READ, caller)
            while True:
                for key, _ in ready.select():
                    said = key.fileobj.recv(1 << 16)  # type: ignore[union-attr]  # both are sockets
                    if not said:
                        return
                    key.data.sendall(said)


@pytest.fixture
def certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Certificates:
    """An authority that OpenSSL is told to believe."""
    certificates = Certificates.in_directory(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.doors.certificate))
    return certificates


@pytest.fixture
def tls_uri(amqp_uri: str, certificates: Certificates) -> Iterator[str]:
    """The broker's address over TLS, by the name for which it has a certificate."""
    plain = urlsplit(amqp_uri)
    in_front = TlsInFront(certificates.of_door("broker", "localhost"), (plain.hostname or "", plain.port or 5672))
    with closing(in_front):
        yield plain._replace(
            scheme="amqps", netloc=f"{plain.username}:{plain.password}@localhost:{in_front.port}"
        ).geturl()


def test_the_broker_is_reached_over_tls(tls_uri: str) -> None:
    with connect(tls_uri, "a test") as connection:
        assert connection.connected


def test_a_broker_with_a_certificate_for_another_host_is_not_believed(tls_uri: str) -> None:
    with pytest.raises(BROKER_ERRORS, match="certificate"):
        connect(tls_uri.replace("@localhost:", "@127.0.0.1:"), "a test")


def test_a_broker_that_another_authority_vouches_for_is_not_believed(
    tls_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = Certificates.in_directory(tmp_path / "stranger").doors.certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(stranger))
    with pytest.raises(BROKER_ERRORS, match="certificate"):
        connect(tls_uri, "a test")


def test_rpc_is_encrypted_as_everything_else(tls_uri: str, amqp_uri: str) -> None:
    assert nameko_settings(tls_uri)["AMQP_SSL"] == encryption_of(tls_uri) is not None
    assert nameko_settings(amqp_uri)["AMQP_SSL"] is None
