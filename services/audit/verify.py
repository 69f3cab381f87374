"""Whether a log is what its checkpoint says: signatures, the tree, each event against its leaf, and their order.

Everything is read once, a bundle at a time. What is known to be wrong is told in the order of positions, so that the
first finding names the first wrong event.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from services.audit.archive import HeldLog, Missing, TilesWrong
from services.audit.events import StoredEvent
from services.shared.transparency_log.checkpoints import Checkpoint
from services.shared.transparency_log.entries import FORM, act_of, moment_of
from services.shared.transparency_log.errors import Malformed, TransparencyError
from services.shared.transparency_log.policy import Policy
from services.shared.transparency_log.tiles import HASH_BYTES, TILE_WIDTH
from services.shared.transparency_log.tree import leaf_hash

# Two services' clocks differ by less; a cause may seem to come that much after its effect.
CLOCK_DIFFERENCE = timedelta(seconds=2)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. ``position`` is that of the event concerned, None when it is none in particular."""

    origin: str
    position: int | None
    kind: str
    what: str

    def __str__(self) -> str:
        where = "" if self.position is None else f" event {self.position}"
        return f"{self.origin}{where}: {self.kind}: {self.what}"


class Wrong(Exception):
    """What a step of the check found; the log's name is added by whoever asked for it."""

    def __init__(self, position: int | None, kind: str, what: str) -> None:
        super().__init__(what)
        self.position = position
        self.kind = kind


