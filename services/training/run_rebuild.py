"""Make training's views anew, compare, switch; ``services/shared/event_store/rebuild.py`` tells how."""

from __future__ import annotations

import sys

from services.training.wiring import rebuild


def main() -> int:
    return rebuild()


if __name__ == "__main__":
    sys.exit(main())
