"""What reporting finds in its environment; nothing else of the service reads it."""

from __future__ import annotations

from environs import Env

from services.shared.settings import ApiSettings, BusSettings, MigrationSettings, ProofSettings

__all__ = ["SERVICE", "ApiSettings", "BusSettings", "MigrationSettings", "ProofSettings", "broker_address"]

SERVICE = "reporting"


def broker_address() -> str:
    """Where a rebuild asks the owners for what they announced; EnvError when it is not said."""
    return Env().str("AMQP_URI")
