"""Every bad input anybody could think of, at every method: refused with a status, a reason and a sentence."""

from __future__ import annotations

from typing import Any
from uuid import uuid1, uuid4

import grpc
import pytest
from google.type.date_pb2 import Date
from nscl.common.v1.act_pb2 import Basis
from nscl.registry.v1 import registry_service_pb2 as messages

from tests.registry.api.conftest import Known, refused
from tests.registry.api.requests import (
    COMMANDS,
    COOPERATIVE_GROUP,
    GETS,
    LISTS,
    METHODS,
    address,
    basis,
    day,
    identifier,
    line,
    old_unit,
    predecessor,
    unit,
)

pytestmark = pytest.mark.usefixtures("nothing_typed_is_logged")

INVALID = grpc.StatusCode.INVALID_ARGUMENT
NO_DAY, NO_SUCH_DAY, ANTIQUITY = None, Date(year=2024, month=2, day=30), Date(year=30, month=1, day=1)
CYRILLIC, HIDDEN, EMOJI = "Сôпg ty", "Công\u200bty", "Công ty 🐟"

# method, what is changed in the good request, the field complained of, the reason
WRONG_FIELDS: list[tuple[str, dict[str, Any], str, str]] = [
    ("EstablishBody", {"code": ""}, "code", "FIELD_REQUIRED"),
    ("EstablishBody", {"code": "skhcn"}, "code", "FIELD_MALFORMED"),
    ("EstablishBody", {"code": "A" * 21}, "code", "FIELD_MALFORMED"),
    ("EstablishBody", {"name": ""}, "name", "FIELD_REQUIRED"),
    ("EstablishBody", {"name": "   "}, "name", "FIELD_REQUIRED"),
    ("EstablishBody", {"name": "a" * 251}, "name", "FIELD_TOO_LONG"),
    ("EstablishBody", {"name": CYRILLIC}, "name", "FIELD_WRONG_SCRIPT"),
    ("EstablishBody", {"name": HIDDEN}, "name", "FIELD_MALFORMED"),
    ("EstablishBody", {"established_on": NO_DAY}, "established_on", "FIELD_REQUIRED"),
    ("EstablishBody", {"established_on": NO_SUCH_DAY}, "established_on", "FIELD_MALFORMED"),
    ("EstablishBody", {"established_on": ANTIQUITY}, "established_on", "FIELD_OUT_OF_RANGE"),
    ("EstablishBody", {"attests": 99}, "attests", "FIELD_UNKNOWN_CHOICE"),
    ("EstablishBody", {"attests": -1}, "attests", "FIELD_UNKNOWN_CHOICE"),
    ("EstablishBody", {"predecessors": [predecessor(code="")]}, "predecessors[0].code", "FIELD_REQUIRED"),
    ("EstablishBody", {"predecessors": [predecessor()] * 21}, "predecessors", "FIELD_TOO_MANY"),
    ("EstablishBody", {"predecessors": [predecessor()] * 2}, "predecessors[1].code", "PREDECESSOR_REPEATED"),
    (
        "EstablishBody",
        {"predecessors": [predecessor(ended_on=day(2025, 3, 2))]},
        "predecessors[0].ended_on",
        "PREDECESSOR_OUTLIVES_BODY",
    ),
    ("PublishUnits", {"province_code": "9"}, "province_code", "FIELD_MALFORMED"),
    ("PublishUnits", {"province_code": "٩٢"}, "province_code", "FIELD_WRONG_SCRIPT"),
    ("PublishUnits", {"valid_from": NO_DAY}, "valid_from", "FIELD_REQUIRED"),
    ("PublishUnits", {"units": []}, "units", "FIELD_REQUIRED"),
    ("PublishUnits", {"units": [unit()] * 1001}, "units", "FIELD_TOO_MANY"),
    ("PublishUnits", {"units": [unit(), unit()]}, "units[1].code", "UNIT_REPEATED"),
    ("PublishUnits", {"units": [unit(code="4")]}, "units[0].code", "FIELD_MALFORMED"),
    ("PublishUnits", {"units": [unit(name="")]}, "units[0].name", "FIELD_REQUIRED"),
    ("PublishUnits", {"units": [unit(kind=0)]}, "units[0].kind", "FIELD_REQUIRED"),
    ("PublishUnits", {"units": [unit(kind=9)]}, "units[0].kind", "FIELD_UNKNOWN_CHOICE"),
    ("PublishUnits", {"predecessors": [old_unit(extent=0)]}, "predecessors[0].extent", "FIELD_REQUIRED"),
    ("PublishUnits", {"predecessors": [old_unit(code="00005")]}, "predecessors[0].code", "SUCCESSOR_UNKNOWN"),
    ("PublishUnits", {"predecessors": [old_unit()] * 2}, "predecessors[1].old_code", "MERGER_CONTRADICTORY"),
    ("PublishUnits", {"predecessors": [old_unit(old_name="Phúc Xá")]}, "predecessors", "PREDECESSOR_KIND_UNKNOWN"),
    ("RegisterEnterprise", {"target_group": 0}, "target_group", "FIELD_REQUIRED"),
    ("RegisterEnterprise", {"target_group": 77}, "target_group", "FIELD_UNKNOWN_CHOICE"),
    ("RegisterEnterprise", {"target_group": 2}, "legal_form", "LEGAL_FORM_OUTSIDE_TARGET_GROUP"),
    ("RegisterEnterprise", {"legal_form": 0}, "legal_form", "FIELD_REQUIRED"),
    ("RegisterEnterprise", {"display_name": ""}, "display_name", "FIELD_REQUIRED"),
    ("RegisterEnterprise", {"display_name": "a" * 251}, "display_name", "FIELD_TOO_LONG"),
    ("RegisterEnterprise", {"display_name": CYRILLIC}, "display_name", "FIELD_WRONG_SCRIPT"),
    ("RegisterEnterprise", {"display_name": EMOJI}, "display_name", "FIELD_WRONG_SCRIPT"),
    ("RegisterEnterprise", {"display_name": "Công ty\nhai dòng"}, "display_name", "FIELD_MALFORMED"),
    ("RegisterEnterprise", {"identifier": None}, "identifier", "FIELD_REQUIRED"),
    ("RegisterEnterprise", {"identifier": identifier(kind=0)}, "identifier.kind", "FIELD_REQUIRED"),
    ("RegisterEnterprise", {"identifier": identifier(code="")}, "identifier.code", "IDENTIFIER_CODE_MISSING"),
    ("RegisterEnterprise", {"identifier": identifier(code="9" * 61)}, "identifier.code", "FIELD_TOO_LONG"),
    ("RegisterEnterprise", {"identifier": identifier(code="1809990018")}, "identifier.code", "TAX_CODE_INCORRECT"),
    ("RegisterEnterprise", {"identifier": identifier(code="1809990017X")}, "identifier.code", "TAX_CODE_INCORRECT"),
    (
        "RegisterEnterprise",
        {**COOPERATIVE_GROUP, "identifier": identifier(kind=messages.IDENTIFIER_KIND_NONE)},
        "identifier.code",
        "IDENTIFIER_CODE_UNEXPECTED",
    ),
    (
        "RegisterEnterprise",
        {**COOPERATIVE_GROUP, "identifier": identifier(kind=messages.IDENTIFIER_KIND_NONE, code="", reason="thiếu")},
        "identifier.reason",
        "IDENTIFIER_REASON_MISSING",
    ),
    (
        "RegisterEnterprise",
        {"identifier": identifier(kind=messages.IDENTIFIER_KIND_PERSONAL_ID, code="092085990017")},
        "identifier.kind",
        "IDENTIFIER_KIND_OUTSIDE_LEGAL_FORM",
    ),
    ("RegisterEnterprise", {"address": None}, "address", "FIELD_REQUIRED"),
    ("RegisterEnterprise", {"address": address(unit_code="3111")}, "address.unit_code", "FIELD_MALFORMED"),
    ("RegisterEnterprise", {"address": address(unit_code="99999")}, "address.unit_code", "UNIT_NOT_IN_FORCE"),
    ("RegisterEnterprise", {"address": address(unit_code="31120")}, "address.unit_code", "UNIT_NOT_IN_FORCE"),
    ("RegisterEnterprise", {"address": address(street="a" * 251)}, "address.street", "FIELD_TOO_LONG"),
    ("RegisterEnterprise", {"business_lines": []}, "business_lines", "FIELD_REQUIRED"),
    ("RegisterEnterprise", {"business_lines": [line()] * 101}, "business_lines", "FIELD_TOO_MANY"),
    ("RegisterEnterprise", {"business_lines": [line()] * 2}, "business_lines[1].code", "BUSINESS_LINE_REPEATED"),
    (
        "RegisterEnterprise",
        {"business_lines": [line(code="10200")]},
        "business_lines[0].code",
        "BUSINESS_LINE_CODE_MALFORMED",
    ),
    ("RegisterEnterprise", {"business_lines": [line(scheme=0)]}, "business_lines[0].scheme", "FIELD_REQUIRED"),
    ("RegisterEnterprise", {"business_lines": [line(scheme=2)]}, "business_lines[0].scheme", "SCHEME_NOT_IN_FORCE"),
    ("RegisterEnterprise", {"registered_on": NO_DAY}, "registered_on", "FIELD_REQUIRED"),
    ("RegisterEnterprise", {"registered_on": day(2024, 6, 29)}, "registered_on", "REGISTRATION_IN_FUTURE"),
    ("AttestStanding", {"enterprise_id": ""}, "enterprise_id", "FIELD_REQUIRED"),
    ("AttestStanding", {"enterprise_id": "1809990017"}, "enterprise_id", "FIELD_MALFORMED"),
    ("AttestStanding", {"field": 0}, "field", "FIELD_REQUIRED"),
    ("AttestStanding", {"field": 4}, "field", "FIELD_UNKNOWN_CHOICE"),
    ("AttestStanding", {"verdict": 0}, "verdict", "FIELD_REQUIRED"),
    ("AttestStanding", {"verdict": 3}, "verdict", "FIELD_UNKNOWN_CHOICE"),
    ("AttestStanding", {"valid_from": NO_DAY}, "valid_from", "FIELD_REQUIRED"),
    ("AttestStanding", {"valid_until": Date(year=2024)}, "valid_until", "FIELD_MALFORMED"),
    ("AttestStanding", {"valid_until": day(2023, 12, 31)}, "valid_until", "PERIOD_ENDS_BEFORE_IT_BEGINS"),
    ("AttestStanding", {"etag": "9" * 21}, "etag", "FIELD_TOO_LONG"),
    ("RecordOtherFunding", {"enterprise_id": "{}"}, "enterprise_id", "FIELD_MALFORMED"),
    ("RecordOtherFunding", {"scheme": ""}, "scheme", "FIELD_REQUIRED"),
    ("RecordOtherFunding", {"grantor": "a" * 251}, "grantor", "FIELD_TOO_LONG"),
    ("RecordOtherFunding", {"content_code": "ISO 9001"}, "content_code", "FIELD_MALFORMED"),
    ("RecordOtherFunding", {"amount_vnd": 0}, "amount_vnd", "FIELD_REQUIRED"),
    ("RecordOtherFunding", {"amount_vnd": -1}, "amount_vnd", "FIELD_OUT_OF_RANGE"),
    ("RecordOtherFunding", {"amount_vnd": 2**63 - 1}, "amount_vnd", "FIELD_OUT_OF_RANGE"),
    ("RecordOtherFunding", {"decided_on": NO_DAY}, "decided_on", "FIELD_REQUIRED"),
    ("RecordOtherFunding", {"decided_on": day(2024, 6, 29)}, "decided_on", "FUNDING_DECIDED_IN_FUTURE"),
    ("RecordOtherFunding", {"period_to": day(2024, 2, 29)}, "period_to", "PERIOD_ENDS_BEFORE_IT_BEGINS"),
    ("RecordOtherFunding", {"legal_basis": ""}, "legal_basis", "FIELD_REQUIRED"),
    ("RecordOtherFunding", {"unit_keys": ["gạo"]}, "unit_keys[0]", "FIELD_MALFORMED"),
    ("RegisterDeliveringOrganisation", {"name": ""}, "name", "FIELD_REQUIRED"),
    ("RegisterDeliveringOrganisation", {"tax_code": ""}, "tax_code", "FIELD_REQUIRED"),
    ("RegisterDeliveringOrganisation", {"tax_code": "092085990017"}, "tax_code", "TAX_CODE_INCORRECT"),
    ("RegisterDeliveringOrganisation", {"services": []}, "services", "FIELD_REQUIRED"),
    ("RegisterDeliveringOrganisation", {"services": [0]}, "services[0]", "FIELD_REQUIRED"),
    ("RegisterDeliveringOrganisation", {"services": [2, 2]}, "services", "SERVICE_REPEATED"),
    ("RegisterDeliveringOrganisation", {"scope": "a" * 1001}, "scope", "FIELD_TOO_LONG"),
    ("RegisterDeliveringOrganisation", {"accreditation_number": ""}, "accreditation_number", "FIELD_REQUIRED"),
    (
        "RegisterDeliveringOrganisation",
        {"accreditation_expires_on": NO_DAY},
        "accreditation_expires_on",
        "FIELD_REQUIRED",
    ),
    (
        "RegisterDeliveringOrganisation",
        {"accreditation_expires_on": day(2024, 6, 27)},
        "accreditation_expires_on",
        "ACCREDITATION_EXPIRED",
    ),
    ("GetBody", {"code": ""}, "code", "FIELD_REQUIRED"),
    ("GetBody", {"code": "../.."}, "code", "FIELD_MALFORMED"),
    ("GetUnit", {"code": "311170"}, "code", "FIELD_MALFORMED"),
    ("GetUnit", {"on_date": NO_DAY}, "on_date", "FIELD_REQUIRED"),
    ("GetEnterprise", {"enterprise_id": "092085990017"}, "enterprise_id", "FIELD_MALFORMED"),
    ("GetEligibility", {"enterprise_id": ""}, "enterprise_id", "FIELD_REQUIRED"),
    ("GetEligibility", {"content_code": ""}, "content_code", "FIELD_REQUIRED"),
    ("GetEligibility", {"on_date": NO_SUCH_DAY}, "on_date", "FIELD_MALFORMED"),
    (
        "GetDeliveringOrganisation",
        {"delivering_organisation_id": "x"},
        "delivering_organisation_id",
        "FIELD_MALFORMED",
    ),
    ("ListUnits", {"on_date": NO_DAY}, "on_date", "FIELD_REQUIRED"),
    ("ListUnits", {"province_code": "cantho"}, "province_code", "FIELD_MALFORMED"),
    ("ListEnterprises", {"target_group": 9}, "target_group", "FIELD_UNKNOWN_CHOICE"),
    ("ListEnterprises", {"unit_code": "1"}, "unit_code", "FIELD_MALFORMED"),
    ("ListEnterprises", {"name": "a" * 251}, "name", "FIELD_TOO_LONG"),
    ("ListEnterprises", {"name": "…"}, "name", "FIELD_MALFORMED"),
    ("ListEnterprises", {"legal_form": 77}, "legal_form", "FIELD_UNKNOWN_CHOICE"),
    ("ListEnterprises", {"business_line_prefix": "A"}, "business_line_prefix", "FIELD_MALFORMED"),
    ("ListEnterprises", {"business_line_prefix": "10203"}, "business_line_prefix", "FIELD_MALFORMED"),
    ("ListOtherFundings", {"enterprise_id": ""}, "enterprise_id", "FIELD_REQUIRED"),
    ("ListOtherFundings", {"content_code": "iso"}, "content_code", "FIELD_MALFORMED"),
    ("ListDeliveringOrganisations", {"service": 4}, "service", "FIELD_UNKNOWN_CHOICE"),
]


