"""An auditor reads and replays the stored events of every age with the services' own domain code."""

from __future__ import annotations

import sys

import pytest

from services.audit.archive import Folder, HeldLog
from services.audit.history import event_of, recorded_events
from services.audit.replay import Replay
from services.shared.event_store.state import log_state_digest, record_state
from services.shared.transparency_log.errors import Malformed
from tests.audit.saved_world import LOGS, a_saved_world, histories_of_distinct_records, saved_events
from tests.audit.world import changed


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, HeldLog]:
    """The log of each service, as an auditor holds it."""
    folder = Folder(a_saved_world(tmp_path_factory.mktemp("mirror")).folder)
    return {service: HeldLog(folder, origin) for service, origin in LOGS.items()}


def test_a_log_is_read_to_the_position_asked_for(logs: dict[str, HeldLog]) -> None:
    support = logs["support"]
    assert [position for position, _ in recorded_events(support, 3)] == [1, 2, 3]
    assert len(list(recorded_events(support))) == support.checkpoint.size


def test_what_older_code_recorded_replays_to_the_records_that_the_services_load(logs: dict[str, HeldLog]) -> None:
    replay = Replay({service: log.checkpoint.size for service, log in logs.items()})
    replay.run(logs.values())
    for service in LOGS:
        saved = [each for each in histories_of_distinct_records() if each.record.startswith(f"{service}:")]
        theirs = [record_state(each.folded) for each in saved]
        assert replay.digest(service) == log_state_digest(theirs).hex()
        assert len(theirs) == len(replay.records[service]) > 0


@pytest.mark.parametrize(
    "wrong", [{"topic": "support:Task.Invented"}, {"state": b"{}"}, {"stream": "not an id"}], ids=str
)
def test_what_the_domain_code_does_not_know_is_said(wrong: dict[str, object]) -> None:
    stored = changed(saved_events()["support"][0], **wrong)
    with pytest.raises(Malformed, match="the event at position 1 cannot be read"):
        event_of(stored)


def test_a_topic_loads_no_module_of_its_own_choice() -> None:
    with pytest.raises(Malformed):
        event_of(changed(saved_events()["support"][0], topic="this:d"))
    assert "this" not in sys.modules
