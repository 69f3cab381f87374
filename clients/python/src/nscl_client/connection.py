"""A connection to one service's door, over which its stubs are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Self

import grpc

from nscl_client.calls import Bearer, Calls, Token
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
        """Raises OSError for a file that cannot be read."""
        self._retries = retries
        credentials = grpc.ssl_channel_credentials(
            authority.read_bytes(), key.read_bytes() if key else None, certificate.read_bytes() if certificate else None
        )
        if token is not None:
            bearer = grpc.metadata_call_credentials(Bearer(token))
            credentials = grpc.composite_channel_credentials(credentials, bearer)
        self._secured = grpc.secure_channel(address, credentials)
        self.channel = grpc.intercept_channel(self._secured, Calls(deadline_seconds, retries))

    def watch(self, after_position: int = 0, *, types: Iterable[str] = (), concerning: str = "") -> Iterator[Watched]:
        """What the service announces behind a position of its log, then each announcement as it is made, without end.

        ``types`` names the announcements wanted in full (``nscl.support.v1.TaskApproved``), ``concerning`` a record's
        id. Raises Refused.
        """
        return watched(self.channel, after_position, types, concerning, self._retries)

    def close(self) -> None:
        """Hang up; calls in hand are given up."""
        self._secured.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
