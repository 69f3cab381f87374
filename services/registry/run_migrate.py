"""Bring the registry's database to this release; runs as the database's owner, before the other two processes."""

from __future__ import annotations

from services.registry.wiring import migrate
from services.shared.logs import log_as


def main() -> None:
    log_as("registry", "migrate")
    migrate()


if __name__ == "__main__":
    main()
