"""Whether State money for a content would be paid twice: facts in, a verdict with every line it saw out.

The verdict is over the whole undertaking. A line is

- CLEAR when it lies before the window of the rules, is a claim whose time is over, or is for another product or site
  where the content is judged per such a unit;
- POSSIBLE when the member that has the money is tied by a link which the rules do not take for proof, at any step of
  the way from the enterprise asked about, or when it is not told for which products or sites the one or the other is;
- CERTAIN otherwise, and over any link where another participation of our own programme claims the content for the same.

Without rules in force the window is without a beginning, every link is proof, and the enterprise is judged as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.support.domain.claim_rules import ClaimRules, LinkKind, unit_of
from services.support.domain.claimed_units import ClaimUnit, concern_the_same
from services.support.domain.money import in_dong

__all__ = [
    "Funding",
    "Overlap",
    "OverlapLine",
    "OverlapOutcome",
    "OverlapRuling",
    "OverlapVerdict",
    "StateMoney",
    "UndertakingMember",
    "judge_overlap",
]


class OverlapVerdict(StrEnum):
    """What a line, or all of them together, say of double funding."""

    CLEAR = "CLEAR"
    POSSIBLE = "POSSIBLE"
    CERTAIN = "CERTAIN"

    @property
    def term(self) -> str:
        """The verdict in Vietnamese."""
        return _TERMS[self]


_TERMS = {
    OverlapVerdict.CLEAR: "Không trùng lắp",
    OverlapVerdict.POSSIBLE: "Có khả năng trùng lắp",
    OverlapVerdict.CERTAIN: "Trùng lắp",
}


@dataclass(frozen=True)
class UndertakingMember:
    """An enterprise that counts as one with the one asked about, and the link by which the registry reached it.

    There is no link for the enterprise asked about, nor for another record of the member it was reached through.
    """

    enterprise_id: UUID
    through_enterprise_id: UUID | None = None
    link_kind: LinkKind | None = None


@dataclass(frozen=True)
class Funding:
    """State money for the same content from another scheme."""

    scheme: str
    grantor: str
    amount_vnd: int
    decided_on: date
    legal_basis: str

    def in_words(self) -> str:
        """The money as verdicts name it."""
        return (
            f"{self.scheme}: {in_dong(self.amount_vnd)} do {self.grantor} quyết định "
            f"ngày {self.decided_on:%d/%m/%Y}, căn cứ {self.legal_basis}."
        )


@dataclass(frozen=True)
class StateMoney(Funding):
    """State money for the content at a member: another scheme's funding, or a claim of our own programme.

    ``period_to`` is the last day of a funding's period; ``task_id`` the task that a claim was lodged with. A claim that
    is not decided yet has no amount, and ``decided_on`` is the day it was lodged; ``lapsed`` is one whose time is over.
    ``unit_keys`` are the products or sites that it is told to be for.
    """

    enterprise_id: UUID
    period_to: date | None = None
    task_id: UUID | None = None
    lapsed: bool = False
    unit_keys: tuple[str, ...] = ()

    def in_words(self) -> str:
        """The money as verdicts name it, with whom it is."""
        money = super().in_words() if self.amount_vnd else f"{self.scheme}: đang xét từ {self.decided_on:%d/%m/%Y}."
        units = f", cho {', '.join(self.unit_keys)}" if self.unit_keys else ""
        return f"{money.removesuffix('.')}, cơ sở {self.enterprise_id}{units}."

    @property
    def last_day(self) -> date:
        """The last day on which it is known to help."""
        return self.period_to or self.decided_on


@dataclass(frozen=True)
class OverlapLine:
    """State money that was seen, what it means for the content asked about, and why."""

    money: StateMoney
    verdict: OverlapVerdict
    reason: str

    def in_words(self) -> str:
        """The line as it is kept with a verdict."""
        return f"{self.verdict.term}: {self.money.in_words()} {self.reason}"


class OverlapOutcome(StrEnum):
    """What a person decided on a possible overlap: the grant may go on, or not."""

    ADMITTED = "ADMITTED"
    REFUSED = "REFUSED"

    @property
    def term(self) -> str:
        """The outcome in Vietnamese."""
        return "được chấp nhận" if self is OverlapOutcome.ADMITTED else "không được chấp nhận"


@dataclass(frozen=True)
class OverlapRuling:
    """The decision that a person has made on just these possible lines."""

    decision_id: UUID
    outcome: OverlapOutcome
    reason: str
    decided_on: date


@dataclass(frozen=True)
class Overlap:
    """The verdict over all lines, by which version of the rules (0: none in force), as of which positions of the logs.

    Our own claims are read after ``support_position``, so that none is older. ``ruling`` is a person's decision on its
    possible lines, where there is one.
    """

    enterprise_id: UUID
    content_code: str
    on_date: date
    lines: tuple[OverlapLine, ...]
    rules_version: int
    window_start: date | None
    registry_position: int
    support_position: int
    ruling: OverlapRuling | None = None

    @property
    def verdict(self) -> OverlapVerdict:
        """That of the gravest line; CLEAR where nothing was found."""
        found = {line.verdict for line in self.lines}
        return next((each for each in reversed(OverlapVerdict) if each in found), OverlapVerdict.CLEAR)

    def lines_of(self, verdict: OverlapVerdict) -> tuple[OverlapLine, ...]:
        """The lines that say so."""
        return tuple(line for line in self.lines if line.verdict is verdict)

    @property
    def possible_in_words(self) -> tuple[str, ...]:
        """The lines that a person has to decide on, as the decision keeps them."""
        return tuple(line.in_words() for line in self.lines_of(OverlapVerdict.POSSIBLE))


def judge_overlap(
    members: tuple[UndertakingMember, ...],
    money: Iterable[StateMoney],
    rules: ClaimRules | None,
    *,
    content_code: str,
    on_date: date,
    registry_position: int,
    support_position: int,
    unit_keys: tuple[str, ...] = (),
) -> Overlap:
    """Judge all State money for a content that the members of an undertaking have, the enterprise asked about first.

    ``unit_keys`` are the products or sites that it is asked about; none where it is the enterprise as a whole.
    """
    scope = rules.scope_of(content_code) if rules else None
    window_start = scope.window_start(on_date) if scope else None
    unit = unit_of(rules, content_code)
    unproven = _unproven(members, rules.possible_links) if rules else set()

    def judged(found: StateMoney) -> OverlapLine:
        if found.lapsed:
            return OverlapLine(found, OverlapVerdict.CLEAR, "Đăng ký đã hết thời hạn, có thể được đăng ký lại.")
        same = concern_the_same(unit, unit_keys, found.unit_keys)
        if same is False:
            return OverlapLine(found, OverlapVerdict.CLEAR, "Cho sản phẩm hoặc địa điểm khác.")
        if found.task_id is not None:
            unclear = "" if same else ", mà không rõ cho sản phẩm hoặc địa điểm nào"
            reason = f"Nội dung đã được đăng ký trong chương trình, ở nhiệm vụ {found.task_id}{unclear}."
            return OverlapLine(found, OverlapVerdict.CERTAIN if same else OverlapVerdict.POSSIBLE, reason)
        if window_start is not None and found.last_day < window_start:
            reason = f"Đã kết thúc trước ngày {window_start:%d/%m/%Y}, ngày đầu của thời gian xét."
            return OverlapLine(found, OverlapVerdict.CLEAR, reason)
        if found.enterprise_id in unproven:
            reason = "Cơ sở ấy có quan hệ chưa đủ để khẳng định là cùng một chủ thể."
            return OverlapLine(found, OverlapVerdict.POSSIBLE, reason)
        if same is None or not (unit is ClaimUnit.ENTERPRISE or found.unit_keys):
            reason = "Nội dung xét theo từng sản phẩm hoặc địa điểm, mà không rõ cho cái nào."
            return OverlapLine(found, OverlapVerdict.POSSIBLE, reason)
        return OverlapLine(found, OverlapVerdict.CERTAIN, "Cùng chủ thể, cùng nội dung, trong thời gian xét.")

    return Overlap(
        enterprise_id=members[0].enterprise_id,
        content_code=content_code,
        on_date=on_date,
        lines=tuple(judged(each) for each in money),
        rules_version=rules.rules_version if rules else 0,
        window_start=window_start,
        registry_position=registry_position,
        support_position=support_position,
    )


def _unproven(members: tuple[UndertakingMember, ...], possible_links: tuple[LinkKind, ...]) -> set[UUID]:
    """The members reached over a link that is no proof, at its own step or at one before it (nearest come first)."""
    unproven: set[UUID] = set()
    for member in members:
        if member.link_kind in possible_links or member.through_enterprise_id in unproven:
            unproven.add(member.enterprise_id)
    return unproven
