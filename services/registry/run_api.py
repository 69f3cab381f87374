"""Run the registry's gRPC door."""

from __future__ import annotations

from services.registry.wiring import open_door
from services.shared.logs import log_as
from services.shared.traces import trace_as


def main() -> None:
    log_as("registry", "api")
    trace_as("registry", "api")
    open_door().wait_for_stop()


if __name__ == "__main__":
    main()
