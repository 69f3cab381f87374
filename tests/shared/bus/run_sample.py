"""The bus process of one of the two sample services, told what to be by ``SAMPLE``, a JSON object."""

from __future__ import annotations

import services.shared.bus.cooperative  # noqa: F401 - first: everything below must already give way to other greenlets

# isort: split
import json
import os
from pathlib import Path

from services.shared.bus.run import run
from services.shared.bus.service import BusService
from services.shared.event_store import EventLog
from services.shared.logs import log_as
from services.shared.settings import LogSettings
from services.shared.transparency_log.signing import Signing
from tests.shared.bus import mishaps
from tests.shared.bus.orchard import OrchardConsumer, announce


def log_settings(origin: str, memory: str, keys: list[str], policy: str | None = None) -> LogSettings:
    return LogSettings(origin, Path(memory), tuple(keys), Path(policy) if policy else None)


if __name__ == "__main__":
    sample = json.loads(os.environ["SAMPLE"])
    log_as(sample["service"], "bus")
    if folder := sample["mishaps"]:
        mishaps.expect(Path(folder))
    log = sample["log"]
    run(
        BusService(
            service=sample["service"],
            log=EventLog(sample["service"], sample["postgres"]),
            announce=announce if sample["service"] == "orchard" else None,
            consumers=[OrchardConsumer()] if sample["service"] == "market" else [],
            amqp_uri=sample["amqp_uri"],
            http_address=sample["http_address"],
            signing=Signing.by(log_settings(**log)) if log else None,
            **sample["settings"],
        )
    )
