"""The plan: what the city set out to reach, in the plan's own words and figures (Kế hoạch 134/KH-UBND, I, III, V)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid5

from services.reporting.domain.indicators import UNITS, IndicatorUnit
from services.shared.record import Act, Record, recorded_by
from services.shared.refusals import Invalid, Taken

PLANS = UUID("6f1f6f0e-7c2b-4a0d-9c55-1f0f2b7c1340")
"""Where ids of plans are derived from their numbers."""


class ObjectiveKind(StrEnum):
    """General objectives carry no figure; specific ones do."""

    GENERAL = "GENERAL"
    SPECIFIC = "SPECIFIC"


class Qualifier(StrEnum):
    """How exactly the plan means a figure: khoảng or ít nhất."""

    ABOUT = "ABOUT"
    AT_LEAST = "AT_LEAST"


@dataclass(frozen=True)
class Objective:
    """An objective (mục tiêu) and where it stands in the document."""

    code: str
    kind: ObjectiveKind
    text: str


@dataclass(frozen=True)
class PlanTask:
    """A task of the plan (nhiệm vụ và giải pháp) and where it stands in the document."""

    code: str
    section: str
    text: str


@dataclass(frozen=True)
class Target:
    """How much of an indicator is wanted by the end of a year, in the indicator's unit."""

    year: int
    qualifier: Qualifier
    value: int


@dataclass(frozen=True)
class Indicator:
    """What is counted, by which rule, and how much of it is wanted; ``note`` tells what the plan leaves open."""

    code: str
    name: str
    unit: IndicatorUnit
    targets: tuple[Target, ...]
    counting_rule: str
    note: str | None


@dataclass(frozen=True)
class BodyRole:
    """The part a body has in the plan."""

    body: str
    role: str


class PlanAdoptedAlready(Taken):
    """A plan's number is adopted once."""

    sentence = "Kế hoạch số {number} đã được ghi nhận."


class PlanNumberMissing(Invalid):
    """A plan is known by the number of its document."""

    sentence = "Cần số văn bản của kế hoạch."


class PlanHoldsBeforeIssue(Invalid):
    """The plan would hold before it was signed."""

    sentence = "Kế hoạch không thể có hiệu lực trước ngày ban hành {issued_on:%d/%m/%Y}."


class NamedTwice(Invalid):
    """A list of the plan names one thing twice."""

    sentence = "{name} được nêu hai lần."


class IndicatorNotCounted(Invalid):
    """An indicator nobody has told this service how to count."""

    sentence = "Hệ thống chưa có quy tắc đếm cho chỉ tiêu {code}."


class IndicatorUnitContradictsCounting(Invalid):
    """The plan would have an indicator in another unit than it is counted in."""

    sentence = "Đơn vị tính của chỉ tiêu {code} không khớp với quy tắc đếm của hệ thống."


class TargetsOutOfOrder(Invalid):
    """Targets stand in the order of their years, one for each."""

    sentence = "Mục tiêu của chỉ tiêu {code} phải xếp theo năm tăng dần, mỗi năm một mục tiêu."


class Plan(Record):
    """A plan the city adopted (kế hoạch)."""

    TOPIC = "reporting:Plan"

    class Event(Record.Event):
        """Something that happened to a plan (sự kiện của kế hoạch)."""

    class Adopted(Event, Record.Created):
        """The plan was adopted (ban hành kế hoạch)."""

        TOPIC = "reporting:Plan.Adopted"
        number: str
        title: str
        issuer: str
        issued_on: date
        legal_basis: str | None
        objectives: tuple[Objective, ...]
        tasks: tuple[PlanTask, ...]
        indicators: tuple[Indicator, ...]
        body_roles: tuple[BodyRole, ...]

        def sentence(self) -> str:
            content = f"{len(self.tasks)} nhiệm vụ, {len(self.indicators)} chỉ tiêu"
            return f"{self.issuer} ban hành Kế hoạch số {self.number} ngày {self.issued_on:%d/%m/%Y}: {content}."

    Created = Adopted

    @staticmethod
    def create_id(number: str) -> UUID:
        """The id under which the plan of a number is found again."""
        return uuid5(PLANS, number)

    @recorded_by(Adopted)
    def __init__(
        self,
        act: Act,
        number: str,
        title: str,
        issuer: str,
        issued_on: date,
        legal_basis: str | None,
        objectives: tuple[Objective, ...],
        tasks: tuple[PlanTask, ...],
        indicators: tuple[Indicator, ...],
        body_roles: tuple[BodyRole, ...],
    ) -> None:
        self.number = number
        self.title = title
        self.issuer = issuer
        self.issued_on = issued_on
        self.effective_on = act.effective_on
        self.legal_basis = legal_basis
        self.objectives = objectives
        self.tasks = tasks
        self.indicators = indicators
        self.body_roles = body_roles

    @classmethod
    def adopt(
        cls,
        act: Act,
        *,
        title: str,
        issuer: str,
        issued_on: date,
        legal_basis: str | None,
        objectives: tuple[Objective, ...],
        tasks: tuple[PlanTask, ...],
        indicators: tuple[Indicator, ...],
        body_roles: tuple[BodyRole, ...],
    ) -> Self:
        """A plan as its issuer signed it: the act's document, in force from the act's effective day on.

        Raises PlanNumberMissing, PlanHoldsBeforeIssue, NamedTwice, IndicatorNotCounted, TargetsOutOfOrder and
        IndicatorUnitContradictsCounting.
        """
        if act.document is None:
            raise PlanNumberMissing("basis.document")
        if act.effective_on < issued_on:
            raise PlanHoldsBeforeIssue("basis.effective_on", issued_on=issued_on)
        _each_once("objectives", "code", (objective.code for objective in objectives))
        _each_once("tasks", "code", (task.code for task in tasks))
        _each_once("indicators", "code", (indicator.code for indicator in indicators))
        _each_once("body_roles", "body", (role.body for role in body_roles))
        for index, indicator in enumerate(indicators):
            _check_countable(f"indicators[{index}]", indicator)
        return cls(
            act=act,
            number=act.document,
            title=title,
            issuer=issuer,
            issued_on=issued_on,
            legal_basis=legal_basis,
            objectives=objectives,
            tasks=tasks,
            indicators=indicators,
            body_roles=body_roles,
        )


def _each_once(field: str, part: str, names: Iterable[str]) -> None:
    seen = set()
    for index, name in enumerate(names):
        if name in seen:
            raise NamedTwice(f"{field}[{index}].{part}", name=name)
        seen.add(name)


def _check_countable(path: str, indicator: Indicator) -> None:
    if indicator.code not in UNITS:
        raise IndicatorNotCounted(f"{path}.code", code=indicator.code)
    if indicator.unit is not UNITS[indicator.code]:
        raise IndicatorUnitContradictsCounting(f"{path}.unit", code=indicator.code)
    years = [target.year for target in indicator.targets]
    if years != sorted(set(years)):
        raise TargetsOutOfOrder(f"{path}.targets", code=indicator.code)
