"""Undertakings: enterprises that count as one when the same content must not be paid for twice.

Which links make one undertaking, and from which share on, is no constant: it is a rule with a legal basis, adopted
from a day on. While no rule is in force every link joins, because a missing rule must not let money out twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from services.registry.domain.affiliation import Affiliation, Link, LinkKind, percent
from services.registry.domain.duplicates import DuplicatesOf, Merge
from services.shared.record import Act, Record, document_of, recorded_by
from services.shared.refusals import Invalid, Taken


class LinkKindRepeated(Invalid):
    """A rule names each kind of link once."""

    sentence = "Loại quan hệ {term} bị trùng."


class UndertakingRuleAlreadyAdopted(Taken):
    """From one day on there is one rule."""

    sentence = "Đã có quy tắc xác định các cơ sở được coi là một áp dụng từ ngày {valid_from:%d/%m/%Y}."


@dataclass(frozen=True)
class UndertakingRule:
    """Which links make one undertaking from ``valid_from`` on.

    Owners and parents join when they hold ``least_share_basis_points`` (hundredths of a percent) or more, other kinds
    by being named; a successor always joins, because it is its predecessor over again. ``sample`` marks values shipped
    as an example that no authority has confirmed.
    """

    valid_from: date
    legal_basis: str
    least_share_basis_points: int
    joining_kinds: tuple[LinkKind, ...]
    sample: bool

    def joins(self, link: Link) -> bool:
        """Whether a link makes its two parties one."""
        if link.kind is LinkKind.SUCCESSION:
            return True
        held = link.share_basis_points
        return link.kind in self.joining_kinds and (held is None or held >= self.least_share_basis_points)


class UndertakingRules(Record):
    """The rules of undertakings, one after another."""

    TOPIC = "registry:UndertakingRules"

    class Event(Record.Event):
        """Something that happened to the rules (sự kiện)."""

    class Opened(Event, Record.Created):
        """Rules began to be kept (theo dõi quy tắc xác định các cơ sở được coi là một)."""

        TOPIC = "registry:UndertakingRules.Opened"

        def sentence(self) -> str:
            return "Bắt đầu theo dõi quy tắc xác định các cơ sở được coi là một."

    class RuleAdopted(Event):
        """A rule was adopted (ban hành quy tắc xác định các cơ sở được coi là một)."""

        TOPIC = "registry:UndertakingRules.RuleAdopted"
        rule: UndertakingRule

        def sentence(self) -> str:
            sample = " (giá trị mẫu)" if self.rule.sample else ""
            kinds = ", ".join(kind.term for kind in self.rule.joining_kinds)
            return (
                f"Ban hành quy tắc{sample} theo {self.rule.legal_basis}, áp dụng từ ngày "
                f"{self.rule.valid_from:%d/%m/%Y}: coi là một khi có quan hệ {kinds}, tỷ lệ vốn từ "
                f"{percent(self.rule.least_share_basis_points)} trở lên."
            )

    Created = Opened

    @recorded_by(Opened)
    def __init__(self, act: Act) -> None:
        self.rules: tuple[UndertakingRule, ...] = ()

    @staticmethod
    def create_id() -> UUID:
        """The id of the one record of this kind."""
        return uuid5(NAMESPACE_URL, "nscl:registry:undertaking-rules")

    @classmethod
    def open(cls, act: Act) -> UndertakingRules:
        """Begin to keep rules."""
        return cls(act=act)

    def adopt(
        self,
        act: Act,
        *,
        valid_from: date,
        least_share_basis_points: int,
        joining_kinds: tuple[LinkKind, ...],
        sample: bool,
    ) -> None:
        """Adopt a rule by the act's document; refuses a second one from the same day on."""
        legal_basis = document_of(act)
        for index, kind in enumerate(joining_kinds):
            if kind in joining_kinds[:index]:
                raise LinkKindRepeated(f"joining_kinds[{index}]", term=kind.term)
        if any(rule.valid_from == valid_from for rule in self.rules):
            raise UndertakingRuleAlreadyAdopted(valid_from=valid_from)
        rule = UndertakingRule(valid_from, legal_basis, least_share_basis_points, joining_kinds, sample)
        self._rule_adopted(act=act, rule=rule)

    @recorded_by(RuleAdopted)
    def _rule_adopted(self, act: Act, rule: UndertakingRule) -> None:
        self.rules = (*self.rules, rule)

    def rule_on(self, day: date) -> UndertakingRule | None:
        """The rule that applies on a day."""
        begun = [rule for rule in self.rules if rule.valid_from <= day]
        return max(begun, key=lambda rule: rule.valid_from, default=None)


