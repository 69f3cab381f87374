"""What a caller is told when a call is not carried out: one gRPC status per family of reasons, decided here only.

Every status carries exactly one ErrorInfo (stable reason, domain ``nscl``, the facts) and one LocalizedMessage (the
Vietnamese sentence); a field that cannot be accepted stands in BadRequest. Nothing a person typed is told back.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from uuid import uuid4

from eventsourcing.persistence import IntegrityError, InterfaceError, OperationalError, PersistenceError
from google.protobuf.any_pb2 import Any as Detail
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, LocalizedMessage, RetryInfo
from google.rpc.status_pb2 import Status
from grpc import StatusCode

from services.shared.event_store import errors
from services.shared.event_store.views import ViewLagged
from services.shared.grpc_server.refusals import (
    CallerGone,
    ConcurrentChange,
    DatabaseBusy,
    DatabaseReadOnly,
    DatabaseUnavailable,
    DeadlinePassed,
    Exhausted,
    FormIncorrect,
    NotRecordedInTime,
    OutcomeUnknown,
    RecordTooLarge,
    ReleaseTooOld,
    StorageFull,
    Unauthenticated,
    Unavailable,
    Unexpected,
    Violation,
)
from services.shared.refusals import Forbidden, Invalid, Missing, Refusal, Stale, Taken

DOMAIN = "nscl"
LOCALE = "vi"
# gRPC clients drop an answer whose trailing metadata exceed 8 KiB; details travel there, often in base64.
MOST_DETAIL_BYTES = 4_000
LONGEST_FACT = 200

_CODES: dict[type[Refusal], StatusCode] = {
    Unauthenticated: StatusCode.UNAUTHENTICATED,
    Forbidden: StatusCode.PERMISSION_DENIED,
    FormIncorrect: StatusCode.INVALID_ARGUMENT,
    Invalid: StatusCode.INVALID_ARGUMENT,
    Missing: StatusCode.NOT_FOUND,
    Taken: StatusCode.ALREADY_EXISTS,
    Stale: StatusCode.ABORTED,
    Unavailable: StatusCode.UNAVAILABLE,
    Exhausted: StatusCode.RESOURCE_EXHAUSTED,
    ViewLagged: StatusCode.UNAVAILABLE,
    DeadlinePassed: StatusCode.DEADLINE_EXCEEDED,
    CallerGone: StatusCode.CANCELLED,
    Unexpected: StatusCode.INTERNAL,
    Refusal: StatusCode.FAILED_PRECONDITION,
}
_errors = logging.getLogger("nscl.errors")


@dataclass(frozen=True)
class Answer:
    """The status of a call that was not carried out."""

    code: StatusCode
    reason: str
    status: Status


def answer_to(error: Exception, method: str) -> Answer:
    """The answer to whatever stopped a call; the trace of a fault of ours goes to the log under its reference."""
    refusal = _refusal_of(error)
    if refusal is None:
        reference = uuid4().hex[:12]
        _errors.error("fault", exc_info=error, extra={"reference": reference, "method": method})
        refusal = Unexpected(reference=reference)
    code = next(_CODES[family] for family in type(refusal).__mro__ if family in _CODES)
    return Answer(code, refusal.reason(), _status(code, refusal))


def _refusal_of(error: Exception) -> Refusal | None:
    """What the caller is told; None for a fault of ours, such as an event that cannot be encoded."""
    if isinstance(error, Refusal):
        return error
    if not isinstance(error, PersistenceError):
        return None
    refusal = _refusal_of_log(error)
    if isinstance(refusal, Unavailable):
        _errors.warning("database: %s", error)
    return refusal


def _refusal_of_log(error: PersistenceError) -> Refusal | None:
    match error:
        case errors.DuplicateEvent():
            return None
        case errors.EventOfLaterRelease():
            return ReleaseTooOld()
        case errors.EventTooLarge():
            return RecordTooLarge("")
        case errors.NotAppendedInTime():
            return NotRecordedInTime()
        case errors.NotAnsweredInTime():
            return DeadlinePassed()
        case errors.OutcomeUnknown():
            return OutcomeUnknown()
        case errors.DiskFull():
            return StorageFull()
        case errors.ServerReadOnly():
            return DatabaseReadOnly()
        case errors.PoolExhausted() | errors.ServerFull() | errors.LogLocked():
            return DatabaseBusy()
        case IntegrityError():
            return ConcurrentChange()
        case OperationalError() | InterfaceError():
            return DatabaseUnavailable()
    return None


def _status(code: StatusCode, refusal: Refusal) -> Status:
    facts = {name: str(fact)[:LONGEST_FACT] for name, fact in refusal.facts.items()}
    status = Status(code=code.value[0], message=_for_developers(refusal.reason(), facts))
    _add(status, ErrorInfo(reason=refusal.reason(), domain=DOMAIN, metadata=facts))
    _add(status, LocalizedMessage(locale=LOCALE, message=str(refusal)))
    match refusal:
        case FormIncorrect():
            _add(status, _bad_request(refusal.violations, MOST_DETAIL_BYTES - status.ByteSize()))
        case Exhausted():
            _add(status, RetryInfo(retry_delay=Duration(seconds=1)))
        case Invalid():
            _add(status, _bad_request([Violation(refusal.field, refusal.reason(), str(refusal))], MOST_DETAIL_BYTES))
    return status


def _for_developers(reason: str, facts: dict[str, str]) -> str:
    return f"{reason} ({', '.join(f'{name}={fact}' for name, fact in facts.items())})" if facts else reason


def _bad_request(violations: tuple[Violation, ...] | list[Violation], room: int) -> BadRequest:
    """As many violations as an answer has room for, at least one; ErrorInfo tells how many there are."""
    bad_request = BadRequest()
    for violation in violations:
        told = BadRequest.FieldViolation(field=violation.field, reason=violation.reason, description=violation.sentence)
        if bad_request.field_violations and bad_request.ByteSize() + told.ByteSize() > room:
            break
        bad_request.field_violations.append(told)
    return bad_request


def _add(status: Status, detail: Message) -> None:
    packed = Detail()
    packed.Pack(detail)
    status.details.append(packed)
