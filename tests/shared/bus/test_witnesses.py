"""What witnesses have to cosign is published once enough of them did; one that refuses or is away holds up no other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from services.shared.event_store import EventLog
from services.shared.transparency_log.checkpoints import Checkpoint
from services.shared.transparency_log.log_tree import LogTree
from services.shared.transparency_log.notes import Algorithm, Note, Signer
from services.shared.transparency_log.policy import Policy
from services.shared.transparency_log.tree import EMPTY_ROOT, check_consistency
from services.shared.transparency_log.witnessing import AddCheckpoint
from tests.shared.bus.conftest import Samples, eventually, sell_a_basket

ORIGIN = "log.test/orchard"
SIGNER = Signer.generate(ORIGIN)


class Witness:
    """Another body: cosigns what continues what it saw last, unless it is told to refuse."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.signer = Signer.generate(name, Algorithm.COSIGNATURE)
        self.refuses = False
        self.last = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
        self._server = make_server("127.0.0.1", 0, self._answer, WSGIServer, handler_class=SilentHandler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        asked = AddCheckpoint.parse(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        checkpoint = Checkpoint.parse(asked.note.text)
        if self.refuses:
            start_response("403 Forbidden", [])
            return [b"not today\n"]
        if asked.old != self.last.size:
            start_response("409 Conflict", [("Content-Type", "text/x.tlog.size")])
            return [f"{self.last.size}\n".encode()]
        check_consistency(self.last.size, checkpoint.size, self.last.root, checkpoint.root, asked.proof)
        self.last = checkpoint
        start_response("200 OK", [])
        return [str(self.signer.sign(asked.note.text, 1_772_414_100)).encode()]


class SilentHandler(WSGIRequestHandler):
    """Writes no access log."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def witnesses() -> Iterator[list[Witness]]:
    witnesses = [Witness("stc.test"), Witness("thanhtra.test")]
    yield witnesses
    for witness in witnesses:
        witness.stop()


@pytest.fixture
def policy(witnesses: list[Witness], tmp_path: Path) -> Path:
    """Both witnesses, of which one is enough."""
    known = [f"witness {witness.name} {witness.signer.verifier} {witness.url}" for witness in witnesses]
    group = f"group ours 1 {' '.join(witness.name for witness in witnesses)}"
    file = tmp_path / "policy"
    file.write_text("\n".join([f"log {SIGNER.verifier}", *known, group, "quorum ours", ""]))
    return file


def test_a_checkpoint_is_published_once_enough_witnesses_have_cosigned_it(
    samples: Samples, orchard_log: EventLog, witnesses: list[Witness], policy: Path, tmp_path: Path
) -> None:
    keys = {"origin": ORIGIN, "memory": str(tmp_path / "signed"), "keys": [SIGNER.secret_text()]}
    process = samples.start_ready("orchard", log={**keys, "policy": str(policy)})
    tree, trusted = LogTree(orchard_log), Policy.parse(policy.read_text())

    def published() -> int:
        """The size of what is published, cosigned by enough."""
        status, body = process.get("/checkpoint")
        return trusted.accepted(Note.parse(body.encode()), ORIGIN).size if status == 200 else -1

    sell_a_basket(orchard_log)
    eventually(lambda: published() == 2)
    eventually(lambda: [witness.last.size for witness in witnesses] == [2, 2])

    witnesses[0].refuses = True
    sell_a_basket(orchard_log)
    eventually(lambda: published() == 4)
    assert witnesses[0].last.size == 2

    witnesses[1].refuses = True
    sell_a_basket(orchard_log)
    eventually(lambda: tree.size() == 6)
    assert published() == 4, "signed, and seen by too few"
    eventually(lambda: process.metric("nscl_bus_witness_refusals_total") > 1)

    witnesses[0].refuses = False
    eventually(lambda: published() == 6)
