"""How much each priority of the plan weighs, and by what candidates are ordered (Kế hoạch 134/KH-UBND, II.2.b).

The plan names the priorities and gives them no weights, so that both are data with a legal basis.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid5

from services.shared.record import Act, Record, document_of, must_be_another_than, recorded_by
from services.shared.refusals import Invalid, Missing, Refusal
from services.support.domain.catalogue import Catalogue

__all__ = ["OrderKey", "PriorityRules", "PriorityVersion", "PriorityWeight"]


class OrderKey(StrEnum):
    """By what one candidate comes before another."""

    PRIORITY_POINTS = "PRIORITY_POINTS"
    COUNCIL_POINTS = "COUNCIL_POINTS"
    APPLIED_EARLIER = "APPLIED_EARLIER"


@dataclass(frozen=True)
class PriorityWeight:
    """What a priority counts for, once it is verified."""

    priority_code: str
    points: int


@dataclass(frozen=True)
class PriorityVersion:
    """One version of the rules: the later key of ``order`` decides only where the earlier ones are equal."""

    rules_version: int
    legal_basis: str
    valid_from: date
    sample: bool
    weights: tuple[PriorityWeight, ...]
    order: tuple[OrderKey, ...]

    @property
    def points_of(self) -> Mapping[str, int]:
        """What each priority counts for, by its code."""
        return {weight.priority_code: weight.points for weight in self.weights}


class PriorityWeighedTwice(Invalid):
    """A priority has one weight."""

    sentence = "Diện ưu tiên {priority_code} được cho điểm hai lần."


class OrderKeyNamedTwice(Invalid):
    """A key orders once."""

    sentence = "Tiêu chí xếp thứ tự được nêu hai lần."


class PriorityRulesVersionUnknown(Missing):
    """Nobody proposed this version."""

    sentence = "Quy tắc ưu tiên không có phiên bản {rules_version}."


class PriorityRulesAlreadyAdopted(Refusal):
    """A version is adopted once."""

    sentence = "Quy tắc ưu tiên phiên bản {rules_version} đã được ban hành."


class PriorityRulesStartTooEarly(Refusal):
    """A later version does not reorder what an earlier one has ordered."""

    sentence = "Phiên bản mới phải có hiệu lực sau ngày {valid_from:%d/%m/%Y} của phiên bản đang áp dụng."


class PriorityRulesNotInForce(Refusal):
    """Priorities are verified, and candidates ordered, by rules in force."""

    sentence = "Không có quy tắc ưu tiên nào có hiệu lực vào ngày {on:%d/%m/%Y}."


class PriorityRules(Record):
    """The rules of one catalogue (quy tắc ưu tiên) in all versions, each proposed and adopted by two persons.

    On a day that version counts which began last.
    """

    TOPIC = "support:PriorityRules"

    class Event(Record.Event):
        """Something that happened to rules of priority (sự kiện của quy tắc ưu tiên)."""

    class Opened(Event, Record.Created):
        """Rules of priority began to be kept for a catalogue (theo dõi quy tắc ưu tiên)."""

        TOPIC = "support:PriorityRules.Opened"
        catalogue_id: UUID

        def sentence(self) -> str:
            return "Bắt đầu theo dõi quy tắc ưu tiên của danh mục."

    Created = Opened

    class Proposed(Event):
        """A version was proposed (dự thảo quy tắc ưu tiên)."""

        TOPIC = "support:PriorityRules.Proposed"
        version: PriorityVersion

        def sentence(self) -> str:
            mark = " (dữ liệu mẫu)" if self.version.sample else ""
            weights = ", ".join(f"{each.priority_code} {each.points} điểm" for each in self.version.weights)
            named = f"phiên bản {self.version.rules_version}{mark}"
            return f"Dự thảo quy tắc ưu tiên {named}, căn cứ {self.version.legal_basis}: {weights}."

    class Adopted(Event):
        """A version was adopted by another person's act (ban hành quy tắc ưu tiên)."""

        TOPIC = "support:PriorityRules.Adopted"
        rules_version: int

        def sentence(self) -> str:
            return f"Ban hành quy tắc ưu tiên phiên bản {self.rules_version} bằng văn bản {self.act.document}."

    @staticmethod
    def create_id(catalogue_id: UUID) -> UUID:
        """A catalogue has one such record."""
        return uuid5(catalogue_id, "priority-rules")

    @recorded_by(Opened)
    def __init__(self, act: Act, catalogue_id: UUID) -> None:
        self.catalogue_id = catalogue_id
        self.versions: tuple[PriorityVersion, ...] = ()
        self.proposed_by: dict[int, UUID] = {}
        self.documents: dict[int, str | None] = {}

    @classmethod
    def open(cls, act: Act, catalogue_id: UUID) -> Self:
        """Rules of which no version is known yet."""
        return cls(act=act, catalogue_id=catalogue_id)

    def propose(
        self,
        act: Act,
        catalogue: Catalogue,
        *,
        legal_basis: str,
        valid_from: date,
        sample: bool,
        weights: tuple[PriorityWeight, ...],
        order: tuple[OrderKey, ...],
    ) -> None:
        """The next version, which counts for nothing until somebody else adopts it.

        Raises PriorityUnknown, PriorityWeighedTwice and OrderKeyNamedTwice.
        """
        codes = [weight.priority_code for weight in weights]
        for index, code in enumerate(codes):
            catalogue.priority(f"weights[{index}].priority_code", code)
            if code in codes[:index]:
                raise PriorityWeighedTwice(f"weights[{index}].priority_code", priority_code=code)
        if len(set(order)) < len(order):
            raise OrderKeyNamedTwice("order")
        version = PriorityVersion(len(self.versions) + 1, legal_basis, valid_from, sample, weights, order)
        self._proposed(act=act, version=version)

    @recorded_by(Proposed)
    def _proposed(self, act: Act, version: PriorityVersion) -> None:
        self.versions = (*self.versions, version)
        self.proposed_by[version.rules_version] = act.person_id

    def adopt(self, act: Act, *, rules_version: int) -> None:
        """A version comes into force, after those adopted before it.

        Raises DocumentMissing, PriorityRulesVersionUnknown, PriorityRulesAlreadyAdopted, ActedBefore and
        PriorityRulesStartTooEarly.
        """
        document_of(act)
        if rules_version not in self.proposed_by:
            raise PriorityRulesVersionUnknown(rules_version=rules_version)
        if rules_version in self.documents:
            raise PriorityRulesAlreadyAdopted(rules_version=rules_version)
        must_be_another_than(act, self.proposed_by[rules_version])
        latest = max((each.valid_from for each in self._adopted_versions), default=date.min)
        if self.versions[rules_version - 1].valid_from <= latest:
            raise PriorityRulesStartTooEarly(valid_from=latest)
        self._adopted(act=act, rules_version=rules_version)

    @recorded_by(Adopted)
    def _adopted(self, act: Act, rules_version: int) -> None:
        self.documents[rules_version] = act.document

    def version_on(self, day: date) -> PriorityVersion | None:
        """The version that counts on a day; None where none does."""
        begun = [each for each in self._adopted_versions if each.valid_from <= day]
        return max(begun, key=lambda each: each.valid_from, default=None)

    @property
    def _adopted_versions(self) -> list[PriorityVersion]:
        return [each for each in self.versions if each.rules_version in self.documents]
