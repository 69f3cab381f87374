"""Copy training's published log, check it, or make its tree anew; ``docs/signed-log.md`` tells how."""

from __future__ import annotations

import sys

from services.training.wiring import prove


def main() -> int:
    return prove()


if __name__ == "__main__":
    sys.exit(main())
