"""What an auditor holds of logs: a mirror, which is a folder, or a bundle, which is one ZIP file of the same layout.

    policy                                  which logs and witnesses, by their keys
    schemas.json                            in a bundle: the fields of each topic,
    selection.json                          the positions of its events, unless it has all,
    manifest                                and the digest of everything else in it, as sha256sum writes it
    nscl.example.vn%2Fsupport/checkpoint    one folder for each log, named by its origin
    nscl.example.vn%2Fsupport/tile/…        as https://c2sp.org/tlog-tiles lays them out
    nscl.example.vn%2Fsupport/events/…      the stored bytes, a page for each bundle of entries

Nothing is unpacked: a name in a ZIP file is only ever compared, and no more is read than the thing may have.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from services.audit.events import MAX_PAGE_BYTES, StoredEvent, events_in, page_path
from services.shared.transparency_log.checkpoints import Checkpoint
from services.shared.transparency_log.entries import Entry
from services.shared.transparency_log.errors import Malformed, TransparencyError
from services.shared.transparency_log.notes import MAX_NOTE_BYTES, Note
from services.shared.transparency_log.policy import MAX_POLICY_BYTES, Policy
from services.shared.transparency_log.tiles import (
    CHECKPOINT_PATH,
    HASH_BYTES,
    MAX_BUNDLE_BYTES,
    TILE_WIDTH,
    Tile,
    entries_in,
)
from services.shared.transparency_log.tree import root, subtree_hash

POLICY_PATH = "policy"
SCHEMAS_PATH = "schemas.json"
SELECTION_PATH = "selection.json"
MANIFEST_PATH = "manifest"
_TILES_KEPT = 64
_BUNDLES_KEPT = 16


class Missing(TransparencyError):
    """Something that the checkpoint says there is is not there."""


class TilesWrong(TransparencyError):
    """A tile is not the one that belongs to the tree."""


class HistoryChanged(TransparencyError):
    """A log does not continue what was seen of it before: events were changed, or taken away."""


class Archive(Protocol):
    """Named bytes."""

    def read(self, path: str, limit: int) -> bytes:
        """The bytes under a path. Raises Missing, or Malformed when there are more than ``limit``."""


class Folder:
    """A mirror."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, path: str, limit: int) -> bytes:
        """See Archive."""
        try:
            with (self.folder / path).open("rb") as file:
                return _bounded(file.read(limit + 1), path, limit)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise Missing(f"{path} is missing") from error