@pytest.mark.parametrize(
    ("method", "changes", "field", "reason"),
    WRONG_FIELDS,
    ids=[f"{method} {field} {reason}" for method, _, field, reason in WRONG_FIELDS],
)
def test_a_wrong_field_is_named(known: Known, method: str, changes: dict[str, Any], field: str, reason: str) -> None:
    answer = refused(known, method, known.good(method, **changes))
    assert (answer.code, answer.fields.get(field)) == (INVALID, reason)
    assert answer.sentence


def test_every_method_has_wrong_fields_tried() -> None:
    without_own_fields = {"ListBodies"}
    assert {method for method, *_ in WRONG_FIELDS} == METHODS.keys() - without_own_fields


def test_everything_wrong_is_told_at_once(known: Known) -> None:
    answer = refused(known, "RegisterEnterprise", messages.RegisterEnterpriseRequest(request_id=str(uuid4())))
    assert answer.fields.keys() >= {"target_group", "legal_form", "display_name", "identifier", "address"}


@pytest.mark.parametrize("method", COMMANDS)
@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"request_id": ""}, "request_id", "FIELD_REQUIRED"),
        ({"request_id": "1"}, "request_id", "FIELD_MALFORMED"),
        ({"request_id": str(uuid1())}, "request_id", "FIELD_MALFORMED"),
        ({"basis": basis(document="a" * 61)}, "basis.document", "FIELD_TOO_LONG"),
        ({"basis": basis(effective_on=day(2199, 1, 1))}, "basis.effective_on", "FIELD_OUT_OF_RANGE"),
        ({"basis": basis(effective_on=NO_SUCH_DAY)}, "basis.effective_on", "FIELD_MALFORMED"),
        ({"basis": Basis(document="1/QĐ", cause="somewhere")}, "basis.cause", "FIELD_MALFORMED"),
    ],
)
def test_a_wrong_basis_is_named(known: Known, method: str, changes: dict[str, Any], field: str, reason: str) -> None:
    answer = refused(known, method, known.good(method, **changes))
    assert (answer.code, answer.fields.get(field)) == (INVALID, reason)


