"""Bring the registry's database to this release; runs as the database's owner, before the other two processes."""

from __future__ import annotations

from services.registry.wiring import migrate


def main() -> None:
    migrate()


if __name__ == "__main__":
    main()
