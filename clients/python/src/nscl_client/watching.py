"""Following what a service announces, for as long as one likes, over any number of streams that end or break."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any, NamedTuple

import grpc
from google.protobuf import symbol_database
from google.protobuf.any_pb2 import Any as Packed
from google.protobuf.message import Message
from nscl.common.v1.watch_service_pb2 import WatchRequest
from nscl.common.v1.watch_service_pb2_grpc import WatchServiceStub

from nscl_client.failures import failure_of
from nscl_client.retries import TRIED_AGAIN, Retries

for _service in ("registry", "support", "training"):
    import_module(f"nscl.{_service}.v1.{_service}_events_pb2")  # so that what they announce is known by name

LISTEN_SECONDS = 25
_STREAM_SECONDS = 2 * LISTEN_SECONDS


class Watched(NamedTuple):
    """An announcement and the position of its event; keep that to go on from there.

    ``announcement`` is a message of the service's ``<service>_events.proto``; one that this package is too old to know
    stays an ``Any``.
    """

    position: int
    announcement: Message


def watched(
    channel: grpc.Channel, after_position: int, types: Iterable[str], concerning: str, retries: Retries
) -> Iterator[Watched]:
    """Each announcement behind a position, in order and once. Raises Refused, and Unanswered for what is no outage."""
    stub = WatchServiceStub(channel)
    asked = WatchRequest(
        after_position=after_position, types=types, concerning=concerning, listen_seconds=LISTEN_SECONDS
    )
    pauses = retries.pauses()
    while True:
        try:
            for answer in stub.Watch(asked, timeout=_STREAM_SECONDS):
                yield from (Watched(each.position, _unpacked(each.announcement)) for each in answer.announcements)
                asked.after_position = answer.read_to_position
                pauses = retries.pauses()
        except grpc.RpcError as error:
            ended: Any = error
            if ended.code() not in TRIED_AGAIN:
                raise failure_of(ended, asked) from None
            time.sleep(next(pauses))


def _unpacked(packed: Packed) -> Message:
    try:
        message: Message = symbol_database.Default().GetSymbol(packed.TypeName())()
    except KeyError:
        return packed
    packed.Unpack(message)
    return message