@pytest.mark.parametrize("method", ["EstablishBody", "PublishUnits", "AttestStanding", "RecordOtherFunding"])
def test_an_act_that_rests_on_a_document_names_it(known: Known, method: str) -> None:
    assert refused(known, method, known.good(method, basis=Basis())).fields["basis.document"] == "FIELD_REQUIRED"


@pytest.mark.parametrize("method", METHODS)
def test_nobody_is_served_without_a_token(known: Known, method: str) -> None:
    assert refused(known, method, capacity=None).code is grpc.StatusCode.UNAUTHENTICATED


PUBLIC = {"GetBody", "ListBodies", "GetUnit", "ListUnits", "GetDeliveringOrganisation", "ListDeliveringOrganisations"}


@pytest.mark.parametrize("method", METHODS)
def test_nobody_is_served_in_another_capacity(known: Known, method: str) -> None:
    if method in PUBLIC:
        known.ask(method, capacity="host_representative")
    else:
        answer = refused(known, method, capacity="host_representative")
        assert (answer.code, answer.reason) == (grpc.StatusCode.PERMISSION_DENIED, "CAPACITY_NOT_PERMITTED")


@pytest.mark.parametrize("method", COMMANDS)
def test_a_repeated_request_is_answered_as_the_first_time(known: Known, method: str) -> None:
    request, clerk = known.good(method), uuid4()
    first, again = (known.ask(method, request, person_id=clerk) for _ in range(2))
    assert again == first


