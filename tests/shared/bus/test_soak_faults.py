"""Whatever breaks, and several things at once: every public event has its effect exactly once, and in order."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.shared.bus.conftest import eventually
from tests.shared.bus.faults import SABOTEURS
from tests.shared.bus.harness import Harness
from tests.soak import Soak

ANNOUNCEMENTS = 100_000
RECOVERY_SECONDS = 60


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_every_public_event_has_its_effect_once_and_in_order(soak: Soak, tmp_path: Path) -> None:
    announcements, each_second = soak.count(ANNOUNCEMENTS, 0.02), 400 if soak.is_full else 200
    print(f"random faults: {soak}")
    with Harness(tmp_path, soak, announcements, each_second) as harness:
        harness.load.start()
        with ThreadPoolExecutor(len(SABOTEURS)) as pool:
            at_work = [
                pool.submit(saboteur.work, harness, soak.random("faults", part)) for part, saboteur in SABOTEURS.items()
            ]
        for work in at_work:
            work.result()
        harness.say("nothing breaks any longer")
        harness.load.end()
        ended_at = time.monotonic()
        eventually(harness.is_well, RECOVERY_SECONDS)
        tally = harness.tally()
        harness.say(f"all is well {time.monotonic() - ended_at:.1f} s later, after {tally.announced} announcements")

    tally.check()
    assert tally.announced >= announcements
    assert {position for position, _ in tally.parked} <= harness.poisoned
    assert not [worker.service for worker in harness.all_workers if worker.ended_by_itself]
