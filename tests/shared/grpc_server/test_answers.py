"""What a person is told when the log could not do what was asked: a status, a stable reason, a Vietnamese sentence."""

from __future__ import annotations

import pytest
from eventsourcing.persistence import InterfaceError, OperationalError, PersistenceError
from google.rpc.error_details_pb2 import ErrorInfo, LocalizedMessage
from grpc import StatusCode

from services.shared.event_store import errors
from services.shared.grpc_server.answers import answer_to

TOLD: dict[type[PersistenceError], tuple[StatusCode, str]] = {
    errors.VersionConflict: (StatusCode.ABORTED, "CONCURRENT_CHANGE"),
    errors.TrackingConflict: (StatusCode.ABORTED, "CONCURRENT_CHANGE"),
    errors.OtherRequestRecorded: (StatusCode.ABORTED, "CONCURRENT_CHANGE"),
    errors.DuplicateEvent: (StatusCode.INTERNAL, "UNEXPECTED"),
    errors.EventTooLarge: (StatusCode.INVALID_ARGUMENT, "RECORD_TOO_LARGE"),
    errors.EventNotEncodable: (StatusCode.INTERNAL, "UNEXPECTED"),
    errors.EventNotDecodable: (StatusCode.INTERNAL, "UNEXPECTED"),
    errors.EventOfLaterRelease: (StatusCode.UNAVAILABLE, "RELEASE_TOO_OLD"),
    errors.SchemaTooOld: (StatusCode.INTERNAL, "UNEXPECTED"),
    errors.SchemaTooNew: (StatusCode.INTERNAL, "UNEXPECTED"),
    errors.ServerAway: (StatusCode.UNAVAILABLE, "DATABASE_UNAVAILABLE"),
    errors.WrongCredentials: (StatusCode.UNAVAILABLE, "DATABASE_UNAVAILABLE"),
    errors.DatabaseMissing: (StatusCode.UNAVAILABLE, "DATABASE_UNAVAILABLE"),
    errors.ServerFull: (StatusCode.UNAVAILABLE, "DATABASE_BUSY"),
    errors.PoolExhausted: (StatusCode.UNAVAILABLE, "DATABASE_BUSY"),
    errors.LogLocked: (StatusCode.UNAVAILABLE, "DATABASE_BUSY"),
    errors.DiskFull: (StatusCode.UNAVAILABLE, "STORAGE_FULL"),
    errors.ServerReadOnly: (StatusCode.UNAVAILABLE, "DATABASE_READ_ONLY"),
    errors.OutcomeUnknown: (StatusCode.UNAVAILABLE, "OUTCOME_UNKNOWN"),
    errors.NotAnsweredInTime: (StatusCode.DEADLINE_EXCEEDED, "DEADLINE_PASSED"),
    errors.NotAppendedInTime: (StatusCode.DEADLINE_EXCEEDED, "NOT_RECORDED_IN_TIME"),
    OperationalError: (StatusCode.UNAVAILABLE, "DATABASE_UNAVAILABLE"),
    InterfaceError: (StatusCode.UNAVAILABLE, "DATABASE_UNAVAILABLE"),
}


@pytest.mark.parametrize("kind", TOLD)
def test_each_error_of_the_log_is_told_with_a_reason_and_a_sentence(kind: type[PersistenceError]) -> None:
    answer = answer_to(kind("of 10.0.0.7"), "Register")
    info, told = ErrorInfo(), LocalizedMessage()
    assert answer.status.details[0].Unpack(info)
    assert answer.status.details[1].Unpack(told)
    assert (answer.code, info.reason) == TOLD[kind]
    assert told.locale == "vi"
    assert "xin" in told.message or "Đã hết thời hạn" in told.message, "the sentence does not say what to do"
    assert "10.0.0.7" not in str(answer.status)


def test_no_error_of_the_log_is_forgotten() -> None:
    kinds = {kind for kind in vars(errors).values() if isinstance(kind, type) and kind.__module__ == errors.__name__}
    assert kinds - {errors.ServerTrouble, errors.SchemaMismatch} <= TOLD.keys()
