"""Save histories of what no saved one holds: topics, class versions or optional fields released since.

``python -m tests.saved_histories.save <service> <PostgreSQL URL of the service's database>`` takes the shortest streams
that have them from a log on which the sample year was played; without arguments, from what ``rare`` acts out because
the year does not reach it. Both also save the states for a snapshot whose version or fields are new. Nothing that is
saved already changes. PYTHONPATH is ``.:generated``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import groupby

import psycopg2
from eventsourcing.persistence import StoredEvent

from tests.rules.code import SERVICES, modules
from tests.saved_histories import rare
from tests.saved_histories.histories import MAPPER, SAVED, SNAPSHOTS, History, as_line, saved_histories, stored_in


def played_histories(service: str, url: str) -> Iterator[History]:
    """The streams of a service's log, shortest first."""
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT originator_id, originator_version, topic, state,"
            " count(*) OVER (PARTITION BY originator_id) AS length"
            f' FROM "{service}_events" ORDER BY length, originator_id, originator_version'
        )
        stored = [StoredEvent(id_, version, topic, bytes(state)) for id_, version, topic, state, _ in cursor]
    for _, stream in groupby(stored, key=lambda event: event.originator_id):
        yield History.of(stream)


def rare_histories() -> Iterator[History]:
    """What ``rare`` acts out."""
    for record in rare.records():
        yield History.of(map(MAPPER.to_stored_event, record.collect_events()))


def save_histories(histories: Iterable[History]) -> None:
    """Append each history in which there is a kind of event that no saved one has yet."""
    known = {kind for history in saved_histories() for kind in history.kinds}
    for history in histories:
        if history.kinds <= known:
            continue
        known |= history.kinds
        history.file.parent.mkdir(exist_ok=True)
        with history.file.open("a", encoding="utf-8") as file, SAVED.open("a", encoding="utf-8") as entries:
            file.writelines(map(as_line, history.events))
            entries.write(f"{history.entry}\n")
        print(f"saved {history.record} with {len(history.events)} events")


def save_snapshots() -> None:
    """Append the state of each history under the snapshot's name of today, where it has none."""
    SNAPSHOTS.touch()
    known = {(snapshot.topic, snapshot.originator_id) for snapshot in stored_in(SNAPSHOTS)}
    with SNAPSHOTS.open("a", encoding="utf-8") as file:
        for snapshot in filter(None, (history.snapshot for history in saved_histories())):
            if (snapshot.topic, snapshot.originator_id) not in known:
                file.write(as_line(snapshot))


if __name__ == "__main__":
    list(modules(*(f"services/{service}/domain" for service in SERVICES)))  # so that every topic is known
    save_histories(played_histories(*sys.argv[1:]) if len(sys.argv) > 1 else rare_histories())
    save_snapshots()
