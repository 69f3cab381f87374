"""Run training's gRPC door."""

from __future__ import annotations

from services.shared.logs import log_as
from services.shared.traces import trace_as
from services.training.wiring import open_door


def main() -> None:
    log_as("training", "api")
    trace_as("training", "api")
    open_door().wait_for_stop()


if __name__ == "__main__":
    main()
