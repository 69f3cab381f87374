"""The tree kept as tiles is the tree of RFC 6962, and its proofs show what they claim and nothing else."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from services.shared.transparency_log import tree
from services.shared.transparency_log.errors import Malformed, ProofInvalid
from tests.shared.transparency_log import naive_tree

LEAVES = [tree.leaf_hash(b"entry %d" % n) for n in range(1, 701)]
TILES = naive_tree.tiles_over(LEAVES)
SIZES = some.integers(1, len(LEAVES))


def test_the_empty_tree_has_the_digest_of_nothing() -> None:
    assert tree.root(0, TILES.read) == sha256(b"").digest()


@given(SIZES)
def test_the_root_is_that_of_the_standard_also_for_a_size_gone_by(size: int) -> None:
    assert tree.root(size, TILES.read) == naive_tree.root(LEAVES[:size])


@settings(max_examples=30)
@given(some.lists(some.integers(0, 300), max_size=6))
def test_batches_make_the_tiles_that_one_leaf_after_another_makes(sizes: list[int]) -> None:
    leaves = LEAVES[: sum(sizes)]
    ends = [sum(sizes[: n + 1]) for n in range(len(sizes))]
    batches = [leaves[end - size : end] for size, end in zip(sizes, ends, strict=True)]
    assert naive_tree.tiles_over(*batches) == naive_tree.tiles_over(*[[leaf] for leaf in leaves])


def test_each_hash_above_the_leaves_is_the_root_of_a_full_tile_below() -> None:
    tiles = naive_tree.tiles_over(LEAVES * 100)
    assert sorted(index for level, index in tiles if level == 1) == [0, 1]
    assert tiles[1, 0][:32] == naive_tree.root(LEAVES[:256])
    assert tiles[2, 0] == naive_tree.root((LEAVES * 100)[:65536])


@given(SIZES, some.data())
def test_a_proof_of_inclusion_is_that_of_the_standard_and_shows_its_leaf(size: int, data: some.DataObject) -> None:
    index = data.draw(some.integers(0, size - 1))
    proof = tree.inclusion_proof(index, size, TILES.read)
    assert proof == naive_tree.path(index, LEAVES[:size])
    tree.check_inclusion(index, size, LEAVES[index], proof, naive_tree.root(LEAVES[:size]))


@given(SIZES, some.data())
def test_a_proof_of_consistency_is_that_of_the_standard_and_shows_the_beginning(
    new: int, data: some.DataObject
) -> None:
    old = data.draw(some.integers(0, new))
    proof = tree.consistency_proof(old, new, TILES.read)
    assert proof == (() if old in (0, new) else naive_tree.proof(old, LEAVES[:new]))
    tree.check_consistency(old, new, naive_tree.root(LEAVES[:old]), naive_tree.root(LEAVES[:new]), proof)


@given(SIZES.filter(lambda size: size > 1), some.data())
def test_a_proof_of_inclusion_shows_no_other_leaf_and_no_other_place(size: int, data: some.DataObject) -> None:
    index = data.draw(some.integers(0, size - 1))
    proof, root = tree.inclusion_proof(index, size, TILES.read), tree.root(size, TILES.read)
    elsewhere = data.draw(some.integers(-1, size).filter(lambda other: other != index))
    for claim in ((index, LEAVES[index - 1], proof), (elsewhere, LEAVES[index], proof)):
        with pytest.raises(ProofInvalid):
            tree.check_inclusion(claim[0], size, claim[1], claim[2], root)
    with pytest.raises(ProofInvalid):
        tree.check_inclusion(index, size, LEAVES[index], _changed(proof, data), root)


@given(SIZES.filter(lambda size: size > 2), some.data())
def test_a_changed_proof_of_consistency_shows_nothing(new: int, data: some.DataObject) -> None:
    old = data.draw(some.integers(1, new - 1))
    old_root, new_root = tree.root(old, TILES.read), tree.root(new, TILES.read)
    proof = tree.consistency_proof(old, new, TILES.read)
    for claim in (
        (old_root, new_root, _changed(proof, data)),
        (new_root, new_root, proof),
        (old_root, old_root, proof),
    ):
        with pytest.raises(ProofInvalid):
            tree.check_consistency(old, new, *claim)


def test_two_trees_of_one_size_are_consistent_only_when_they_are_the_same() -> None:
    with pytest.raises(ProofInvalid):
        tree.check_consistency(5, 5, naive_tree.root(LEAVES[:5]), naive_tree.root(LEAVES[1:6]), ())
    with pytest.raises(ProofInvalid):
        tree.check_consistency(6, 5, naive_tree.root(LEAVES[:6]), naive_tree.root(LEAVES[:5]), ())


def test_what_is_not_in_the_tree_has_no_proof() -> None:
    with pytest.raises(ValueError, match="no leaf 5"):
        tree.inclusion_proof(5, 5, TILES.read)
    with pytest.raises(ValueError, match="not the beginning"):
        tree.consistency_proof(6, 5, TILES.read)


def test_a_tile_that_ends_too_early_is_noticed() -> None:
    with pytest.raises(Malformed, match="too short"):
        tree.root(700, lambda level, index: TILES.read(level, index)[:-32])


def _changed(proof: tuple[bytes, ...], data: some.DataObject) -> tuple[bytes, ...]:
    """The proof with one bit changed, one hash less, or one more."""
    at = data.draw(some.integers(0, len(proof) - 1))
    bit = data.draw(some.integers(0, 255))
    flipped = (int.from_bytes(proof[at], "big") ^ 1 << bit).to_bytes(32, "big")
    return data.draw(
        some.sampled_from(
            [
                (*proof[:at], flipped, *proof[at + 1 :]),
                (*proof[:at], *proof[at + 1 :]),
                (*proof[:at], proof[at], *proof[at:]),
            ]
        )
    )
