"""Make reporting's views anew, compare, switch; what was heard is heard again from its owners, beside the live views.

``services/shared/event_store/rebuild.py`` tells how.
"""

from __future__ import annotations

import sys

import services.shared.bus.cooperative  # noqa: F401 - first: everything below must already give way to other greenlets
from services.reporting.wiring import rebuild


def main() -> int:
    return rebuild()


if __name__ == "__main__":
    sys.exit(main())
