"""A process that appends: ``writer_process.py <service> <seed> <setting>=<value> …``; prints its positions."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parents[3]))

from services.shared.event_store import EventLog, VersionConflict
from tests.shared.event_store.stored import event


def main(service: str, seed: str, *settings: str) -> None:
    log = EventLog(service, dict(setting.split("=", 1) for setting in settings))
    random = Random(int(seed))

    def write(_: int) -> list[int]:
        contested = UUID(int=random.randrange(200))
        try:
            appended = log.recorder.append([event(contested), event()])
        except VersionConflict:
            return []
        return list(range(appended.first, appended.last + 1))

    with ThreadPoolExecutor(8) as callers:
        for positions in callers.map(write, range(150)):
            print(*positions)
    log.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
