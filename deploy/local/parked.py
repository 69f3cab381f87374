"""``make parked``, ``make retry-parked`` and ``make skip-parked``: the streams of this machine's platform."""

from __future__ import annotations

import json
import sys

from psycopg2.extensions import parse_dsn

from deploy.local.preflight import runner_of
from deploy.local.run import FOLDER
from services.shared.bus import parked

__all__ = ["main"]


def main() -> int:
    """What ``services.shared.bus.parked`` answers, asked of every service; 3 when the platform does not run."""
    if not runner_of(FOLDER):
        print("The platform does not run: start it with 'make run'.", file=sys.stderr)
        return 3
    endpoints = json.loads((FOLDER / "endpoints.json").read_text())
    return parked.main({name: _postgres(addresses["postgres"]) for name, addresses in endpoints["services"].items()})


def _postgres(dsn: str) -> dict[str, str]:
    given = {"password": "", **parse_dsn(dsn)}
    return {f"POSTGRES_{name.upper()}": value for name, value in given.items()}


if __name__ == "__main__":
    sys.exit(main())
