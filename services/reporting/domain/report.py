"""A report on the plan: its figures, frozen with the checkpoints of the logs they were made of (kế hoạch, V.1.d)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid5

from services.reporting.domain.figures import Figure, Period
from services.reporting.domain.plan import Plan
from services.shared.proceeding import Proceeding
from services.shared.record import Act, document_of, must_be_another_than, recorded_by
from services.shared.refusals import Invalid, Refusal


class ReportKind(StrEnum):
    """To whom a report goes, or what it looks back on."""

    YEARLY_TO_CITY = "YEARLY_TO_CITY"
    YEARLY_TO_MINISTRY = "YEARLY_TO_MINISTRY"
    INTERIM_REVIEW = "INTERIM_REVIEW"
    FINAL_REVIEW = "FINAL_REVIEW"


IN_WORDS = {
    ReportKind.YEARLY_TO_CITY: "báo cáo hàng năm gửi Ủy ban nhân dân thành phố",
    ReportKind.YEARLY_TO_MINISTRY: "báo cáo hàng năm gửi Bộ Khoa học và Công nghệ",
    ReportKind.INTERIM_REVIEW: "báo cáo sơ kết kế hoạch",
    ReportKind.FINAL_REVIEW: "báo cáo tổng kết kế hoạch",
}
REVIEWS = frozenset({ReportKind.INTERIM_REVIEW, ReportKind.FINAL_REVIEW})
"""The kinds that look back to the day from which the plan holds; the others report on their year."""


class ReportStatus(StrEnum):
    """How far a report has come."""

    DRAFTED = "DRAFTED"
    PUBLISHED = "PUBLISHED"


@dataclass(frozen=True)
class LogCheckpoint:
    """The signed checkpoint (a note) of a service's log, and how many events it holds."""

    service: str
    size: int
    note: str


class CutOffBeforePlan(Invalid):
    """There is nothing to report from before the plan."""

    sentence = "Ngày chốt số liệu không được trước ngày kế hoạch có hiệu lực {effective_on:%d/%m/%Y}."


class CutOffAhead(Invalid):
    """What is still to come cannot be reported."""

    sentence = "Ngày chốt số liệu không được sau ngày lập báo cáo {drafted_on:%d/%m/%Y}."


class ReportAlreadyPublished(Refusal):
    """A published report stays as it is."""

    sentence = "Báo cáo đã được ban hành theo văn bản {document}, không thể lập lại hoặc ban hành lại."


class Report(Proceeding):
    """What is reported on a plan up to a day (báo cáo); its figures are those of the events its checkpoints hold."""

    TOPIC = "reporting:Report"

    class Event(Proceeding.Event):
        """Something that happened to a report (sự kiện của báo cáo)."""

    class Drafted(Event, Proceeding.Created):
        """A report was drafted and its figures frozen (lập báo cáo)."""

        TOPIC = "reporting:Report.Drafted"
        plan_id: UUID
        kind: ReportKind
        period: Period
        figures: tuple[Figure, ...]
        checkpoints: tuple[LogCheckpoint, ...]

        def sentence(self) -> str:
            return f"Lập {IN_WORDS[self.kind]}, số liệu chốt đến ngày {self.period.cut_off_on:%d/%m/%Y}."

    Created = Drafted

    class Redrafted(Event):
        """The figures of a draft were made anew (lập lại báo cáo)."""

        TOPIC = "reporting:Report.Redrafted"
        figures: tuple[Figure, ...]
        checkpoints: tuple[LogCheckpoint, ...]

        def sentence(self) -> str:
            return (
                f"Lập lại báo cáo theo số liệu của {sum(each.size for each in self.checkpoints)} sự kiện đã ghi nhận."
            )

    class Published(Event):
        """Another person published the report under its number (ban hành báo cáo)."""

        TOPIC = "reporting:Report.Published"

        def sentence(self) -> str:
            return f"Ban hành báo cáo số {self.act.document}."

    @staticmethod
    def create_id(plan_id: UUID, kind: ReportKind, period: Period) -> UUID:
        """A plan has one report of each kind up to a day."""
        return uuid5(plan_id, f"report:{kind}:{period.cut_off_on}")

    @recorded_by(Drafted)
    def __init__(
        self,
        act: Act,
        plan_id: UUID,
        kind: ReportKind,
        period: Period,
        figures: tuple[Figure, ...],
        checkpoints: tuple[LogCheckpoint, ...],
    ) -> None:
        self.plan_id = plan_id
        self.kind = kind
        self.period = period
        self.figures = figures
        self.checkpoints = checkpoints
        self.status = ReportStatus.DRAFTED
        self.drafted_by = frozenset({act.person_id})
        self.document: str | None = None
        self.published_on: date | None = None

    @classmethod
    def draft(
        cls,
        act: Act,
        *,
        plan_id: UUID,
        kind: ReportKind,
        period: Period,
        figures: tuple[Figure, ...],
        checkpoints: tuple[LogCheckpoint, ...],
    ) -> Self:
        """The report with the figures that the events up to the checkpoints make."""
        return cls(act=act, plan_id=plan_id, kind=kind, period=period, figures=figures, checkpoints=checkpoints)

    def redraft(self, act: Act, *, figures: tuple[Figure, ...], checkpoints: tuple[LogCheckpoint, ...]) -> None:
        """The figures of now in place of those it had.

        Raises ReportAlreadyPublished.
        """
        self._must_be_a_draft()
        self._redrafted(act=act, figures=figures, checkpoints=checkpoints)

    @recorded_by(Redrafted)
    def _redrafted(self, act: Act, figures: tuple[Figure, ...], checkpoints: tuple[LogCheckpoint, ...]) -> None:
        self.figures = figures
        self.checkpoints = checkpoints
        self.drafted_by = self.drafted_by | {act.person_id}

    def publish(self, act: Act) -> None:
        """The report goes out under the number of the act's document, as it was drafted.

        Raises ReportAlreadyPublished, DocumentMissing, and ActedBefore for whoever drafted it.
        """
        self._must_be_a_draft()
        document_of(act)
        must_be_another_than(act, *self.drafted_by)
        self._published(act=act)

    @recorded_by(Published)
    def _published(self, act: Act) -> None:
        self.status = ReportStatus.PUBLISHED
        self.document = act.document
        self.published_on = act.effective_on

    def _must_be_a_draft(self) -> None:
        if self.status is ReportStatus.PUBLISHED:
            raise ReportAlreadyPublished(document=self.document)


def reported_period(act: Act, plan: Plan, kind: ReportKind, cut_off_on: date) -> Period:
    """What a report is about: for a review everything since the plan holds, else the year of its cut-off day.

    Raises CutOffAhead and CutOffBeforePlan.
    """
    if cut_off_on > act.effective_on:
        raise CutOffAhead("cut_off_on", drafted_on=act.effective_on)
    if cut_off_on < plan.effective_on:
        raise CutOffBeforePlan("cut_off_on", effective_on=plan.effective_on)
    return Period(plan.effective_on if kind in REVIEWS else date(cut_off_on.year, 1, 1), cut_off_on)
