"""The tree of RFC 6962, section 2.1, word for word over a list of leaf hashes; slow, and beyond doubt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from services.shared.transparency_log.tree import grown


def root(leaves: Sequence[bytes]) -> bytes:
    """MTH(D[n])."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:])).digest()


def path(m: int, leaves: Sequence[bytes]) -> tuple[bytes, ...]:
    """PATH(m, D[n])."""
    if len(leaves) == 1:
        return ()
    k = split(len(leaves))
    if m < k:
        return (*path(m, leaves[:k]), root(leaves[k:]))
    return (*path(m - k, leaves[k:]), root(leaves[:k]))


def proof(m: int, leaves: Sequence[bytes]) -> tuple[bytes, ...]:
    """PROOF(m, D[n]), for 0 < m < n."""
    return _subproof(m, leaves, True)


def _subproof(m: int, leaves: Sequence[bytes], is_whole: bool) -> tuple[bytes, ...]:
    if m == len(leaves):
        return () if is_whole else (root(leaves),)
    k = split(len(leaves))
    if m <= k:
        return (*_subproof(m, leaves[:k], is_whole), root(leaves[k:]))
    return (*_subproof(m - k, leaves[k:], False), root(leaves[:k]))


def split(n: int) -> int:
    """The largest power of two smaller than n."""
    k = 1
    while 2 * k < n:
        k *= 2
    return k


class Tiles(dict[tuple[int, int], bytes]):
    """The tiles of a growing tree, in memory."""

    size = 0

    def append(self, leaves: Sequence[bytes]) -> None:
        """One batch of leaf hashes."""
        self.update(grown(self.size, leaves, self.read))
        self.size += len(leaves)

    def read(self, level: int, index: int) -> bytes:
        """The tile as wide as it is by now."""
        return self[level, index]


def tiles_over(*batches: Iterable[bytes]) -> Tiles:
    """The tiles of a tree to which batches of leaf hashes were appended."""
    tiles = Tiles()
    for batch in batches:
        tiles.append(list(batch))
    return tiles
