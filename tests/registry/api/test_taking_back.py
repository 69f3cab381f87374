"""Correcting and revoking at the door: what counts changes, what cannot be accepted is named."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import grpc
import pytest
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo
from grpc_status import rpc_status
from nscl.common.v1.act_pb2 import Basis
from nscl.registry.v1 import funding_service_pb2 as funding_messages
from nscl.registry.v1 import registry_service_pb2 as registry_messages
from nscl.registry.v1 import standing_service_pb2 as standing_messages

from tests.registry.api.conftest import Known
from tests.registry.api.requests import attest_standing, basis, day, record_other_funding, register_enterprise
from tests.registry.conftest import Counter

INVALID, NOT_FOUND = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND
STALE, FORBIDDEN = grpc.StatusCode.ABORTED, grpc.StatusCode.PERMISSION_DENIED
PRECONDITION = grpc.StatusCode.FAILED_PRECONDITION
NOTHING = str(UUID(int=7, version=4))
WHO = {
    "CorrectOtherFunding": {"capacity": "scheme_officer", "body": "SCT"},
    "RevokeOtherFunding": {"capacity": "scheme_officer", "body": "SCT"},
    "RevokeStanding": {"capacity": "standing_attestor", "body": "CUCTHUE"},
}
CORRECTED: dict[str, Any] = {
    "scheme": "Khuyến công",
    "grantor": "Sở Công Thương",
    "content_code": "SYS-ISO9001",
    "amount_vnd": 40_000_000,
    "decided_on": day(2024, 3, 1),
    "period_from": day(2024, 3, 1),
    "period_to": day(2024, 12, 31),
    "legal_basis": "77/QĐ-SCT",
}


@pytest.fixture
def enterprise(known: Known) -> Any:
    """An enterprise with one funding and one attestation, as GetEnterprise shows it."""
    counter = known.counter
    made = counter.ask("RegisterEnterprise", register_enterprise(), capacity="programme_officer").enterprise
    attestation = attest_standing(enterprise_id=made.enterprise_id)
    counter.ask("AttestStanding", attestation, **WHO["RevokeStanding"])
    funding = record_other_funding(enterprise_id=made.enterprise_id)
    return counter.ask("RecordOtherFunding", funding, **WHO["RevokeOtherFunding"]).enterprise


def good(method: str, enterprise: Any, **changes: Any) -> Any:
    said: dict[str, Any] = {
        "request_id": str(uuid4()),
        "basis": basis("15/TB"),
        "enterprise_id": enterprise.enterprise_id,
        "reason": "Ghi nhầm so với văn bản gốc",
    }
    if method == "RevokeStanding":
        said["standing_id"] = enterprise.standings[0].standing_id
        return standing_messages.RevokeStandingRequest(**said | changes)
    said["other_funding_id"] = enterprise.other_fundings[0].other_funding_id
    if method == "RevokeOtherFunding":
        return funding_messages.RevokeOtherFundingRequest(**said | changes)
    return funding_messages.CorrectOtherFundingRequest(**said | CORRECTED | changes)


def eligibility(counter: Counter, enterprise: Any) -> Any:
    request = registry_messages.GetEligibilityRequest(
        enterprise_id=enterprise.enterprise_id, content_code="SYS-ISO9001", on_date=day(2024, 6, 1)
    )
    return counter.ask("GetEligibility", request, capacity="service").eligibility


def test_a_corrected_funding_counts_as_corrected(known: Known, enterprise: Any) -> None:
    asked = good("CorrectOtherFunding", enterprise)
    answer = known.counter.ask("CorrectOtherFunding", asked, **WHO["CorrectOtherFunding"])
    [counted] = eligibility(known.counter, enterprise).other_fundings
    assert (counted.amount_vnd, counted.position) == (40_000_000, answer.recorded.position)
    listing = registry_messages.ListOtherFundingsRequest(
        enterprise_id=enterprise.enterprise_id, min_position=answer.recorded.position
    )
    [listed] = known.counter.ask("ListOtherFundings", listing, capacity="auditor").other_fundings
    assert listed.amount_vnd == 40_000_000


def test_a_revoked_funding_is_shown_and_counts_no_longer(known: Known, enterprise: Any) -> None:
    asked = good("RevokeOtherFunding", enterprise)
    answer = known.counter.ask("RevokeOtherFunding", asked, **WHO["RevokeOtherFunding"])
    assert list(eligibility(known.counter, enterprise).other_fundings) == []
    listing = registry_messages.ListOtherFundingsRequest(
        enterprise_id=enterprise.enterprise_id, min_position=answer.recorded.position
    )
    [listed] = known.counter.ask("ListOtherFundings", listing, capacity="auditor").other_fundings
    assert listed.revoked


def test_a_decision_can_name_the_attestation_it_stands_on(known: Known, enterprise: Any) -> None:
    [shown] = enterprise.standings
    stood_on = eligibility(known.counter, enterprise).standings[0]
    assert stood_on.standing_id == shown.standing_id
    assert stood_on.position > 0


def test_a_revoked_attestation_is_shown_and_counts_no_longer(known: Known, enterprise: Any) -> None:
    answer = known.counter.ask("RevokeStanding", good("RevokeStanding", enterprise), **WHO["RevokeStanding"])
    assert [standing.revoked for standing in answer.enterprise.standings] == [True]
    silent = eligibility(known.counter, enterprise).standings[0]
    assert (silent.verdict, silent.standing_id) == (registry_messages.STANDING_VERDICT_UNSPECIFIED, "")


@pytest.mark.parametrize("method", WHO)
def test_a_repeated_request_is_answered_as_the_first_time(known: Known, enterprise: Any, method: str) -> None:
    request, clerk = good(method, enterprise), uuid4()
    first, again = (known.counter.ask(method, request, **WHO[method], person_id=clerk) for _ in range(2))
    assert again == first


EACH: list[tuple[dict[str, Any], grpc.StatusCode, str, str]] = [
    ({"request_id": ""}, INVALID, "request_id", "FIELD_REQUIRED"),
    ({"basis": Basis()}, INVALID, "basis.document", "FIELD_REQUIRED"),
    ({"enterprise_id": ""}, INVALID, "enterprise_id", "FIELD_REQUIRED"),
    ({"enterprise_id": "x"}, INVALID, "enterprise_id", "FIELD_MALFORMED"),
    ({"enterprise_id": NOTHING}, NOT_FOUND, "", "RECORD_NOT_FOUND"),
    ({"reason": ""}, INVALID, "reason", "FIELD_REQUIRED"),
    ({"reason": "nhầm"}, INVALID, "reason", "FIELD_TOO_SHORT"),
    ({"reason": "a" * 501}, INVALID, "reason", "FIELD_TOO_LONG"),
    ({"reason": "Потому что так надо"}, INVALID, "reason", "FIELD_WRONG_SCRIPT"),
    ({"etag": "0"}, STALE, "", "RECORD_CHANGED"),
]
OWN: list[tuple[str, dict[str, Any], grpc.StatusCode, str, str]] = [
    ("RevokeOtherFunding", {"other_funding_id": ""}, INVALID, "other_funding_id", "FIELD_REQUIRED"),
    ("RevokeOtherFunding", {"other_funding_id": NOTHING}, NOT_FOUND, "", "OTHER_FUNDING_UNKNOWN"),
    ("CorrectOtherFunding", {"other_funding_id": "5"}, INVALID, "other_funding_id", "FIELD_MALFORMED"),
    ("CorrectOtherFunding", {"other_funding_id": NOTHING}, NOT_FOUND, "", "OTHER_FUNDING_UNKNOWN"),
    ("CorrectOtherFunding", {"scheme": ""}, INVALID, "scheme", "FIELD_REQUIRED"),
    ("CorrectOtherFunding", {"grantor": "a" * 251}, INVALID, "grantor", "FIELD_TOO_LONG"),
    ("CorrectOtherFunding", {"content_code": "iso"}, INVALID, "content_code", "FIELD_MALFORMED"),
    ("CorrectOtherFunding", {"amount_vnd": 0}, INVALID, "amount_vnd", "FIELD_REQUIRED"),
    ("CorrectOtherFunding", {"decided_on": day(2024, 6, 29)}, INVALID, "decided_on", "FUNDING_DECIDED_IN_FUTURE"),
    ("CorrectOtherFunding", {"period_from": None}, INVALID, "period_from", "FIELD_REQUIRED"),
    ("CorrectOtherFunding", {"period_to": day(2024, 2, 1)}, INVALID, "period_to", "PERIOD_ENDS_BEFORE_IT_BEGINS"),
    ("CorrectOtherFunding", {"legal_basis": ""}, INVALID, "legal_basis", "FIELD_REQUIRED"),
    ("RevokeStanding", {"standing_id": ""}, INVALID, "standing_id", "FIELD_REQUIRED"),
    ("RevokeStanding", {"standing_id": "tax"}, INVALID, "standing_id", "FIELD_MALFORMED"),
    ("RevokeStanding", {"standing_id": NOTHING}, NOT_FOUND, "", "STANDING_UNKNOWN"),
]


@pytest.mark.parametrize(
    ("method", "changes", "code", "field", "reason"),
    [(method, *case) for method in WHO for case in EACH] + OWN,
    ids=str,
)
def test_what_cannot_be_accepted_is_named(
    known: Known, enterprise: Any, method: str, changes: dict[str, Any], code: grpc.StatusCode, field: str, reason: str
) -> None:
    answer = refusal(known.counter, method, good(method, enterprise, **changes))
    assert answer == (code, field, reason)


@pytest.mark.parametrize("method", WHO)
def test_nobody_does_so_in_another_capacity(known: Known, enterprise: Any, method: str) -> None:
    answer = refusal(known.counter, method, good(method, enterprise), capacity="programme_officer")
    assert answer == (FORBIDDEN, "", "CAPACITY_NOT_PERMITTED")


@pytest.mark.parametrize(
    ("method", "reason"),
    [("RevokeOtherFunding", "OTHER_FUNDING_REVOKED_BEFORE"), ("RevokeStanding", "STANDING_REVOKED_BEFORE")],
)
def test_nothing_is_taken_back_twice(known: Known, enterprise: Any, method: str, reason: str) -> None:
    known.counter.ask(method, good(method, enterprise), **WHO[method])
    assert refusal(known.counter, method, good(method, enterprise)) == (PRECONDITION, "", reason)


def test_a_body_nobody_established_takes_nothing_back(known: Known, enterprise: Any) -> None:
    answer = refusal(known.counter, "RevokeStanding", good("RevokeStanding", enterprise), body="SO-LA")
    assert answer == (NOT_FOUND, "", "BODY_UNKNOWN")


def refusal(counter: Counter, method: str, request: Any, **who: Any) -> tuple[grpc.StatusCode, str, str]:
    """Status, field and reason of a refusal; the reason of a field is told in its place."""
    with pytest.raises(grpc.RpcError) as error:
        counter.ask(method, request, **WHO[method] | who)
    status, info, bad = rpc_status.from_call(error.value), ErrorInfo(), BadRequest()
    assert status is not None, error.value
    for detail in status.details:
        detail.Unpack(info)
        detail.Unpack(bad)
    [violation] = bad.field_violations or [BadRequest.FieldViolation(reason=info.reason)]
    return error.value.code(), violation.field, violation.reason
