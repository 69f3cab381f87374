"""Bring training's database to this release; runs as the database's owner, before the other two processes."""

from __future__ import annotations

from services.shared.logs import log_as
from services.training.wiring import migrate


def main() -> None:
    log_as("training", "migrate")
    migrate()


if __name__ == "__main__":
    main()
