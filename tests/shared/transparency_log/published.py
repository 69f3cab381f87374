"""A log as it is published, made up in a folder: checkpoint, tiles and bundles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from services.shared.transparency_log.checkpoints import Checkpoint
from services.shared.transparency_log.notes import Note, Signer
from services.shared.transparency_log.tiles import CHECKPOINT_PATH, HASH_BYTES, bundle_of, tiles_of
from services.shared.transparency_log.tree import leaf_hash, root
from tests.shared.transparency_log.naive_tree import tiles_over


def publish(folder: Path, entries: Sequence[bytes], signer: Signer, witnesses: Iterable[Signer] = ()) -> Note:
    """Write the whole log of these entries, signed and cosigned; returns its checkpoint."""
    tree = tiles_over([leaf_hash(entry) for entry in entries])
    for tile in tiles_of(len(entries)):
        file = folder / tile.path
        file.parent.mkdir(parents=True, exist_ok=True)
        if tile.level is None:
            file.write_bytes(bundle_of(entries[tile.index * 256 : tile.index * 256 + tile.width]))
        else:
            file.write_bytes(tree.read(tile.level, tile.index)[: tile.width * HASH_BYTES])
    text = str(Checkpoint(signer.verifier.name, len(entries), root(len(entries), tree.read)))
    note = Note(text, (signer.sign(text), *(witness.sign(text, 1_772_414_100) for witness in witnesses)))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CHECKPOINT_PATH).write_bytes(bytes(note))
    return note
