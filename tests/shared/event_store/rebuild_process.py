"""A rebuild that kills itself before its nth statement: ``rebuild_process.py <service> <owner's dsn> <role> <n>``.

One that has come to its end says how many statements it took.
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))

from services.shared.event_store import rebuild_command
from services.shared.event_store.rebuild import LogFeed
from services.shared.event_store.time_limits import LimitedCursor
from services.shared.settings import MigrationSettings
from tests.shared.event_store.lantern_views import LanternsByStreet


def main(service: str, dsn_owner: str, service_role: str, dies_before: str) -> int:
    statements, execute = count(1), LimitedCursor.execute

    def execute_or_die(cursor: LimitedCursor, query: Any, values: Any = None) -> None:
        if next(statements) == int(dies_before):
            os.kill(os.getpid(), signal.SIGKILL)
        execute(cursor, query, values)

    LimitedCursor.execute = execute_or_die  # type: ignore[method-assign, assignment]
    settings = MigrationSettings(dsn_owner, service_role)
    arguments = ["--all", "--switch"]
    status = rebuild_command.main(service, settings, lambda log: [LogFeed(LanternsByStreet(log))], arguments)
    print(next(statements) - 1)
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
