"""What training finds in its environment; nothing else of the service reads it."""

from __future__ import annotations

from services.shared.settings import ApiSettings, BusSettings, MigrationSettings, ProofSettings

__all__ = ["SERVICE", "ApiSettings", "BusSettings", "MigrationSettings", "ProofSettings"]

SERVICE = "training"
