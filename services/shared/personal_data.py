"""Personal data in a log that is never rewritten: each person's words are sealed with a key of their own.

Events keep ``Sealed`` text; erasing a person throws their key away, and nothing sealed for them can be read again,
wherever copies of the events have gone. (Copies of the key table have to be forgotten with it: keep its backups short.)
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import unicodedata
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.shared.refusals import Refusal

ERASED = "[erased]"
_KEY_BYTES, _NONCE_BYTES = 32, 12
_FORM = b"\x01"


@dataclass(frozen=True)
class Sealed:
    """A text only its subject's key opens: base64 of form, nonce and ciphertext (AES-256-GCM, bound to the subject)."""

    text: str


class SubjectErased(Refusal):
    """A person whose data were erased stays erased: nothing new is sealed under the same id."""

    sentence = "Dữ liệu cá nhân của người này đã bị xóa theo yêu cầu; không thể ghi thêm dưới cùng mã số."


class Pool(Protocol):
    """The part of a connection pool that is needed here: cursors whose every statement is a transaction."""

    def cursor(self) -> AbstractContextManager[Any]: ...


class SubjectKeys:
    """The keys of the persons a service knows, in its own database; an erased one leaves an empty row behind.

    Keys are read anew each time: an erasure counts at once, in every process.
    """

    name: ClassVar[str] = "subject_keys"
    table: ClassVar[str] = "CREATE TABLE IF NOT EXISTS subject_keys (subject_id uuid PRIMARY KEY, key bytea)"

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def seal(self, subject_id: UUID, text: str) -> Sealed:
        """The text, readable only as long as the subject is not erased; SubjectErased when that has happened."""
        nonce = os.urandom(_NONCE_BYTES)
        ciphertext = AESGCM(self._key_for_sealing(subject_id)).encrypt(nonce, text.encode(), subject_id.bytes)
        return Sealed(base64.b64encode(_FORM + nonce + ciphertext).decode())

    def open(self, subject_id: UUID, sealed: Sealed) -> str:
        """What was sealed for the subject, or ``[erased]``.

        cryptography's InvalidTag when the text was altered, or sealed for somebody else.
        """
        return _opened(self._keys([subject_id]).get(subject_id), subject_id, sealed)

    def open_all(self, sealed: Sequence[tuple[UUID, Sealed]]) -> list[str]:
        """As ``open``, for each of many subjects in their order, with one question to the database."""
        keys = self._keys([subject_id for subject_id, _ in sealed])
        return [_opened(keys.get(subject_id), subject_id, text) for subject_id, text in sealed]

    def erase(self, subject_id: UUID) -> None:
        """Throw the subject's key away, for ever; erasing twice, or somebody unknown, is no error."""
        with self._pool.cursor() as cursor:
            cursor.execute(
                "INSERT INTO subject_keys (subject_id, key) VALUES (%s, NULL)"
                " ON CONFLICT (subject_id) DO UPDATE SET key = NULL",
                (subject_id,),
            )

    def _keys(self, subject_ids: Sequence[UUID]) -> dict[UUID, bytes]:
        """The keys of those of the subjects who have one."""
        with self._pool.cursor() as cursor:
            cursor.execute(
                "SELECT subject_id, key FROM subject_keys WHERE subject_id = ANY (%s::uuid[]) AND key IS NOT NULL",
                (list(subject_ids),),
            )
            return {subject_id: bytes(key) for subject_id, key in cursor.fetchall()}

    def _key_for_sealing(self, subject_id: UUID) -> bytes:
        """The subject's key, made when they are first heard of; whoever makes it first wins."""
        with self._pool.cursor() as cursor:
            cursor.execute(
                "INSERT INTO subject_keys (subject_id, key) VALUES (%s, %s) ON CONFLICT (subject_id) DO NOTHING",
                (subject_id, AESGCM.generate_key(_KEY_BYTES * 8)),
            )
        keys = self._keys([subject_id])
        if subject_id not in keys:
            raise SubjectErased()
        return keys[subject_id]


def _opened(key: bytes | None, subject_id: UUID, sealed: Sealed) -> str:
    """What the subject's key opens; ``[erased]`` without one."""
    if key is None:
        return ERASED
    raw = base64.b64decode(sealed.text, validate=True)
    if raw[:1] != _FORM:
        raise ValueError("sealed in a form this code does not know")
    nonce, ciphertext = raw[1 : 1 + _NONCE_BYTES], raw[1 + _NONCE_BYTES :]
    return AESGCM(key).decrypt(nonce, ciphertext, subject_id.bytes).decode()


def keyed_digest(secret: bytes, text: str) -> str:
    """A digest by which an identifier can be found again and compared, but not guessed without the secret.

    A plain hash of a personal number hides nothing: there are few enough to try them all.
    """
    return hmac.new(secret, unicodedata.normalize("NFC", text).encode(), hashlib.sha256).hexdigest()
