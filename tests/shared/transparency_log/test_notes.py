"""Signed notes, keys as Go writes them, checkpoints, and proofs in a file."""

from __future__ import annotations

import dataclasses
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.shared.transparency_log import tree
from services.shared.transparency_log.checkpoints import Checkpoint
from services.shared.transparency_log.errors import (
    Malformed,
    ProofInvalid,
    SignatureInvalid,
    TransparencyError,
    Unsigned,
)
from services.shared.transparency_log.notes import Algorithm, Note, Signature, Signer, Verifier
from services.shared.transparency_log.proofs import LogProof
from tests.shared.transparency_log import naive_tree

# The example of golang.org/x/mod/sumdb/note's documentation.
GO_VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SIGNER = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_NOTE = """\
If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""

ORIGIN = "nscl.example.vn/support"
LOG = Signer.generate(ORIGIN)
WITNESS = Signer.generate("witness.example.vn", Algorithm.COSIGNATURE)
ENTRIES = [b"entry %d" % n for n in range(1, 601)]
TILES = naive_tree.tiles_over([tree.leaf_hash(entry) for entry in ENTRIES])
CHECKPOINT = Checkpoint(ORIGIN, 600, tree.root(600, TILES.read))
TEXT = str(CHECKPOINT)
NOTE = Note(TEXT, (LOG.sign(TEXT), WITNESS.sign(TEXT, 1_772_414_100)))


def test_the_example_of_go_is_read_and_signed_to_the_same_bytes() -> None:
    note = Note.parse(GO_NOTE.encode())
    signer = Signer.parse(GO_SIGNER)
    assert str(signer.verifier) == GO_VERIFIER
    assert list(note.signed_by([Verifier.parse(GO_VERIFIER)])) == [signer.verifier]
    assert bytes(Note(note.text, (signer.sign(note.text),))) == GO_NOTE.encode()


@pytest.mark.parametrize("signer", [LOG, WITNESS])
def test_a_key_is_read_from_its_text_and_its_secret_is_not_shown(signer: Signer) -> None:
    assert Verifier.parse(str(signer.verifier)) == signer.verifier
    assert Signer.parse(signer.secret_text()) == signer
    assert signer.secret_text().split("+", 4)[4] not in f"{signer!r} {signer}"
    assert "_seed" not in repr(signer)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        GO_VERIFIER.replace("c74f20a3", "c74f20a4"),
        GO_VERIFIER.replace("+AR", "+AS"),
        GO_VERIFIER.replace("Peter", "Pe ter"),
        GO_VERIFIER + "\n",
        GO_VERIFIER[:-4],
        "x+c74f20a3+" + "A" * 44,
    ],
)
def test_a_text_that_is_no_key_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(Malformed):
        Verifier.parse(text)
    with pytest.raises(Malformed) as refused:
        Signer.parse(f"PRIVATE+KEY+{text}")
    assert text.rpartition("+")[2] == "" or text.rpartition("+")[2] not in str(refused.value)


def test_a_signature_of_another_key_counts_for_nothing() -> None:
    other = Signer.generate(ORIGIN)
    note = NOTE.with_signatures([other.sign(TEXT)])
    assert set(note.signed_by([LOG.verifier, WITNESS.verifier])) == {LOG.verifier, WITNESS.verifier}
    with pytest.raises(Unsigned, match="0 of the known keys signed the note, 1 must"):
        NOTE.must_be_signed_by([other.verifier])


def test_two_signatures_of_one_key_are_the_word_of_one() -> None:
    twice = NOTE.with_signatures([WITNESS.sign(TEXT, 1_772_414_101)])
    assert len(twice.signatures) == 3
    with pytest.raises(Unsigned):
        twice.must_be_signed_by([WITNESS.verifier], at_least=2)


def test_a_cosignature_says_when_it_was_made_and_is_good_for_no_other_time() -> None:
    signature = NOTE.signed_by([WITNESS.verifier])[WITNESS.verifier]
    assert signature.time == 1_772_414_100
    later = signature._replace(signature=(signature.time + 1).to_bytes(8, "big") + signature.signature[8:])
    with pytest.raises(SignatureInvalid):
        Note(TEXT, (later,)).signed_by([WITNESS.verifier])


@given(some.integers(0, len(bytes(NOTE)) - 1), some.integers(1, 255))
def test_a_note_changed_in_any_byte_is_not_signed_by_both(at: int, change: int) -> None:
    encoded = bytearray(bytes(NOTE))
    encoded[at] ^= change
    with pytest.raises(TransparencyError):
        Note.parse(bytes(encoded)).must_be_signed_by([LOG.verifier, WITNESS.verifier], at_least=2)


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        b"text\n",
        b"text\n\n",
        TEXT.encode() + str(NOTE.signatures[0]).encode(),
        bytes(NOTE)[:-1],
        bytes(NOTE).replace(b"\n", b"\r\n"),
        bytes(NOTE).replace("—".encode(), b"-"),
        bytes(NOTE) + b"more\n",
        bytes(NOTE).replace(b"600", b"60\x000"),
        bytes(NOTE) * 500,
    ],
    ids=count(),  # keys are new in each process, and tests have one name in all
)
def test_bytes_that_are_no_note_are_refused(encoded: bytes) -> None:
    with pytest.raises(Malformed):
        Note.parse(encoded)


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("600", "0600"),
        TEXT.replace("600", "-600"),
        TEXT.replace("600", "0"),
        TEXT[:-1],
        TEXT + "extension\n",
        TEXT.replace("=\n", "\n"),
        TEXT.replace(ORIGIN, ""),
        TEXT.replace(ORIGIN, "two words"),
    ],
)
def test_a_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    assert Checkpoint.parse(TEXT) == CHECKPOINT
    with pytest.raises(Malformed):
        Checkpoint.parse(text)


def test_a_proof_is_good_for_its_entry_in_its_log_only() -> None:
    proof = LogProof.parse(bytes(LogProof(41, tree.inclusion_proof(41, 600, TILES.read), NOTE)))
    assert proof.check(ENTRIES[41], ORIGIN, [LOG.verifier]) == CHECKPOINT
    with pytest.raises(ProofInvalid):
        proof.check(ENTRIES[42], ORIGIN, [LOG.verifier])
    with pytest.raises(Malformed, match="was expected"):
        proof.check(ENTRIES[41], "nscl.example.vn/registry", [LOG.verifier])
    with pytest.raises(Unsigned):
        proof.check(ENTRIES[41], ORIGIN, [WITNESS.verifier, Signer.generate(ORIGIN).verifier][1:])
    with pytest.raises(ProofInvalid):
        dataclasses.replace(proof, index=40).check(ENTRIES[41], ORIGIN, [LOG.verifier])


@given(some.data())
def test_a_file_of_a_proof_changed_in_any_byte_shows_nothing(data: some.DataObject) -> None:
    whole = bytes(LogProof(41, tree.inclusion_proof(41, 600, TILES.read), Note(TEXT, NOTE.signatures[:1])))
    at, change = data.draw(some.integers(0, len(whole) - 1)), data.draw(some.integers(1, 255))
    changed = whole[:at] + bytes([whole[at] ^ change]) + whole[at + 1 :]
    with pytest.raises(TransparencyError):
        LogProof.parse(changed).check(ENTRIES[41], ORIGIN, [LOG.verifier])


def test_a_line_of_a_signature_is_read_again() -> None:
    for signature in NOTE.signatures:
        assert Signature.parse(str(signature)[:-1]) == signature
