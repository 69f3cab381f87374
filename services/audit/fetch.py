"""Mirroring a published log: checkpoint, tiles and entries over HTTP or from a folder, events from the service's door.

The tiles are checked against the checkpoint before it counts, so that a mirror always has the tree of its checkpoint;
whether entries and events are those in the tree is what ``verify`` says, and it names the first that is not.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import dropwhile, islice
from pathlib import Path
from typing import Protocol

import urllib3

from services.audit.archive import Archive, Folder, HeldLog, HistoryChanged, Missing
from services.audit.events import MAX_EVENT_BYTES, StoredEvent, page_of, page_path
from services.shared.transparency_log.checkpoints import Checkpoint
from services.shared.transparency_log.durable import replace_durably
from services.shared.transparency_log.errors import Malformed, TransparencyError
from services.shared.transparency_log.policy import Policy
from services.shared.transparency_log.tiles import (
    CHECKPOINT_PATH,
    HASH_BYTES,
    MAX_BUNDLE_BYTES,
    TILE_WIDTH,
    Tile,
    tiles_of,
)
from services.shared.transparency_log.tree import EMPTY_ROOT

_AT_ONCE = 8
_CHUNK_BYTES = 65_536
_WAIT_SECONDS = 10.0
_MOST_SECONDS = 60.0


class SourceFailed(TransparencyError):
    """A source cannot be reached, or does not answer as it should."""


class EventSource(Protocol):
    """Where stored events come from."""

    def events(self, after: int, up_to: int) -> Iterator[StoredEvent]:
        """The events of these positions, in their order. Raises TransparencyError."""


class HttpLog:
    """A log published over HTTP. A server may not redirect, compress, drip or go on for ever."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        timeout = urllib3.Timeout(connect=_WAIT_SECONDS, read=_WAIT_SECONDS)
        self._http = urllib3.PoolManager(maxsize=_AT_ONCE, timeout=timeout, retries=urllib3.Retry(2, redirect=False))

    def read(self, path: str, limit: int) -> bytes:
        """See ``Archive``. Raises SourceFailed besides."""
        try:
            response = self._http.request(
                "GET",
                f"{self._url}/{path}",
                headers={"Accept-Encoding": "identity"},
                preload_content=False,
                decode_content=False,
                redirect=False,
            )
            try:
                return self._body(response, path, limit)
            finally:
                response.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise SourceFailed(f"{self._url}/{path}: {error}") from error

    def _body(self, response: urllib3.BaseHTTPResponse, path: str, limit: int) -> bytes:
        if response.status == 404:
            raise Missing(f"{self._url} has no {path}")
        if response.status != 200 or response.headers.get("Content-Encoding", "identity") != "identity":
            raise SourceFailed(f"{self._url}/{path} answered {response.status} in a form that was not asked for")
        ends_at = time.monotonic() + _MOST_SECONDS
        body = bytearray()
        while chunk := response.read1(_CHUNK_BYTES):  # what has come, so that a drip is noticed
            body += chunk
            if len(body) > limit or time.monotonic() > ends_at:
                response.close()
                raise Malformed(f"{self._url}/{path} is longer than {limit} bytes, or takes too long")
        return bytes(body)


