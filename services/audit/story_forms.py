"""A story for people to read: as plain text, Markdown, or a web page that prints well; and for programs, as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree import ElementTree as Xml

from services.audit.explain import Story, Told

Section = tuple[str, Sequence[Told]]

_STYLE = """
body { font: 11pt/1.5 serif; max-width: 46em; margin: 2em auto; padding: 0 1em; }
li { margin-bottom: .7em; break-inside: avoid; }
small { color: #444; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 8.5pt; }
@page { size: A4; margin: 2cm; }
@media print { body { margin: 0; max-width: none; } h2 { break-after: avoid; } }
"""
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")


def as_text(story: Story) -> str:
    """The story as plain text."""
    lines = [_title(story)]
    for heading, events in _sections(story):
        lines += ["", heading.upper()]
        for told in events:
            lines += [
                f"{_day(told)}  {told.event.sentence()}",
                f"            {_who(told)}",
                f"            {_proof(told)}",
            ]
    return "\n".join(lines)


def as_markdown(story: Story) -> str:
    """The story as Markdown; nothing that was recorded is taken for a mark."""
    lines = [f"# {_in_markdown(_title(story))}"]
    for heading, events in _sections(story):
        lines += ["", f"## {heading}", ""]
        for told in events:
            lines.append(f"- **{_day(told)}** {_in_markdown(told.event.sentence())}  ")
            lines.append(f"  {_in_markdown(_who(told))}  ")
            lines.append(f"  `{_proof(told)}`")
    return "\n".join(lines)


def as_html(story: Story) -> str:
    """The story as one page that needs nothing else; made as a tree, so that nothing recorded can become a mark."""
    page = Xml.Element("html", lang="vi")
    head = Xml.SubElement(page, "head")
    Xml.SubElement(head, "meta", charset="utf-8")
    _within(head, "title", _title(story))
    _within(head, "style", _STYLE)
    body = Xml.SubElement(page, "body")
    _within(body, "h1", _title(story))
    for heading, events in _sections(story):
        _within(body, "h2", heading)
        items = Xml.SubElement(body, "ul")
        for told in events:
            item = Xml.SubElement(items, "li")
            _within(item, "b", _day(told)).tail = f" {told.event.sentence()}"
            for words in (_who(told), _proof(told)):
                Xml.SubElement(item, "br")
                _within(item, "small", words)
            content = Xml.SubElement(item, "details")
            _within(content, "summary", "Nội dung đã ghi")
            _within(content, "pre", json.dumps(told.content, ensure_ascii=False, indent=1))
    return "<!DOCTYPE html>\n" + Xml.tostring(page, encoding="unicode", method="html")


def as_json(story: Story) -> str:
    """The story with all that was recorded, for programs."""
    told = {
        "subject_id": story.subject_id,
        "decision": story.decision.event_id if story.decision else None,
        "events": [_event(told) for told in story.events],
        "rules": [told.event_id for told in story.rules],
        "votes": [told.event_id for told in story.votes],
        "known_funding": [told.event_id for told in story.known_funding],
        "later_funding": [told.event_id for told in story.later_funding],
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def _sections(story: Story) -> Iterator[Section]:
    """What is told under which heading; one without events is left out."""
    decision = [] if story.decision is None else [story.decision]
    sections: list[Section] = [
        ("Diễn biến đến quyết định", story.before),
        ("Quyết định", decision),
        ("Diễn biến sau quyết định", story.after),
        ("Quy tắc và định mức làm căn cứ", story.rules),
        ("Phiếu và kết luận của hội đồng", story.votes),
        ("Hỗ trợ khác đã biết khi quyết định", story.known_funding),
        ("Hỗ trợ khác và vụ việc biết về sau", story.later_funding),
    ]
    return ((heading, events) for heading, events in sections if events)


def _event(told: Told) -> dict[str, Any]:
    act = told.act
    return {
        "event": told.event_id,
        "topic": told.topic,
        "record_id": str(told.event.originator_id),
        "version": told.event.originator_version,
        "sentence": told.event.sentence(),
        "person_id": str(act.person_id),
        "body": act.body,
        "capacity": act.capacity,
        "document": act.document,
        "effective_on": act.effective_on.isoformat(),
        "recorded_at": act.recorded_at.isoformat(),
        "cause": act.cause,
        "content": told.content,
        "leaf_index": told.proof.index,
        "leaf_hash": told.leaf,
    }


def _title(story: Story) -> str:
    if story.decision is None:
        return f"Hồ sơ {story.subject_id}: chưa có quyết định"
    return f"Quyết định {story.decision.act.document} về nhiệm vụ {story.subject_id}"


def _day(told: Told) -> str:
    return f"{told.act.effective_on:%d/%m/%Y}"


def _who(told: Told) -> str:
    act = told.act
    document = f"; văn bản {act.document}" if act.document else ""
    return f"{act.capacity} ({act.body}), người {act.person_id}{document}; ghi lúc {act.recorded_at.isoformat()}"


def _proof(told: Told) -> str:
    return f"{told.event_id}, lá số {told.proof.index}: {told.leaf}"


def _in_markdown(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def _within(parent: Xml.Element, tag: str, text: str) -> Xml.Element:
    element = Xml.SubElement(parent, tag)
    element.text = text
    return element
