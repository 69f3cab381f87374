"""TLS at a door: which certificate is shown, and whose are believed.

A door reads its certificate again whenever the file was written, so that it is renewed without a restart. Where a door
has none it opens on this machine only.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import grpc
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate

from services.shared.channel import DoorUnprotected, is_on_this_machine
from services.shared.read_again import ReadAgain
from services.shared.settings import TlsSettings


def open_port(server: grpc.Server, listen: str, tls: TlsSettings | None, clients_authority: Path | None = None) -> str:
    """Let the server listen at ``host:port`` (port 0: any free one), and return where it does.

    With ``clients_authority`` (certificates, PEM) only who shows a certificate signed by it is let in. DoorUnprotected;
    OSError when the port is taken or a file cannot be read; ValueError when certificate and key do not fit.
    """
    if tls is None and not is_on_this_machine(listen):
        raise DoorUnprotected(f"{listen} is reached from other machines: it needs a certificate and its key")
    try:
        if tls is None:
            port = server.add_insecure_port(listen)
        else:
            port = server.add_secure_port(listen, _credentials(tls, clients_authority))
    except RuntimeError as error:
        raise OSError(f"cannot listen on {listen}: {error}") from error
    return f"{listen.rpartition(':')[0]}:{port}"


def _credentials(tls: TlsSettings, clients_authority: Path | None) -> grpc.ServerCredentials:
    """The certificate as its files hold it, looked at again at every handshake."""
    clients = [clients_authority] if clients_authority else []
    shown = ReadAgain(lambda: _read(tls, clients), tls.certificate, tls.key, *clients)
    # None would mean "as before"; the same configuration again costs nothing next to a handshake.
    return grpc.dynamic_ssl_server_credentials(
        shown.current(), shown.current, require_client_authentication=bool(clients)
    )


def _read(tls: TlsSettings, clients: Sequence[Path]) -> grpc.ServerCertificateConfiguration:
    """ValueError for a certificate and a key that do not fit: one of them is not renewed yet."""
    certificate, key = tls.certificate.read_bytes(), tls.key.read_bytes()
    if _public_bytes(load_pem_x509_certificate(certificate)) != _public_bytes(load_pem_private_key(key, None)):
        raise ValueError(f"the key in {tls.key} is not that of the certificate in {tls.certificate}")
    trusted = b"".join(file.read_bytes() for file in clients)
    return grpc.ssl_server_certificate_configuration([(key, certificate)], root_certificates=trusted or None)


def _public_bytes(holder: object) -> bytes:
    public_key = holder.public_key()  # type: ignore[attr-defined]  # a certificate and a private key both have one
    encoded: bytes = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return encoded