class HeldEvents:
    """The events in another mirror of the same log."""

    def __init__(self, log: HeldLog) -> None:
        self._log = log

    def events(self, after: int, up_to: int) -> Iterator[StoredEvent]:
        """See ``EventSource``."""
        for index in range(after // TILE_WIDTH, -(-up_to // TILE_WIDTH)):
            yield from (event for event in self._log.events(index) if after < event.position <= up_to)


class Fetch:
    """One log brought up to date in a mirror; after a stop, the next one goes on where this one was."""

    def __init__(
        self,
        origin: str,
        source: Archive,
        events: EventSource,
        mirror: Path,
        policy: Policy,
        went_on: Callable[[int], None] = lambda _: None,
    ) -> None:
        """``went_on`` is told how many tiles and pages of events there are more."""
        self._origin = origin
        self._source = source
        self._events = events
        self._folder = Folder(mirror)
        self._policy = policy
        self._went_on = went_on

    def run(self) -> Checkpoint:
        """The checkpoint that the mirror has now.

        Raises Unsigned or SignatureInvalid when that of the source does not count, HistoryChanged when it does not
        continue the mirror's (both are then kept: signed evidence), and Malformed, Missing or SourceFailed.
        """
        published = HeldLog(self._source, self._origin, is_published=True)
        checkpoint = self._policy.accepted(published.note, self._origin)
        log = HeldLog(self._folder, self._origin, published.note)
        before = self._before()
        try:
            published.check_root()
            published.check_continues(before)
        except HistoryChanged:
            replace_durably(self._file(log, f"fork-{checkpoint.size}"), bytes(log.note))
            raise
        tiles = list(tiles_of(checkpoint.size, before.size))
        self._fetch_tiles(log, tiles)
        try:
            self._check(log, tiles)
        except TransparencyError:
            self._forget(log, tiles)  # so that the next fetch asks for them again
            raise
        self._fetch_events(log, [tile for tile in tiles if tile.level is None])
        os.sync()  # once, for all: the checkpoint must not outlive what it is of
        replace_durably(self._file(log, CHECKPOINT_PATH), bytes(log.note))
        self._forget(log, [tile for tile in tiles_of(before.size) if tile.width < log.width(tile.level, tile.index)])
        return checkpoint

    def _before(self) -> Checkpoint:
        try:
            return HeldLog(self._folder, self._origin).checkpoint
        except Missing:
            return Checkpoint(self._origin, 0, EMPTY_ROOT)

    def _fetch_tiles(self, log: HeldLog, tiles: list[Tile]) -> None:
        """Those that are not there yet, several at once."""
        wanted = iter([tile for tile in tiles if not self._file(log, tile.path).exists()])
        with ThreadPoolExecutor(_AT_ONCE, "fetch") as fetching:
            while some := list(islice(wanted, 8 * _AT_ONCE)):
                for tile, content in zip(some, fetching.map(self._tile, some), strict=True):
                    if content is not None:
                        _write(self._file(log, tile.path), content)
                    self._went_on(1)

    def _tile(self, tile: Tile) -> bytes | None:
        """A tile or bundle; None for a bundle that the source has not, because an event of it is gone or unreadable."""
        if tile.level is not None:
            return self._source.read(tile.path, tile.width * HASH_BYTES)
        try:
            return self._source.read(tile.path, MAX_BUNDLE_BYTES)
        except Missing:
            return None

    def _check(self, log: HeldLog, tiles: list[Tile]) -> None:
        """Raises TilesWrong unless all tiles lead to the root."""
        log.check_root()
        for tile in tiles:
            if tile.level is not None:
                log.check_tile(tile.level, tile.index)

    def _fetch_events(self, log: HeldLog, bundles: list[Tile]) -> None:
        """From the first page that is not there; an event that the source has not is for ``verify`` to tell."""
        bundles = list(dropwhile(lambda bundle: self._file(log, page_path(bundle)).exists(), bundles))
        if not bundles:
            return
        coming = self._events.events(bundles[0].index * TILE_WIDTH, log.checkpoint.size)
        event: StoredEvent | None = None
        for bundle in bundles:
            page: list[StoredEvent] = []
            last = bundle.index * TILE_WIDTH + bundle.width
            while (event := event or next(coming, None)) is not None and event.position <= last:
                page.append(event)
                if len(page) > TILE_WIDTH or len(event.state) > MAX_EVENT_BYTES:
                    raise Malformed(f"{self._origin}: the source sends other events than it was asked for")
                is_full, event = event.position == last, None
                if is_full:
                    break  # and written before the next is waited for
            _write(self._file(log, page_path(bundle)), page_of(page))
            self._went_on(1)

    def _forget(self, log: HeldLog, tiles: list[Tile]) -> None:
        for tile in tiles:
            self._file(log, tile.path).unlink(missing_ok=True)
            if tile.level is None:
                self._file(log, page_path(tile)).unlink(missing_ok=True)

    def _file(self, log: HeldLog, path: str) -> Path:
        return self._folder.folder / log.path(path)


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.new")
    draft.write_bytes(content)
    draft.replace(file)
