"""The Merkle tree of RFC 6962, section 2.1, kept as tiles: grown in batches, its root and its proofs.

``ReadTile`` gives the hashes of a tile by level and index, as many as there are by now; it may give more than the size
asked about needs, so that a full tile serves for every earlier width. Hashes of complete subtrees never change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from services.shared.transparency_log.errors import Malformed, ProofInvalid
from services.shared.transparency_log.tiles import HASH_BYTES, TILE_WIDTH

ReadTile = Callable[[int, int], bytes]

EMPTY_ROOT = hashlib.sha256().digest()
MAX_PROOF_HASHES = 64
_TILE_BYTES = TILE_WIDTH * HASH_BYTES
_TILE_HEIGHT = 8


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry as a leaf."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over two hashes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def subtree_hash(hashes: bytes) -> bytes:
    """The root of a complete subtree over hashes in a row; their number is a power of two."""
    sha256 = hashlib.sha256
    while len(hashes) > HASH_BYTES:
        pairs = range(0, len(hashes), 2 * HASH_BYTES)
        hashes = b"".join([sha256(b"\x01" + hashes[start : start + 2 * HASH_BYTES]).digest() for start in pairs])
    return hashes


def grown(size: int, leaves: Sequence[bytes], read_tile: ReadTile) -> dict[tuple[int, int], bytes]:
    """The tiles, by level and index, that change when leaf hashes are appended to a tree of ``size``.

    Each is given whole; the last of a level may be partial.
    """
    changed: dict[tuple[int, int], bytes] = {}
    level, first, hashes = 0, size, list(leaves)
    while hashes:
        index, held = divmod(first, TILE_WIDTH)
        row = (read_tile(level, index)[: held * HASH_BYTES] if held else b"") + b"".join(hashes)
        tiles = [row[start : start + _TILE_BYTES] for start in range(0, len(row), _TILE_BYTES)]
        changed.update(((level, index + offset), tile) for offset, tile in enumerate(tiles))
        hashes = [subtree_hash(tile) for tile in tiles if len(tile) == _TILE_BYTES]
        level, first = level + 1, index
    return changed


def root(size: int, read_tile: ReadTile) -> bytes:
    """The root of the tree of the first ``size`` leaves."""
    return _range_hash(0, size, read_tile) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, read_tile: ReadTile) -> tuple[bytes, ...]:
    """The hashes that lead from leaf ``index`` (from 0) to the root of the tree of ``size``.

    Raises ValueError unless the leaf is within the tree.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} has no leaf {index}")
    proof: list[bytes] = []
    first, end = 0, size
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            proof.append(_range_hash(middle, end, read_tile))
            end = middle
        else:
            proof.append(_range_hash(first, middle, read_tile))
            first = middle
    return tuple(reversed(proof))


def consistency_proof(old: int, new: int, read_tile: ReadTile) -> tuple[bytes, ...]:
    """The hashes that show the tree of ``old`` to be the beginning of that of ``new``; none from the empty tree.

    Raises ValueError unless ``old`` is at most ``new``.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} is not the beginning of one of {new}")
    if old in (0, new):
        return ()
    proof: list[bytes] = []
    first, end = 0, new
    while old != end:
        middle = first + _split(end - first)
        if old <= middle:
            proof.append(_range_hash(middle, end, read_tile))
            end = middle
        else:
            proof.append(_range_hash(first, middle, read_tile))
            first = middle
    if first:
        proof.append(_range_hash(first, end, read_tile))
    return tuple(reversed(proof))


def root_by_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """The root to which a proof of inclusion leads. Raises ProofInvalid when it has not the length it must have."""
    if not 0 <= index < size:
        raise ProofInvalid(f"a tree of {size} has no leaf {index}")
    found, node, last = leaf, index, size - 1
    for sibling in proof:
        if last == 0:
            raise ProofInvalid("the proof of inclusion is too long")
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise ProofInvalid("the proof of inclusion is too short")
    return found


def check_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Raises ProofInvalid unless the proof shows leaf hash ``leaf`` at ``index`` of the tree with this root."""
    if root_by_inclusion(index, size, leaf, proof) != root:
        raise ProofInvalid(f"the proof does not lead from leaf {index} to the root of the tree of {size}")


def check_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raises ProofInvalid unless the proof shows the old tree to be the beginning of the new (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        raise ProofInvalid(f"a tree of {old} is not the beginning of one of {new}")
    if old in (0, new):
        if proof or old_root != (new_root if old else EMPTY_ROOT):
            raise ProofInvalid(f"the trees of {old} and {new} are not consistent")
        return
    hashes = list(proof) if old & (old - 1) else [old_root, *proof]
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    if not hashes:
        raise ProofInvalid("the proof of consistency is empty")
    of_old = of_new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise ProofInvalid("the proof of consistency is too long")
        if node & 1 or node == last:
            of_old, of_new = node_hash(sibling, of_old), node_hash(sibling, of_new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            of_new = node_hash(of_new, sibling)
        node, last = node >> 1, last >> 1
    if last or of_old != old_root or of_new != new_root:
        raise ProofInvalid(f"the trees of {old} and {new} are not consistent")


def _split(leaves: int) -> int:
    """The largest power of two below a number of leaves, where RFC 6962 divides them."""
    return 1 << (leaves - 1).bit_length() - 1


def _range_hash(first: int, end: int, read_tile: ReadTile) -> bytes:
    """The hash of leaves ``first`` to ``end``, as a subtree that the divisions of a tree lead to."""
    if (end - first) & (end - first - 1):
        middle = first + _split(end - first)
        return node_hash(_range_hash(first, middle, read_tile), _range_hash(middle, end, read_tile))
    height = (end - first).bit_length() - 1
    level, height = divmod(height, _TILE_HEIGHT)
    index, offset = divmod(first >> (level * _TILE_HEIGHT), TILE_WIDTH)
    hashes = read_tile(level, index)[offset * HASH_BYTES : (offset + (1 << height)) * HASH_BYTES]
    if len(hashes) != HASH_BYTES << height:
        raise Malformed(f"tile {index} of level {level} is too short")
    return subtree_hash(hashes)