class Bundle:
    """A ZIP file."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def names(self) -> list[str]:
        """The paths of all there is."""
        return self._archive.namelist()

    def read(self, path: str, limit: int) -> bytes:
        """See Archive; what is packed to seem small is read no further than the limit."""
        try:
            with self._archive.open(path) as member:
                return _bounded(member.read(limit + 1), path, limit)
        except KeyError as error:
            raise Missing(f"{path} is missing") from error
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
            # What zipfile raises of a member that lies: also of one encrypted (RuntimeError) or packed unknown ways.
            raise Malformed(f"{path} in the bundle cannot be read: {error}") from error


class HeldLog:
    """One log in an archive, as its checkpoint says it is."""

    def __init__(self, archive: Archive, origin: str, note: Note | None = None, *, is_published: bool = False) -> None:
        """``note`` stands for the checkpoint that is held; ``is_published`` says that nothing but this log is there.

        Raises Missing or Malformed when there is no checkpoint.
        """
        self.origin = origin
        self._archive = archive
        self._prefix = "" if is_published else f"{quote(origin, safe='')}/"
        self.note = note or Note.parse(archive.read(self.path(CHECKPOINT_PATH), MAX_NOTE_BYTES))
        self.checkpoint = Checkpoint.of_note(self.note, origin)
        self.read_tile = lru_cache(_TILES_KEPT)(self._read_tile)
        self.entries = lru_cache(_BUNDLES_KEPT)(self._entries)

    def path(self, path: str) -> str:
        """Where the archive has what the log has under a path."""
        return f"{self._prefix}{path}"

    def width(self, level: int | None, index: int) -> int:
        """How wide a tile or bundle is in the tree of the checkpoint."""
        hashes = self.checkpoint.size >> (8 * (level or 0))
        return min(TILE_WIDTH, hashes - index * TILE_WIDTH)

    def _read_tile(self, level: int, index: int) -> bytes:
        """The hashes of a tile. Raises Missing, or Malformed when it is not as wide as it must be."""
        tile = Tile(level, index, self.width(level, index))
        hashes = self._archive.read(self.path(tile.path), TILE_WIDTH * HASH_BYTES)
        if len(hashes) != tile.width * HASH_BYTES:
            raise Malformed(f"{tile.path} is not {tile.width} hashes long")
        return hashes

    def _entries(self, index: int) -> list[bytes]:
        """The entries of a bundle. Raises Missing, or Malformed when they are not as many as there must be."""
        bundle = Tile(None, index, self.width(None, index))
        entries = entries_in(self._archive.read(self.path(bundle.path), MAX_BUNDLE_BYTES))
        if len(entries) != bundle.width:
            raise Malformed(f"{bundle.path} does not have {bundle.width} entries")
        return entries

    def events(self, index: int) -> list[StoredEvent]:
        """The events whose entries are in a bundle. Raises Missing or Malformed."""
        bundle = Tile(None, index, self.width(None, index))
        return events_in(self._archive.read(self.path(page_path(bundle)), MAX_PAGE_BYTES))

    def check_tile(self, level: int, index: int) -> None:
        """Raises TilesWrong unless a full tile is what the level above says; a partial one is for the root to judge."""
        hashes = self.read_tile(level, index)
        if len(hashes) < TILE_WIDTH * HASH_BYTES:
            return
        above, offset = divmod(index, TILE_WIDTH)
        if subtree_hash(hashes) != self.read_tile(level + 1, above)[offset * HASH_BYTES : (offset + 1) * HASH_BYTES]:
            raise TilesWrong(f"{Tile(level, index).path} is not what the tile above it says")

    def check_root(self) -> None:
        """Raises TilesWrong unless the tiles lead to the root of the checkpoint."""
        if root(self.checkpoint.size, self.read_tile) != self.checkpoint.root:
            raise TilesWrong(f"the tiles do not lead to the root of the checkpoint of {self.checkpoint.size} events")

    def check_continues(self, earlier: Checkpoint) -> None:
        """Raises HistoryChanged unless the log begins with that of an earlier checkpoint."""
        size = self.checkpoint.size
        if earlier.size > size:
            raise HistoryChanged(f"there were {earlier.size} events, now there are {size}")
        if root(earlier.size, self.read_tile) != earlier.root:
            raise HistoryChanged(f"the first {earlier.size} events are not those that there were")

    def event(self, position: int) -> StoredEvent | None:
        """One event, None when there is none at the position. Raises Missing or Malformed."""
        if not 1 <= position <= self.checkpoint.size:
            return None
        events = self.events((position - 1) // TILE_WIDTH)
        return next((event for event in events if event.position == position), None)

    def entry(self, position: int) -> Entry:
        """The entry of one event, which must be within the checkpoint. Raises Missing or Malformed."""
        index, offset = divmod(position - 1, TILE_WIDTH)
        return Entry.parse(self.entries(index)[offset])


@contextmanager
def opened(place: Path) -> Iterator[Archive]:
    """The mirror or bundle at a place. Raises Missing when there is neither, Malformed for another file."""
    if place.is_dir():
        yield Folder(place)
        return
    try:
        archive = zipfile.ZipFile(place)
    except FileNotFoundError as error:
        raise Missing(f"{place} is not there") from error
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Malformed(f"{place} is neither a mirror nor a bundle: {error}") from error
    with archive:
        yield Bundle(archive)


def policy_of(archive: Archive) -> Policy:
    """The policy that an archive was made with. Raises Missing or Malformed."""
    try:
        return Policy.parse(archive.read(POLICY_PATH, MAX_POLICY_BYTES).decode())
    except UnicodeDecodeError as error:
        raise Malformed("the policy is not UTF-8") from error


def _bounded(content: bytes, path: str, limit: int) -> bytes:
    if len(content) > limit:
        raise Malformed(f"{path} is longer than {limit} bytes")
    return content
