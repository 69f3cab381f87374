"""What support finds in its environment; nothing else of the service reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from environs import Env

from services.shared import settings
from services.shared.settings import BusSettings, MigrationSettings, ProofSettings

__all__ = ["SERVICE", "ApiSettings", "BusSettings", "MigrationSettings", "ProofSettings"]

SERVICE = "support"


@dataclass(frozen=True)
class ApiSettings(settings.ApiSettings):
    """What run_api needs; ``registry_address`` is the registry's gRPC door, as ``host:port``."""

    registry_address: str

    @classmethod
    def _own(cls, env: Env) -> dict[str, Any]:
        return {"registry_address": env.str("REGISTRY_GRPC_ADDRESS")}
