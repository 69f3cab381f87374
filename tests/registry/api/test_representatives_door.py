"""The door to who may act for whom: recorded, shown, ended, and refused by name where it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from google.protobuf.message import Message
from grpc import StatusCode
from nscl.registry.v1 import representative_service_pb2 as messages

from tests.bad_input import Flaw, flaws, told
from tests.registry.api.conftest import Known
from tests.registry.api.requests import basis, day
from tests.registry.conftest import Counter

SOMETHING = "00000000-0000-4000-8000-000000000000"
ENTERPRISE, ORGANISATION = messages.PARTY_KIND_ENTERPRISE, messages.PARTY_KIND_DELIVERING_ORGANISATION


def authorise(**changes: Any) -> messages.AuthoriseRepresentativeRequest:
    usual = {
        "request_id": str(uuid4()),
        "basis": basis("1/GUQ"),
        "party_id": SOMETHING,
        "party_kind": ENTERPRISE,
        "person_id": str(uuid4()),
        "valid_from": day(2024, 1, 1),
        "valid_until": day(2024, 12, 31),
    }
    return messages.AuthoriseRepresentativeRequest(**(usual | changes))


def revoke(**changes: Any) -> messages.RevokeRepresentativeRequest:
    usual = {
        "request_id": str(uuid4()),
        "basis": basis("2/TB"),
        "party_id": SOMETHING,
        "authorisation_id": SOMETHING,
        "reason": "Người đại diện đã nghỉ việc",
    }
    return messages.RevokeRepresentativeRequest(**(usual | changes))


def representatives(**changes: Any) -> messages.GetRepresentativesRequest:
    return messages.GetRepresentativesRequest(**({"party_id": SOMETHING} | changes))


METHODS: dict[str, Callable[..., Message]] = {
    "AuthoriseRepresentative": authorise,
    "RevokeRepresentative": revoke,
    "GetRepresentatives": representatives,
}


def ask(counter: Counter, method: str, request: Any, **who: Any) -> Any:
    return counter.ask(method, request, **{"capacity": "programme_officer", **who})


def test_every_method_is_tried() -> None:
    service = messages.DESCRIPTOR.services_by_name["RepresentativeService"]
    assert {method.name for method in service.methods} == METHODS.keys()


def test_somebody_acts_for_an_enterprise_until_it_is_revoked(known: Known) -> None:
    counter, about = known.counter, {"party_id": known.enterprise_id}
    assert ask(counter, "GetRepresentatives", representatives(**about)).representatives.etag == "0"
    [granted] = ask(counter, "AuthoriseRepresentative", authorise(**about)).representatives.authorisations
    ended = revoke(**about, authorisation_id=granted.authorisation_id)
    answer = ask(counter, "RevokeRepresentative", ended)
    asked = representatives(**about, min_position=answer.recorded.position)
    shown = ask(counter, "GetRepresentatives", asked, capacity="service").representatives
    assert [each.valid_until for each in shown.authorisations] == [day(2024, 6, 27)]
    assert (shown, shown.party_kind) == (answer.representatives, ENTERPRISE)


def test_somebody_acts_for_a_delivering_organisation(known: Known) -> None:
    wanted = authorise(party_id=known.delivering_organisation_id, party_kind=ORGANISATION, valid_until=None)
    [granted] = ask(known.counter, "AuthoriseRepresentative", wanted).representatives.authorisations
    assert (granted.person_id, granted.HasField("valid_until")) == (wanted.person_id, False)


def test_what_cannot_be_is_refused_with_its_reason(known: Known) -> None:
    counter, clerk, about = known.counter, uuid4(), {"party_id": known.delivering_organisation_id}
    about_it: dict[str, Any] = {**about, "party_kind": ORGANISATION}
    first = authorise(**about_it)
    granted = ask(counter, "AuthoriseRepresentative", first).representatives.authorisations[-1]
    late = basis("2/TB", day(2025, 1, 1))
    for method, request, code, reason, sentence in (
        ("AuthoriseRepresentative", authorise(party_id=str(uuid4())), "NOT_FOUND", "RECORD_NOT_FOUND", ""),
        ("AuthoriseRepresentative", authorise(**about), "NOT_FOUND", "RECORD_NOT_FOUND", ""),
        ("AuthoriseRepresentative", authorise(**about_it, person_id=str(clerk)), "PERMISSION_DENIED",
         "AUTHORISED_BY_THEMSELVES", "cho chính mình"),
        ("AuthoriseRepresentative", authorise(**about_it, person_id=first.person_id), "ALREADY_EXISTS",
         "REPRESENTATIVE_ALREADY_AUTHORISED", "từ ngày 01/01/2024 theo 1/GUQ"),
        ("AuthoriseRepresentative", authorise(**about_it, valid_until=day(2023, 1, 1)), "INVALID_ARGUMENT",
         "PERIOD_ENDS_BEFORE_IT_BEGINS", ""),
        ("RevokeRepresentative", revoke(), "NOT_FOUND", "RECORD_NOT_FOUND", ""),
        ("RevokeRepresentative", revoke(**about), "NOT_FOUND", "AUTHORISATION_UNKNOWN", SOMETHING),
        ("RevokeRepresentative", revoke(**about, authorisation_id=granted.authorisation_id, basis=late),
         "FAILED_PRECONDITION", "AUTHORISATION_ALREADY_ENDED", "31/12/2024"),
    ):  # fmt: skip
        answer = told(lambda: ask(counter, method, request, person_id=clerk))  # noqa: B023 - called at once
        assert (method, answer.code, answer.reason) == (method, StatusCode[code], reason)
        assert sentence in answer.sentence


@pytest.mark.parametrize("flaw", [flaw for good in METHODS.values() for flaw in flaws(good())], ids=str)
def test_a_spoilt_field_is_refused_by_its_name(counter: Counter, flaw: Flaw) -> None:
    method = type(flaw.request).__name__.removesuffix("Request")
    answer = told(lambda: ask(counter, method, flaw.request))
    assert (answer.code, answer.fields) == (StatusCode.INVALID_ARGUMENT, {flaw.field})


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("capacity", ["host_representative", "enterprise_representative"])
def test_nobody_is_served_in_another_capacity(counter: Counter, method: str, capacity: str) -> None:
    answer = told(lambda: ask(counter, method, METHODS[method](), capacity=capacity, person_id=UUID(SOMETHING)))
    assert (answer.code, answer.reason) == (StatusCode.PERMISSION_DENIED, "CAPACITY_NOT_PERMITTED")


@pytest.mark.parametrize("method", METHODS)
def test_nobody_is_served_without_a_token(counter: Counter, method: str) -> None:
    assert told(lambda: ask(counter, method, METHODS[method](), capacity=None)).code is StatusCode.UNAUTHENTICATED
