"""Where the parts of a published log are found, as https://c2sp.org/tlog-tiles says, and the bytes of a bundle.

A tile is 256 consecutive hashes of the tree (8,192 bytes) at a level whose hashes each stand for 256 of the level
below; a bundle is the 256 entries under a tile of level 0. The last of each row may be partial: its path then ends
with its width.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from services.shared.transparency_log.entries import MAX_ENTRY_BYTES
from services.shared.transparency_log.errors import Malformed

HASH_BYTES = 32
TILE_WIDTH = 256
MAX_LEVEL = 7  # a tree of 2^64 entries has no higher one
MAX_BUNDLE_BYTES = TILE_WIDTH * (MAX_ENTRY_BYTES + 2)
CHECKPOINT_PATH = "checkpoint"

_NUMBER = r"(?:0|[1-9][0-9]{0,1})"
_PATH = re.compile(
    rf"tile/(entries|{_NUMBER})/((?:x[0-9]{{3}}/){{0,6}}[0-9]{{3}})(?:\.p/([1-9][0-9]{{0,2}}))?", re.ASCII
)


@dataclass(frozen=True)
class Tile:
    """One tile or, where ``level`` is None, one bundle of entries; ``width`` hashes or entries wide."""

    level: int | None
    index: int
    width: int = TILE_WIDTH

    @property
    def path(self) -> str:
        """Below the log's prefix, without a slash in front: ``tile/0/x001/x234/067.p/8``."""
        row = "entries" if self.level is None else str(self.level)
        digits = f"{self.index:03}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        *groups, last = (digits[start : start + 3] for start in range(0, len(digits), 3))
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{row}/{''.join(f'x{group}/' for group in groups)}{last}{partial}"

    @classmethod
    def parse(cls, path: str) -> Tile:
        """The tile that a path names. Raises Malformed unless it is the one path of that tile."""
        found = _PATH.fullmatch(path)
        if found is None:
            raise Malformed(f"not the path of a tile: {path[:100]!r}")
        row, index, width = found.groups()
        tile = cls(
            None if row == "entries" else int(row),
            int(index.replace("x", "").replace("/", "")),
            TILE_WIDTH if width is None else int(width),
        )
        if (tile.level or 0) > MAX_LEVEL or tile.path != path:
            raise Malformed(f"not the path of a tile: {path[:100]!r}")
        return tile


def tiles_of(size: int, before: int = 0) -> Iterator[Tile]:
    """All tiles and bundles of a tree of ``size`` that a tree of ``before`` did not have, each row in order."""
    yield from _row(None, size, before)
    for level in range(MAX_LEVEL + 1):
        if size >> (8 * level) == 0:
            break
        yield from _row(level, size >> (8 * level), before >> (8 * level))


def _row(level: int | None, hashes: int, before: int) -> Iterator[Tile]:
    if hashes == before:
        return
    yield from (Tile(level, index) for index in range(before // TILE_WIDTH, hashes // TILE_WIDTH))
    if hashes % TILE_WIDTH:
        yield Tile(level, hashes // TILE_WIDTH, hashes % TILE_WIDTH)


def bundle_of(entries: Sequence[bytes]) -> bytes:
    """Entries as a bundle, each after its length in two bytes. Raises Malformed for an entry that is too long."""
    if any(len(entry) > MAX_ENTRY_BYTES for entry in entries):
        raise Malformed(f"an entry is longer than {MAX_ENTRY_BYTES} bytes")
    return b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)


def entries_in(bundle: bytes) -> list[bytes]:
    """The entries of a bundle. Raises Malformed when it ends within one, or holds more than 256."""
    ends = [0]
    while ends[-1] < len(bundle):
        if len(ends) > TILE_WIDTH:
            raise Malformed(f"a bundle has more than {TILE_WIDTH} entries")
        ends.append(ends[-1] + 2 + int.from_bytes(bundle[ends[-1] : ends[-1] + 2], "big"))
    if ends[-1] != len(bundle):
        raise Malformed("a bundle ends within an entry")
    return [bundle[start + 2 : end] for start, end in pairwise(ends)]
