"""What is published is what C2SP says, over HTTP as in a folder, and nothing else is answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.shared.event_store import EventLog
from services.shared.transparency_log.errors import TransparencyError
from services.shared.transparency_log.log_tree import LogTree
from services.shared.transparency_log.publication import PublishedLog
from services.shared.transparency_log.signing import Signing
from services.shared.transparency_log.tiles import tiles_of
from tests.shared.transparency_log.stored import append, integrate_all


@pytest.fixture
def published(log: EventLog, tree: LogTree, signing: Signing) -> PublishedLog:
    append(log, 300)
    integrate_all(tree, signing)
    return PublishedLog(tree)


def ask(published: PublishedLog, path: str, method: str = "GET") -> tuple[str, dict[str, str], bytes]:
    told: list[tuple[str, dict[str, str]]] = []
    body = published(
        {"REQUEST_METHOD": method, "PATH_INFO": path}, lambda status, headers: told.append((status, dict(headers)))
    )
    return *told[0], b"".join(body)


def test_tiles_may_be_kept_for_ever_and_the_checkpoint_may_not(published: PublishedLog, tree: LogTree) -> None:
    for tile in tiles_of(300):
        status, headers, body = ask(published, f"/{tile.path}")
        assert (status, body) == ("200 OK", tree.published(tile))
        assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert headers["Content-Length"] == str(len(body))
    status, headers, body = ask(published, "/checkpoint")
    assert (status, body) == ("200 OK", tree.checkpoint())
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert headers["Cache-Control"] == "public, max-age=1"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/tile",
        "/tile/0/001",
        "/tile/0/001.p/45",
        "/tile/0/1.p/44",
        "/tile/0/x000/001.p/44",
        "/tile/0/000.p/256",
        "/tile/0/000.p/0",
        "/tile/8/000",
        "/tile/-1/000",
        "/tile/entries/002.p/1",
        "/tile/0/x999/x999/x999/x999/x999/x999/999",
        "/tile/0/../../checkpoint",
        "/checkpoint/",
        "/checkpoint\n",
        "/tile/0/٠٠٠",
    ],
)
def test_what_is_not_there_is_not_found_and_not_remembered_as_missing(published: PublishedLog, path: str) -> None:
    assert ask(published, path) == ("404 Not Found", {"Cache-Control": "no-store"}, b"")


def test_it_is_read_and_nothing_else(published: PublishedLog) -> None:
    assert ask(published, "/checkpoint", "HEAD")[::2] == ("200 OK", b"")
    assert ask(published, "/checkpoint", "POST")[0] == "405 Method Not Allowed"


def test_a_folder_holds_the_same_and_grows_with_the_log(
    published: PublishedLog, log: EventLog, tree: LogTree, signing: Signing, tmp_path: Path
) -> None:
    folder = tmp_path / "public"
    for size in (300, 813):
        append(log, size - log.head())
        integrate_all(tree, signing)
        assert published.copy_to(folder).size == size
        for path in ("checkpoint", *(tile.path for tile in tiles_of(size))):
            assert (folder / path).read_bytes() == published.read(path)


@pytest.mark.parametrize(
    ("line", "another"), [("log.test/orchard", "log.test/market"), ("\n300\n", "\n301\n"), ("\n300\n", "\n299\n")]
)
def test_a_folder_of_another_log_or_of_more_of_it_stays_as_it_is(
    published: PublishedLog, tmp_path: Path, line: str, another: str
) -> None:
    published.copy_to(tmp_path)
    other = (tmp_path / "checkpoint").read_bytes().replace(line.encode(), another.encode())
    (tmp_path / "checkpoint").write_bytes(other)
    with pytest.raises(TransparencyError, match="another log"):
        published.copy_to(tmp_path)
    assert (tmp_path / "checkpoint").read_bytes() == other


def test_nothing_is_copied_before_anything_was_signed(tree: LogTree, tmp_path: Path) -> None:
    with pytest.raises(TransparencyError, match="nothing has been signed"):
        PublishedLog(tree).copy_to(tmp_path / "public")
