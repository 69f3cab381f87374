"""The words norms are told in: kinds, tables by size, limits of a year, and an amount with the steps that led to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.support.domain.money import in_dong

__all__ = [
    "SIZE_IN_WORDS",
    "Amount",
    "EnterpriseSize",
    "LimitScope",
    "Norm",
    "NormKind",
    "NormsStatus",
    "SizeEvidence",
    "SizeTier",
    "Step",
    "StepKind",
    "YearlyLimit",
]


class NormKind(StrEnum):
    """How a norm turns a cost into an amount."""

    PERCENTAGE = "PERCENTAGE"
    FLAT = "FLAT"
    PER_PRODUCT = "PER_PRODUCT"
    BY_SIZE = "BY_SIZE"


class NormsStatus(StrEnum):
    """How far a set of norms has come."""

    PROPOSED = "PROPOSED"
    ADOPTED = "ADOPTED"


class EnterpriseSize(StrEnum):
    """The size class of an enterprise in one year (Nghị định 80/2021/NĐ-CP, Điều 5)."""

    MICRO = "MICRO"
    SMALL = "SMALL"
    MEDIUM = "MEDIUM"
    LARGE = "LARGE"


SIZE_IN_WORDS = {
    EnterpriseSize.MICRO: "siêu nhỏ",
    EnterpriseSize.SMALL: "nhỏ",
    EnterpriseSize.MEDIUM: "vừa",
    EnterpriseSize.LARGE: "lớn",
}


@dataclass(frozen=True)
class SizeEvidence:
    """The size class an enterprise had in a year, and the document or register that says so."""

    size: EnterpriseSize
    year: int
    source: str


@dataclass(frozen=True)
class SizeTier:
    """One row of a table by size: the share and the cap of enterprises of that class."""

    size: EnterpriseSize
    rate_percent: int
    cap_vnd: int


@dataclass(frozen=True)
class Norm:
    """One content's norm.

    PERCENTAGE: ``rate_percent`` of the cost, at most ``cap_vnd`` per enterprise and year. FLAT: ``cap_vnd`` per
    certificate, at most the cost. PER_PRODUCT: ``rate_percent`` of the cost, at most ``cap_vnd`` per product.
    BY_SIZE: as PERCENTAGE, by the rate and cap of the enterprise's row in ``tiers``; its own rate and cap are 0.
    """

    content_code: str
    kind: NormKind
    rate_percent: int
    cap_vnd: int
    pays_after_certificate: bool
    tiers: tuple[SizeTier, ...] = ()


class LimitScope(StrEnum):
    """Whose grants of a year a limit adds up."""

    PROGRAMME = "PROGRAMME"
    ENTERPRISE = "ENTERPRISE"


@dataclass(frozen=True)
class YearlyLimit:
    """The most that decisions of one calendar year may grant for some contents together.

    PROGRAMME counts everybody's grants (an annual quota), ENTERPRISE those of each enterprise by itself. At least one
    of ``most_vnd`` and ``most_grants`` is given.
    """

    code: str
    scope: LimitScope
    content_codes: tuple[str, ...]
    most_vnd: int | None
    most_grants: int | None


class StepKind(StrEnum):
    """What a step of a computation looks at."""

    COST = "COST"
    RATE = "RATE"
    CAP = "CAP"
    ENTERPRISE_LIMIT = "ENTERPRISE_LIMIT"
    PROGRAMME_LIMIT = "PROGRAMME_LIMIT"
    RESULT = "RESULT"


@dataclass(frozen=True)
class Step:
    """One line of a computation: the figure looked at, and the amount once no more than that is left of it."""

    kind: StepKind
    figure_vnd: int
    amount_vnd: int
    text: str


@dataclass(frozen=True)
class Amount:
    """What a norm grants for one participation, step by step; every fraction of a dong is dropped."""

    content_code: str
    amount_vnd: int
    rate_percent: int
    pays_after_certificate: bool
    steps: tuple[Step, ...]

    @property
    def explanation(self) -> str:
        """The steps as one Vietnamese sentence."""
        told = "; ".join(step.text for step in self.steps)
        return f"{self.content_code}: {told}."


class Computation:
    """An amount in the making: each step leaves the least of what there was and of its own figure."""

    def __init__(self, cost_vnd: int) -> None:
        self.amount_vnd = cost_vnd
        self.steps: tuple[Step, ...] = (Step(StepKind.COST, cost_vnd, cost_vnd, f"chi phí {in_dong(cost_vnd)}"),)

    def at_most(self, kind: StepKind, figure_vnd: int, text: str) -> None:
        """The amount is no more than this figure."""
        self.amount_vnd = min(self.amount_vnd, figure_vnd)
        self.steps += (Step(kind, figure_vnd, self.amount_vnd, text),)

    def finish(self) -> None:
        """The last line: what comes of it."""
        self.at_most(StepKind.RESULT, self.amount_vnd, f"được {in_dong(self.amount_vnd)}")
