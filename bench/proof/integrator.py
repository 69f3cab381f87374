"""The integrator of a bus process by itself, for as long as a job takes."""

from __future__ import annotations

import services.shared.bus.cooperative  # noqa: F401 - first: everything below must already give way to other greenlets

# isort: split
import os
import time
from pathlib import Path

import eventlet

from bench.event_log.server import NAME
from bench.event_log.worker import take_jobs
from services.shared.bus.integration import Integrator
from services.shared.event_store import EventLog
from services.shared.transparency_log.notes import Signer
from services.shared.transparency_log.signing import Memory, Signing

ORIGIN = "bench.test/log"
SIGNER = Signer.generate(ORIGIN)


def integrate(*, seconds: float, memory: str) -> float:
    """Follow the log for so many seconds; the CPU seconds that took."""
    log = EventLog(NAME, dict(os.environ))
    integrator = Integrator(log, Signing(ORIGIN, (SIGNER,), Memory(Path(memory), ORIGIN)))
    began = time.process_time()
    running = eventlet.spawn(integrator.run)
    eventlet.sleep(seconds)
    integrator.stop()
    running.wait()
    log.close()
    return time.process_time() - began


if __name__ == "__main__":
    take_jobs({"integrate": integrate})
