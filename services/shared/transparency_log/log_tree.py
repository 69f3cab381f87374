"""The Merkle tree of one service's log, kept as tiles in its database: leaf n - 1 is the event at position n.

The tree is derived: it follows the log as a view does, can be emptied, and comes out the same each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import TypeVar

from eventsourcing.persistence import Notification
from psycopg2.extras import execute_values

from services.shared.event_store import Cursor, EventLog
from services.shared.transparency_log.entries import entry_of
from services.shared.transparency_log.errors import TransparencyError
from services.shared.transparency_log.tiles import HASH_BYTES, TILE_WIDTH, Tile, bundle_of
from services.shared.transparency_log.tree import ReadTile, grown, leaf_hash, root

TREE = "tree"
"""The name under which the tracking says how far the tree has come."""

MOST_AT_ONCE = 4_000

Sign = Callable[[int, Callable[[int], bytes]], bytes | None]
"""The signed checkpoint of a tree of this size, given the roots of it and of smaller ones; None where it must wait."""

T = TypeVar("T")


class HistoryLost(TransparencyError):
    """The log is not the one that was signed, or not all of it."""


class LogNotDense(HistoryLost):
    """A position is missing from the log: somebody took an event away."""


class TreeDiffers(HistoryLost):
    """The events do not give the tree that was signed: somebody changed history."""


class LogTree:
    """The tree over ``log``, read and grown; for any process of the service.

    ``counts`` tells whether a checkpoint is published as it is, or has to wait for its witnesses.
    """

    def __init__(self, log: EventLog, counts: Callable[[bytes], bool] = lambda _: True) -> None:
        self._log = log
        self._counts = counts
        self._tiles = log.factory.tables.named("tiles")
        self._checkpoints = log.factory.tables.named("checkpoints")
        self._tracking = log.factory.tables.named("tracking")

    def size(self) -> int:
        """How many events are in the tree."""
        return int(self._log.tracking.position(TREE))

    def read_tile(self, level: int, index: int) -> bytes:
        """The hashes of a tile, as many as there are by now."""
        found = self._value(f"SELECT hashes FROM {self._tiles} WHERE level = %s AND index = %s", level, index)
        return bytes(found) if found is not None else b""

    def tiles(self) -> ReadTile:
        """``read_tile`` that asks the database for each tile once: for one proof, which takes hashes of few tiles."""
        return cache(self.read_tile)

    def root(self, size: int) -> bytes:
        """The root of the tree of the first ``size`` events. Raises Malformed when it is not as large yet."""
        return root(size, self.tiles())

    def checkpoint(self) -> bytes | None:
        """The last checkpoint that counts, a note; None before the first."""
        found = self._value(f"SELECT note FROM {self._checkpoints} WHERE counts ORDER BY size DESC LIMIT 1")
        return None if found is None else bytes(found)

    def last_signed(self) -> bytes | None:
        """The last checkpoint, whether it counts yet or not; None before the first."""
        found = self._value(f"SELECT note FROM {self._checkpoints} ORDER BY size DESC LIMIT 1")
        return None if found is None else bytes(found)

    def cosigned(self, size: int, note: bytes) -> None:
        """Store the checkpoint of this size with the signatures of its witnesses."""
        with self._log.transaction() as cursor:
            self._keep(cursor, size, note)

    def published(self, tile: Tile) -> bytes | None:
        """The hashes of a tile or the bundle of its entries; None when the tree has not as many.

        Entries are made of the events each time: it takes 4 ms a bundle; stored, they would add 0.3 of the log.
        """
        if tile.level is None:
            entries = self.entries(tile.index * TILE_WIDTH, tile.width)
            return bundle_of(entries) if len(entries) == tile.width else None
        hashes = self.read_tile(tile.level, tile.index)[: tile.width * HASH_BYTES]
        return hashes if len(hashes) == tile.width * HASH_BYTES else None

    def entries(self, first: int, limit: int) -> list[bytes]:
        """The entries of the tree from leaf ``first`` on, at most ``limit``."""
        end = min(first + limit, self.size())
        return [_entry(event) for event in self._log.recorder.read_all(first, end)] if first < end else []

    def integrate(self, sign: Sign, most: int = MOST_AT_ONCE) -> int:
        """Take in what the log holds beyond the tree, at most so many events; how many these were.

        Tiles, size and checkpoint are stored together or not at all. Raises TrackingConflict when another process
        was faster, LogNotDense when an event is missing.
        """
        size = self.size()
        page = self._log.recorder.select_notifications(size, most, inclusive_of_start=False)
        if page or self.last_signed() is None:
            self._store(size, *_taken_in(page, size, self.read_tile), sign)
        return len(page)

    def sign_anew(self, sign: Sign) -> None:
        """Sign the tree as it is, because the keys are others now."""
        self._store(self.size(), self.size(), {}, sign)

    def check(self, size: int, wanted_root: bytes) -> None:
        """Make the tree of ``size`` anew from the events alone. Raises TreeDiffers when its root is another one."""
        for _ in self._made_anew(size, wanted_root):
            pass

    def rebuild(self) -> int:
        """Empty the tiles and make them anew from the events; the size of the tree. Meanwhile nothing is integrated.

        Readers see the old tiles until the end. Raises TreeDiffers, and leaves the tiles as they are, when the root
        comes out as another one.
        """
        with self._log.transaction() as cursor:
            cursor.execute(
                f"SELECT notification_id FROM {self._tracking} WHERE application_name = %s FOR UPDATE", (TREE,)
            )
            row = cursor.fetchone()
            if row is None:
                return 0
            size: int = row[0]
            before = self.root(size)
            cursor.execute(f"DELETE FROM {self._tiles}")
            for changed in self._made_anew(size, before):
                self._write(cursor, changed)
        return size

    def _made_anew(self, size: int, wanted_root: bytes) -> Iterator[dict[tuple[int, int], bytes]]:
        """The tiles that change as the tree grows from nothing to ``size``, a page of the log at a time.

        Raises TreeDiffers at the end when the root is not the wanted one.
        """
        reached, edge = 0, Edge()
        for page in _pages(self._log.recorder.read_all(0, size), MOST_AT_ONCE):
            reached, changed = _taken_in(page, reached, edge.read_tile)
            edge.keep(changed)
            yield changed
        if reached < size or root(size, edge.read_tile) != wanted_root:
            raise TreeDiffers(f"the first {size} events of {self._log.name} do not give the tree that was signed")

    def _store(self, before: int, size: int, changed: dict[tuple[int, int], bytes], sign: Sign) -> None:
        grown_tiles = _over(changed, self.tiles())
        note = sign(size, lambda smaller: root(smaller, grown_tiles))
        with self._log.transaction() as cursor:
            if size > before:
                self._log.tracking.advance(cursor, TREE, previous=before, position=size)
                self._write(cursor, changed)
            if note is not None:
                self._keep(cursor, size, note)

    def _keep(self, cursor: Cursor, size: int, note: bytes) -> None:
        cursor.execute(
            f"INSERT INTO {self._checkpoints} (size, note, counts) VALUES (%s, %s, %s)"
            " ON CONFLICT (size) DO UPDATE SET note = EXCLUDED.note, counts = EXCLUDED.counts, signed_at = now()",
            (size, note, self._counts(note)),
        )

    def _write(self, cursor: Cursor, changed: dict[tuple[int, int], bytes]) -> None:
        execute_values(
            cursor,
            f"INSERT INTO {self._tiles} (level, index, hashes) VALUES %s"
            " ON CONFLICT (level, index) DO UPDATE SET hashes = EXCLUDED.hashes",
            [(level, index, hashes) for (level, index), hashes in changed.items()],
        )

    def _value(self, query: str, *values: object) -> memoryview | None:
        with self._log.pool.cursor() as cursor:
            cursor.execute(query, values)
            row = cursor.fetchone()
        return row[0] if row else None


class Edge:
    """The last tile of each level of a tree that grows: all that is needed to grow on, and for its root."""

    def __init__(self) -> None:
        self._tiles: dict[int, tuple[int, bytes]] = {}

    def read_tile(self, level: int, index: int) -> bytes:
        """The hashes of the tile, nothing where it is not the last of its level."""
        last, hashes = self._tiles.get(level, (0, b""))
        return hashes if index == last else b""

    def keep(self, changed: dict[tuple[int, int], bytes]) -> None:
        """The tree has grown by these tiles, in the order of each level."""
        self._tiles.update({level: (index, hashes) for (level, index), hashes in changed.items()})


def _taken_in(page: Sequence[Notification], size: int, read_tile: ReadTile) -> tuple[int, dict[tuple[int, int], bytes]]:
    """The size of the tree that a page of the log makes of one of ``size``, and the tiles that change."""
    for position, event in enumerate(page, size + 1):
        if event.id != position:
            raise LogNotDense(f"position {position} is missing from the log: {event.id} follows {position - 1}")
    return size + len(page), grown(size, [leaf_hash(_entry(event)) for event in page], read_tile)


def _entry(event: Notification) -> bytes:
    return entry_of(event.id, str(event.originator_id), event.originator_version, event.topic, event.state)


def _over(changed: dict[tuple[int, int], bytes], read_tile: ReadTile) -> ReadTile:
    """The tiles as they will be."""
    return lambda level, index: changed.get((level, index)) or read_tile(level, index)


def _pages(things: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(things)
    while page := list(islice(iterator, size)):
        yield page
