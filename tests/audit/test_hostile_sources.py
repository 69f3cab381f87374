"""A server or a file that means harm is refused with a sentence, and costs no more than what was asked for may cost."""

from __future__ import annotations

import gzip
import resource
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from services.audit import fetch as fetching
from services.audit.command import main
from tests.audit.world import REGISTRY, SUPPORT, World, a_world

Answer = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return a_world(tmp_path / "published", size=300)


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """The URL of a server that answers every GET in its own way."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with suppress(OSError):  # the other side went away, as it should
                answer(self)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def fetch_from(world: World, url: str, mirror: Path) -> Result:
    places = [f"--log={REGISTRY}={url}", f"--log={SUPPORT}={url}"]
    events = [f"--events={origin}={world.folder}" for origin in (REGISTRY, SUPPORT)]
    return CliRunner().invoke(main, ["fetch", str(mirror), "--policy", str(world.policy_file), *places, *events])


def sent(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"x" * 65_536)


def dripping(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"x")
        threading.Event().wait(0.05)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (endless, "is longer than 64000 bytes, or takes too long"),
        (dripping, "is longer than 64000 bytes, or takes too long"),
        (lambda handler: sent(handler, b"", 302, Location="http://127.0.0.1:1/"), "answered 302"),
        (lambda handler: sent(handler, gzip.compress(b"x" * 10_000_000), Content_Encoding="gzip"), "was not asked for"),
        (lambda handler: sent(handler, b"", 404), "has no checkpoint"),
        (lambda handler: sent(handler, b"", 500), "answered 500"),
        (lambda handler: sent(handler, b"not a note"), "a note must be lines of text"),
        (lambda handler: sent(handler, b"x", Content_Length="100"), "checkpoint"),
    ],
    ids=["endless", "dripping", "redirect", "compressed", "absent", "failing", "no note", "truncated"],
)
def test_a_hostile_server_is_refused(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Answer, why: str
) -> None:
    monkeypatch.setattr(fetching, "_MOST_SECONDS", 0.5)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with serving(answer) as url:
        told = fetch_from(world, url, tmp_path / "mirror")
    assert (told.exit_code, why in told.stderr) == (2, True), told.output
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024, "KiB"


def test_the_log_of_another_name_is_refused(world: World, tmp_path: Path) -> None:
    checkpoint = (world.log_folder(SUPPORT) / "checkpoint").read_bytes()
    with serving(lambda handler: sent(handler, checkpoint)) as url:
        told = fetch_from(world, url, tmp_path / "mirror")
    assert (told.exit_code, "was expected" in told.stderr) == (2, True), told.output


def test_tiles_that_do_not_lead_to_the_checkpoint_are_not_kept(world: World, tmp_path: Path) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        content = (world.log_folder(REGISTRY) / handler.path.lstrip("/")).read_bytes()
        sent(handler, content if handler.path == "/checkpoint" else bytes(len(content)))

    with serving(answer) as url:
        told = fetch_from(world, url, tmp_path / "mirror")
    assert (told.exit_code, "do not lead to the root" in told.stderr) == (2, True), told.output
    assert not list((tmp_path / "mirror").rglob("tile"))


def verified(place: Path, world: World) -> Result:
    return CliRunner().invoke(main, ["verify", str(place), "--policy", str(world.policy_file)])


def a_bundle(file: Path, contents: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
        for path, content in contents.items():
            bundle.writestr(path, content)
    return file


def test_what_is_packed_to_seem_small_is_read_no_further_than_it_may_be(world: World, tmp_path: Path) -> None:
    bomb = a_bundle(tmp_path / "bomb.zip", {f"{world.log_folder(REGISTRY).name}/checkpoint": bytes(200_000_000)})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = verified(bomb, world)
    assert (told.exit_code, "is longer than 64000 bytes" in told.stdout) == (1, True), told.output
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024, "KiB"


@pytest.mark.parametrize(
    "path", ["../outside", "/tmp/outside", "C:\\outside", "x/../../outside", "events/../../outside"]
)
def test_a_name_that_would_lead_outside_leads_nowhere(world: World, tmp_path: Path, path: str) -> None:
    manifest = f"{'0' * 64}  {path}\n".encode()
    told = verified(a_bundle(tmp_path / "trick.zip", {path: b"x", "manifest": manifest}), world)
    assert told.exit_code == 1
    assert "bundle: Malformed" in told.stdout
    assert not list(tmp_path.parent.rglob("outside"))


def test_a_file_that_is_no_bundle_is_refused(world: World, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"PK\x03\x04 and so on")
    told = verified(tmp_path / "file", world)
    assert (told.exit_code, "neither a mirror nor a bundle" in told.stderr) == (2, True)
