"""Who is calling: bearer tokens, verified against the published keys of those who may issue them.

A token is a JWT signed with Ed25519. The keys come from a JWKS; a key whose id begins with ``service:`` belongs to one
service of the platform and can speak for that service only, never for a person.
"""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import jwt

from services.shared.grpc_server.published_keys import Keys, PublishedKeys
from services.shared.grpc_server.refusals import TokenExpired, TokenInvalid, TokenMissing
from services.shared.record import SERVICE_CAPACITY, service_person_id

AUDIENCE = "nscl"
SERVICE_KEY_PREFIX = "service:"
CLAIMS = ("iss", "aud", "sub", "body", "capacity", "iat", "exp", "jti")
LEEWAY_SECONDS = 5
CACHED_TOKENS = 10_000
BODY_FORM = re.compile(r"[A-Z0-9][A-Z0-9_.-]{0,39}")
_CAPACITY = re.compile(r"[a-z][a-z_]{0,39}")


@dataclass(frozen=True)
class Caller:
    """The person (by surrogate id) who calls, for which body, in which capacity."""

    person_id: UUID
    body: str
    capacity: str


class TokenKeys:
    """Verifies tokens against the keys that are published now.

    A verified token is remembered until it expires or the keys change, because verifying takes longer than most
    queries; the memory is bounded and forgets the longest unused first.
    """

    def __init__(self, published: PublishedKeys, issuer: str) -> None:
        self._published = published
        self._issuer = issuer
        self._keys = published.current()
        self._verified: OrderedDict[str, tuple[Caller, float]] = OrderedDict()
        self._lock = threading.Lock()

    def caller(self, metadata: Sequence[tuple[str, str | bytes]]) -> Caller:
        """Who calls, by the ``authorization`` entry of a call's metadata.

        TokenMissing, TokenExpired or TokenInvalid when that cannot be told.
        """
        token = token_in(metadata)
        if token is None:
            raise TokenMissing()
        return self._remembered(token) or self._verify(token)

    def _remembered(self, token: str) -> Caller | None:
        keys = self._published.current()
        with self._lock:
            if keys is not self._keys:
                self._keys = keys
                self._verified.clear()
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
        keys = self._published.current()
        try:
            key = self._key(keys, jwt.get_unverified_header(token))
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
            if keys is self._keys:  # what was verified by keys that have gone meanwhile is not remembered
                self._verified[token] = caller, float(claims["exp"])
                if len(self._verified) > CACHED_TOKENS:
                    self._verified.popitem(last=False)
        return caller

    def _key(self, keys: Keys, header: Mapping[str, Any]) -> jwt.PyJWK:
        key_id = header.get("kid")
        if not isinstance(key_id, str):
            raise TokenInvalid()
        key = keys.get(key_id) or self._published.again().get(key_id)
        if key is None:
            raise TokenInvalid()
        return key


def token_in(metadata: Sequence[tuple[str, str | bytes]]) -> str | None:
    """The bearer token that comes with a call, None without; TokenInvalid for another kind of credential."""
    for name, value in metadata:
        if name == "authorization" and isinstance(value, str):
            scheme, _, token = value.partition(" ")
            if scheme.lower() != "bearer" or not token:
                raise TokenInvalid()
            return token
    return None


def _caller_of(claims: Mapping[str, Any]) -> Caller:
    body, capacity = claims["body"], claims["capacity"]
    if not isinstance(body, str) or not BODY_FORM.fullmatch(body):
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
