"""The figures of the auditors' tool: how fast a mirror is verified, and in how much memory."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.audit.mirror import held, make_mirror
from bench.figures import Figure
from services.shared.transparency_log.tiles import TILE_WIDTH

__all__ = ["measure"]

WANTED_A_SECOND = 100_000
_SMALL = 100_000


def measure(events: int) -> list[Figure]:
    """Every figure; ``events`` are so many as are verified."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "small", Path(folder) / "large"
        make_mirror(small, _SMALL)
        make_mirror(large, events)
        seconds, memory = _verified(large)
        _, memory_of_small = _verified(small)
        rate = events / seconds
        return [
            Figure(f"verifying {events:,} events", rate, "/s", "wanted", WANTED_A_SECOND, at_least=1),
            Figure("the same beside SHA-256 of their states", rate, "/s", "sha256", events / _seconds_to_hash(large)),
            Figure("memory while verifying", memory, "MiB", f"at {_SMALL:,}", memory_of_small, at_most=1.5),
        ]


def _verified(mirror: Path) -> tuple[float, float]:
    """The seconds of one core, and the MiB at most, of a verification in a process of its own."""
    command = [sys.executable, "-m", "bench.audit.verification", str(mirror)]
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
