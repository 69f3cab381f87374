"""The auditors' tool from its command line: what it fetches, finds right, finds wrong, and packs."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner, Result

from services.audit.command import main
from services.audit.events import StoredEvent
from services.shared.transparency_log.notes import Signer, Verifier
from tests.audit.world import REGISTRY, SUPPORT, World, a_world, changed, some_events


@pytest.fixture
def world(tmp_path: Path) -> World:
    (tmp_path / "published").mkdir()
    return a_world(tmp_path / "published")


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    return tmp_path / "mirror"


def audit(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def fetch(world: World, mirror: Path) -> Result:
    places = [f"{origin}={world.log_folder(origin)}" for origin in (REGISTRY, SUPPORT)]
    events = [f"{origin}={world.folder}" for origin in (REGISTRY, SUPPORT)]
    options = [*(f"--log={place}" for place in places), *(f"--events={place}" for place in events)]
    return audit("fetch", mirror, "--policy", world.policy_file, *options)


def findings_of(place: Path, *options: object) -> list[dict[str, object]]:
    told = audit("verify", place, "--json", *options)
    assert told.exit_code in (0, 1), told.output
    found: list[dict[str, object]] = json.loads(told.stdout)["findings"]
    assert told.exit_code == (1 if found else 0)
    return found


def test_an_untouched_log_is_right(world: World, mirror: Path) -> None:
    assert fetch(world, mirror).exit_code == 0
    told = audit("verify", mirror, "--policy", world.policy_file)
    assert (told.exit_code, told.stdout.count("600 events")) == (0, 2), told.output
    assert "Everything is right" in told.stdout


def test_a_fetch_goes_on_where_the_log_was_and_the_new_is_checked_against_what_was_right(
    world: World, mirror: Path
) -> None:
    fetch(world, mirror)
    assert findings_of(mirror) == []
    events = some_events(900, "registry")
    world.publish(REGISTRY, some_events(600, "registry") + _later(events))
    assert fetch(world, mirror).exit_code == 0
    assert findings_of(mirror) == []
    partial = [file for file in (mirror / quote(REGISTRY, safe="")).rglob("*.p/*") if file.is_file()]
    assert {file.name for file in partial} == {str(900 % 256), "3"}  # nothing is left of the tree of 600


def test_a_fetch_that_was_cut_off_is_resumed(world: World, mirror: Path) -> None:
    page = world.log_folder(SUPPORT) / "events/001"
    kept = page.read_bytes()
    page.unlink()
    told = fetch(world, mirror)
    assert (told.exit_code, "events/001 is missing" in told.stderr) == (2, True)
    page.write_bytes(kept)
    (world.log_folder(SUPPORT) / "events/000").unlink()  # which is not asked for again
    assert fetch(world, mirror).exit_code == 0
    assert findings_of(mirror) == []


@pytest.mark.parametrize(
    ("tampering", "kind", "position"),
    [
        (
            lambda events: _with(events, 300, state=events[299].state.replace("số 300".encode(), "số 301".encode())),
            "EventChanged",
            300,
        ),
        (lambda events: _with(events, 300, topic="registry:Thing.Nameb"), "EventChanged", 300),
        (lambda events: _with(events, 300, version=events[299].version + 1), "EventChanged", 300),
        (lambda events: _with(events, 300, stream=events[299].stream[:-1] + "f"), "EventChanged", 300),
        (lambda events: [*events[:299], *events[300:]], "EventMissing", 300),
        (lambda events: events[:-1], "EventMissing", 600),
        (
            lambda events: [
                *events[:299],
                changed(events[300], position=300),
                changed(events[299], position=301),
                *events[301:],
            ],
            "EventChanged",
            300,
        ),
    ],
    ids=["state", "topic", "version", "stream", "deleted", "tail cut", "swapped"],
)
def test_the_first_wrong_event_is_named(
    world: World, mirror: Path, tampering: object, kind: str, position: int
) -> None:
    assert callable(tampering)
    world.put_events(REGISTRY, tampering(some_events(600, "registry")), size=600)
    fetch(world, mirror)
    first = findings_of(mirror)[0]
    assert (first["origin"], first["kind"], first["position"]) == (REGISTRY, kind, position)


def test_a_consistent_rewrite_signed_by_the_real_key_is_seen_by_who_holds_an_earlier_checkpoint(
    world: World, mirror: Path, tmp_path: Path
) -> None:
    fetch(world, mirror)
    assert findings_of(mirror) == []
    events = some_events(600, "registry")
    world.publish(REGISTRY, _with(events, 300, state=events[299].state.replace("số 300".encode(), "số 301".encode())))
    told = fetch(world, mirror)
    assert (told.exit_code, "not those that there were" in told.stderr) == (1, True)
    assert [file.name for file in mirror.rglob("fork-*")] == ["fork-600"]
    assert findings_of(mirror) == []  # the mirror still has the log as it was

    newcomer = tmp_path / "newcomer"
    fetch(world, newcomer)
    assert findings_of(newcomer) == []  # who never saw the log before cannot know
    assert [found["kind"] for found in findings_of(newcomer, "--trusted", mirror / "trusted")] == ["HistoryChanged"]


def test_a_rewrite_of_events_entries_and_leaves_together_does_not_fit_the_tree_above(
    world: World, mirror: Path, tmp_path: Path
) -> None:
    fetch(world, mirror)
    events = some_events(600, "registry")
    other = World(tmp_path / "other", world.signers, world.witness)
    other.publish(REGISTRY, _with(events, 300, state=events[299].state.replace("số 300".encode(), "số 301".encode())))
    for path in ("tile/0/001", "tile/entries/001", "events/001"):
        (mirror / world.log_folder(REGISTRY).name / path).write_bytes((other.log_folder(REGISTRY) / path).read_bytes())
    assert [(found["position"], found["kind"]) for found in findings_of(mirror)] == [(257, "TilesWrong")]


def test_a_rewrite_that_no_witness_cosigned_does_not_count(world: World, mirror: Path) -> None:
    world.publish(REGISTRY, some_events(599, "registry"), is_witnessed=False)
    told = fetch(world, mirror)
    assert (told.exit_code, "too few witnesses" in told.stderr) == (2, True)


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        ("registry:601", "CauseUnknown"),
        ("support:6", "CauseLater"),
        ("training:1", "CauseUnknown"),
        ("registry:9", "CauseLater"),
    ],
)
def test_a_cause_exists_and_comes_before(world: World, mirror: Path, cause: str, kind: str) -> None:
    world.publish(SUPPORT, some_events(600, "support", lambda n: cause if n == 6 else None))
    fetch(world, mirror)
    assert [(found["position"], found["kind"]) for found in findings_of(mirror)] == [(6, kind)]


def test_the_versions_of_a_record_go_on_without_a_gap(world: World, mirror: Path) -> None:
    events = some_events(600, "registry")
    world.publish(REGISTRY, _with(events, 600, version=events[599].version + 1))
    fetch(world, mirror)
    assert [(found["position"], found["kind"]) for found in findings_of(mirror)] == [(600, "VersionsBroken")]


def test_a_bundle_of_everything_is_checked_by_itself(world: World, mirror: Path, tmp_path: Path) -> None:
    fetch(world, mirror)
    assert audit("export", mirror, tmp_path / "all.zip").exit_code == 0
    assert findings_of(tmp_path / "all.zip", "--policy", world.policy_file) == []
    with zipfile.ZipFile(tmp_path / "all.zip") as bundle:
        assert "registry:Affiliation.LinkEnded" in json.loads(bundle.read("schemas.json"))


def test_a_bundle_of_a_case_has_its_events_and_their_causes(world: World, mirror: Path, tmp_path: Path) -> None:
    fetch(world, mirror)
    caused = next(event for event in some_events(600, "support") if event.position == 301)
    assert audit("export", mirror, tmp_path / "case.zip", "--record", caused.stream).exit_code == 0
    with zipfile.ZipFile(tmp_path / "case.zip") as bundle:
        chosen = json.loads(bundle.read("selection.json"))
    of_record = [event.position for event in some_events(600, "support") if event.stream == caused.stream]
    assert chosen[SUPPORT] == of_record
    assert set(chosen[REGISTRY]) >= {position - 1 for position in of_record if position % 7 == 0}
    assert findings_of(tmp_path / "case.zip", "--policy", world.policy_file, "--trusted", mirror / "trusted") == []


def test_a_bundle_of_a_day_has_that_day(world: World, mirror: Path, tmp_path: Path) -> None:
    fetch(world, mirror)
    assert audit("export", mirror, tmp_path / "day.zip", "--from", "2026-03-01", "--to", "2026-03-02").exit_code == 0
    with zipfile.ZipFile(tmp_path / "day.zip") as bundle:
        chosen = json.loads(bundle.read("selection.json"))
    # 00:00 in Vietnam is 17:00 the day before where the events' minutes begin.
    assert chosen == {REGISTRY: list(range(1, 601)), SUPPORT: list(range(1, 601))}
    assert findings_of(tmp_path / "day.zip", "--policy", world.policy_file) == []


def test_a_key_is_made_once_and_read_by_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "key"
    made = audit("new-key", "stc.example.vn", file, "--witness")
    assert Signer.parse(file.read_text().strip()).verifier == Verifier.parse(made.stdout.strip())
    assert file.stat().st_mode & 0o077 == 0
    assert audit("new-key", "stc.example.vn", file).exit_code == 2


def test_nothing_is_said_in_colours_except_to_a_terminal(world: World, mirror: Path) -> None:
    assert "\x1b" not in fetch(world, mirror).output + audit("verify", mirror).output


def _with(events: Sequence[StoredEvent], position: int, **fields: object) -> list[StoredEvent]:
    return [changed(event, **fields) if event.position == position else event for event in events]


def _later(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    """The last third, of records that the first two did not have."""
    streams: dict[str, int] = {}
    later = []
    for event in events[600:]:
        stream = "f" + event.stream[1:]
        streams[stream] = streams.get(stream, 0) + 1
        later.append(changed(event, stream=stream, version=streams[stream]))
    return later
