"""The story of a decision, told from the logs alone, each event with its proof."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from services.audit.command import main
from services.audit.events import StoredEvent
from services.shared.transparency_log.notes import Signer
from services.support.domain.claim_code import claim_code
from tests.audit.saved_world import LOGS, a_saved_world, saved_events
from tests.audit.world import World, changed
from tests.shared.transparency_log.go_sumdb import go_sumdb

DECISION = "MAU-T6/QĐ-UBND"
OTHER_DECISION = "MAU-T2/QĐ-UBND"
HOSTILE = "<script>alert('x')</script> [bấm](http://x) `x` *x*"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return a_saved_world(tmp_path_factory.mktemp("mirror"))


@pytest.fixture(scope="module")
def events() -> Sequence[StoredEvent]:
    """Those of support."""
    return saved_events()["support"]


def explain(place: Path, decision: str, *options: object) -> Result:
    return CliRunner().invoke(main, ["explain", str(place), decision, *map(str, options)])


def told(place: Path, decision: str, *options: object) -> dict[str, Any]:
    result = explain(place, decision, "--json", *options)
    assert result.exit_code == 0, result.output
    story: dict[str, Any] = json.loads(result.stdout)
    return story


def task_of(events: Sequence[StoredEvent], decision: str) -> str:
    wanted = json.dumps(decision, ensure_ascii=False).encode()
    return next(e.stream for e in events if e.topic == "support:Task.Approved" and wanted in e.state)


PERSONAL = ("training:Course.AttendanceRecorded", "training:Expert.Certified", "training:DataSubject.Erased")


def rewritten(folder: Path, events: Sequence[StoredEvent], by_words: dict[str, str], service: str = "support") -> Path:
    """A mirror of one log alone, in which these words stand for others."""
    folder.mkdir(parents=True)
    world = World(folder, {LOGS[service]: Signer.generate(LOGS[service])})
    states = [event.state.decode() for event in events]
    for words, others in by_words.items():
        states = [state.replace(words, others) for state in states]
    changed_events = [changed(event, state=state.encode()) for event, state in zip(events, states, strict=True)]
    assert states != [event.state.decode() for event in events]
    world.publish(LOGS[service], changed_events)
    (folder / "policy").write_text(world.policy_text)
    return folder


def test_every_event_of_the_task_is_told_in_order_with_who_and_why(world: World, events: Sequence[StoredEvent]) -> None:
    story, task = told(world.folder, DECISION), task_of(events, DECISION)
    assert story["subject_id"] == task
    own = [f"support:{event.position}" for event in events if event.stream == task]
    assert [each["event"] for each in story["events"] if each["record_id"] == task] == own
    assert [each["recorded_at"] for each in story["events"]] == sorted(e["recorded_at"] for e in story["events"])
    decision = next(each for each in story["events"] if each["event"] == story["decision"])
    assert (decision["document"], decision["capacity"], decision["body"]) == (DECISION, "city_leader", "UBND")
    assert DECISION in decision["sentence"]
    kinds = {each["topic"] for each in story["events"]}
    assert {"support:BudgetLine.Approved", "support:Norms.Adopted", "support:Participation.Selected"} <= kinds


def test_what_happened_in_another_task_is_another_story(world: World, events: Sequence[StoredEvent]) -> None:
    other = task_of(events, OTHER_DECISION)
    assert other not in json.dumps(told(world.folder, DECISION))
    assert other in json.dumps(told(world.folder, OTHER_DECISION))


def test_who_acted_is_no_record_of_the_story(tmp_path: Path, world: World, events: Sequence[StoredEvent]) -> None:
    leader = next(json.loads(e.state)["act"]["person_id"] for e in events if e.topic == "support:Task.Approved")
    place = rewritten(tmp_path / "leader", events, {leader: task_of(events, OTHER_DECISION)})
    ours = [each["event"] for each in told(world.folder, DECISION)["events"] if each["event"].startswith("support:")]
    assert [each["event"] for each in told(place, DECISION)["events"]] == ours


def test_a_participation_its_claims_code_and_its_task_lead_to_the_decision(
    world: World, events: Sequence[StoredEvent]
) -> None:
    task = task_of(events, DECISION)
    registered = next(
        e for e in events if e.topic == "support:Participation.Registered" and task.encode() in e.state
    ).stream
    story = told(world.folder, DECISION)
    for name in (task, registered, claim_code(UUID(registered))):
        assert told(world.folder, name) == story


def test_rules_votes_inputs_and_verdicts_are_told(world: World) -> None:
    story = told(world.folder, DECISION)
    by_id = {each["event"]: each for each in story["events"]}
    assert {by_id[event]["topic"] for event in story["rules"]} >= {"support:Norms.Proposed", "support:Norms.Adopted"}
    screened = next(each for each in story["events"] if each["topic"] == "support:Participation.Screened")
    assert screened["content"]["verdicts"]
    scored = told(world.folder, OTHER_DECISION)
    assert any(each["topic"] == "support:Task.Scored" for each in scored["events"])


def test_what_was_known_of_other_funding_is_told_apart_from_what_came_later(
    tmp_path: Path, events: Sequence[StoredEvent]
) -> None:
    task = task_of(events, OTHER_DECISION)
    case = next(event for event in events if event.topic == "support:Case.Opened")
    other = json.loads(case.state)["task_id"]
    later = case.state.decode().replace(f'"task_id":"{other}"', f'"task_id":"{task}"')
    later = later.replace('"recorded_at":"2024-', '"recorded_at":"2029-')
    place = rewritten(tmp_path / "later", events, {case.state.decode(): later})
    story = told(place, OTHER_DECISION)
    assert story["later_funding"] == [f"support:{case.position}"]
    assert story["known_funding"]
    assert not set(story["known_funding"]) & set(story["later_funding"])
    text = explain(place, OTHER_DECISION).stdout
    assert text.index("HỖ TRỢ KHÁC ĐÃ BIẾT") < text.index("HỖ TRỢ KHÁC VÀ VỤ VIỆC") < text.rindex("Mở vụ việc")


def test_each_event_has_a_proof_that_go_accepts(world: World, tmp_path: Path) -> None:
    story = told(world.folder, DECISION, "--proofs", tmp_path / "proofs")
    assert len(list((tmp_path / "proofs").glob("*.tlog-proof"))) == len(story["events"])
    with go_sumdb(tmp_path) as go:
        for each in story["events"]:
            service = each["event"].partition(":")[0]
            file = tmp_path / "proofs" / each["event"].replace(":", "-")
            entry = file.with_suffix(".entry").read_bytes()
            key = str(world.signers[LOGS[service]].verifier)
            proof = file.with_suffix(".tlog-proof").read_bytes()
            assert go.proof(proof, entry, key) == ""
            assert go.proof(proof, entry.replace(b"\n1\n", b"\n2\n") + b" ", key) != ""


def test_an_event_that_is_not_in_its_log_is_not_told(tmp_path: Path, events: Sequence[StoredEvent]) -> None:
    world = a_saved_world(tmp_path)
    task = task_of(events, DECISION)
    forged = [
        changed(event, state=event.state.replace(b'"amount_vnd":', b'"amount_vnd":1'))
        if event.stream == task
        else event
        for event in events
    ]
    world.put_events(LOGS["support"], forged)
    result = explain(world.folder, DECISION)
    assert (result.exit_code, "not in its log" in result.stderr) == (1, True)


def test_what_was_recorded_cannot_become_a_mark(tmp_path: Path, events: Sequence[StoredEvent]) -> None:
    title = next(
        json.loads(e.state)["title"] for e in events if e.topic == "support:Task.Proposed" and "T2/" in e.state.decode()
    )
    place = rewritten(tmp_path / "hostile", events, {json.dumps(title, ensure_ascii=False)[1:-1]: HOSTILE})
    page = explain(place, OTHER_DECISION, "--html").stdout
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "http" not in page.replace("(http://x)", "")  # nothing is loaded from elsewhere
    markdown = explain(place, OTHER_DECISION, "--markdown").stdout
    assert r"\<script\>alert('x')\</script\> \[bấm\](http://x) \`x\` \*x\*" in markdown
    assert HOSTILE in explain(place, OTHER_DECISION).stdout


def test_personal_words_stay_sealed(world: World) -> None:
    [attended] = [e for e in saved_events()["training"] if e.topic == "training:Course.AttendanceRecorded"][:1]
    sealed = json.loads(attended.state)["attendee_name"]["text"]
    for form in ("--json", "--html", "--markdown"):
        assert sealed not in explain(world.folder, attended.stream, form).stdout
    story = told(world.folder, attended.stream)
    recorded = next(each for each in story["events"] if each["topic"] == attended.topic)
    assert recorded["content"]["attendee_name"] == "[sealed]"
    assert story["decision"] is None


def test_the_words_of_who_was_erased_are_told_as_erased(tmp_path: Path) -> None:
    events = saved_events()["training"]
    of = {topic: [json.loads(e.state) | {"stream": e.stream} for e in events if e.topic == topic] for topic in PERSONAL}
    attended, certified, erased = (of[topic][0] for topic in PERSONAL)
    enrolled = next(json.loads(e.state) for e in events if e.stream == certified["stream"] and e.version == 1)
    for person_id, stream, field in (
        (attended["attendee_id"], attended["stream"], "attendee_name"),
        (enrolled["person_id"], certified["stream"], "name"),
    ):
        place = rewritten(tmp_path / field, events, {erased["subject_id"]: person_id}, "training")
        shown = {each["content"].get(field) for each in told(place, stream)["events"]} - {None}
        assert "[erased]" in shown


@pytest.mark.parametrize(("decision", "said"), [("900/QĐ-UBND", "more than one task"), ("1/QĐ", "nothing")])
def test_what_names_no_one_story_is_said(world: World, decision: str, said: str) -> None:
    result = explain(world.folder, decision)
    assert (result.exit_code, said in result.stderr) == (2, True)


def test_a_bundle_of_the_case_tells_it_too(world: World, tmp_path: Path, events: Sequence[StoredEvent]) -> None:
    task = task_of(events, DECISION)
    packed = CliRunner().invoke(main, ["export", str(world.folder), str(tmp_path / "case.zip"), "--record", task])
    assert packed.exit_code == 0, packed.output
    whole = [each for each in told(world.folder, DECISION)["events"] if task in json.dumps(each)]
    story = told(tmp_path / "case.zip", DECISION)
    assert [each for each in story["events"] if task in json.dumps(each)] == whole
