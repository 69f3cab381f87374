"""How long data of persons are kept, and how soon a request to erase them is answered: data, never a constant."""

from __future__ import annotations

from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from services.shared import erasure
from services.shared.erasure import ErasureRule, rule_on
from services.shared.record import Act, Record, document_of, recorded_by


class ErasureRules(Record):
    """The rules on keeping and erasing personal data, one after another (quy tắc lưu giữ, xóa dữ liệu cá nhân)."""

    TOPIC = "training:ErasureRules"

    class Event(Record.Event):
        """Something that happened to the rules (sự kiện)."""

    class Opened(Event, Record.Created):
        """Rules began to be kept (theo dõi quy tắc lưu giữ, xóa dữ liệu cá nhân)."""

        TOPIC = "training:ErasureRules.Opened"

        def sentence(self) -> str:
            return "Bắt đầu theo dõi quy tắc lưu giữ và xóa dữ liệu cá nhân."

    class RuleAdopted(erasure.RuleAdopted, Event):
        """A rule was adopted (ban hành quy tắc lưu giữ, xóa dữ liệu cá nhân)."""

        TOPIC = "training:ErasureRules.RuleAdopted"

    Created = Opened

    @recorded_by(Opened)
    def __init__(self, act: Act) -> None:
        self.rules: tuple[ErasureRule, ...] = ()

    @staticmethod
    def create_id() -> UUID:
        """The id of the one record of this kind."""
        return uuid5(NAMESPACE_URL, "nscl:training:erasure-rules")

    @classmethod
    def open(cls, act: Act) -> ErasureRules:
        """Begin to keep rules."""
        return cls(act=act)

    def adopt(self, act: Act, *, valid_from: date, retention_years: int, answer_within_days: int, sample: bool) -> None:
        """Adopt a rule by the act's document.

        Raises DocumentMissing, and ErasureRuleAlreadyAdopted for a second one from the same day on.
        """
        legal_basis = document_of(act)
        rule = ErasureRule(valid_from, legal_basis, retention_years, answer_within_days, sample)
        rule.must_be_the_first_of_its_day(self.rules)
        self._rule_adopted(act=act, rule=rule)

    @recorded_by(RuleAdopted)
    def _rule_adopted(self, act: Act, rule: ErasureRule) -> None:
        self.rules = (*self.rules, rule)

    def rule_on(self, day: date) -> ErasureRule | None:
        """The rule that applies on a day."""
        return rule_on(day, self.rules)