@dataclass(frozen=True)
class Member:
    """An enterprise of an undertaking, and the link by which it was reached from another member.

    ``through_enterprise_id`` is None for the enterprise asked about; ``person_id`` is that of the person whom both
    enterprises have in common, where it is a person; ``merge`` stands in the place of ``link`` where both are records
    of one enterprise.
    """

    enterprise_id: UUID
    through_enterprise_id: UUID | None = None
    person_id: UUID | None = None
    link: Link | None = None
    merge: Merge | None = None

    @property
    def sentence(self) -> str:
        """Why it belongs, in Vietnamese."""
        if self.merge:
            return (
                f"Là hồ sơ của cùng một cơ sở với hồ sơ nêu kèm, đã gộp theo {self.merge.document}, "
                f"ngày {self.merge.merged_on:%d/%m/%Y}."
            )
        if self.link is None:
            return "Là cơ sở được hỏi."
        shared = "có chung" if self.person_id else "có quan hệ"
        since = f"theo {self.link.document}, từ ngày {self.link.valid_from:%d/%m/%Y}"
        return f"Được coi là một với cơ sở nêu kèm vì {shared} {self.link.term}, {since}."


@dataclass(frozen=True)
class Undertaking:
    """The enterprises that are one with ``enterprise_id`` on a day, itself first, then by nearness.

    ``rule`` is what their links were judged by; None where none was in force, or nothing was to be judged. It is exact
    at ``as_of_position`` of the log. ``records`` are those of the one enterprise asked about, the kept one first.
    """

    enterprise_id: UUID
    on_date: date
    members: tuple[Member, ...]
    rule: UndertakingRule | None
    as_of_position: int
    records: tuple[UUID, ...]


def members_of(
    enterprise_id: UUID,
    day: date,
    rule: UndertakingRule | None,
    affiliation_of: Callable[[UUID], Affiliation | None],
    duplicates_of: DuplicatesOf,
) -> tuple[Member, ...]:
    """Every enterprise that joining links in force on a day tie to one, directly or through others; so does a merge.

    A person ties two enterprises in the same way only: who owns the one and represents the other does not.
    """

    def joining(party_id: UUID) -> Iterator[Link]:
        affiliation = affiliation_of(party_id)
        links = affiliation.links_on(day) if affiliation else ()
        return (link for link in links if rule is None or rule.joins(link))

    def neighbours(member_id: UUID) -> Iterator[Member]:
        duplicates = duplicates_of(member_id)
        for merge in duplicates.merges if duplicates else ():
            yield Member(merge.other_than(member_id), member_id, merge=merge)
        for link in joining(member_id):
            if not link.kind.personal:
                yield Member(link.other_than(member_id), member_id, None, link)
                continue
            for theirs in joining(link.from_id):
                if theirs.kind is link.kind:
                    yield Member(theirs.to_id, member_id, link.from_id, theirs)

    found = {enterprise_id: Member(enterprise_id)}
    waiting = [enterprise_id]
    for member_id in waiting:  # grows while it is read: nearest first
        for neighbour in neighbours(member_id):
            if neighbour.enterprise_id not in found:
                found[neighbour.enterprise_id] = neighbour
                waiting.append(neighbour.enterprise_id)
    return tuple(found.values())
