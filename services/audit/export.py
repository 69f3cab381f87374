"""A bundle: one ZIP file with all it takes to check a period, a case, or everything, on a machine without a network."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import msgspec

from services.audit.archive import (
    MANIFEST_PATH,
    POLICY_PATH,
    SCHEMAS_PATH,
    SELECTION_PATH,
    Archive,
    Bundle,
    HeldLog,
    Missing,
)
from services.audit.events import MAX_PAGE_BYTES, StoredEvent, page_of, page_path
from services.shared.transparency_log.entries import act_of, moment_of
from services.shared.transparency_log.errors import Malformed
from services.shared.transparency_log.policy import MAX_POLICY_BYTES
from services.shared.transparency_log.tiles import (
    CHECKPOINT_PATH,
    HASH_BYTES,
    MAX_BUNDLE_BYTES,
    TILE_WIDTH,
    Tile,
    tiles_of,
)

Positions = dict[str, list[int]]
"""The chosen events of each log, by its origin."""

_MAX_LIST_BYTES = 1 << 28
_SAME_DAY = (1980, 1, 1, 0, 0, 0)  # so that the same content makes the same file


@dataclass(frozen=True)
class Choice:
    """Which events a bundle is about: those recorded in a period, of certain records, or naming them."""

    begins_at: datetime | None = None
    ends_at: datetime | None = None
    records: tuple[str, ...] = ()

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return self == Choice()

    def has(self, event: StoredEvent) -> bool:
        """Whether it is about this event."""
        if self.records and event.stream not in self.records:
            state = event.state.decode(errors="replace")
            if not any(record in state for record in self.records):
                return False
        if self.begins_at is None and self.ends_at is None:
            return True
        recorded_at = moment_of(act_of(event.state).recorded_at)
        is_early = self.begins_at is not None and recorded_at < self.begins_at
        return not is_early and (self.ends_at is None or recorded_at < self.ends_at)


def chosen(logs: Iterable[HeldLog], choice: Choice, went_on: Callable[[int], None]) -> Positions:
    """The positions of the events that a choice is about, and of their causes, and theirs, in all logs."""
    by_service = {service_of(log.origin): log for log in logs}
    found: dict[str, set[int]] = defaultdict(set)
    causes: list[str] = []
    for service, log in by_service.items():
        for index in range(-(-log.checkpoint.size // TILE_WIDTH)):
            for event in log.events(index):
                if choice.has(event):
                    found[service].add(event.position)
                    causes += _cause_of(event)
            went_on(log.width(None, index))
    while causes:
        service, _, number = causes.pop().rpartition(":")
        cause = by_service[service].event(int(number)) if service in by_service and number.isdecimal() else None
        if cause is not None and cause.position not in found[service]:
            found[service].add(cause.position)
            causes += _cause_of(cause)
    return {by_service[service].origin: sorted(positions) for service, positions in found.items()}


def export(
    archive: Archive,
    logs: Iterable[HeldLog],
    positions: Positions | None,
    schemas: Mapping[str, object],
    file: Path,
) -> None:
    """Write the bundle of the chosen events, or of all where ``positions`` is None. Raises Missing or Malformed."""
    draft = file.with_name(f".{file.name}.new")
    digests: dict[str, str] = {}
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as packing:
        for path, content in _contents(archive, logs, positions, schemas):
            packing.writestr(zipfile.ZipInfo(path, _SAME_DAY), content, zipfile.ZIP_DEFLATED)
            digests[path] = hashlib.sha256(content).hexdigest()
        manifest = "".join(f"{digest}  {path}\n" for path, digest in digests.items())
        packing.writestr(zipfile.ZipInfo(MANIFEST_PATH, _SAME_DAY), manifest, zipfile.ZIP_DEFLATED)
    draft.replace(file)


def check_bundle(bundle: Bundle) -> None:
    """Raises Malformed unless a bundle holds exactly what its manifest lists, to the byte."""
    listed = {}
    for line in bundle.read(MANIFEST_PATH, _MAX_LIST_BYTES).decode(errors="replace").splitlines():
        digest, _, path = line.partition("  ")
        listed[path] = digest
    names = bundle.names()
    if len(set(names)) != len(names) or set(names) != {MANIFEST_PATH, *listed}:
        raise Malformed("the bundle does not hold what its manifest lists")
    for path, digest in listed.items():
        if hashlib.sha256(bundle.read(path, _limit_of(path))).hexdigest() != digest:
            raise Malformed(f"{path} in the bundle is not what its manifest says")


def selection_of(archive: Archive) -> Positions | None:
    """Which events a bundle is about; None when it, or a mirror, is about all. Raises Malformed."""
    try:
        return msgspec.json.decode(archive.read(SELECTION_PATH, _MAX_LIST_BYTES), type=Positions)
    except Missing:
        return None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Malformed(f"the selection of the bundle cannot be read: {error}") from error


def service_of(origin: str) -> str:
    """The service whose log this is: the last part of its name."""
    return origin.rpartition("/")[2]


def _contents(
    archive: Archive, logs: Iterable[HeldLog], positions: Positions | None, schemas: Mapping[str, object]
) -> Iterator[tuple[str, bytes]]:
    yield POLICY_PATH, archive.read(POLICY_PATH, MAX_POLICY_BYTES)
    yield SCHEMAS_PATH, json.dumps(schemas, ensure_ascii=False, indent=1, sort_keys=True).encode()
    if positions is not None:
        yield SELECTION_PATH, json.dumps(positions, indent=None, sort_keys=True).encode()
    for log in logs:
        yield log.path(CHECKPOINT_PATH), bytes(log.note)
        yield from _contents_of(archive, log, None if positions is None else set(positions.get(log.origin, ())))


def _contents_of(archive: Archive, log: HeldLog, positions: set[int] | None) -> Iterator[tuple[str, bytes]]:
    """A log's tiles, bundles and events; of a selection, the tiles that lead from its events to the root."""
    touched = None if positions is None else {(position - 1) // TILE_WIDTH for position in positions}
    for tile in tiles_of(log.checkpoint.size):
        is_needed = touched is None or tile.index in touched
        if tile.level is None and is_needed:
            yield log.path(tile.path), archive.read(log.path(tile.path), MAX_BUNDLE_BYTES)
            events = log.events(tile.index)
            some = events if positions is None else [event for event in events if event.position in positions]
            yield log.path(page_path(tile)), page_of(some)
        elif tile.level is not None and (tile.level > 0 or is_needed or tile.width < TILE_WIDTH):
            yield log.path(tile.path), log.read_tile(tile.level, tile.index)


def _cause_of(event: StoredEvent) -> list[str]:
    cause = act_of(event.state).cause
    return [] if cause is None else [cause]


def _limit_of(path: str) -> int:
    """The most bytes that what is under a path may have. Raises Malformed for a path that no bundle has."""
    if path in (POLICY_PATH, SCHEMAS_PATH, SELECTION_PATH):
        return _MAX_LIST_BYTES
    prefix, _, below = path.partition("/")
    if quote(prefix, safe="%") != prefix:
        raise Malformed(f"no bundle has {path[:100]!r}")
    if below == CHECKPOINT_PATH:
        return MAX_POLICY_BYTES
    if below.startswith("events/"):
        Tile.parse(below.replace("events/", "tile/entries/", 1))
        return MAX_PAGE_BYTES
    return MAX_BUNDLE_BYTES if Tile.parse(below).level is None else TILE_WIDTH * HASH_BYTES