@pytest.mark.parametrize(
    ("method", "changes"),
    [
        ("EstablishBody", {"name": "Tên khác"}),
        ("PublishUnits", {"valid_from": day(2025, 7, 2)}),
        ("RegisterEnterprise", {"display_name": "Tên khác"}),
        ("AttestStanding", {"verdict": messages.STANDING_VERDICT_NOT_FULFILLED}),
        ("RecordOtherFunding", {"amount_vnd": 1}),
        ("RegisterDeliveringOrganisation", {"scope": "Khác"}),
    ],
)
def test_a_request_id_does_not_serve_another_request(known: Known, method: str, changes: dict[str, Any]) -> None:
    first, clerk = known.good(method), uuid4()
    known.ask(method, first, person_id=clerk)
    other = known.good(method, **changes, request_id=first.request_id)
    answer = refused(known, method, other, person_id=clerk)
    assert (answer.code, answer.reason) == (INVALID, "REQUEST_ID_REUSED")


@pytest.mark.parametrize("method", ["AttestStanding", "RecordOtherFunding"])
@pytest.mark.parametrize("etag", ["0", "abc", "999"])
def test_a_stale_etag_is_told(known: Known, method: str, etag: str) -> None:
    answer = refused(known, method, known.good(method, etag=etag))
    assert (answer.code, answer.reason) == (grpc.StatusCode.ABORTED, "RECORD_CHANGED")


