"""Whatever breaks, and several things at once: every public event has its effect exactly once, and in order."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.shared.bus.faults import sabotage
from tests.shared.bus.harness import Harness
from tests.soak import Soak

ANNOUNCEMENTS = 100_000


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_every_public_event_has_its_effect_once_and_in_order(soak: Soak, tmp_path: Path) -> None:
    announcements, each_second = soak.count(ANNOUNCEMENTS, 0.02), 400 if soak.is_full else 200
    print(f"random faults: {soak}")
    with Harness(tmp_path, soak, announcements, each_second) as harness:
        harness.load.start()
        sabotage(harness, soak)
        harness.say("nothing breaks any longer")
        harness.load.end()
        ended_at = time.monotonic()
        harness.until(harness.is_well)
        tally = harness.tally()
        harness.say(f"all is well {time.monotonic() - ended_at:.1f} s later, after {tally.announced} announcements")

    tally.check()
    assert tally.announced >= announcements
    assert {position for position, _ in tally.parked} <= harness.poisoned
    assert not [worker.service for worker in harness.all_workers if worker.ended_by_itself]
