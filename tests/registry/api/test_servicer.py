"""The registry's door as its callers meet it: what they ask is recorded, shown, listed, and kept from others."""

from __future__ import annotations

import logging
from typing import Any

import grpc
import pytest
from nscl.registry.v1 import registry_service_pb2 as messages

from tests.registry.api.conftest import Known, refused
from tests.registry.api.requests import (
    COOPERATIVE_GROUP,
    address,
    attest_standing,
    basis,
    day,
    establish_body,
    identifier,
    line,
    record_other_funding,
    register_delivering_organisation,
    register_enterprise,
    register_household,
    tax_code,
)

OWNER = {"display_name": "Hộ kinh doanh Bà Sáu Mắm", "address": address(street="Ấp Trời Xanh")}


def registered(known: Known, request: Any = None) -> Any:
    return known.ask("RegisterEnterprise", request or register_enterprise())


def enterprise(known: Known, enterprise_id: str, capacity: str = "programme_officer") -> Any:
    request = messages.GetEnterpriseRequest(enterprise_id=enterprise_id)
    return known.ask("GetEnterprise", request, capacity=capacity).enterprise


class TestEnterprises:
    def test_a_company_is_shown_as_it_was_registered(self, known: Known) -> None:
        request = register_enterprise()
        answer = registered(known, request)
        shown = enterprise(known, answer.enterprise.enterprise_id, "auditor")
        assert shown == answer.enterprise
        for field in ("target_group", "legal_form", "display_name", "identifier", "address", "registered_on"):
            assert getattr(shown, field) == getattr(request, field)
        assert list(shown.business_lines) == list(request.business_lines)
        assert (shown.personal, shown.etag) == (False, "1")

    def test_an_enterprise_may_register_itself(self, known: Known) -> None:
        known.ask("RegisterEnterprise", register_enterprise(), capacity="enterprise_representative")

    def test_a_number_is_registered_once(self, known: Known) -> None:
        code = tax_code()
        registered(known, register_enterprise(identifier=identifier(code=code)))
        again = register_enterprise(identifier=identifier(code=code))
        answer = refused(known, "RegisterEnterprise", again)
        assert (answer.code, answer.reason) == (grpc.StatusCode.ALREADY_EXISTS, "ENTERPRISE_ALREADY_REGISTERED")

    def test_an_enterprise_without_a_number_says_why(self, known: Known) -> None:
        numberless = identifier(kind=messages.IDENTIFIER_KIND_NONE, code="", reason="Tổ hợp tác chưa được cấp mã số")
        answer = registered(known, register_enterprise(**COOPERATIVE_GROUP, identifier=numberless))
        assert answer.enterprise.identifier == numberless

    def test_an_enterprise_does_not_say_of_itself_that_it_has_no_number(self, known: Known) -> None:
        numberless = identifier(kind=messages.IDENTIFIER_KIND_NONE, code="", reason="Tổ hợp tác chưa được cấp mã số")
        asked = register_enterprise(**COOPERATIVE_GROUP, identifier=numberless)
        answer = refused(known, "RegisterEnterprise", asked, capacity="enterprise_representative")
        assert (answer.code, answer.reason) == (grpc.StatusCode.PERMISSION_DENIED, "IDENTIFIER_MISSING_BY_OWN_WORD")

    def test_an_enterprise_of_today_is_at_a_new_unit_with_a_new_line(self, known: Known) -> None:
        registered(
            known,
            register_enterprise(
                basis=basis(effective_on=day(2026, 1, 5)),
                address=address(unit_code="31120"),
                business_lines=[line(scheme=messages.VSIC_SCHEME_VSIC2025, valid_from=day(2025, 12, 1))],
            ),
        )

    def test_ones_own_write_is_listed_by_its_position(self, known: Known) -> None:
        answer = registered(known, register_enterprise(display_name="Công ty Cổ phần Ốc Đảo Đìu Hiu"))
        listed = known.ask(
            "ListEnterprises",
            messages.ListEnterprisesRequest(name="oc dao diu hiu", min_position=answer.recorded.position),
        )
        assert [found.enterprise_id for found in listed.enterprises] == [answer.enterprise.enterprise_id]
        assert listed.as_of_position >= answer.recorded.position

    def test_pages_follow_each_other_to_the_end(self, known: Known) -> None:
        for _ in range(3):
            last = registered(known)
        request = messages.ListEnterprisesRequest(page_size=2, min_position=last.recorded.position)
        found: list[str] = []
        while True:
            page = known.ask("ListEnterprises", request)
            assert len(page.enterprises) <= 2
            found += [shown.enterprise_id for shown in page.enterprises]
            request.page_token = page.next_page_token
            if not page.next_page_token:
                break
        assert len(found) == len(set(found))
        assert found[-1] == last.enterprise.enterprise_id