@pytest.mark.parametrize(
    ("method", "changes"),
    [
        ("GetBody", {"code": "SO-KHONG-CO"}),
        ("GetUnit", {"code": "31120"}),
        ("GetEnterprise", {"enterprise_id": str(uuid4())}),
        ("GetEligibility", {"enterprise_id": str(uuid4())}),
        ("GetDeliveringOrganisation", {"delivering_organisation_id": str(uuid4())}),
        ("AttestStanding", {"enterprise_id": str(uuid4())}),
        ("RecordOtherFunding", {"enterprise_id": str(uuid4())}),
    ],
)
def test_what_is_not_there_is_not_found(known: Known, method: str, changes: dict[str, Any]) -> None:
    assert refused(known, method, known.good(method, **changes)).code is grpc.StatusCode.NOT_FOUND


def test_an_id_of_another_record_is_not_found(known: Known) -> None:
    request = known.good("GetEnterprise", enterprise_id=known.delivering_organisation_id)
    assert refused(known, "GetEnterprise", request).code is grpc.StatusCode.NOT_FOUND


@pytest.mark.parametrize("method", LISTS)
@pytest.mark.parametrize("page_token", ["x", "AAAA", "!" * 40, "é"])
def test_a_made_up_page_token_is_refused(known: Known, method: str, page_token: str) -> None:
    answer = refused(known, method, known.good(method, page_token=page_token))
    assert (answer.code, answer.reason) == (INVALID, "PAGE_TOKEN_INVALID")


@pytest.mark.parametrize("method", LISTS)
def test_a_negative_page_size_is_refused(known: Known, method: str) -> None:
    assert refused(known, method, known.good(method, page_size=-1)).fields == {"page_size": "FIELD_OUT_OF_RANGE"}


@pytest.mark.parametrize("method", LISTS)
def test_too_large_a_page_is_brought_down(known: Known, method: str) -> None:
    known.ask(method, known.good(method, page_size=2**31 - 1))


@pytest.mark.parametrize("method", GETS | LISTS)
def test_a_negative_position_is_refused(known: Known, method: str) -> None:
    assert refused(known, method, known.good(method, min_position=-1)).fields == {"min_position": "FIELD_OUT_OF_RANGE"}


@pytest.mark.parametrize("method", ["GetBody", "GetEnterprise", "GetEligibility", "GetDeliveringOrganisation"])
def test_a_position_nobody_has_reached_is_refused(known: Known, method: str) -> None:
    request = known.good(method, min_position=2**63 - 1)
    assert refused(known, method, request).fields == {"min_position": "POSITION_NOT_REACHED"}
