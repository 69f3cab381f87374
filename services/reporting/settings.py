"""What reporting finds in its environment; nothing else of the service reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from environs import Env

from services.reporting.domain.heard import OWNERS
from services.shared import settings
from services.shared.settings import BusSettings, MigrationSettings, ProofSettings

__all__ = ["SERVICE", "ApiSettings", "BusSettings", "MigrationSettings", "ProofSettings", "broker_address"]

SERVICE = "reporting"


@dataclass(frozen=True)
class ApiSettings(settings.ApiSettings):
    """What run_api needs; ``addresses`` are the gRPC doors of the services whose events are counted, ``host:port``."""

    addresses: Mapping[str, str]

    @classmethod
    def _own(cls, env: Env) -> dict[str, Any]:
        return {"addresses": {owner: env.str(f"{owner.upper()}_GRPC_ADDRESS") for owner in OWNERS}}


def broker_address() -> str:
    """Where a rebuild asks the owners for what they announced; EnvError when it is not said."""
    return Env().str("AMQP_URI")
