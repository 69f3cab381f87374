"""What is raised when a call is not carried out, or when nobody knows whether it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.message import DecodeError
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, LocalizedMessage, RetryInfo
from google.rpc.status_pb2 import Status

_STATUS = "grpc-status-details-bin"


@dataclass(frozen=True)
class FieldViolation:
    """A field that cannot be accepted: its path in the request, a stable reason, and the sentence for people."""

    field: str
    reason: str
    sentence: str


class Refused(grpc.RpcError):
    """The platform answered no; nothing was recorded.

    ``reason`` is stable (``LEGAL_HOLD_STANDS``), for programs; ``sentence`` is Vietnamese, for people; ``facts`` are
    what the sentence tells, by name. ``retry_after_seconds`` says when to come again, where it is a matter of time.
    """

    def __init__(self, code: grpc.StatusCode, status: Status) -> None:
        info, said, form, again = ErrorInfo(), LocalizedMessage(), BadRequest(), RetryInfo()
        for detail in status.details:
            for kind in (info, said, form, again):
                detail.Unpack(kind)
        super().__init__(f"{info.reason}: {said.message}")
        self._code = code
        self.reason: str = info.reason
        self.sentence: str = said.message
        self.facts: Mapping[str, str] = dict(info.metadata)
        self.violations = tuple(
            FieldViolation(each.field, each.reason, each.description) for each in form.field_violations
        )
        delay = again.retry_delay
        self.retry_after_seconds = delay.seconds + delay.nanos / 1e9 if again.HasField("retry_delay") else None

    def code(self) -> grpc.StatusCode:
        """gRPC's code for reasons of this kind, such as FAILED_PRECONDITION."""
        return self._code


class Unanswered(grpc.RpcError):
    """No answer of the platform came: it may have carried the call out, or not.

    ``request`` is what was asked, with its request id: asked again, now or tomorrow, it is carried out once.
    """

    def __init__(self, code: grpc.StatusCode, said: str, request: Any) -> None:
        super().__init__(f"{code.name}: {said}")
        self._code = code
        self.request = request

    def code(self) -> grpc.StatusCode:
        """gRPC's own, such as UNAVAILABLE or DEADLINE_EXCEEDED."""
        return self._code


def failure_of(error: Any, request: Any) -> Refused | Unanswered:
    """What gRPC's own error means."""
    status = _status_of(error)
    if status is None:
        return Unanswered(error.code(), error.details() or "", request)
    return Refused(error.code(), status)


def _status_of(error: Any) -> Status | None:
    """What the platform told with its no; None where it told nothing."""
    for name, value in error.trailing_metadata() or ():
        if name == _STATUS:
            try:
                return Status.FromString(value)
            except DecodeError:
                return None
    return None
