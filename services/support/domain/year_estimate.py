"""The estimate of a year: what each source is to give, computed by the rules in force and shown line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid5

from services.shared.record import Act, Record, document_of, must_be_another_than, recorded_by
from services.support.domain.budget_refusals import (
    AmountComputedByRule,
    AmountMissing,
    AmountWithoutBasis,
    AppraisalsDiffer,
    EstimateNotInStep,
    NothingToAverage,
    PastYearKnown,
    PastYearMissing,
    PastYearNotAveraged,
    PlannedTasksMissing,
    ReasonForAppraisalMissing,
)
from services.support.domain.budget_rules import BudgetRules
from services.support.domain.catalogue import Catalogue
from services.support.domain.money import in_dong

__all__ = [
    "Computation",
    "EstimateLine",
    "EstimateStatus",
    "FigureOrigin",
    "LineAmount",
    "LineAppraisal",
    "PastYear",
    "WantedLine",
    "YearEstimate",
    "averaged_years",
    "computed",
]


class EstimateStatus(StrEnum):
    """How far a year's estimate has come."""

    DRAFTED = "DRAFTED"
    APPRAISED = "APPRAISED"
    RETURNED = "RETURNED"
    APPROVED = "APPROVED"


STATUS_IN_WORDS = {
    EstimateStatus.DRAFTED: "đang chờ thẩm định",
    EstimateStatus.APPRAISED: "đã thẩm định",
    EstimateStatus.RETURNED: "đang được lập lại",
    EstimateStatus.APPROVED: "đã được phê duyệt",
}


class FigureOrigin(StrEnum):
    """Who says how many new tasks a past year had: our own log, or a document."""

    LOG = "LOG"
    STATED = "STATED"


@dataclass(frozen=True)
class PastYear:
    """The new tasks of a past year and what they were granted; ``document`` states what the log does not know."""

    year: int
    task_count: int
    cost_vnd: int
    origin: FigureOrigin
    document: str | None


@dataclass(frozen=True)
class WantedLine:
    """A line as the officer asks for it: planned new tasks where a rule computes, else an amount and its basis."""

    source_code: str
    title: str
    planned_task_count: int | None
    amount_vnd: int | None
    basis: str | None


@dataclass(frozen=True)
class EstimateLine:
    """One line of the estimate, how its amount came about, and the budget line it becomes."""

    budget_line_id: UUID
    source_code: str
    title: str
    planned_task_count: int | None
    amount_vnd: int
    explanation: str


@dataclass(frozen=True)
class Computation:
    """By what the amounts of an estimate were computed.

    ``average_vnd`` is the average cost of one new task, rounded down to the dong; None where no rule asked for it.
    ``log_position`` is the position as of which the log was asked for its decisions.
    """

    rules_id: UUID | None
    log_position: int
    past_years: tuple[PastYear, ...]
    average_vnd: int | None


@dataclass(frozen=True)
class LineAmount:
    """A line's amount and, in one Vietnamese line, how it came about."""

    amount_vnd: int
    explanation: str


@dataclass(frozen=True)
class LineAppraisal:
    """What Sở Tài chính found right for one line; another amount than asked for has a reason."""

    budget_line_id: UUID
    amount_vnd: int
    reason: str | None


