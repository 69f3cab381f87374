"""Which papers an application for a content has to hold, in either channel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.shared.refusals import Invalid
from services.support.domain.task_terms import Paper

__all__ = ["ChecklistItem", "ContentChecklist", "check_papers", "must_differ"]


@dataclass(frozen=True)
class ChecklistItem:
    """A paper that an application for a content has to hold; ``sample`` marks what no legal text was seen for."""

    code: str
    title: str
    legal_basis: str
    sample: bool


@dataclass(frozen=True)
class ContentChecklist:
    """The papers for one content, as the call to hosts asks for them."""

    content_code: str
    items: tuple[ChecklistItem, ...]


class ChecklistCodeNamedTwice(Invalid):
    """A paper stands once in a checklist."""

    sentence = "Thành phần hồ sơ {item_code} được nêu hai lần."


class ChecklistIncomplete(Invalid):
    """A paper on the checklist is missing."""

    sentence = "Hồ sơ về nội dung {content_code} còn thiếu: {missing}."


class PaperNotOnChecklist(Invalid):
    """A paper nobody asked for, or one named twice."""

    sentence = "Thành phần {item_code} của nội dung {content_code} không có trong danh mục hoặc được nêu hai lần."


def must_differ(field: str, checklist: tuple[ChecklistItem, ...]) -> None:
    """Raises ChecklistCodeNamedTwice; ``field`` is where the request named the list."""
    seen: set[str] = set()
    for item in checklist:
        if item.code in seen:
            raise ChecklistCodeNamedTwice(field, item_code=item.code)
        seen.add(item.code)


def check_papers(
    checklists: Mapping[str, tuple[ChecklistItem, ...]], codes: Iterable[str], papers: tuple[Paper, ...]
) -> None:
    """Each content has every paper of its checklist once, and no paper is left over.

    Raises ChecklistIncomplete and PaperNotOnChecklist.
    """
    wanted = {(code, item.code): item for code in codes for item in checklists.get(code, ())}
    for index, paper in enumerate(papers):
        if wanted.pop((paper.content_code, paper.item_code), None) is None:
            raise PaperNotOnChecklist(f"papers[{index}]", item_code=paper.item_code, content_code=paper.content_code)
    if wanted:
        missing_of = min(code for code, _ in wanted)
        missing = "; ".join(item.title for (code, _), item in wanted.items() if code == missing_of)
        raise ChecklistIncomplete("papers", content_code=missing_of, missing=missing)
