"""A sample is drawn again by anybody, by the words of docs/proof.md alone."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any
from unicodedata import normalize
from uuid import UUID

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from services.audit.command import main
from services.audit.events import StoredEvent
from services.audit.sampling import Item, interval_of, monetary_unit_sample, random_sample
from tests.audit.world import REGISTRY, SUPPORT, World, some_events

APPROVED, PAID, ADVANCED = "support:Task.Approved", "support:BudgetLine.Paid", "support:BudgetLine.Advanced"
RECOVERED = "support:BudgetLine.Recovered"
SEED = "Xổ số kiến thiết Cần Thơ 25/11/2026: 482913"


def items_of(*amounts: int) -> list[Item]:
    """Payments of these amounts, at positions 1, 2 …"""
    return [
        Item(f"support:{position}", PAID, str(UUID(int=position)), None, date(2026, 3, 1), amount_vnd)
        for position, amount_vnd in enumerate(amounts, 1)
    ]


amounts = st.lists(st.integers(0, 40), max_size=12)
seeds = st.text(min_size=1, max_size=20)
sizes = st.integers(1, 15)


@given(amounts, seeds, sizes)
def test_a_random_sample_is_of_the_least_digests(amounts: list[int], seed: str, size: int) -> None:
    items = items_of(*amounts)
    digests = {hashlib.sha256(f"{seed}:{item.event}".encode()).hexdigest(): item for item in items}
    by_hand = [digests[digest] for digest in sorted(digests)][:size]
    drawn = random_sample(items, seed, size)
    assert sorted(item for item, _ in drawn) == sorted(by_hand)
    assert [item for item in items if item in by_hand] == [item for item, _ in drawn]
    assert {hits for _, hits in drawn} <= {1}


@given(amounts, seeds, sizes)
def test_a_monetary_unit_sample_is_of_each_dong_an_interval_apart(amounts: list[int], seed: str, size: int) -> None:
    items = items_of(*amounts)
    row = [item for item in items for _ in range(item.amount_vnd)]
    dong = math.ceil(len(row) / size) or 1
    first = int(hashlib.sha256(seed.encode()).hexdigest(), 16) % dong
    hit = Counter(row[place] for place in range(first, len(row), dong))
    assert dict(monetary_unit_sample(items, seed, size)) == dict(hit)
    assert sum(hit.values()) <= size
    assert {item for item in items if item.amount_vnd >= dong} <= hit.keys()


def test_what_was_once_drawn_is_drawn_for_ever() -> None:
    items = items_of(5, 90, 10, 200, 45, 0, 150)
    assert [(item.event, hits) for item, hits in random_sample(items, SEED, 3)] == [
        ("support:2", 1),
        ("support:6", 1),
        ("support:7", 1),
    ]
    assert tuple(interval_of(500, SEED, 4)) == (125, 91)
    assert [(item.event, hits) for item, hits in monetary_unit_sample(items, SEED, 4)] == [
        ("support:2", 1),
        ("support:4", 1),
        ("support:5", 1),
        ("support:7", 1),
    ]


def act(position: int, topic: str, amount_vnd: object, day: str) -> StoredEvent:
    """An event of money, in support's log."""
    told = {
        "act": {
            "body": "STC",
            "cause": None,
            "document": f"{position}/QĐ-UBND",
            "effective_on": day,
            "recorded_at": "2026-03-01T00:00:00Z",
        },
        "amount_vnd": amount_vnd,
    }
    return StoredEvent(position, str(UUID(int=position)), 1, topic, json.dumps(told, ensure_ascii=False).encode())


EVENTS = [
    act(1, APPROVED, 500, "2026-01-10"),
    act(2, ADVANCED, 100, "2026-01-20"),
    act(3, PAID, 300, "2026-02-10"),
    act(4, RECOVERED, 40, "2026-02-20"),
    act(5, APPROVED, 700, "2026-02-28"),
    act(6, PAID, 600, "2026-03-01"),
]


