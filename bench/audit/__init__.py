"""The figures of the auditors' tool: how fast a mirror is verified and replayed, and in how much memory."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.audit.copying import seconds_to_copy
from bench.audit.mirror import held, make_mirror
from bench.figures import Figure
from services.shared.transparency_log.tiles import TILE_WIDTH

__all__ = ["measure"]

VERIFIED_A_SECOND, REPLAYED_A_SECOND = 100_000, 50_000
_SMALL = 100_000


def measure(events: int) -> list[Figure]:
    """Every figure; ``events`` are so many as are verified and replayed."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "small", Path(folder) / "large"
        make_mirror(small, _SMALL)
        make_mirror(large, events)
        seconds, memory = _done("verification", large)
        _, memory_of_small = _done("verification", small)
        replay_seconds, replay_memory = _done("replaying", large)
        _, replay_memory_of_small = _done("replaying", small)
        rate, replay_rate = events / seconds, events / replay_seconds
        return [
            Figure(f"verifying {events:,} events", rate, "/s", "wanted", VERIFIED_A_SECOND, at_least=1),
            Figure("the same beside SHA-256 of their states", rate, "/s", "sha256", events / _seconds_to_hash(large)),
            Figure("memory while verifying", memory, "MiB", f"at {_SMALL:,}", memory_of_small, at_most=1.5),
            Figure(f"replaying {events:,} events", replay_rate, "/s", "wanted", REPLAYED_A_SECOND, at_least=1),
            Figure("the same beside COPY of their rows", replay_rate, "/s", "COPY", events / seconds_to_copy(large)),
            Figure(
                "memory while replaying", replay_memory, "MiB", f"at {_SMALL:,}", replay_memory_of_small, at_most=1.5
            ),
        ]


def _done(what: str, mirror: Path) -> tuple[float, float]:
    """The seconds of one core, and the MiB at most, of a verification or replay in a process of its own."""
    command = [sys.executable, "-m", f"bench.audit.{what}", str(mirror)]
    seconds, mib = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(seconds), float(mib)


def _seconds_to_hash(mirror: Path) -> float:
    """Of one core, for nothing but SHA-256 over the stored states, read before."""
    log = held(mirror)
    seconds = 0.0
    for index in range(-(-log.checkpoint.size // TILE_WIDTH)):
        states = [event.state for event in log.events(index)]
        began_at = time.process_time()
        for state in states:
            hashlib.sha256(state).digest()
        seconds += time.process_time() - began_at
    return seconds
