"""A connection to one service's door, over which its stubs are called."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Self

import grpc

from nscl_client.calls import Bearer, Calls, Token
from nscl_client.channel import Channel
from nscl_client.retries import Retries
from nscl_client.watching import Watched, watched

DEADLINE_SECONDS = 20.0
USUAL_RETRIES = Retries()


class Connection:
    """The door of one service, known by its certificate; its ``channel`` is what a stub is made over.

    ``authority`` (PEM) signs the door's certificate. A department's system shows ``certificate`` and ``key`` (PEM, at
    the door for systems); for a person ``token`` answers their token. Calls with one answer end within
    ``deadline_seconds`` unless they say otherwise, and are tried again as ``retries`` say while no door answers.
    """

    def __init__(
        self,
        address: str,
        *,
        authority: Path,
        certificate: Path | None = None,
        key: Path | None = None,
        token: Token | None = None,
        deadline_seconds: float = DEADLINE_SECONDS,
        retries: Retries = USUAL_RETRIES,
    ) -> None:
        """Raises OSError for a file that cannot be read, ValueError for a certificate without its key."""
        if (certificate is None) != (key is None):
            raise ValueError("a certificate is shown with its key")
        self._retries = retries
        self._closed = threading.Event()
        credentials = grpc.ssl_channel_credentials(
            authority.read_bytes(), key.read_bytes() if key else None, certificate.read_bytes() if certificate else None
        )
        if token is not None:
            bearer = grpc.metadata_call_credentials(Bearer(token))
            credentials = grpc.composite_channel_credentials(credentials, bearer)
        self._secured = Channel(grpc.secure_channel(address, credentials, _options(retries)))
        self.channel = grpc.intercept_channel(self._secured, Calls(deadline_seconds, retries))

    def watch(
        self, after_position: int = 0, *, types: Iterable[str] = (), concerning: str = ""
    ) -> Generator[Watched, None, None]:
        """What the service announces behind a position of its log, then each announcement as it is made, without end.

        ``types`` names the announcements wanted in full (``nscl.support.v1.TaskApproved``), ``concerning`` a record's
        id. Ends when the connection is closed. Raises Refused, and TypeError for one type that is not in a list.
        """
        if isinstance(types, str):
            raise TypeError(f"types is a list of names: [{types!r}]")
        return watched(self.channel, after_position, types, concerning, self._retries, self._closed)

    def close(self) -> None:
        """Hang up; calls in hand are given up, and ``watch`` ends."""
        self._closed.set()
        self._secured.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _options(retries: Retries) -> list[tuple[str, int]]:
    """How gRPC keeps the connection itself."""
    return [
        # By itself gRPC looks only every two minutes whether a door that was long away is back.
        ("grpc.max_reconnect_backoff_ms", round(1000 * retries.longest_seconds)),
        # A connection that the network has forgotten is noticed while a call still has time for another one, and not
        # after a quarter of an hour; the doors permit a ping every ten seconds.
        ("grpc.keepalive_time_ms", 12_000),
        ("grpc.keepalive_timeout_ms", 5_000),
        ("grpc.http2.ping_timeout_ms", 5_000),
    ]
