"""Following what a service announces, for as long as one likes, over any number of streams that end or break."""

from __future__ import annotations

import logging
import threading
from collections.abc import Generator, Iterable
from importlib import import_module
from typing import NamedTuple

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
# A deadline passes where the reader is slow, or where nothing has come over a network that was parted; a server that
# stops cancels what is still in hand.
_RESUMED = TRIED_AGAIN | {grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED}
_log = logging.getLogger("nscl_client")


class Watched(NamedTuple):
    """An announcement and the position of its event; keep that to go on from there.

    ``announcement`` is a message of the service's ``<service>_events.proto``; one that this package is too old to know
    stays an ``Any``.
    """

    position: int
    announcement: Message


def watched(
    channel: grpc.Channel,
    after_position: int,
    types: Iterable[str],
    concerning: str,
    retries: Retries,
    closed: threading.Event,
) -> Generator[Watched, None, None]:
    """Each announcement behind a position, in order and once, until ``closed``.

    Raises Refused, and Unanswered for what is neither an outage nor the end of a stream.
    """
    stub = WatchServiceStub(channel)
    asked = WatchRequest(
        after_position=after_position, types=types, concerning=concerning, listen_seconds=LISTEN_SECONDS
    )
    pauses = retries.pauses()
    while not closed.is_set():
        try:
            for answer in stub.Watch(asked, timeout=_STREAM_SECONDS):
                yield from (Watched(each.position, _unpacked(each.announcement)) for each in answer.announcements)
                asked.after_position = answer.read_to_position
                pauses = retries.pauses()
        except grpc.RpcError as error:
            if closed.is_set():
                return
            failure = failure_of(error, asked)
            pause = failure.retry_after_seconds
            if pause is None and failure.code() not in _RESUMED:
                raise failure from None
            pause = next(pauses) if pause is None else pause
            _log.warning("Watch after %d: %s; again in %.1f s", asked.after_position, failure, pause)
            closed.wait(pause)


def _unpacked(packed: Packed) -> Message:
    try:
        message: Message = symbol_database.Default().GetSymbol(packed.TypeName())()
    except KeyError:
        return packed
    packed.Unpack(message)
    return message
