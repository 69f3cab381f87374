"""Run support's gRPC door."""

from __future__ import annotations

from services.shared.logs import log_as
from services.shared.traces import trace_as
from services.support.wiring import open_door


def main() -> None:
    log_as("support", "api")
    trace_as("support", "api")
    open_door().wait_for_stop()


if __name__ == "__main__":
    main()