def published(folder: Path, events: list[StoredEvent]) -> Path:
    """A mirror of these."""
    folder.mkdir(parents=True, exist_ok=True)
    world = World(folder)
    world.publish(REGISTRY, some_events(10, "registry"))
    world.publish(SUPPORT, events)
    (folder / "policy").write_text(world.policy_text)
    return folder


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    return published(tmp_path / "mirror", EVENTS)


def sample(place: Path, *options: str) -> tuple[int, Any]:
    """The exit code, and what is said as JSON where it was done."""
    ended = CliRunner().invoke(main, ["sample", str(place), "--seed", SEED, "--json", *options])
    return ended.exit_code, json.loads(ended.stdout) if ended.exit_code == 0 else ended.output


@pytest.mark.parametrize(
    ("options", "positions"),
    [
        (("--size", "9"), [1, 5]),
        (("--size", "9", "--of", "payments"), [2, 3, 6]),
        (("--size", "9", "--of", "payments", "--from", "2026-02-10", "--to", "2026-03-01"), [3]),
        (("--size", "9", "--from", "2026-03-01"), []),
        (("--size", "1000", "--of", "payments", "--monetary-unit"), [2, 3, 6]),
        (("--size", "3", "--monetary-unit", "--from", "2030-01-01"), []),
    ],
    ids=str,
)
def test_it_is_drawn_from_what_was_asked_for(mirror: Path, options: tuple[str, ...], positions: list[int]) -> None:
    status, told = sample(mirror, *options)
    assert (status, [each["event"] for each in told["sample"]]) == (0, [f"support:{at}" for at in positions])


def test_it_says_what_it_was_drawn_from(mirror: Path) -> None:
    _, told = sample(mirror, "--size", "2", "--of", "payments", "--monetary-unit")
    assert (told["log"]["size"], told["seed"], told["of"]) == (6, SEED, "payments")
    assert told["population"] == {"items": 3, "amount_vnd": 1000}
    assert told["interval"]["dong"] == 500
    assert sum(each["hits"] for each in told["sample"]) == 2
    plain = CliRunner().invoke(main, ["sample", str(mirror), "--seed", SEED, "--size", "9"]).stdout
    assert "support:1 2026-01-10" in plain
    assert "2 of 2, 1,200 of 1,200 dong." in plain


def test_a_whole_bundle_gives_the_same_sample_and_a_part_of_it_none(mirror: Path, tmp_path: Path) -> None:
    whole, part = tmp_path / "whole.zip", tmp_path / "part.zip"
    runner = CliRunner()
    assert runner.invoke(main, ["export", str(mirror), str(whole)]).exit_code == 0
    assert runner.invoke(main, ["export", str(mirror), str(part), "--record", str(UUID(int=3))]).exit_code == 0
    assert sample(whole, "--size", "1", "--of", "payments") == sample(mirror, "--size", "1", "--of", "payments")
    status, said = sample(part, "--size", "1")
    assert status == 2
    assert "no whole" in said


def test_a_seed_is_the_same_however_its_letters_are_put_together(mirror: Path) -> None:
    drawn = [sample(mirror, "--size", "1", "--seed", normalize(form, SEED)) for form in ("NFC", "NFD")]
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize("options", [("--size", "0"), ("--size", "1", "--seed", " "), ("--size", "1", "--of", "all")])
def test_what_is_asked_wrongly_is_said(mirror: Path, options: tuple[str, ...]) -> None:
    assert sample(mirror, *options)[0] == 2


@pytest.mark.parametrize("amount_vnd", [-1, "100", None])
def test_what_is_no_amount_is_said(tmp_path: Path, amount_vnd: object) -> None:
    status, said = sample(published(tmp_path / "mirror", [act(1, APPROVED, amount_vnd, "2026-01-01")]), "--size", "1")
    assert status == 2
    assert "position 1 cannot be drawn" in said
