"""A witness cosigns what continues the past, and nothing else, whatever happens to it."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from threading import Timer

import pytest

from services.audit.witness import Witness, WitnessDoor
from services.shared.transparency_log import tree
from services.shared.transparency_log.checkpoints import Checkpoint
from services.shared.transparency_log.errors import Malformed, Unsigned
from services.shared.transparency_log.notes import Algorithm, Note, Signer
from services.shared.transparency_log.policy import KnownWitness, Policy
from services.shared.transparency_log.witnessing import AddCheckpoint, WitnessClient, WitnessRefused, cosigned
from tests.shared.transparency_log.naive_tree import tiles_over
from tests.soak import Soak

ORIGIN = "nscl.example.vn/support"
LOG = Signer.generate(ORIGIN)
KEY = Signer.generate("stc.example.vn", Algorithm.COSIGNATURE)
POLICY = Policy.parse(f"log {LOG.verifier}\nquorum none\n")
TILES = tiles_over([tree.leaf_hash(b"entry %d" % n) for n in range(1, 1001)])
REWRITTEN = tiles_over([tree.leaf_hash(b"entry %d" % n) for n in range(2, 1002)])
NOW = 1_772_414_100


def signed(size: int, of: object = TILES, origin: str = ORIGIN, by: Signer = LOG) -> Note:
    assert isinstance(of, type(TILES))
    text = str(Checkpoint(origin, size, tree.root(size, of.read)))
    return Note(text, (by.sign(text),))


def asking(old: int, new: int, of: object = TILES) -> AddCheckpoint:
    assert isinstance(of, type(TILES))
    return AddCheckpoint(old, tree.consistency_proof(old, new, of.read), signed(new, of))


@pytest.fixture
def door(tmp_path: Path) -> WitnessDoor:
    return WitnessDoor(Witness(KEY, POLICY, tmp_path, lambda: NOW))


def post(door: WitnessDoor, body: bytes, path: str = "/add-checkpoint", method: str = "POST") -> tuple[int, str, bytes]:
    """Status, content type and body of the answer."""
    said: list[str] = []
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.input": io.BytesIO(body)}
    answer = b"".join(door(environ, lambda status, headers: said.extend([status, dict(headers)["Content-Type"]])))
    return int(said[0].split()[0]), said[1], answer


def test_it_cosigns_what_continues_the_past(door: WitnessDoor) -> None:
    for old, new in ((0, 10), (10, 10), (10, 300), (300, 1000)):
        status, _, line = post(door, bytes(asking(old, new)))
        assert status == 200
        note = Note.parse(bytes(signed(new)) + line)
        assert note.signed_by([KEY.verifier])[KEY.verifier].time == NOW


@pytest.mark.parametrize(
    ("asked", "status", "content_type", "answer"),
    [
        (asking(0, 600), 409, "text/x.tlog.size", b"500\n"),
        (asking(400, 600), 409, "text/x.tlog.size", b"500\n"),
        (AddCheckpoint(500, (), signed(500, REWRITTEN)), 409, "text/x.tlog.size", b"500\n"),
        (AddCheckpoint(600, (), signed(500)), 400, "text/plain; charset=utf-8", None),
        (asking(500, 600, REWRITTEN), 422, "text/plain; charset=utf-8", None),
        (AddCheckpoint(500, (), signed(600)), 422, "text/plain; charset=utf-8", None),
        (AddCheckpoint(500, (), signed(600, by=Signer.generate(ORIGIN))), 403, "text/plain; charset=utf-8", None),
        (
            AddCheckpoint(0, (), signed(600, origin="elsewhere", by=Signer.generate("elsewhere"))),
            404,
            "text/plain; charset=utf-8",
            None,
        ),
    ],
    ids=[
        "new to the log",
        "stale",
        "fork of the same size",
        "old above new",
        "fork",
        "no proof",
        "bad key",
        "unknown log",
    ],
)
def test_it_refuses_everything_else_as_the_specification_says(
    door: WitnessDoor, asked: AddCheckpoint, status: int, content_type: str, answer: bytes | None
) -> None:
    assert post(door, bytes(asking(0, 500)))[0] == 200
    answered = post(door, bytes(asked))
    assert answered[:2] == (status, content_type)
    assert answer is None or answered[2] == answer
    assert post(door, bytes(asking(500, 1000)))[0] == 200, "it still knows what it cosigned"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0\n\n",
        b"old 00\n\n" + bytes(signed(5)),
        b"old -1\n\n" + bytes(signed(5)),
        b"new 0\n\n" + bytes(signed(5)),
        b"old 0\nAAAA\n\n" + bytes(signed(5)),
        b"old 0\n" + b"A" * 43 + b"=\n" * 64 + b"\n" + bytes(signed(5)),
        b"\xff" * 100,
    ],
    ids=count(),  # keys are new in each process, and tests have one name in all
)
def test_a_request_that_is_none_is_refused(door: WitnessDoor, body: bytes) -> None:
    assert post(door, body)[0] == 400


def test_only_its_one_method_is_there_and_no_more_is_read_than_a_request_can_have(door: WitnessDoor) -> None:
    assert post(door, b"", method="GET")[0] == 405
    assert post(door, b"", path="/elsewhere")[0] == 404
    assert post(door, b"x" * 1_000_000)[0] == 413


def test_two_signed_histories_of_one_size_are_kept_as_evidence(door: WitnessDoor, tmp_path: Path) -> None:
    post(door, bytes(asking(0, 500)))
    post(door, bytes(AddCheckpoint(500, (), signed(500, REWRITTEN))))
    [evidence] = tmp_path.glob("*.fork")
    assert Note.parse(evidence.read_bytes()).signed_by([LOG.verifier])


def test_k_of_n_witnesses_make_a_checkpoint_count() -> None:
    others = [Signer.generate(f"w{n}.example.vn", Algorithm.COSIGNATURE) for n in range(3)]
    lines = [f"witness W{n} {one.verifier}" for n, one in enumerate(others)]
    policy = Policy.parse("\n".join([f"log {LOG.verifier}", *lines, "group all-of-us 2 W0 W1 W2", "quorum all-of-us"]))
    note = signed(500)
    for number in range(4):
        witnessed = note.with_signatures(one.sign(note.text, NOW) for one in others[:number])
        if number >= 2:
            assert policy.accepted(witnessed, ORIGIN).size == 500
        else:
            with pytest.raises(Unsigned, match="too few witnesses"):
                policy.accepted(witnessed, ORIGIN)
    twice = note.with_signatures(others[0].sign(note.text, NOW + n) for n in range(2))
    with pytest.raises(Unsigned):
        policy.accepted(twice, ORIGIN)


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"log {LOG.verifier}\n",
        "quorum nobody\n",
        "quorum none\nquorum none\n",
        f"log {KEY.verifier}\nquorum none\n",
        f"log {LOG.verifier}\nlog {LOG.verifier}\nquorum none\n",
        f"witness A {LOG.verifier}\nquorum A\n",
        f"witness A {KEY.verifier}\nwitness B {KEY.verifier}\nquorum A\n",
        f"witness none {KEY.verifier}\nquorum none\n",
        f"witness A {KEY.verifier}\ngroup G 2 A\nquorum G\n",
        f"witness A {KEY.verifier}\ngroup G 0 A\nquorum G\n",
        f"witness A {KEY.verifier}\ngroup G all\nquorum G\n",
        f"witness A {KEY.verifier}\ngroup G any A A\nquorum G\n",
        f"group G any A\nwitness A {KEY.verifier}\nquorum G\n",
        f"witness A {KEY.verifier} http://w more\nquorum A\n",
        "trust everybody\nquorum none\n",
    ],
    ids=count(),  # keys are new in each process, and tests have one name in all
)
def test_a_policy_that_would_mean_something_else_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        Policy.parse(text)


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def running(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A witness as a process of its own."""
    (folder / "key").write_text(KEY.secret_text())
    (folder / "policy").write_text(f"log {LOG.verifier}\nquorum none\n")
    words = ["--key", folder / "key", "--policy", folder / "policy", "--folder", folder / "memory"]
    command = [sys.executable, "-m", "services.audit", "witness", *words, "--listen", f"127.0.0.1:{port}"]
    environment = {**os.environ, "PYTHONPATH": ".:generated"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.soak
def test_killed_at_any_moment_it_never_cosigns_two_histories(tmp_path: Path, soak: Soak) -> None:
    port = free_port()
    known = KnownWitness("STC", KEY.verifier, f"http://127.0.0.1:{port}")
    random = soak.random("witness")
    size = 1
    for _ in range(soak.count(50, 0.06)):
        with running(tmp_path, port) as process:
            client = WitnessClient(known)
            Timer(random.uniform(0.01, 0.3), process.kill).start()
            while process.poll() is None:
                size = min(999, size + random.randrange(2))  # less than what is forked at the end
                with suppress(WitnessRefused):
                    client.cosign(signed(size), lambda old, new: tree.consistency_proof(old, new, TILES.read))
    assert size > 1
    with running(tmp_path, port):
        fork, refusals = cosigned(
            signed(1000, REWRITTEN),
            [WitnessClient(known)],
            lambda old, new: tree.consistency_proof(old, new, REWRITTEN.read),
        )
        assert (fork.signed_by([KEY.verifier]), len(refusals)) == ({}, 1)
        assert "422" in str(refusals[0])
        same, _ = cosigned(
            signed(1000), [WitnessClient(known)], lambda old, new: tree.consistency_proof(old, new, TILES.read)
        )
        assert KEY.verifier in same.signed_by([KEY.verifier])


def test_two_witnesses_never_share_a_memory(tmp_path: Path) -> None:
    with running(tmp_path, free_port()), running(tmp_path, free_port()) as second:
        assert second.wait(10) == 2
