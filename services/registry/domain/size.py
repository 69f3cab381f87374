"""How large an enterprise was in a year: the figures a document gives, and the class that a rule makes of them.

The limits of each class are no constants: they are a rule with a legal basis, adopted from a day on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from uuid import NAMESPACE_URL, UUID, uuid5

from services.shared.record import Act, Record, document_of, recorded_by
from services.shared.refusals import Invalid, Refusal, Taken


class SizeLimitsIncomplete(Invalid):
    """A rule tells micro, small and medium apart in each sector, once."""

    sentence = "Quy tắc phải có đúng một hạn mức siêu nhỏ, nhỏ và vừa cho lĩnh vực {sector}."


class SizeLimitsNotAscending(Invalid):
    """A larger class has larger limits."""

    sentence = "Hạn mức của quy mô {size} lĩnh vực {sector} phải lớn hơn hạn mức của quy mô liền trước."


class SizeRuleAlreadyAdopted(Taken):
    """From one day on there is one rule."""

    sentence = "Đã có quy tắc xác định quy mô áp dụng từ ngày {valid_from:%d/%m/%Y}."


class SizeRuleMissing(Refusal):
    """No class without a rule that was in force when the year ended."""

    sentence = "Chưa có quy tắc xác định quy mô áp dụng cho năm {year}."


class SizeYearNotOver(Invalid):
    """The figures of a year are known when it is over."""

    sentence = "Năm {year} chưa kết thúc vào ngày có hiệu lực của việc ghi nhận."


class SizeYearBeforeRegistration(Invalid):
    """An enterprise has no size before it began."""

    sentence = "Cơ sở chưa được đăng ký trong năm {year}."


class SizeAlreadyRecorded(Taken):
    """The same figures of one year are recorded once; other figures by a later document count instead of them."""

    sentence = "Quy mô năm {year} với đúng các số liệu này đã được ghi nhận."


class EnterpriseSize(StrEnum):
    """The class of an enterprise by its size (Nghị định 80/2021/NĐ-CP, Điều 5)."""

    MICRO = "MICRO"
    SMALL = "SMALL"
    MEDIUM = "MEDIUM"
    LARGE = "LARGE"

    @property
    def term(self) -> str:
        """The class in the decree's words."""
        return {"MICRO": "siêu nhỏ", "SMALL": "nhỏ", "MEDIUM": "vừa", "LARGE": "lớn"}[self]


class SizeSector(StrEnum):
    """The fields of activity for which limits differ (Nghị định 80/2021/NĐ-CP, Điều 5)."""

    PRODUCTION = "PRODUCTION"
    TRADE_AND_SERVICES = "TRADE_AND_SERVICES"

    @property
    def term(self) -> str:
        """The sector in the decree's words."""
        return _SECTORS[self]


_SECTORS = {
    SizeSector.PRODUCTION: "nông nghiệp, lâm nghiệp, thủy sản; công nghiệp và xây dựng",
    SizeSector.TRADE_AND_SERVICES: "thương mại và dịch vụ",
}
_LIMITED = (EnterpriseSize.MICRO, EnterpriseSize.SMALL, EnterpriseSize.MEDIUM)


@dataclass(frozen=True)
class YearFigures:
    """What a document says of a year: employees paying social insurance on average, revenue and capital in đồng.

    ``capital_vnd`` is None where the document does not tell it.
    """

    year: int
    sector: SizeSector
    employees: int
    revenue_vnd: int
    capital_vnd: int | None


@dataclass(frozen=True)
class SizeLimit:
    """The most that an enterprise of a class has: employees, and revenue or else capital in đồng."""

    sector: SizeSector
    size: EnterpriseSize
    most_employees: int
    most_revenue_vnd: int
    most_capital_vnd: int

    def holds(self, figures: YearFigures) -> bool:
        """Whether an enterprise of the sector keeps within the limit: in employees, and in revenue or in capital."""
        capital = figures.capital_vnd
        within = figures.revenue_vnd <= self.most_revenue_vnd or (
            capital is not None and capital <= self.most_capital_vnd
        )
        return figures.sector is self.sector and figures.employees <= self.most_employees and within

    def exceeds(self, other: SizeLimit) -> bool:
        return (
            self.most_employees > other.most_employees
            and self.most_revenue_vnd > other.most_revenue_vnd
            and self.most_capital_vnd > other.most_capital_vnd
        )


