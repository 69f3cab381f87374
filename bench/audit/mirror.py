"""A mirror of one made-up log, of any size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from services.audit.archive import POLICY_PATH, Folder, HeldLog
from services.audit.events import StoredEvent, page_of, page_path
from services.shared.transparency_log.checkpoints import Checkpoint
from services.shared.transparency_log.entries import entry_of
from services.shared.transparency_log.notes import Note, Signer
from services.shared.transparency_log.tiles import CHECKPOINT_PATH, HASH_BYTES, Tile, bundle_of, tiles_of
from services.shared.transparency_log.tree import grown, leaf_hash, root

SERVICE = "support"
_ORIGIN = f"nscl.example.vn/{SERVICE}"
_RECORDS = 5_000
_ACT = (
    b'{"act":{"body":"SKHCN","capacity":"programme_officer","cause":%b,"document":"134/KH-UBND","effective_on":'
    b'"2026-03-02","person_id":"7c9e6679-7425-40de-944b-e07fc1f90ae7","recorded_at":"2026-03-02T01:15:00.123456Z",'
    b'"request_id":"b0f1f1c2-3f0e-4b52-9c7e-2f3b9f7f0001"},'
)
_TASK = b'"task_id":"5b1c9a1e-6f0d-4f8e-9d3b-0c6c1f1f2a01"}'
_DRAFT = (
    b'%b"amount_vnd":%d,"catalogue_id":"5b1c9a1e-6f0d-4f8e-9d3b-0c6c1f1f2a02","class_version":2,"estimate_id":null,'
    b'"originator_topic":"support:BudgetLine","source_code":"F1","title":"Tools for quality","year":2026}'
)
_DRAFTED = ("support:BudgetLine.Drafted", _DRAFT)
_RESERVED = ("support:BudgetLine.Reserved", b'%b"amount_vnd":%d,' + _TASK)
_RELEASED = ("support:BudgetLine.Released", b'%b"amount_vnd":%d,"money_stage":"RESERVED",' + _TASK)


def make_mirror(folder: Path, size: int) -> None:
    """Events of some thousand budget lines, every tenth caused by the one before; with all that proves them."""
    signer = Signer.generate(_ORIGIN)
    folder.mkdir(parents=True)
    (folder / POLICY_PATH).write_text(f"log {signer.verifier}\nquorum none\n")
    tiles: dict[tuple[int, int], bytes] = {}
    events = _events(size)
    note = Note(str(Checkpoint(_ORIGIN, 0, root(0, lambda *_: b""))))
    place = HeldLog(Folder(folder), _ORIGIN, note)
    for bundle in (tile for tile in tiles_of(size) if tile.level is None):
        page = [next(events) for _ in range(bundle.width)]
        entries = [entry_of(event.position, event.stream, event.version, event.topic, event.state) for event in page]
        leaves = [leaf_hash(entry) for entry in entries]
        tiles.update(grown(page[0].position - 1, leaves, lambda level, index: tiles[level, index]))
        _write(folder / place.path(bundle.path), bundle_of(entries))
        _write(folder / place.path(page_path(bundle)), page_of(page))
    for tile in tiles_of(size):
        if tile.level is not None:
            hashes = tiles[tile.level, tile.index][: tile.width * HASH_BYTES]
            _write(folder / place.path(Tile(tile.level, tile.index, tile.width).path), hashes)
    text = str(Checkpoint(_ORIGIN, size, root(size, lambda level, index: tiles[level, index])))
    _write(folder / place.path(CHECKPOINT_PATH), bytes(Note(text, (signer.sign(text),))))


def held(mirror: Path) -> HeldLog:
    """The log of such a mirror."""
    return HeldLog(Folder(mirror), _ORIGIN)


def _events(size: int) -> Iterator[StoredEvent]:
    streams = [str(UUID(int=number + 1, version=4)) for number in range(_RECORDS)]
    for position in range(1, size + 1):
        cause = b'"%b:%d"' % (SERVICE.encode(), position - 1) if position % 10 == 0 else b"null"
        version = (position - 1) // _RECORDS + 1
        topic, content = _DRAFTED if version == 1 else _RESERVED if version % 2 == 0 else _RELEASED
        # What is released is what was reserved by the event before.
        state = content % (_ACT % cause, version // 2 * 1_000 + 1_000)
        yield StoredEvent(position, streams[position % _RECORDS], version, topic, state)


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
