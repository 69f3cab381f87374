"""Asking another service at its door, for what a decision needs answered now."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Self, TypeVar
from uuid import uuid4

import grpc
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from google.rpc.error_details_pb2 import ErrorInfo, LocalizedMessage
from grpc_status import rpc_status

from services.shared.channel import open_channel
from services.shared.deadline import remaining_seconds
from services.shared.grpc_server.identity import AUDIENCE, SERVICE_KEY_PREFIX
from services.shared.grpc_server.refusals import NeighbourUnavailable
from services.shared.record import PLATFORM_BODY, SERVICE_CAPACITY, service_person_id
from services.shared.refusals import Refusal
from services.shared.settings import DoorSettings
from services.shared.traces import traces

Q = TypeVar("Q")
A = TypeVar("A")

MOST_SECONDS = 5.0
TOKEN_SECONDS = 600
# Nothing but UNAVAILABLE is tried again (AIP-194), and not for ever: at most one retry per ten good answers.
_SERVICE_CONFIG = json.dumps(
    {
        "methodConfig": [
            {
                "name": [{}],
                "retryPolicy": {
                    "maxAttempts": 4,
                    "initialBackoff": "0.05s",
                    "maxBackoff": "1s",
                    "backoffMultiplier": 3,
                    "retryableStatusCodes": ["UNAVAILABLE"],
                },
            }
        ],
        "retryThrottling": {"maxTokens": 10, "tokenRatio": 0.1},
    }
)
_NO_ANSWER = frozenset(
    {
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.CANCELLED,
        grpc.StatusCode.UNKNOWN,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.UNIMPLEMENTED,
        grpc.StatusCode.UNAUTHENTICATED,
    }
)


class NeighbourRefused(Refusal):
    """The other service refused: ``code`` is its gRPC status, ``reason_given`` the reason it gave."""

    sentence = "Dịch vụ {service} từ chối: {said}"

    def __init__(self, service: str, code: grpc.StatusCode, reason_given: str, said: str) -> None:
        self.code = code
        self.reason_given = reason_given
        super().__init__(service=service, reason_given=reason_given, said=said)


class ServiceToken:
    """The token a service shows at others' doors, signed with its own key and made anew before it expires."""

    def __init__(self, service: str, issuer: str, key: Ed25519PrivateKey) -> None:
        self._service = service
        self._issuer = issuer
        self._key = key
        self._lock = threading.Lock()
        self._token = ""
        self._good_until = 0.0

    @classmethod
    def from_settings(cls, service: str, settings: DoorSettings) -> Self:
        """OSError when the settings name no key, or none that can be read."""
        if settings.service_key is None:
            raise OSError(f"{service} has no key of its own to ask others with: set {service.upper()}_SERVICE_KEY")
        return cls(service, settings.issuer, read_key(settings.service_key))

    def __call__(self) -> str:
        with self._lock:
            if time.time() > self._good_until:
                self._token = self._issue()
                self._good_until = time.time() + TOKEN_SECONDS / 2
            return self._token

    def _issue(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self._issuer,
            "aud": AUDIENCE,
            "sub": str(service_person_id(self._service)),
            "body": PLATFORM_BODY,
            "capacity": SERVICE_CAPACITY,
            "iat": now,
            "exp": now + TOKEN_SECONDS,
            "jti": str(uuid4()),
        }
        return jwt.encode(claims, self._key, algorithm="EdDSA", headers={"kid": SERVICE_KEY_PREFIX + self._service})


def read_key(path: Path) -> Ed25519PrivateKey:
    """The Ed25519 private key in a PEM file; OSError when there is none."""
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise OSError(f"{path} does not hold an Ed25519 private key")
    return key


class Neighbour:
    """Another service's door: ``neighbour.ask(Stub(neighbour.channel).GetEnterprise, request)``.

    The question's deadline is what the present call has left, and at most ``most_seconds``.
    """

    def __init__(
        self,
        service: str,
        address: str,
        token: ServiceToken,
        *,
        authority: Path | None = None,
        most_seconds: float = MOST_SECONDS,
    ) -> None:
        """``authority``: the certificates (PEM) by which the door is known. DoorUnprotected as ``open_channel``."""
        self.channel = open_channel(
            address,
            authority,
            [
                ("grpc.service_config", _SERVICE_CONFIG),
                ("grpc.enable_retries", 1),
                ("grpc.enable_http_proxy", 0),  # a neighbour is never behind the proxy that leads to the world
            ],
        )
        self._service = service
        self._token = token
        self._most_seconds = most_seconds

    def ask(self, method: grpc.UnaryUnaryMultiCallable[Q, A], request: Q) -> A:
        """The answer; NeighbourUnavailable when there is none in time, NeighbourRefused when it is a refusal."""
        try:
            return method(
                request,
                timeout=min(remaining_seconds(), self._most_seconds),
                metadata=(("authorization", f"Bearer {self._token()}"), *traces().carried()),
            )
        except grpc.RpcError as error:
            raise self._refusal(error) from error

    def close(self) -> None:
        self.channel.close()

    def _refusal(self, error: grpc.RpcError) -> Refusal:
        code = error.code()
        if code in _NO_ANSWER:
            return NeighbourUnavailable(service=self._service)
        info, told = ErrorInfo(), LocalizedMessage()
        status = rpc_status.from_call(error)  # type: ignore[arg-type]  # what a stub raises is the call as well
        for detail in status.details if status is not None else ():
            detail.Unpack(info)
            detail.Unpack(told)
        return NeighbourRefused(self._service, code, info.reason or code.name, told.message or code.name)
