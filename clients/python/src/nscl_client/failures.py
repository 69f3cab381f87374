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
# What the door says before anybody looks whether the request was carried out at an earlier try.
_SAID_AT_THE_DOOR = frozenset(
    {grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.RESOURCE_EXHAUSTED}
)
_SAID_OF_THE_REQUEST = frozenset(
    {
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.NOT_FOUND,
        grpc.StatusCode.ALREADY_EXISTS,
        grpc.StatusCode.FAILED_PRECONDITION,
        grpc.StatusCode.ABORTED,
    }
)


@dataclass(frozen=True)
class FieldViolation:
    """A field that cannot be accepted: its path in the request, a stable reason, and the sentence for people."""

    field: str
    reason: str
    sentence: str


class CallFailed(grpc.RpcError):
    """A call that did not end well: ``Refused`` or ``Unanswered``, with ``request``, what was asked, its id in it.

    ``reason`` is stable (``LEGAL_HOLD_STANDS``), for programs; ``sentence`` is Vietnamese, for people; ``facts`` are
    what the sentence tells, by name: all empty where the platform told nothing. ``retry_after_seconds`` says when to
    come again, where it is a matter of time.
    """

    def __init__(self, code: grpc.StatusCode, details: str, status: Status, request: Any) -> None:
        super().__init__(code, details, status, request)
        info, said, form, again = ErrorInfo(), LocalizedMessage(), BadRequest(), RetryInfo()
        for detail in status.details:
            for kind in (info, said, form, again):
                detail.Unpack(kind)
        self._code, self._details = code, details
        self.request = request
        self.reason: str = info.reason
        self.sentence: str = said.message
        self.facts: Mapping[str, str] = dict(info.metadata)
        self.violations = tuple(
            FieldViolation(each.field, each.reason, each.description) for each in form.field_violations
        )
        delay = again.retry_delay
        self.retry_after_seconds = delay.seconds + delay.nanos / 1e9 if again.HasField("retry_delay") else None

    def __str__(self) -> str:
        return f"{self.reason or self._code.name}: {self.sentence or self._details}"

    def code(self) -> grpc.StatusCode:
        """gRPC's code for failures of this kind, such as FAILED_PRECONDITION or UNAVAILABLE."""
        return self._code

    def details(self) -> str:
        """What gRPC says of it, for developers."""
        return self._details


class Refused(CallFailed):
    """The platform answered no; the call recorded nothing."""


class Unanswered(CallFailed):
    """Neither yes nor no came: the platform may have carried the call out, or not.

    ``request``, asked again now or tomorrow, is carried out once, for it bears its request id.
    """


def failure_of(error: Any, request: Any, *, was_sent_before: bool = False) -> Refused | Unanswered:
    """What gRPC's own error means; ``was_sent_before`` for an act that an earlier try may have carried out already."""
    status = _status_of(error)
    noes = _SAID_OF_THE_REQUEST if was_sent_before else _SAID_OF_THE_REQUEST | _SAID_AT_THE_DOOR
    kind = Refused if status is not None and error.code() in noes else Unanswered
    return kind(error.code(), error.details() or "", status or Status(), request)


def _status_of(error: Any) -> Status | None:
    """What the platform told with its no; None where it told nothing."""
    for name, value in error.trailing_metadata() or ():
        if name == _STATUS:
            try:
                return Status.FromString(value)
            except DecodeError:
                return None
    return None