class TestHouseholdBusinesses:
    def test_its_owner_is_shown_only_to_those_who_have_to_know(self, known: Known) -> None:
        request = register_household(**OWNER)
        answer = registered(known, request)
        enterprise_id = answer.enterprise.enterprise_id
        for capacity in ("programme_officer", "programme_lead", "standing_attestor"):
            shown = enterprise(known, enterprise_id, capacity)
            assert (shown.display_name, shown.identifier, shown.address) == (
                request.display_name,
                request.identifier,
                request.address,
            )
        for capacity in ("auditor", "service", "scheme_officer", "council_member", "finance_appraiser"):
            self.check_nothing_personal(enterprise(known, enterprise_id, capacity))
        self.check_nothing_personal(answer.enterprise)
        listed = known.ask(
            "ListEnterprises",
            messages.ListEnterprisesRequest(min_position=answer.recorded.position, page_size=500),
            capacity="programme_officer",
        )
        self.check_nothing_personal(next(row for row in listed.enterprises if row.enterprise_id == enterprise_id))

    def check_nothing_personal(self, shown: messages.Enterprise) -> None:
        assert shown.personal
        assert (shown.display_name, shown.identifier.code, shown.address.street) == ("", "", "")
        assert shown.address.unit_code == "31117"

    def test_no_refusal_and_no_log_line_tells_its_number(self, known: Known, caplog: pytest.LogCaptureFixture) -> None:
        request = register_household(**OWNER)
        with caplog.at_level(logging.DEBUG):
            registered(known, request)
            again = register_household(identifier=request.identifier)
            malformed = identifier(kind=messages.IDENTIFIER_KIND_PERSONAL_ID, code="192085990017")
            refusals = [
                refused(known, "RegisterEnterprise", again),
                refused(known, "RegisterEnterprise", register_household(identifier=malformed)),
            ]
        assert [refusal.reason for refusal in refusals] == ["ENTERPRISE_ALREADY_REGISTERED", "PERSONAL_ID_INCORRECT"]
        told = f"{caplog.text} {refusals}"
        for clue in (request.identifier.code, malformed.code, "Bà Sáu", "Trời Xanh"):
            assert clue not in told


class TestStanding:
    def test_the_body_in_charge_attests_under_its_own_identity(self, known: Known) -> None:
        enterprise_id = registered(known).enterprise.enterprise_id
        request = attest_standing(enterprise_id=enterprise_id, etag="1")
        answer = known.ask("AttestStanding", request)
        (standing,) = answer.enterprise.standings
        assert (standing.body, standing.document, standing.verdict) == ("CUCTHUE", "55/XN-CUCTHUE", request.verdict)
        assert answer.enterprise.etag == "2"

    @pytest.mark.parametrize("body", ["SKHCN", "SNNMT", "KHONG-CO"])
    def test_another_body_is_refused(self, known: Known, body: str) -> None:
        answer = refused(known, "AttestStanding", body=body)
        assert (answer.code, answer.reason) == (grpc.StatusCode.PERMISSION_DENIED, "BODY_DOES_NOT_ATTEST_FIELD")


class TestOtherFundings:
    def test_they_are_listed_by_enterprise_and_content(self, known: Known) -> None:
        enterprise_id = registered(known).enterprise.enterprise_id
        for content_code in ("SYS-ISO9001", "TOOL-5S"):
            request = record_other_funding(enterprise_id=enterprise_id, content_code=content_code)
            answer = known.ask("RecordOtherFunding", request)
        listed = known.ask(
            "ListOtherFundings",
            messages.ListOtherFundingsRequest(
                enterprise_id=enterprise_id, content_code="TOOL-5S", min_position=answer.recorded.position
            ),
        )
        (found,) = listed.other_fundings
        assert (found.content_code, found.position) == ("TOOL-5S", answer.recorded.position)
        assert found.other_funding_id == answer.enterprise.other_fundings[1].other_funding_id

    def test_one_decision_is_recorded_once(self, known: Known) -> None:
        request = record_other_funding(enterprise_id=known.enterprise_id)
        known.ask("RecordOtherFunding", request)
        again = record_other_funding(enterprise_id=known.enterprise_id, legal_basis=request.legal_basis)
        answer = refused(known, "RecordOtherFunding", again)
        assert (answer.code, answer.reason) == (grpc.StatusCode.ALREADY_EXISTS, "OTHER_FUNDING_ALREADY_RECORDED")


