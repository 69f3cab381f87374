"""What the registry finds in its environment; nothing else of the service reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from environs import Env, EnvError

from services.shared import settings
from services.shared.settings import BusSettings, MigrationSettings

__all__ = ["SERVICE", "ApiSettings", "BusSettings", "MigrationSettings"]

SERVICE = "registry"
_SHORTEST_SECRET_BYTES = 32


@dataclass(frozen=True)
class ApiSettings(settings.ApiSettings):
    """What run_api needs; ``identifier_secret`` keys the digests by which numbers are found again: it never changes."""

    identifier_secret: bytes = field(repr=False)

    @classmethod
    def _own(cls, env: Env) -> dict[str, Any]:
        secret = env.path("REGISTRY_IDENTIFIER_SECRET_FILE").read_bytes().strip()
        if len(secret) < _SHORTEST_SECRET_BYTES:
            raise EnvError(f"REGISTRY_IDENTIFIER_SECRET_FILE holds fewer than {_SHORTEST_SECRET_BYTES} bytes")
        return {"identifier_secret": secret}
