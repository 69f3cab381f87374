"""``make stop``: stop the platform from another shell, and whatever an earlier one left behind."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

from deploy.local.preflight import runner_of
from deploy.local.run import FOLDER
from deploy.local.supervision import Supervisor, processes_of

__all__ = ["main", "stop"]

PATIENCE_SECONDS = 90


def stop(folder: Path) -> bool:
    """Stop everything that runs for the folder; whether anything did."""
    runner = runner_of(folder)
    if runner:
        with suppress(ProcessLookupError):
            os.kill(runner, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while runner_of(folder) and time.monotonic() < deadline:
            time.sleep(0.1)
    left = processes_of(folder)
    if left:
        Supervisor(folder).stop()
    return bool(runner or left)


def main() -> int:
    print("Stopped." if stop(FOLDER) else "Nothing runs.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
