"""``make reset``: stop the platform and delete all it has written, after asking."""

from __future__ import annotations

import os
import shutil
import sys

from deploy.local.environment import given_databases
from deploy.local.preflight import LOCK_NAME
from deploy.local.run import FOLDER
from deploy.local.stop import stop

__all__ = ["main"]


def main() -> int:
    """Delete the run folder; 1 when the person did not agree, or when given databases need the keys in it."""
    if not (FOLDER / LOCK_NAME).exists():  # so that no folder is ever deleted in which no platform ran
        print("There is nothing to delete.")
        return 0
    if given_databases(os.environ):
        print("The environment names databases that this command leaves as they are, and the keys here belong to them.")
        return 1
    if os.environ.get("CONFIRM") != "yes" and not _agreed():
        print("Nothing was deleted.")
        return 1
    stop(FOLDER)
    shutil.rmtree(FOLDER)
    print(f"Deleted {FOLDER}.")
    return 0


def _agreed() -> bool:
    question = f"Delete {FOLDER} with every database, message and key in it? Type yes: "
    try:
        return input(question).strip() == "yes"
    except EOFError:
        print()
        return False


if __name__ == "__main__":
    sys.exit(main())
