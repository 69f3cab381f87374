"""Paths of tiles and bundles of entries, as https://c2sp.org/tlog-tiles says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.shared.transparency_log.errors import Malformed
from services.shared.transparency_log.tiles import Tile, bundle_of, entries_in, tiles_of

TILES = some.builds(
    Tile,
    level=some.one_of(some.none(), some.integers(0, 7)),
    index=some.integers(0, 10**18),
    width=some.integers(1, 256),
)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(1, 1234067, 8), "tile/1/x001/x234/067.p/8"),
        (Tile(None, 1000), "tile/entries/x001/000"),
        (Tile(None, 999, 255), "tile/entries/999.p/255"),
    ],
)
def test_a_tile_has_the_path_that_the_specification_gives_it(tile: Tile, path: str) -> None:
    assert tile.path == path


@given(TILES)
def test_a_path_names_its_tile(tile: Tile) -> None:
    assert Tile.parse(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "checkpoint",
        "/tile/0/000",
        "tile/0/00",
        "tile/00/000",
        "tile/8/000",
        "tile/-1/000",
        "tile/0/x000/001",
        "tile/0/x001/x000",
        "tile/0/001/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/08",
        "tile/0/000\n",
        "tile/0/../0/000",
        "tile/0/٠٠٠",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
    ],
)
def test_nothing_else_is_the_path_of_a_tile(path: str) -> None:
    with pytest.raises(Malformed):
        Tile.parse(path)


def test_a_tree_of_70_000_has_the_tiles_of_the_specification() -> None:
    tiles = list(tiles_of(70_000))
    assert sum(tile.level == 0 and tile.width == 256 for tile in tiles) == 273
    assert tiles[-5:] == [Tile(0, 272), Tile(0, 273, 112), Tile(1, 0), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert [Tile(None, tile.index, tile.width) for tile in tiles if tile.level == 0] == tiles[:274]


@given(some.integers(0, 200_000), some.integers(0, 200_000))
def test_a_grown_tree_needs_the_tiles_that_the_smaller_one_had_not(one: int, other: int) -> None:
    before, size = sorted((one, other))
    assert set(tiles_of(size, before)) == set(tiles_of(size)) - set(tiles_of(before))


@given(some.lists(some.binary(max_size=300), max_size=256))
def test_a_bundle_gives_its_entries_back(entries: list[bytes]) -> None:
    assert entries_in(bundle_of(entries)) == entries


@pytest.mark.parametrize("bundle", [b"\x00", b"\x00\x02a", b"\x00\x01a\x00", b"\x00\x00" * 257])
def test_a_bundle_that_ends_within_an_entry_or_holds_too_many_is_refused(bundle: bytes) -> None:
    with pytest.raises(Malformed):
        entries_in(bundle)


def test_an_entry_too_long_for_its_length_is_refused() -> None:
    assert entries_in(bundle_of([b"x" * 65_535])) == [b"x" * 65_535]
    with pytest.raises(Malformed):
        bundle_of([b"x" * 65_536])
