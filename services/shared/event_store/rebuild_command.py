"""The command line of a service that has views: list them, make them anew and compare, put the new ones in place.

    python -m services.registry.run_rebuild --list
    python -m services.registry.run_rebuild enterprises             compares: 0 when the live view is right, 1 if not
    python -m services.registry.run_rebuild enterprises --switch    and puts the new tables in its place

``make rebuild-view`` does the same on the platform of this machine; ``rebuild.py`` tells how it is done.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence

from eventsourcing.persistence import PersistenceError

from services.shared.event_store.log import EventLog
from services.shared.event_store.rebuild import Feed, Rebuild, RebuildFailed
from services.shared.event_store.schema import tables_of, views_to_rebuild
from services.shared.event_store.views import View
from services.shared.settings import MigrationSettings

# Comparing takes as long as it takes; whoever waits for a place that a hanging rebuild holds is let go after a minute.
_OWN_LIMITS = {"POSTGRES_STATEMENT_TIMEOUT": "0", "POSTGRES_IDLE_IN_TRANSACTION_SESSION_TIMEOUT": "60"}


class Progress:
    """Says how far a rebuild is: each second on a terminal, each ten seconds in a log."""

    def __init__(self, log: EventLog, feed: Feed) -> None:
        self._log = log
        self._feed = feed
        self._places: dict[str, int] = {}
        self._began_at = self._said_at = time.monotonic()
        self._is_terminal = sys.stderr.isatty()

    def went_to(self, upstream: str, place: int) -> None:
        """Take note, and say so when it is time."""
        self._places[upstream] = place
        if time.monotonic() - self._said_at >= (1 if self._is_terminal else 10):
            self._said_at = time.monotonic()
            live = sum(_places(self._log, self._feed).values())
            print(f"{self} of {live:,}", end="\r" if self._is_terminal else "\n", file=sys.stderr, flush=True)

    def __str__(self) -> str:
        events, seconds = sum(self._places.values()), time.monotonic() - self._began_at
        return f"{events:,} events in {seconds:.1f} s, {events / max(seconds, 0.001):,.0f}/s"


def main(
    service: str,
    settings: MigrationSettings,
    feeds_of: Callable[[EventLog], Sequence[Feed]],
    arguments: Sequence[str] | None = None,
) -> int:
    """Do what the command line asks: 0 when done, 1 when a view is not as it should be and stays so, 2 when it failed.

    ``feeds_of`` makes the feeds of all views of the service over a log that signs in as the owner.
    """
    chosen = _parser().parse_args(arguments)
    try:
        log = EventLog(service, {**settings.postgres, **_OWN_LIMITS})
        try:
            feeds = feeds_of(log)
            if chosen.list:
                _list(log, feeds)
                return 0
            rebuilt = [_rebuild(log, feed, settings.service_role, chosen) for feed in _chosen(log, feeds, chosen)]
            return 0 if chosen.switch or all(rebuilt) else 1
        finally:
            log.close()
    except (RebuildFailed, PersistenceError, OSError) as problem:
        print(str(problem).strip(), file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="rebuild", description="Make views anew beside the live ones, and compare.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("view", nargs="?", help="as listed; those that can only be rebuilt together are")
    what.add_argument("--all", action="store_true", help="every view of the service, one after the other")
    what.add_argument("--outdated", action="store_true", help="those that another release's DDL has made")
    what.add_argument("--list", action="store_true", help="the views, how far they are, and who made them")
    parser.add_argument("--switch", action="store_true", help="then put the new tables in the place of the live ones")
    parser.add_argument("--rows", action="store_true", help="show rows that differ in full: they may be about persons")
    return parser


def _chosen(log: EventLog, feeds: Sequence[Feed], chosen: argparse.Namespace) -> list[Feed]:
    if chosen.all:
        return list(feeds)
    if chosen.outdated:
        return [feed for feed in feeds if _outdated(log, feed)]
    named = [feed for feed in feeds if chosen.view in [view.name for view in feed.views]]
    if not named:
        known = ", ".join(view.name for feed in feeds for view in feed.views)
        raise RebuildFailed(f"{log.name} has no view {chosen.view}; it has {known}")
    return named


def _outdated(log: EventLog, feed: Feed) -> list[View]:
    with log.pool.cursor() as cursor:
        return views_to_rebuild(cursor, log.factory.tables, feed.views)


def _places(log: EventLog, feed: Feed) -> dict[str, int]:
    """How far the live views of the feed have come in each upstream."""
    live: dict[str, int] = log.tracking.positions()
    return {upstream: live.get(upstream, 0) for upstream in feed.upstreams}


def _list(log: EventLog, feeds: Sequence[Feed]) -> None:
    for feed in feeds:
        places = ", ".join(f"{upstream} at {place:,}" for upstream, place in _places(log, feed).items())
        outdated = _outdated(log, feed)
        for view in feed.views:
            made = "another release: to be rebuilt" if view in outdated else "this release"
            print(f"{view.name}: {places}; tables {', '.join(tables_of(view))} made by {made}")


def _rebuild(log: EventLog, feed: Feed, service_role: str, chosen: argparse.Namespace) -> bool:
    """Rebuild and say what came out; whether the live views were as they should be."""
    progress = Progress(log, feed)
    rebuild = Rebuild(log, feed, service_role, progress.went_to)
    compared = rebuild.run(switch=chosen.switch, in_full=chosen.rows)
    print(f"{', '.join(view.name for view in feed.views)}: {progress}")
    for table in compared:
        print(f"  {table}")
    if chosen.switch:
        print("  switched")
    return all(table.is_equal for table in compared)
