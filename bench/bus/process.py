"""A bus process of the owner or of the listener, told what to be by ``BENCH_BUS``, a JSON object."""

from __future__ import annotations

import services.shared.bus.cooperative  # noqa: F401 - first: everything below must already give way to other greenlets

# isort: split
import json
import os

from bench.bus.sample import OWNER, Listener
from services.registry.bus.announcements import announce
from services.shared.bus.run import run
from services.shared.bus.service import BusService
from services.shared.event_store import EventLog
from services.shared.logs import log_as

if __name__ == "__main__":
    told = json.loads(os.environ["BENCH_BUS"])
    log_as(told["service"], "bus")
    owns = told["service"] == OWNER
    run(
        BusService(
            service=told["service"],
            log=EventLog(told["service"], told["postgres"]),
            amqp_uri=told["amqp_uri"],
            http_address=told["http_address"],
            announce=announce if owns else None,
            consumers=[] if owns else [Listener()],
        )
    )
