"""Manners of events: named as facts, explained by a glossary term, released for ever, recorded without a thought."""

from __future__ import annotations

import ast
import inspect
import re
import unicodedata
from pathlib import Path

import pytest
from eventsourcing.domain import DecoratedFuncCaller
from eventsourcing.utils import resolve_topic

from services.shared.record import Record
from tests.rules.code import PROJECT, SERVICES, functions, modules, place, sources

RELEASED_TOPICS = Path(__file__).with_name("released_topics.txt")
CRUD_WORDS = {"Created", "Updated", "Changed", "Deleted", "Set"}
NOT_WHILE_RECORDING = {
    "getrandbits", "monotonic", "now", "perf_counter", "randint", "random", "time", "today", "token_hex", "urandom",
    "utcnow", "uuid1", "uuid3", "uuid4", "uuid5",
}  # fmt: skip
DOMAINS = [f"services/{service}/domain" for service in SERVICES]


def released() -> list[str]:
    """Topics that stand in somebody's event log; none may ever go."""
    return RELEASED_TOPICS.read_text(encoding="utf-8").split()


def records() -> list[type[Record]]:
    """Every aggregate of every service."""
    return [
        thing
        for module in modules(*DOMAINS)
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, Record) and thing.__module__ == module.__name__
    ]


def events() -> list[type[Record.Event]]:
    """Every event as its author wrote it; the library keeps a subclass of its own in the aggregate."""
    return [
        next(
            base
            for base in thing.__mro__
            if issubclass(base, Record.Event) and not issubclass(base, DecoratedFuncCaller)
        )
        for record in records()
        for name, thing in vars(record).items()
        if isinstance(thing, type) and issubclass(thing, Record.Event) and thing.__name__ == name != "Event"
    ]


def test_an_event_is_named_as_a_fact() -> None:
    crud = [event.__qualname__ for event in events() if CRUD_WORDS & set(re.findall(r"[A-Z][a-z]*", event.__name__))]
    assert not crud


def test_an_event_explains_itself_by_a_term_of_the_glossary() -> None:
    glossary = _folded((PROJECT / "docs" / "glossary.md").read_text(encoding="utf-8"))
    unexplained = []
    for event in events():
        first_line = (inspect.getdoc(event) or "").split("\n", 1)[0]
        terms = re.findall(r"\(([^()]+)\)", first_line)
        if not any(_folded(term) in glossary for term in terms):
            unexplained.append(f"{event.__qualname__}: {first_line}")
    assert not unexplained


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def test_an_event_tells_its_own_sentence() -> None:
    silent = [event.__qualname__ for event in events() if event.sentence is Record.Event.sentence]
    assert not silent


def test_a_record_and_each_of_its_events_has_a_topic_of_its_own() -> None:
    strange = {
        thing.__qualname__: topic_of(thing)
        for thing in (*records(), *events())
        if topic_of(thing) != f"{thing.__module__.split('.')[1]}:{thing.__qualname__}"
    }
    assert not strange


def topic_of(thing: type) -> str | None:
    """The topic a class declares for itself, not one it inherits."""
    return vars(thing).get("TOPIC")


def test_every_topic_is_on_the_list_of_those_released() -> None:
    unlisted = {str(topic_of(thing)) for thing in (*records(), *events())} - set(released())
    assert not unlisted, f"add to {RELEASED_TOPICS.name}:\n" + "\n".join(sorted(unlisted))


@pytest.mark.parametrize("topic", released())
def test_a_released_topic_resolves_for_ever(topic: str) -> None:
    list(modules(*DOMAINS))
    assert getattr(resolve_topic(topic), "TOPIC", None) == topic


def test_recording_neither_refuses_nor_looks_at_the_clock() -> None:
    thoughts = [
        f"{place(source, thought)} {function.name}"
        for source in sources(*DOMAINS)
        for function in functions(source)
        if any("recorded_by" in ast.unparse(decorator) for decorator in function.decorator_list)
        for thought in ast.walk(function)
        if isinstance(thought, ast.Raise | ast.Assert) or _asks_the_world(thought)
    ]
    assert not thoughts


def _asks_the_world(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
    return name in NOT_WHILE_RECORDING