@dataclass(frozen=True)
class SizeRule:
    """The limits that apply from ``valid_from`` on; ``sample`` marks an example that no authority has confirmed."""

    valid_from: date
    legal_basis: str
    limits: tuple[SizeLimit, ...]
    sample: bool

    def size_of(self, figures: YearFigures) -> EnterpriseSize:
        """The smallest class whose limit holds; LARGE beyond all limits."""
        within = (limit.size for limit in self.limits if limit.holds(figures))
        return min(within, key=list(EnterpriseSize).index, default=EnterpriseSize.LARGE)


@dataclass(frozen=True)
class YearSize:
    """The size of an enterprise in a year: the figures, their document, the class and the rule that made it."""

    figures: YearFigures
    size: EnterpriseSize
    document: str
    rule_valid_from: date
    rule_legal_basis: str

    @property
    def year(self) -> int:
        return self.figures.year


class SizeRules(Record):
    """The rules by which size is told, one after another."""

    TOPIC = "registry:SizeRules"

    class Event(Record.Event):
        """Something that happened to the rules (sự kiện)."""

    class Opened(Event, Record.Created):
        """Rules began to be kept (theo dõi quy tắc xác định quy mô)."""

        TOPIC = "registry:SizeRules.Opened"

        def sentence(self) -> str:
            return "Bắt đầu theo dõi quy tắc xác định quy mô."

    class SizeRuleAdopted(Event):
        """A rule was adopted (ban hành quy tắc xác định quy mô)."""

        TOPIC = "registry:SizeRules.SizeRuleAdopted"
        rule: SizeRule

        def sentence(self) -> str:
            sample = " (giá trị mẫu)" if self.rule.sample else ""
            return (
                f"Ban hành quy tắc xác định quy mô{sample} theo {self.rule.legal_basis}, "
                f"áp dụng từ ngày {self.rule.valid_from:%d/%m/%Y}."
            )

    Created = Opened

    @recorded_by(Opened)
    def __init__(self, act: Act) -> None:
        self.rules: tuple[SizeRule, ...] = ()

    @staticmethod
    def create_id() -> UUID:
        """The id of the one record of this kind."""
        return uuid5(NAMESPACE_URL, "nscl:registry:size-rules")

    @classmethod
    def open(cls, act: Act) -> SizeRules:
        """Begin to keep rules."""
        return cls(act=act)

    def adopt(self, act: Act, *, valid_from: date, limits: tuple[SizeLimit, ...], sample: bool) -> None:
        """Adopt a rule by the act's document; refuses a second one from the same day on, and limits with gaps."""
        legal_basis = document_of(act)
        for sector in SizeSector:
            _check_limits(sector, [limit for limit in limits if limit.sector is sector])
        if any(rule.valid_from == valid_from for rule in self.rules):
            raise SizeRuleAlreadyAdopted(valid_from=valid_from)
        self._size_rule_adopted(act=act, rule=SizeRule(valid_from, legal_basis, limits, sample))

    @recorded_by(SizeRuleAdopted)
    def _size_rule_adopted(self, act: Act, rule: SizeRule) -> None:
        self.rules = (*self.rules, rule)

    def rule_for(self, year: int) -> SizeRule:
        """The rule in force when a year ended; SizeRuleMissing."""
        begun = [rule for rule in self.rules if rule.valid_from <= date(year, 12, 31)]
        if not begun:
            raise SizeRuleMissing(year=year)
        return max(begun, key=lambda rule: rule.valid_from)


def _check_limits(sector: SizeSector, limits: list[SizeLimit]) -> None:
    by_size = sorted(limits, key=lambda limit: list(EnterpriseSize).index(limit.size))
    if tuple(limit.size for limit in by_size) != _LIMITED:
        raise SizeLimitsIncomplete("limits", sector=sector.term)
    for smaller, larger in pairwise(by_size):
        if not larger.exceeds(smaller):
            raise SizeLimitsNotAscending("limits", size=larger.size.term, sector=sector.term)
