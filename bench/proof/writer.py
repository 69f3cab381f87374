"""The writer of the event log's figures, with events that say when they were recorded, as all of ours do."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import uuid4

from eventsourcing.persistence import StoredEvent

from bench.event_log import writer
from bench.event_log.server import STATE_BYTES, TOPIC
from bench.event_log.worker import take_jobs


class Writer(writer.Writer):
    """One recorder, under a load of one event per command."""

    def _event(self) -> StoredEvent:
        state = json.dumps({"act": {"recorded_at": datetime.now(UTC).isoformat().replace("+00:00", "Z")}, "note": ""})
        return StoredEvent(uuid4(), 1, TOPIC, f'{state[:-2]}{"a" * (STATE_BYTES - len(state))}"}}'.encode())


if __name__ == "__main__":
    take_jobs({"append": Writer().append})