class YearEstimate(Record):
    """A catalogue's estimate of one year (dự toán năm); its lines are budget lines and go the same way with it."""

    TOPIC = "support:YearEstimate"

    class Event(Record.Event):
        """Something that happened to a year's estimate (sự kiện của dự toán năm)."""

    class Drafted(Event, Record.Created):
        """Sở KH&CN drafted the estimate of a year (lập dự toán năm)."""

        TOPIC = "support:YearEstimate.Drafted"
        catalogue_id: UUID
        year: int
        computation: Computation
        lines: tuple[EstimateLine, ...]

        def sentence(self) -> str:
            return f"Lập dự toán năm {self.year}: {_told(self.lines)}"

    Created = Drafted

    class Redrafted(Event):
        """A returned estimate was drafted again (lập lại dự toán năm)."""

        TOPIC = "support:YearEstimate.Redrafted"
        computation: Computation
        lines: tuple[EstimateLine, ...]

        def sentence(self) -> str:
            return f"Lập lại dự toán năm: {_told(self.lines)}"

    class Appraised(Event):
        """Sở Tài chính appraised each line (thẩm định dự toán năm)."""

        TOPIC = "support:YearEstimate.Appraised"
        appraisals: tuple[LineAppraisal, ...]

        def sentence(self) -> str:
            total = in_dong(sum(each.amount_vnd for each in self.appraisals))
            reasons = " ".join(each.reason for each in self.appraisals if each.reason)
            return f"Thẩm định dự toán năm: tổng {total}." + (f" Lý do điều chỉnh: {reasons}" if reasons else "")

    class Returned(Event):
        """The estimate was returned for rework (trả lại dự toán năm)."""

        TOPIC = "support:YearEstimate.Returned"
        reason: str

        def sentence(self) -> str:
            return f"Trả lại dự toán năm để lập lại. Lý do: {self.reason}"

    class Approved(Event):
        """UBND approved the estimate with all its lines (phê duyệt dự toán năm)."""

        TOPIC = "support:YearEstimate.Approved"
        amount_vnd: int

        def sentence(self) -> str:
            return f"Phê duyệt dự toán năm {in_dong(self.amount_vnd)} bằng văn bản {self.act.document}."

    @staticmethod
    def create_id(catalogue_id: UUID, year: int) -> UUID:
        """A catalogue has one estimate a year."""
        return uuid5(catalogue_id, f"estimate:{year}")

    @recorded_by(Drafted)
    def __init__(
        self,
        act: Act,
        catalogue_id: UUID,
        year: int,
        computation: Computation,
        lines: tuple[EstimateLine, ...],
    ) -> None:
        self.catalogue_id = catalogue_id
        self.year = year
        self.drafted_by = frozenset({act.person_id})
        self.appraised_by: UUID | None = None
        self.reason: str | None = None
        self.document: str | None = None
        self._keep(computation, lines)

    @classmethod
    def draft(
        cls,
        act: Act,
        *,
        catalogue_id: UUID,
        year: int,
        computation: Computation,
        lines: tuple[EstimateLine, ...],
    ) -> Self:
        """The estimate as its lines were computed."""
        return cls(act=act, catalogue_id=catalogue_id, year=year, computation=computation, lines=lines)

    def redraft(self, act: Act, *, computation: Computation, lines: tuple[EstimateLine, ...]) -> None:
        """A returned estimate with other lines in place of all it had.

        Raises EstimateNotInStep.
        """
        self.must_be(EstimateStatus.RETURNED)
        self._redrafted(act=act, computation=computation, lines=lines)

    @recorded_by(Redrafted)
    def _redrafted(
        self,
        act: Act,
        computation: Computation,
        lines: tuple[EstimateLine, ...],
    ) -> None:
        self.drafted_by = self.drafted_by | {act.person_id}
        self.reason = None
        self._keep(computation, lines)

    def _keep(
        self,
        computation: Computation,
        lines: tuple[EstimateLine, ...],
    ) -> None:
        self.status = EstimateStatus.DRAFTED
        self.computation = computation
        self.lines = lines
        self.appraisals: tuple[LineAppraisal, ...] = ()

    def appraise(self, act: Act, *, appraisals: tuple[LineAppraisal, ...]) -> None:
        """Sở Tài chính finds an amount right for each line, another than asked for only with a reason.

        Raises EstimateNotInStep, ActedBefore, AppraisalsDiffer and ReasonForAppraisalMissing.
        """
        self.must_be(EstimateStatus.DRAFTED)
        must_be_another_than(act, *self.drafted_by)
        wanted_vnd = {line.budget_line_id: line.amount_vnd for line in self.lines}
        if sorted(each.budget_line_id for each in appraisals) != sorted(wanted_vnd):
            raise AppraisalsDiffer("appraisals")
        for index, each in enumerate(appraisals):
            if each.amount_vnd != wanted_vnd[each.budget_line_id] and each.reason is None:
                raise ReasonForAppraisalMissing(f"appraisals[{index}].reason")
        self._appraised(act=act, appraisals=appraisals)

    @recorded_by(Appraised)
    def _appraised(self, act: Act, appraisals: tuple[LineAppraisal, ...]) -> None:
        self.status = EstimateStatus.APPRAISED
        self.appraised_by = act.person_id
        self.appraisals = appraisals

    def return_for_rework(self, act: Act, *, reason: str) -> None:
        """Whoever appraises or approves gives the estimate back, with a written reason.

        Raises EstimateNotInStep and ActedBefore.
        """
        self.must_be(EstimateStatus.DRAFTED, EstimateStatus.APPRAISED)
        must_be_another_than(act, *self.drafted_by)
        self._returned(act=act, reason=reason)

    @recorded_by(Returned)
    def _returned(self, act: Act, reason: str) -> None:
        self.status = EstimateStatus.RETURNED
        self.appraised_by = None
        self.reason = reason

    def approve(self, act: Act) -> None:
        """UBND approves what was appraised.

        Raises DocumentMissing, EstimateNotInStep and ActedBefore.
        """
        document_of(act)
        self.must_be(EstimateStatus.APPRAISED)
        must_be_another_than(act, *self.drafted_by, self.appraised_by)
        self._approved(act=act, amount_vnd=sum(each.amount_vnd for each in self.appraisals))

    @recorded_by(Approved)
    def _approved(self, act: Act, amount_vnd: int) -> None:
        self.status = EstimateStatus.APPROVED
        self.document = act.document

    def must_be(self, *statuses: EstimateStatus) -> None:
        """Raises EstimateNotInStep."""
        if self.status not in statuses:
            raise EstimateNotInStep(year=self.year, status=STATUS_IN_WORDS[self.status])


