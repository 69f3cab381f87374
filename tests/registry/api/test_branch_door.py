"""The door to branches: part of their legal person, found with it, and no second purse."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from nscl.registry.v1 import registry_service_pb2 as registry

from tests.bad_input import told as refusal_of
from tests.registry.api.branch_requests import METHODS
from tests.registry.api.conftest import Known
from tests.registry.api.duplicate_requests import SOMETHING
from tests.registry.api.lists import cells, csv_file, imported
from tests.registry.api.requests import (
    address,
    basis,
    day,
    identifier,
    register_enterprise,
    register_household,
    tax_code,
)
from tests.registry.api.test_duplicate_door import merged

INVALID, NOT_FOUND = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND
EXISTS, FAILED = grpc.StatusCode.ALREADY_EXISTS, grpc.StatusCode.FAILED_PRECONDITION
LATER = basis("8/GCN-ĐKHĐ", day(2024, 9, 2))


def ask(known: Known, method: str, **changes: Any) -> Any:
    capacity, request = METHODS[method]
    return known.counter.ask(method, request(**changes), capacity=capacity)


def registered(known: Known, code: str, **changes: Any) -> str:
    answer = known.ask("RegisterEnterprise", register_enterprise(identifier=identifier(code=code), **changes))
    enterprise_id: str = answer.enterprise.enterprise_id
    return enterprise_id


@pytest.fixture(scope="module")
def company(known: Known) -> tuple[str, str]:
    """A company with one branch: its id and its tax code."""
    code = tax_code()
    enterprise_id = registered(known, code)
    elsewhere = {"display_name": "Chi nhánh Bần Gié", "address": address(unit_code="31117", street="Bến Cũ")}
    ask(known, "OpenBranch", enterprise_id=enterprise_id, number=f"{code}-001", **elsewhere)
    return enterprise_id, code


def test_a_branch_is_shown_with_its_legal_person(known: Known, company: tuple[str, str]) -> None:
    enterprise_id, code = company
    [branch] = ask(known, "GetBranches", enterprise_id=enterprise_id).branches.branches
    assert (branch.number, branch.display_name, branch.street) == (f"{code}001", "Chi nhánh Bần Gié", "Bến Cũ")
    assert (branch.document, branch.opened_on, branch.HasField("closed_on")) == ("7/GCN-ĐKHĐ", day(2024, 6, 28), False)


def test_who_never_had_a_branch_shows_none(known: Known) -> None:
    answer = ask(known, "GetBranches", enterprise_id=known.enterprise_id).branches
    assert (answer.enterprise_id, len(answer.branches), answer.etag) == (known.enterprise_id, 0, "0")


def test_money_granted_under_a_branchs_number_is_the_legal_persons(known: Known, company: tuple[str, str]) -> None:
    enterprise_id, code = company
    granted = [cells(f"{code}{suffix}", c2="TOOL-KAIZEN") for suffix in ("001", "002")]
    assert imported(known.counter, "CSV", csv_file(*granted)).counts == (2, 0, 0)
    asked = registry.GetEligibilityRequest(
        enterprise_id=enterprise_id, content_code="TOOL-KAIZEN", on_date=day(2024, 7, 1)
    )
    facts = known.ask("GetEligibility", asked).eligibility
    assert [funding.enterprise_id for funding in facts.undertaking_fundings] == [enterprise_id] * 2


def test_a_number_leads_to_who_answers_for_it(known: Known, company: tuple[str, str]) -> None:
    enterprise_id, code = company
    for number, branch in ((code, ""), (f"{code}-001", f"{code}001"), (f"{code}002", "")):
        found = ask(known, "FindByTaxCode", tax_code=number)
        assert (found.enterprise_id, found.branch.number) == (enterprise_id, branch)


def test_a_number_of_a_record_merged_away_leads_to_the_kept_one(known: Known) -> None:
    code = tax_code()
    kept, record = registered(known, tax_code()), registered(known, code)
    merged(known, kept, record)
    assert ask(known, "FindByTaxCode", tax_code=code).enterprise_id == kept


def test_a_legal_person_is_found_by_its_open_branches(known: Known) -> None:
    code = tax_code()
    enterprise_id = registered(known, code)
    branch = {"enterprise_id": enterprise_id, "number": f"{code}001"}
    place = {"display_name": "Xưởng Sếu Đầu Đỏ", "address": address()}
    opened = ask(known, "OpenBranch", **branch, **place)

    def found(position: int) -> list[str]:
        asked = registry.ListEnterprisesRequest(name="sếu đầu", min_position=position)
        return [row.enterprise_id for row in known.ask("ListEnterprises", asked).enterprises]

    assert found(opened.recorded.position) == [enterprise_id]
    closed = ask(known, "CloseBranch", **branch, basis=LATER)
    assert closed.branches.branches[0].closed_on == day(2024, 9, 2)
    assert found(closed.recorded.position) == []


REFUSED: list[tuple[str, dict[str, Any], grpc.StatusCode, str, str | None, str]] = [
    ("OpenBranch", {}, EXISTS, "BRANCH_ALREADY_OPENED", None, "đã được ghi nhận"),
    ("OpenBranch", {"number": "1809990018-001"}, INVALID, "TAX_CODE_INCORRECT", "number", "Mã số thuế không đúng"),
    ("OpenBranch", {"number": "0100109106-001"}, INVALID, "BRANCH_NUMBER_OF_ANOTHER", "number", "ba chữ số từ 001"),
    ("OpenBranch", {"enterprise_id": SOMETHING}, NOT_FOUND, "RECORD_NOT_FOUND", None, "Không tìm thấy hồ sơ"),
    (
        "OpenBranch",
        {"address": address(unit_code="99999")},
        INVALID,
        "UNIT_NOT_IN_FORCE",
        "address.unit_code",
        "Không có đơn vị hành chính",
    ),
    ("CloseBranch", {"number": "0100109106-009", "basis": LATER}, NOT_FOUND, "BRANCH_UNKNOWN", None, "không có chi"),
    ("CloseBranch", {"enterprise_id": SOMETHING}, NOT_FOUND, "BRANCH_UNKNOWN", None, "không có chi nhánh"),
    ("CloseBranch", {"number": "1"}, INVALID, "TAX_CODE_INCORRECT", "number", "Mã số thuế không đúng"),
    ("CloseBranch", {}, INVALID, "BRANCH_CLOSED_BEFORE_OPENED", "basis.effective_on", "sau ngày 28/06/2024"),
    ("CloseBranch", {"etag": "9"}, grpc.StatusCode.ABORTED, "RECORD_CHANGED", None, "đã thay đổi"),
    ("GetBranches", {"enterprise_id": SOMETHING}, NOT_FOUND, "RECORD_NOT_FOUND", None, "Không tìm thấy hồ sơ"),
    ("FindByTaxCode", {"tax_code": "0100109106"}, NOT_FOUND, "TAX_CODE_OF_NOBODY", None, "Chưa có cơ sở nào"),
    ("FindByTaxCode", {"tax_code": "0100109107"}, INVALID, "TAX_CODE_INCORRECT", "tax_code", "Mã số thuế không"),
]


@pytest.mark.parametrize(("method", "changes", "code", "reason", "field", "says"), REFUSED)
def test_what_cannot_be_is_refused_with_its_reason(
    known: Known,
    company: tuple[str, str],
    method: str,
    changes: dict[str, Any],
    code: grpc.StatusCode,
    reason: str,
    field: str | None,
    says: str,
) -> None:
    enterprise_id, number = company
    about = {} if method == "FindByTaxCode" else {"enterprise_id": enterprise_id}
    if method in ("OpenBranch", "CloseBranch"):
        about["number"] = f"{number}001"
    answer = refusal_of(lambda: ask(known, method, **(about | changes)))
    assert (answer.code, answer.reason, answer.fields) == (code, reason, {field} if field else set())
    assert says in answer.sentence


def test_a_household_business_has_no_branches(known: Known) -> None:
    home = known.ask("RegisterEnterprise", register_household()).enterprise.enterprise_id
    answer = refusal_of(lambda: ask(known, "OpenBranch", enterprise_id=home))
    assert (answer.code, answer.reason) == (FAILED, "BRANCH_NEEDS_LEGAL_PERSON")
