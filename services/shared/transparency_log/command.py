"""The command line of a service's signed log: copy what is published, check it, make the tree anew.

    python -m services.support.run_proof publish FOLDER   brings a folder to the last checkpoint
    python -m services.support.run_proof check            0 when the events give the tree that was signed, 1 if not
    python -m services.support.run_proof rebuild          makes the tiles anew from the events

The folder is what a web server or a bucket then serves as it is.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from eventsourcing.persistence import PersistenceError

from services.shared.event_store import EventLog
from services.shared.settings import ProofSettings
from services.shared.transparency_log.errors import TransparencyError
from services.shared.transparency_log.log_tree import HistoryLost, LogTree
from services.shared.transparency_log.publication import PublishedLog
from services.shared.transparency_log.signing import Memory

# Reading a whole log takes as long as it takes.
_OWN_LIMITS = {"POSTGRES_STATEMENT_TIMEOUT": "0"}


def main(service: str, settings: ProofSettings, arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks: 0 when done, 1 when the log is not the one that was signed, 2 when it failed."""
    chosen = _parser().parse_args(arguments)
    try:
        with EventLog(service, {**settings.postgres, **_OWN_LIMITS}) as log:
            tree = LogTree(log)
            match chosen.action:
                case "publish":
                    print(f"{chosen.folder}: {PublishedLog(tree).copy_to(chosen.folder).size:,} events")
                case "check":
                    print(f"{_checked(log, tree, Memory(settings.log.memory, settings.log.origin)):,} events as signed")
                case "rebuild":
                    print(f"{tree.rebuild():,} events")
        return 0
    except HistoryLost as lost:
        print(f"{type(lost).__name__}: {lost}", file=sys.stderr)
        return 1
    except (TransparencyError, PersistenceError, OSError) as problem:
        print(str(problem).strip(), file=sys.stderr)
        return 2


def _checked(log: EventLog, tree: LogTree, memory: Memory) -> int:
    """How many events give the tree that was signed last, as the memory has it. Raises HistoryLost."""
    signed = memory.recall()
    if signed is None:
        raise TransparencyError("nothing is remembered as signed: the bus process signs")
    memory.compare(tree, log.head())
    tree.check(signed.size, signed.root)
    return signed.size


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="run_proof", description="The signed log of a service.")
    actions = parser.add_subparsers(dest="action", required=True)
    publish = actions.add_parser("publish", help="bring a folder to the last checkpoint")
    publish.add_argument("folder", type=Path)
    actions.add_parser("check", help="whether the events, read from the first on, give the tree that was signed last")
    actions.add_parser("rebuild", help="make the tiles anew from the events, unless these give another tree")
    return parser
