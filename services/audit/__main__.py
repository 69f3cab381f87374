"""``python -m services.audit``; with ``--help`` it tells what it can do."""

from __future__ import annotations

from services.audit.command import main

if __name__ == "__main__":
    main()
