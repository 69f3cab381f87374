"""The catalogue: what may be supported, for whom, on which conditions (Kế hoạch 134/KH-UBND, II to IV)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from services.shared.record import Act, Record, document_of, recorded_by
from services.shared.refusals import Invalid
from services.support.domain.conditions import RULES, Condition, Eligibility, Verdict, VsicPrefix, judge
from services.support.domain.overlap import Overlap

__all__ = ["Article", "Catalogue", "Content", "ContentKind"]


class ContentKind(StrEnum):
    """What a content is for; the indicator of systems and tools applied (K4) is told by it."""

    SYSTEM = "SYSTEM"
    TOOL = "TOOL"
    DIGITAL = "DIGITAL"
    CERTIFICATION = "CERTIFICATION"
    STANDARD = "STANDARD"
    TRAINING = "TRAINING"
    AWARD = "AWARD"
    CAPACITY = "CAPACITY"


@dataclass(frozen=True)
class Content:
    """One content that can be supported; ``place`` is where in the plan it stands (``III.3.a``).

    ``vsic_prefixes`` are the industries it concerns; none where it concerns every one.
    """

    code: str
    name: str
    group: str
    kind: ContentKind
    place: str
    vsic_prefixes: tuple[VsicPrefix, ...] = ()


@dataclass(frozen=True)
class Article:
    """One coded sentence of the plan: a target group, a priority, a principle or a source of money."""

    code: str
    text: str
    place: str


class CodeNamedTwice(Invalid):
    """A code stands for one thing only."""

    sentence = "Mã {code} được nêu hai lần."


class ConditionWithoutRule(Invalid):
    """A condition nobody can judge."""

    sentence = "Chưa có quy tắc xét điều kiện {code}, phiên bản {rule_version}."


class ContentUnknown(Invalid):
    """The catalogue holds no such content."""

    sentence = "Danh mục không có nội dung {content_code}."


class SourceUnknown(Invalid):
    """The catalogue holds no such source of money."""

    sentence = "Danh mục không có nguồn kinh phí {source_code}."


class PriorityUnknown(Invalid):
    """The catalogue holds no such priority."""

    sentence = "Danh mục không có diện ưu tiên {priority_code}."


class Catalogue(Record):
    """What one plan lets the city support (danh mục nội dung hỗ trợ); a plan is adopted once."""

    TOPIC = "support:Catalogue"

    class Event(Record.Event):
        """Something that happened to a catalogue (sự kiện của danh mục)."""

    class Adopted(Event, Record.Created):
        """A catalogue was adopted with its plan (ban hành danh mục nội dung hỗ trợ)."""

        TOPIC = "support:Catalogue.Adopted"
        class_version: ClassVar[int] = 2
        plan_number: str
        contents: tuple[Content, ...]
        target_groups: tuple[Article, ...]
        conditions: tuple[Condition, ...]
        priorities: tuple[Article, ...]
        principles: tuple[Article, ...]
        sources: tuple[Article, ...]

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """The industries of a content came later; until then it concerned every one."""
            for content in state["contents"]:
                content["vsic_prefixes"] = []

        def sentence(self) -> str:
            return f"Ban hành danh mục {len(self.contents)} nội dung hỗ trợ theo {self.plan_number}."

    Created = Adopted

    @staticmethod
    def create_id(plan_number: str) -> UUID:
        """The catalogue of a plan."""
        return uuid5(NAMESPACE_URL, f"nscl:support:catalogue:{plan_number}")

    @recorded_by(Adopted)
    def __init__(
        self,
        act: Act,
        plan_number: str,
        contents: tuple[Content, ...],
        target_groups: tuple[Article, ...],
        conditions: tuple[Condition, ...],
        priorities: tuple[Article, ...],
        principles: tuple[Article, ...],
        sources: tuple[Article, ...],
    ) -> None:
        self.plan_number = plan_number
        self.contents = {content.code: content for content in contents}
        self.target_groups = target_groups
        self.conditions = conditions
        self.priorities = priorities
        self.principles = principles
        self.sources = sources

    @classmethod
    def adopt(
        cls,
        act: Act,
        *,
        contents: tuple[Content, ...],
        target_groups: tuple[Article, ...],
        conditions: tuple[Condition, ...],
        priorities: tuple[Article, ...],
        principles: tuple[Article, ...],
        sources: tuple[Article, ...],
    ) -> Self:
        """The catalogue of the plan that the act's document names.

        Raises DocumentMissing, CodeNamedTwice and ConditionWithoutRule.
        """
        plan_number = document_of(act)
        _each_code_once("contents", (content.code for content in contents))
        _each_code_once("conditions", (condition.code for condition in conditions))
        articles = {
            "target_groups": target_groups,
            "priorities": priorities,
            "principles": principles,
            "sources": sources,
        }
        for name, listed in articles.items():
            _each_code_once(name, (article.code for article in listed))
        for index, condition in enumerate(conditions):
            if (condition.code, condition.rule_version) not in RULES:
                raise ConditionWithoutRule(
                    f"conditions[{index}]", code=condition.code, rule_version=condition.rule_version
                )
        return cls(act=act, plan_number=plan_number, contents=contents, conditions=conditions, **articles)

    def content(self, field: str, content_code: str) -> Content:
        """The content of this code; ``field`` is where the request named it.

        Raises ContentUnknown.
        """
        if content_code not in self.contents:
            raise ContentUnknown(field, content_code=content_code)
        return self.contents[content_code]

    def judge(self, eligibility: Eligibility, overlap: Overlap, *, holds_claim: bool) -> tuple[Verdict, ...]:
        """What each condition says of an enterprise whose application for a content was found valid."""
        return judge(
            self.conditions,
            eligibility,
            overlap,
            holds_claim=holds_claim,
            application_valid=True,
            vsic_prefixes=self.contents[eligibility.content_code].vsic_prefixes,
        )

    def must_have_source(self, source_code: str, field: str = "source_code") -> None:
        """Raises SourceUnknown; ``field`` is where the request named it."""
        if source_code not in {source.code for source in self.sources}:
            raise SourceUnknown(field, source_code=source_code)

    def must_have_priorities(self, field: str, priority_codes: tuple[str, ...]) -> None:
        """Raises PriorityUnknown."""
        for index, priority_code in enumerate(priority_codes):
            self.priority(f"{field}[{index}]", priority_code)

    def priority(self, field: str, priority_code: str) -> Article:
        """The priority of this code; ``field`` is where the request named it.

        Raises PriorityUnknown.
        """
        for priority in self.priorities:
            if priority.code == priority_code:
                return priority
        raise PriorityUnknown(field, priority_code=priority_code)


def _each_code_once(field: str, codes: Iterable[str]) -> None:
    seen: set[str] = set()
    for index, code in enumerate(codes):
        if code in seen:
            raise CodeNamedTwice(f"{field}[{index}].code", code=code)
        seen.add(code)
