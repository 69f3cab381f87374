"""What happens to each call on its way to a door: who asks, by when, under which request id, and again if need be."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from uuid import uuid4

import grpc

from nscl_client.failures import failure_of
from nscl_client.retries import TRIED_AGAIN, Retries, remaining_seconds

Token = Callable[[], str]
"""Answers the bearer token of who asks now; asked before each try, so that it may be renewed. Raising is no answer."""

_log = logging.getLogger("nscl_client")


class _Call(NamedTuple):
    """gRPC's description of a call, as one may make it oneself."""

    method: str
    timeout: float | None
    metadata: Sequence[tuple[str, str | bytes]] | None
    credentials: grpc.CallCredentials | None
    wait_for_ready: bool | None
    compression: grpc.Compression | None


class Bearer(grpc.AuthMetadataPlugin):
    """Puts the token of who asks into each try."""

    def __init__(self, token: Token) -> None:
        self._token = token

    def __call__(
        self,
        context: grpc.AuthMetadataContext,  # noqa: ARG002 - whoever asks is the same at each method
        callback: grpc.AuthMetadataPluginCallback,
    ) -> None:
        callback((("authorization", f"Bearer {self._token().strip()}"),), None)


class Calls(grpc.UnaryUnaryClientInterceptor):
    """Carries out a call with one answer: with a deadline, a request id, and further tries while nobody answers."""

    def __init__(self, deadline_seconds: float, retries: Retries) -> None:
        self._deadline_seconds = deadline_seconds
        self._retries = retries

    def intercept_unary_unary(self, continuation: Callable[..., Any], call: Any, request: Any) -> Any:
        """The answered call. Raises Refused and Unanswered, and ValueError where the connection is closed."""
        until = time.monotonic() + (self._deadline_seconds if call.timeout is None else call.timeout)
        request = _with_request_id(request)
        was_sent = False
        for pause in self._retries.pauses():
            answered = continuation(_within(call, max(0.0, remaining_seconds(until))), request)
            error = answered.exception()
            if error is None:
                return answered
            if not isinstance(error, grpc.RpcError):
                raise error  # nothing was sent: the request cannot be, or the connection is closed
            if answered.code() not in TRIED_AGAIN or remaining_seconds(until) <= pause:
                raise failure_of(answered, request, was_sent_before=was_sent)
            was_sent = _is_act(request)
            _log.warning("%s: %s; again in %.1f s", call.method, answered.details(), pause)
            time.sleep(pause)
        raise AssertionError("pauses never end")


def _within(call: Any, seconds: float) -> _Call:
    """The call with this deadline."""
    wait_for_ready, compression = getattr(call, "wait_for_ready", None), getattr(call, "compression", None)
    return _Call(call.method, seconds, call.metadata, call.credentials, wait_for_ready, compression)


def _with_request_id(request: Any) -> Any:
    """The request, or a copy with an id where it should have one and has none."""
    if not _is_act(request) or request.request_id:
        return request
    known = type(request)()
    known.CopyFrom(request)
    known.request_id = str(uuid4())
    return known


def _is_act(request: Any) -> bool:
    """Whether the request asks for something to be recorded."""
    return "request_id" in request.DESCRIPTOR.fields_by_name