class Verification:
    """The check of one log among all those held."""

    def __init__(
        self,
        log: HeldLog,
        policy: Policy,
        others: Mapping[str, HeldLog],
        *,
        trusted: Checkpoint | None = None,
        positions: Sequence[int] | None = None,
        went_on: Callable[[int], None] = lambda _: None,
    ) -> None:
        """``others`` are all logs by the name of their service; ``trusted`` is what this auditor found right before.

        ``positions`` says which events are held when they are not all; ``went_on`` is told how many were checked.
        """
        self._log = log
        self._policy = policy
        self._others = others
        self._trusted = trusted
        self._positions = None if positions is None else set(positions)
        self._went_on = went_on
        self._versions: dict[str, int] = {}

    def findings(self) -> Iterator[Finding]:
        """All that is wrong with the log, nothing when it is right."""
        for check in (self._check_signatures, self._check_continuity, self._check_tiles):
            try:
                check()
            except TransparencyError as error:
                yield self._finding(Wrong(None, type(error).__name__, str(error)))
        for index in self._bundles():
            try:
                wrongs = list(self._wrongs_in(index))
            except TransparencyError as error:
                wrongs = [Wrong(index * TILE_WIDTH + 1, type(error).__name__, str(error))]
            yield from map(self._finding, wrongs)
            self._went_on(self._log.width(None, index))

    def _bundles(self) -> Iterable[int]:
        """Which bundles of entries are held."""
        if self._positions is None:
            return range(-(-self._log.checkpoint.size // TILE_WIDTH))
        return sorted({(position - 1) // TILE_WIDTH for position in self._positions})

    def _finding(self, wrong: Wrong) -> Finding:
        return Finding(self._log.origin, wrong.position, wrong.kind, str(wrong))

    def _check_signatures(self) -> None:
        self._policy.accepted(self._log.note, self._log.origin)

    def _check_continuity(self) -> None:
        try:
            if self._trusted is not None:
                self._log.check_continues(self._trusted)
        except Missing:
            if self._positions is None:
                raise
            # A bundle of a few events need not hold the tile in which the trusted tree ends.

    def _check_tiles(self) -> None:
        self._log.check_root()
        level = 1
        while tiles := self._log.checkpoint.size >> (8 * (level + 1)):
            for index in range(tiles):
                self._log.check_tile(level, index)
            level += 1

    def _wrongs_in(self, index: int) -> Iterator[Wrong]:
        """What is wrong with the events of a bundle, their entries and leaves. Raises TransparencyError."""
        leaves = self._log.read_tile(0, index)
        try:
            self._log.check_tile(0, index)
        except TilesWrong as error:
            yield Wrong(index * TILE_WIDTH + 1, "TilesWrong", str(error))
        held = {event.position: event for event in self._log.events(index)}
        entries, missing = self._entries(index)
        for offset, entry in enumerate(entries):
            position = index * TILE_WIDTH + 1 + offset
            leaf = leaves[offset * HASH_BYTES : (offset + 1) * HASH_BYTES]
            event = held.pop(position, None)
            if event is not None:
                yield from self._wrongs_of(event, entry, leaf)
            elif self._positions is None or position in self._positions:
                yield Wrong(position, "EventMissing", "the tree has an event, and there is none")
            elif entry is not None and leaf_hash(entry) != leaf:
                yield Wrong(position, "EntryChanged", "the entry is not the one in the tree")
        for position in held:
            yield Wrong(position, "EventInserted", "there is an event, and the tree has none")
        if missing is not None:
            yield Wrong(index * TILE_WIDTH + 1, "Missing", str(missing))

    def _entries(self, index: int) -> tuple[Sequence[bytes | None], Missing | None]:
        """The entries of a bundle; where it is missing, so many of none: the events may still say which is wrong."""
        try:
            return self._log.entries(index), None
        except Missing as missing:
            return [None] * self._log.width(None, index), missing

    def _wrongs_of(self, event: StoredEvent, entry: bytes | None, leaf: bytes) -> Iterator[Wrong]:
        position = event.position
        try:
            act = act_of(event.state)
        except Malformed as error:
            yield Wrong(position, "EventChanged", str(error))
            return
        digest = hashlib.sha256(event.state).hexdigest()
        # Not entry_of, which looks at each value: what has the hash of the leaf is what was looked at before.
        is_entry = (
            f"{FORM}\n{position}\n{event.stream}\n{event.version}\n{event.topic}\n{act.recorded_at}\n{digest}\n"
        ).encode()
        if hashlib.sha256(b"\x00" + is_entry).digest() != leaf:
            yield Wrong(position, "EventChanged", f"version {event.version} of {event.stream} is not what the tree has")
        elif entry is not None and entry != is_entry:
            yield Wrong(position, "EntryChanged", "the entry is not the one in the tree")
        if self._positions is None:
            before = self._versions.get(event.stream, 0)
            self._versions[event.stream] = event.version
            if event.version != before + 1:
                yield Wrong(position, "VersionsBroken", f"{event.stream} goes from version {before} to {event.version}")
        elif position not in self._positions:
            yield Wrong(position, "EventInserted", "the event was not chosen")
        if act.cause is not None:
            yield from self._wrongs_of_cause(position, act.cause, act.recorded_at)

    def _wrongs_of_cause(self, position: int, cause: str, recorded_at: str) -> Iterator[Wrong]:
        """An event's cause is an event of some log, and came before."""
        service, _, number = cause.rpartition(":")
        log = self._others.get(service)
        if log is None or not number.isascii() or not number.isdecimal() or number.startswith("0"):
            yield Wrong(position, "CauseUnknown", f"its cause {cause} is in no log that is held")
            return
        if log is self._log and int(number) >= position:
            yield Wrong(position, "CauseLater", f"its cause {cause} does not come before it")
        elif int(number) > log.checkpoint.size:
            yield Wrong(
                position, "CauseUnknown", f"its cause {cause} is not held yet: fetch again, or it does not exist"
            )
        elif log is not self._log:
            try:
                caused_at = log.entry(int(number)).time
            except Missing:
                if self._positions is None:
                    raise
                return
            if moment_of(caused_at) > moment_of(recorded_at) + CLOCK_DIFFERENCE:
                yield Wrong(position, "CauseLater", f"its cause {cause} was recorded later, at {caused_at}")
