"""Bring reporting's database to this release; runs as the database's owner, before the other two processes."""

from __future__ import annotations

from services.reporting.wiring import migrate
from services.shared.logs import log_as


def main() -> None:
    log_as("reporting", "migrate")
    migrate()


if __name__ == "__main__":
    main()
