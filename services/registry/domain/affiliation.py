"""Who stands behind an enterprise and what it is tied to: each link stands with both of its parties."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID, uuid5

from services.registry.domain.enterprise import PeriodEndsBeforeItBegins
from services.shared.record import Act, Record, recorded_by
from services.shared.refusals import Invalid, Missing, Refusal, Taken

WHOLE_BASIS_POINTS = 10_000
"""All of an enterprise's capital: a basis point is a hundredth of a percent."""


class LinkWithItself(Invalid):
    """A link has two ends."""

    sentence = "Một cơ sở không thể có quan hệ liên kết với chính mình."


class LinkLacksShare(Invalid):
    """Owners and parents are known by what they hold."""

    sentence = "Quan hệ {term} phải nêu tỷ lệ vốn nắm giữ."


class LinkShareUnexpected(Invalid):
    """Only who owns holds a share."""

    sentence = "Quan hệ {term} không có tỷ lệ vốn nắm giữ."


class LinkBeginsInFuture(Invalid):
    """A link is recorded once it is in force."""

    sentence = "Quan hệ liên kết không thể bắt đầu sau ngày có hiệu lực của việc ghi nhận."


class LinkAlreadyRecorded(Taken):
    """Two parties have one link of a kind at a time."""

    sentence = "Quan hệ {term} giữa hai bên này đã được ghi nhận cho cùng thời gian."


class OwnersExceedWhole(Refusal):
    """On no day do owners and parents hold more than everything."""

    sentence = "Tổng tỷ lệ vốn của các chủ sở hữu vào ngày {day:%d/%m/%Y} sẽ vượt quá 100%."


class SuccessionEndless(Refusal):
    """Who succeeded stays the successor."""

    sentence = "Quan hệ kế thừa không có ngày chấm dứt."


class LinkUnknown(Missing):
    """The enterprise has no such link."""

    sentence = "Cơ sở không có quan hệ liên kết mang mã {link_id}."


class LinkAlreadyEnded(Refusal):
    """A link's last day is told once."""

    sentence = "Quan hệ liên kết này đã chấm dứt vào ngày {valid_until:%d/%m/%Y}."


class LinkKind(StrEnum):
    """What ties two parties, seen from the first: the owner, the parent, the head office, whoever controls.

    The first of an OWNER and a LEGAL_REPRESENTATIVE link is a person, all other parties are enterprises. COMMON_OWNER
    and COMMON_REPRESENTATIVE are what a document says of two enterprises where the person's number is not known.
    SUCCESSION runs from an enterprise to its successor, and is recorded with what became of the former.
    """

    OWNER = "OWNER"
    LEGAL_REPRESENTATIVE = "LEGAL_REPRESENTATIVE"
    PARENT = "PARENT"
    BRANCH = "BRANCH"
    CONTRACTUAL_CONTROL = "CONTRACTUAL_CONTROL"
    COMMON_OWNER = "COMMON_OWNER"
    COMMON_REPRESENTATIVE = "COMMON_REPRESENTATIVE"
    SUCCESSION = "SUCCESSION"

    @property
    def term(self) -> str:
        """The kind in Vietnamese, as sentences name it."""
        return _TERMS[self]

    @property
    def personal(self) -> bool:
        """Whether the first party is a person."""
        return self in PERSONAL_KINDS

    @property
    def has_share(self) -> bool:
        """Whether the first party holds a share of the second's capital."""
        return self in (LinkKind.OWNER, LinkKind.PARENT)


PERSONAL_KINDS = frozenset({LinkKind.OWNER, LinkKind.LEGAL_REPRESENTATIVE})
_TERMS = {
    LinkKind.OWNER: "chủ sở hữu",
    LinkKind.LEGAL_REPRESENTATIVE: "người đại diện theo pháp luật",
    LinkKind.PARENT: "công ty mẹ - công ty con",
    LinkKind.BRANCH: "chi nhánh, đơn vị phụ thuộc",
    LinkKind.CONTRACTUAL_CONTROL: "chi phối theo hợp đồng",
    LinkKind.COMMON_OWNER: "cùng chủ sở hữu",
    LinkKind.COMMON_REPRESENTATIVE: "cùng người đại diện theo pháp luật",
    LinkKind.SUCCESSION: "kế thừa",
}


