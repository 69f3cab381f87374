"""Run reporting's gRPC door."""

from __future__ import annotations

from services.reporting.wiring import open_door
from services.shared.logs import log_as
from services.shared.traces import trace_as


def main() -> None:
    log_as("reporting", "api")
    trace_as("reporting", "api")
    open_door().wait_for_stop()


if __name__ == "__main__":
    main()
