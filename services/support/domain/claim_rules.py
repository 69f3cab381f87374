"""By what two grants are told to be one and the same: versioned data with its legal basis."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self
from uuid import NAMESPACE_URL, UUID, uuid5

from services.shared.record import Act, Record, recorded_by
from services.shared.refusals import Invalid, Refusal
from services.support.domain.claimed_units import ClaimUnit
from services.support.domain.versioned_rules import VersionedRules

__all__ = ["ClaimRules", "ClaimScope", "ClaimUnit", "LinkKind", "WindowKind"]


class LinkKind(StrEnum):
    """What ties an enterprise to the one asked about, as the registry names it."""

    OWNER = "OWNER"
    LEGAL_REPRESENTATIVE = "LEGAL_REPRESENTATIVE"
    PARENT = "PARENT"
    BRANCH = "BRANCH"
    CONTRACTUAL_CONTROL = "CONTRACTUAL_CONTROL"
    COMMON_OWNER = "COMMON_OWNER"
    COMMON_REPRESENTATIVE = "COMMON_REPRESENTATIVE"
    SUCCESSION = "SUCCESSION"


class WindowKind(StrEnum):
    """How the time is counted back from the day asked about: by fiscal years, its own included, or by months."""

    FISCAL_YEARS = "FISCAL_YEARS"
    MONTHS = "MONTHS"


@dataclass(frozen=True)
class ClaimScope:
    """How overlap of some contents is judged; ``content_codes`` is empty in the scope of all that no other names."""

    content_codes: tuple[str, ...]
    window_kind: WindowKind
    window_length: int
    unit: ClaimUnit

    def window_start(self, day: date) -> date:
        """The first day of the window that ends on a day."""
        if self.window_kind is WindowKind.FISCAL_YEARS:
            return date(day.year - self.window_length + 1, 1, 1)
        year, month = divmod(day.year * 12 + day.month - 1 - self.window_length, 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class ContentScopedTwice(Invalid):
    """A content has one scope, and one scope holds for all the others."""

    sentence = "Nội dung {content_code} có hai phạm vi xét trùng lắp."


class ClaimRulesEndBeforeTheyStart(Invalid):
    """The last day in force is not before the first."""

    sentence = "Ngày hết hiệu lực của quy tắc chống trùng lắp không thể trước ngày có hiệu lực."


class ClaimRulesAlreadyAdopted(Refusal):
    """A version is adopted once."""

    sentence = "Quy tắc chống trùng lắp phiên bản {rules_version} đã được ban hành."


class ClaimRules(VersionedRules, Record):
    """One version of the rules against double funding (quy tắc chống trùng lắp), proposed and adopted by two persons.

    Members tied by one of ``possible_links`` overlap only possibly, which a person decides. A claim that no decision
    has confirmed is valid for ``valid_days`` calendar days. Of the versions in force on a day the highest counts.
    """

    TOPIC = "support:ClaimRules"
    ALREADY_ADOPTED = ClaimRulesAlreadyAdopted

    class Event(Record.Event):
        """Something that happened to rules against double funding (sự kiện của quy tắc chống trùng lắp)."""

    class Proposed(Event, Record.Created):
        """Rules against double funding were proposed (dự thảo quy tắc chống trùng lắp)."""

        TOPIC = "support:ClaimRules.Proposed"
        rules_version: int
        legal_basis: str
        valid_from: date
        valid_until: date | None
        sample: bool
        scopes: tuple[ClaimScope, ...]
        possible_links: tuple[LinkKind, ...]
        valid_days: int

        def sentence(self) -> str:
            mark = " (dữ liệu mẫu)" if self.sample else ""
            return f"Dự thảo quy tắc chống trùng lắp phiên bản {self.rules_version}{mark}, căn cứ {self.legal_basis}."

    Created = Proposed

    class Adopted(Event):
        """The rules came into force by another person's act (ban hành quy tắc chống trùng lắp)."""

        TOPIC = "support:ClaimRules.Adopted"

        def sentence(self) -> str:
            return f"Ban hành quy tắc chống trùng lắp bằng văn bản {self.act.document}."

    @staticmethod
    def create_id(rules_version: int) -> UUID:
        """One record per version, for the whole city; versions are 1, 2, 3 … without a gap."""
        return uuid5(NAMESPACE_URL, f"nscl:support:claim-rules:{rules_version}")

    @recorded_by(Proposed)
    def __init__(
        self,
        act: Act,
        rules_version: int,
        legal_basis: str,
        valid_from: date,
        valid_until: date | None,
        sample: bool,
        scopes: tuple[ClaimScope, ...],
        possible_links: tuple[LinkKind, ...],
        valid_days: int,
    ) -> None:
        self.proposed_by = act.person_id
        self.rules_version = rules_version
        self.legal_basis = legal_basis
        self.valid_from = valid_from
        self.valid_until = valid_until
        self.sample = sample
        self.scopes = scopes
        self.possible_links = possible_links
        self.valid_days = valid_days
        self.document: str | None = None

    @classmethod
    def propose(
        cls,
        act: Act,
        *,
        rules_version: int,
        legal_basis: str,
        valid_from: date,
        valid_until: date | None,
        sample: bool,
        scopes: tuple[ClaimScope, ...],
        possible_links: tuple[LinkKind, ...],
        valid_days: int,
    ) -> Self:
        """A new version, which counts for nothing until somebody else adopts it.

        Raises ClaimRulesEndBeforeTheyStart and ContentScopedTwice.
        """
        if valid_until is not None and valid_until < valid_from:
            raise ClaimRulesEndBeforeTheyStart("valid_until")
        _each_content_once(scopes)
        return cls(
            act=act,
            rules_version=rules_version,
            legal_basis=legal_basis,
            valid_from=valid_from,
            valid_until=valid_until,
            sample=sample,
            scopes=scopes,
            possible_links=possible_links,
            valid_days=valid_days,
        )

    @recorded_by(Adopted)
    def _adopted(self, act: Act) -> None:
        self.document = act.document

    def last_day(self, lodged_on: date) -> date:
        """The last day of a claim that was lodged or renewed on a day."""
        return lodged_on + timedelta(days=self.valid_days)

    def scope_of(self, content_code: str) -> ClaimScope | None:
        """The scope that names a content, else that of all others; None where there is neither."""
        named = (scope for scope in self.scopes if content_code in scope.content_codes)
        others = (scope for scope in self.scopes if not scope.content_codes)
        return next(named, None) or next(others, None)


def unit_of(rules: ClaimRules | None, content_code: str) -> ClaimUnit:
    """What may have a content once; the enterprise where no rule says otherwise."""
    scope = rules.scope_of(content_code) if rules else None
    return scope.unit if scope else ClaimUnit.ENTERPRISE


def _each_content_once(scopes: tuple[ClaimScope, ...]) -> None:
    seen: set[str] = set()
    for index, scope in enumerate(scopes):
        for content_code in scope.content_codes or ("*",):
            if content_code in seen:
                raise ContentScopedTwice(f"scopes[{index}].content_codes", content_code=content_code)
            seen.add(content_code)
