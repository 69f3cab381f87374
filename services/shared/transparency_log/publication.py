"""What a service publishes of its log, laid out as https://c2sp.org/tlog-tiles has it: over HTTP, or as a folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from services.shared.transparency_log.checkpoints import Checkpoint
from services.shared.transparency_log.durable import replace_durably
from services.shared.transparency_log.errors import Malformed, TransparencyError
from services.shared.transparency_log.log_tree import LogTree
from services.shared.transparency_log.notes import Note
from services.shared.transparency_log.tiles import CHECKPOINT_PATH, Tile, tiles_of

StartResponse = Callable[[str, list[tuple[str, str]]], object]

# A year is the longest that caches promise; a tile that is there never changes.
_TILE_HEADERS = [("Content-Type", "application/octet-stream"), ("Cache-Control", "public, max-age=31536000, immutable")]
_CHECKPOINT_HEADERS = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "public, max-age=1")]


class PublishedLog:
    """The checkpoint, tiles and entries of one log as a WSGI application, and copied to a folder."""

    def __init__(self, tree: LogTree) -> None:
        self._tree = tree

    def __call__(self, environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        """Answer GET and HEAD; 404 for what is not there, or has not as many entries yet."""
        if environ.get("REQUEST_METHOD") not in ("GET", "HEAD"):
            start_response("405 Method Not Allowed", [("Allow", "GET, HEAD")])
            return []
        path = str(environ.get("PATH_INFO")).removeprefix("/")
        content = self.read(path)
        if content is None:
            start_response("404 Not Found", [("Cache-Control", "no-store")])
            return []
        headers = _CHECKPOINT_HEADERS if path == CHECKPOINT_PATH else _TILE_HEADERS
        start_response("200 OK", [*headers, ("Content-Length", str(len(content)))])
        return [content] if environ["REQUEST_METHOD"] == "GET" else []

    def read(self, path: str) -> bytes | None:
        """What is published under a path such as ``tile/0/000.p/3``; None when nothing is."""
        if path == CHECKPOINT_PATH:
            return self._tree.checkpoint()
        try:
            return self._tree.published(Tile.parse(path))
        except Malformed:
            return None

    def copy_to(self, folder: Path) -> Checkpoint:
        """Bring a folder to the last checkpoint, as any web server or bucket serves it; what is there stays.

        The checkpoint is written last, so that the folder is whole at every moment. Raises TransparencyError when
        nothing was signed yet, or the folder holds another log, or a longer one.
        """
        note = self._tree.checkpoint()
        if note is None:
            raise TransparencyError("nothing has been signed yet: the bus process does that")
        checkpoint, before = Checkpoint.parse(Note.parse(note).text), self._copied_to(folder)
        if before is not None and not self._begins_with(before, checkpoint):
            raise TransparencyError(f"{folder} holds another log than {checkpoint.origin}, or more of it")
        for tile in tiles_of(checkpoint.size, before.size if before else 0):
            content = self._tree.published(tile)
            assert content is not None, "a tree has the tiles of its size"
            file = folder / tile.path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        os.sync()  # once, for all tiles: their checkpoint must not outlive them
        replace_durably(folder / CHECKPOINT_PATH, note)
        return checkpoint

    def _copied_to(self, folder: Path) -> Checkpoint | None:
        try:
            return Checkpoint.parse(Note.parse((folder / CHECKPOINT_PATH).read_bytes()).text)
        except FileNotFoundError:
            return None

    def _begins_with(self, before: Checkpoint, checkpoint: Checkpoint) -> bool:
        """Whether what was copied before is the beginning of what is published now."""
        is_part = before.origin == checkpoint.origin and before.size <= checkpoint.size
        return is_part and self._tree.root(before.size) == before.root
