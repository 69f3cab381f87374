"""Run the registry's bus process: relay, announcement pages and views."""

from __future__ import annotations

import services.shared.bus.cooperative  # noqa: F401 - first: everything below must already give way to other greenlets
from services.registry.wiring import bus_service
from services.shared.bus.run import run
from services.shared.logs import log_as
from services.shared.traces import trace_as


def main() -> None:
    log_as("registry", "bus")
    trace_as("registry", "bus")
    run(bus_service())


if __name__ == "__main__":
    main()
