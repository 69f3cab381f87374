"""Stored events as an auditor keeps them: pages of 256, as the bundles of entries are, in MessagePack."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from services.shared.transparency_log.errors import Malformed
from services.shared.transparency_log.tiles import TILE_WIDTH, Tile

MAX_EVENT_BYTES = 1 << 20  # as the event log has it
MAX_PAGE_BYTES = TILE_WIDTH * (MAX_EVENT_BYTES + 2_000)


class StoredEvent(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One row of a log: ``stream`` is the id of the record, ``state`` the bytes as they are stored."""

    position: int
    stream: str
    version: int
    topic: str
    state: bytes


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(list[StoredEvent])


def page_of(events: Sequence[StoredEvent]) -> bytes:
    """Events as the bytes of a page."""
    return _ENCODER.encode(events)


def events_in(page: bytes) -> list[StoredEvent]:
    """The events of a page. Raises Malformed."""
    try:
        events = _DECODER.decode(page)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Malformed(f"not a page of events: {error}") from error
    if len(events) > TILE_WIDTH:
        raise Malformed(f"a page has more than {TILE_WIDTH} events")
    if any(one.position >= other.position for one, other in pairwise(events)):
        raise Malformed("the events of a page are not in the order of their positions")
    return events


def page_path(bundle: Tile) -> str:
    """Where the page of a bundle's events is, beside the log's tiles: ``events/x001/234.p/8``."""
    return bundle.path.replace("tile/entries/", "events/", 1)
