"""List, show, retry or skip what support's streams stand still at; ``services/shared/bus/parked.py`` tells how."""

from __future__ import annotations

import sys

from services.support.wiring import answer_parked


def main() -> int:
    return answer_parked()


if __name__ == "__main__":
    sys.exit(main())
