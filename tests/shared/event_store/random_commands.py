"""Commands at random, what their writers were told, and the check that the log says the same.

An event's state names its command, its number in it and how many there are, so that the log alone shows half commands.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from uuid import UUID

from eventsourcing.persistence import Notification, StoredEvent

from services.shared.event_store import Appended, PostgresApplicationRecorder, Request
from tests.shared.event_store.stored import TOPIC

THREADS_PROGRAM = Path(__file__).with_name("random_writer_process.py")
GREENLETS_PROGRAM = Path(__file__).with_name("random_greenlets_process.py")
_PAGE_EVENTS = 5000


@dataclass(frozen=True)
class RandomCommand:
    """Events for versions of aggregates; one without a request id cannot be sent again when its answer was lost."""

    id: UUID
    wanted: tuple[tuple[UUID, int], ...]
    has_request_id: bool

    @property
    def events(self) -> list[StoredEvent]:
        size = len(self.wanted)
        return [
            StoredEvent(aggregate, version, TOPIC, f"{self.id} {number} {size}".encode())
            for number, (aggregate, version) in enumerate(self.wanted)
        ]

    @property
    def request(self) -> Request | None:
        return Request(self.id, b"digest", *self.wanted[0]) if self.has_request_id else None

    def __str__(self) -> str:
        wanted = " ".join(f"{aggregate}={version}" for aggregate, version in self.wanted)
        return f"{self.id} {self.has_request_id:d} {wanted}"

    @classmethod
    def parse(cls, text: str) -> Self:
        command_id, has_request_id, *wanted = text.split()
        pairs = (pair.split("=") for pair in wanted)
        return cls(
            UUID(command_id),
            tuple((UUID(aggregate), int(version)) for aggregate, version in pairs),
            has_request_id == "1",
        )


class Notes:
    """What one writer sends and is told, in a file to which each line goes at once: a kill takes none back."""

    def __init__(self, file: Path) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def sends(self, command: RandomCommand) -> None:
        self._note(f"sends {command}")

    def stored(self, command: RandomCommand, appended: Appended) -> None:
        self._note(f"stored {command.id} {appended.first} {appended.last}")

    def absent(self, command: RandomCommand) -> None:
        """It was refused, or rolled back."""
        self._note(f"absent {command.id}")

    def _note(self, line: str) -> None:
        os.write(self._file, f"{line}\n".encode())


class Told:
    """What writers have noted."""

    def __init__(self, *files: Path) -> None:
        self.unanswered: dict[UUID, RandomCommand] = {}
        self.stored: dict[UUID, tuple[int, int]] = {}
        self.absent: set[UUID] = set()
        self._read_bytes = dict.fromkeys(files, 0)
        self.read_on()

    def read_on(self) -> None:
        """Read what has been noted since."""
        for file, read_bytes in self._read_bytes.items():
            with file.open("rb") as notes:
                notes.seek(read_bytes)
                news = notes.read()
            whole = news.rfind(b"\n") + 1
            self._read_bytes[file] += whole
            for line in news[:whole].decode().splitlines():
                self._take(*line.split(maxsplit=1))
        for answered in self.unanswered.keys() & (self.stored.keys() | self.absent):
            del self.unanswered[answered]

    def _take(self, what: str, rest: str) -> None:
        if what == "sends":
            command = RandomCommand.parse(rest)
            self.unanswered[command.id] = command
        elif what == "absent":
            self.absent.add(UUID(rest))
        else:
            command_id, first, last = rest.split()
            positions = int(first), int(last)
            assert self.stored.setdefault(UUID(command_id), positions) == positions, f"two answers to {command_id}"


class Audit:
    """Reads the log from the start on, and holds it against what the writers were told."""

    def __init__(self) -> None:
        self.head = 0
        self.commands: dict[UUID, tuple[int, int]] = {}
        self._versions: dict[UUID | str, int] = {}
        self._awaited: tuple[str, int, int] | None = None

    def read_on(self, recorder: PostgresApplicationRecorder) -> None:
        """Read what is new; fails over a hole, a half command, one stored twice, and a version out of its order."""
        for notification in pages(recorder, self.head):
            assert notification.id == self.head + 1, f"position {notification.id} follows {self.head}"
            self.head = notification.id
            version = self._versions.get(notification.originator_id, 0) + 1
            assert notification.originator_version == version, f"{notification} where version {version} was due"
            self._versions[notification.originator_id] = version
            self._take(notification)
        assert self._awaited is None, f"the log ends at {self.head} within a command: {self._awaited}"

    def agrees_with(self, told: Told) -> None:
        """Fail unless everything told is so; what nobody was told must at least have been sent."""
        for command, positions in told.stored.items():
            assert self.commands.get(command) == positions, f"{command} was acknowledged at {positions}"
        assert not told.absent & self.commands.keys(), "the log holds what was refused"

    def agrees_in_the_end_with(self, told: Told) -> None:
        """As ``agrees_with``, and nothing is left open but what was sent without a request id."""
        self.agrees_with(told)
        unheard = self.commands.keys() - told.stored.keys()
        assert unheard <= told.unanswered.keys(), "the log holds what nobody sent"
        assert not any(command.has_request_id for command in told.unanswered.values())

    def _take(self, notification: Notification) -> None:
        text, number_text, size_text = notification.state.decode().split()
        number, size = int(number_text), int(size_text)
        assert self._awaited == (None if number == 0 else (text, number, size)), f"half a command before {notification}"
        self._awaited = (text, number + 1, size) if number + 1 < size else None
        if number == 0:
            command = UUID(text)
            assert command not in self.commands, f"{command} is stored twice"
            self.commands[command] = notification.id, notification.id + size - 1


def pages(recorder: PostgresApplicationRecorder, after: int) -> Iterator[Notification]:
    """The log after a position, up to where it stands."""
    while page := recorder.select_notifications(after, _PAGE_EVENTS, inclusive_of_start=False):
        yield from page
        after = page[-1].id


class WriterProcess:
    """A process of random writers, until it has written enough, is stopped or killed; at the latest with the block."""

    def __init__(
        self,
        service: str,
        settings: Mapping[str, str],
        notes: Path,
        seed: object,
        events: float = float("inf"),
        program: Path = THREADS_PROGRAM,
    ) -> None:
        self.notes = notes
        self._said = notes.with_name(f"{notes.name} said")
        command = [sys.executable, str(program), service, str(seed), str(events), str(notes)]
        settled = [f"{name}={value}" for name, value in settings.items()]
        with self._said.open("w") as said:
            self._process = subprocess.Popen([*command, *settled], stdin=subprocess.PIPE, stderr=said)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()

    def stop(self) -> None:
        """Let it come to an end with what it has begun."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self.join()

    def join(self) -> None:
        """Wait until it has ended well."""
        assert self._process.wait() == 0, self._said.read_text()
