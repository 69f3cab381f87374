"""The sample year played again by an auditor from the published logs, and compared with what the services say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg2

from programme.story import trail
from tests.journeys.auditing import audit
from tests.journeys.conftest import Played, addresses_of
from tests.servers import RunningPlatform


def compared(mirror: Path, platform: RunningPlatform, *options: str) -> tuple[int, dict[str, Any]]:
    """The exit code and what is said as JSON, compared with all doors."""
    doors = [f"--door={service}={address}" for service, address in addresses_of(platform)[0].items()]
    trust = ["--token", mirror.parent / "token", "--roots", platform.endpoints["authority"]]
    status, said = audit("replay", mirror, "--json", *doors, *trust, *options)
    assert status in (0, 1), said
    told: dict[str, Any] = json.loads(said)
    return status, told


@contextmanager
def changed(platform: RunningPlatform, service: str, change: str, back: str) -> Iterator[None]:
    """A table changed by SQL, as the service's own role may."""
    dsn = platform.endpoints["services"][service]["postgres"]
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute(change)
        assert cursor.rowcount, "nothing was changed"
        connection.commit()
        try:
            yield
        finally:
            cursor.execute(back)
            connection.commit()


def test_the_services_say_what_the_events_make(mirror: Path, platform: RunningPlatform) -> None:
    status, told = compared(mirror, platform)
    assert (status, told["differences"]) == (0, [])
    assert {service: state["records"] > 0 for service, state in told["states"].items()} == {
        "registry": True,
        "support": True,
        "training": True,
        "reporting": True,
    }
    assert told["indicators"].keys() == {"K1", "K2", "K3", "K4", "K5", "K6"}
    paid = sum(line["paid_vnd"] + line["advanced_vnd"] for line in told["budget_lines"])
    assert sum(payment["amount_vnd"] for payment in told["payments"]) == paid > 0


def test_the_same_history_makes_the_same_digest_wherever_it_is_played(mirror: Path, tmp_path: Path) -> None:
    status, said = audit("export", mirror, tmp_path / "all.zip")
    assert status == 0, said
    states = []
    for place in (mirror, tmp_path / "all.zip"):
        status, said = audit("replay", place, "--json")
        assert status == 0, said
        states.append(json.loads(said)["states"])
    assert states[0] == states[1]


def test_what_was_is_told_as_of_a_day_and_as_of_a_position(mirror: Path, platform: RunningPlatform) -> None:
    status, told = compared(mirror, platform, "--as-of", "support=40")
    assert (status, told["differences"], told["as_of"]["positions"]["support"]) == (0, [], 40)
    status, said = audit("replay", mirror, "--json", "--as-of", "2020-01-01")
    before = json.loads(said)
    assert (status, before["indicators"], before["payments"], before["states"]["support"]["records"]) == (0, {}, [], 0)
    for wrong in ("2020-13-01", "support=1000000000", "bank=1", "support=-1"):
        assert audit("replay", mirror, "--as-of", wrong)[0] == 2


def test_a_decision_is_explained_by_the_events_of_its_trail(mirror: Path, played: Played) -> None:
    first, *_, last = played.year.task_ids.values()  # a host's task and a direct grant
    for task_id in (first, last):
        status, said = audit("explain", mirror, task_id, "--json")
        assert status == 0, said
        explained = {each["event"]: each["sentence"] for each in json.loads(said)["events"]}
        told = {
            f"{entry.recorded.service}:{entry.recorded.position}": entry.sentence
            for entry in trail(played.doors, task_id, played.year.positions())
        }
        assert explained == told


CHANGES = {
    "what a budget line has paid": (
        "support",
        "UPDATE budget_lines SET paid_vnd = paid_vnd + 1",
        "UPDATE budget_lines SET paid_vnd = paid_vnd - 1",
        "paid_vnd",
    ),
    "what a task was granted": (
        "support",
        "UPDATE tasks SET decided_vnd = decided_vnd + 1",
        "UPDATE tasks SET decided_vnd = decided_vnd - 1",
        "decided_vnd",
    ),
    "whose a participation is": (
        "support",
        "UPDATE participations SET content_code = content_code || 'X'",
        "UPDATE participations SET content_code = left(content_code, -1)",
        "content_code",
    ),
    "what an event counted for": (
        "reporting",
        "UPDATE indicator_events SET indicator_code = 'K2' WHERE indicator_code = 'K1'",
        "UPDATE indicator_events SET indicator_code = 'K1' WHERE indicator_code = 'K2' AND counted_key LIKE 'tr%'",
        "value",
    ),
    "a sentence of the story": (
        "reporting",
        "UPDATE heard_events SET sentence = sentence || '.' WHERE type = 'nscl.support.v1.TaskApproved'",
        "UPDATE heard_events SET sentence = left(sentence, -1) WHERE type = 'nscl.support.v1.TaskApproved'",
        "support:",
    ),
}


def test_whatever_a_service_says_otherwise_is_named(mirror: Path, platform: RunningPlatform) -> None:
    with ExitStack() as changes:
        for service, change, back, _ in CHANGES.values():
            changes.enter_context(changed(platform, service, change, back))
        status, told = compared(mirror, platform)
    assert status == 1
    differences = [(difference["service"], difference["field"]) for difference in told["differences"]]
    for what, (service, _, _, field) in CHANGES.items():
        assert any(service == where and field in named for where, named in differences), what
    assert compared(mirror, platform)[0] == 0
