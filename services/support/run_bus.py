"""Run support's bus process: relay, announcement pages and views."""

from __future__ import annotations

import services.shared.bus.cooperative  # noqa: F401 - first: everything below must already give way to other greenlets
from services.shared.bus.run import run
from services.shared.logs import log_as
from services.shared.traces import trace_as
from services.support.wiring import bus_service


def main() -> None:
    log_as("support", "bus")
    trace_as("support", "bus")
    run(bus_service())


if __name__ == "__main__":
    main()
