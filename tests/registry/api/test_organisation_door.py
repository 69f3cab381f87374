"""The door to delivering organisations through time: what they were, offered and held on a day."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import grpc
import pytest
from nscl.registry.v1 import registry_service_pb2 as registry

from tests.bad_input import told as refusal_of
from tests.registry.api.conftest import Known
from tests.registry.api.duplicate_requests import SOMETHING
from tests.registry.api.organisation_requests import METHODS, NUMBER, WHY
from tests.registry.api.requests import basis, day, register_delivering_organisation

INVALID, NOT_FOUND = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND
EXISTS, FAILED = grpc.StatusCode.ALREADY_EXISTS, grpc.StatusCode.FAILED_PRECONDITION


def ask(known: Known, method: str, **changes: Any) -> Any:
    capacity, request = METHODS[method]
    return known.counter.ask(method, request(**changes), capacity=capacity)


def on(year: int, month: int, day_of_month: int) -> dict[str, Any]:
    return {"basis": basis("9/QĐ-VPCNCL", day(year, month, day_of_month))}


@pytest.fixture
def house(known: Known) -> dict[str, str]:
    """An organisation registered with an accreditation until 31/01/2027."""
    answer = known.ask("RegisterDeliveringOrganisation", register_delivering_organisation())
    return {"delivering_organisation_id": answer.delivering_organisation.delivering_organisation_id}


def shown(known: Known, house: dict[str, str], **asked: Any) -> registry.DeliveringOrganisation:
    request = registry.GetDeliveringOrganisationRequest(**house, **asked)
    answer: registry.DeliveringOrganisation = known.ask("GetDeliveringOrganisation", request).delivering_organisation
    return answer


def test_name_and_services_are_told_as_of_a_day(known: Known, house: dict[str, str]) -> None:
    ask(known, "RenameDeliveringOrganisation", **house, **on(2024, 7, 1))
    changed = ask(known, "ChangeOfferedServices", **house, **on(2025, 1, 1))
    latest = shown(known, house)
    assert changed.delivering_organisation == latest
    assert (latest.name, latest.scope, list(latest.services)) == ("Viện Sao Hôm", "Thủy sản", [1])
    middle, first = (shown(known, house, on_date=date) for date in (day(2024, 7, 1), day(2024, 6, 30)))
    assert (middle.name, list(middle.services)) == ("Viện Sao Hôm", [registry.OFFERED_SERVICE_CERTIFICATION])
    assert (first.name, first.scope) == ("Trung tâm Chứng nhận Sao Hôm", "Thực phẩm\nThủy sản")
    asked = registry.ListDeliveringOrganisationsRequest(
        service=registry.OFFERED_SERVICE_CONSULTING, min_position=changed.recorded.position
    )
    listed = known.ask("ListDeliveringOrganisations", asked).delivering_organisations
    assert [row.name for row in listed if row.delivering_organisation_id == house["delivering_organisation_id"]] == [
        "Viện Sao Hôm"
    ]


def test_an_end_and_a_stop_flag_are_shown(known: Known, house: dict[str, str]) -> None:
    raised = ask(known, "RaiseOrganisationStopFlag", **house).delivering_organisation
    [flag] = raised.stop_flags
    assert (flag.reason, flag.enterprise_id) == (WHY, "")
    clerk: dict[str, Any] = {"capacity": "programme_lead", "person_id": uuid4()}
    lift = METHODS["LiftOrganisationStopFlag"][1](**house, stop_flag_id=flag.stop_flag_id)
    lifted = known.counter.ask("LiftOrganisationStopFlag", lift, **clerk).delivering_organisation
    assert lifted.stop_flags[0].lifted_on == day(2024, 6, 28)
    ended = ask(known, "EndDeliveringOrganisation", **house, **on(2024, 9, 2)).delivering_organisation
    assert shown(known, house).ended_on == ended.ended_on == day(2024, 9, 2)


def test_accreditations_stand_as_of_a_day(known: Known, house: dict[str, str]) -> None:
    def standing(*date: int) -> dict[str, int]:
        told = ask(known, "GetAccreditations", **house, on_date=day(*date)).accreditations.accreditations
        return {each.number: each.status for each in told}

    assert standing(2024, 7, 1) == {"VICAS 999": registry.ACCREDITATION_STATUS_VALID}
    ask(known, "GrantAccreditation", **house)
    ask(known, "SuspendAccreditation", **house, **on(2025, 6, 1))
    ask(known, "ResumeAccreditation", **house, **on(2025, 9, 1))
    renewed = ask(known, "RenewAccreditation", **house, **on(2026, 9, 1)).accreditations.accreditations
    assert (renewed[1].number, renewed[1].valid_until) == (NUMBER, day(2029, 1, 1))
    ask(known, "EndAccreditation", **house, **on(2026, 10, 1), number="VICAS 999")
    assert standing(2025, 7, 1) == {"VICAS 999": 2, NUMBER: registry.ACCREDITATION_STATUS_SUSPENDED}
    assert standing(2026, 10, 1) == {"VICAS 999": registry.ACCREDITATION_STATUS_ENDED, NUMBER: 2}


def test_what_runs_out_is_listed_by_its_last_day(known: Known, house: dict[str, str]) -> None:
    for number, last in (("X 2", day(2031, 5, 1)), ("X 1", day(2031, 3, 1)), ("X 3", day(2031, 4, 1))):
        ask(known, "GrantAccreditation", **house, number=number, valid_until=last)
    ask(known, "SuspendAccreditation", **house, number="X 1")
    position = ask(known, "EndAccreditation", **house, number="X 3").recorded.position
    asked = {"expiring_from": day(2031, 3, 1), "expiring_before": day(2031, 5, 2), "min_position": position}
    first = ask(known, "ListExpiringAccreditations", **asked, page_size=1)
    second = ask(known, "ListExpiringAccreditations", **asked, page_size=1, page_token=first.next_page_token)
    told = [(each.number, each.suspended) for page in (first, second) for each in page.accreditations]
    assert told == [("X 1", True), ("X 2", False)]
    assert second.next_page_token == ""
    assert not ask(known, "ListExpiringAccreditations", **(asked | {"expiring_from": day(2031, 5, 2)})).accreditations


REFUSED: list[tuple[str, dict[str, Any], grpc.StatusCode, str, str | None, str]] = [
    (
        "RenameDeliveringOrganisation",
        {"name": "Trung tâm Chứng nhận Sao Hôm"},
        INVALID,
        "ORGANISATION_UNCHANGED",
        "name",
        "giống hệt",
    ),
    ("RenameDeliveringOrganisation", {"etag": "9"}, grpc.StatusCode.ABORTED, "RECORD_CHANGED", None, "đã thay đổi"),
    ("ChangeOfferedServices", {"services": [1, 1]}, INVALID, "SERVICE_REPEATED", "services", "bị khai trùng"),
    ("LiftOrganisationStopFlag", {}, NOT_FOUND, "STOP_FLAG_UNKNOWN", None, "Không có cảnh báo tạm dừng"),
    ("GrantAccreditation", {"number": "VICAS 999"}, EXISTS, "ACCREDITATION_ALREADY_GRANTED", None, "đã có giấy"),
    (
        "GrantAccreditation",
        {"valid_until": day(2024, 6, 27)},
        INVALID,
        "ACCREDITATION_EXPIRED",
        "valid_until",
        "đã hết hạn",
    ),
    ("RenewAccreditation", {}, NOT_FOUND, "ACCREDITATION_UNKNOWN", None, "không có giấy công nhận số VICAS 017"),
    (
        "RenewAccreditation",
        {"number": "VICAS 999", "valid_until": day(2027, 1, 31)},
        INVALID,
        "ACCREDITATION_NOT_EXTENDED",
        "valid_until",
        "phải sau ngày 31/01/2027",
    ),
    ("ResumeAccreditation", {"number": "VICAS 999"}, FAILED, "ACCREDITATION_NOT_SUSPENDED", None, "không bị đình chỉ"),
    *(
        (method, {"delivering_organisation_id": SOMETHING}, NOT_FOUND, "RECORD_NOT_FOUND", None, "Không tìm thấy")
        for method in METHODS
        if method != "ListExpiringAccreditations"
    ),
]


@pytest.mark.parametrize(("method", "changes", "code", "reason", "field", "says"), REFUSED)
def test_what_cannot_be_is_refused_with_its_reason(
    known: Known,
    house: dict[str, str],
    method: str,
    changes: dict[str, Any],
    code: grpc.StatusCode,
    reason: str,
    field: str | None,
    says: str,
) -> None:
    answer = refusal_of(lambda: ask(known, method, **(house | changes)))
    assert (answer.code, answer.reason, answer.fields) == (code, reason, {field} if field else set())
    assert says in answer.sentence


def test_nothing_is_granted_to_who_is_no_more(known: Known, house: dict[str, str]) -> None:
    ask(known, "EndDeliveringOrganisation", **house, **on(2024, 6, 28))
    answer = refusal_of(lambda: ask(known, "GrantAccreditation", **house))
    assert (answer.code, answer.reason) == (FAILED, "ORGANISATION_ENDED")


def test_who_raised_a_flag_does_not_lift_it(known: Known, house: dict[str, str]) -> None:
    [flag] = ask(known, "RaiseOrganisationStopFlag", **house).delivering_organisation.stop_flags
    answer = refusal_of(lambda: ask(known, "LiftOrganisationStopFlag", **house, stop_flag_id=flag.stop_flag_id))
    assert (answer.code, answer.reason) == (grpc.StatusCode.PERMISSION_DENIED, "ACTED_BEFORE")


def test_what_has_run_out_is_not_renewed(known: Known, house: dict[str, str]) -> None:
    ask(known, "GrantAccreditation", **house, valid_until=day(2024, 6, 30))
    answer = refusal_of(lambda: ask(known, "RenewAccreditation", **house, **on(2024, 7, 1)))
    assert (answer.code, answer.reason) == (FAILED, "ACCREDITATION_RUN_OUT")
