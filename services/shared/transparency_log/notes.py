"""Signed notes, https://c2sp.org/signed-note: a text, and below it signatures by named Ed25519 keys.

Keys are written as Go's ``golang.org/x/mod/sumdb/note`` writes them, so that any verifier of Go's reads them. Two kinds
of key are known: a log's own (0x01) signs the text as it is; a witness's (0x04, https://c2sp.org/tlog-cosignature)
signs it together with the time at which it saw the log.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.shared.transparency_log.errors import Malformed, SignatureInvalid, Unsigned

MAX_NOTE_BYTES = 64_000
MAX_SIGNATURES = 100

_DASH = "— "
_PRIVATE = "PRIVATE+KEY+"
_KEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")
_SIGNATURE_LINE = re.compile(rf"{_DASH}([^\s+]+) ([A-Za-z0-9+/]+={{0,2}})")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class Algorithm(IntEnum):
    """What a key signs; the number is in its textual form and in its id."""

    ED25519 = 1
    COSIGNATURE = 4


@dataclass(frozen=True)
class Verifier:
    """The public half of a key, known by its name."""

    name: str
    algorithm: Algorithm
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a signature says that it is by this key."""
        signed = self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public_key
        return hashlib.sha256(signed).digest()[:4]

    def __str__(self) -> str:
        """The key as text: ``name+id+key``."""
        return f"{self.name}+{self.key_id.hex()}+{_base64(bytes([self.algorithm]) + self.public_key)}"

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """The key that a text states. Raises Malformed."""
        name, key_id, algorithm, key = _parsed_key(text)
        verifier = cls(name, algorithm, key)
        if verifier.key_id != key_id:
            raise Malformed(f"the public key of {name} does not have the id {key_id.hex()} that it is written with")
        return verifier

    def check(self, text: str, signature: bytes) -> None:
        """Raises SignatureInvalid unless this key signed the text."""
        try:
            if self.algorithm is Algorithm.COSIGNATURE:
                signed, signature = _cosigned(text, _time_of(signature)), signature[8:]
            else:
                signed = text.encode()
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, signed)
        except (InvalidSignature, ValueError) as error:
            raise SignatureInvalid(f"a signature in the name of {self.name} was not made by its key") from error


