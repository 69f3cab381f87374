"""Run training's gRPC door."""

from __future__ import annotations

from services.training.wiring import open_door


def main() -> None:
    open_door().wait_for_stop()


if __name__ == "__main__":
    main()