def averaged_years(year: int, rules: BudgetRules | None, wanted: tuple[WantedLine, ...]) -> tuple[int, ...]:
    """The past years that the rules average over for these lines, earliest first; none where no line asks for it."""
    if rules is None or not any(line.source_code in rules.averaged_source_codes for line in wanted):
        return ()
    return tuple(range(year - rules.averaged_years, year))


def computed(
    catalogue: Catalogue,
    rules: BudgetRules | None,
    wanted: tuple[WantedLine, ...],
    *,
    years: tuple[int, ...],
    decided: Mapping[int, PastYear],
    stated: tuple[PastYear, ...],
    log_position: int,
) -> tuple[Computation, tuple[LineAmount, ...]]:
    """Each line's amount and how it came about: by the rules for the sources they name, as stated for all others.

    ``years`` are those to average over, ``decided`` what the log says of them, ``stated`` what the officer says of the
    rest. The average is the cost of all new tasks of those years over their number (Nghị định 265/2025/NĐ-CP).

    Raises SourceUnknown, PlannedTasksMissing, AmountComputedByRule, AmountMissing, AmountWithoutBasis, PastYearMissing,
    PastYearKnown, PastYearNotAveraged and NothingToAverage.
    """
    past_years = _past_years(years, decided, stated)
    average_vnd = _average_vnd(past_years) if years else None
    amounts = tuple(
        _amount(catalogue, rules, average_vnd, line, f"lines[{index}]") for index, line in enumerate(wanted)
    )
    rules_id = rules.id if rules is not None and years else None
    return Computation(rules_id, log_position, past_years, average_vnd), amounts


def _past_years(
    years: tuple[int, ...], decided: Mapping[int, PastYear], stated: tuple[PastYear, ...]
) -> tuple[PastYear, ...]:
    figures = dict(decided)
    for index, past in enumerate(stated):
        if past.year in decided:
            raise PastYearKnown(f"past_years[{index}].year", year=past.year)
        if past.year not in years or past.year in figures:
            raise PastYearNotAveraged(f"past_years[{index}].year", year=past.year)
        figures[past.year] = past
    for year in years:
        if year not in figures:
            raise PastYearMissing("past_years", year=year)
    return tuple(figures[year] for year in years)


def _average_vnd(past_years: tuple[PastYear, ...]) -> int:
    task_count = sum(past.task_count for past in past_years)
    if task_count == 0:
        raise NothingToAverage
    return sum(past.cost_vnd for past in past_years) // task_count


def _amount(
    catalogue: Catalogue, rules: BudgetRules | None, average_vnd: int | None, line: WantedLine, field: str
) -> LineAmount:
    catalogue.must_have_source(line.source_code, f"{field}.source_code")
    source = {"source_code": line.source_code}
    if rules is not None and average_vnd is not None and line.source_code in rules.averaged_source_codes:
        if line.planned_task_count is None:
            raise PlannedTasksMissing(f"{field}.planned_task_count", legal_basis=rules.legal_basis, **source)
        if line.amount_vnd is not None:
            raise AmountComputedByRule(f"{field}.amount_vnd", legal_basis=rules.legal_basis, **source)
        amount_vnd = line.planned_task_count * average_vnd
        factors = f"{line.planned_task_count} nhiệm vụ mới × {in_dong(average_vnd)} bình quân"
        return LineAmount(amount_vnd, f"{factors} = {in_dong(amount_vnd)}, theo {rules.legal_basis}.")
    if line.amount_vnd is None:
        raise AmountMissing(f"{field}.amount_vnd", **source)
    if line.basis is None:
        raise AmountWithoutBasis(f"{field}.basis", **source)
    return LineAmount(line.amount_vnd, f"Nêu {in_dong(line.amount_vnd)}, căn cứ: {line.basis}")


def _told(lines: tuple[EstimateLine, ...]) -> str:
    """Each line in words, and their sum."""
    told = "; ".join(f"nguồn {line.source_code}, “{line.title}”: {line.explanation.rstrip('.')}" for line in lines)
    return f"{told}. Tổng {in_dong(sum(line.amount_vnd for line in lines))}."
