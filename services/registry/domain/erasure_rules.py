"""How long data of persons are kept, and how soon a request to erase them is answered: data, never a constant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from services.shared.record import Act, Record, document_of, recorded_by
from services.shared.refusals import Taken


class ErasureRuleAlreadyAdopted(Taken):
    """From one day on there is one rule."""

    sentence = "Đã có quy tắc lưu giữ và xóa dữ liệu cá nhân áp dụng từ ngày {valid_from:%d/%m/%Y}."


@dataclass(frozen=True)
class ErasureRule:
    """What applies from ``valid_from`` on.

    Data are kept for ``retention_years`` (calendar years) after the one in which the last tie to an enterprise ended; a
    request is answered within ``answer_within_days`` (calendar days). ``sample`` marks values that no authority has
    confirmed.
    """

    valid_from: date
    legal_basis: str
    retention_years: int
    answer_within_days: int
    sample: bool

    def kept_until(self, last_day: date) -> date:
        """The last day on which data have to be kept, of somebody whose last tie ended on a day."""
        return date(min(last_day.year + self.retention_years, date.max.year), 12, 31)

    def answer_by(self, requested_on: date) -> date:
        """The last day on which a request of a day is answered in time."""
        return date.fromordinal(min(requested_on.toordinal() + self.answer_within_days, date.max.toordinal()))


class ErasureRules(Record):
    """The rules on keeping and erasing personal data, one after another (quy tắc lưu giữ, xóa dữ liệu cá nhân)."""

    TOPIC = "registry:ErasureRules"

    class Event(Record.Event):
        """Something that happened to the rules (sự kiện)."""

    class Opened(Event, Record.Created):
        """Rules began to be kept (theo dõi quy tắc lưu giữ, xóa dữ liệu cá nhân)."""

        TOPIC = "registry:ErasureRules.Opened"

        def sentence(self) -> str:
            return "Bắt đầu theo dõi quy tắc lưu giữ và xóa dữ liệu cá nhân."

    class RuleAdopted(Event):
        """A rule was adopted (ban hành quy tắc lưu giữ, xóa dữ liệu cá nhân)."""

        TOPIC = "registry:ErasureRules.RuleAdopted"
        rule: ErasureRule

        def sentence(self) -> str:
            rule = self.rule
            sample = " (giá trị mẫu)" if rule.sample else ""
            return (
                f"Ban hành quy tắc{sample} theo {rule.legal_basis}, áp dụng từ ngày {rule.valid_from:%d/%m/%Y}: "
                f"lưu giữ dữ liệu cá nhân {rule.retention_years} năm, trả lời yêu cầu xóa trong "
                f"{rule.answer_within_days} ngày."
            )

    Created = Opened

    @recorded_by(Opened)
    def __init__(self, act: Act) -> None:
        self.rules: tuple[ErasureRule, ...] = ()

    @staticmethod
    def create_id() -> UUID:
        """The id of the one record of this kind."""
        return uuid5(NAMESPACE_URL, "nscl:registry:erasure-rules")

    @classmethod
    def open(cls, act: Act) -> ErasureRules:
        """Begin to keep rules."""
        return cls(act=act)

    def adopt(self, act: Act, *, valid_from: date, retention_years: int, answer_within_days: int, sample: bool) -> None:
        """Adopt a rule by the act's document.

        Raises DocumentMissing, and ErasureRuleAlreadyAdopted for a second one from the same day on.
        """
        legal_basis = document_of(act)
        if any(rule.valid_from == valid_from for rule in self.rules):
            raise ErasureRuleAlreadyAdopted(valid_from=valid_from)
        rule = ErasureRule(valid_from, legal_basis, retention_years, answer_within_days, sample)
        self._rule_adopted(act=act, rule=rule)

    @recorded_by(RuleAdopted)
    def _rule_adopted(self, act: Act, rule: ErasureRule) -> None:
        self.rules = (*self.rules, rule)

    def rule_on(self, day: date) -> ErasureRule | None:
        """The rule that applies on a day."""
        begun = [rule for rule in self.rules if rule.valid_from <= day]
        return max(begun, key=lambda rule: rule.valid_from, default=None)
