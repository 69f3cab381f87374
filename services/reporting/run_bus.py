"""Run reporting's bus process: an inbox for each service it listens to, and the view of its own log."""

from __future__ import annotations

import services.shared.bus.cooperative  # noqa: F401 - first: everything below must already give way to other greenlets
from services.reporting.wiring import bus_service
from services.shared.bus.run import run
from services.shared.logs import log_as
from services.shared.traces import trace_as


def main() -> None:
    log_as("reporting", "bus")
    trace_as("reporting", "bus")
    run(bus_service())


if __name__ == "__main__":
    main()
