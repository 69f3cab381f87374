"""What the registry finds in its environment; nothing else of the service reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from environs import Env

from services.shared import settings
from services.shared.settings import BusSettings, MigrationSettings, ProofSettings, secret_in

__all__ = ["SERVICE", "ApiSettings", "BusSettings", "MigrationSettings", "ProofSettings"]

SERVICE = "registry"


@dataclass(frozen=True)
class ApiSettings(settings.ApiSettings):
    """What run_api needs; ``identifier_secret`` keys the digests by which numbers are found again: it never changes."""

    identifier_secret: bytes = field(repr=False)

    @classmethod
    def _own(cls, env: Env) -> dict[str, Any]:
        return {"identifier_secret": secret_in(env, "REGISTRY_IDENTIFIER_SECRET_FILE")}
