"""Reading the stored events of a service at its gRPC door, in an auditor's capacity."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import grpc
from nscl.common.v1.proof_service_pb2 import ReadEventsRequest
from nscl.common.v1.proof_service_pb2_grpc import ProofServiceStub

from services.audit.events import MAX_PAGE_BYTES, StoredEvent
from services.audit.fetch import SourceFailed
from services.shared.channel import open_channel

_MOST_SECONDS = 600.0
# Whoever was cut off goes on after what came, this many times without anything new.
_TRIES = 3


class DoorEvents:
    """The events of one service, asked for as often as it takes when the stream breaks off."""

    def __init__(self, address: str, token: str, roots: Path | None = None) -> None:
        """``address`` is ``host:port``; ``roots`` the certificates (PEM) by which the door is known.

        DoorUnprotected when there are none and the door is on another machine.
        """
        channel = open_channel(address, roots, [("grpc.max_receive_message_length", MAX_PAGE_BYTES)])
        self._address = address
        self._stub = ProofServiceStub(channel)
        self._metadata = (("authorization", f"Bearer {token}"),)

    def events(self, after: int, up_to: int) -> Iterator[StoredEvent]:
        """See ``EventSource``. Raises SourceFailed."""
        tries = _TRIES
        while after < up_to:
            request = ReadEventsRequest(after=after, up_to=up_to)
            try:
                for answer in self._stub.ReadEvents(request, metadata=self._metadata, timeout=_MOST_SECONDS):
                    for event in answer.events:
                        yield StoredEvent(event.position, event.stream, event.version, event.topic, event.state)
                        after, tries = event.position, _TRIES
                return
            except grpc.RpcError as error:
                tries -= 1
                if tries == 0 or error.code() in (grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNAUTHENTICATED):
                    raise SourceFailed(
                        f"{self._address} sends no events: {error.code().name}, {error.details()}"
                    ) from error