@dataclass(frozen=True)
class Signer:
    """A key with its secret half, which neither ``repr`` nor ``str`` shows."""

    verifier: Verifier
    _seed: bytes = field(repr=False)

    @classmethod
    def generate(cls, name: str, algorithm: Algorithm = Algorithm.ED25519) -> Signer:
        """A new key. Raises Malformed for a name that a key cannot have."""
        return cls._of_seed(name, algorithm, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> Signer:
        """The key that a secret text states; what is raised does not repeat it. Raises Malformed."""
        if not text.startswith(_PRIVATE):
            raise Malformed("a signing key does not begin with PRIVATE+KEY+")
        name, key_id, algorithm, seed = _parsed_key(text.removeprefix(_PRIVATE))
        signer = cls._of_seed(name, algorithm, seed)
        if signer.verifier.key_id != key_id:
            raise Malformed(f"the signing key of {name} does not have the id that it is written with")
        return signer

    @classmethod
    def _of_seed(cls, name: str, algorithm: Algorithm, seed: bytes) -> Signer:
        if not re.fullmatch(r"[^\s+]+", name):
            raise Malformed(f"a key cannot be named {name!r}")
        public_key = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        return cls(Verifier(name, algorithm, public_key), seed)

    def secret_text(self) -> str:
        """The whole key as text, for the file that keeps it: ``PRIVATE+KEY+name+id+seed``."""
        verifier = self.verifier
        return f"{_PRIVATE}{verifier.name}+{verifier.key_id.hex()}+{_base64(bytes([verifier.algorithm]) + self._seed)}"

    def sign(self, text: str, time: int | None = None) -> Signature:
        """The key's signature on a text; a witness's key also needs ``time``, in seconds since 1970."""
        key = Ed25519PrivateKey.from_private_bytes(self._seed)
        if self.verifier.algorithm is Algorithm.ED25519:
            return Signature(self.verifier.name, self.verifier.key_id, key.sign(text.encode()))
        if time is None:
            raise ValueError("a cosignature says when it was made")
        signed = struct.pack(">Q", time) + key.sign(_cosigned(text, time))
        return Signature(self.verifier.name, self.verifier.key_id, signed)


class Signature(NamedTuple):
    """One line below a note."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def time(self) -> int:
        """When a witness made it, in seconds since 1970. Raises Malformed for a signature that is no cosignature."""
        return _time_of(self.signature)

    def __str__(self) -> str:
        """The line, with its newline."""
        return f"{_DASH}{self.name} {_base64(self.key_id + self.signature)}\n"

    @classmethod
    def parse(cls, line: str) -> Signature:
        """The signature on a line given without its newline. Raises Malformed."""
        found = _SIGNATURE_LINE.fullmatch(line)
        if found is None:
            raise Malformed(f"not a line of a signature: {line[:200]!r}")
        signature = exact_base64(found[2])
        if len(signature) < 5:
            raise Malformed(f"the signature of {found[1]} is empty")
        return cls(found[1], signature[:4], signature[4:])


@dataclass(frozen=True)
class Note:
    """A text, which ends with a newline, and the signatures below it, known or not."""

    text: str
    signatures: Sequence[Signature] = ()

    def __bytes__(self) -> bytes:
        return f"{self.text}\n{''.join(map(str, self.signatures))}".encode()

    @classmethod
    def parse(cls, encoded: bytes) -> Note:
        """The note again; whose signatures are good is another question (``signed_by``). Raises Malformed."""
        if len(encoded) > MAX_NOTE_BYTES:
            raise Malformed(f"a note is longer than {MAX_NOTE_BYTES} bytes")
        try:
            whole = encoded.decode()
        except UnicodeDecodeError as error:
            raise Malformed("a note is not UTF-8") from error
        body, blank, below = whole.rpartition("\n\n")
        if not blank or not below.endswith("\n") or _CONTROL.search(whole):
            raise Malformed("a note must be lines of text, a blank line, and lines of signatures")
        lines = below[:-1].split("\n")
        if len(lines) > MAX_SIGNATURES:
            raise Malformed(f"a note has more than {MAX_SIGNATURES} signatures")
        return cls(body + "\n", tuple(map(Signature.parse, lines)))

    def with_signatures(self, signatures: Iterable[Signature]) -> Note:
        """The note with more signatures below those it has; one that it has is not repeated."""
        return Note(self.text, tuple(dict.fromkeys((*self.signatures, *signatures))))

    def signed_by(self, verifiers: Iterable[Verifier]) -> dict[Verifier, Signature]:
        """Those of the keys that signed, each with its signature; signatures of other keys count for nothing.

        Raises SignatureInvalid when a line bears the name and id of one of the keys and that key did not make it.
        """
        known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
        signed: dict[Verifier, Signature] = {}
        for signature in self.signatures:
            verifier = known.get((signature.name, signature.key_id))
            if verifier is not None:
                verifier.check(self.text, signature.signature)
                signed.setdefault(verifier, signature)
        return signed

    def must_be_signed_by(self, verifiers: Iterable[Verifier], at_least: int = 1) -> dict[Verifier, Signature]:
        """As ``signed_by``. Raises Unsigned when fewer of the keys signed than there must be."""
        signed = self.signed_by(verifiers)
        if len(signed) < at_least:
            raise Unsigned(f"{len(signed)} of the known keys signed the note, {at_least} must")
        return signed


def exact_base64(text: str) -> bytes:
    """The bytes of standard base64 with its padding. Raises Malformed for any other form of the same bytes."""
    try:
        decoded = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Malformed(f"not base64: {text[:100]!r}") from error
    if _base64(decoded) != text:
        raise Malformed(f"not the one form of base64: {text[:100]!r}")
    return decoded


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def _parsed_key(text: str) -> tuple[str, bytes, Algorithm, bytes]:
    """Name, id, algorithm and the 32 bytes of a key; the error of a secret key must not repeat it."""
    found = _KEY.fullmatch(text)
    if found is None:
        raise Malformed("a key is not written as name+id+key")
    key = exact_base64(found[3])
    if len(key) != 33 or key[0] not in list(Algorithm):
        raise Malformed(f"the key of {found[1]} is not an Ed25519 key of a known kind")
    return found[1], bytes.fromhex(found[2]), Algorithm(key[0]), key[1:]


def _cosigned(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _time_of(signature: bytes) -> int:
    if len(signature) != 72:
        raise Malformed("a cosignature is not 72 bytes long")
    return int.from_bytes(signature[:8], "big")
