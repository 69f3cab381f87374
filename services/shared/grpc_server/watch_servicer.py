# ruff: noqa: N802 - the method bears the name of its rpc
"""What a service announces, answered at its door to departments whose systems are not on the bus."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from google.protobuf.message import Message
from nscl.common.v1 import watch_service_pb2 as pb
from nscl.common.v1.watch_service_pb2_grpc import WatchServiceServicer

from services.shared.deadline import remaining_seconds
from services.shared.event_store import EventLog, RecordedEvent
from services.shared.grpc_server.form import Form
from services.shared.grpc_server.identity import Caller
from services.shared.grpc_server.methods import query
from services.shared.record import Record

INSIDERS = (
    "programme_officer",
    "programme_lead",
    "finance_appraiser",
    "city_leader",
    "payment_officer",
    "training_officer",
    "reporting_officer",
    "auditor",
    "service",
    "administrator",
)
"""Those who may read the trail of a decision; the others do not hear what a council does while it sits."""
DEPARTMENTS = ("scheme_officer", "standing_attestor")
LONGEST_LISTENING_SECONDS = 30
_OF_COUNCILS = "Council"
_PAGE_EVENTS = 500
# An answer goes out when it has grown to this: gRPC's clients take no more than four megabytes.
_ANSWER_BYTES = 1 << 20
_LOOK_SECONDS = 0.2
# A caller who is gone is noticed when something is sent, and their place is free again.
_HEARTBEAT_SECONDS = 2.0
# A stream that ends of itself is resumed without a failure.
_LEFT_SECONDS = 1.0

Announce = Callable[[Record.Event, int], Message | None]


class WatchServicer(WatchServiceServicer):
    """The announcements of one service; ``announce`` makes the message of an event, None where it stays private."""

    def __init__(self, log: EventLog, announce: Announce) -> None:
        self._log = log
        self._announce = announce

    @query(*INSIDERS, *DEPARTMENTS)
    def Watch(self, request: pb.WatchRequest, caller: Caller) -> Any:
        form = Form(request)
        after = form.optional_integer("after_position") or 0
        types = frozenset(form.texts("types", longest=200, most=200))
        concerning = form.optional_uuid("concerning")
        listen_seconds = form.optional_integer("listen_seconds", most=LONGEST_LISTENING_SECONDS) or 0
        form.check()

        def wanted(message: Message) -> bool:
            descriptor = message.DESCRIPTOR
            if caller.capacity in DEPARTMENTS and descriptor.name.startswith(_OF_COUNCILS):
                return False
            if concerning is not None and str(concerning) not in message.announced.concerns:  # type: ignore[attr-defined]
                return False
            return not types or descriptor.full_name in types

        return self._answers(after, wanted, listen_seconds)

    def _answers(
        self, position: int, wanted: Callable[[Message], bool], listen_seconds: float
    ) -> Iterator[pb.WatchResponse]:
        listens_until, told_at = time.monotonic() + listen_seconds, -math.inf
        while remaining_seconds() > _LEFT_SECONDS:
            events = self._log.recorded_events(position, _PAGE_EVENTS)
            now = time.monotonic()
            if events or now > told_at + _HEARTBEAT_SECONDS:
                told_at = now
                for answer in self._told(events, position, wanted):
                    position = answer.read_to_position
                    yield answer
            if len(events) == _PAGE_EVENTS:
                continue
            if now >= listens_until:
                return
            time.sleep(_LOOK_SECONDS)

    def _told(
        self, events: Sequence[RecordedEvent], position: int, wanted: Callable[[Message], bool]
    ) -> Iterator[pb.WatchResponse]:
        """What is wanted of the events in answers of about a megabyte; at least one, which says how far was read."""
        answer, size_bytes = pb.WatchResponse(read_to_position=position), 0
        for recorded in events:
            if size_bytes >= _ANSWER_BYTES:
                yield answer
                answer, size_bytes = pb.WatchResponse(), 0
            message = self._announce(recorded.event, recorded.position)
            if message is not None and wanted(message):
                answer.announcements.add(position=recorded.position).announcement.Pack(message)
                size_bytes += message.ByteSize()
            answer.read_to_position = recorded.position
        yield answer
