"""Go's own packages accept what we publish, and refuse it once a byte of it has changed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.shared.event_store import EventLog
from services.shared.transparency_log import tree
from services.shared.transparency_log.log_tree import LogTree
from services.shared.transparency_log.notes import Algorithm, Note, Signer
from services.shared.transparency_log.proofs import LogProof
from services.shared.transparency_log.publication import PublishedLog
from services.shared.transparency_log.signing import Signing
from tests.shared.transparency_log.conftest import SIGNER
from tests.shared.transparency_log.go_sumdb import GoSumdb, go_sumdb
from tests.shared.transparency_log.naive_tree import tiles_over
from tests.shared.transparency_log.published import publish
from tests.shared.transparency_log.stored import append, integrate_all
from tests.soak import Soak

LOG = Signer.generate("nscl.example.vn/support")
WITNESS = Signer.generate("witness.example.vn", Algorithm.COSIGNATURE)
KEY = str(LOG.verifier)
ENTRIES = [b"entry %d" % n for n in range(1, 601)]
TILES = tiles_over([tree.leaf_hash(entry) for entry in ENTRIES])


@pytest.fixture(scope="module")
def go(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GoSumdb]:
    with go_sumdb(tmp_path_factory.mktemp("go")) as program:
        yield program


@pytest.mark.parametrize("size", [1, 255, 256, 257, 600])
def test_go_reads_a_published_log_of_any_size(go: GoSumdb, tmp_path: Path, size: int) -> None:
    publish(tmp_path, ENTRIES[:size], LOG, [WITNESS])
    assert go.log(tmp_path, KEY) == ""
    assert "no verifiable signatures" in go.log(tmp_path, str(Signer.generate("nscl.example.vn/support").verifier))


@pytest.mark.soak
def test_go_finds_a_changed_byte_wherever_it_is(go: GoSumdb, tmp_path: Path, soak: Soak) -> None:
    publish(tmp_path / "log", ENTRIES, LOG)
    files = sorted(file.relative_to(tmp_path / "log") for file in (tmp_path / "log").rglob("*") if file.is_file())
    random = soak.random("go")
    for _ in range(soak.count(1_000, 0.05)):
        shutil.copytree(tmp_path / "log", tmp_path / "changed")
        file = tmp_path / "changed" / random.choice(files)
        content = bytearray(file.read_bytes())
        content[random.randrange(len(content))] ^= random.randrange(1, 256)
        file.write_bytes(content)
        assert go.log(tmp_path / "changed", KEY) != "", file
        shutil.rmtree(tmp_path / "changed")


@pytest.mark.soak
def test_go_accepts_our_proofs_of_inclusion_and_refuses_changed_ones(go: GoSumdb, tmp_path: Path, soak: Soak) -> None:
    note = publish(tmp_path, ENTRIES, LOG, [WITNESS])
    random = soak.random("inclusion")
    for _ in range(soak.count(1_000, 0.1)):
        index = random.randrange(len(ENTRIES))
        proof = LogProof(index, tree.inclusion_proof(index, len(ENTRIES), TILES.read), note)
        assert go.proof(bytes(proof), ENTRIES[index], KEY) == ""
        assert go.proof(bytes(proof), ENTRIES[index - 1], KEY) != ""
        changed = bytearray(bytes(LogProof(index, proof.hashes, type(note)(note.text, note.signatures[:1]))))
        changed[random.randrange(len(changed))] ^= random.randrange(1, 256)
        assert go.proof(bytes(changed), ENTRIES[index], KEY) != ""


@pytest.mark.soak
def test_go_accepts_our_proofs_of_consistency_and_refuses_others(go: GoSumdb, soak: Soak) -> None:
    random = soak.random("consistency")
    for _ in range(soak.count(1_000, 0.1)):
        old, new = sorted(random.sample(range(1, len(ENTRIES) + 1), 2))
        sizes = [(size, tree.root(size, TILES.read)) for size in (old, new)]
        proof = tree.consistency_proof(old, new, TILES.read)
        assert go.consistency(sizes[0], sizes[1], proof) == ""
        assert go.consistency((old, sizes[1][1]), sizes[1], proof) != ""
        assert go.consistency(sizes[0], sizes[1], proof[1:]) != ""


def test_go_reads_what_a_service_publishes_and_its_proofs(
    go: GoSumdb, log: EventLog, signing: Signing, tmp_path: Path
) -> None:
    log_tree = LogTree(log)
    for size in (3, 700):
        append(log, size - log.head())
        integrate_all(log_tree, signing)
        PublishedLog(log_tree).copy_to(tmp_path)
        assert go.log(tmp_path, str(SIGNER.verifier)) == ""
    note = Note.parse(log_tree.checkpoint() or b"")
    for position in (1, 256, 257, 700):
        proof = LogProof(position - 1, tree.inclusion_proof(position - 1, 700, log_tree.tiles()), note)
        [entry] = log_tree.entries(position - 1, 1)
        assert go.proof(bytes(proof), entry, str(SIGNER.verifier)) == ""
        assert go.proof(bytes(proof), entry.replace(b"T08:", b"T09:"), str(SIGNER.verifier)) != ""