@dataclass(frozen=True)
class Link:
    """One tie from ``from_id`` to the enterprise ``to_id``, with the document that shows it.

    ``share_basis_points`` (hundredths of a percent) is what an owner or a parent holds, None for other kinds. The
    period includes both days; it is open while ``valid_until`` is None.
    """

    link_id: UUID
    kind: LinkKind
    from_id: UUID
    to_id: UUID
    share_basis_points: int | None
    document: str
    valid_from: date
    valid_until: date | None

    @property
    def term(self) -> str:
        """The kind and, where there is one, the share: ``công ty mẹ - công ty con (60% vốn)``."""
        if self.share_basis_points is None:
            return self.kind.term
        return f"{self.kind.term} ({percent(self.share_basis_points)} vốn)"

    def other_than(self, party_id: UUID) -> UUID:
        """The other end."""
        return self.to_id if party_id == self.from_id else self.from_id

    @property
    def last_day(self) -> date:
        """The last day on which it is in force, as far as anybody knows."""
        return self.valid_until or date.max

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day <= self.last_day

    def same_tie_as(self, other: Link) -> bool:
        """Whether both tie the same parties in the same way on some day."""
        same = (self.kind, self.from_id, self.to_id) == (other.kind, other.from_id, other.to_id)
        return same and max(self.valid_from, other.valid_from) <= min(self.last_day, other.last_day)

    def check(self, effective_on: date) -> None:
        """Refuse a link that can be none, whoever its parties are."""
        if self.from_id == self.to_id:
            raise LinkWithItself("from_enterprise_id")
        if self.kind.has_share and self.share_basis_points is None:
            raise LinkLacksShare("share_basis_points", term=self.kind.term)
        if not self.kind.has_share and self.share_basis_points is not None:
            raise LinkShareUnexpected("share_basis_points", term=self.kind.term)
        if self.valid_from > effective_on:
            raise LinkBeginsInFuture("valid_from")
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise PeriodEndsBeforeItBegins("valid_until")


def percent(basis_points: int) -> str:
    """``60%``, ``33,33%``."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole},{rest:02}%" if rest else f"{whole}%"


class Affiliation(Record):
    """All links of one party, an enterprise or a person; the other party of each keeps the same link."""

    TOPIC = "registry:Affiliation"

    class Event(Record.Event):
        """Something that happened to a party's links (sự kiện)."""

    class Opened(Event, Record.Created):
        """A party's links began to be kept (theo dõi quan hệ liên kết)."""

        TOPIC = "registry:Affiliation.Opened"
        party_id: UUID

        def sentence(self) -> str:
            return "Bắt đầu theo dõi quan hệ liên kết của một bên."

    class Linked(Event):
        """A link was recorded (ghi nhận quan hệ liên kết)."""

        TOPIC = "registry:Affiliation.Linked"
        link: Link

        def sentence(self) -> str:
            until = f" đến ngày {self.link.valid_until:%d/%m/%Y}" if self.link.valid_until else ""
            return f"Ghi nhận quan hệ {self.link.term} từ ngày {self.link.valid_from:%d/%m/%Y}{until}."

    class LinkEnded(Event):
        """A link's last day was recorded (chấm dứt quan hệ liên kết)."""

        TOPIC = "registry:Affiliation.LinkEnded"
        link: Link

        def sentence(self) -> str:
            return f"Chấm dứt quan hệ {self.link.term}, ngày cuối cùng là {self.link.valid_until:%d/%m/%Y}."

    Created = Opened

    @recorded_by(Opened)
    def __init__(self, act: Act, party_id: UUID) -> None:
        self.party_id = party_id
        self.links: tuple[Link, ...] = ()

    @staticmethod
    def create_id(party_id: UUID) -> UUID:
        """The id under which a party's links are found again."""
        return uuid5(party_id, "affiliation")

    @classmethod
    def open(cls, act: Act, party_id: UUID) -> Affiliation:
        """Begin to keep a party's links."""
        return cls(act=act, party_id=party_id)

    def link(self, act: Act, link: Link) -> None:
        """Record a link of this party; refuses one that is known, or owners who would hold more than everything."""
        link.check(act.effective_on)
        if any(known.same_tie_as(link) for known in self.links):
            raise LinkAlreadyRecorded(term=link.kind.term)
        if link.to_id == self.party_id and link.share_basis_points is not None:
            self._check_shares(link)
        self._linked(act=act, link=link)

    @recorded_by(Linked)
    def _linked(self, act: Act, link: Link) -> None:
        self.links = (*self.links, link)

    def end_link(self, act: Act, link_id: UUID, last_day: date) -> None:
        """Record the last day of a link; refuses one that has ended, or a day before its first."""
        link = self.link_of(link_id)
        if link.kind is LinkKind.SUCCESSION:
            raise SuccessionEndless()
        if link.valid_until is not None:
            raise LinkAlreadyEnded(valid_until=link.valid_until)
        if last_day < link.valid_from:
            raise PeriodEndsBeforeItBegins("last_day")
        self._link_ended(act=act, link=replace(link, valid_until=last_day))

    @recorded_by(LinkEnded)
    def _link_ended(self, act: Act, link: Link) -> None:
        self.links = tuple(link if known.link_id == link.link_id else known for known in self.links)

    def link_of(self, link_id: UUID) -> Link:
        """The link of an id; LinkUnknown."""
        for link in self.links:
            if link.link_id == link_id:
                return link
        raise LinkUnknown(link_id=link_id)

    def links_on(self, day: date) -> Iterable[Link]:
        """The links in force on a day."""
        return (link for link in self.links if link.holds_on(day))

    def _check_shares(self, link: Link) -> None:
        """What owners hold only grows on a day on which one begins: looking at those days is enough."""
        owners = [known for known in self.links if known.to_id == self.party_id and known.share_basis_points]
        for day in {link.valid_from, *(known.valid_from for known in owners if link.holds_on(known.valid_from))}:
            held = sum(known.share_basis_points or 0 for known in (*owners, link) if known.holds_on(day))
            if held > WHOLE_BASIS_POINTS:
                raise OwnersExceedWhole(day=day)
