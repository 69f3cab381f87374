"""Any method of any door, called with bytes, in whichever way its messages come and go."""

from __future__ import annotations

from dataclasses import dataclass

import grpc
from google.rpc.error_details_pb2 import ErrorInfo
from grpc_status import rpc_status

from services.shared.grpc_server.door import Method


@dataclass(frozen=True)
class Told:
    """How a door answered: its status and, where it refused, the reason."""

    code: grpc.StatusCode
    reason: str = ""


def call(
    channel: grpc.Channel, method: Method, *requests: bytes, token: str | None = None, timeout: float = 10
) -> Told:
    """Call the method once, with as many messages as it takes; of an answer in many the first is awaited."""
    metadata = [("authorization", f"Bearer {token}")] if token else []
    ways = ("stream" if many else "unary" for many in (method.asked_in_many, method.answered_in_many))
    ask = getattr(channel, "_".join(ways))(method.path)
    try:
        answer = ask(iter(requests) if method.asked_in_many else requests[0], timeout=timeout, metadata=metadata)
        if method.answered_in_many:
            next(answer, None)
            answer.cancel()
    except grpc.RpcError as error:
        return _told(error)
    return Told(grpc.StatusCode.OK)


def _told(error: grpc.RpcError) -> Told:
    info = ErrorInfo()
    status = rpc_status.from_call(error)
    for detail in status.details if status else ():
        detail.Unpack(info)
    return Told(error.code(), info.reason)
