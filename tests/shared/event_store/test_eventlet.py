"""Under eventlet, as in run_bus: the log works, and whoever waits for the database holds up no other greenlet."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.servers import Database

PROGRAM = Path(__file__).with_name("greenlets_process.py")


def test_no_greenlet_waits_for_another_ones_database(module_database: Database, service: str) -> None:
    settings = [f"{name}={value}" for name, value in module_database.service_env.items()]
    finished = subprocess.run(
        [sys.executable, str(PROGRAM), service, *settings], capture_output=True, text=True, timeout=60, check=False
    )
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.splitlines() == [
        "sleeps overlap",
        "appends are dense",
        "a conflict is told",
        "the subscription sees all",
        "the bulk reader reads all",
        "a killed greenlet does not hold the others up",
        "a cut connection is replaced",
        "a silent server is given up",
        "the hub ticked on",
    ]
