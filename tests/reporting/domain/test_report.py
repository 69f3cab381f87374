"""The rules of a report: what it is about, four eyes, and that it never changes once it is published."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest

from services.reporting.domain.figures import Figure, Period
from services.reporting.domain.plan import Plan
from services.reporting.domain.report import (
    CutOffAhead,
    CutOffBeforePlan,
    LogCheckpoint,
    Report,
    ReportAlreadyPublished,
    ReportKind,
    ReportStatus,
    reported_period,
)
from services.shared.proceeding import ActedInThePast
from services.shared.record import ActedBefore, DocumentMissing
from services.shared.refusals import Invalid
from tests.given import act, given, happened
from tests.reporting.examples import NUMBER, PLAN

CUT_OFF = date(2024, 6, 15)
FROZEN = {
    "figures": (Figure("K1", "", 46, 12),),
    "checkpoints": (LogCheckpoint("support", 120, "nscl.example.vn/support\n120\n"),),
}
REPORT = {
    "plan_id": Plan.create_id(NUMBER),
    "kind": ReportKind.YEARLY_TO_CITY,
    "period": Period(date(2024, 1, 1), CUT_OFF),
    **FROZEN,
}
DRAFTED = happened(Report.Drafted, **REPORT)
ANOTHER = uuid4()
PUBLISHING = act(person_id=ANOTHER, capacity="programme_lead", document="901/BC-SKHCN")


def test_a_report_is_drafted_with_its_figures_and_their_checkpoints() -> None:
    report = given().when(lambda: Report.draft(act(), **REPORT)).then(DRAFTED)
    assert {name: getattr(report, name) for name in REPORT} == REPORT
    assert report.status is ReportStatus.DRAFTED


def test_a_plan_has_one_report_of_each_kind_up_to_a_day() -> None:
    plan_id, kind, period = UUID(int=1), ReportKind.INTERIM_REVIEW, Period(date(2021, 1, 1), CUT_OFF)
    others = [
        (UUID(int=2), kind, period),
        (plan_id, ReportKind.FINAL_REVIEW, period),
        (plan_id, kind, Period(date(2021, 1, 1), date(2024, 6, 16))),
    ]
    assert Report.create_id(plan_id, kind, period) not in [Report.create_id(*other) for other in others]


def test_another_person_publishes_it_under_its_number() -> None:
    report = given(DRAFTED).when(lambda report: report.publish(PUBLISHING)).then(happened(Report.Published))
    assert (report.status, report.document) == (ReportStatus.PUBLISHED, "901/BC-SKHCN")
    assert report.published_on == PUBLISHING.effective_on


def test_a_draft_gets_other_figures_in_place_of_those_it_had() -> None:
    anew = {**FROZEN, "figures": (Figure("K1", "", 47, 13),)}
    report = given(DRAFTED).when(lambda report: report.redraft(act(), **anew)).then(happened(Report.Redrafted, **anew))
    assert report.figures == anew["figures"]


class TestRefused:
    def test_a_publication_without_a_number(self) -> None:
        publishing = act(person_id=ANOTHER)
        given(DRAFTED).when(lambda report: report.publish(publishing)).refused(DocumentMissing)

    def test_a_publication_by_who_drafted_it_or_drafted_it_again(self) -> None:
        redrafted = happened(Report.Redrafted, act=act(person_id=ANOTHER), **FROZEN)
        given(DRAFTED, redrafted).when(lambda report: report.publish(PUBLISHING)).refused(ActedBefore)
        own = act(document="901/BC-SKHCN")
        given(DRAFTED, redrafted).when(lambda report: report.publish(own)).refused(ActedBefore)

    def test_a_publication_before_the_draft(self) -> None:
        early = act(person_id=ANOTHER, document="901/BC-SKHCN", effective_on=date(2024, 6, 27))
        given(DRAFTED).when(lambda report: report.publish(early)).refused(ActedInThePast)

    def test_whatever_changes_a_published_report(self) -> None:
        history = DRAFTED, happened(Report.Published, act=PUBLISHING)
        given(*history).when(lambda report: report.redraft(act(), **FROZEN)).refused(ReportAlreadyPublished)
        given(*history).when(lambda report: report.publish(PUBLISHING)).refused(ReportAlreadyPublished)


class TestPeriod:
    plan = Plan.adopt(act(document=NUMBER, effective_on=date(2021, 7, 15)), **PLAN)

    @pytest.mark.parametrize("kind", [ReportKind.YEARLY_TO_CITY, ReportKind.YEARLY_TO_MINISTRY])
    def test_a_yearly_report_is_about_its_year(self, kind: ReportKind) -> None:
        assert reported_period(act(), self.plan, kind, CUT_OFF) == Period(date(2024, 1, 1), CUT_OFF)

    @pytest.mark.parametrize("kind", [ReportKind.INTERIM_REVIEW, ReportKind.FINAL_REVIEW])
    def test_a_review_is_about_everything_since_the_plan_holds(self, kind: ReportKind) -> None:
        assert reported_period(act(), self.plan, kind, CUT_OFF) == Period(date(2021, 7, 15), CUT_OFF)

    @pytest.mark.parametrize(
        ("cut_off_on", "refusal"), [(date(2024, 6, 29), CutOffAhead), (date(2021, 7, 14), CutOffBeforePlan)]
    )
    def test_it_ends_neither_ahead_of_the_draft_nor_before_the_plan(
        self, cut_off_on: date, refusal: type[Invalid]
    ) -> None:
        with pytest.raises(refusal) as refused:
            reported_period(act(), self.plan, ReportKind.FINAL_REVIEW, cut_off_on)
        assert refused.value.field == "cut_off_on"
        reported_period(act(), self.plan, ReportKind.FINAL_REVIEW, date(2024, 6, 28))
        reported_period(act(), self.plan, ReportKind.FINAL_REVIEW, date(2021, 7, 15))
