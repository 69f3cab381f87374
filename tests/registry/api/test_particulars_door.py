"""The door for what changes with time: what is told is shown, found and given to decisions; the rest is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import grpc
import pytest
from google.protobuf.message import Message
from nscl.common.v1.act_pb2 import Basis
from nscl.registry.v1 import particulars_resources_pb2 as resources
from nscl.registry.v1 import particulars_service_pb2 as messages
from nscl.registry.v1 import registry_service_pb2 as registry

from services.shared.wire import filled
from tests.bad_input import Flaw, Told, flaws, told
from tests.registry.api.conftest import Known
from tests.registry.api.requests import (
    address,
    basis,
    day,
    identifier,
    line,
    old_unit,
    publish_units,
    register_enterprise,
    unit,
)
from tests.registry.domain.test_particulars import LIMITS

INVALID, NOT_FOUND = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND
EXISTS, FAILED = grpc.StatusCode.ALREADY_EXISTS, grpc.StatusCode.FAILED_PRECONDITION
DENIED, UNAUTHENTICATED = grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNAUTHENTICATED
SOMETHING = "00000000-0000-4000-8000-000000000000"
DECREE, REGISTERED_ANEW, ACCOUNTS = "80/2021/NĐ-CP", "7/GCN-ĐKKD", "12/BCTC-2023"
BEFORE_REFORM, AFTER_REFORM = day(2025, 6, 30), day(2025, 7, 1)


def figures(**changes: Any) -> resources.YearFigures:
    usual = {"year": 2023, "sector": resources.SIZE_SECTOR_PRODUCTION, "employees": 40, "revenue_vnd": 30_000_000_000}
    return resources.YearFigures(**(usual | {"capital_vnd": 25_000_000_000} | changes))


def adopt_size_rule(**changes: Any) -> messages.AdoptSizeRuleRequest:
    usual = {"request_id": str(uuid4()), "basis": basis(DECREE), "valid_from": day(2021, 10, 15), "sample": True}
    limits = [filled(resources.SizeLimit, limit) for limit in LIMITS]
    return messages.AdoptSizeRuleRequest(**(usual | {"limits": limits} | changes))


def record_size(**changes: Any) -> messages.RecordSizeRequest:
    usual = {"request_id": str(uuid4()), "basis": basis(ACCOUNTS), "enterprise_id": SOMETHING, "figures": figures()}
    return messages.RecordSizeRequest(**(usual | changes))


def ended(**changes: Any) -> messages.EndedBusinessLine:
    usual = {"scheme": registry.VSIC_SCHEME_VSIC2018, "code": "1020", "last_day": day(2024, 4, 30)}
    return messages.EndedBusinessLine(**(usual | changes))


def change_business_lines(**changes: Any) -> messages.ChangeBusinessLinesRequest:
    usual = {
        "request_id": str(uuid4()),
        "basis": basis(REGISTERED_ANEW),
        "enterprise_id": SOMETHING,
        "added": [line(code="4632", valid_from=day(2024, 5, 1), valid_until=day(2024, 6, 1))],
        "ended": [ended()],
    }
    return messages.ChangeBusinessLinesRequest(**(usual | changes))


def move_enterprise(**changes: Any) -> messages.MoveEnterpriseRequest:
    usual = {"request_id": str(uuid4()), "basis": basis(REGISTERED_ANEW), "enterprise_id": SOMETHING}
    return messages.MoveEnterpriseRequest(**(usual | {"address": address(), "written_on": day(2024, 6, 1)} | changes))


def change_legal_form(**changes: Any) -> messages.ChangeLegalFormRequest:
    usual = {"request_id": str(uuid4()), "basis": basis(REGISTERED_ANEW), "enterprise_id": SOMETHING}
    return messages.ChangeLegalFormRequest(
        **(usual | {"legal_form": registry.LEGAL_FORM_JOINT_STOCK_COMPANY} | changes)
    )


def get_premises(**changes: Any) -> messages.GetPremisesRequest:
    return messages.GetPremisesRequest(**({"enterprise_id": SOMETHING, "on_date": BEFORE_REFORM} | changes))


METHODS: dict[str, tuple[str, Callable[..., Message]]] = {
    "AdoptSizeRule": ("administrator", adopt_size_rule),
    "RecordSize": ("programme_officer", record_size),
    "ChangeBusinessLines": ("programme_officer", change_business_lines),
    "MoveEnterprise": ("programme_officer", move_enterprise),
    "ChangeLegalForm": ("programme_officer", change_legal_form),
    "GetPremises": ("auditor", get_premises),
}


def test_every_method_is_tried() -> None:
    service = messages.DESCRIPTOR.services_by_name["ParticularsService"]
    assert {method.name for method in service.methods} == METHODS.keys()


class Desk:
    """The door, with an enterprise behind it."""

    def __init__(self, known: Known) -> None:
        self.known = known
        answer = known.ask("RegisterEnterprise", register_enterprise(identifier=identifier()))
        self.enterprise_id: str = answer.enterprise.enterprise_id

    def ask(self, method: str, **changes: Any) -> Any:
        capacity, request = METHODS[method]
        about = {} if method == "AdoptSizeRule" else {"enterprise_id": self.enterprise_id}
        return self.known.counter.ask(method, request(**(about | changes)), capacity=capacity)

    def refused(self, method: str, **changes: Any) -> Told:
        return told(lambda: self.ask(method, **changes))

    def shown(self) -> registry.Enterprise:
        asked = registry.GetEnterpriseRequest(enterprise_id=self.enterprise_id)
        enterprise: registry.Enterprise = self.known.ask("GetEnterprise", asked).enterprise
        return enterprise

    def facts(self, on_date: Any) -> registry.Eligibility:
        asked = {"enterprise_id": self.enterprise_id, "content_code": "TOOL-5S", "on_date": on_date}
        facts: registry.Eligibility = self.known.ask(
            "GetEligibility", registry.GetEligibilityRequest(**asked)
        ).eligibility
        return facts


@pytest.fixture(scope="module")
def rule(known: Known) -> resources.SizeRule:
    """The one rule in force, and a second document on old units, of which one was divided."""
    divided = {"old_code": "31178", "old_name": "Phường Bùi Hữu Nghĩa", "extent": registry.MERGER_EXTENT_PARTIAL}
    units = publish_units(
        basis=basis("1/NQ-MẪU"),
        province_code="93",
        units=[unit(code="31901", name="Nắng"), unit(code="31902", name="Gió")],
        predecessors=[old_unit(code=code, **divided) for code in ("31901", "31902")],
    )
    known.counter.ask("PublishUnits", units)
    adopted = known.counter.ask("AdoptSizeRule", adopt_size_rule(), capacity="administrator")
    sole: resources.SizeRule = adopted.size_rules.rules[0]
    return sole


@pytest.fixture
def desk(known: Known, rule: resources.SizeRule) -> Desk:
    assert rule.sample
    return Desk(known)


class TestWhatChangesIsShown:
    def test_a_decision_is_told_the_size_of_the_year_before(self, desk: Desk, rule: resources.SizeRule) -> None:
        recorded = desk.ask("RecordSize").enterprise.sizes[0]
        assert (recorded.size, recorded.document) == (resources.ENTERPRISE_SIZE_SMALL, ACCOUNTS)
        assert (recorded.rule_legal_basis, recorded.rule_valid_from) == (rule.legal_basis, rule.valid_from)
        assert recorded.figures == figures()
        assert desk.facts(day(2024, 6, 1)).size == recorded
        assert not desk.facts(day(2025, 6, 1)).HasField("size")
        assert list(desk.shown().sizes) == [recorded]

    def test_lines_are_shown_with_their_last_day(self, desk: Desk) -> None:
        old, new = desk.ask("ChangeBusinessLines").enterprise.business_lines
        assert (old.code, old.valid_until) == ("1020", day(2024, 4, 30))
        assert (new.code, new.valid_until) == ("4632", day(2024, 6, 1))
        assert [each.code for each in desk.facts(day(2024, 4, 30)).business_lines] == ["1020"]
        assert [each.code for each in desk.facts(day(2024, 5, 1)).business_lines] == ["4632"]

    def test_an_old_address_is_followed_into_the_unit_it_became(self, desk: Desk) -> None:
        moved = desk.ask(
            "MoveEnterprise", basis=basis(REGISTERED_ANEW, day(2025, 7, 2)), address=address(), written_on=BEFORE_REFORM
        ).enterprise
        assert (moved.address.unit_code, moved.address.street) == ("31120", address().street)
        assert [each.unit_code for each in moved.premises] == ["31117", "31120"]
        assert desk.facts(day(2025, 7, 1)).unit_code == "31117"
        assert desk.facts(day(2025, 7, 2)).unit_code == "31120"

    def test_premises_are_found_under_the_codes_of_a_day(self, desk: Desk) -> None:
        assert desk.ask("GetPremises", on_date=BEFORE_REFORM).unit_code == "31117"
        after = desk.ask("GetPremises", on_date=AFTER_REFORM)
        assert (after.unit_code, after.premises.unit_code) == ("31120", "31117")
        assert (after.premises.valid_from, after.premises.named_on) == (day(2019, 3, 4), day(2024, 6, 28))

    def test_a_divided_unit_asks_a_person_by_naming_the_candidates(self, desk: Desk) -> None:
        asked = {"address": address(unit_code="31178"), "written_on": BEFORE_REFORM}
        answer = desk.refused("MoveEnterprise", basis=basis(REGISTERED_ANEW, day(2025, 7, 2)), **asked)
        assert (answer.code, answer.reason) == (FAILED, "ADDRESS_IN_SEVERAL_UNITS")
        assert "31901 Nắng, 31902 Gió" in answer.sentence
        desk.ask("MoveEnterprise", address=address(unit_code="31178"), written_on=None)
        assert desk.refused("GetPremises", on_date=AFTER_REFORM).reason == "ADDRESS_IN_SEVERAL_UNITS"

    def test_another_form_is_shown(self, desk: Desk) -> None:
        changed = desk.ask("ChangeLegalForm").enterprise
        assert changed.legal_form == registry.LEGAL_FORM_JOINT_STOCK_COMPANY
        assert changed.target_group == registry.TARGET_GROUP_ENTERPRISE


REFUSED: list[tuple[str, dict[str, Any], grpc.StatusCode, str, str | None, str]] = [
    ("AdoptSizeRule", {}, EXISTS, "SIZE_RULE_ALREADY_ADOPTED", None, "áp dụng từ ngày 15/10/2021"),
    ("AdoptSizeRule", {"limits": []}, INVALID, "FORM_INCORRECT", "limits", "Trường limits"),
    (
        "AdoptSizeRule",
        {"limits": [filled(resources.SizeLimit, LIMITS[0])]},
        INVALID,
        "SIZE_LIMITS_INCOMPLETE",
        "limits",
        "đúng một hạn mức",
    ),
    ("RecordSize", {"enterprise_id": SOMETHING}, NOT_FOUND, "RECORD_NOT_FOUND", None, "Không tìm thấy hồ sơ"),
    ("RecordSize", {"figures": figures(year=2024)}, INVALID, "SIZE_YEAR_NOT_OVER", "year", "Năm 2024 chưa kết thúc"),
    ("RecordSize", {"figures": figures(year=2020)}, FAILED, "SIZE_RULE_MISSING", None, "Chưa có quy tắc"),
    ("RecordSize", {"basis": Basis()}, INVALID, "FORM_INCORRECT", "basis.document", "Trường basis.document"),
    ("ChangeBusinessLines", {"added": [], "ended": []}, INVALID, "BUSINESS_LINES_UNCHANGED", "added", "ít nhất một"),
    (
        "ChangeBusinessLines",
        {"added": [line()], "ended": []},
        INVALID,
        "BUSINESS_LINE_REPEATED",
        "added[0].code",
        "1020",
    ),
    ("ChangeBusinessLines", {"ended": [ended(code="9999")]}, INVALID, "BUSINESS_LINE_UNKNOWN", "ended[0].code", "9999"),
    (
        "ChangeBusinessLines",
        {"ended": [ended(last_day=day(2019, 3, 3))]},
        INVALID,
        "BUSINESS_LINE_ENDS_BEFORE_IT_BEGINS",
        "ended[0].last_day",
        "không thể trước ngày đăng ký",
    ),
    (
        "MoveEnterprise",
        {"address": address(unit_code="00009")},
        INVALID,
        "UNIT_NOT_IN_FORCE",
        "address.unit_code",
        "Không có đơn vị hành chính mang mã 00009",
    ),
    (
        "MoveEnterprise",
        {"basis": basis(REGISTERED_ANEW, day(2019, 3, 4))},
        INVALID,
        "MOVED_BEFORE_LAST_MOVE",
        "basis.effective_on",
        "phải sau ngày 04/03/2019",
    ),
    ("ChangeLegalForm", {"legal_form": 1}, INVALID, "LEGAL_FORM_UNCHANGED", "legal_form", "đã là công ty trách nhiệm"),
    ("ChangeLegalForm", {"legal_form": 8}, INVALID, "LEGAL_FORM_NEEDS_SUCCESSOR", "legal_form", "ghi kế thừa"),
    ("ChangeLegalForm", {"etag": "99"}, grpc.StatusCode.ABORTED, "RECORD_CHANGED", None, "Hồ sơ Enterprise"),
    ("GetPremises", {"enterprise_id": SOMETHING}, NOT_FOUND, "RECORD_NOT_FOUND", None, "Không tìm thấy hồ sơ"),
]


class TestRefusals:
    @pytest.mark.parametrize(
        ("method", "changes", "code", "reason", "field", "says"),
        REFUSED,
        ids=[f"{method} {reason} {field}" for method, _, _, reason, field, _ in REFUSED],
    )
    def test_what_cannot_be_is_refused_with_its_reason(
        self,
        desk: Desk,
        method: str,
        changes: dict[str, Any],
        code: grpc.StatusCode,
        reason: str,
        field: str | None,
        says: str,
    ) -> None:
        answer = desk.refused(method, **changes)
        assert (answer.code, answer.reason, answer.fields) == (code, reason, {field} if field else set())
        assert says in answer.sentence

    def test_the_same_figures_are_recorded_once(self, desk: Desk) -> None:
        desk.ask("RecordSize")
        answer = desk.refused("RecordSize")
        assert (answer.code, answer.reason) == (EXISTS, "SIZE_ALREADY_RECORDED")

    @pytest.mark.parametrize("flaw", [flaw for _, good in METHODS.values() for flaw in flaws(good())], ids=str)
    def test_a_spoilt_field_is_refused_by_its_name(self, known: Known, flaw: Flaw) -> None:
        method = type(flaw.request).__name__.removesuffix("Request")
        answer = told(lambda: known.counter.ask(method, flaw.request, capacity=METHODS[method][0]))
        assert (answer.code, answer.fields) == (INVALID, {flaw.field})

    @pytest.mark.parametrize("method", METHODS)
    @pytest.mark.parametrize(("capacity", "code"), [("host_representative", DENIED), (None, UNAUTHENTICATED)])
    def test_nobody_else_is_served(
        self, known: Known, method: str, capacity: str | None, code: grpc.StatusCode
    ) -> None:
        answer = told(lambda: known.counter.ask(method, METHODS[method][1](), capacity=capacity))
        assert answer.code is code
