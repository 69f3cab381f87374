"""Everything reporting's door does not accept, and what it says then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import grpc
import pytest
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, LocalizedMessage
from google.type.date_pb2 import Date
from grpc_status import rpc_status
from nscl.common.v1.act_pb2 import Recorded
from nscl.reporting.v1 import reporting_service_pb2 as messages

from services.shared.wire import date_message
from tests.reporting.api.requests import (
    adopt_plan,
    basis,
    get_plan,
    list_indicator_events,
    list_indicators,
    list_trail,
)
from tests.reporting.conftest import Counter

GOOD: dict[str, Callable[..., Any]] = {
    "AdoptPlan": adopt_plan,
    "GetPlan": get_plan,
    "ListIndicators": list_indicators,
    "ListIndicatorEvents": list_indicator_events,
    "ListTrail": list_trail,
}
LISTS = [method for method in GOOD if method.startswith("List")]
QUERIES = [method for method in GOOD if method != "AdoptPlan"]

OBJECTIVE = messages.Objective(code="I.1.a", kind=messages.OBJECTIVE_KIND_GENERAL, text="Xây dựng phong trào.")
PLAN_TASK = messages.PlanTask(code="III.1.a", section="Cơ chế", text="Nghiên cứu.")
ROLE = messages.BodyRole(body="SKHCN", role="Chủ trì")
TARGET = messages.Target(year=2025, qualifier=messages.QUALIFIER_ABOUT, value=20)
INDICATOR = messages.Indicator(
    code="K2", name="Chuyên gia", unit=messages.INDICATOR_UNIT_EXPERTS, targets=[TARGET], counting_rule="Mỗi người một."
)


def bent(good: Any, **changes: Any) -> Any:
    """A copy of a good message with some fields changed; None clears a field."""
    copy = type(good)()
    copy.CopyFrom(good)
    for field, value in changes.items():
        copy.ClearField(field)
        if value is not None:
            copy.MergeFrom(type(good)(**{field: value}))
    return copy


def refusal(counter: Counter, method: str, request: Any, **how: Any) -> tuple[grpc.StatusCode, str, dict[str, str]]:
    """The status, the reason and the reasons by field with which a call is refused; each has its sentence."""
    with pytest.raises(grpc.RpcError) as refused:
        counter.ask(method, request, **how)
    status = rpc_status.from_call(refused.value)
    assert status is not None
    info, words, bad_request = ErrorInfo(), LocalizedMessage(), BadRequest()
    for detail in status.details:
        assert any(detail.Unpack(message) for message in (info, words, bad_request))
    assert info.domain == "nscl"
    assert words.message
    fields = {violation.field: violation.reason for violation in bad_request.field_violations}
    return refused.value.code(), info.reason, fields


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"request_id": ""}, "request_id", "FIELD_REQUIRED"),
        ({"request_id": "12"}, "request_id", "FIELD_MALFORMED"),
        ({"request_id": "c3d5b1f2-0f6e-1b7a-8e11-9d2c4a6f8b03"}, "request_id", "FIELD_MALFORMED"),
        ({"basis": None}, "basis", "FIELD_REQUIRED"),
        ({"basis": basis(document="")}, "basis.document", "FIELD_REQUIRED"),
        ({"basis": basis(document="Đ" * 61)}, "basis.document", "FIELD_TOO_LONG"),
        ({"basis": basis(effective_on=Date(year=2100, month=1, day=1))}, "basis.effective_on", "FIELD_OUT_OF_RANGE"),
        ({"basis": basis(cause="support")}, "basis.cause", "FIELD_MALFORMED"),
        ({"title": ""}, "title", "FIELD_REQUIRED"),
        ({"title": "   "}, "title", "FIELD_REQUIRED"),
        ({"title": "K" * 501}, "title", "FIELD_TOO_LONG"),
        ({"title": "План"}, "title", "FIELD_WRONG_SCRIPT"),
        ({"title": "Kế hoạch\x00"}, "title", "FIELD_MALFORMED"),
        ({"issuer": "ubnd"}, "issuer", "FIELD_MALFORMED"),
        ({"issued_on": None}, "issued_on", "FIELD_REQUIRED"),
        ({"issued_on": Date(year=2021, month=2, day=30)}, "issued_on", "FIELD_MALFORMED"),
        ({"issued_on": Date(year=2021)}, "issued_on", "FIELD_MALFORMED"),
        ({"issued_on": Date(year=-1, month=1, day=1)}, "issued_on", "FIELD_MALFORMED"),
        ({"legal_basis": "Q" * 501}, "legal_basis", "FIELD_TOO_LONG"),
        ({"objectives": []}, "objectives", "FIELD_REQUIRED"),
        ({"objectives": [OBJECTIVE] * 101}, "objectives", "FIELD_TOO_MANY"),
        ({"objectives": [bent(OBJECTIVE, code="mục 1")]}, "objectives[0].code", "FIELD_MALFORMED"),
        ({"objectives": [bent(OBJECTIVE, kind=None)]}, "objectives[0].kind", "FIELD_REQUIRED"),
        ({"objectives": [bent(OBJECTIVE, kind=99)]}, "objectives[0].kind", "FIELD_UNKNOWN_CHOICE"),
        ({"objectives": [bent(OBJECTIVE, text="m" * 2_001)]}, "objectives[0].text", "FIELD_TOO_LONG"),
        ({"tasks": []}, "tasks", "FIELD_REQUIRED"),
        ({"tasks": [PLAN_TASK, bent(PLAN_TASK, section=None)]}, "tasks[1].section", "FIELD_REQUIRED"),
        ({"tasks": [bent(PLAN_TASK, text="任务")]}, "tasks[0].text", "FIELD_WRONG_SCRIPT"),
        ({"indicators": []}, "indicators", "FIELD_REQUIRED"),
        ({"indicators": [bent(INDICATOR, unit=-1)]}, "indicators[0].unit", "FIELD_UNKNOWN_CHOICE"),
        ({"indicators": [bent(INDICATOR, counting_rule=None)]}, "indicators[0].counting_rule", "FIELD_REQUIRED"),
        ({"indicators": [bent(INDICATOR, note="g" * 1_001)]}, "indicators[0].note", "FIELD_TOO_LONG"),
        ({"indicators": [bent(INDICATOR, targets=None)]}, "indicators[0].targets", "FIELD_REQUIRED"),
        (
            {"indicators": [bent(INDICATOR, targets=[bent(TARGET, value=-5)])]},
            "indicators[0].targets[0].value",
            "FIELD_OUT_OF_RANGE",
        ),
        (
            {"indicators": [bent(INDICATOR, targets=[bent(TARGET, year=99_999)])]},
            "indicators[0].targets[0].year",
            "FIELD_OUT_OF_RANGE",
        ),
        (
            {"indicators": [bent(INDICATOR, targets=[bent(TARGET, qualifier=None)])]},
            "indicators[0].targets[0].qualifier",
            "FIELD_REQUIRED",
        ),
        ({"body_roles": [bent(ROLE, body="Sở")]}, "body_roles[0].body", "FIELD_MALFORMED"),
        ({"body_roles": [bent(ROLE, role=None)]}, "body_roles[0].role", "FIELD_REQUIRED"),
    ],
)
def test_a_plan_that_cannot_be_accepted_is_refused_field_by_field(
    changes: dict[str, Any], field: str, reason: str, counter: Counter
) -> None:
    found = refusal(counter, "AdoptPlan", bent(adopt_plan(), **changes))
    assert found == (grpc.StatusCode.INVALID_ARGUMENT, "FORM_INCORRECT", {field: reason})


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        (
            {"basis": basis(effective_on=Date(year=2021, month=6, day=29))},
            "PLAN_HOLDS_BEFORE_ISSUE",
            "basis.effective_on",
        ),
        ({"tasks": [PLAN_TASK] * 2}, "NAMED_TWICE", "tasks[1].code"),
        ({"indicators": [bent(INDICATOR, code="K9")]}, "INDICATOR_NOT_COUNTED", "indicators[0].code"),
        (
            {"indicators": [bent(INDICATOR, unit=messages.INDICATOR_UNIT_ENTERPRISES)]},
            "INDICATOR_UNIT_CONTRADICTS_COUNTING",
            "indicators[0].unit",
        ),
        ({"indicators": [bent(INDICATOR, targets=[TARGET] * 2)]}, "TARGETS_OUT_OF_ORDER", "indicators[0].targets"),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(
    changes: dict[str, Any], reason: str, field: str, counter: Counter
) -> None:
    found = refusal(counter, "AdoptPlan", bent(adopt_plan(), **changes))
    assert found == (grpc.StatusCode.INVALID_ARGUMENT, reason, {field: reason})


def test_everything_wrong_is_told_at_once(counter: Counter) -> None:
    _, _, fields = refusal(counter, "AdoptPlan", bent(adopt_plan(), title=None, issuer="?", tasks=None))
    assert fields == {"title": "FIELD_REQUIRED", "issuer": "FIELD_MALFORMED", "tasks": "FIELD_REQUIRED"}


def test_a_number_is_adopted_once(counter: Counter) -> None:
    request = adopt_plan()
    counter.ask("AdoptPlan", request)
    again = bent(request, request_id=str(uuid4()), title="Kế hoạch khác")
    assert refusal(counter, "AdoptPlan", again) == (grpc.StatusCode.ALREADY_EXISTS, "PLAN_ADOPTED_ALREADY", {})


def test_a_request_id_is_not_used_for_another_request(counter: Counter) -> None:
    request = adopt_plan()
    counter.ask("AdoptPlan", request)
    found = refusal(counter, "AdoptPlan", bent(request, title="Kế hoạch khác"))
    assert found == (grpc.StatusCode.INVALID_ARGUMENT, "REQUEST_ID_REUSED", {"request_id": "REQUEST_ID_REUSED"})


@pytest.mark.parametrize("method", GOOD)
def test_nobody_is_answered_without_a_token(method: str, counter: Counter) -> None:
    found = refusal(counter, method, GOOD[method](), capacity=None)
    assert found == (grpc.StatusCode.UNAUTHENTICATED, "TOKEN_MISSING", {})


@pytest.mark.parametrize("capacity", ["auditor", "programme_officer", "city_leader", "enterprise_representative"])
def test_only_reporting_officers_and_administrators_adopt(capacity: str, counter: Counter) -> None:
    found = refusal(counter, "AdoptPlan", adopt_plan(), capacity=capacity)
    assert found == (grpc.StatusCode.PERMISSION_DENIED, "CAPACITY_NOT_PERMITTED", {})


@pytest.mark.parametrize(
    ("method", "changes", "field", "reason"),
    [
        ("GetPlan", {"plan_id": ""}, "plan_id", "FIELD_REQUIRED"),
        ("GetPlan", {"plan_id": "134/KH-UBND"}, "plan_id", "FIELD_MALFORMED"),
        ("GetPlan", {"min_position": -1}, "min_position", "FIELD_OUT_OF_RANGE"),
        ("ListIndicators", {"plan_id": "?"}, "plan_id", "FIELD_MALFORMED"),
        ("ListIndicators", {"on_date": Date(year=2024)}, "on_date", "FIELD_MALFORMED"),
        ("ListIndicatorEvents", {"indicator_code": ""}, "indicator_code", "FIELD_REQUIRED"),
        ("ListIndicatorEvents", {"indicator_code": "K7"}, "indicator_code", "FIELD_MALFORMED"),
        ("ListIndicatorEvents", {"indicator_code": "К3"}, "indicator_code", "FIELD_WRONG_SCRIPT"),
        ("ListIndicatorEvents", {"on_date": Date(year=1, month=1, day=1)}, "on_date", "FIELD_OUT_OF_RANGE"),
        ("ListTrail", {"subject_id": ""}, "subject_id", "FIELD_REQUIRED"),
        ("ListTrail", {"subject_id": "1" * 36}, "subject_id", "FIELD_MALFORMED"),
        *[(method, {"page_size": -1}, "page_size", "FIELD_OUT_OF_RANGE") for method in LISTS],
        *[(method, {"min_position": -1}, "min_position", "FIELD_OUT_OF_RANGE") for method in LISTS],
        *[
            (method, {"at_least": [Recorded(service=service, position=position)]}, f"at_least[0].{field}", reason)
            for method in LISTS
            for service, position, field, reason in [
                ("audit", 1, "service", "FIELD_MALFORMED"),
                ("", 1, "service", "FIELD_REQUIRED"),
                ("support", 0, "position", "FIELD_REQUIRED"),
                ("support", -1, "position", "FIELD_OUT_OF_RANGE"),
            ]
        ],
    ],
)
def test_a_question_that_cannot_be_understood_is_refused(
    method: str, changes: dict[str, Any], field: str, reason: str, counter: Counter
) -> None:
    found = refusal(counter, method, GOOD[method](**changes))
    assert found == (grpc.StatusCode.INVALID_ARGUMENT, "FORM_INCORRECT", {field: reason})


@pytest.mark.parametrize("method", LISTS)
@pytest.mark.parametrize("page_token", ["x", "không phải mã trang", "AAAAAAAAAAAAAAAAAAAAAAAA", "W10"])
def test_a_page_token_made_up_is_refused(method: str, page_token: str, counter: Counter) -> None:
    found = refusal(counter, method, GOOD[method](page_token=page_token))
    assert found == (grpc.StatusCode.INVALID_ARGUMENT, "PAGE_TOKEN_INVALID", {"page_token": "PAGE_TOKEN_INVALID"})


def test_a_page_token_does_not_go_on_with_another_question(counter: Counter) -> None:
    plan_id = counter.ask("AdoptPlan", adopt_plan()).plan.plan_id
    token = counter.ask("ListIndicators", list_indicators(plan_id=plan_id, page_size=1)).next_page_token
    other = list_indicators(plan_id=plan_id, page_size=1, page_token=token, on_date=date_message(date(2024, 1, 1)))
    assert refusal(counter, "ListIndicators", other)[1] == "PAGE_TOKEN_INVALID"


@pytest.mark.parametrize(
    ("method", "request_", "reason"),
    [
        ("GetPlan", get_plan(), "RECORD_NOT_FOUND"),
        ("ListIndicators", list_indicators(plan_id=str(uuid4())), "RECORD_NOT_FOUND"),
        ("ListIndicators", list_indicators(on_date=Date(year=1999, month=1, day=1)), "NO_PLAN_IN_FORCE"),
    ],
)
def test_a_plan_that_is_not_there_is_not_found(method: str, request_: Any, reason: str, counter: Counter) -> None:
    assert refusal(counter, method, request_) == (grpc.StatusCode.NOT_FOUND, reason, {})


@pytest.mark.parametrize("method", LISTS)
@pytest.mark.parametrize(
    "ahead", [{"min_position": 10**15}, {"at_least": [Recorded(service="training", position=2**63 - 1)]}]
)
def test_a_reader_ahead_of_what_was_heard_is_told_so_in_time(
    method: str, ahead: dict[str, Any], counter: Counter
) -> None:
    found = refusal(counter, method, GOOD[method](**ahead), timeout=2)
    assert found == (grpc.StatusCode.UNAVAILABLE, "VIEW_LAGGED", {})


@pytest.mark.parametrize("capacity", ["host_representative", "enterprise_representative", "council_member"])
@pytest.mark.parametrize("method", ["ListTrail", "ListIndicatorEvents"])
def test_who_is_judged_or_judges_does_not_read_single_events(counter: Counter, method: str, capacity: str) -> None:
    found = refusal(counter, method, GOOD[method](), capacity=capacity)
    assert found == (grpc.StatusCode.PERMISSION_DENIED, "CAPACITY_NOT_PERMITTED", {})
