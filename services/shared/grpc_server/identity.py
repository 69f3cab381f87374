"""Who is calling: bearer tokens, verified against the published keys of those who may issue them.

A token is a JWT signed with Ed25519. The keys come from a JWKS file; a key whose id begins with ``service:`` belongs
to one service of the platform and can speak for that service only, never for a person.
"""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import jwt

from services.shared.grpc_server.refusals import TokenExpired, TokenInvalid, TokenMissing
from services.shared.record import SERVICE_CAPACITY, service_person_id

AUDIENCE = "nscl"
SERVICE_KEY_PREFIX = "service:"
CLAIMS = ("iss", "aud", "sub", "body", "capacity", "iat", "exp", "jti")
LEEWAY_SECONDS = 5
CACHED_TOKENS = 10_000
_BODY = re.compile(r"[A-Z0-9][A-Z0-9_.-]{0,39}")
_CAPACITY = re.compile(r"[a-z][a-z_]{0,39}")


@dataclass(frozen=True)
class Caller:
    """The person (by surrogate id) who calls, for which body, in which capacity."""

    person_id: UUID
    body: str
    capacity: str


class TokenKeys:
    """Verifies tokens against a JWKS file, and reads the file again when it changed and a token names a new key.

    A verified token is remembered until it expires, because verifying takes longer than most queries; the memory is
    bounded and forgets the longest unused first.
    """

    def __init__(self, jwks_path: Path, issuer: str) -> None:
        self._path = jwks_path
        self._issuer = issuer
        self._read_at = 0
        self._keys: Mapping[str, jwt.PyJWK] = {}
        self._verified: OrderedDict[str, tuple[Caller, float]] = OrderedDict()
        self._lock = threading.Lock()
        self._read_keys()

    def caller(self, metadata: Sequence[tuple[str, str | bytes]]) -> Caller:
        """Who calls, by the ``authorization`` entry of a call's metadata.

        TokenMissing, TokenExpired or TokenInvalid when that cannot be told.
        """
        for name, value in metadata:
            if name == "authorization" and isinstance(value, str):
                scheme, _, token = value.partition(" ")
                if scheme.lower() != "bearer" or not token:
                    raise TokenInvalid()
                return self._remembered(token) or self._verify(token)
        raise TokenMissing()

    def _remembered(self, token: str) -> Caller | None:
        with self._lock:
            known = self._verified.get(token)
            if known is None:
                return None
            caller, expires_at = known
            if expires_at + LEEWAY_SECONDS <= time.time():
                del self._verified[token]
                return None
            self._verified.move_to_end(token)
            return caller

    def _verify(self, token: str) -> Caller:
        try:
            key = self._key(jwt.get_unverified_header(token))
            claims = jwt.decode(
                token,
                key,
                algorithms=["EdDSA"],
                audience=AUDIENCE,
                issuer=self._issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": list(CLAIMS)},
            )
        except jwt.ExpiredSignatureError:
            raise TokenExpired() from None
        except jwt.PyJWTError as error:
            raise TokenInvalid() from error
        caller = _caller_of(claims)
        _check_issuer_may_speak_for(key, caller)
        with self._lock:
            self._verified[token] = caller, float(claims["exp"])
            if len(self._verified) > CACHED_TOKENS:
                self._verified.popitem(last=False)
        return caller

    def _key(self, header: Mapping[str, Any]) -> jwt.PyJWK:
        key_id = header.get("kid")
        if key_id not in self._keys and self._path.stat().st_mtime_ns != self._read_at:
            self._read_keys()
        if not isinstance(key_id, str) or key_id not in self._keys:
            raise TokenInvalid()
        return self._keys[key_id]

    def _read_keys(self) -> None:
        self._read_at = self._path.stat().st_mtime_ns
        keys = jwt.PyJWKSet.from_json(self._path.read_text(encoding="utf-8")).keys
        self._keys = {key.key_id: key for key in keys if key.key_id and key.key_type == "OKP"}


def _caller_of(claims: Mapping[str, Any]) -> Caller:
    body, capacity = claims["body"], claims["capacity"]
    if not isinstance(body, str) or not _BODY.fullmatch(body):
        raise TokenInvalid()
    if not isinstance(capacity, str) or not _CAPACITY.fullmatch(capacity):
        raise TokenInvalid()
    try:
        return Caller(UUID(claims["sub"]), body, capacity)
    except ValueError:
        raise TokenInvalid() from None


def _check_issuer_may_speak_for(key: jwt.PyJWK, caller: Caller) -> None:
    """A service's own key speaks for that service; the issuer's key for persons."""
    key_id = key.key_id or ""
    service = key_id.removeprefix(SERVICE_KEY_PREFIX) if key_id.startswith(SERVICE_KEY_PREFIX) else None
    if service is None:
        if caller.capacity == SERVICE_CAPACITY:
            raise TokenInvalid()
    elif caller.capacity != SERVICE_CAPACITY or caller.person_id != service_person_id(service):
        raise TokenInvalid()
