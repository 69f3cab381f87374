"""As ``random_writer_process.py``, in greenlets under eventlet, of which one after another is killed."""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import sys  # noqa: E402 - eventlet patches before anything else is imported
from contextlib import suppress  # noqa: E402
from itertools import count  # noqa: E402
from pathlib import Path  # noqa: E402
from random import Random  # noqa: E402

from eventlet.support.greenlets import GreenletExit  # noqa: E402

sys.path.insert(0, str(Path(__file__).parents[3]))

from services.shared.event_store import EventLog, VersionConflict  # noqa: E402
from tests.shared.event_store.random_commands import Notes, Told  # noqa: E402
from tests.shared.event_store.random_writer_process import THREADS, Writer  # noqa: E402

_LONGEST_LIFE_SECONDS = 0.1
_LONGEST_DEATH_SECONDS = 5


def main(service: str, seed: str, events: str, notes: str, *settings: str) -> None:
    log = EventLog(service, dict(setting.split("=", 1) for setting in settings))
    file, random, lives = Path(notes), Random(seed), count()

    def new_writer() -> Writer:
        return Writer(log, Notes(file), Random(f"{seed} {next(lives)}"))

    def write(writer: Writer) -> None:
        while True:
            writer.write()

    writing = [eventlet.spawn(write, new_writer()) for _ in range(THREADS)]
    while log.head() < float(events):
        eventlet.sleep(random.uniform(0, _LONGEST_LIFE_SECONDS))
        victim = random.randrange(THREADS)
        kill(writing[victim])
        writing[victim] = eventlet.spawn(write, new_writer())
    for greenlet in writing:
        kill(greenlet)
    for command in Told(file).unanswered.values():
        if command.has_request_id:
            with suppress(VersionConflict):
                new_writer().settle(command)
    log.close()


def kill(victim: eventlet.greenthread.GreenThread) -> None:
    """Kill a greenlet that writes; fails when it ended by something else, or when the kill does not end it."""
    assert not victim.dead, victim.wait()
    victim.kill()
    with eventlet.Timeout(_LONGEST_DEATH_SECONDS), suppress(GreenletExit):
        victim.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
