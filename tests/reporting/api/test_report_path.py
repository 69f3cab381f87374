"""Reports at reporting's door: frozen at the checkpoints of the other logs, refused where these run ahead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import grpc
import pytest
from google.type.date_pb2 import Date
from nscl.common.v1.act_pb2 import Basis, Recorded
from nscl.reporting.v1 import report_service_pb2 as messages
from nscl.reporting.v1.reporting_service_pb2 import TrailEntry
from nscl.support.v1.support_events_pb2 import (
    AwardNominated,
    BudgetLineAdvanced,
    BudgetLineDrafted,
    BudgetLinePaid,
    BudgetLineRecovered,
    CaseConfirmed,
    ContractSigned,
    ParticipationSelected,
    ProductCertified,
    TaskApproved,
)
from nscl.support.v1.support_resources_pb2 import CONTENT_KIND_TOOL
from nscl.training.v1.training_events_pb2 import CourseHeld, DisseminationHeld

from services.reporting.domain.indicators import UNITS
from services.reporting.domain.reported import ACTS
from services.shared.wire import date_message
from tests.announcing import told
from tests.given import act
from tests.reporting.announcing import Ears
from tests.reporting.api.requests import (
    CUT_OFF,
    adopt_plan,
    draft_report,
    get_report,
    list_indicator_events,
    list_reports,
    list_trail,
    publish_report,
)
from tests.reporting.api.test_refusals import refusal
from tests.reporting.checkpoints import StandInLog
from tests.reporting.conftest import Counter

DIRECTOR = UUID("5a6f0d3c-2b41-4a7e-9d55-0c1e8f7a6b03")


@pytest.fixture
def plan_id(counter: Counter) -> str:
    plan_id: str = counter.ask("AdoptPlan", adopt_plan()).plan.plan_id
    return plan_id


@pytest.fixture(autouse=True)
def nothing_signed(logs: Mapping[str, StandInLog], ears: Ears) -> Iterator[None]:  # noqa: ARG001 - and nothing heard
    yield
    for log in logs.values():
        log.size = 0


def hear_entrants(ears: Ears, *years: int) -> None:
    """An enterprise is nominated in each of these years."""
    for year in years:
        ears.hear(told(AwardNominated, by=act(effective_on=date(year, 6, 1)), year=year))


def figures(report: messages.Report) -> dict[str, tuple[int, int]]:
    """Those that count something, by code and part, in all and in the period."""
    return {
        f"{figure.code} {figure.part}".rstrip(): (figure.total, figure.in_period)
        for figure in report.figures
        if figure.total
    }


def publish(counter: Counter, report: messages.Report, **changes: Any) -> messages.Report:
    request = publish_report(report_id=report.report_id, **changes)
    published: messages.Report = counter.ask(
        "PublishReport", request, capacity="programme_lead", person_id=DIRECTOR
    ).report
    return published


def test_a_report_has_the_figures_up_to_the_checkpoints_and_not_beyond(
    counter: Counter, plan_id: str, ears: Ears, logs: Mapping[str, StandInLog]
) -> None:
    hear_entrants(ears, 2023, 2024, 2024, 2025)
    ears.hear(told(ProductCertified, product_group_code="GAO"))
    logs["support"].size = 4  # the log has gone on, and so have we
    report = counter.ask("DraftReport", draft_report(plan_id=plan_id)).report
    assert figures(report) == {"K6": (3, 2)}
    assert {*UNITS, *ACTS.values()} == {figure.code for figure in report.figures}
    assert (report.begins_on, report.cut_off_on) == (Date(year=2024, month=1, day=1), CUT_OFF)
    assert [(each.service, each.size) for each in report.checkpoints] == [
        ("registry", 0), ("support", 4), ("training", 0),
    ]  # fmt: skip
    assert report.checkpoints[1].note.startswith("nscl.example.vn/support\n4\n")


def test_a_report_tells_what_was_done_and_money_by_source_and_content(
    counter: Counter, plan_id: str, ears: Ears, logs: Mapping[str, StandInLog]
) -> None:
    line, task = {"budget_line_id": str(uuid4())}, uuid4()
    ears.hear(
        told(BudgetLineDrafted, source_code="F1", amount_vnd=900, **line),
        told(BudgetLineDrafted, source_code="F2", amount_vnd=900),
        told(TaskApproved, task),
        told(ParticipationSelected, content_code="TOOL-5S", content_kind=CONTENT_KIND_TOOL, amount_vnd=60),
        told(ParticipationSelected, content_code="TOOL-5S", content_kind=CONTENT_KIND_TOOL, amount_vnd=30),
        told(TaskApproved, task),  # once more, as nobody should
        told(BudgetLineAdvanced, amount_vnd=27, **line),
        told(BudgetLinePaid, amount_vnd=50, **line),
        told(BudgetLineRecovered, amount_vnd=7, **line),
        told(CaseConfirmed),
        told(ContractSigned),
        told(CourseHeld),
        told(DisseminationHeld),
    )
    logs["support"].size, logs["training"].size = 11, 2
    report = counter.ask("DraftReport", draft_report(plan_id=plan_id)).report
    assert figures(report) == {
        "CASES_CONFIRMED": (1, 1),
        "CONTRACTS_SIGNED": (1, 1),
        "COURSES_HELD": (1, 1),
        "DISSEMINATIONS_HELD": (1, 1),
        "GRANTED_VND TOOL-5S": (90, 90),
        "K3": (2, 2),
        "K4": (2, 2),
        "RECOVERED_VND F1": (7, 7),
        "SPENT_VND F1": (77, 77),
        "TASKS_APPROVED": (1, 1),
    }
    for code, behind in {"SPENT_VND": [("F1", 27), ("F1", 50)], "COURSES_HELD": [("", 1)]}.items():
        events = counter.ask("ListIndicatorEvents", list_indicator_events(indicator_code=code)).events
        assert [(event.part, event.amount) for event in events if event.adds] == behind


def test_a_review_counts_since_the_plan_holds(
    counter: Counter, plan_id: str, ears: Ears, logs: Mapping[str, StandInLog]
) -> None:
    hear_entrants(ears, 2020, 2023, 2024)
    logs["support"].size = 3
    report = counter.ask("DraftReport", draft_report(plan_id=plan_id, kind=messages.REPORT_KIND_INTERIM_REVIEW)).report
    assert figures(report)["K6"] == (3, 2)


def test_a_report_is_published_once_and_stays_as_it_was_drafted(
    counter: Counter, plan_id: str, ears: Ears, logs: Mapping[str, StandInLog]
) -> None:
    draft = counter.ask("DraftReport", draft_report(plan_id=plan_id)).report
    published = publish(counter, draft, basis=Basis(document="901/BC-SKHCN"))
    assert (published.status, published.document) == (messages.REPORT_STATUS_PUBLISHED, "901/BC-SKHCN")
    hear_entrants(ears, 2024)
    logs["support"].size = 1
    found = refusal(counter, "DraftReport", draft_report(plan_id=plan_id))
    assert found == (grpc.StatusCode.FAILED_PRECONDITION, "REPORT_ALREADY_PUBLISHED", {})
    assert counter.ask("GetReport", get_report(report_id=draft.report_id)).report == published
    assert published.figures == draft.figures


def test_a_number_is_one_report_s_in_its_year(counter: Counter, plan_id: str) -> None:
    yearly, review = (
        counter.ask("DraftReport", draft_report(plan_id=plan_id, kind=kind)).report
        for kind in (messages.REPORT_KIND_YEARLY_TO_CITY, messages.REPORT_KIND_INTERIM_REVIEW)
    )
    publish(counter, yearly, basis=Basis(document="902/BC-SKHCN"))
    spelt = publish_report(report_id=review.report_id, basis=Basis(document="902 / bc-SKHCN"))
    found = refusal(counter, "PublishReport", spelt, capacity="programme_lead", person_id=DIRECTOR)
    assert found[:2] == (grpc.StatusCode.ALREADY_EXISTS, "REPORT_NUMBER_TAKEN")
    assert publish(counter, review).status == messages.REPORT_STATUS_PUBLISHED


def test_a_draft_is_made_anew_on_the_state_that_was_read(
    counter: Counter, plan_id: str, ears: Ears, logs: Mapping[str, StandInLog]
) -> None:
    first = counter.ask("DraftReport", draft_report(plan_id=plan_id)).report
    hear_entrants(ears, 2024)
    logs["support"].size = 1
    anew = counter.ask("DraftReport", draft_report(plan_id=plan_id, etag=first.etag)).report
    assert (anew.report_id, figures(anew)["K6"]) == (first.report_id, (1, 1))
    found = refusal(counter, "DraftReport", draft_report(plan_id=plan_id, etag=first.etag))
    assert found == (grpc.StatusCode.ABORTED, "RECORD_CHANGED", {})


def test_nothing_is_drafted_while_a_log_is_ahead_of_what_was_heard(
    counter: Counter, plan_id: str, ears: Ears, logs: Mapping[str, StandInLog]
) -> None:
    logs["training"].size = 1
    request = draft_report(plan_id=plan_id)
    found = refusal(counter, "DraftReport", request, timeout=2)
    assert found == (grpc.StatusCode.UNAVAILABLE, "VIEW_LAGGED", {})
    logs["training"].size = 0
    hear_entrants(ears, 2024)
    assert counter.ask("DraftReport", request).report.checkpoints[2].size == 0


def test_nothing_is_drafted_without_each_checkpoint(
    counter: Counter, plan_id: str, logs: Mapping[str, StandInLog]
) -> None:
    logs["registry"].size = None
    found = refusal(counter, "DraftReport", draft_report(plan_id=plan_id))
    assert found == (grpc.StatusCode.UNAVAILABLE, "NEIGHBOUR_UNAVAILABLE", {})


def test_a_caller_has_reported_what_they_wrote_elsewhere(
    counter: Counter, plan_id: str, ears: Ears, logs: Mapping[str, StandInLog]
) -> None:
    hear_entrants(ears, 2024)
    request = draft_report(plan_id=plan_id, at_least=[Recorded(service="support", position=1)])
    found = refusal(counter, "DraftReport", request)
    assert found == (grpc.StatusCode.UNAVAILABLE, "CHECKPOINT_LAGGED", {})
    logs["support"].size = 1
    assert figures(counter.ask("DraftReport", request).report)["K6"] == (1, 1)


def test_who_drafted_does_not_publish(counter: Counter, plan_id: str) -> None:
    report = counter.ask("DraftReport", draft_report(plan_id=plan_id), person_id=DIRECTOR).report
    found = refusal(
        counter,
        "PublishReport",
        publish_report(report_id=report.report_id),
        capacity="programme_lead",
        person_id=DIRECTOR,
    )
    assert found == (grpc.StatusCode.PERMISSION_DENIED, "ACTED_BEFORE", {})


@pytest.mark.parametrize(
    ("day", "reason"), [(date(2021, 6, 29), "CUT_OFF_BEFORE_PLAN"), (date(2100, 1, 1), "CUT_OFF_AHEAD")]
)
def test_a_day_that_cannot_be_reported_is_refused(day: date, reason: str, counter: Counter, plan_id: str) -> None:
    found = refusal(counter, "DraftReport", draft_report(plan_id=plan_id, cut_off_on=date_message(day)))
    assert found == (grpc.StatusCode.INVALID_ARGUMENT, reason, {"cut_off_on": reason})


@pytest.mark.parametrize(
    ("method", "request_", "capacity"),
    [
        ("DraftReport", draft_report(), "reporting_officer"),
        ("PublishReport", publish_report(), "programme_lead"),
        ("GetReport", get_report(), "auditor"),
    ],
)
def test_what_is_not_there_is_not_found(method: str, request_: Any, capacity: str, counter: Counter) -> None:
    found = refusal(counter, method, request_, capacity=capacity)
    assert found == (grpc.StatusCode.NOT_FOUND, "RECORD_NOT_FOUND", {})


def test_the_trail_tells_of_a_report_and_of_the_plan_it_is_about(counter: Counter, plan_id: str) -> None:
    draft = counter.ask("DraftReport", draft_report(plan_id=plan_id)).report
    request = publish_report(report_id=draft.report_id, basis=Basis(document="903/BC-SKHCN"))
    published = counter.ask("PublishReport", request, capacity="programme_lead", person_id=DIRECTOR).recorded

    def story(subject_id: str, **asked: Any) -> list[TrailEntry]:
        request = list_trail(subject_id=subject_id, min_position=published.position, **asked)
        return list(counter.ask("ListTrail", request).entries)

    told_of_plan = story(plan_id)
    kinds = ["PlanAdopted", "ReportDrafted", "ReportPublished"]
    assert [entry.type for entry in told_of_plan] == [f"nscl.reporting.v1.{kind}" for kind in kinds]
    assert story(draft.report_id) == told_of_plan[1:]
    last = told_of_plan[-1]
    assert (last.act.document, last.act.capacity) == ("903/BC-SKHCN", "programme_lead")
    assert last.recorded.position == published.position - 1, "the number is the last that was recorded"
    assert (last.record_id, last.record_version) == (draft.report_id, 2)
    assert last.sentence == "Ban hành báo cáo số 903/BC-SKHCN."
    assert story(plan_id, page_size=2) == told_of_plan[:2]


def test_reports_are_listed_by_their_cut_off_day(counter: Counter, plan_id: str) -> None:
    kinds = messages.REPORT_KIND_YEARLY_TO_CITY, messages.REPORT_KIND_YEARLY_TO_MINISTRY
    days = [date_message(date(2024, month, 15)) for month in (11, 3)]
    answers = [
        counter.ask("DraftReport", draft_report(plan_id=plan_id, kind=kind, cut_off_on=day))
        for kind in kinds
        for day in days
    ]
    asked = {"plan_id": plan_id, "min_position": answers[-1].recorded.position}
    shown: list[messages.Report] = []
    token = ""
    while token or not shown:
        page = counter.ask("ListReports", list_reports(page_size=3, page_token=token, **asked))
        shown += page.reports
        token = page.next_page_token
    assert [report.cut_off_on for report in shown] == [days[0], days[0], days[1], days[1]]
    assert sorted(report.report_id for report in shown) == sorted(answer.report.report_id for answer in answers)
    yearly = counter.ask("ListReports", list_reports(kind=kinds[1], **asked)).reports
    assert [(report.kind, report.cut_off_on) for report in yearly] == [(kinds[1], day) for day in days]
    assert not counter.ask("ListReports", list_reports(plan_id=str(uuid4()))).reports


@pytest.mark.parametrize(
    ("method", "capacity"),
    [
        ("DraftReport", "programme_lead"),
        ("DraftReport", "auditor"),
        ("PublishReport", "reporting_officer"),
        ("GetReport", "enterprise_representative"),
        ("ListReports", "council_member"),
    ],
)
def test_others_may_not(method: str, capacity: str, counter: Counter) -> None:
    good = {
        "DraftReport": draft_report(),
        "PublishReport": publish_report(),
        "GetReport": get_report(),
        "ListReports": list_reports(),
    }
    found = refusal(counter, method, good[method], capacity=capacity)
    assert found == (grpc.StatusCode.PERMISSION_DENIED, "CAPACITY_NOT_PERMITTED", {})


def test_a_publication_has_a_number(counter: Counter, plan_id: str) -> None:
    report = counter.ask("DraftReport", draft_report(plan_id=plan_id)).report
    request = publish_report(report_id=report.report_id, basis=Basis())
    found = refusal(counter, "PublishReport", request, capacity="programme_lead")
    assert found == (grpc.StatusCode.INVALID_ARGUMENT, "FORM_INCORRECT", {"basis.document": "FIELD_REQUIRED"})