class TestEligibility:
    def test_support_is_told_the_facts_with_their_sources(self, known: Known) -> None:
        enterprise_id = registered(known).enterprise.enterprise_id
        attested = known.ask("AttestStanding", attest_standing(enterprise_id=enterprise_id))
        funded = known.ask("RecordOtherFunding", record_other_funding(enterprise_id=enterprise_id))
        answer = known.ask(
            "GetEligibility",
            messages.GetEligibilityRequest(
                enterprise_id=enterprise_id,
                content_code="SYS-ISO9001",
                on_date=day(2024, 7, 1),
                min_position=funded.recorded.position,
            ),
        )
        facts = answer.eligibility
        tax, insurance, environment = facts.standings
        assert (tax.verdict, tax.document) == (messages.STANDING_VERDICT_FULFILLED, "55/XN-CUCTHUE")
        assert tax.position == attested.recorded.position
        assert insurance == messages.Standing(field=messages.STANDING_FIELD_INSURANCE)
        assert environment == messages.Standing(field=messages.STANDING_FIELD_ENVIRONMENT)
        assert [found.position for found in facts.other_fundings] == [funded.recorded.position]
        assert facts.target_group == messages.TARGET_GROUP_ENTERPRISE
        assert [known_line.code for known_line in facts.business_lines] == ["1020"]
        assert answer.as_of_position >= funded.recorded.position


class TestReferenceData:
    def test_a_body_is_shown_and_listed(self, known: Known) -> None:
        answer = known.ask("EstablishBody", establish_body())
        request = messages.GetBodyRequest(code=answer.body.code)
        assert known.ask("GetBody", request).body == answer.body
        listed = known.ask("ListBodies", messages.ListBodiesRequest(min_position=answer.recorded.position))
        assert answer.body in listed.bodies

    def test_a_code_is_established_once(self, known: Known) -> None:
        answer = refused(known, "EstablishBody", establish_body(code="CUCTHUE"))
        assert (answer.code, answer.reason) == (grpc.StatusCode.ALREADY_EXISTS, "BODY_ALREADY_ESTABLISHED")

    def test_an_old_unit_tells_its_successor(self, known: Known) -> None:
        unit = known.ask("GetUnit").unit
        assert (unit.name, unit.kind, unit.district_code) == ("Cái Khế", messages.UNIT_KIND_WARD, "001")
        assert list(unit.successors) == [
            messages.UnitMerger(code="31120", name="Cái Khế", extent=messages.MERGER_EXTENT_WHOLE)
        ]

    def test_a_unit_of_no_province_is_unknown(self, known: Known) -> None:
        answer = refused(known, "GetUnit", known.good("GetUnit", code="99999"))
        assert (answer.code, answer.reason) == (grpc.StatusCode.NOT_FOUND, "UNIT_UNKNOWN")

    def test_units_of_a_province_are_listed(self, known: Known) -> None:
        request = messages.ListUnitsRequest(on_date=day(2026, 1, 5), province_code="92")
        assert [unit.code for unit in known.ask("ListUnits", request).units] == ["31120"]

    def test_a_delivering_organisation_is_shown_and_listed(self, known: Known) -> None:
        request = register_delivering_organisation(services=[messages.OFFERED_SERVICE_TESTING])
        answer = known.ask("RegisterDeliveringOrganisation", request)
        organisation = answer.delivering_organisation
        about = messages.GetDeliveringOrganisationRequest(
            delivering_organisation_id=organisation.delivering_organisation_id
        )
        assert known.ask("GetDeliveringOrganisation", about).delivering_organisation == organisation
        listed = known.ask(
            "ListDeliveringOrganisations",
            messages.ListDeliveringOrganisationsRequest(
                service=messages.OFFERED_SERVICE_TESTING, min_position=answer.recorded.position
            ),
        )
        assert list(listed.delivering_organisations) == [organisation]

    def test_its_tax_code_is_registered_once(self, known: Known) -> None:
        request = register_delivering_organisation()
        known.ask("RegisterDeliveringOrganisation", request)
        again = register_delivering_organisation(tax_code=request.tax_code)
        answer = refused(known, "RegisterDeliveringOrganisation", again)
        assert answer.reason == "DELIVERING_ORGANISATION_ALREADY_REGISTERED"
