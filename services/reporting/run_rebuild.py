"""Rebuild what reporting heard: empties values and trails; the running bus process then hears everything again."""

from __future__ import annotations

from services.reporting.wiring import forget_heard_events


def main() -> None:
    forget_heard_events()


if __name__ == "__main__":
    main()
