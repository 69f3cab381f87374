"""A process that appends at random: ``random_writer_process.py <service> <seed> <events> <notes> <setting>=<value> …``.

It stops after about that many events, or when its input is closed. What an earlier process of the same notes left
unanswered it sends again first; whatever it is told it notes before it goes on.
"""

from __future__ import annotations

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from random import Random
from uuid import UUID, uuid5

sys.path.insert(0, str(Path(__file__).parents[3]))

from eventsourcing.persistence import InterfaceError, OperationalError

from services.shared.event_store import (
    Appended,
    EventLog,
    OtherRequestRecorded,
    OutcomeUnknown,
    Request,
    VersionConflict,
)
from tests.shared.event_store.random_commands import Notes, RandomCommand, Told

THREADS = 16
# Aggregates that all writers of all processes fight for, and requests that they all send about the same time.
HOT_AGGREGATES = [UUID(int=number) for number in range(8)]
SHARED_REQUESTS = UUID(int=134)
_MOST_OWN_AGGREGATES = 20
_SERVER_AWAY_SECONDS = 0.05


class Writer:
    """One thread that appends at random, to aggregates of its own and to those that others want too."""

    def __init__(self, log: EventLog, notes: Notes, random: Random) -> None:
        self._log = log
        self._notes = notes
        self._random = random
        self._versions: dict[UUID, int] = {}
        self._shared_requests = 0
        self._last: tuple[RandomCommand, Appended] | None = None
        self.stored_events = 0

    def write(self) -> None:
        """Send one command of some kind."""
        kinds = [self._own, self._hot, self._taken, self._shared_request, self._again, self._rolled_back]
        self._random.choices(kinds, [70, 10, 5, 5, 5, 5])[0]()

    def settle(self, command: RandomCommand) -> bool:
        """Send the command until it is answered, or once if it has no request id; whether it is known to be stored.

        Raises VersionConflict when it is refused.
        """
        self._notes.sends(command)
        while True:
            try:
                appended = self._append(command)
            except VersionConflict:
                self._notes.absent(command)
                raise
            except (InterfaceError, OperationalError) as error:
                if not command.has_request_id:
                    if not isinstance(error, OutcomeUnknown):
                        self._notes.absent(command)
                    return False
                time.sleep(_SERVER_AWAY_SECONDS)
            else:
                self._notes.stored(command, appended)
                self.stored_events += 0 if appended.repeated else len(command.wanted)
                self._last = command, appended
                return True

    def _append(self, command: RandomCommand) -> Appended:
        # A commit in a transaction of our own that fails says nothing about its outcome.
        if command.has_request_id and self._random.random() < 0.1:
            with self._log.transaction() as cursor:
                return self._log.recorder.append_within(cursor, command.events, request=command.request)
        return self._log.recorder.append(command.events, request=command.request)

    def _own(self) -> None:
        """The next versions of one to three aggregates nobody else writes."""
        versions = dict(self._random.sample(sorted(self._versions.items()), min(2, len(self._versions))))
        versions[self._uuid()] = 0
        wanted = []
        for aggregate in self._random.sample(sorted(versions), self._random.randint(1, len(versions))):
            for _ in range(self._random.choice([1, 1, 1, 2])):
                versions[aggregate] += 1
                wanted.append((aggregate, versions[aggregate]))
        if self.settle(self._command(wanted)):
            self._versions |= {aggregate: version for aggregate, version in versions.items() if version}
        else:
            self._versions = {}  # who knows where they stand
        while len(self._versions) > _MOST_OWN_AGGREGATES:
            del self._versions[self._random.choice(sorted(self._versions))]

    def _hot(self) -> None:
        """The next version of an aggregate, unless somebody else is faster."""
        aggregate = self._random.choice(HOT_AGGREGATES)
        with suppress(InterfaceError, OperationalError, VersionConflict):
            last = self._log.recorder.select_events(aggregate, desc=True, limit=1)
            version = last[0].originator_version + 1 if last else 1
            self.settle(self._command([(self._uuid(), 1), (aggregate, version)]))

    def _taken(self) -> None:
        """A version that is in the log already, beside one that is not."""
        if self._versions:
            taken = self._random.choice(sorted(self._versions.items()))
            with suppress(VersionConflict):
                assert not self.settle(self._command([(self._uuid(), 1), taken])), f"{taken} is stored once more"

    def _shared_request(self) -> None:
        """A request that everybody sends."""
        self._shared_requests += 1
        command_id = uuid5(SHARED_REQUESTS, str(self._shared_requests))
        wanted = tuple((uuid5(command_id, name), 1) for name in ("first", "second"))
        self.settle(RandomCommand(command_id, wanted, has_request_id=True))

    def _again(self) -> None:
        """A request that was answered is answered so again, and its id cannot be used for another one."""
        if self._last is None or not self._last[0].has_request_id:
            return
        command, appended = self._last
        with suppress(InterfaceError, OperationalError):
            assert self._append(command) == Appended(appended.first, appended.last, repeated=True)
            other = Request(command.id, b"other digest", *command.wanted[0])
            with suppress(OtherRequestRecorded):
                self._log.recorder.append([], request=other)
                raise AssertionError(f"{command.id} is used for another request")

    def _rolled_back(self) -> None:
        """A command whose transaction does not commit."""
        command = self._command([(self._uuid(), 1)])
        self._notes.sends(command)
        with suppress(InterfaceError, OperationalError, ZeroDivisionError), self._log.transaction() as cursor:
            self._log.recorder.append_within(cursor, command.events, request=command.request)
            raise ZeroDivisionError
        self._notes.absent(command)

    def _command(self, wanted: list[tuple[UUID, int]]) -> RandomCommand:
        return RandomCommand(self._uuid(), tuple(wanted), has_request_id=self._random.random() < 0.5)

    def _uuid(self) -> UUID:
        return UUID(int=self._random.getrandbits(128), version=4)


def stop_at_end_of_input(stopping: threading.Event) -> None:
    sys.stdin.read()
    stopping.set()


def opened(service: str, settings: dict[str, str]) -> EventLog:
    """The log, as soon as its server is there."""
    while True:
        try:
            return EventLog(service, settings)
        except (InterfaceError, OperationalError):
            time.sleep(_SERVER_AWAY_SECONDS)


def main(service: str, seed: str, events: str, notes: str, *settings: str) -> None:
    stopping = threading.Event()
    threading.Thread(target=stop_at_end_of_input, args=(stopping,), daemon=True).start()
    log = opened(service, dict(setting.split("=", 1) for setting in settings))
    file = Path(notes)
    file.touch()
    left_unanswered = [command for command in Told(file).unanswered.values() if command.has_request_id]

    def write(thread: int) -> None:
        writer = Writer(log, Notes(file), Random(f"{seed} {thread}"))
        for command in left_unanswered[thread::THREADS]:
            with suppress(VersionConflict):
                writer.settle(command)
        while writer.stored_events < float(events) / THREADS and not stopping.is_set():
            writer.write()

    with ThreadPoolExecutor(THREADS) as threads:
        for written in [threads.submit(write, thread) for thread in range(THREADS)]:
            written.result()
    log.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
