"""Bus processes take their log into its tree, sign it and publish it, whatever happens to them."""

from __future__ import annotations

import threading
import time
import urllib.request
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from services.shared.event_store import EventLog
from services.shared.transparency_log.checkpoints import Checkpoint
from services.shared.transparency_log.log_tree import LogTree
from services.shared.transparency_log.notes import Note, Signer
from services.shared.transparency_log.tiles import entries_in
from services.shared.transparency_log.tree import EMPTY_ROOT, leaf_hash
from tests.shared.bus.conftest import SampleProcess, Samples, eventually, sell_a_basket
from tests.shared.transparency_log import naive_tree
from tests.shared.transparency_log.stored import forge
from tests.soak import Soak

ORIGIN = "log.test/orchard"
SIGNER = Signer.generate(ORIGIN)


@pytest.fixture
def signed(tmp_path: Path) -> dict[str, Any]:
    """By what the orchard signs its log."""
    return {"origin": ORIGIN, "memory": str(tmp_path / "signed"), "keys": [SIGNER.secret_text()]}


@pytest.fixture
def tree(orchard_log: EventLog) -> LogTree:
    return LogTree(orchard_log)


def checkpoint(process: SampleProcess) -> Checkpoint | None:
    """What the process publishes, signed by the orchard's key; None while it publishes nothing."""
    status, published = process.get("/checkpoint")
    if status != 200:
        return None
    note = Note.parse(published.encode())
    note.must_be_signed_by([SIGNER.verifier])
    return Checkpoint.of_note(note, ORIGIN)


def is_published(process: SampleProcess, size: int) -> bool:
    published = checkpoint(process)
    return published is not None and published.size == size


def test_what_is_appended_is_published_within_a_second(
    samples: Samples, orchard_log: EventLog, signed: dict[str, Any]
) -> None:
    process = samples.start_ready("orchard", log=signed)
    eventually(lambda: is_published(process, 0))
    for size in (2, 4):
        sell_a_basket(orchard_log)
        eventually(partial(is_published, process, size), 3)
    with urllib.request.urlopen(f"http://{process.http_address}/tile/entries/000.p/4", timeout=5) as answer:
        leaves = [leaf_hash(entry) for entry in entries_in(answer.read())]
    assert checkpoint(process) == Checkpoint(ORIGIN, 4, naive_tree.root(leaves))
    assert process.says("proof") == "leader"
    eventually(lambda: process.metric("nscl_bus_tree_lag_positions") == 0)


def test_of_two_one_leads_and_both_publish(samples: Samples, orchard_log: EventLog, signed: dict[str, Any]) -> None:
    first, second = (samples.start_ready("orchard", log=signed) for _ in range(2))
    assert {first.says("proof"), second.says("proof")} == {"leader", "standby"}
    leader, standby = sorted((first, second), key=lambda process: process.says("proof"))
    sell_a_basket(orchard_log)
    eventually(lambda: is_published(leader, 2) and is_published(standby, 2))
    leader.kill()
    sell_a_basket(orchard_log)
    eventually(lambda: is_published(standby, 4))


class TestALogThatIsNotTheOneThatWasSigned:
    @pytest.fixture
    def cut_short(self, samples: Samples, orchard_log: EventLog, signed: dict[str, Any]) -> SampleProcess:
        """An orchard that starts on yesterday's database."""
        process = samples.start_ready("orchard", log=signed)
        sell_a_basket(orchard_log)
        eventually(lambda: is_published(process, 2))
        assert process.end() == 0
        with (
            closing(psycopg2.connect(samples.orchard.dsn_owner)) as connection,
            connection,
            connection.cursor() as owner,
        ):
            forge(owner, orchard_log, "DELETE FROM {events} WHERE position = 2")
        return samples.start("orchard", log=signed)

    def test_is_said_and_counted_and_nothing_is_done_with_it(self, cut_short: SampleProcess) -> None:
        status, _ = eventually(lambda: (answer := cut_short.get("/ready"))[0] and answer)
        assert status == 503
        assert cut_short.says("proof").startswith("LogCutShort: log.test/orchard has signed 2 events and holds 1")
        assert cut_short.metric('nscl_bus_history_lost_total{error="LogCutShort"}') == 1
        assert cut_short.says("relay") == "has not started"
        assert cut_short.get("/checkpoint")[0] == 404
        assert cut_short.end() == 0


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_killed_at_random_they_leave_one_tree(
    samples: Samples, orchard_log: EventLog, tree: LogTree, signed: dict[str, Any], soak: Soak
) -> None:
    chance, writing = soak.random("killed integrators"), threading.Event()

    def write() -> None:
        while not writing.is_set():
            sell_a_basket(orchard_log)

    writer = threading.Thread(target=write)
    writer.start()
    seen = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    try:
        processes = [samples.start_ready("orchard", log=signed) for _ in range(2)]
        for _ in range(soak.count(50, part=0.1)):
            time.sleep(chance.uniform(0, 1.5))
            processes.pop(0).kill()
            processes.append(samples.start("orchard", log=signed))
            seen = max([seen, *filter(None, map(checkpoint, processes))])
    finally:
        writing.set()
        writer.join()
    eventually(lambda: tree.size() == orchard_log.head(), 60)
    last = eventually(tree.checkpoint)
    tree.check(orchard_log.head(), Checkpoint.of_note(Note.parse(last), ORIGIN).root)
    assert tree.root(seen.size) == seen.root, "what was published stays true"
