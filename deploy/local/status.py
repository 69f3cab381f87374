"""``make status``: each process of the platform, whether it is up and since when, and the memory it takes."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import timedelta

import psutil

from deploy.local.preflight import runner_of
from deploy.local.run import FOLDER
from deploy.local.supervision import Supervisor

__all__ = ["main"]


def main() -> int:
    """Print the table; 3 when the platform does not run, as service managers answer."""
    runner = runner_of(FOLDER)
    if not runner:
        print("The platform does not run.")
        return 3
    print(f"The platform runs (process {runner}).")
    print(f"{'':<16}{'state':<10}{'process':>8}{'up':>10}{'memory':>10}")
    for name, state in sorted(Supervisor(FOLDER).states().items()):
        up = timedelta(seconds=state["now"] - state["start"]) if state["pid"] else ""
        print(f"{name:<16}{state['statename'].lower():<10}{state['pid']:>8}{up!s:>10}{_memory(state['pid']):>10}")
    return 0


def _memory(pid: int) -> str:
    with suppress(psutil.Error):
        return f"{psutil.Process(pid).memory_info().rss >> 20} MiB" if pid else ""
    return ""


if __name__ == "__main__":
    sys.exit(main())
